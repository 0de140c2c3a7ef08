"""The files of a unit that the ledger keeps, written out again under names of our own."""

from __future__ import annotations

import hashlib
import os
import re
from typing import TYPE_CHECKING

from nianbao.frozen import frozen
from nianbao.messages import say
from nianbao.problems import refuse
from nianbao.rounds.outputs import guard_outputs
from nianbao.writing import holds, save

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from nianbao.ledger.book import Book
    from nianbao.roster.units import Unit
    from nianbao.rounds.rounds import Round

ENDINGS = frozenset({".xlsx", ".xlsm", ".xls", ".xlsb", ".ods", ".et"})
"""Endings that a kept file keeps: of others a name could say anything."""
OTHER_ENDING = ".dat"
DAY = re.compile("[0-9]{4}-[0-9]{2}-[0-9]{2}")
_FILES_OF_UNIT = (
    "SELECT judged.sha256, min(received), min(coalesce(nullif(member, ''), path)) FROM judged"
    " JOIN arrival USING (sha256) WHERE judged.unit = ? GROUP BY judged.sha256 ORDER BY min(arrival.id)"
)


@frozen
class Kept:
    """A file that the ledger keeps: its digest, and the name that it gets."""

    sha256: str
    name: str


def save_kept(here: Round, book: Book, unit: Unit, folder: Path) -> list[tuple[Path, bool]]:
    """Each file of the unit with whether it was written; one that is there already, byte for byte, is left alone.

    Raises OfficeError where another file has its name, or the ledger's bytes are not those that it took in.
    """
    files = _files(book, unit)
    guard_outputs(folder, (), (), here=here)
    for kept in files:
        path = folder / kept.name
        if os.path.lexists(path) and not holds(path, _data(book, kept)):
            raise refuse(say("这里已有同名的文件，内容不同，没有改写。请换一个文件夹。"), file=str(path))
    written = []
    for kept in files:
        path = folder / kept.name
        is_new = not os.path.lexists(path)
        if is_new:
            save(path, _data(book, kept))
        written.append((path, is_new))
    return written


def _files(book: Book, unit: Unit) -> Sequence[Kept]:
    """The files by when they came: `101_2026-01-12_3fa85c0d1b2e.xlsx`."""
    with book.understood():
        return [
            Kept(sha256, f"{_safe(unit.code)}_{_day(received)}_{sha256[:12]}{_ending(name)}")
            for sha256, received, name in book.rows(_FILES_OF_UNIT, (unit.code,))
        ]


def _data(book: Book, kept: Kept) -> bytes:
    """The file's bytes, as they were taken in."""
    row = book.row("SELECT data FROM content WHERE sha256 = ?", (kept.sha256,))
    data = bytes(row[0]) if row else b""
    if hashlib.sha256(data).hexdigest() != kept.sha256:
        raise refuse(say("台账里这份文件的内容与记下的 SHA-256 不符，没有写出。"), file=kept.name)
    return data


def _safe(code: str) -> str:
    """The unit's code without what means something in a path."""
    return re.sub(r"[^\w-]", "_", code)


def _day(received: str) -> str:
    """The day on which it came; words where the ledger has none."""
    match = DAY.match(received or "")
    return match[0] if match else "0000-00-00"


def _ending(name: str) -> str:
    ending = os.path.splitext(name)[1].lower()  # noqa: PTH122 -- a text from outside, not a path of ours
    return ending if ending in ENDINGS else OTHER_ENDING
