"""A figure of the county workbook, back to every unit's file: from the last merge as it was recorded."""

from __future__ import annotations

import json
from datetime import datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from nianbao.frozen import frozen

if TYPE_CHECKING:
    from collections.abc import Sequence

    from nianbao.layout.formulas import Shown
    from nianbao.ledger.book import Book


@frozen
class Part:
    """What a unit's file says; `known` is False where that was not recorded."""

    unit: str
    name: str
    path: str
    sha256: str
    value: Shown
    known: bool


@frozen
class Traced:
    """A figure's parts in the order of the county workbook, and that workbook. `total`: the sum; None over words."""

    at: str
    path: str
    sha256: str
    complete: bool
    parts: Sequence[Part]
    total: int | Decimal | None


def trace(book: Book, key: str) -> Traced | None:
    """The figure of that id in the last merge; None where nothing was merged, or the form then had no such id."""
    last = book.row(
        "SELECT merged.id, merged.at, path, sha256, complete, words FROM merged"
        " JOIN basis ON basis.id = merged.basis ORDER BY merged.id DESC"
    )
    if last is None:
        return None
    with book.understood():
        return _traced(book, key, *last)


def _traced(  # noqa: PLR0913, PLR0917 -- a row's columns
    book: Book, key: str, merge: int, at: str, path: str, sha256: str, complete: int, words: str
) -> Traced | None:
    """The figure in that merge."""
    datetime.fromisoformat(at)  # ValueError for what is no moment
    ids = json.loads(words)["ids"]
    if key not in ids:
        return None
    place = ids.index(key)
    rows = book.rows(
        "SELECT counted.unit, name, path, counted.sha256, kept FROM counted"
        " LEFT JOIN judged ON judged.id = counted.judged WHERE merged = ? ORDER BY counted.id",
        (merge,),
    )
    parts = [
        Part(unit, name, file, digest, _value(kept, place), kept is not None)
        for unit, name, file, digest, kept in rows
    ]
    return Traced(at, path, sha256, bool(complete), parts, _total(parts))


def _value(kept: str | None, place: int) -> Shown:
    """The value at its place in a record."""
    if kept is None:
        return None
    value: Any = json.loads(kept)["values"][place]
    return Decimal(value["Decimal"]) if isinstance(value, dict) else value


def _total(parts: Sequence[Part]) -> int | Decimal | None:
    """The sum of the numbers; None where there are words among them."""
    values = [part.value for part in parts if part.value is not None]
    numbers = [value for value in values if not isinstance(value, str)]
    return sum(numbers) if len(numbers) == len(values) else None
