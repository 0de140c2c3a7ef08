"""A file to be read, on disk or inside an archive, and what is said of one that cannot be opened."""

from __future__ import annotations

import errno
import io
import os
from dataclasses import field
from datetime import UTC, datetime
from typing import BinaryIO, Literal, Protocol

from nianbao.frozen import frozen
from nianbao.messages import Message, say
from nianbao.opening.grid import UnreadableError

_LITTER = frozenset({"thumbs.db", "desktop.ini", "__macosx"})


class Source(Protocol):
    """Where a file's content is: a path, or a file of some storage."""

    def open(self, mode: Literal["rb"], /) -> BinaryIO:
        """The content, to be read from its start. Raises OSError."""


@frozen
class Found:
    """One file. `path` is what to show (`returned/a.zip/内/b.xlsx`); a member of an archive holds its `data`.

    `archive`: the file on disk that it is a member of. `sha256`: of its content, where that is known already.
    It can be sent to another process; a file on disk is read there, when it is asked for.
    """

    path: str
    name: str
    size: int
    mtime_ns: int
    source: Source | None = None
    data: bytes | None = field(default=None, repr=False)
    archive: str = ""
    sha256: str = ""

    @property
    def received(self) -> datetime:
        """When it came, by its own time."""
        return datetime.fromtimestamp(self.mtime_ns / 1e9, UTC)

    def stream(self) -> BinaryIO:
        """The content, to be read from its start. Raises OSError."""
        return io.BytesIO(self.data or b"") if self.source is None else self.source.open("rb")

    def read(self) -> bytes:
        """The content. Raises UnreadableError: the file went away, or has grown since it was found."""
        try:
            with self.stream() as stream:
                data = stream.read(self.size + 1)
        except OSError as error:
            raise UnreadableError("unreadable", not_opened(self.path, error).message) from error
        if len(data) > self.size:
            raise UnreadableError("unreadable", say("文件还在写入或刚被改动。请稍后再试。"))
        return data


@frozen
class Trouble:
    """A file that was found and cannot be opened. `code` as in findings: unreadable, encrypted, too-large."""

    path: str
    code: str
    message: Message


def is_litter(name: str) -> bool:
    """Whether a file or folder of this name is no return: locks and leavings of programs and systems."""
    folded = name.casefold()
    return folded.startswith((".", "~$")) or folded.endswith(".tmp") or folded in _LITTER


def not_opened(path: str, error: OSError) -> Trouble:
    """The complaint about what the system does not let us open."""
    if isinstance(error, PermissionError):
        message = say("没有读取权限。请检查文件权限，或复制一份再试。")
    elif isinstance(error, FileNotFoundError):
        message = say("打不开：文件已不在，或快捷链接指向的文件不存在。请重新放入。")
    elif error.errno == errno.ELOOP:
        message = say("打不开：快捷链接绕回到自己。请移走，把文件本身放入。")
    elif error.errno == errno.ENAMETOOLONG:
        message = say("打不开：文件夹套得太深，路径太长。请移到浅一些的文件夹。")
    else:
        message = say("打不开（{detail}）。请复制一份再试。", detail=os.strerror(error.errno or 0))
    return Trouble(path, "unreadable", message)


def megabytes(size: int) -> str:
    """A size as people say it: 20 MB, 0.3 MB; never less than 0.01 MB."""
    return f"{max(size / 1_000_000, 0.01):.2f}".rstrip("0").rstrip(".") + " MB"
