"""What the units' rows on the 明细 sheet of a consolidated workbook add up to, input by input."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from itertools import count, takewhile
from typing import TYPE_CHECKING

from nianbao.layout.detail import DETAIL, FIRST_UNIT_ROW, ID_ROW, Detail
from nianbao.layout.places import Place
from nianbao.messages import say
from nianbao.returned.answers import read_input
from nianbao.returned.findings import Spot, found

if TYPE_CHECKING:
    from collections.abc import Mapping

    from nianbao.definition.form import Field
    from nianbao.layout.formulas import Shown
    from nianbao.layout.places import Layout
    from nianbao.opening.grid import Sheet
    from nianbao.returned.findings import Finding


@dataclass(frozen=True, slots=True)
class Tally:
    """The sums by id. `faulty`: ids with a row that is no number; what is in neither could not be read."""

    values: Mapping[str, Shown] = field(default_factory=dict)
    faulty: frozenset[str] = frozenset()
    findings: tuple[Finding, ...] = ()


def add_up(layout: Layout, sheet: Sheet | None) -> Tally:
    """The sums of every input that adds up, exact; a blank cell counts as nothing.

    The ids in the head row tell the columns, the code column how far the units go.
    """
    if sheet is None:
        return Tally(findings=(replace(found("sheet-missing", expected=DETAIL), sheet=DETAIL),))
    wanted = [item for item in layout.form.inputs() if item.adds_up]
    columns = {cell.text.strip(): at[1] for at, cell in sheet.cells.items() if at[0] == ID_ROW}
    lost = [item for item in wanted if item.id not in columns]
    if lost:
        return Tally(findings=(_column_gone(layout, lost[0]),))
    values: dict[str, Shown] = {}
    findings: list[Finding] = []
    for item in wanted:
        values[item.id], faults = _sum(layout, item, sheet, columns[item.id])
        findings += faults
    faulty = frozenset(key for key, value in values.items() if value is None)
    return Tally({key: value for key, value in values.items() if value is not None}, faulty, tuple(findings))


def _sum(layout: Layout, item: Field, sheet: Sheet, column: int) -> tuple[Shown, list[Finding]]:
    """One column's sum, or None and what is wrong with its cells."""
    readings = [(row, read_input(layout, item, sheet.cells.get((row, column)))) for row in _unit_rows(sheet)]
    faults = [
        replace(reading.finding, sheet=DETAIL, spots=(_spot(item, row, column),))
        for row, reading in readings
        if reading.finding and reading.faulty
    ]
    numbers = (reading.value for _, reading in readings)
    return None if faults else sum(n for n in numbers if n is not None and not isinstance(n, str)), faults


def _unit_rows(sheet: Sheet) -> list[int]:
    """The rows of units: down to the first without a code."""

    def has_code(row: int) -> bool:
        cell = sheet.cells.get((row, 0))
        return cell is not None and bool(cell.text.strip())

    return list(takewhile(has_code, count(FIRST_UNIT_ROW)))


def _column_gone(layout: Layout, item: Field) -> Finding:
    """The complaint about an id that no column has."""
    place = _spot(item, ID_ROW, Detail(layout.form, 0).column(item.id))
    finding = found("structure-changed", detail=say("「{id}」这一栏不见了", id=item.id), expected=item.id)
    return replace(finding, sheet=DETAIL, spots=(place,))


def _spot(item: Field, row: int, column: int) -> Spot:
    """A cell of the sheet, with the id of its column."""
    return Spot(item.id, Place(DETAIL, row, column).address, item.label)
