"""Files written whole or not at all: temporary file beside the target, synced to disk, renamed."""

from __future__ import annotations

import contextlib
import os
import stat
import sys
import tempfile
from contextlib import ExitStack
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

from nianbao.messages import Message, say
from nianbao.problems import refuse

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

BATCH = 256
"""So many files are synced together: what a run that was killed may have left as temporary files."""
WORTH_SYNCING = 8
"""Fewer files are synced each by itself: a file system may have much else to write."""


def save(path: Path, data: bytes, *, mtime_ns: int | None = None) -> None:
    """`data` stands at `path`, or, after any failure, what stood there before; folders made for it go again.

    `mtime_ns`: when it is to have been written; now where it is not told.

    Raises OSError (disk full, no permission) that names `path`: the system names no file when a write fails, or
    the temporary one, which is removed. Raises OfficeError where something stands there that is no regular file
    (a folder, a device, a pipe, a link): renaming would put a file in its place.
    """
    with _named(path), folder_made(path.parent), _beside(path, data, synced=True) as temporary:
        if mtime_ns is not None:
            os.utime(temporary, ns=(mtime_ns, mtime_ns))
        temporary.replace(path)
        _sync_folder(path.parent)


def save_all(files: Iterable[tuple[Path, bytes]]) -> Iterator[bool]:
    """Saves the files as `save` does, and says of each whether it had to be: one that holds its data is left alone.

    They are written beside their places some hundreds at a time, synced together, and then renamed: to sync each by
    itself takes fifty times as long as to write it. A failure leaves those of its batch as they were.
    """
    source = iter(files)
    while batch := list(islice(source, BATCH)):
        changed = {path: data for path, data in batch if not holds(path, data)}
        if len(changed) >= WORTH_SYNCING and (sync := disk_syncing()):
            _save_together(changed, sync)
        else:
            for path, data in changed.items():
                save(path, data)
        yield from (path in changed for path, _ in batch)


def _save_together(files: Mapping[Path, bytes], sync: Callable[[Path], None]) -> None:
    """The files, none of them in its place before all are on disk."""
    folders = dict.fromkeys(path.parent for path in files)
    with ExitStack() as stack:
        for folder in folders:
            with _named(folder):
                stack.enter_context(folder_made(folder))
        written: dict[Path, Path] = {}
        for path, data in files.items():
            with _named(path):
                written[path] = stack.enter_context(_beside(path, data, synced=False))
        for folder in folders:
            sync(folder)
        for path, temporary in written.items():
            with _named(path):
                temporary.replace(path)
        for folder in folders:
            _sync_folder(folder)


@contextlib.contextmanager
def _named(path: Path) -> Iterator[None]:
    """An error of the system's in it names `path`."""
    try:
        yield
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


@contextlib.contextmanager
def _beside(path: Path, data: bytes, *, synced: bool) -> Iterator[Path]:
    """A temporary file with the data beside its place; gone in the end where it was not renamed.

    Raises OfficeError where something stands at `path` that is no regular file.
    """
    if complaint := occupied(path):
        raise refuse(complaint, file=str(path))
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name[:40]}.", suffix=".tmp")
    temporary = Path(name)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            if synced:
                file.flush()
                os.fsync(file.fileno())
        temporary.chmod(0o666 & ~_umask())
        yield temporary
    finally:
        temporary.unlink(missing_ok=True)


def _umask() -> int:
    """The process's file mode mask; it can only be read by setting it."""
    mask = os.umask(0o022)
    os.umask(mask)
    return mask


def disk_syncing() -> Callable[[Path], None] | None:
    """A function that syncs the whole file system that a folder is on; None where there is none (Windows, macOS).

    Linux tells of a failed write there since 5.8.
    """
    import ctypes  # noqa: PLC0415 -- only where many files are written

    call = getattr(ctypes.CDLL(None, use_errno=True), "syncfs", None) if sys.platform == "linux" else None
    if call is None:
        return None

    def sync(folder: Path) -> None:
        handle = os.open(folder, os.O_RDONLY)
        try:
            if call(handle):
                code = ctypes.get_errno()
                raise OSError(code, os.strerror(code), str(folder))
        finally:
            os.close(handle)

    return sync


def _sync_folder(folder: Path) -> None:
    """The rename itself is on disk; systems that cannot open a folder (Windows) do without."""
    if os.name == "nt":
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
