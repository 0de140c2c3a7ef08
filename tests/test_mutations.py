"""A good return with one thing changed: the exact codes and cells, by every reader, and nothing where nothing is."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from io import BytesIO
from typing import TYPE_CHECKING
from zipfile import ZipFile

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl.chart import BarChart
from openpyxl.comments import Comment
from openpyxl.styles import Font, PatternFill, Protection
from openpyxl.workbook.defined_name import DefinedName

from build import complaints, expectation, filled, judged, reworked, right_answers
from inserting import inserted, renumbered, swapped
from libreoffice import convert
from nianbao.layout.boxes import Answer, Computed, Words
from nianbao.layout.shelf import find_form
from nianbao.returned.as_meant import same
from nianbao.returned.findings import Severity
from nianbao.returned.meaning import DEEPEST
from nianbao.workbook.patching import WORKBOOK, rewrite, sheet_parts
from sample_workbooks import MAIN

if TYPE_CHECKING:
    from pathlib import Path

    from lxml import etree
    from openpyxl import Workbook as Book

    from build import Complaint
    from nianbao.layout.places import Layout

COVER, DOCUMENTS, REQUESTS, CASES = "封面", "二、主动公开", "三、依申请公开", "四、复议诉讼"
TEXTS, CHECKS, HELP, IDENTITY = "文字部分", "校验", "填报说明", "_nianbao"
TOTAL, LABEL, INPUT = "J6", "B8", "E6"
"""On 三、依申请公开: 总计 of what is new, （一）予以公开, what is new from firms."""
Change = Callable[[bytes], bytes]
Found = list["Complaint"]


def one(code: str, sheet: str = "", *cells: str) -> Found:
    """One finding."""
    return [(code, sheet, cells)]


def by_openpyxl(change: Callable[[Book], object]) -> Change:
    """A change made by openpyxl."""
    return lambda data: reworked(data, change)


def typed(sheet: str, **values: str | float | None) -> Change:
    """Cells typed over, locked or not."""

    def change(book: Book) -> None:
        for address, value in values.items():
            book[sheet][address] = value

    return by_openpyxl(change)


def unlocked(sheet: str, *addresses: str) -> Change:
    """Cells whose lock is taken off."""

    def change(book: Book) -> None:
        for address in addresses:
            book[sheet][address].protection = Protection(locked=False)

    return by_openpyxl(change)


def in_xml(sheet: str, change: Callable[[etree._Element], object]) -> Change:
    """A change to the XML of a sheet, or of the workbook where no sheet is named."""

    def made(data: bytes) -> bytes:
        with ZipFile(BytesIO(data)) as archive:
            part = sheet_parts(archive)[sheet] if sheet else WORKBOOK

        def changed(root: etree._Element) -> None:
            change(root)

        return rewrite(data, {part: changed})

    return made


def attribute(path: str, name: str, value: str | None) -> Callable[[etree._Element], None]:
    """Sets an attribute of the first element there; takes the element away where it has no value."""

    def change(root: etree._Element) -> None:
        element = root.find(path)
        assert element is not None
        if value is None:
            parent = element.getparent()
            assert parent is not None
            parent.remove(element)
        else:
            element.set(name, value)

    return change


def shared(root: etree._Element) -> None:
    """The totals of a sheet's column J as one shared formula, as desktop Excel writes them."""
    first = None
    for cell in root.iter("{*}c"):
        formula = cell.find("{*}f")
        if formula is None or not cell.get("r", "").startswith("J") or cell.get("r") == "J29":
            continue
        formula.set("t", "shared")
        formula.set("si", "0")
        if first is None:
            first = formula
            formula.set("ref", "J6:J30")
            formula.text = 'IF(AND(COUNT(D6:I6)=0,\'封面\'!$B$11<>"是"),"",SUM(D6:I6))'
        else:
            formula.text = None


def spread(root: etree._Element) -> None:
    """A total's formula fills the two inputs before it as well: what they show is worked out, not typed."""
    formula = root.find(".//{*}c[@r='J6']/{*}f")
    assert formula is not None
    formula.set("t", "array")
    formula.set("ref", "H6:J6")


def merged(root: etree._Element) -> None:
    """Two inputs made one cell."""
    merges = root.find("{*}mergeCells")
    assert merges is not None
    merges.append(merges.makeelement(f"{{{MAIN}}}mergeCell", ref="D6:E6"))


def exempted(root: etree._Element) -> None:
    """Locked cells that may be changed all the same."""
    protection = root.find("{*}sheetProtection")
    assert protection is not None
    ranges = protection.makeelement(f"{{{MAIN}}}protectedRanges")
    ranges.append(ranges.makeelement(f"{{{MAIN}}}protectedRange", sqref="A1:J30", name="x"))
    protection.addnext(ranges)


