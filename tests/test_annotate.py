"""The copy of a return that goes back to its unit."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from io import BytesIO
from typing import TYPE_CHECKING, Any

import openpyxl
import pytest
from openpyxl.comments import Comment
from openpyxl.styles import Protection

from build import expectation, filled, grid, judged, reworked
from conftest import ROOT
from nianbao.annotate.copies import Desk, copy_of, opinion_alone
from nianbao.annotate.file_names import copy_names
from nianbao.annotate.marks import FILLS, wants_answer
from nianbao.definition.sheet_names import REMARKS
from nianbao.layout.formulas import ErrorValue
from nianbao.messages import say
from nianbao.opening.grid import Limits
from nianbao.opening.notes import read_notes
from nianbao.returned.findings import CATALOGUE, Finding, Severity, Spot, found
from nianbao.returned.remarks import SEALED_AT, own_sheets
from nianbao.returned.returns import ACCEPTED, Checked
from nianbao.workbook.blank import BlankWriter
from nianbao.workbook.protection import Password

if TYPE_CHECKING:
    from collections.abc import Callable

    from openpyxl.worksheet.worksheet import Worksheet

    from nianbao.layout.formulas import Shown
    from nianbao.layout.places import Layout

TABLE = "三、依申请公开"
ELSEWHERE = {"structure-changed"}
"""Such a cell is marked on the unit's own sheet, which is attached."""
RED = "FF" + FILLS[Severity.ERROR].lstrip("#")


def desk(layout: Layout, **known: Any) -> Desk:
    """An office at its round."""
    return Desk(expectation(layout), Limits(), **known)


def sent_back(layout: Layout, data: bytes, **known: Any) -> bytes:
    """The copy of that return."""
    copy = copy_of(data, judged(data, expectation(layout)), desk(layout, **known), file="a.xlsx")
    assert copy is not None
    return copy


def seen(data: bytes) -> openpyxl.Workbook:
    """As another program sees it."""
    return openpyxl.load_workbook(BytesIO(data))


def outcome(layout: Layout, data: bytes) -> Checked:
    """What is found in a file, apart from the file itself."""
    return replace(judged(data, expectation(layout)), sha256="")


def colour(sheet: Worksheet, cell: str) -> str:
    """The cell's fill."""
    return str(sheet[cell].fill.fgColor.rgb)


def test_the_wrong_cell_is_red_and_says_what_to_do(layout: Layout) -> None:
    """Its value stays; the note says what is wrong, and the list on the first sheet leads to it."""
    book = seen(sent_back(layout, filled(layout, {"t3.new.natural": "3件"})))
    place = layout.places["t3.new.natural"]
    sheet = book[place.sheet]
    assert sheet[place.address].value == "3件"
    assert colour(sheet, place.address) == RED
    assert "请只填数字" in sheet[place.address].comment.text
    assert book.sheetnames[0] == REMARKS
    link = next(cell.hyperlink for row in book[REMARKS].iter_rows() for cell in row if cell.hyperlink)
    assert link.location == f"'{place.sheet}'!{place.address}"


FAULTS: list[dict[str, Shown]] = [
    {},
    {"t3.new.natural": "3件"},
    {"t3.new.natural": None, "t1.rules.made": None},
    {"t3.new.natural": ErrorValue("#REF!")},
    {"t3.new.natural": Decimal("1.5"), "t3.new.business": -2},
    {"t3.new.natural": "１２"},
    {"t3.new.total": 99},
    {"t3.carried_out.natural": 7},
    {"cover.blank_is_zero": "也许"},
    {"text.overview": "第一段\n第二段", "cover.contact": "=张三"},
]


