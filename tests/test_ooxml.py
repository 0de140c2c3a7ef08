"""What is read from .xlsx files: openpyxl and LibreOffice must agree, and what programs rarely write is read too."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from io import BytesIO
from typing import TYPE_CHECKING, Any

import openpyxl
import pytest
from openpyxl.worksheet.cell_range import CellRange
from openpyxl.worksheet.formula import ArrayFormula

from both_readers import read_workbook
from libreoffice import convert
from nianbao.opening.grid import Cell, Kind, Limits, Sheet, UnreadableError, Workbook
from nianbao.opening.ooxml_sheet import place
from nianbao.opening.serials import date_text, is_date_format
from sample_workbooks import (
    MAIN,
    by_openpyxl,
    by_xlsxwriter,
    minimal_parts,
    packed,
    unpacked,
    with_shared_formulas,
)

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

STRICT = "http://purl.oclc.org/ooxml/spreadsheetml/main"
STRICT_LINKS = "http://purl.oclc.org/ooxml/officeDocument/relationships"
LINKS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
SHEET = "xl/worksheets/sheet1.xml"
SAMPLES = {
    "xlsxwriter": by_xlsxwriter(),
    "xlsxwriter-1904": by_xlsxwriter(epoch_1904=True),
    "openpyxl": by_openpyxl(),
    "shared": with_shared_formulas(),
}


def read_rows(rows: str, **parts: str) -> Sheet:
    """The sheet with these rows within sheetData."""
    return read_workbook(packed(minimal_parts(rows, **parts))).sheets[0]


def read_cell(cell: str, **parts: str) -> Cell:
    """The one cell with this XML."""
    (found,) = read_rows(f"<row>{cell}</row>", **parts).cells.values()
    return found


def expected_value(value: object) -> tuple[Kind, str]:
    """The kind and text that our reader gives for openpyxl's value; numbers are compared by value."""
    if value is None or value == "":
        return Kind.EMPTY, ""
    if isinstance(value, bool):
        return Kind.BOOLEAN, str(value).upper()
    if isinstance(value, int | float):
        return Kind.NUMBER, repr(float(value))
    if isinstance(value, datetime | date | time):
        return Kind.DATE, value.isoformat().removesuffix("T00:00:00")
    return (Kind.ERROR if str(value).startswith("#") else Kind.TEXT), str(value)


def shown_value(cell: Cell) -> tuple[Kind, str]:
    """Our kind and text, a number in the same spelling as `expected_value`."""
    return cell.kind, repr(float(cell.text)) if cell.kind is Kind.NUMBER else cell.text


def expected_formula(value: object) -> str | None:
    """The formula as openpyxl has it."""
    if isinstance(value, ArrayFormula):
        return f"={str(value.text).removeprefix('=')}"
    return value if isinstance(value, str) and value.startswith("=") else None


def filled_by_one(written: Any) -> dict[tuple[int, int], ArrayFormula]:
    """The formulas that fill several cells, by each of these."""
    formulas = [
        cell.value for row in written.iter_rows() for cell in row if isinstance(cell.value, ArrayFormula)
    ]
    return {
        (row - 1, column - 1): formula
        for formula in formulas
        for line in CellRange(formula.ref).rows
        for row, column in line
    }


def assert_agrees(data: bytes) -> None:
    """Our reader and two loads of openpyxl see the same in every cell and sheet."""
    shown = openpyxl.load_workbook(BytesIO(data), data_only=True)
    written = openpyxl.load_workbook(BytesIO(data))
    book = read_workbook(data)
    assert [sheet.name for sheet in book.sheets] == shown.sheetnames
    assert written.security is None or book.structure_locked == bool(written.security.lockStructure)
    assert dict(book.names) == {name: defined.attr_text for name, defined in written.defined_names.items()}
    for sheet in book.sheets:
        assert_same_cells(sheet, shown[sheet.name], written[sheet.name])
        assert_same_sheet(sheet, written[sheet.name])


