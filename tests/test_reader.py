from __future__ import annotations

import hashlib
import hmac
from dataclasses import replace
from decimal import Decimal
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from build import (
    UNITS,
    WORDS,
    at,
    blank,
    complaints,
    consolidated,
    expectation,
    filled,
    grid,
    judged,
    reworked,
    right_answers,
    sent_by,
    shifted,
    typed,
    with_cells,
    without_formulas,
    without_sheet,
)
from conftest import KEY, make_identity
from nianbao.definition.sheet_names import COVER, IDENTITY
from nianbao.kinds import UnitKind
from nianbao.layout.boxes import Answer
from nianbao.layout.detail import DETAIL, FIRST_UNIT_ROW, ID_ROW, Detail
from nianbao.layout.formulas import ErrorValue
from nianbao.layout.identity import ENTRIES, FORMER, LATER
from nianbao.layout.places import Place
from nianbao.layout.planning import DECLARATION
from nianbao.layout.shelf import find_form
from nianbao.opening.grid import Cell, Kind
from nianbao.returned.checks import check, figures
from nianbao.returned.reader import read_return
from nianbao.workbook.patching import patch

if TYPE_CHECKING:
    from collections.abc import Callable

    from openpyxl import Workbook as Book

    from nianbao.layout.formulas import Shown
    from nianbao.layout.identity import Identity
    from nianbao.layout.places import Layout
    from nianbao.opening.grid import Workbook
    from nianbao.returned.reader import Received

    Move = Callable[[int, int], tuple[int, int] | None]

REQUESTS, DOCUMENTS, CASES = "三、依申请公开", "二、主动公开", "四、复议诉讼"


def codes(read: Received) -> list[str]:
    """The codes of the findings."""
    return [finding.code for finding in read.findings]


def test_untouched_return_has_no_findings(layout: Layout) -> None:
    """A blank filled in right reads back with the values typed, inside a round and outside."""
    expected = right_answers(layout)
    for round_ in (expectation(layout), None):
        checked = judged(filled(layout), round_)
        assert complaints(checked) == []
        assert {key: checked.values[key] for key in expected} == expected
        assert (checked.status, checked.unit_code, checked.unit_name) == ("accepted", "101", "东河镇")


@pytest.mark.parametrize("edition", ["2019", "2021"])
def test_every_edition_is_known_outside_a_round(edition: str) -> None:
    """A file is judged by the identity it carries."""
    layout = find_form(edition)
    checked = judged(sent_by(layout, make_identity(layout, year=2020 if edition == "2019" else 2025)))
    assert complaints(checked) == []
    assert len(checked.values) == len(layout.form.fields)


@pytest.mark.parametrize(
    ("key", "value", "code"),
    [
        ("t2.licences.decisions", None, "blank"),
        ("t2.licences.decisions", "   ", "blank"),
        ("t2.licences.decisions", "3件", "not-a-number"),
        ("t3.new.legal", "/", "not-a-number"),
        ("t3.new.legal", "—", "not-a-number"),
        ("t4.review.upheld", Decimal("1.5"), "not-whole"),
        ("t3.rejected.petition.other_org", -1, "negative"),
        ("t3.rejected.petition.other_org", ErrorValue("#REF!"), "cell-error"),
        ("t2.fees.amount", Decimal("0.1234567"), "too-many-decimals"),
        ("t2.licences.decisions", "１２", "read-as-number"),
        ("t2.licences.decisions", "1,234", "read-as-number"),
        ("t3.new.total", 99, "total-differs"),
        ("t3.new.total", "12件", "not-a-number"),
        ("t3.handled.natural", ErrorValue("#REF!"), "cell-error"),
    ],
)
def test_one_bad_cell_gives_one_finding_there(layout: Layout, key: str, value: Shown, code: str) -> None:
    """The finding has that code and that cell, and nothing follows from it."""
    checked = judged(filled(layout, {key: value}), expectation(layout))
    assert complaints(checked) == [at(layout, code, key)]
    assert checked.findings[0].ids == (key,)


def test_right_total_typed_over_its_formula_is_a_warning(layout: Layout) -> None:
    """As a number, as text, or not at all: it is recomputed, and the formula is missed."""
    for value in (12, "12", "", None):
        checked = judged(filled(layout, {"t3.new.total": value}))
        assert complaints(checked) == [at(layout, "formula-changed", "t3.new.total")]
        assert checked.values["t3.new.total"] == 12


