"""Blanks with figures in them that the office knows: true in every cell, and locked."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from io import BytesIO
from typing import TYPE_CHECKING

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl.styles import Protection

from build import OPENER, TIME, complaints, filled, grid, judged, reworked, right_answers, right_words
from conftest import SAFETY, make_identity
from libreoffice import recalculated
from nianbao.definition.form import FieldType
from nianbao.kinds import UnitKind
from nianbao.layout.boxes import Computed
from nianbao.layout.formulas import ErrorValue
from nianbao.layout.results import work_out
from nianbao.layout.shelf import find_form
from nianbao.layout.touched import Touched
from nianbao.opening.grid import Kind
from nianbao.problems import OfficeError
from nianbao.returned.judging import Judge
from nianbao.returned.placing import Placement
from nianbao.workbook.blank import ANY_KIND, BlankWriter
from nianbao.workbook.fill import fill
from nianbao.workbook.patching import patch
from nianbao.workbook.protection import Password

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from nianbao.definition.form import Field
    from nianbao.layout.formulas import Shown
    from nianbao.layout.places import Layout
    from nianbao.opening.grid import Cell
    from nianbao.workbook.values import Value

CARRIED_IN: dict[str, Value] = {
    f"t3.carried_in.{column}": number
    for number, column in enumerate(("natural", "business", "research", "charity", "legal", "other_org"))
}
AMOUNT: dict[str, Value] = {
    "t2.fees.amount": Decimal("12.50"),
    "t2.norms.in_force": 3,
}
FORMS = ("2021", "2019", str(SAFETY))


def as_compared(cell: Cell) -> tuple[object, ...]:
    """What a cell holds; numbers by their value."""
    content = float(cell.text) if cell.kind is Kind.NUMBER else cell.text
    return cell.row, cell.column, content, cell.formula


def covered(layout: Layout, key: str) -> set[tuple[str, int, int]]:
    """The cells of an input, merged ones with all they cover."""
    sheet, box = layout.places[key].sheet, layout.box_of[key]
    rows, columns = range(box.row, box.row + box.rows), range(box.column, box.column + box.columns)
    return {(sheet, row, column) for row in rows for column in columns}


def figure(field: Field) -> st.SearchStrategy[int | Decimal | str]:
    """Any figure that may stand in the field."""
    if field.type is FieldType.CHOICE:
        return st.sampled_from(field.choices)
    if field.type is FieldType.DECIMAL:
        return st.decimals(0, 10**6, places=2)
    return st.integers(-9 if field.type is FieldType.SIGNED else 0, 10**6)


@pytest.mark.parametrize("figures", [CARRIED_IN, CARRIED_IN | AMOUNT, {"t3.new.natural": 7}])
def test_it_is_what_filling_and_locking_give(layout: Layout, figures: dict[str, Value]) -> None:
    """Cell by cell the values, results and formulas of a blank that `fill` filled; only these inputs are locked."""
    writer, identity = BlankWriter(layout), make_identity(layout)
    plain = grid(fill(writer.write(identity), figures, find_layout=lambda _: layout))
    locked = {at for key in figures for at in covered(layout, key)}
    for sheet, other in zip(
        grid(writer.write_prefilled(identity, figures)).sheets, plain.sheets, strict=True
    ):
        assert sheet.cells.keys() == other.cells.keys()
        for at, cell in sheet.cells.items():
            assert as_compared(cell) == as_compared(other.cells[at]), (sheet.name, at)
            assert cell.locked == (other.cells[at].locked or (sheet.name, *at) in locked)
        assert replace(sheet, cells={}) == replace(other, cells={})


@pytest.mark.parametrize("form", FORMS)
@settings(deadline=None)
@given(data=st.data())
def test_nothing_else_is_touched(form: str, data: st.DataObject) -> None:
    """For any figures and kind of unit, a live cell that is not among the touched ones shows what the master shows."""
    layout = find_form(form)
    ids = data.draw(st.lists(st.sampled_from(layout.inputs), unique=True, max_size=12))
    typed: dict[str, Shown] = {key: data.draw(figure(layout.form.fields[key]), key) for key in ids}
    kind = data.draw(st.sampled_from(UnitKind))
    touched = Touched.by(layout, ids)
    blank = work_out(layout, {}, declared=False, kind=ANY_KIND)
    whole = work_out(layout, typed, declared=False, kind=kind)
    shown = touched.shown(typed, kind)
    assert shown.keys() == touched.keys
    for key, box in layout.box_of.items():
        if isinstance(box.content, Computed):
            now = shown[key] if key in shown else box.content.live.show(blank)
            assert now == box.content.live.show(whole), key


def test_a_choice_is_prefilled_as_words(safety: Layout) -> None:
    """Words stand in their cell as words, an amount to its last digit."""
    fields = [
        next(f for f in safety.form.inputs() if f.type is kind)
        for kind in (FieldType.CHOICE, FieldType.DECIMAL)
    ]
    figures: dict[str, Value] = {fields[0].id: fields[0].choices[-1], fields[1].id: Decimal("0.10")}
    data = BlankWriter(safety).write_prefilled(make_identity(safety, part="01"), figures)
    for field, text in zip(fields, (fields[0].choices[-1], "0.10"), strict=True):
        place = safety.places[field.id]
        sheet = grid(data).sheet(place.sheet)
        assert sheet
        assert sheet.cells[place.row, place.column].text == text


def test_prefilled_cells_ask_for_nothing(layout: Layout) -> None:
    """What cannot be typed has no prompt; its neighbours keep theirs, and the sheets their password."""
    password = Password.of("secret", bytes(16))
    data = BlankWriter(layout, password).write_prefilled(make_identity(layout), CARRIED_IN)
    sheet = openpyxl.load_workbook(BytesIO(data))["三、依申请公开"]
    asked = {str(rule.sqref) for rule in sheet.data_validations.dataValidation}
    assert layout.places["t3.carried_in.natural"].address not in asked
    assert layout.places["t3.new.natural"].address in asked
    assert sheet.protection.hashValue == password.attributes("")["hashValue"]
    assert sheet[layout.places["t3.carried_in.total"].address].value.startswith("=")


def test_an_unknown_figure_stays_open(layout: Layout) -> None:
    """None leaves the input to the unit: with nothing known it is the blank itself."""
    writer, identity = BlankWriter(layout), make_identity(layout)
    assert writer.write_prefilled(identity, dict.fromkeys(CARRIED_IN)) == writer.write(identity)


def test_the_same_figures_give_the_same_bytes(layout: Layout) -> None:
    """Whatever the writer wrote before."""
    writer, identity = BlankWriter(layout), make_identity(layout)
    first = writer.write_prefilled(identity, CARRIED_IN)
    writer.write_prefilled(identity, dict.fromkeys(CARRIED_IN, 5))
    backwards = dict(reversed(CARRIED_IN.items()))
    assert writer.write_prefilled(identity, backwards) == first
    assert BlankWriter(layout).write_prefilled(identity, CARRIED_IN) == first


def test_every_figure_that_cannot_stand_is_named(layout: Layout) -> None:
    """As `fill` names them."""
    wrong = CARRIED_IN | {"t3.carried_in.natural": -1, "t3.carried_in.legal": "3件"}
    with pytest.raises(OfficeError) as error:
        BlankWriter(layout).write_prefilled(make_identity(layout), wrong)
    assert [str(problem.message).partition("：")[0] for problem in error.value.problems] == [
        "t3.carried_in.natural",
        "t3.carried_in.legal",
    ]


@pytest.mark.parametrize("key", ["t3.carried_in.total", "text.overview", "t9.none", "cover.blank_is_zero"])
def test_only_inputs_are_prefilled(layout: Layout, key: str) -> None:
    """A total follows from them; words, and the declaration, are the unit's own."""
    with pytest.raises(ValueError, match=key):
        BlankWriter(layout).write_prefilled(make_identity(layout), {key: 1})