def assert_same_cells(sheet: Sheet, shown: Any, written: Any) -> None:
    """Value, formula and lock of each cell that either reader has."""
    filled = filled_by_one(written)
    for row in shown.iter_rows():
        for theirs in row:
            at = theirs.row - 1, theirs.column - 1
            ours = sheet.cells.get(at, Cell(*at, Kind.EMPTY, ""))
            assert shown_value(ours) == expected_value(theirs.value), theirs.coordinate
            own = written.cell(theirs.row, theirs.column).value
            formula = filled[at] if at in filled and ours.text else own
            assert ours.formula == expected_formula(formula)
            if at in sheet.cells and type(theirs).__name__ != "MergedCell":
                assert ours.locked == theirs.protection.locked, theirs.coordinate
    assert all(row < shown.max_row and column < shown.max_column for row, column in sheet.cells)


def assert_same_sheet(sheet: Sheet, theirs: Any) -> None:
    """Visibility, protection, merges, hidden rows and columns."""
    merges = {
        (m.min_row - 1, m.min_col - 1, m.max_row - 1, m.max_col - 1) for m in theirs.merged_cells.ranges
    }
    columns = [d for d in theirs.column_dimensions.values() if d.hidden]
    assert sheet.visibility == theirs.sheet_state
    assert sheet.protected == bool(theirs.protection.sheet)
    assert set(sheet.merges) == merges
    assert sheet.hidden_rows == {number - 1 for number, row in theirs.row_dimensions.items() if row.hidden}
    assert sheet.hidden_columns == {n - 1 for d in columns for n in range(d.min, d.max + 1)}


@pytest.mark.parametrize("name", SAMPLES)
def test_openpyxl_sees_the_same(name: str) -> None:
    """Values, formulas, locks, names, merges and what is hidden, in workbooks of two writers and of Excel's shape."""
    assert_agrees(SAMPLES[name])


@pytest.mark.oracle
@pytest.mark.parametrize("name", ["xlsxwriter", "openpyxl"])
def test_a_workbook_saved_by_libreoffice_agrees_too(name: str, tmp_path: Path) -> None:
    """LibreOffice splits strings into runs, renumbers styles and recalculates: openpyxl and we still agree."""
    source = tmp_path / "in.xlsx"
    source.write_bytes(SAMPLES[name])
    assert_agrees(convert(source, "xlsx", tmp_path / "out").read_bytes())


def same_but_strict(data: bytes) -> bytes:
    """The workbook with the namespaces of Strict OOXML."""
    return packed(
        {
            name: part.replace(MAIN.encode(), STRICT.encode()).replace(LINKS.encode(), STRICT_LINKS.encode())
            for name, part in unpacked(data).items()
        }
    )


def same_but_prefixed(data: bytes) -> bytes:
    """The workbook with <x:c> for <c> in its sheet."""
    parts = unpacked(data)
    sheet = parts[SHEET].decode().replace("</", "\0").replace("<", "<x:").replace("\0", "</x:")
    parts[SHEET] = sheet.replace("xmlns=", "xmlns:x=").encode()
    return packed({**parts})


def same_but_utf16(data: bytes) -> bytes:
    """The workbook with a sheet in UTF-16."""
    parts = unpacked(data)
    parts[SHEET] = f'<?xml version="1.0" encoding="UTF-16"?>{parts[SHEET].decode()}'.encode("utf-16")
    return packed({**parts})


@pytest.mark.parametrize("spelling", [same_but_strict, same_but_prefixed, same_but_utf16])
def test_another_spelling_of_the_xml_reads_the_same(spelling: Callable[[bytes], bytes]) -> None:
    """Strict namespaces, prefixes and UTF-16 change nothing."""
    data = with_shared_formulas()
    assert spelling(data) != data
    assert read_workbook(spelling(data)) == read_workbook(data)