def hide(sheet: str, **lines: str) -> Change:
    """A row or column hidden."""

    def change(book: Book) -> None:
        if "row" in lines:
            book[sheet].row_dimensions[int(lines["row"])].hidden = True
        else:
            book[sheet].column_dimensions[lines["column"]].hidden = True

    return by_openpyxl(change)


def looking(sheet: str, address: str, **look: object) -> Change:
    """A cell's font, fill or number format changed."""

    def change(book: Book) -> None:
        for part, value in look.items():
            setattr(book[sheet][address], part, value)

    return by_openpyxl(change)


def low_by_default(root: etree._Element) -> None:
    """Rows whose height is not said are of none, and one says nothing."""
    attribute("{*}sheetFormatPr", "zeroHeight", "1")(root)
    row = root.find(".//{*}row[@r='8']")
    assert row is not None
    for name in ("ht", "customHeight"):
        del row.attrib[name]


def collapsed(book: Book) -> None:
    """Two rows grouped and folded away."""
    book[REQUESTS].row_dimensions.group(9, 10, hidden=True)


def state(sheet: str, value: str) -> Change:
    """A sheet's visibility changed."""
    return in_xml("", attribute(f"{{*}}sheets/{{*}}sheet[@name='{sheet}']", "state", value))


def new_sheet(name: str, **cells: str) -> Change:
    """One more sheet."""

    def change(book: Book) -> None:
        sheet = book.create_sheet(name)
        for address, value in cells.items():
            sheet[address] = value

    return by_openpyxl(change)


def hidden_sheet(book: Book) -> None:
    """A sheet that nobody sees."""
    book.create_sheet("备份").sheet_state = "hidden"


def charted(book: Book) -> None:
    """A sheet that is a chart."""
    book.create_chartsheet("走势").add_chart(BarChart())


def copied(book: Book) -> None:
    """A second copy of one of our sheets."""
    book.copy_worksheet(book[CASES]).title = f"{CASES} (2)"


def unmerged(book: Book) -> None:
    """A number typed where a merged cell was taken apart."""
    book[REQUESTS].unmerge_cells("A1:J1")
    book[REQUESTS]["C1"] = 5


def unprotected(*sheets: str) -> Change:
    """Protection taken off."""

    def change(book: Book) -> None:
        for sheet in sheets or book.sheetnames:
            book[sheet].protection.sheet = False

    return by_openpyxl(change)


def renamed(name: str) -> Callable[[Book], None]:
    """A sheet under another name; openpyxl leaves the formulas as they are."""

    def change(book: Book) -> None:
        book[CASES].title = name

    return change


def exchanged(book: Book) -> None:
    """Two rows' labels in each other's place: names and formulas say that nothing moved."""
    sheet = book[REQUESTS]
    sheet["B9"].value, sheet["B10"].value = sheet["B10"].value, sheet["B9"].value