def test_stale_result_of_a_formula_is_not_looked_at(layout: Layout) -> None:
    """`filled` leaves the totals' results of an empty blank behind."""
    book = grid(filled(layout))
    place = layout.places["t3.new.total"]
    sheet = book.sheet(REQUESTS)
    assert sheet
    assert sheet.cells[place.row, place.column].text == ""
    assert judged(filled(layout)).values["t3.new.total"] == 12


@pytest.mark.parametrize("word", ["是", " 是 ", "是\n"])
def test_declared_blanks_are_zero(layout: Layout, word: str) -> None:
    """With the declaration an empty cell counts as 0 and is no finding."""
    changes: dict[str, Shown] = {"t3.new.legal": None, "t2.norms.issued": None, "cover.blank_is_zero": word}
    checked = judged(filled(layout, changes))
    assert complaints(checked) == []
    assert (checked.values["t3.new.legal"], checked.values["t2.norms.issued"]) == (0, 0)


@pytest.mark.parametrize("word", ["否", None, "是的", "yes"])
def test_anything_else_declares_nothing(layout: Layout, word: str | None) -> None:
    """Blanks of one sheet are one finding with several cells."""
    keys = ("t3.new.legal", "t3.carried_in.legal")
    changes: dict[str, Shown] = {**dict.fromkeys(keys), "cover.blank_is_zero": word}
    checked = judged(filled(layout, changes))
    assert complaints(checked) == [at(layout, "blank", *keys)]
    assert checked.values["t3.new.legal"] is None
    assert checked.values["t3.new.total"] == 12


def with_formula(book: Workbook, layout: Layout, key: str, shown: str, kind: Kind = Kind.TEXT) -> Workbook:
    """The grid with a formula in a cell that the unit fills."""
    place = layout.places[key]
    sheet = next(sheet for sheet in book.sheets if sheet.name == place.sheet)
    cell = Cell(place.row, place.column, kind, shown, "=X1", locked=False)
    cells = dict(sheet.cells) | {(place.row, place.column): cell}
    sheets = (replace(each, cells=cells) if each is sheet else each for each in book.sheets)
    return replace(book, sheets=tuple(sheets))


def test_a_formula_declares_nothing(layout: Layout) -> None:
    """It shows 是 today; what is not typed is no declaration, and the blanks are found as well."""
    book = grid(filled(layout, {"t3.new.legal": None}))
    checked = judged(with_formula(book, layout, DECLARATION, "是"), expectation(layout))
    assert complaints(checked) == [
        at(layout, "not-a-choice", DECLARATION),
        at(layout, "blank", "t3.new.legal"),
    ]
    assert checked.findings[0].message.text() == (
        "封面 B11：填的是「公式 =X1（显示为 是）」。请从下拉列表中选：是、否。"
    )
    assert (checked.values["t3.new.legal"], checked.texts[DECLARATION]) == (None, "")


def test_a_formula_in_words_is_taken_for_what_it_shows(layout: Layout) -> None:
    """The date of today, a name from another cell: no figure rests on it."""
    book = grid(filled(layout))
    for key, shown, kind in (
        ("cover.filled_on", "2026-01-20", Kind.DATE),
        ("text.overview", "按照条例做好各项公开工作。", Kind.TEXT),
    ):
        checked = judged(with_formula(book, layout, key, shown, kind), expectation(layout))
        assert complaints(checked) == []
        assert checked.texts[key] == shown


@pytest.mark.parametrize("key", ["text.overview", "cover.contact", DECLARATION])
def test_an_error_value_is_no_text(layout: Layout, key: str) -> None:
    """A text that begins with a dash and was taken for a formula: the words are lost."""
    book = with_formula(grid(filled(layout)), layout, key, "#NAME?", Kind.ERROR)
    checked = judged(book, expectation(layout))
    assert complaints(checked) == [at(layout, "cell-error", key)]
    assert checked.texts[key] == ""


def test_a_formula_is_no_choice(safety: Layout) -> None:
    """In a cell of the tables neither, whatever it shows; nor is one that shows nothing a blank."""
    book = grid(sent_by(safety, make_identity(safety, part="3")))
    for shown in ("好", ""):
        read = read_return(with_formula(book, safety, "b.self.value", shown), layout=safety)
        assert [(finding.code, finding.ids) for finding in read.findings] == [
            ("not-a-choice", ("b.self.value",))
        ]


