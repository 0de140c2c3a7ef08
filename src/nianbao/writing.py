"""Files written whole or not at all: temporary file beside the target, fsync, rename."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

from nianbao.messages import say
from nianbao.problems import refuse


def save(path: Path, data: bytes) -> None:
    """`data` stands at `path`, or, after any failure, what stood there before.

    Raises OSError (disk full, no permission) that names `path`: the system names no file when a write fails, or
    the temporary one, which is removed. Raises OfficeError where something stands there that is no file (a folder,
    a device, a pipe): renaming would put a file in its place.
    """
    if path.exists() and not path.is_file():
        raise refuse(say("这里已有同名的文件夹或设备，不能写在它上面。请换一个文件名。"), file=str(path))
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        _replace(path, data)
    except OSError as error:
        error.filename = str(path)
        raise


def save_changed(path: Path, data: bytes) -> bool:
    """Whether the file had to be written: one that holds `data` already is left alone."""
    try:
        if path.stat().st_size == len(data) and path.read_bytes() == data:
            return False
    except FileNotFoundError:
        pass
    save(path, data)
    return True


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