MUTATIONS: dict[str, tuple[Change, Found]] = {
    # formulas
    "the right number over a total": (typed(REQUESTS, J6=12), one("formula-changed", REQUESTS, TOTAL)),
    "a wrong number over a total": (
        typed(REQUESTS, J6=99),
        one("total-differs", REQUESTS, TOTAL),
    ),
    "words over a total": (
        typed(REQUESTS, J6="12件"),
        one("not-a-number", REQUESTS, TOTAL),
    ),
    "a total emptied": (typed(REQUESTS, J6=None), one("formula-changed", REQUESTS, TOTAL)),
    "a total of fewer cells": (typed(REQUESTS, J6="=SUM(D6:H6)"), one("formula-changed", REQUESTS, TOTAL)),
    "a total of another row": (typed(REQUESTS, J6="=SUM(D7:I7)"), one("formula-changed", REQUESTS, TOTAL)),
    "a total and one more": (typed(REQUESTS, J6="=SUM(D6:I6)+1"), one("formula-changed", REQUESTS, TOTAL)),
    "a cell twice in a total": (
        typed(REQUESTS, J6="=SUM(D6:I6,D6)"),
        one("formula-changed", REQUESTS, TOTAL),
    ),
    "a total that tells another sheet": (
        typed(CASES, E6="=SUM('三、依申请公开'!A6:D6)"),
        one("formula-changed", CASES, "E6"),
    ),
    "a mark typed": (typed(CHECKS, F4="✓"), one("formula-changed", CHECKS, "F4")),
    "the status typed": (typed(COVER, B12="可以上报"), one("formula-changed", COVER, "B12")),
    "many totals typed": (
        typed(REQUESTS, **{f"J{row}": 0 for row in range(9, 15)}),
        one("formula-changed", REQUESTS, "J9", "J10", "J11", "J12", "J13", "J14"),
    ),
    "a formula changed in the XML": (
        in_xml(REQUESTS, lambda root: setattr(root.find(".//{*}c[@r='J6']/{*}f"), "text", "D6")),
        one("formula-changed", REQUESTS, TOTAL),
    ),
    "a formula that fills inputs": (
        in_xml(REQUESTS, spread),
        one("not-a-number", REQUESTS, "H6", "I6"),
    ),
    "a formula in an input": (typed(REQUESTS, E6="=1+2"), one("not-a-number", REQUESTS, INPUT)),
    # texts
    "a label retyped": (typed(REQUESTS, B8="（一）全部公开"), one("label-changed", REQUESTS, LABEL)),
    "a label emptied": (typed(REQUESTS, B8=None), one("label-changed", REQUESTS, LABEL)),
    "a title retyped": (typed(DOCUMENTS, A1="二、公开情况"), one("label-changed", DOCUMENTS, "A1")),
    "the unit's name on the cover": (typed(COVER, B3="西河镇"), one("label-changed", COVER, "B3")),
    "the line under a title": (typed(REQUESTS, A2="报表编号 7"), one("label-changed", REQUESTS, "A2")),
    "a note on the cover": (typed(COVER, C11="随便填"), one("label-changed", COVER, "C11")),
    "a check's words": (typed(CHECKS, B4="没有"), one("label-changed", CHECKS, "B4")),
    "an explanation of how to fill": (typed(HELP, B3="略"), one("label-changed", HELP, "B3")),
    # locks and protection
    "a total unlocked": (unlocked(REQUESTS, TOTAL), one("lock-removed", REQUESTS, TOTAL)),
    "a label unlocked": (unlocked(REQUESTS, LABEL), one("lock-removed", REQUESTS, LABEL)),
    "three cells unlocked": (
        unlocked(REQUESTS, "A1", LABEL, TOTAL),
        one("lock-removed", REQUESTS, "A1", TOTAL, LABEL),
    ),
    "a mark unlocked": (unlocked(CHECKS, "F4"), one("lock-removed", CHECKS, "F4")),
    "one sheet unprotected": (unprotected(REQUESTS), one("protection-removed", REQUESTS)),
    "every sheet unprotected": (unprotected(), one("protection-removed")),
    "protection cut from the XML": (
        in_xml(CASES, attribute("{*}sheetProtection", "", None)),
        one("protection-removed", CASES),
    ),
    "protection switched off in the XML": (
        in_xml(CASES, attribute("{*}sheetProtection", "sheet", "0")),
        one("protection-removed", CASES),
    ),
    "the structure unlocked": (
        in_xml("", attribute("{*}workbookProtection", "", None)),
        one("protection-removed"),
    ),
    "rows may be put in though the sheet is protected": (
        in_xml(CASES, attribute("{*}sheetProtection", "insertRows", "0")),
        one("protection-removed", CASES),
    ),
    "formats may be changed though the sheet is protected": (
        in_xml(CASES, attribute("{*}sheetProtection", "formatCells", "0")),
        one("protection-removed", CASES),
    ),
    "cells exempt from protection": (in_xml(CASES, exempted), one("protection-removed", CASES)),
    # what is hidden
    "two inputs merged": (in_xml(REQUESTS, merged), one("hidden-content", REQUESTS, "E6")),
    "a row hidden": (hide(REQUESTS, row="8"), one("hidden-content", REQUESTS, "A8")),
    "a column hidden": (hide(REQUESTS, column="E"), one("hidden-content", REQUESTS, "E1")),
    "a row of no height": (
        in_xml(REQUESTS, attribute(".//{*}row[@r='8']", "ht", "0")),
        one("hidden-content", REQUESTS, "A8"),
    ),
    "a row too low to be seen": (
        in_xml(REQUESTS, attribute(".//{*}row[@r='8']", "ht", "0.1")),
        one("hidden-content", REQUESTS, "A8"),
    ),
    "a row of no height by default": (
        in_xml(REQUESTS, low_by_default),
        one("hidden-content", REQUESTS, "A8"),
    ),
    "a column too narrow to be seen": (
        in_xml(CASES, attribute("{*}cols/{*}col", "width", "0.08")),
        one("hidden-content", CASES, *(f"{letter}1" for letter in "ABCDEFGHIJKLMNO")),
    ),
    "two rows folded away": (by_openpyxl(collapsed), one("hidden-content", REQUESTS, "A9", "A10")),
    "a number in a format that shows nothing": (
        looking(REQUESTS, INPUT, number_format=";;;"),
        one("hidden-content", REQUESTS, INPUT),
    ),
    "a total that shows another number": (
        looking(REQUESTS, TOTAL, number_format='"99"'),
        one("hidden-content", REQUESTS, TOTAL),
    ),
    "white on the ground of an input": (
        looking(REQUESTS, INPUT, font=Font(color="FFFFFFFF")),
        one("hidden-content", REQUESTS, INPUT),
    ),
    "a label in the colour of its ground": (
        looking(REQUESTS, LABEL, font=Font(color="FF1F497D"), fill=PatternFill("solid", fgColor="FF1F497D")),
        one("hidden-content", REQUESTS, LABEL),
    ),
    "a section too small to read": (
        looking(TEXTS, "A4", font=Font(size=1)),
        one("hidden-content", TEXTS, "A4"),
    ),
    "a sheet hidden": (state(CASES, "hidden"), one("hidden-content", CASES)),
    "a sheet hidden deep": (state(CASES, "veryHidden"), one("hidden-content", CASES)),
    # sheets of others
    "an empty sheet more": (new_sheet("Sheet1"), one("foreign-sheet", "Sheet1")),
    "a sheet of notes": (new_sheet("备注", A1="有 3 件待核"), one("foreign-sheet", "备注")),
    "a hidden sheet": (by_openpyxl(hidden_sheet), one("foreign-sheet", "备份")),
    "a chart of its own": (by_openpyxl(charted), one("foreign-sheet", "走势")),
    "a copy of a sheet": (by_openpyxl(copied), one("foreign-sheet", f"{CASES} (2)")),
    # things typed elsewhere
    "words beside the table": (typed(REQUESTS, L6="待核"), one("stray-content", REQUESTS, "L6")),
    "a number below the table": (typed(REQUESTS, D40=3), one("stray-content", REQUESTS, "D40")),
    "a formula beside the table": (typed(CASES, R6="=A6"), one("stray-content", CASES, "R6")),
    "two notes": (typed(COVER, E2="a", E9="b"), one("stray-content", COVER, "E2", "E9")),
    "words beside a section": (typed(TEXTS, B4="另附"), one("stray-content", TEXTS, "B4")),
    "a remark beside a check": (typed(CHECKS, K5="已核"), one("stray-content", CHECKS, "K5")),
    "a number where cells were merged": (by_openpyxl(unmerged), one("stray-content", REQUESTS, "C1")),
    "words on the hidden sheet": (typed(IDENTITY, D3="x"), one("stray-content", IDENTITY, "D3")),
    # sheets, rows and columns
    "a sheet deleted": (by_openpyxl(lambda book: book.remove(book[CASES])), one("sheet-missing", CASES)),
    "a row deleted": (
        by_openpyxl(lambda book: book[REQUESTS].delete_rows(9)),
        one("structure-changed", REQUESTS, "B9"),
    ),
    "a column deleted": (
        by_openpyxl(lambda book: book[REQUESTS].delete_cols(5)),
        one("structure-changed", REQUESTS, TOTAL.replace("6", "4")),
    ),
    "two labels in each other's place": (by_openpyxl(exchanged), one("structure-changed", REQUESTS, "B9")),
    "a row inserted": (
        lambda data: inserted(data, REQUESTS, row=8),
        one("structure-changed", REQUESTS, "A8"),
    ),
    "three rows inserted": (
        lambda data: inserted(data, REQUESTS, row=20, count=3),
        one("structure-changed", REQUESTS, "A20", "A21", "A22"),
    ),
    "a row inserted above all": (
        lambda data: inserted(data, DOCUMENTS, row=1),
        one("structure-changed", DOCUMENTS, "A1"),
    ),
    "a row inserted on the cover": (
        lambda data: inserted(data, COVER, row=4),
        one("structure-changed", COVER, "A4"),
    ),
    "a row inserted among the checks": (
        lambda data: inserted(data, CHECKS, row=6),
        one("structure-changed", CHECKS, "A6"),
    ),
    "a row above cells without labels": (
        lambda data: inserted(data, CASES, row=6),
        one("structure-changed", CASES, "A6"),
    ),
    "a column inserted": (
        lambda data: inserted(data, CASES, column=3),
        one("structure-changed", CASES, "C1"),
    ),
    "two rows in each other's place": (
        lambda data: swapped(data, REQUESTS, 9, 10),
        one("structure-changed", REQUESTS, "A9", "A10"),
    ),
    "a row inserted within a section": (
        lambda data: inserted(data, TEXTS, row=10),
        [
            *one("structure-changed", TEXTS, "A35"),
            *(("formula-changed", CHECKS, (cell,)) for cell in ("C10", "C11", "C12")),
        ],
    ),
    "a sheet renamed": (by_openpyxl(renamed("四、行政复议")), one("structure-changed", "四、行政复议")),
    # values, in the same company
    "words for a number": (typed(REQUESTS, E6="3件"), one("not-a-number", REQUESTS, INPUT)),
    "an input emptied": (typed(REQUESTS, E6=None), one("blank", REQUESTS, INPUT)),
}
NOTICES = {
    "a row inserted",
    "three rows inserted",
    "a row inserted above all",
    "a row inserted on the cover",
    "a row inserted among the checks",
    "a row above cells without labels",
    "a column inserted",
    "two rows in each other's place",
    "a sheet renamed",
}
"""What was moved and found again."""