@pytest.mark.parametrize(
    ("cell", "kind", "text"),
    [
        ("<c><v>1e3</v></c>", Kind.NUMBER, "1e3"),
        ("<c><v>59237.244899999998</v></c>", Kind.NUMBER, "59237.244899999998"),
        ('<c t="n"><v> 12 </v></c>', Kind.NUMBER, "12"),
        ('<c t="s"><v>0</v></c>', Kind.TEXT, "甲乙"),
        ('<c t="s"><v>1</v></c>', Kind.EMPTY, ""),
        (
            '<c t="inlineStr"><is><r><t>甲</t></r><rPh><t>jia</t></rPh><r><t>乙</t></r></is></c>',
            Kind.TEXT,
            "甲乙",
        ),
        ('<c t="inlineStr"><is><t xml:space="preserve"> 1 </t></is></c>', Kind.TEXT, " 1 "),
        ('<c t="str"><v>甲_x000D_乙_x0041_</v></c>', Kind.TEXT, "甲\r乙A"),
        ('<c t="str"><v>_xD83D__xDE00__xD800_</v></c>', Kind.TEXT, "\U0001f600\ufffd"),
        ('<c t="b"><v>1</v></c>', Kind.BOOLEAN, "TRUE"),
        ('<c t="b"><v>0</v></c>', Kind.BOOLEAN, "FALSE"),
        ('<c t="e"><v>#DIV/0!</v></c>', Kind.ERROR, "#DIV/0!"),
        ('<c t="d"><v>2026-01-05T00:00:00</v></c>', Kind.DATE, "2026-01-05"),
        ('<c t="d"><v>2026-01-05T08:30:00Z</v></c>', Kind.DATE, "2026-01-05T08:30:00"),
        ("<c><v/></c>", Kind.EMPTY, ""),
        ("<c/>", Kind.EMPTY, ""),
    ],
)
def test_each_type_of_cell_has_its_kind_and_text(cell: str, kind: Kind, text: str) -> None:
    """Numbers keep their digits; runs are joined, phonetic guides left out, escapes resolved."""
    strings = "<si><r><t>甲</t></r><rPh><t>jia</t></rPh><r><t>乙</t></r></si><si><t/></si>"
    found = read_cell(cell, strings=strings)
    assert (found.kind, found.text, found.formula) == (kind, text, None)


def test_cells_and_rows_without_address_stand_after_the_one_before() -> None:
    """Positions count on, from an address where there is one."""
    sheet = read_rows('<row><c/><c/></row><row><c r="C2"/><c/></row><row r="9"><c/></row><row><c/></row>')
    assert list(sheet.cells) == [(0, 0), (0, 1), (1, 2), (1, 3), (8, 0), (9, 0)]


def test_a_shared_formula_is_written_out_for_each_cell() -> None:
    """Relative references move, absolute ones stay."""
    sheet = read_workbook(with_shared_formulas()).sheets[0]
    formulas = [sheet.cells[row, 2].formula for row in range(3)]
    assert formulas == ["=SUM(A1:B1)+$A$1", "=SUM(A2:B2)+$A$1", "=SUM(A3:B3)+$A$1"]


@pytest.mark.parametrize(
    ("formula", "text"),
    [
        ("<f>1+1</f>", "=1+1"),
        ('<f t="array" ref="A1:A2">SUM(B1:B2)</f>', "=SUM(B1:B2)"),
        ('<f t="shared" si="9"/>', "="),
        ("<f/>", "="),
        ('<f t="dataTable" r1="B1" r2="B2"/>', "=TABLE(B1,B2)"),
    ],
)
def test_a_formula_without_cached_value_is_empty_with_a_formula(formula: str, text: str) -> None:
    """Files from scripts have no results; the formula is still seen, and never taken for a typed value."""
    found = read_cell(f"<c>{formula}</c>")
    assert (found.kind, found.formula) == (Kind.EMPTY, text)


def test_locks_come_from_the_style() -> None:
    """Locked unless the style's protection says otherwise, whether or not applyProtection is set."""
    styles = '<cellXfs><xf/><xf><protection locked="0"/></xf><xf><protection hidden="1"/></xf></cellXfs>'
    sheet = read_rows('<row><c/><c s="1"/><c s="2"/><c s="77"/></row>', styles=styles)
    assert [cell.locked for cell in sheet.cells.values()] == [True, False, True, True]


@pytest.mark.parametrize(
    ("number", "code", "text"),
    [
        (14, "", "2026-01-05T12:00:00"),
        (31, "", "2026-01-05T12:00:00"),
        (57, "", "2026-01-05T12:00:00"),
        (165, 'yyyy"年"m"月"', "2026-01-05T12:00:00"),
        (165, "[$-804]aaaa;@", None),
        (165, '0.0"days"', None),
        (165, "[Red]0;[h]:mm", None),
        (165, "[h]:mm", "PT1104660H0M0S"),
        (46, "", "PT1104660H0M0S"),
        (2, "", None),
    ],
)
def test_a_date_is_known_by_its_number_format(number: int, code: str, text: str | None) -> None:
    """Built-in and custom formats; quoted words, colours and languages make no date."""
    codes = f"<numFmts><numFmt numFmtId='{number}' formatCode='{code}'/></numFmts>" if code else ""
    styles = f'{codes}<cellXfs><xf numFmtId="{number}"/></cellXfs>'
    found = read_cell("<c><v>46027.5</v></c>", styles=styles)
    assert (found.kind, found.text) == ((Kind.DATE, text) if text else (Kind.NUMBER, "46027.5"))