def test_a_warning_tells_where_the_reason_goes(layout: Layout) -> None:
    """Accepted is not all there is to say while a warning waits; an error says nothing of reasons."""
    data = filled(layout, {"t2.fees.amount": 350000})
    sheet = seen(sent_back(layout, data))[REMARKS]
    assert "可以接收，但有警告请核实" in sheet["A2"].value
    assert "「校验」表的「情况说明」" in sheet["A4"].value
    assert (
        "情况说明"
        not in seen(sent_back(layout, filled(layout, {"t3.new.natural": "3件"})))[REMARKS]["A4"].value
    )


@pytest.mark.parametrize("changes", FAULTS)
def test_the_copy_reads_as_the_return_did(layout: Layout, changes: dict[str, Shown]) -> None:
    """Same values, texts and findings; a total that was typed over is a formula again, and so is right."""
    known = {key: value for key, value in changes.items() if key in layout.places}
    before = judged(filled(layout, known), expectation(layout))
    after = judged(sent_back(layout, filled(layout, known)), expectation(layout))
    assert (after.values, after.texts) == (before.values, before.texts)
    assert after.findings == tuple(f for f in before.findings if f.code != "total-differs")


@pytest.mark.parametrize("changes", FAULTS[:5])
def test_a_second_copy_is_like_the_first(layout: Layout, changes: dict[str, Shown]) -> None:
    """One set of marks, however often it goes to and fro."""
    data = filled(layout, {key: value for key, value in changes.items() if key in layout.places})
    copy = sent_back(layout, data)
    assert sent_back(layout, copy) == copy
    assert sent_back(layout, data) == copy


def test_a_corrected_copy_is_accepted(layout: Layout) -> None:
    """Marks, notes and list may stay."""
    copy = sent_back(layout, filled(layout, {"t3.new.natural": "3件"}))
    place = layout.places["t3.new.natural"]

    def correct(book: openpyxl.Workbook) -> None:
        book[place.sheet][place.address].value = 12

    checked = judged(reworked(copy, correct), expectation(layout))
    assert (checked.status, checked.findings) == (ACCEPTED, ())


def test_what_was_unlocked_and_overwritten_is_restored(layout: Layout) -> None:
    """Locks, formulas, printed texts, hidden rows and protection are those of a blank."""

    def meddle(book: openpyxl.Workbook) -> None:
        sheet = book[TABLE]
        sheet.protection.sheet = False
        sheet["A1"].value = "本表标题"
        total = layout.places["t3.new.total"].address
        sheet[total].value = 5
        sheet[total].protection = Protection(locked=False)
        sheet.row_dimensions[8].hidden = True

    copy = sent_back(layout, reworked(filled(layout), meddle))
    fresh, made = grid(BlankWriter(layout).write(_identity(layout))), grid(copy)
    for sheet in fresh.sheets:
        other = made.sheet(sheet.name)
        assert other is not None
        assert (other.protected, other.merges, other.hidden_rows) == (
            sheet.protected,
            sheet.merges,
            frozenset(),
        )
        assert {at: (c.locked, c.formula) for at, c in other.cells.items()} == {
            at: (c.locked, c.formula) for at, c in sheet.cells.items()
        }
    assert made.structure_locked


def _identity(layout: Layout) -> Any:
    identity = judged(filled(layout), expectation(layout)).identity
    assert identity is not None
    return identity


def test_the_rounds_password_holds_the_copy(layout: Layout) -> None:
    """Every sheet, the list too, and the structure."""
    password = Password.of("五" * 30, b"s" * 16)
    book = seen(sent_back(layout, filled(layout, {"t3.new.natural": "x"}), password=password))
    assert {sheet.protection.hashValue for sheet in book} == {password.attributes("")["hashValue"]}
    assert book.security.workbookHashValue == password.attributes("")["hashValue"]


def test_results_are_true(layout: Layout) -> None:
    """A preview that computes nothing shows the totals and the status of what was typed."""
    data = sent_back(layout, filled(layout, {"t3.new.natural": 20}))
    book = openpyxl.load_workbook(BytesIO(data), data_only=True)
    total, status = layout.places["t3.new.total"], layout.places["cover.status"]
    assert book[total.sheet][total.address].value == 20
    assert "处问题" in book[status.sheet][status.address].value
    data = sent_back(layout, filled(layout, {"t2.fees.amount": 1001}))
    book = openpyxl.load_workbook(BytesIO(data), data_only=True)
    assert book[status.sheet][status.address].value == "可以上报，有 1 处请核对"