@pytest.mark.parametrize("name", MUTATIONS)
def test_one_change_is_found_where_it_is(layout: Layout, name: str) -> None:
    """These codes at these cells, and nothing besides."""
    change, expected = MUTATIONS[name]
    assert complaints(judged(change(filled(layout)), expectation(layout))) == expected


@pytest.mark.parametrize(
    ("values", "code", "expected"),
    [
        ({"J6": 99}, "total-differs", "12"),
        ({"J6": "12件"}, "not-a-number", ""),
        ({f"J{row}": 99 for row in range(9, 15)}, "total-differs", "0"),
    ],
    ids=["a number", "words", "many numbers"],
)
def test_what_is_typed_over_a_total_is_named_with_its_formula(
    layout: Layout, values: dict[str, str | float | None], code: str, expected: str
) -> None:
    """In the error, as no warning of the formula stands beside it; what it expects stays the value."""
    checked = judged(typed(REQUESTS, **values)(filled(layout)), expectation(layout))
    assert {(finding.code, finding.expected) for finding in checked.findings} == {(code, expected)}
    said = "".join(str(finding.message) for finding in checked.findings)
    assert all(f"SUM(D{address[1:]}:I{address[1:]})" in said for address in values)


def test_there_are_enough_of_them() -> None:
    """As many as were asked for, of every code that concerns integrity."""
    assert len(MUTATIONS) >= 40
    told = {code for _, expected in MUTATIONS.values() for code, _, _ in expected}
    assert told >= {
        *("formula-changed", "label-changed", "lock-removed", "protection-removed", "hidden-content"),
        *("foreign-sheet", "stray-content", "sheet-missing", "structure-changed"),
    }