@pytest.mark.parametrize(
    ("serial", "epoch_1904", "text"),
    [
        (0, False, "00:00:00"),
        (0.25, False, "06:00:00"),
        (1, False, "1900-01-01"),
        (59, False, "1900-02-28"),
        (61, False, "1900-03-01"),
        (2958465, False, "9999-12-31"),
        (2958466, False, None),
        (-1, False, None),
        (1, True, "1904-01-02"),
    ],
)
def test_serials_are_dates_of_both_systems(serial: float, epoch_1904: bool, text: str | None) -> None:  # noqa: FBT001
    """With the day that 1900 did not have, and none beyond what a spreadsheet shows."""
    assert date_text(serial, epoch_1904=epoch_1904, elapsed=False) == text


def test_general_and_scientific_formats_are_no_dates() -> None:
    """No letter of theirs stands for a day, month, hour, second or year."""
    assert not any(map(is_date_format, ["General", "0.00E+00", "@", "#,##0", '_ * #,##0_ ;_ "¥"* -#,##0_ ']))


def test_what_hides_a_row_or_column_is_seen() -> None:
    """The hidden mark, and a height or width of nothing."""
    rows = '<row r="2" hidden="1"/><row r="3" ht="0"/><row r="4" ht="15"/>'
    parts = minimal_parts(rows)
    columns = '<cols><col min="2" max="3" hidden="1"/><col min="5" max="5" width="0"/><col min="6" max="16384"/></cols>'
    parts[SHEET] = str(parts[SHEET]).replace("<sheetData>", f"{columns}<sheetData>")
    sheet = read_workbook(packed(parts)).sheets[0]
    assert (set(sheet.hidden_rows), set(sheet.hidden_columns)) == ({1, 2}, {1, 2, 4})


def with_part(name: str, content: str | bytes, **rows: str) -> Workbook:
    """The minimal workbook with one part more, or another."""
    return read_workbook(packed({**minimal_parts(rows.get("rows", "")), name: content}))


@pytest.mark.parametrize(
    "name",
    [
        "xl/vbaProject.bin",
        "xl/JDEData.bin",
        "xl/externalLinks/externalLink1.xml",
        "xl/embeddings/oleObject1.bin",
        "xl/connections.xml",
        "xl/activeX/activeX1.xml",
        "xl/macrosheets/sheet1.xml",
        "xl/queryTables/queryTable1.xml",
        "xl/webextensions/webextension1.xml",
    ],
)
def test_a_part_that_runs_or_fetches_is_active(name: str) -> None:
    """Macros (WPS's too), links to workbooks, embedded objects, connections and add-ins are named."""
    assert with_part(name, b"").active == (name,)


@pytest.mark.parametrize(
    ("kind", "target", "mode", "active"),
    [
        ("hyperlink", "mailto:a@example.com", "External", False),
        ("hyperlink", "https://example.com/", "External", False),
        ("image", "../media/image1.png", "Internal", False),
        ("comments", "../comments1.xml", "Internal", False),
        ("printerSettings", "../printerSettings/printerSettings1.bin", "Internal", False),
        ("image", "https://example.com/track.png", "External", True),
        ("oleObject", "file:///c:/x.xls", "External", True),
        ("vbaProject", "innocent.bin", "Internal", True),
    ],
)
def test_a_link_is_active_unless_a_person_must_click_it(
    kind: str, target: str, mode: str, *, active: bool
) -> None:
    """Hyperlinks (WPS makes one of each typed address), pictures and comments inside the file are not."""
    link = f'<Relationship Id="a" Type="{LINKS}/{kind}" Target="{target}" TargetMode="{mode}"/>'
    links = f"<Relationships>{link}</Relationships>"
    assert bool(with_part("xl/worksheets/_rels/sheet1.xml.rels", links).active) is active