def noted(*notes: tuple[str, str]) -> Callable[[openpyxl.Workbook], None]:
    """A unit that wrote notes on cells of the table."""

    def write(book: openpyxl.Workbook) -> None:
        for cell, text in notes:
            book[TABLE][cell].comment = Comment(text, "小王")

    return write


def test_the_units_own_notes_survive(layout: Layout) -> None:
    """On a marked cell beside ours, on others alone, and once however often the file goes to and fro."""
    wrong = layout.places["t3.new.natural"].address
    data = reworked(
        filled(layout, {"t3.new.natural": "3件"}), noted((wrong, "含\n两件补报"), ("F9", "问过县里"))
    )
    copy = sent_back(layout, sent_back(layout, data))
    notes = {
        cell.coordinate: cell.comment.text
        for row in seen(copy)[TABLE].iter_rows()
        for cell in row
        if cell.comment
    }
    assert notes["F9"] == "问过县里"
    assert notes[wrong].startswith("含\n两件补报\n【审核意见】\n错误：填的是「3件」")
    assert notes[wrong].count("【审核意见】") == 1


def test_a_line_put_under_a_remark_is_the_units(layout: Layout) -> None:
    """Our lines go, theirs stays."""
    wrong = layout.places["t3.new.natural"].address
    copy = sent_back(layout, filled(layout, {"t3.new.natural": "3件"}))
    text = seen(copy)[TABLE][wrong].comment.text
    again = sent_back(layout, reworked(copy, noted((wrong, f"{text}\n已问清，应为 3"))))
    assert seen(again)[TABLE][wrong].comment.text == f"已问清，应为 3\n{text}"


def test_sheets_of_the_units_own_are_attached(layout: Layout) -> None:
    """Values only, locked, listed with a link; they are the office's now, and no longer a unit's addition."""

    def add(book: openpyxl.Workbook) -> None:
        sheet = book.create_sheet("登记台账")
        sheet["B2"] = "来信"
        sheet["C2"] = 12
        sheet["C3"] = "=C2*2"
        sheet["B2"].comment = Comment("自用", "小王")

    copy = sent_back(layout, reworked(filled(layout, {"t3.new.natural": "x"}), add))
    for data in (copy, sent_back(layout, copy)):
        book = seen(data)
        sheet = book["原件·登记台账"]
        assert (sheet["B2"].value, sheet["C2"].value, sheet["B2"].comment.text) == ("来信", 12, "自用")
        assert sheet.protection.sheet
        assert own_sheets(grid(data), expectation(layout).key) == {REMARKS, "原件·登记台账"}


def test_a_sheet_that_cannot_be_placed_is_attached_and_an_empty_one_put_in_its_place(layout: Layout) -> None:
    """The unit copies from the one into the other; the cell where the rows part is marked on its own sheet."""
    data = reworked(filled(layout, {"t3.new.natural": 12}), lambda book: book[TABLE].delete_rows(9))
    copy = sent_back(layout, data)
    book = seen(copy)
    assert book[TABLE][layout.places["t3.new.natural"].address].value is None
    own = book[f"原件·{TABLE}"]
    assert own[layout.places["t3.new.natural"].address].value == 12
    finding = next(f for f in judged(data, expectation(layout)).findings if f.code == "structure-changed")
    assert colour(own, finding.cells[0]) == RED
    assert "structure-changed" not in {f.code for f in judged(copy, expectation(layout)).findings}