@pytest.mark.parametrize("name", sorted(NOTICES))
def test_what_was_moved_is_read_where_it_is_now(layout: Layout, name: str) -> None:
    """It is a notice, every value is there."""
    change, _ = MUTATIONS[name]
    checked = judged(change(filled(layout)), expectation(layout))
    assert [finding.severity for finding in checked.findings] == [Severity.NOTICE]
    assert {key: checked.values[key] for key in layout.inputs} == right_answers(layout)
    assert checked.values["t3.new.total"] == 12


@pytest.mark.parametrize("name", sorted(MUTATIONS.keys() - NOTICES))
def test_only_what_cannot_be_placed_is_unread(layout: Layout, name: str) -> None:
    """Whatever else is found, every value of the sheets that stand is there."""
    change, expected = MUTATIONS[name]
    checked = judged(change(filled(layout)), expectation(layout))
    lost = {sheet for code, sheet, _ in expected if code in {"sheet-missing", "structure-changed"}}
    cells = {cell for code, _, cells in expected if code in {"blank", "not-a-number"} for cell in cells}
    for key in layout.inputs:
        place = layout.places[key]
        known = place.sheet not in lost and not (place.sheet == REQUESTS and place.address in cells)
        assert (checked.values[key] == right_answers(layout)[key]) is known


SAME = [
    "=SUM(D6:I6)",
    "=D6+E6+F6+G6+H6+I6",
    "=$D$6+SUM($E6:I$6)",
    "= sum( D6 : I6 ) ",
    "=+I6+H6+(G6+(F6+E6))+D6",
    "=SUM('三、依申请公开'!D6:I6)",
    "=SUM(D6:F6,G6,H6:I6)",
    '=IF(AND(COUNT($D$6:$I$6)=0,封面!B11<>"是"),"",SUM($D$6:$I$6))',
    '=_xlfn.IF(AND(封面!$B$11<>"是",0=COUNT(D6,E6,F6:I6)),"",D6+SUM(E6:I6))',
]
OTHER = [
    "=SUM(D6:H6)",
    "=SUM(D6:J6)",
    "=SUM(D6:I7)",
    "=D6+E6+F6+G6+H6-I6",
    "=SUM(D6:I6)*2",
    "=D6*E6*F6*G6*H6*I6",
    "=SUM('封面'!D6:I6)",
    "=MAX(D6:I6)",
    '=IF(AND(COUNT(D6:I6)=0,封面!B11<>"否"),"",SUM(D6:I6))',
    "=12",
    "=SUM(D6:I6",
    "=SUM(D6:I6))",
    "=" + "(" * 5000 + "D6" + ")" * 5000,
    "=" + "-" * 8000 + "D6",
    "=" + "SUM(" * DEEPEST + "A1:XFD1048576" + ")" * DEEPEST,
    "=9E999*9E999*9E999",
]