def test_a_chart_sheet_is_named_and_has_no_cells() -> None:
    """It is no sheet of ours, but it is there."""
    links = str(minimal_parts()["xl/_rels/workbook.xml.rels"]).replace('/worksheet"', '/chartsheet"')
    book = with_part("xl/_rels/workbook.xml.rels", links)
    assert [(sheet.name, dict(sheet.cells)) for sheet in book.sheets] == [("表", {})]


def test_names_of_one_sheet_and_of_the_program_are_left_out() -> None:
    """Only names that hold in the whole workbook and that somebody defined."""
    names = (
        "<definedNames><definedName name='a'>表!$A$1</definedName>"
        "<definedName name='a' localSheetId='0'>表!$B$1</definedName>"
        "<definedName name='_xlnm.Print_Area'>表!$A$1</definedName></definedNames>"
    )
    book = str(minimal_parts()["xl/workbook.xml"]).replace("</sheets>", f"</sheets>{names}")
    assert with_part("xl/workbook.xml", book).names == {"a": "表!$A$1"}


DOCTYPE = '<!DOCTYPE a [<!ENTITY b "ha"><!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;&b;&b;">]>'
DAMAGED: dict[str, str | bytes] = {
    "not closed": f'<worksheet xmlns="{MAIN}"><sheetData>',
    "nothing": "",
    "a doctype": f'{DOCTYPE}<worksheet xmlns="{MAIN}"><sheetData/></worksheet>',
    "a doctype after a long comment": f"<!--{'x' * 5000}-->{DOCTYPE}<worksheet/>",
    "a doctype in UTF-16": f'<?xml version="1.0" encoding="UTF-16"?>{DOCTYPE}<worksheet/>'.encode("utf-16"),
    "an entity": f'<worksheet xmlns="{MAIN}"><sheetData><row><c><v>&b;</v></c></row></sheetData></worksheet>',
    "an outside entity": '<!DOCTYPE a SYSTEM "file:///etc/passwd"><worksheet/>',
    "an unknown encoding": '<?xml version="1.0" encoding="klingon"?><worksheet/>',
    "a multi-byte encoding": '<?xml version="1.0" encoding="gb18030"?><worksheet>甲</worksheet>'.encode(
        "gb18030"
    ),
}


@pytest.mark.parametrize("name", DAMAGED)
def test_xml_that_is_wrong_or_has_entities_is_unreadable(name: str) -> None:
    """Malformed XML, any DOCTYPE wherever it hides, entities and unknown encodings."""
    with pytest.raises(UnreadableError, match="unreadable"):
        with_part(SHEET, DAMAGED[name])


@pytest.mark.parametrize(
    "rows",
    [
        '<row><c r="A1"/><c r="A1"/></row>',
        '<row><c r="A0"/></row>',
        '<row><c r="XFE1"/></row>',
        '<row><c r="A1048577"/></row>',
        '<row r="0"/>',
        '<row r="1048577"/>',
        '<row r="x"/>',
        '<row><c t="s"><v>5</v></c></row>',
        '<row><c t="s"><v>-1</v></c></row>',
        '<row><c t="s"><v>x</v></c></row>',
        '<row><c t="d"><v>5. Januar</v></c></row>',
        '<row><c t="q"><v>1</v></c></row>',
        '<row><c s="x"/></row>',
        f'<row><c t="s"><v>{"9" * 5000}</v></c></row>',
    ],
)
def test_addresses_and_numbers_that_cannot_be_are_unreadable(rows: str) -> None:
    """Two cells at one address, places no sheet has, strings the file lacks: two programs would differ."""
    with pytest.raises(UnreadableError, match="unreadable"):
        read_rows(rows)


@pytest.mark.parametrize("name", ["xl/workbook.xml", SHEET, "_rels/.rels", "xl/_rels/workbook.xml.rels"])
def test_a_missing_part_is_unreadable_unless_it_can_be_found(name: str) -> None:
    """Without workbook, sheet or links nothing is guessed; without the package's own links the usual name is tried."""
    parts = minimal_parts("<row><c/></row>")
    del parts[name]
    if name == "_rels/.rels":
        assert read_workbook(packed(parts)).sheets[0].cells
        return
    with pytest.raises(UnreadableError, match="unreadable"):
        read_workbook(packed(parts))


