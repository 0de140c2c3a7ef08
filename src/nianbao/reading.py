"""A file that the office names, read whole: only a regular one, and only up to a limit."""

from __future__ import annotations

import os
import stat
from typing import TYPE_CHECKING

from nianbao.messages import say
from nianbao.problems import refuse

if TYPE_CHECKING:
    from pathlib import Path

MEGABYTE = 1_000_000


def read_whole(path: Path, *, most: int) -> bytes:
    """The bytes of a file of at most `most` bytes.

    Raises OfficeError: no regular file (a pipe would be waited for without end, a device never ends), or too
    large; OSError where the system does not let us.
    """
    _refuse_other(path.stat().st_mode, path)
    with open(path, "rb", opener=_without_waiting) as file:
        _refuse_other(os.fstat(file.fileno()).st_mode, path)
        data = file.read(most + 1)
    if len(data) > most:
        raise refuse(
            say("文件太大，最多 {most} MB。请检查是不是选错了文件。", most=f"{most / MEGABYTE:g}"),
            file=str(path),
        )
    return data


def _refuse_other(mode: int, path: Path) -> None:
    """Nothing, or OfficeError: what stands there is no regular file."""
    if stat.S_ISDIR(mode):
        raise refuse(say("是文件夹，这里要写文件。"), file=str(path))
    if not stat.S_ISREG(mode):
        raise refuse(say("不是普通文件（是设备或管道）。请换成普通文件。"), file=str(path))


def _without_waiting(path: str, flags: int) -> int:
    """The file opened; a pipe put there in the meantime is not waited for."""
    return os.open(path, flags | getattr(os, "O_NONBLOCK", 0))