def test_texts_and_cover_are_kept_as_typed(layout: Layout) -> None:
    """Lines are kept; a telephone typed as a number keeps its digits."""
    typed_in: dict[str, Shown] = {
        "text.overview": "第一段\n第二段 ",
        "cover.contact": "王 某",
        "cover.phone": 13800000000,
    }
    texts = judged(filled(layout, typed_in)).texts
    assert texts["text.overview"] == "第一段\n第二段 "
    assert texts["cover.phone"] == "13800000000"
    assert texts["text.problems"] == WORDS


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"form": "other"}, "not-our-form"),
        ({"edition": "2019"}, "wrong-edition"),
        ({"year": "2024"}, "wrong-year"),
        ({"year": "二〇二五"}, "identity-changed"),
        ({"round_id": "round-0"}, "identity-changed"),
        ({"judged_as": "king"}, "identity-changed"),
        ({"role": "copy"}, "identity-changed"),
        ({"unit_code": "999"}, "unknown-unit"),
    ],
)
def test_identity_that_does_not_fit_gives_one_finding(
    layout: Layout, changes: dict[str, str], code: str
) -> None:
    """Even where the entries are signed, and nothing of the file is read."""
    identity = replace(make_identity(layout), **changes).signed(KEY)
    book = grid(blank())
    sheets = tuple(
        replace(sheet, cells=_entries(identity)) if sheet.name == IDENTITY else sheet for sheet in book.sheets
    )
    read = read_return(replace(book, sheets=sheets), expectation(layout))
    assert codes(read) == [code]
    assert read.answers is None


def _entries(identity: Identity) -> dict[tuple[int, int], Cell]:
    names = {(row, 0): typed(row, 0, name) for row, name in enumerate(ENTRIES)}
    return names | {(row, 1): typed(row, 1, getattr(identity, name)) for row, name in enumerate(ENTRIES)}


EDITED = {
    "form": ("other", "not-our-form"),
    "edition": ("2019", "wrong-edition"),
    "year": ("2024", "wrong-year"),
    "part": ("3", "identity-changed"),
    "round_id": ("round-0", "identity-changed"),
    "office": ("邻县", "identity-changed"),
    "unit_code": ("201", "identity-changed"),
    "unit_name": ("西山县", "identity-changed"),
    "unit_kind": ("county", "identity-changed"),
    "judged_as": ("city", "identity-changed"),
    "template_version": ("0-0", "identity-changed"),
    "role": ("county", "identity-changed"),
    "complete": ("no", "identity-changed"),
    "units": ("3", "identity-changed"),
    "signature": ("0" * 64, "identity-changed"),
}
"""Another value for each entry, and what is found where nothing else is changed.

Which form and time a file says it is for comes first; whether it says so truly, the signature tells.
"""


def test_every_entry_of_the_identity_is_edited() -> None:
    """An entry that no case edits may be one that nobody checks."""
    assert {*EDITED, FORMER} == set(ENTRIES)  # that one: test_between_years.py


@pytest.mark.parametrize("entry", EDITED)
def test_an_edited_entry_is_seen(layout: Layout, entry: str) -> None:
    """Also where it makes the file claim another role, or a unit that the roster does not have."""
    value, code = EDITED[entry]
    data = filled(layout, {f"identity.{entry}": value})
    assert complaints(judged(data, expectation(layout))) == [(code, "", ())]


@pytest.mark.parametrize("changes", [{"unit_code": "999"}, {"role": "county", "unit_name": "无名县"}])
def test_the_signature_is_looked_at_before_the_roster(layout: Layout, changes: dict[str, str]) -> None:
    """What an edited file says of its unit is no news of a unit that the roster lacks."""
    edits: dict[str, Shown] = {f"identity.{entry}": value for entry, value in changes.items()}
    assert complaints(judged(filled(layout, edits), expectation(layout))) == [("identity-changed", "", ())]


def test_a_signature_older_than_an_entry_still_fits(layout: Layout) -> None:
    """An entry added later is signed only where it says something, and cannot be added unseen."""
    identity = make_identity(layout)
    text = "".join(
        f"{name}:{len(value)}:{value};"
        for name in ENTRIES
        if name not in {*LATER, "signature"}
        for value in [getattr(identity, name)]
    )
    old = hmac.new(KEY, text.encode(), hashlib.sha256).hexdigest()
    assert replace(identity, signature=old).is_signed_with(KEY)
    assert not replace(identity, signature=old, units="3").is_signed_with(KEY)