def test_what_stands_beside_the_form_stays_and_can_be_taken_away(layout: Layout) -> None:
    """Open, in its place."""
    data = reworked(
        filled(layout, {"t3.new.natural": "x"}), lambda b: b[TABLE].__setitem__("N3", '=1+1&"备注"')
    )
    data = reworked(data, lambda b: b[TABLE].__setitem__("N4", "见附件"))
    sheet = seen(sent_back(layout, data))[TABLE]
    assert sheet["N4"].value == "见附件"
    assert not sheet["N4"].protection.locked


def test_a_formula_in_an_input_is_kept_as_words(layout: Layout) -> None:
    """It is seen, cannot run, and is the same fault as before."""
    place = layout.places["t3.new.natural"]
    formula = '=HYPERLINK("http://example.org")'
    data = reworked(filled(layout), lambda b: b[place.sheet].__setitem__(place.address, formula))
    copy = sent_back(layout, data)
    sheet = grid(copy).sheet(place.sheet)
    assert sheet is not None
    cell = sheet.cells[place.row, place.column]
    assert (cell.text, cell.formula) == (formula, None)
    assert b"http://example.org" not in copy
    assert next(f.code for f in judged(copy).findings if "t3.new.natural" in f.ids) == "not-a-number"


def test_settled_findings_are_listed_and_not_marked(layout: Layout) -> None:
    """An explanation and a waiver show in the list; the cells stay as they are."""
    data = filled(layout, {"t3.new.natural": "3件", "t3.new.business": "无"})
    checked = judged(data, expectation(layout))
    first, *rest = checked.findings
    settled = replace(checked, findings=(replace(first, waived="县长批示"), *rest))
    copy = copy_of(data, settled, desk(layout), file="a.xlsx")
    assert copy is not None
    book = seen(copy)
    assert colour(book[first.sheet], first.cells[0]) != RED
    assert book[first.sheet][first.cells[0]].comment is None
    assert colour(book[first.sheet], rest[0].cells[0]) == RED
    assert any("县长批示" in str(cell.value) for row in book[REMARKS].iter_rows() for cell in row)


@pytest.mark.parametrize("severity", list(Severity))
def test_each_severity_has_its_colour(layout: Layout, severity: Severity) -> None:
    """Whatever the code of a finding is: its cell is filled and has a note."""
    data = filled(layout)
    finding = replace(
        judged(filled(layout, {"t3.new.natural": "x"}), expectation(layout)).findings[0], severity=severity
    )
    copy = copy_of(data, replace(judged(data), findings=(finding,)), desk(layout), file="a.xlsx")
    assert copy is not None
    sheet = seen(copy)[finding.sheet]
    assert colour(sheet, finding.cells[0]) == "FF" + FILLS[severity].lstrip("#")
    assert sheet[finding.cells[0]].comment


def test_who_gets_an_answer(layout: Layout) -> None:
    """Errors and warnings that nobody settled; not notices, and not a file instead of which another counts."""
    right = judged(filled(layout), expectation(layout))
    wrong = judged(filled(layout, {"t3.new.natural": "x"}), expectation(layout))
    told = judged(filled(layout, {"t3.new.natural": "１２"}), expectation(layout))
    double = replace(wrong, findings=(*wrong.findings, found("duplicate-return", counted="b", detail="c")))
    assert [wants_answer(c) for c in (right, wrong, told, double)] == [False, True, False, False]


def test_both_languages(layout: Layout) -> None:
    """List and notes are in the office's language; marks in either are taken off."""
    data = filled(layout, {"t3.new.natural": "3件"})
    copy = sent_back(layout, data, language="en")
    place = layout.places["t3.new.natural"]
    note = seen(copy)[place.sheet][place.address].comment.text
    assert note.startswith('[Review]\nerror: "3件" was entered')
    assert "Review of the return" in {cell.value for cell in seen(copy)[REMARKS]["A"]}
    assert sent_back(layout, copy) == sent_back(layout, data)


