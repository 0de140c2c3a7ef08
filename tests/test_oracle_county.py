"""LibreOffice as judge of the county workbook: it works out every figure anew and must come to ours."""

from __future__ import annotations

from decimal import Context, Decimal
from typing import TYPE_CHECKING

import pytest

from consolidations import county, make_entries, make_units
from libreoffice import convert
from nianbao.county.merge import adding_ids, merge
from nianbao.kinds import UnitKind
from nianbao.layout.boxes import Computed
from nianbao.layout.detail import DETAIL, FIRST_UNIT_ROW
from nianbao.layout.names import defined_name
from nianbao.layout.results import shown_by, work_out
from nianbao.opening.grid import Kind
from nianbao.opening.workbooks import read_workbook
from nianbao.workbook.patching import Result, patch

if TYPE_CHECKING:
    from pathlib import Path

    from nianbao.layout.formulas import Shown, State
    from nianbao.layout.places import Layout, Place
    from nianbao.opening.grid import Cell, Sheet, Workbook

UNITS, MANY = 12, 300

pytestmark = pytest.mark.oracle


def expected_state(layout: Layout) -> State:
    """What the engine says the county workbook shows."""
    totals = merge(layout.form, make_entries(layout, UNITS)).totals
    sums: dict[str, Shown] = {field.id: totals[field.id] for field in layout.form.inputs() if field.adds_up}
    return work_out(layout, sums, declared=False, kind=UnitKind.COUNTY, consolidated=True)


def live_cells(layout: Layout) -> dict[str, Shown]:
    """Every live cell of the form's sheets by id, as the engine has it."""
    state = expected_state(layout)
    shown = {key: state.cells[key] for key in adding_ids(layout.form)}
    for _, box in layout.boxes():
        if isinstance(box.content, Computed) and box.content.id not in shown:
            shown[box.content.id] = shown_by(box.content.live, state)
    return shown


def recalculated(layout: Layout, tmp_path: Path) -> Workbook:
    """The county workbook, its stored results wiped out, as LibreOffice opens, works out and saves it."""
    data = county(layout, make_entries(layout, UNITS), roster=make_units(UNITS))
    wiped: dict[Place, Result] = {layout.places[key]: Result(None) for key in live_cells(layout)}
    path = tmp_path / "county.xlsx"
    path.write_bytes(patch(data, wiped))
    return read_workbook(convert(path, "xlsx", tmp_path / "saved").read_bytes())


def shown_in(cell: Cell | None) -> Shown:
    """What a cell shows: a number as one, everything else as text."""
    if cell is None:
        return ""
    return Decimal(cell.text) if cell.kind is Kind.NUMBER else cell.text


def test_libreoffice_opens_the_rows_of_many_units(layout: Layout, tmp_path: Path) -> None:
    """Of three hundred, above the limit for sheets of their own: every figure of 明细 and every sum is there."""
    entries = make_entries(layout, MANY)
    path = tmp_path / "county.xlsx"
    path.write_bytes(county(layout, entries))
    ours, saved = (
        read_workbook(data)
        for data in (path.read_bytes(), convert(path, "xlsx", tmp_path / "saved").read_bytes())
    )
    for name in (DETAIL, *(table.sheet for table in layout.form.tables)):
        cells = {at: as_kept(shown_in(cell)) for at, cell in sheet_of(ours, name).cells.items()}
        again = sheet_of(saved, name).cells
        assert {at: as_kept(shown_in(again.get(at))) for at in cells} == cells
    last = sheet_of(saved, DETAIL).cells[FIRST_UNIT_ROW + MANY - 1, 0]
    assert last.text == entries[-1][0].code


def sheet_of(book: Workbook, name: str) -> Sheet:
    """A sheet, which must be there."""
    sheet = book.sheet(name)
    assert sheet is not None
    return sheet


def as_kept(shown: Shown) -> Shown:
    """A value as a spreadsheet program keeps it: of a number fifteen digits."""
    if isinstance(shown, int | Decimal):
        return Context(prec=15).create_decimal(shown)
    return shown or ""


@pytest.mark.parametrize("form", ["layout", "safety"])
def test_libreoffice_comes_to_the_same_figures(
    form: str, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    """Every input, total, check line and the cover's status; protection and names are still there.

    The lock of the structure is not: LibreOffice 7.4 writes `workbookProtection` without its attribute.
    """
    layout: Layout = request.getfixturevalue(form)
    book = recalculated(layout, tmp_path)
    differing = {}
    for key, shown in live_cells(layout).items():
        place = layout.places[key]
        sheet = book.sheet(place.sheet)
        assert sheet is not None
        found = shown_in(sheet.cells.get((place.row, place.column)))
        if as_kept(found) != as_kept(shown):
            differing[key] = (shown, found)
    assert differing == {}
    assert all(sheet.protected for sheet in book.sheets)
    assert {defined_name(key) for key in layout.form.fields} <= book.names.keys()