def test_powers_come_from_the_roster(layout: Layout) -> None:
    """In a round the unit's own kind counts, and the own office reports for its government."""
    for kind, expected in ((UnitKind.OFFICE, UnitKind.COUNTY), (UnitKind.ZONE, UnitKind.ZONE)):
        round_ = expectation(layout, [replace(UNITS[0], kind=kind)])
        assert judged(filled(layout), round_).kind is expected


def test_file_without_identity_is_not_our_form(layout: Layout) -> None:
    """Whether it once was ours or never, the detail says."""
    lost = judged(reworked(filled(layout), lambda book: book.remove(book[IDENTITY])), expectation(layout))
    emptied = judged(reworked(filled(layout), lambda book: book[IDENTITY].delete_rows(1, 30)))
    foreign = judged(reworked(filled(layout), _all_sheets_renamed))
    assert [complaints(one) for one in (lost, emptied, foreign)] == [[("not-our-form", "", ())]] * 3
    assert "删掉" in lost.findings[0].message.text()
    assert "没有本系统" in foreign.findings[0].message.text()


def _all_sheets_renamed(book: Book) -> None:
    for number, sheet in enumerate(book.worksheets):
        sheet.title = f"Sheet{number}"


def test_active_content_is_rejected_unread(layout: Layout) -> None:
    """The parts are named, the sender too; no value is taken."""
    book = replace(grid(filled(layout)), active=("xl/vbaProject.bin", "xl/externalLinks/externalLink1.xml"))
    read = read_return(book, expectation(layout))
    assert codes(read) == ["active-content"]
    assert read.findings[0].found == "vbaProject.bin、externalLink1.xml"
    assert read.answers is None
    assert read.claim.unit is UNITS[0]


@pytest.mark.parametrize("name", [DOCUMENTS, REQUESTS, "文字部分", "校验"])
def test_missing_sheet_is_one_finding(layout: Layout, name: str) -> None:
    """Its cells are unread; the other sheets are read."""
    checked = judged(without_sheet(grid(filled(layout)), name), expectation(layout))
    assert complaints(checked) == [("sheet-missing", name, ())]
    assert checked.findings[0].expected == name
    assert checked.values["t4.review.upheld"] == 0
    assert checked.values["t3.new.total"] == (None if name == REQUESTS else 12)


def test_missing_cover_leaves_blanks_undecided(layout: Layout) -> None:
    """Whether they are declared 0 nobody can tell, so they are neither 0 nor a finding."""
    checked = judged(without_sheet(grid(filled(layout, {"t3.new.legal": None})), COVER))
    assert complaints(checked) == [("sheet-missing", COVER, ())]
    assert checked.values["t3.new.legal"] is None
    assert checked.values["t3.new.total"] is None


def down(top: int, *columns: int, by: int = 1) -> Move:
    """Cells from a row on moved down, in some columns or in all; up where `by` is negative."""

    def move(row: int, column: int) -> tuple[int, int] | None:
        if columns and column not in columns:
            return row, column
        if by < 0 and top <= row < top - by:
            return None
        return (row + by, column) if row >= top else (row, column)

    return move


def right(left: int, *rows: int, by: int = 1) -> Move:
    """Cells from a column on moved right, in some rows or in all; left where `by` is negative."""
    mirrored = down(left, *rows, by=by)

    def move(row: int, column: int) -> tuple[int, int] | None:
        to = mirrored(column, row)
        return (to[1], to[0]) if to else None

    return move


MOVES: dict[str, tuple[str, Move, str]] = {
    "row deleted": (REQUESTS, down(8, by=-1), "B9"),
    "last row deleted": (REQUESTS, down(29, by=-1), "A30"),
    "last row of inputs deleted": (DOCUMENTS, down(15, by=-1), "A16"),
    "column deleted": (REQUESTS, right(4, by=-1), "J4"),
    "last column deleted": (REQUESTS, right(9, by=-1), "J4"),
    "cells shifted down": (REQUESTS, down(5, 3), "D29"),
    "cells shifted up": (REQUESTS, down(5, 3, by=-1), "D29"),
    "cells shifted right": (REQUESTS, right(3, 5), "J6"),
    "last input shifted down": (DOCUMENTS, down(15, 1), "B16"),
    "rows swapped": (REQUESTS, lambda row, column: ({7: 8, 8: 7}.get(row, row), column), "A8"),
    "labels swapped": (
        REQUESTS,
        lambda row, column: ({7: 8, 8: 7}.get(row, row) if column == 1 else row, column),
        "B8",
    ),
}