@pytest.mark.parametrize("formula", SAME)
def test_a_formula_that_means_the_same_is_no_change(layout: Layout, formula: str) -> None:
    """However it is written."""
    changed = typed(REQUESTS, J6=formula)(filled(layout))
    assert complaints(judged(changed, expectation(layout))) == []


@pytest.mark.parametrize("formula", OTHER)
def test_a_formula_that_means_something_else_is_another(layout: Layout, formula: str) -> None:
    """However like it looks; and what is none of ours, however large, is told quickly."""
    place = layout.places["t3.new.total"]
    assert not same(formula, layout.formulas[REQUESTS][place.row, place.column], REQUESTS)


def test_every_formula_of_every_form_is_understood(any_layout: Layout) -> None:
    """Each means itself in another spelling too: in lower case but for its texts, with spaces."""
    for sheet, formulas in any_layout.formulas.items():
        for formula in formulas.values():
            spaced = formula.replace(",", " , ").replace("SUM(", "sum( ").replace("IF(", "iF(")
            assert same(spaced, formula, sheet)


def test_shared_formulas_are_written_out(layout: Layout) -> None:
    """Desktop Excel writes a column of totals once."""
    assert complaints(judged(in_xml(REQUESTS, shared)(filled(layout)), expectation(layout))) == []


def test_a_changed_formula_is_named_with_the_right_one(layout: Layout) -> None:
    """What it is and what it should be; a number over it with the formula that belongs there."""
    right = '=IF(AND(COUNT(D6:I6)=0,\'封面\'!B11<>"是"),"",SUM(D6:I6))'
    for value, now in (("=SUM(D6:H6)", "=SUM(D6:H6)"), (12, "12")):
        (finding,) = judged(typed(REQUESTS, J6=value)(filled(layout))).findings
        assert (finding.found, finding.expected, finding.ids) == (now, right, ("t3.new.total",))
        assert right in finding.message.text()
        assert now in finding.message.text()


def noted(book: Book) -> None:
    """Notes, foreign names, another order of the sheets: nothing that we ask for is changed."""
    book[REQUESTS]["E6"].comment = Comment("问过了", "王")
    book.defined_names["合计"] = DefinedName("合计", attr_text="'三、依申请公开'!$D$6")
    book.defined_names["nb_x"] = DefinedName("nb_x", attr_text="#REF!")
    book.move_sheet(CASES, -2)


def nameless(book: Book) -> None:
    """No names left."""
    for name in list(book.defined_names):
        del book.defined_names[name]


def beyond(book: Book) -> None:
    """Hidden rows and columns in which there is nothing."""
    book[REQUESTS].row_dimensions[60].hidden = True
    book[REQUESTS].column_dimensions["Z"].hidden = True
    book[TEXTS].row_dimensions[30].hidden = True


@pytest.mark.parametrize("change", [lambda _: None, noted, nameless, beyond])
def test_what_is_no_change_is_no_finding(layout: Layout, change: Callable[[Book], None]) -> None:
    """Saved by openpyxl; with notes and names of others; without names; with empty lines hidden."""
    assert complaints(judged(reworked(filled(layout), change), expectation(layout))) == []


def test_a_hidden_paragraph_is_told(layout: Layout) -> None:
    """Rows of a section may be hidden while nothing stands in them."""
    data = hide(TEXTS, row="4")(typed(TEXTS, A4="按照条例做好各项公开工作。")(filled(layout)))
    assert complaints(judged(data)) == one("hidden-content", TEXTS, "A4")


def test_a_fault_in_a_moved_row_is_named_where_it_is(layout: Layout) -> None:
    """A number that is none, and a rule that does not hold, after a row was put in above."""
    data = inserted(filled(layout, {"t3.granted.legal": "3件"}), REQUESTS, row=7)
    place = layout.places["t3.granted.legal"]
    checked = judged(data, expectation(layout))
    address = replace(place, row=place.row + 1).address
    assert complaints(checked) == [
        ("structure-changed", REQUESTS, ("A7",)),
        ("not-a-number", REQUESTS, (address,)),
    ]
    data = inserted(filled(layout, {"t3.granted.natural": 10}), REQUESTS, row=1)
    assert ("balance", REQUESTS, ("D7", "D8", "D31", "D32")[:2]) in [
        (code, sheet, cells[:2]) for code, sheet, cells in complaints(judged(data))
    ]


