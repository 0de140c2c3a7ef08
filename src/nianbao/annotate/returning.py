"""A review's files written for the units: a copy to correct, or the findings alone where nothing can be corrected."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from nianbao.annotate.copies import copy_of, opinion_alone
from nianbao.annotate.file_names import copy_names
from nianbao.annotate.marks import wants_answer
from nianbao.frozen import frozen
from nianbao.gathering.found import Found
from nianbao.opening.grid import UnreadableError
from nianbao.returned.review import path_found
from nianbao.rounds.outputs import guard_outputs
from nianbao.writing import save_all

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping
    from pathlib import Path

    from nianbao.annotate.copies import Desk
    from nianbao.gathering.found import Trouble
    from nianbao.returned.returns import Checked
    from nianbao.returned.review import Review
    from nianbao.rounds.rounds import Round


@frozen
class Answers:
    """What was written: every file with the name of what goes back for it; those that only got an opinion.

    `others`: workbooks in the folder that are of no file of this review, from an earlier run.
    """

    folder: Path
    names: Mapping[str, str]
    without_copy: tuple[str, ...]
    others: tuple[str, ...]


def answer(  # noqa: PLR0913 -- what is written, from what, where
    folder: Path,
    found: Review,
    gathered: Iterable[Found | Trouble],
    desk: Desk,
    *,
    here: Round | None,
    tell: Callable[[int], None] = lambda _: None,
) -> Answers:
    """Copies into `folder` for all files with something to be answered; `gathered` are the review's files once more.

    What was there of the same name is replaced, unless it is a file of a round's or one that was read: then
    OfficeError before anything is written.
    """
    wanted = {checked.path: checked for checked in found.files if wants_answer(checked)}
    names = copy_names(wanted.values())
    guard_outputs(folder, names.values(), [checked.path for checked in found.files], here=here)
    without: list[str] = []
    made = copies(wanted, gathered, desk, without=without)
    written = ((folder / names[checked.path], data) for checked, data in made)
    for number, _ in enumerate(save_all(written), start=1):
        tell(number)
    known = set(names.values())
    others = (path.name for path in folder.glob("[!.~]*.xlsx")) if folder.is_dir() else ()
    return Answers(folder, names, tuple(without), tuple(sorted(set(others) - known)))


def copies(
    wanted: Mapping[str, Checked], gathered: Iterable[Found | Trouble], desk: Desk, *, without: list[str]
) -> Iterator[tuple[Checked, bytes]]:
    """Each file with its copy, one at a time; last the opinions on files that could not be read again.

    `wanted`: the files by their paths; `without` takes up the paths of those that only got an opinion.
    """
    waiting = dict(wanted)
    by_path: dict[str, list[Checked]] = {}
    for checked in wanted.values():
        for path in dict.fromkeys((checked.path, path_found(checked.path))):
            by_path.setdefault(path, []).append(checked)
    for file in gathered if waiting else ():
        alike = [one for one in by_path.get(file.path, ()) if one.path in waiting]
        data = _data(file) if alike else b""
        same = _checked_as(data, alike)
        made = copy_of(data, same, desk, file=_shown(same)) if same else None
        if same and made is not None:
            del waiting[same.path]
            yield same, made
    for checked in waiting.values():
        without.append(checked.path)
        yield checked, opinion_alone(checked, desk, file=_shown(checked))


def _checked_as(data: bytes, alike: Iterable[Checked]) -> Checked | None:
    """What was found in these very bytes; None where they have changed since, or cannot be had."""
    digest = hashlib.sha256(data).hexdigest() if data else ""
    return next((checked for checked in alike if checked.sha256 == digest), None) if data else None


def _data(file: Found | Trouble) -> bytes:
    """The file's bytes; nothing where they cannot be had."""
    if not isinstance(file, Found):
        return b""
    try:
        return file.read()
    except UnreadableError:
        return b""


def _shown(checked: Checked) -> str:
    """The file's name without its folders, which are the office's own."""
    return checked.path.rpartition("/")[2]
