"""Files written whole or not at all, and files read within a limit."""

from __future__ import annotations

import errno
import os
import socket
from typing import TYPE_CHECKING

import pytest

from nianbao.problems import OfficeError
from nianbao.reading import read_whole
from nianbao.writing import save, save_changed

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
    for write in (save, save_changed):
        with pytest.raises((OfficeError, OSError)):
            write(path, b"new")
    assert (path.lstat().st_ino, path.lstat().st_mode) == (before.st_ino, before.st_mode)
    assert (tmp_path / "file").read_bytes() == b"mine"


def test_a_file_that_is_as_it_should_be_is_left_alone(tmp_path: Path) -> None:
    """Whoever has it open keeps it."""
    path = tmp_path / "a"
    assert save_changed(path, b"x")
    before = path.stat()
    assert not save_changed(path, b"x")
    assert (path.stat().st_ino, path.stat().st_mtime_ns) == (before.st_ino, before.st_mtime_ns)
    assert save_changed(path, b"y")


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