def test_what_is_typed_into_a_row_put_in_is_told(layout: Layout) -> None:
    """It is none of the form's."""
    data = typed(REQUESTS, D8=7)(inserted(filled(layout), REQUESTS, row=8))
    assert complaints(judged(data)) == [
        ("structure-changed", REQUESTS, ("A8",)),
        ("stray-content", REQUESTS, ("D8",)),
    ]


def test_formulas_that_did_not_move_along_are_told(layout: Layout) -> None:
    """Cells moved by openpyxl, formulas left as they are; what is expected is told as the cells are now."""
    data = reworked(filled(layout), lambda book: book[CASES].insert_rows(6))
    checked = judged(data)
    assert complaints(checked) == [
        ("structure-changed", CASES, ("A6",)),
        *(("formula-changed", CASES, (cell,)) for cell in ("E7", "J7", "O7")),
        *(("formula-changed", CHECKS, (cell,)) for cell in ("C8", "C9")),
    ]
    assert "SUM(A7:D7)" in checked.findings[1].expected


@pytest.mark.parametrize("names", [True, False])
def test_labels_in_another_order_are_not_believed_alone(layout: Layout, *, names: bool) -> None:
    """Whether names tell that no row moved, or nothing tells."""

    def exchange(book: Book) -> None:
        exchanged(book)
        if not names:
            nameless(book)

    assert complaints(judged(reworked(filled(layout), exchange))) == one("structure-changed", REQUESTS, "B9")


def test_a_sheet_of_which_two_have_all_is_not_guessed(layout: Layout) -> None:
    """Renamed and copied: which of them counts is not to be told."""

    def twice(book: Book) -> None:
        book[CASES].title = "甲"
        book.copy_worksheet(book["甲"]).title = "乙"

    found = complaints(judged(reworked(filled(layout), twice)))
    assert sorted(found) == sorted(
        [*one("sheet-missing", CASES), *one("foreign-sheet", "甲"), *one("foreign-sheet", "乙")]
    )


def test_a_column_of_another_number_everywhere(layout: Layout) -> None:
    """All that stands three rows lower and two columns further right is found."""
    data = renumbered(filled(layout), REQUESTS, rows=lambda row: row + 3, columns=lambda column: column + 2)
    checked = judged(data, expectation(layout))
    assert [finding.severity for finding in checked.findings] == [Severity.NOTICE]
    assert checked.values["t3.new.natural"] == 12


# saved again by other programs


@pytest.mark.oracle
@pytest.mark.parametrize("to", ["xlsx", "xls", "ods"])
def test_saved_again_by_libreoffice_nothing_is_found(layout: Layout, to: str, tmp_path: Path) -> None:
    """Untouched; what LibreOffice itself drops is no fault of the unit's."""
    path = tmp_path / "a.xlsx"
    path.write_bytes(filled(layout))
    checked = judged(convert(path, to, tmp_path / "out").read_bytes(), expectation(layout))
    assert complaints(checked) == []
    assert checked.values["t3.new.total"] == 12


RESAVED = [
    "the right number over a total",
    "a total of fewer cells",
    "a mark typed",
    "a label retyped",
    "a total unlocked",
    "one sheet unprotected",
    "a row hidden",
    "a sheet hidden",
    "a sheet of notes",
    "words beside the table",
    "a row inserted",
    "a column inserted",
    "two rows in each other's place",
    "a row deleted",
]


@pytest.mark.oracle
@pytest.mark.parametrize("name", RESAVED)
def test_saved_again_by_libreoffice_a_change_is_found(layout: Layout, name: str, tmp_path: Path) -> None:
    """The same codes and cells."""
    change, expected = MUTATIONS[name]
    path = tmp_path / "a.xlsx"
    path.write_bytes(change(filled(layout)))
    again = convert(path, "xlsx", tmp_path / "out").read_bytes()
    assert complaints(judged(again, expectation(layout))) == expected


UNSEEN = ["a label retyped", "a sheet of notes", "words beside the table", "a row inserted", "a row deleted"]


@pytest.mark.oracle
@pytest.mark.parametrize("to", ["xls", "ods"])
@pytest.mark.parametrize("name", UNSEEN)
def test_where_no_formula_is_seen_the_rest_is(layout: Layout, name: str, to: str, tmp_path: Path) -> None:
    """Labels, sheets, strays and rows; formulas and locks are not to be had in these formats."""
    change, expected = MUTATIONS[name]
    path = tmp_path / "a.xlsx"
    path.write_bytes(change(filled(layout)))
    again = convert(path, to, tmp_path / "out").read_bytes()
    assert complaints(judged(again, expectation(layout))) == expected


