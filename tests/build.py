"""Returned workbooks for tests: a blank filled in right, with one thing changed at a time."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from functools import cache
from io import BytesIO
from typing import TYPE_CHECKING

import openpyxl

from conftest import KEY, make_identity
from nianbao.kinds import UnitKind
from nianbao.layout.detail import DETAIL, FIRST_UNIT_ROW, ID_ROW, Detail
from nianbao.layout.results import work_out
from nianbao.layout.shelf import find_form
from nianbao.layout.slots import banners, slots
from nianbao.opening.grid import Cell, Kind, Sheet, Workbook
from nianbao.opening.workbooks import Opener, read_workbook
from nianbao.period import Period
from nianbao.returned.claims import Expectation
from nianbao.returned.judging import Judge
from nianbao.returned.reader import read_return
from nianbao.returned.returns import Checked
from nianbao.roster.roster import Roster
from nianbao.roster.units import Unit
from nianbao.workbook.blank import BlankWriter, write_master
from nianbao.workbook.patching import patch
from nianbao.workbook.protection import lock

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from nianbao.layout.formulas import Shown
    from nianbao.layout.identity import Identity
    from nianbao.layout.places import Layout
    from nianbao.returned.reader import Received

OPENER = Opener()
"""One for all tests: whatever it has met before must not change what it says of the next file."""
TIME = datetime(2026, 1, 20, 9, 30, tzinfo=UTC)
UNITS = (
    Unit("101", "东河镇", UnitKind.TOWN),
    Unit("201", "县财政局", UnitKind.BUREAU),
    Unit("300", "示例县政府办", UnitKind.OFFICE),
    Unit("400", "西山县", UnitKind.COUNTY),
)
WORDS = "按照条例做好各项公开工作。信息处理费按规定收取。"
"""What suits every section."""
Complaint = tuple[str, str, tuple[str, ...]]
"""Code, sheet and cells of a finding."""


def right_answers(layout: Layout) -> dict[str, Shown]:
    """An answer for every input with nothing wrong: mostly 0, one application dealt with."""
    known: dict[str, Shown] = {
        field.id: field.choices[0] if field.choices else 0 for field in layout.form.inputs()
    }
    some: dict[str, Shown] = {"t3.new.natural": 12, "t3.granted.natural": 11, "t3.carried_out.natural": 1}
    return known | {key: value for key, value in some.items() if key in known}


def right_words(layout: Layout) -> dict[str, Shown]:
    """Every section that cannot be left empty, with nothing wrong."""
    return {text.id: WORDS for text in layout.form.texts if text.required}


@cache
def blank(edition: str = "2021", kind: UnitKind = UnitKind.TOWN) -> bytes:
    """A signed blank of unit 101."""
    layout = find_form(edition)
    return BlankWriter(layout).write(make_identity(layout, kind=kind))


def filled(
    layout: Layout, changes: Mapping[str, Shown] | None = None, *, kind: UnitKind = UnitKind.TOWN
) -> bytes:
    """The 2021 blank filled in right, and then as `changes` have it: any id, totals typed over included."""
    values = right_answers(layout) | right_words(layout) | dict(changes or {})
    return patch(blank(kind=kind), {layout.places[key]: value for key, value in values.items()})


def sent_by(layout: Layout, identity: Identity) -> bytes:
    """A return filled in right that says this of itself."""
    data = BlankWriter(layout).write(identity)
    values = right_answers(layout) | right_words(layout)
    return patch(data, {layout.places[key]: value for key, value in values.items()})


def reworked(data: bytes, change: Callable[[openpyxl.Workbook], object]) -> bytes:
    """The workbook after somebody changed it in another program (openpyxl, which drops cached results)."""
    book = openpyxl.load_workbook(BytesIO(data))
    change(book)
    stream = BytesIO()
    book.save(stream)
    return stream.getvalue()


def expectation(layout: Layout, units: Iterable[Unit] = UNITS) -> Expectation:
    """A county's round for 2025 that sent the blanks of these tests."""
    return Expectation(layout, Period(2025), "round-1", KEY, Roster(tuple(units)), UnitKind.COUNTY)


def judged(file: bytes | Workbook, expected: Expectation | None = None) -> Checked:
    """The file (or its grid) read and checked; twice in one process, and cell by cell, with the same outcome."""
    judge = Judge(expected, OPENER)
    first, again = (_judged_once(judge, file, expected) for _ in range(2))
    assert first == again
    if isinstance(file, bytes) and first.identity:
        closely = _weighed(judge, replace(first, findings=()), read_return(read_workbook(file), expected))
        assert closely == first
    return first


def _judged_once(judge: Judge, file: bytes | Workbook, expected: Expectation | None) -> Checked:
    if isinstance(file, Workbook):
        return _weighed(judge, Checked("a.xlsx", "", TIME), read_return(file, expected))
    return judge.examine(file, path="a.xlsx", received=TIME)


