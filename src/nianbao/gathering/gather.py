"""The paths somebody names become the files to be read, folders and archives opened, in a fixed order."""

from __future__ import annotations

import os
import stat
from typing import TYPE_CHECKING, NamedTuple

from nianbao.gathering.addresses import Address
from nianbao.gathering.archive import opened
from nianbao.gathering.found import Found, Trouble, is_litter, not_opened
from nianbao.messages import say
from nianbao.problems import OfficeError, Problem, did_you_mean

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from nianbao.opening.grid import Limits

__all__ = ["Found", "Trouble", "gather", "shown_path"]

_UPWARD = say("是指回上级文件夹的快捷链接，没有进入。请移走。")


class _Place(NamedTuple):
    """Something in the file system, as reached, and where it really is (links resolved).

    `within`: where the folder really is that was gone through to it; empty for what somebody named.
    """

    path: Path
    real: str
    within: str = ""

    @property
    def leads_up(self) -> bool:
        """Whether it is a link to a folder that contains it: following it would lead in a circle."""
        return bool(self.within) and os.path.join(self.within, "").startswith(os.path.join(self.real, ""))  # noqa: PTH118  # as below


def gather(paths: Sequence[Path | Address], *, limits: Limits) -> Iterator[Found | Trouble]:
    """Every file under `paths`, by path: folders through all levels, zip archives by member.

    Litter (lock files, dot files, leavings of systems) is left out unless it is named in `paths` itself.
    Links are followed, but not to a folder above; what is reached twice comes once. One file is open at a time.
    Raises OfficeError listing every path that does not exist, before anything is read.
    """
    problems = [problem for path in paths if (problem := _fault(path))]
    if problems:
        raise OfficeError(problems)
    return _files(paths, limits)


def _fault(path: Path | Address) -> Problem | None:
    """Why what somebody named cannot be looked at."""
    if isinstance(path, Address):
        return path.fault()
    return _missing(path) if _is_missing(path) else None


def _is_missing(path: Path) -> bool:
    """Whether nothing stands there; what may not be looked at is there, and a broken link is too."""
    try:
        path.lstat()
    except (FileNotFoundError, NotADirectoryError, ValueError):
        return True
    except OSError:
        return False
    return False


def _missing(path: Path) -> Problem:
    """The complaint about a path, with what its folder has instead."""
    lost = next((step for step in reversed([path, *path.parents]) if _is_missing(step)), path)
    try:
        siblings = sorted(sibling.name for sibling in lost.parent.iterdir())
    except (OSError, ValueError):
        siblings = []
    guess = did_you_mean(lost.name, siblings)
    return Problem(say("找不到“{path}”，请检查路径{guess}", path=shown_path(path), guess=guess))


def _files(paths: Sequence[Path | Address], limits: Limits) -> Iterator[Found | Trouble]:
    """The files, depth first, without recursion: folders may be nested deeper than Python likes."""
    seen: set[str] = set()
    for start in paths:
        if isinstance(start, Address):
            yield from start.files(limits)
            continue
        places = [_Place(start, os.path.realpath(start))]
        while places:
            place = places.pop()
            if place.real in seen:
                continue
            seen.add(place.real)
            if place.leads_up:
                yield Trouble(shown_path(place.path), "unreadable", _UPWARD)
                continue
            try:
                status = place.path.stat()
                if stat.S_ISDIR(status.st_mode):
                    places.extend(_children(place))
                    continue
            except OSError as error:
                yield not_opened(shown_path(place.path), error)
                continue
            yield from _file(place.path, status=status, limits=limits)


def _children(folder: _Place) -> list[_Place]:
    """What a folder holds, last name first, as a stack wants it. Raises OSError."""
    with os.scandir(folder.path) as entries:
        wanted = [entry for entry in entries if not is_litter(entry.name)]
    wanted.sort(key=lambda entry: entry.name, reverse=True)
    return [
        _Place(
            folder.path / entry.name,
            os.path.realpath(entry.path) if entry.is_symlink() else os.path.join(folder.real, entry.name),  # noqa: PTH118  # 3 times faster than Path, 40,000 times
            folder.real,
        )
        for entry in wanted
    ]


def _file(path: Path, *, status: os.stat_result, limits: Limits) -> Iterator[Found | Trouble]:
    """The file or its members; a pipe or a device is not opened, as it might never end."""
    shown = shown_path(path)
    if not stat.S_ISREG(status.st_mode):
        yield Trouble(shown, "unreadable", say("不是普通文件（是设备或管道）。请移走。"))
        return
    name = shown.rpartition("/")[2]
    yield from opened(Found(shown, name, status.st_size, status.st_mtime_ns, source=path), limits=limits)


def shown_path(path: Path) -> str:
    """The path with forward slashes; a part whose name is in GBK, as unpacked on Linux, is read as such."""
    text = path.as_posix()
    if text.isprintable():
        return text
    return "/".join(map(_shown_part, text.split("/")))


def _shown_part(name: str) -> str:
    try:
        name.encode()
    except UnicodeEncodeError:
        return os.fsencode(name).decode("gb18030", errors="replace")
    return name
