"""Files written whole or not at all, and files read within a limit."""

from __future__ import annotations

import errno
import os
import socket
from typing import TYPE_CHECKING

import pytest

from nianbao import writing
from nianbao.problems import OfficeError
from nianbao.reading import read_whole
from nianbao.writing import BATCH, save, save_all

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


def test_a_file_is_replaced_and_its_folders_are_made(tmp_path: Path) -> None:
    """Nothing else stands beside it."""
    path = tmp_path / "a" / "b" / "c.xlsx"
    save(path, b"old")
    save(path, b"new")
    assert path.read_bytes() == b"new"
    assert list(path.parent.iterdir()) == [path]


@pytest.mark.parametrize("call", ["fsync", "chmod", "replace"])
@pytest.mark.parametrize("code", [errno.ENOSPC, errno.EIO, errno.EDQUOT])
def test_a_failure_leaves_what_was_there(
    call: str, code: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A full or broken disk at a late step: the old file whole, no temporary one, no new folder."""
    (tmp_path / "old.xlsx").write_bytes(b"old")

    def fail(*_: object, **__: object) -> None:
        raise OSError(code, os.strerror(code))

    monkeypatch.setattr(os, call, fail)
    for path in (tmp_path / "old.xlsx", tmp_path / "a" / "b" / "new.xlsx"):
        with pytest.raises(OSError, match=os.strerror(code)) as caught:
            save(path, b"new")
        assert (caught.value.errno, caught.value.filename) == (code, str(path))
    assert [path.name for path in tmp_path.iterdir()] == ["old.xlsx"]
    assert (tmp_path / "old.xlsx").read_bytes() == b"old"


@pytest.mark.parametrize(
    "name", ["n" * 260 + ".xlsx", "a/" + "n" * 260 + "/x.xlsx", "file/x.xlsx", "file/a/x.xlsx"]
)
def test_a_path_that_cannot_be_leaves_nothing(name: str, tmp_path: Path) -> None:
    """A name that is too long, a file where a folder should be: named in the error, no folder made on the way."""
    (tmp_path / "file").write_bytes(b"mine")
    with pytest.raises(OSError, match=r"long|directory") as caught:
        save(tmp_path / name, b"new")
    assert caught.value.filename == str(tmp_path / name)
    assert [path.name for path in tmp_path.iterdir()] == ["file"]


def a_socket(path: Path) -> None:
    """A socket that nobody listens on."""
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(str(path))


def a_link_to_a_pipe(path: Path) -> None:
    """A link beside its pipe."""
    os.mkfifo(path.parent / "pipe")
    path.symlink_to("pipe")


OTHERS: dict[str, Callable[[Path], object]] = {
    "a folder": lambda path: path.mkdir(),
    "a pipe": os.mkfifo,
    "a socket": a_socket,
    "a link to a file": lambda path: path.symlink_to(path.parent / "file"),
    "a link to nothing": lambda path: path.symlink_to("gone"),
    "a link to itself": lambda path: path.symlink_to(path.name),
    "a link to a pipe": a_link_to_a_pipe,
}


@pytest.mark.parametrize("make", OTHERS.values(), ids=OTHERS.keys())
def test_only_a_regular_file_is_replaced(
    make: Callable[[Path], object], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A rename would put a file in the place of anything else, as root even of a device."""
    monkeypatch.chdir(tmp_path)  # a socket's path must be short
    (tmp_path / "file").write_bytes(b"mine")
    path = tmp_path / "x.xlsx"
    make(path)
    before = path.lstat()
    many = {tmp_path / f"{number}.xlsx": b"new" for number in range(20)} | {path: b"new"}
    for write in (lambda: save(path, b"new"), lambda: list(save_all(many.items()))):
        with pytest.raises((OfficeError, OSError)):
            write()
    assert (path.lstat().st_ino, path.lstat().st_mode) == (before.st_ino, before.st_mode)
    assert (tmp_path / "file").read_bytes() == b"mine"


def test_a_file_that_is_as_it_should_be_is_left_alone(tmp_path: Path) -> None:
    """Whoever has it open keeps it."""
    path = tmp_path / "a"
    assert list(save_all([(path, b"x")])) == [True]
    before = path.stat()
    assert list(save_all([(path, b"x")])) == [False]
    assert (path.stat().st_ino, path.stat().st_mtime_ns) == (before.st_ino, before.st_mtime_ns)
    assert list(save_all([(path, b"y")])) == [True]


def numbered(folder: Path, count: int, data: bytes = b"new") -> dict[Path, bytes]:
    """So many files to be written."""
    return {folder / f"{number}.xlsx": data for number in range(count)}


@pytest.mark.parametrize("known", [True, False])
def test_many_files_are_written_in_batches(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, *, known: bool
) -> None:
    """Each stands whole with nothing beside it, also where the system cannot sync a disk; the folder is made."""
    if not known:
        monkeypatch.setattr(writing, "disk_syncing", lambda: None)
    files = numbered(tmp_path / "a" / "b", 2 * BATCH + 3)
    assert all(save_all(files.items()))
    assert {path: path.read_bytes() for path in (tmp_path / "a" / "b").iterdir()} == files
    files |= numbered(tmp_path / "a" / "b", 20, b"newer")
    assert list(save_all(files.items())) == [True] * 20 + [False] * (2 * BATCH - 17)
    assert {path: path.read_bytes() for path in (tmp_path / "a" / "b").iterdir()} == files


def test_nothing_is_renamed_before_it_is_on_disk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """When a batch is synced its old files still stand, and the new ones beside them hold all their data."""
    files, seen = numbered(tmp_path, 20), []
    for path in files:
        path.write_bytes(b"old")

    def sync(folder: Path) -> None:
        seen.append(sorted(path.read_bytes() for path in folder.iterdir()))

    monkeypatch.setattr(writing, "disk_syncing", lambda: sync)
    assert all(save_all(files.items()))
    assert seen == [[b"new"] * 20 + [b"old"] * 20]
    assert {path: path.read_bytes() for path in tmp_path.iterdir()} == files


@pytest.mark.parametrize("call", ["sync", "chmod", "replace"])
def test_a_failure_among_many_leaves_what_was_there(
    call: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A full disk when a batch is written or synced: its files as they were, no temporary ones, no new folder."""

    def fail(*_: object, **__: object) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    old = numbered(tmp_path, 20, b"old")
    assert all(save_all(old.items()))
    if call == "sync":
        monkeypatch.setattr(writing, "disk_syncing", lambda: fail)
    else:
        monkeypatch.setattr(os, call, fail)
    for folder in (tmp_path, tmp_path / "a" / "b"):
        with pytest.raises(OSError, match="space"):
            list(save_all(numbered(folder, 20).items()))
    assert {path: path.read_bytes() for path in tmp_path.iterdir()} == old


def test_a_disk_is_synced(tmp_path: Path) -> None:
    """The system's own call takes the folder's disk, and tells of one that is not there."""
    sync = writing.disk_syncing()
    if sync is None:  # another system than Linux
        return
    sync(tmp_path)
    with pytest.raises(FileNotFoundError):
        sync(tmp_path / "gone")


def test_a_file_is_read_up_to_its_limit(tmp_path: Path) -> None:
    """The limit itself passes; one byte more is refused with the limit."""
    path = tmp_path / "a"
    path.write_bytes(bytes(1_500_000))
    assert len(read_whole(path, most=1_500_000)) == 1_500_000
    path.write_bytes(bytes(1_500_001))
    with pytest.raises(OfficeError, match=r"最多 1\.5 MB"):
        read_whole(path, most=1_500_000)


@pytest.mark.parametrize("make", [OTHERS["a folder"], OTHERS["a pipe"], OTHERS["a link to a pipe"]])
def test_only_a_regular_file_is_read(make: Callable[[Path], object], tmp_path: Path) -> None:
    """A pipe is not waited for."""
    make(tmp_path / "a")
    with pytest.raises(OfficeError, match=r"文件夹|管道"):
        read_whole(tmp_path / "a", most=10)


def test_a_file_that_becomes_a_pipe_is_not_waited_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is looked at again once it is open."""
    os.mkfifo(tmp_path / "a")
    (tmp_path / "file").touch()
    regular = (tmp_path / "file").stat()
    monkeypatch.setattr("pathlib.Path.stat", lambda _: regular)
    with pytest.raises(OfficeError, match="管道"):
        read_whole(tmp_path / "a", most=10)


def test_a_file_that_is_not_there_is_the_systems_complaint(tmp_path: Path) -> None:
    """With its name."""
    with pytest.raises(FileNotFoundError) as caught:
        read_whole(tmp_path / "none", most=10)
    assert caught.value.filename == str(tmp_path / "none")