def test_what_is_typed_on_the_list_breaks_its_seal(layout: Layout) -> None:
    """The name alone makes no sheet the office's; a seal made with another key does neither."""
    key = expectation(layout).key
    copy = sent_back(layout, filled(layout, {"t3.new.natural": "x"}))
    assert own_sheets(grid(copy), key) == {REMARKS}
    assert own_sheets(grid(copy), None) == {REMARKS}
    assert not own_sheets(grid(copy), b"another key")
    typed = reworked(copy, lambda book: book[REMARKS].__setitem__("D30", "夹带"))
    assert not own_sheets(grid(typed), key)
    named = reworked(filled(layout), lambda book: book.create_sheet(REMARKS).__setitem__("A1", "夹带"))
    assert not own_sheets(grid(named), key)
    assert SEALED_AT in grid(copy).sheet(REMARKS).cells  # type: ignore[union-attr]


def test_what_cannot_be_placed_has_an_opinion_only(layout: Layout) -> None:
    """The finding and what to do, in a workbook that is no return."""
    unread = judged(b"no workbook", expectation(layout))
    assert copy_of(b"no workbook", unread, desk(layout), file="a.doc") is None
    book = seen(opinion_alone(unread, desk(layout), file="a.doc"))
    assert book.sheetnames == [REMARKS]
    texts = [str(cell.value) for row in book[REMARKS].iter_rows() for cell in row if cell.value]
    assert any("a.doc" in text for text in texts)
    assert unread.findings[0].message.text() in texts


def test_names_stay_in_their_folder() -> None:
    """Whatever a unit or a member of an archive is called; two files of a unit have two names."""
    hostile = [
        Checked("r/a.xlsx", "", None, unit_code="../../etc", unit_name="a/b\\c\u202e\n"),
        Checked("r/a.zip/../../x.xlsx", "", None),
        Checked("r/..", "", None),
        Checked("r/.xlsx", "", None),
        Checked("r/1.xlsx", "", None, unit_code="101", unit_name="东河镇"),
        Checked("r/2.xlsx", "", None, unit_code="101", unit_name="东河镇"),
        Checked("r/3.xlsx", "", None, unit_code="con", unit_name=""),
        Checked("r/4.xlsx", "", None, unit_code="1" * 999, unit_name="镇" * 999),
    ]
    names = list(copy_names(hostile).values())
    assert names[4:6] == ["101_东河镇_审核意见.xlsx", "101_东河镇_审核意见_2.xlsx"]
    assert len(set(names)) == len(hostile)
    for name in names:
        assert name.isprintable()
        assert not set(name) & set('/\\:*?"<>|')
        assert not name.startswith((".", "~"))
        assert len(name.encode()) < 220


def test_notes_are_read_from_other_programs(layout: Layout) -> None:
    """Of a workbook without notes there are none; broken ones are told of, and lose nothing else."""
    assert read_notes(filled(layout), Limits()) == {}
    assert read_notes((ROOT / "tests" / "rosters" / "units.xls").read_bytes(), Limits()) == {}


@pytest.mark.parametrize("code", sorted(CATALOGUE))
def test_every_code_is_marked_where_it_has_cells(layout: Layout, code: str) -> None:
    """And listed with its words, whatever it is about."""
    spot = Spot("t3.new.natural", layout.places["t3.new.natural"].address)
    entry = CATALOGUE[code]
    finding = Finding(code, entry.severity, say("{code} 要看", code=code), TABLE, (spot,))
    data = filled(layout)
    copy = copy_of(data, replace(judged(data), findings=(finding,)), desk(layout), file="a.xlsx")
    assert copy is not None
    book = seen(copy)
    listed = {str(cell.value) for row in book[REMARKS].iter_rows() for cell in row}
    assert f"{code} 要看" in listed
    if not finding.supersedes and code not in ELSEWHERE:
        assert colour(book[TABLE], spot.cell) == "FF" + FILLS[entry.severity].lstrip("#")
        assert f"{code} 要看" in book[TABLE][spot.cell].comment.text