def _weighed(judge: Judge, checked: Checked, read: Received) -> Checked:
    """The file as it was read, with its values and the findings on them."""
    return judge._checked([(checked, judge._heard(read))])[0]


def complaints(checked: Checked) -> list[Complaint]:
    """What was found, by code, sheet and cells."""
    return [(finding.code, finding.sheet, finding.cells) for finding in checked.findings]


def at(layout: Layout, code: str, *ids: str) -> Complaint:
    """The complaint of that code at those ids."""
    places = [layout.places[key] for key in ids]
    return (code, places[0].sheet, tuple(place.address for place in places))


def grid(data: bytes) -> Workbook:
    """The workbook as our reader sees it."""
    return read_workbook(data)


def without_sheet(workbook: Workbook, name: str) -> Workbook:
    """The grid with a sheet deleted."""
    return replace(workbook, sheets=tuple(sheet for sheet in workbook.sheets if sheet.name != name))


def shifted(workbook: Workbook, name: str, move: Callable[[int, int], tuple[int, int] | None]) -> Workbook:
    """The grid with each cell of a sheet put where `move` says; it is deleted where that is None."""
    cells = {}
    for (row, column), cell in workbook.sheets[_index(workbook, name)].cells.items():
        to = move(row, column)
        if to:
            cells[to] = cell._replace(row=to[0], column=to[1])
    sheets = list(workbook.sheets)
    sheets[_index(workbook, name)] = replace(sheets[_index(workbook, name)], cells=cells)
    return replace(workbook, sheets=tuple(sheets))


def _index(workbook: Workbook, name: str) -> int:
    return [sheet.name for sheet in workbook.sheets].index(name)


def with_cells(workbook: Workbook, layout: Layout, values: Mapping[str, Shown]) -> Workbook:
    """The grid with other values in those cells, typed as they are."""
    sheets = {sheet.name: dict(sheet.cells) for sheet in workbook.sheets}
    for key, value in values.items():
        place = layout.places[key]
        cell = typed(place.row, place.column, value)
        sheets[place.sheet][place.row, place.column] = cell._replace(locked=False)
    return replace(workbook, sheets=tuple(replace(s, cells=sheets[s.name]) for s in workbook.sheets))


def typed(row: int, column: int, value: Shown, formula: str | None = None) -> Cell:
    """A cell with that value."""
    if value is None:
        return Cell(row, column, Kind.EMPTY, "", formula)
    return Cell(row, column, Kind.TEXT if isinstance(value, str) else Kind.NUMBER, str(value), formula)


def without_formulas(workbook: Workbook, layout: Layout, values: Mapping[str, Shown]) -> Workbook:
    """The grid as an .xls gives it: results instead of formulas, no locks, no empty cells."""
    identity_kind = UnitKind.TOWN
    shown = work_out(layout, dict(values), declared=False, kind=identity_kind).cells
    filled_in = with_cells(workbook, layout, {key: shown[key] for key in layout.form.fields})
    sheets = (replace(sheet, cells=_plain_cells(sheet)) for sheet in filled_in.sheets)
    return replace(filled_in, sheets=tuple(sheets), format="xls", sees_formulas=False)


def _plain_cells(sheet: Sheet) -> dict[tuple[int, int], Cell]:
    return {
        place: cell._replace(formula=None, locked=True)
        for place, cell in sheet.cells.items()
        if cell.kind is not Kind.EMPTY
    }


def consolidated(layout: Layout, identity: Identity, rows: list[dict[str, Shown]]) -> Workbook:
    """A lower office's consolidated workbook as a grid: formulas in its inputs, 明细 with a row for each unit."""
    texts = slots(layout.form, identity) | banners(layout, identity)
    workbook = grid(lock(write_master(layout, UnitKind.COUNTY, texts)))
    detail = Detail(layout.form, len(rows))
    sheets = {sheet.name: dict(sheet.cells) for sheet in workbook.sheets}
    for field in layout.form.inputs():
        place = layout.places[field.id]
        cell = typed(place.row, place.column, 999, f"={detail.total(field.id)}")
        sheets[place.sheet][place.row, place.column] = cell
    for key, words in right_words(layout).items():
        place = layout.places[key]
        sheets[place.sheet][place.row, place.column] = typed(place.row, place.column, words)
    cells = {(ID_ROW, column): typed(ID_ROW, column, head) for column, head in enumerate(detail.heads)}
    for index, inputs in enumerate(rows):
        row = FIRST_UNIT_ROW + index
        for column, word in enumerate((f"u{index}", f"第{index}镇", UnitKind.TOWN.label)):
            cells[row, column] = typed(row, column, word)
        values = work_out(layout, dict(inputs), declared=False, kind=UnitKind.TOWN).cells
        cells |= {(row, detail.column(k)): typed(row, detail.column(k), v) for k, v in values.items()}
    kept = (replace(sheet, cells=sheets[sheet.name]) for sheet in workbook.sheets)
    return replace(workbook, sheets=(*kept, Sheet(DETAIL, cells)))
