"""Files written whole or not at all: temporary file beside the target, fsync, rename."""

from __future__ import annotations

import contextlib
import os
import stat
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from nianbao.messages import Message, say
from nianbao.problems import refuse

if TYPE_CHECKING:
    from collections.abc import Iterator


def save(path: Path, data: bytes) -> None:
    """`data` stands at `path`, or, after any failure, what stood there before; folders made for it go again.

    Raises OSError (disk full, no permission) that names `path`: the system names no file when a write fails, or
    the temporary one, which is removed. Raises OfficeError where something stands there that is no regular file
    (a folder, a device, a pipe, a link): renaming would put a file in its place.
    """
    if complaint := occupied(path):
        raise refuse(complaint, file=str(path))
    try:
        with folder_made(path.parent):
            _replace(path, data)
    except OSError as error:
        error.filename = str(path)
        raise


def occupied(path: Path) -> Message | None:
    """What stands at `path` that may not be replaced; None for a regular file and where nothing stands."""
    try:
        mode = path.lstat().st_mode
    except OSError:  # nothing there, or a path that cannot be: writing will tell
        return None
    if stat.S_ISLNK(mode):
        return say("这里已有同名的快捷链接，不能写在它上面。请换一个文件名。")
    if not stat.S_ISREG(mode):
        return say("这里已有同名的文件夹或设备，不能写在它上面。请换一个文件名。")
    return None


def save_changed(path: Path, data: bytes) -> bool:
    """Whether the file had to be written: one that holds `data` already is left alone."""
    if holds(path, data):
        return False
    save(path, data)
    return True


def holds(path: Path, data: bytes) -> bool:
    """Whether a file with just this content stands there. Raises OSError where it may not be read."""
    try:
        status = path.stat()
        return stat.S_ISREG(status.st_mode) and status.st_size == len(data) and path.read_bytes() == data
    except FileNotFoundError:
        return False


@contextlib.contextmanager
def folder_made(folder: Path) -> Iterator[None]:
    """The folder, made where it is missing; what was made is taken away when the work in it fails."""
    missing = [step for step in (folder, *folder.parents) if not step.exists()]
    try:
        for step in reversed(missing):
            step.mkdir(exist_ok=True)
        yield
    except BaseException:
        for step in missing:
            with contextlib.suppress(OSError):  # never made, or in use by somebody else by now
                step.rmdir()
        raise


def _replace(path: Path, data: bytes) -> None:
    """The file written beside its place, and moved into it once it is on disk."""
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name[:40]}.", suffix=".tmp")
    temporary = Path(name)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        temporary.chmod(0o666 & ~_umask())
        temporary.replace(path)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise
    _sync_folder(path.parent)


def _umask() -> int:
    """The process's file mode mask; it can only be read by setting it."""
    mask = os.umask(0o022)
    os.umask(mask)
    return mask


def _sync_folder(folder: Path) -> None:
    """The rename itself is on disk; systems that cannot open a folder (Windows) do without."""
    if os.name == "nt":
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
