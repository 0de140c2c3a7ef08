"""What the system refused, as a sentence with the path and what to do."""

from __future__ import annotations

import errno
import os
from types import MappingProxyType
from typing import TYPE_CHECKING

from nianbao.messages import Message, mark, say

if TYPE_CHECKING:
    from collections.abc import Mapping

_FULL = mark("{path}：磁盘已满或超过限额，没有写成；原有文件没有变。请清理磁盘后再试。")
_DENIED = mark("{path}：没有权限，或正被别的程序打开。请关闭后检查权限再试。")
_NO_FOLDER = mark("{path}：路径中间有一段不是文件夹。请检查路径。")
_SENTENCES: Mapping[int, str] = MappingProxyType(
    {
        errno.ENOSPC: _FULL,
        errno.EFBIG: _FULL,
        errno.EDQUOT: _FULL,
        errno.ENOENT: mark("{path}：找不到。请检查路径。"),
        errno.EACCES: _DENIED,
        errno.EPERM: _DENIED,
        errno.EISDIR: mark("{path}：是文件夹，这里要写文件。"),
        errno.ENOTDIR: _NO_FOLDER,
        errno.EEXIST: _NO_FOLDER,
        errno.ENAMETOOLONG: mark("{path}：名称或路径太长。请换一个短些的。"),
        errno.ELOOP: mark("{path}：快捷链接绕回到自己。请检查路径。"),
        errno.EROFS: mark("{path}：这个位置是只读的。请换一个位置。"),
    }
)


def refusal(error: OSError) -> Message:
    """The sentence."""
    path = os.fspath(error.filename) if error.filename is not None else ""
    shown = path.decode(errors="replace") if isinstance(path, bytes) else str(path)
    sentence = _SENTENCES.get(error.errno or 0)
    if sentence:
        return Message(sentence, (("path", shown),))
    reason = os.strerror(error.errno) if error.errno else str(error)
    return say("{path}：系统拒绝了这个操作（{reason}）。", path=shown, reason=reason)