@pytest.mark.parametrize("second", ['name="表" sheetId="2" r:id="rId9"', 'name="乙" sheetId="2" r:id="rId1"'])
def test_two_sheets_of_one_name_or_part_are_unreadable(second: str) -> None:
    """One large part behind many sheets would be read as often as it is named."""
    book = str(minimal_parts()["xl/workbook.xml"]).replace("</sheets>", f"<sheet {second}/></sheets>")
    with pytest.raises(UnreadableError, match="unreadable"):
        with_part("xl/workbook.xml", book)


def test_a_shared_formula_cannot_be_blown_up(monkeypatch: pytest.MonkeyPatch) -> None:
    """Eight thousand characters shared by ten thousand cells are `too-large` as soon as they add up."""
    monkeypatch.setattr("nianbao.opening.ooxml_formulas.SHARED_TEXT", 100_000)
    cells = '<c><f t="shared" si="0"/></c>' * 10_000
    formula = "+".join(["1"] * 4000)
    with pytest.raises(UnreadableError, match="too-large"):
        read_rows(f'<row><c><f t="shared" ref="A1:ZZ1" si="0">{formula}</f></c>{cells}</row>')


@pytest.mark.parametrize("formula", ["A1)+1", "(((", "'", '"', "#", "A1:"])
def test_a_shared_formula_that_is_none_stays_as_it_is(formula: str) -> None:
    """It cannot be moved; it is still seen in each of its cells, and differs from any form's."""
    sheet = read_rows(f'<row><c><f t="shared" si="0">{formula}</f></c><c><f t="shared" si="0"/></c></row>')
    assert str(sheet.cells[0, 1].formula).startswith("=")


def test_columns_hidden_again_and_again_are_unreadable() -> None:
    """Ranges of columns never overlap in a real file; a million of them would take minutes."""
    with pytest.raises(UnreadableError, match="unreadable"):
        read_rows(
            "", tail='<cols><col min="1" max="16384" hidden="1"/><col min="1" max="16384" hidden="1"/></cols>'
        )


def test_a_large_sheet_reads_like_a_small_one() -> None:
    """Beyond a megabyte rows are read one by one, with the same result."""
    row = '<row><c s="0"><v>1</v></c><c t="inlineStr"><is><t>甲</t></is></c><c><f>A1</f><v>1</v></c></row>'
    tail = '<sheetProtection sheet="1"/><mergeCells><mergeCell ref="A1:B2"/></mergeCells>'
    small, large = read_rows(row * 10, tail=tail), read_rows(row * 10_000, tail=tail)
    assert {at: cell for at, cell in large.cells.items() if at[0] < 10} == small.cells
    assert (large.merges, large.protected) == (small.merges, small.protected) == (((0, 0, 1, 1),), True)
    assert len(large.cells) == 30_000


def test_nothing_but_elements_is_too_large() -> None:
    """A mass of empty elements within the size limits is refused before a tree is built of it."""
    with pytest.raises(UnreadableError, match="too-large"):
        read_workbook(packed(minimal_parts("<c/>" * 9_000)), Limits(cells=1_000))


def test_deep_nesting_is_no_crash() -> None:
    """Fifty thousand elements within each other are read, and mean nothing."""
    depth = 50_000
    rows = f"<row><c>{'<x>' * depth}{'</x>' * depth}</c></row>"
    assert read_rows(rows).cells[0, 0].kind is Kind.EMPTY


@pytest.mark.parametrize(
    ("address", "at"), [("A1", (0, 0)), ("$D$5", (4, 3)), ("xfd1048576", (1048575, 16383))]
)
def test_an_address_is_a_row_and_a_column(address: str, at: tuple[int, int]) -> None:
    """Counted from 0, in any spelling."""
    assert place(address) == at


def test_an_elapsed_time_is_no_moment() -> None:
    """[h]:mm over a day shows hours, negative ones too."""
    assert date_text(timedelta(hours=-30) / timedelta(days=1), epoch_1904=False, elapsed=True) == "-PT30H0M0S"


def test_one_row_of_a_million_cells_is_given_up_early() -> None:
    """No sheet has more than 16,384 columns: a mass of elements in one row is not collected first."""
    with pytest.raises(UnreadableError, match="unreadable"):
        read_rows(f"<row>{'<c/>' * 300_000}</row>")


def test_the_program_that_saved_it_is_told() -> None:
    """As it names itself: Excel's writers do, openpyxl does not."""
    assert [read_workbook(data).writer for data in (by_xlsxwriter(), by_openpyxl())] == ["xl", ""]
