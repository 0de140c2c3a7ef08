"""A review's files written for the units: a copy to correct, or the findings alone where nothing can be corrected."""

from __future__ import annotations

import hashlib
import re
from typing import TYPE_CHECKING

from nianbao.annotate.copies import copy_of, opinion_alone
from nianbao.annotate.file_names import copy_names
from nianbao.annotate.marks import wants_answer
from nianbao.frozen import frozen
from nianbao.gathering.found import Found
from nianbao.opening.grid import UnreadableError
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

TOLD_APART = re.compile(r" \([0-9]+\)$")


@frozen
class Answers:
    """What was written: every file with the name of what goes back for it; those that only got an opinion.

    `others`: workbooks in the folder that are of no file of this review, from an earlier run.
    """

    folder: Path
    names: Mapping[str, str]
    without_copy: tuple[str, ...]
    changed: int
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
    copies = _copies(folder, wanted, gathered, desk, names=names, without=without)
    changed = 0
    for number, written in enumerate(save_all(copies), start=1):
        changed += written
        tell(number)
    known = set(names.values())
    others = (path.name for path in folder.glob("[!.~]*.xlsx")) if folder.is_dir() else ()
    return Answers(folder, names, tuple(without), changed, tuple(sorted(set(others) - known)))


def _copies(  # noqa: PLR0913 -- as above
    folder: Path,
    wanted: Mapping[str, Checked],
    gathered: Iterable[Found | Trouble],
    desk: Desk,
    *,
    names: Mapping[str, str],
    without: list[str],
) -> Iterator[tuple[Path, bytes]]:
    """Each copy with its path, one at a time; last the opinions on files that could not be read again."""
    waiting = dict(wanted)
    for file in gathered if waiting else ():
        for checked in _of_file(file, waiting):
            made = copy_of(_data(file), checked, desk, file=_shown(checked))
            if made is not None:
                del waiting[checked.path]
                yield folder / names[checked.path], made
    for checked in waiting.values():
        without.append(checked.path)
        yield folder / names[checked.path], opinion_alone(checked, desk, file=_shown(checked))


def _of_file(file: Found | Trouble, waiting: Mapping[str, Checked]) -> list[Checked]:
    """What was found in the file when it was checked, if it is the same still and its bytes can be had."""
    alike = [c for path, c in waiting.items() if file.path in {path, TOLD_APART.sub("", path)}]
    data = _data(file) if alike else b""
    seal = hashlib.sha256(data).hexdigest() if data else ""
    return [checked for checked in alike if checked.sha256 == seal][:1]


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