def returned(layout: Layout, changes: Mapping[str, Shown] | None = None) -> bytes:
    """A return filled in right from a prefilled blank."""
    values = right_answers(layout) | right_words(layout)
    zeros = {key: values[key] for key in CARRIED_IN}
    blank = BlankWriter(layout).write_prefilled(make_identity(layout), zeros)
    typed = {key: value for key, value in values.items() if key not in zeros} | dict(changes or {})
    return patch(blank, {layout.places[key]: value for key, value in typed.items()})


def test_a_return_made_from_it_is_as_any_other(layout: Layout) -> None:
    """The same is found, which is what the figures give, and the same answers are read."""
    unchanged: dict[str, Shown] = {}
    for changes in (unchanged, {"t3.new.natural": 13}):
        one, other = judged(returned(layout, changes)), judged(filled(layout, changes))
        assert complaints(one) == complaints(other)
        assert one.values == other.values


def test_it_is_judged_at_a_glance(layout: Layout, monkeypatch: pytest.MonkeyPatch) -> None:
    """Once seen, a right return from a prefilled blank is read without placing a single sheet."""
    judge = Judge(None, OPENER)
    first = judge.examine(returned(layout), path="a.xlsx", received=TIME)
    monkeypatch.setattr(Placement, "findings", None)
    again = judge.examine(returned(layout, {"t3.new.natural": 12}), path="a.xlsx", received=TIME)
    assert first.acceptable
    assert again.values == first.values


def test_an_open_cell_beside_the_form_moves_nothing(layout: Layout) -> None:
    """A cell copied from an input to beside the table is told as in any other return, not as a moved cell."""

    def copy(book: openpyxl.Workbook) -> None:
        cell = book["三、依申请公开"]["M7"]
        cell.value = 5
        cell.protection = Protection(locked=False)

    plain, prefilled = (judged(reworked(data, copy)) for data in (filled(layout), returned(layout)))
    assert complaints(prefilled) == complaints(plain)


def test_a_shifted_prefilled_row_is_seen(layout: Layout) -> None:
    """Its place is empty then, which no prefilled input is: the sheet does not stand."""
    last = max(
        place.row for place in map(layout.places.get, layout.inputs) if place and place.sheet.startswith("三")
    )

    def shift(book: openpyxl.Workbook) -> None:
        book["三、依申请公开"].move_range(f"D7:D{last + 1}", rows=1)

    codes = [code for code, _, _ in complaints(judged(reworked(returned(layout), shift)))]
    assert "structure-changed" in codes


@pytest.mark.oracle
def test_a_spreadsheet_program_computes_the_same(layout: Layout, tmp_path: Path) -> None:
    """LibreOffice recomputes every formula of a prefilled blank to what stands in it."""
    data = BlankWriter(layout).write_prefilled(make_identity(layout), CARRIED_IN | AMOUNT)
    ours, theirs = grid(data), grid(recalculated(data, tmp_path))
    live = [key for key, box in layout.box_of.items() if isinstance(box.content, Computed)]
    for key in live:
        place = layout.places[key]
        one, other = (book.sheet(place.sheet) for book in (ours, theirs))
        assert one
        assert other
        cells = one.cells[place.row, place.column], other.cells[place.row, place.column]
        assert as_compared(cells[0])[:3] == as_compared(cells[1])[:3], key
        assert not isinstance(cells[0].text, ErrorValue)
