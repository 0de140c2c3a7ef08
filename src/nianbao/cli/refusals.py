"""What the system refused, as a sentence with the path and what to do."""

from __future__ import annotations

import errno
import os

from nianbao.messages import Message, say

_FULL = {errno.ENOSPC, errno.EFBIG, errno.EDQUOT}


def refusal(error: OSError) -> Message:
    """The sentence."""
    path = os.fspath(error.filename) if error.filename is not None else ""
    shown = path.decode(errors="replace") if isinstance(path, bytes) else str(path)
    if error.errno in _FULL:
        return say("{path}：磁盘已满或超过限额，没有写成；原有文件没有变。请清理磁盘后再试。", path=shown)
    match error:
        case FileNotFoundError():
            return say("{path}：找不到。请检查路径。", path=shown)
        case PermissionError():
            return say("{path}：没有权限，或正被别的程序打开。请关闭后检查权限再试。", path=shown)
        case IsADirectoryError():
            return say("{path}：是文件夹，这里要写文件。", path=shown)
        case NotADirectoryError():
            return say("{path}：路径中间有一段不是文件夹。请检查路径。", path=shown)
        case _:
            reason = os.strerror(error.errno) if error.errno else str(error)
            return say("{path}：系统拒绝了这个操作（{reason}）。", path=shown, reason=reason)
