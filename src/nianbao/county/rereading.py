"""A county workbook's figures as another reader sees them: the cells' stored values, and the sums of 明细's columns."""

from __future__ import annotations

from collections import defaultdict
from decimal import Decimal
from io import BytesIO
from typing import TYPE_CHECKING

from python_calamine import CalamineWorkbook

from nianbao.frozen import frozen
from nianbao.layout.detail import DETAIL, FIRST_UNIT_ROW, ID_ROW, TOTAL_ROW, Detail
from nianbao.layout.places import Place

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from nianbao.county.finished import Finished
    from nianbao.county.merge import Number
    from nianbao.layout.places import Layout

EXACT = 2**53
"""Whole numbers below it are exact in a float."""


@frozen
class Stored:
    """Numbers that cells hold as their results: of the form's cells, and of the sums over 明细's head."""

    cells: Mapping[str, Number]
    sums: Mapping[str, Number]


def stored_values(finished: Finished, layout: Layout) -> Stored:
    """What the cells hold.

    The reader is given the file without the units' rows: of a whole one it takes three copies, 100 MB for 40,000 units.
    """
    book = CalamineWorkbook.from_filelike(BytesIO(finished.with_detail(finished.heads)))
    grids = {sheet: dict(_rows(book, sheet)) for sheet in (DETAIL, *(t.sheet for t in layout.form.tables))}
    detail = Detail(layout.form, 0)
    sums = {key: Place(DETAIL, TOTAL_ROW, detail.column(key)) for key in layout.form.fields}
    places = {key: layout.places[key] for key in layout.form.fields}
    return Stored(_numbers(grids, places), _numbers(grids, sums))


def _numbers(
    grids: Mapping[str, Mapping[int, Sequence[object]]], places: Mapping[str, Place]
) -> dict[str, Number]:
    """The numbers in those cells, as far as there are any."""
    found = {key: _number_at(grids, place) for key, place in places.items()}
    return {key: number for key, number in found.items() if number is not None}


def _number_at(grids: Mapping[str, Mapping[int, Sequence[object]]], place: Place) -> Number | None:
    """The number in a cell; None where there is none."""
    row = grids[place.sheet].get(place.row, ())
    return _exact(row[place.column]) if place.column < len(row) else None


def column_sums(finished: Finished, layout: Layout, units: int) -> Mapping[str, Number]:
    """Every id's column added up over the units; nothing for an id that is not among the heads."""
    sums: defaultdict[str, Number] = defaultdict(int)
    heads: dict[str, int] = {}
    wanted = range(FIRST_UNIT_ROW, FIRST_UNIT_ROW + units)
    for block in finished.blocks():
        book = CalamineWorkbook.from_filelike(BytesIO(finished.with_detail(block)))
        rows = dict(_rows(book, DETAIL))
        heads |= {str(head): column for column, head in enumerate(rows.get(ID_ROW, ()))}
        columns = [*zip(*(row for number, row in rows.items() if number in wanted), strict=True)]
        for key in layout.form.fields:
            if key in heads and columns:
                sums[key] += _total(columns[heads[key]])
    return sums


def _rows(book: CalamineWorkbook, sheet: str) -> Iterator[tuple[int, Sequence[object]]]:
    """The rows that hold something, by number from 0, each from the first column on."""
    found = book.get_sheet_by_name(sheet)
    if found.start is not None:
        first, left = found.start
        for number, row in enumerate(found.to_python(skip_empty_area=True), start=first):
            yield number, (*("",) * left, *row)


def _total(cells: Sequence[object]) -> Number:
    """The exact sum of the numbers among stored values."""
    if set(map(type, cells)) == {float}:
        numbers: Sequence[float] = cells  # type: ignore[assignment]
        if -EXACT < min(numbers) <= max(numbers) < EXACT and all(map(float.is_integer, numbers)):
            return sum(map(int, numbers))
    found = [_exact(cell) for cell in cells]
    return sum((number for number in found if number is not None), start=Decimal(0))


def _exact(value: object) -> Number | None:
    """A stored number as written: the shortest decimal that stands for it."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    return Decimal(repr(value))