# for any values

LAYOUT = find_form("2021")
NUMBERS = [key for key in LAYOUT.inputs if key.startswith("t3.rejected.")]
LOCKED = [
    (plan.name, (box.row, box.column), box.content)
    for plan in LAYOUT.sheets
    if not plan.hidden
    for box in plan.boxes
    if isinstance(box.content, Words | Computed)
    and not (isinstance(box.content, Words) and not box.content.text)
]


def address(at: tuple[int, int]) -> str:
    """`D5`."""
    return replace(LAYOUT.places["t3.new.natural"], row=at[0], column=at[1]).address


@settings(max_examples=25, deadline=None)
@given(
    numbers=st.dictionaries(st.sampled_from(NUMBERS), st.integers(0, 10**6), max_size=12),
    where=st.sampled_from(LOCKED),
    unlock=st.booleans(),
)
def test_whatever_the_values_the_cell_reported_is_the_one_changed(
    numbers: dict[str, int], where: tuple[str, tuple[int, int], Words | Computed], *, unlock: bool
) -> None:
    """Any label, any formula: retyped or unlocked."""
    sheet, at, content = where
    balanced = {**numbers, "t3.new.natural": 12}
    data = filled(LAYOUT, dict(balanced))
    before = complaints(judged(data))
    change = unlocked(sheet, address(at)) if unlock else typed(sheet, **{address(at): "改过的字"})
    found = [one for one in complaints(judged(change(data))) if one not in before]
    if unlock:
        assert found == [("lock-removed", sheet, (address(at),))]
        return
    codes = {"formula-changed", "not-a-number"} if isinstance(content, Computed) else {"label-changed"}
    ((code, place, cells),) = found
    assert code in codes
    assert (place, cells) == (sheet, (address(at),))


@settings(max_examples=25, deadline=None)
@given(
    numbers=st.dictionaries(st.sampled_from(NUMBERS), st.integers(0, 10**6), max_size=12),
    row=st.integers(1, 40),
    column=st.integers(1, 20),
)
def test_whatever_stands_elsewhere_is_reported_there(numbers: dict[str, int], row: int, column: int) -> None:
    """A number in any cell that is none of the form's."""
    at = (row - 1, column - 1)
    covered = {
        (r, c)
        for box in LAYOUT.plan(REQUESTS).boxes
        for r in range(box.row, box.row + box.rows)
        for c in range(box.column, box.column + box.columns)
    }
    if at in covered:
        return
    data = filled(LAYOUT, dict(numbers))
    before = complaints(judged(data))
    found = [
        one for one in complaints(judged(typed(REQUESTS, **{address(at): 7})(data))) if one not in before
    ]
    assert found == [("stray-content", REQUESTS, (address(at),))]


@settings(max_examples=15, deadline=None)
@given(
    numbers=st.dictionaries(st.sampled_from(NUMBERS), st.integers(0, 10**6), max_size=12),
    sheet=st.sampled_from([REQUESTS, DOCUMENTS, CASES]),
    row=st.integers(1, 16),
    column=st.integers(1, 8),
    upright=st.booleans(),
)
def test_whatever_moved_is_found_again_with_its_values(
    numbers: dict[str, int], sheet: str, row: int, column: int, *, upright: bool
) -> None:
    """A row or a column put in anywhere: the same values, the same findings one further."""
    data = filled(LAYOUT, dict(numbers))
    there = judged(data)
    boxes = LAYOUT.plan(sheet).boxes
    tall, wide = max(box.row + box.rows for box in boxes), max(box.column + box.columns for box in boxes)
    lines = {"row": min(row, tall)} if upright else {"column": min(column, wide)}
    moved = judged(inserted(data, sheet, **lines))
    first, *others = sorted(moved.findings, key=lambda finding: finding.code != "structure-changed")
    assert (first.code, first.severity, first.sheet) == ("structure-changed", Severity.NOTICE, sheet)
    assert dict(moved.values) == dict(there.values)
    assert sorted(f.code for f in others) == sorted(f.code for f in there.findings)


def test_every_answer_is_read_from_a_cell_that_the_grid_has() -> None:
    """The form's answers stand in cells of their own (what is not one of them is a stray)."""
    filled_cells = LAYOUT.filled
    for plan, box in LAYOUT.boxes():
        if isinstance(box.content, Answer):
            assert (box.row, box.column) in filled_cells[plan.name]