@pytest.mark.parametrize("name", MOVES)
def test_moved_cells_are_one_finding_and_nothing_is_guessed(layout: Layout, name: str) -> None:
    """One `structure-changed` for the sheet, at the first place that is not as laid out; its values are unread."""
    sheet, move, cell = MOVES[name]
    book = shifted(grid(filled(layout, {"t2.fees.amount": 7})), sheet, move)
    checked = judged(book, expectation(layout))
    assert [(code, where) for code, where, _ in complaints(checked)] == [("structure-changed", sheet)]
    ids = [key for key in layout.form.fields if layout.places[key].sheet == sheet]
    assert all(checked.values[key] is None for key in ids)
    assert all(checked.values[key] is not None for key in layout.form.fields.keys() - ids)
    assert checked.findings[0].cells == (cell,)


def test_moved_label_is_named_with_both_places(layout: Layout) -> None:
    """「（一）予以公开」应在 B8，现在 B9: the row above it was put in, the last one is gone."""

    def change(book: Book) -> None:
        book[REQUESTS].delete_rows(30)
        book[REQUESTS].insert_rows(8)

    checked = judged(reworked(filled(layout), change))
    assert "应在 A8，现在 A9" in checked.findings[0].message.text()


def test_rows_and_columns_after_the_form_change_nothing(layout: Layout) -> None:
    """What is added under or beside the form does not move it; what is written there is told."""

    def add(book: Book) -> None:
        book[REQUESTS].insert_rows(40)
        book[REQUESTS]["A41"] = "备注"
        book[CASES].insert_cols(20)

    assert complaints(judged(reworked(filled(layout), add))) == [("stray-content", REQUESTS, ("A41",))]


@pytest.mark.parametrize(
    ("place", "text"),
    [
        (Place(REQUESTS, 7, 1), "予以公开"),
        (Place(REQUESTS, 7, 1), None),
        (Place(DOCUMENTS, 0, 0), "二、主动公开情况"),
        (Place(COVER, 2, 1), "西河镇"),
        (Place("校验", 3, 1), "x"),
    ],
)
def test_retyped_label_is_a_warning(layout: Layout, place: Place, text: str | None) -> None:
    """A text that no longer is the form's, in its place; the values are read."""
    checked = judged(patch(filled(layout), {place: text}), expectation(layout))
    assert complaints(checked) == [("label-changed", place.sheet, (place.address,))]
    assert checked.findings[0].found == (text or "")
    assert checked.status == "accepted"


def test_line_breaks_and_spaces_in_labels_do_not_count(layout: Layout) -> None:
    """Programs put them in and take them out."""
    broken = {Place(REQUESTS, 5, 0): " 一、本年新收\n政府信息公开申请数量 "}
    assert complaints(judged(patch(filled(layout), broken))) == []


def test_form_without_formulas_in_sight_reads_the_same(layout: Layout) -> None:
    """The results in an .xls are compared as typed totals; blanks among them are passed over."""
    book = without_formulas(grid(blank()), layout, right_answers(layout))
    read = read_return(book, expectation(layout))
    assert read.findings == ()
    assert read.answers
    assert read.answers.typed["t3.new.total"] == 12
    assert check(read.answers, layout, UnitKind.TOWN) == ()
    wrong = read_return(with_cells(book, layout, {"t3.new.total": 13, "t3.granted.total": None}))
    assert wrong.answers
    found = check(wrong.answers, layout, UnitKind.TOWN)
    assert [(f.code, f.ids, f.found, f.expected) for f in found] == [
        ("total-differs", ("t3.new.total",), "13", "12")
    ]


