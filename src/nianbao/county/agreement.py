"""A county workbook's figures worked out three ways: by the engine, by its formulas, by what it stores.

Any difference is a mistake of this program: the workbook is then not to be given out.
"""

from __future__ import annotations

import re
from decimal import Decimal
from io import BytesIO
from typing import TYPE_CHECKING

from python_calamine import CalamineWorkbook

from nianbao.county.merge import adding_ids
from nianbao.definition.form import AMOUNT_DECIMALS
from nianbao.frozen import frozen
from nianbao.layout.detail import DETAIL, FIRST_UNIT_ROW, ID_ROW
from nianbao.layout.formulas import State, Total
from nianbao.layout.results import add_totals
from nianbao.opening.grid import Kind, Limits
from nianbao.opening.numbers import is_same
from nianbao.opening.workbooks import read_workbook

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from nianbao.layout.formulas import Shown
    from nianbao.layout.places import Layout
    from nianbao.opening.grid import Sheet, Workbook

Number = int | Decimal
SUM_FORM = re.compile(
    rf"=(?:(ROUND\()SUM\({{0}}\),{AMOUNT_DECIMALS}\)|SUM\({{0}}\))".replace("{0}", "([^()]*)")
)
AREA = re.compile(rf"'{DETAIL}'!([A-Z]{{1,3}})([1-9]\d*)(?::([A-Z]{{1,3}})([1-9]\d*))?")
UNLIMITED = 2**62
OWN_FILE = Limits(file=UNLIMITED, part=UNLIMITED, inflated=UNLIMITED, parts=UNLIMITED, cells=UNLIMITED)
"""A file that we have just written ourselves may be of any size."""


@frozen
class Difference:
    """One id with its value by the engine, by the formulas, in the stored cell, and summed up from 明细."""

    id: str
    engine: Number | None
    formulas: Number | None
    stored: Number | None
    detail: Number | None


class DisagreementError(Exception):
    """The workbook does not say what was counted."""

    def __init__(self, differences: Sequence[Difference]) -> None:
        self.differences = tuple(differences)
        lines = (
            f"{each.id}: engine {each.engine}, formulas {each.formulas}, stored {each.stored}, {DETAIL} {each.detail}"
            for each in self.differences
        )
        super().__init__("\n".join(("the county workbook disagrees with itself", *lines)))


def agree(data: bytes, layout: Layout, state: State, *, units: int) -> None:
    """Nothing, where every figure that adds up agrees. Raises DisagreementError otherwise."""
    formulas = _by_formulas(data, layout, state)
    stored, detail = _by_rereading(data, layout, units)
    compared = sorted(adding_ids(layout.form), key=layout.order)
    found = [
        Difference(key, _number(state.cells[key]), formulas.get(key), stored.get(key), detail.get(key))
        for key in compared
    ]
    differences = [each for each in found if not _agrees(each)]
    if differences:
        raise DisagreementError(differences)


def _agrees(each: Difference) -> bool:
    """Whether all are there and the same."""
    engine, others = each.engine, (each.formulas, each.stored, each.detail)
    return engine is not None and all(other is not None and is_same(other, engine) for other in others)


def _by_formulas(data: bytes, layout: Layout, state: State) -> dict[str, Number]:
    """The inputs' formulas as they stand in the file, worked out over its 明细, and the totals over these."""
    book = read_workbook(data, OWN_FILE)
    sums = dict(_evaluated(book, layout))
    again = State(dict(sums), declared=state.declared, kind=state.kind)
    add_totals(layout.form, again, typed=sums)
    intact = {field.id for field in layout.form.totals() if _is_intact(book, layout, field.id)}
    known = sums.keys() | intact
    numbers = {key: _number(value) for key, value in again.cells.items() if key in known}
    return {key: number for key, number in numbers.items() if number is not None}


def _evaluated(book: Workbook, layout: Layout) -> Iterator[tuple[str, Shown]]:
    """Each input whose formula is a sum over 明细, with that sum."""
    detail = book.sheet(DETAIL)
    for field in layout.form.inputs():
        total = _evaluate(_formula(book, layout, field.id), detail) if detail else None
        if total is not None:
            yield field.id, total


def _formula(book: Workbook, layout: Layout, key: str) -> str:
    """The formula in an id's cell; nothing where there is none."""
    place = layout.places[key]
    sheet = book.sheet(place.sheet)
    cell = sheet.cells.get((place.row, place.column)) if sheet else None
    return (cell.formula or "") if cell else ""


def _evaluate(formula: str, detail: Sheet) -> Number | None:
    """`=SUM('明细'!D7:D20)` or the same rounded, worked out exactly; None for any other text."""
    match = SUM_FORM.fullmatch(formula)
    area = AREA.fullmatch(match[2] or match[3] or "") if match else None
    if match is None or area is None:
        return None
    first, last = (
        (_column(area[1]), int(area[2]) - 1),
        (_column(area[3] or area[1]), int(area[4] or area[2]) - 1),
    )
    cells = (
        detail.cells.get((row, column))
        for column in range(first[0], last[0] + 1)
        for row in range(first[1], last[1] + 1)
    )
    total = sum((Decimal(cell.text) for cell in cells if cell and cell.kind is Kind.NUMBER), start=Decimal(0))
    return round(total, AMOUNT_DECIMALS) if match[1] else total


def _column(letters: str) -> int:
    """0 for `A`."""
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - 64
    return number - 1


def _is_intact(book: Workbook, layout: Layout, key: str) -> bool:
    """Whether a total's formula is the form's."""
    expected = Total(layout.form.fields[key]).excel(layout.seen_from(layout.places[key].sheet))
    return _formula(book, layout, key) == "=" + expected


def _by_rereading(
    data: bytes, layout: Layout, units: int
) -> tuple[Mapping[str, Number], Mapping[str, Number]]:
    """The stored values of the form's cells, and the sums of 明细's columns, as another reader sees them."""
    book = CalamineWorkbook.from_filelike(BytesIO(data))
    grids = {table.sheet: _grid(book, table.sheet) for table in layout.form.tables}
    stored = {}
    for key in layout.form.fields:
        place = layout.places[key]
        number = _stored(grids[place.sheet], place.row, place.column)
        if number is not None:
            stored[key] = number
    return stored, _column_sums(_grid(book, DETAIL), layout, units)


def _grid(book: CalamineWorkbook, sheet: str) -> list[list[object]]:
    """A sheet's values from its first cell on."""
    return [list(row) for row in book.get_sheet_by_name(sheet).to_python(skip_empty_area=False)]


def _stored(grid: list[list[object]], row: int, column: int) -> Number | None:
    """The number in a cell; None for anything else."""
    value = grid[row][column] if row < len(grid) and column < len(grid[row]) else None
    return _exact(value)


def _exact(value: object) -> Number | None:
    """A stored number as written: the shortest decimal that stands for it."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    return Decimal(repr(value))


def _column_sums(grid: list[list[object]], layout: Layout, units: int) -> dict[str, Number]:
    """Every id's column added up over the units."""
    heads = {str(head): column for column, head in enumerate(grid[ID_ROW])}
    rows = grid[FIRST_UNIT_ROW : FIRST_UNIT_ROW + units]
    sums: dict[str, Number] = {}
    for key in layout.form.fields:
        if key in heads:
            numbers = (_exact(row[heads[key]]) for row in rows)
            sums[key] = sum((number for number in numbers if number is not None), start=Decimal(0))
    return sums


def _number(shown: Shown) -> Number | None:
    """The number among what a cell may show."""
    return shown if isinstance(shown, int | Decimal) else None