def test_noise_of_binary_numbers_in_a_result_is_no_difference(safety: Layout) -> None:
    """0.1 + 0.2 as an .xls holds it."""
    identity = make_identity(safety, part="3")
    answers = right_answers(safety) | {"b.units.amount": Decimal("0.1"), "b.people.amount": Decimal("0.2")}
    book = without_formulas(grid(sent_by(safety, identity)), safety, answers)
    book = with_cells(book, safety, {"b.total.amount": Decimal("0.30000000000000004")})
    read = read_return(book, layout=safety)
    assert read.answers
    assert (read.findings, check(read.answers, safety, UnitKind.TOWN)) == ((), ())


def test_figures_beside_their_places_are_seen_without_formulas(layout: Layout) -> None:
    """A row without labels moved down in an .xls: the totals show it."""
    book = without_formulas(grid(blank()), layout, right_answers(layout))
    sheets = tuple(
        replace(
            s,
            cells={(r + (s.name == CASES and c.kind is Kind.NUMBER), k): c for (r, k), c in s.cells.items()},
        )
        for s in book.sheets
    )
    assert codes(read_return(replace(book, sheets=sheets))) == ["structure-changed"]


def test_choices_are_words_of_the_list(safety: Layout) -> None:
    """Spaces and width do not count; another word, or none, is a fault that no declaration covers."""
    book = grid(sent_by(safety, make_identity(safety, part="3")))
    for value, code in ((" 好 ", []), ("优", ["not-a-choice"]), (None, ["blank"])):
        changed = with_cells(book, safety, {"b.self.value": value, "cover.blank_is_zero": "是"})
        read = read_return(changed, layout=safety)
        assert codes(read) == code
        assert all(finding.ids == ("b.self.value",) for finding in read.findings)
        assert read.answers
        assert figures(safety, read.answers).values["b.self.value"] == ("好" if not code else None)


def county(layout: Layout, **changes: str) -> Identity:
    """A lower county's consolidated workbook, signed by nobody we know."""
    base = {"role": "county", "unit_code": "hq", "unit_name": "西山县", "round_id": "theirs", "signature": ""}
    return replace(make_identity(layout, kind=UnitKind.COUNTY), **base | changes)


def rows(layout: Layout) -> list[dict[str, Shown]]:
    """Two units' figures."""
    some: dict[str, Shown] = {"t3.new.legal": 1, "t3.granted.legal": 1, "t2.fees.amount": Decimal("0.1")}
    return [right_answers(layout), right_answers(layout) | some]


def test_consolidated_workbook_is_a_return_of_its_government(layout: Layout) -> None:
    """Its inputs are the sums over its 明细, exact; the roster tells whose it is, by name or code."""
    for identity in (county(layout), county(layout, unit_code="400", unit_name="改名后的县")):
        read = read_return(consolidated(layout, identity, rows(layout)), expectation(layout))
        assert read.findings == ()
        assert read.claim.unit == UNITS[3]
        assert read.answers
        values = figures(layout, read.answers).values
        assert (values["t3.new.natural"], values["t3.new.total"]) == (24, 25)
        assert values["t2.fees.amount"] == Decimal("0.1")
        assert check(read.answers, layout, UnitKind.COUNTY) == ()


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"unit_name": "东河镇", "unit_code": "101"}, "unknown-unit"),
        ({"unit_name": "无名县"}, "unknown-unit"),
        ({"complete": "no"}, "missing-return"),
        ({"year": "2024"}, "wrong-year"),
    ],
)
def test_consolidated_workbook_that_cannot_be_accepted(
    layout: Layout, changes: dict[str, str], code: str
) -> None:
    """A town has no such way in; an incomplete one says so."""
    book = consolidated(layout, county(layout, **changes), rows(layout))
    assert codes(read_return(book, expectation(layout))) == [code]


def test_number_typed_into_a_consolidated_workbook_differs(layout: Layout) -> None:
    """A typed input is held against the sum; one that equals it is fine."""
    book = consolidated(layout, county(layout), rows(layout))
    for value, ids in ((24, []), (25, ["t3.new.natural"]), (None, [])):
        read = read_return(with_cells(book, layout, {"t3.new.natural": value}), expectation(layout))
        assert read.answers
        found = check(read.answers, layout, UnitKind.COUNTY)
        assert [(f.code, f.ids) for f in found] == [("total-differs", (key,)) for key in ids]


def test_faults_of_the_detail_sheet(layout: Layout) -> None:
    """The sheet gone, a column gone, a word in it: one finding there, and nothing follows."""
    book = consolidated(layout, county(layout), rows(layout))
    column = Detail(layout.form, 2).column("t3.new.legal")
    detail = book.sheets[-1]
    without_head = {place: cell for place, cell in detail.cells.items() if place != (ID_ROW, column)}
    with_word = dict(detail.cells) | {(FIRST_UNIT_ROW, column): typed(FIRST_UNIT_ROW, column, "若干")}
    cases = [
        (book.sheets[:-1], ("sheet-missing", DETAIL)),
        ((*book.sheets[:-1], replace(detail, cells=without_head)), ("structure-changed", DETAIL)),
        ((*book.sheets[:-1], replace(detail, cells=with_word)), ("not-a-number", DETAIL)),
    ]
    for sheets, expected in cases:
        read = read_return(replace(book, sheets=sheets), expectation(layout))
        assert read.answers
        found = (*read.findings, *check(read.answers, layout, UnitKind.COUNTY))
        assert [(finding.code, finding.sheet) for finding in found] == [expected]
        assert figures(layout, read.answers).values["t3.new.legal"] is None


def test_sheets_are_known_by_name(layout: Layout) -> None:
    """Spaces around a sheet's name do not count, another name does."""
    book = grid(filled(layout))
    spaced = tuple(replace(sheet, name=f" {sheet.name} ") for sheet in book.sheets)
    assert read_return(replace(book, sheets=spaced)).findings == ()


INPUTS = [field.id for field in find_form("2021").form.inputs()]
BAD: dict[str, Shown] = {
    "3件": "not-a-number",
    "-": "not-a-number",
    "-4": "negative",
    "１.5": "not-whole",
}


@settings(max_examples=40, deadline=None)
@given(
    numbers=st.dictionaries(st.sampled_from(INPUTS), st.integers(0, 10**9), max_size=20),
    bad_id=st.sampled_from(INPUTS),
    bad=st.sampled_from(sorted(BAD)),
)
def test_reported_cell_is_the_bad_one(numbers: dict[str, int], bad_id: str, bad: str) -> None:
    """Whatever else stands in the form, the address in the finding holds the bad value, the rest reads back."""
    layout = find_form("2021")
    values: dict[str, Shown] = {**dict.fromkeys(INPUTS, 0), **numbers, bad_id: bad}
    code = "too" if bad_id == "t2.fees.amount" and bad == "１.5" else BAD[bad]
    read = read_return(with_cells(BLANK_GRID, layout, values))
    errors = [finding for finding in read.findings if finding.code != "read-as-number"]
    if code == "too":
        assert [finding.code for finding in read.findings] == ["read-as-number"]
        return
    assert [(finding.code, finding.ids) for finding in errors] == [(code, (bad_id,))]
    place = layout.places[bad_id]
    assert errors[0].cells == (place.address,)
    assert isinstance(layout.box_of[bad_id].content, Answer)
    assert read.answers
    assert {key: value for key, value in read.answers.answers.items() if key != bad_id} == {
        key: value for key, value in values.items() if key != bad_id
    }


BLANK_GRID = grid(blank())


def test_formula_without_a_result_is_no_blank(layout: Layout) -> None:
    """Programs that drop results leave such cells; under the declaration one must not become 0."""
    book = grid(filled(layout, {"cover.blank_is_zero": "是"}))
    place = layout.places["t3.new.legal"]
    cells = {(place.row, place.column): Cell(place.row, place.column, Kind.EMPTY, "", "=1+2", locked=False)}
    sheets = tuple(
        replace(sheet, cells={**sheet.cells, **cells}) if sheet.name == place.sheet else sheet
        for sheet in book.sheets
    )
    assert complaints(judged(replace(book, sheets=sheets))) == [at(layout, "not-a-number", "t3.new.legal")]


def test_a_cover_number_that_is_none_is_kept_as_text(layout: Layout) -> None:
    """Whatever stands where a number should be, the file is read and no other is stopped."""
    book = grid(filled(layout))
    place = layout.places["cover.phone"]
    for text in ("abc", "1e900000000"):
        cells = {(place.row, place.column): Cell(place.row, place.column, Kind.NUMBER, text)}
        sheets = tuple(
            replace(sheet, cells={**sheet.cells, **cells}) if sheet.name == place.sheet else sheet
            for sheet in book.sheets
        )
        assert judged(replace(book, sheets=sheets)).texts["cover.phone"] == text
