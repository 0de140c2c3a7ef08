"""Workbooks for the tests of reading: rich ones from two writers, and minimal ones built part by part."""

from __future__ import annotations

from datetime import datetime
from io import BytesIO
from zipfile import ZIP_DEFLATED, ZipFile

import openpyxl
import xlsxwriter
from openpyxl.cell.rich_text import CellRichText, TextBlock
from openpyxl.cell.text import InlineFont
from openpyxl.styles import Protection
from openpyxl.worksheet.formula import ArrayFormula

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
LINKS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE_LINKS = "http://schemas.openxmlformats.org/package/2006/relationships"
DAY = datetime(2026, 1, 5)  # noqa: DTZ001  # a sheet has no time zone
MOMENT = datetime(2026, 1, 5, 8, 30, 15)  # noqa: DTZ001


def packed(parts: dict[str, str | bytes]) -> bytes:
    """A zip of these members."""
    buffer = BytesIO()
    with ZipFile(buffer, "w", ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return buffer.getvalue()


def unpacked(data: bytes) -> dict[str, bytes]:
    """The members of a zip."""
    with ZipFile(BytesIO(data)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def minimal_parts(
    rows: str = "", *, strings: str = "", styles: str = "", tail: str = ""
) -> dict[str, str | bytes]:
    """The parts of a one-sheet workbook: `rows` within sheetData, `tail` after it."""
    return {
        "[Content_Types].xml": "<Types/>",
        "_rels/.rels": _links(("officeDocument", "xl/workbook.xml")),
        "xl/workbook.xml": f'<workbook xmlns="{MAIN}" xmlns:r="{LINKS}">'
        '<sheets><sheet name="表" sheetId="1" r:id="rId1"/></sheets></workbook>',
        "xl/_rels/workbook.xml.rels": _links(
            ("worksheet", "worksheets/sheet1.xml"),
            ("sharedStrings", "/xl/sharedStrings.xml"),
            ("styles", "styles.xml"),
        ),
        "xl/worksheets/sheet1.xml": f'<worksheet xmlns="{MAIN}"><sheetData>{rows}</sheetData>{tail}</worksheet>',
        "xl/sharedStrings.xml": f'<sst xmlns="{MAIN}">{strings}</sst>',
        "xl/styles.xml": f'<styleSheet xmlns="{MAIN}">{styles}</styleSheet>',
    }


def _links(*links: tuple[str, str]) -> str:
    body = "".join(
        f'<Relationship Id="rId{number}" Type="{LINKS}/{kind}" Target="{target}"/>'
        for number, (kind, target) in enumerate(links, 1)
    )
    return f'<Relationships xmlns="{PACKAGE_LINKS}">{body}</Relationships>'


def by_xlsxwriter(*, epoch_1904: bool = False) -> bytes:
    """Dates, rich strings, booleans, errors, merges, locks, hidden things, formulas with cached results."""
    buffer = BytesIO()
    book = xlsxwriter.Workbook(buffer, {"in_memory": True, "date_1904": epoch_1904})
    bold, unlocked = book.add_format({"bold": True}), book.add_format({"locked": False})
    sheet = book.add_worksheet("一、封面")
    sheet.protect("secret")
    sheet.merge_range("A1:D1", "政府信息公开工作年度报告", bold)
    sheet.write("B2", 59237.2449, unlocked)
    sheet.write_rich_string("B3", bold, "粗体", "与普通 12", bold, "。", unlocked)
    sheet.write_formula("B4", "=SUM(B2:B2)*2", bold, 118474.4898)
    sheet.write_formula("C4", '=IF(B2="","空","有 & 字")', None, "有 & 字")
    sheet.write_formula("D4", "=1/0", None, "#DIV/0!")
    sheet.write_formula("D5", "=1=1", None, True)
    sheet.write_boolean("B5", True)
    sheet.write_array_formula("C5:C6", "{=B2:B3}", None, 7)
    for row, (code, value) in enumerate(
        [
            ("yyyy-mm-dd", DAY),
            ('yyyy"年"m"月"d"日"', DAY),
            ("yyyy-mm-dd hh:mm:ss", MOMENT),
            ("[Red]0.0;[Blue]-0.0", 3.5),
        ]
    ):
        sheet.write(7 + row, 1, value, book.add_format({"num_format": code, "locked": bool(row % 2)}))
    sheet.write("B20", "  两端空格 \n换行 <&>")
    sheet.write_blank("B21", None, unlocked)
    sheet.set_row(24, None, None, {"hidden": True})
    sheet.set_column("F:H", None, None, {"hidden": True})
    book.add_worksheet("隐藏").hide()
    book.add_worksheet("深藏").very_hidden()
    book.define_name("t3.new.natural", "='一、封面'!$B$2")
    book.close()
    return buffer.getvalue()


def by_openpyxl() -> bytes:
    """Inline rich text, array formulas, formulas without results, structure locked, hidden things."""
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = "二、主动公开"
    sheet.append(["标题", 1, 2.5, True, None, "=B1+C1"])
    sheet.append([DAY, MOMENT, MOMENT.time(), "#N/A", "_x_", "12"])
    sheet["A4"] = CellRichText("前", TextBlock(InlineFont(b=True), "中"), "后")
    sheet["B4"] = ArrayFormula("B4:B5", "=B1:C1*2")
    sheet["C4"].protection = Protection(locked=False)
    sheet["C4"].value = 96171.6
    sheet.protection.sheet = True
    sheet.merge_cells("D6:F8")
    sheet.row_dimensions[9].hidden = True
    sheet.column_dimensions["K"].hidden = True
    book.create_sheet("隐藏").sheet_state = "hidden"
    book.create_sheet("深藏").sheet_state = "veryHidden"
    assert book.security is not None
    book.security.lockStructure = True
    buffer = BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def with_shared_formulas() -> bytes:
    """A column of totals whose formula is written once, as desktop Excel does."""
    total = '<f t="shared" ref="C1:C3" si="0">SUM(A1:B1)+$A$1</f><v>4</v>'
    rows = [f'<row r="1"><c r="A1"><v>1</v></c><c r="B1"><v>2</v></c><c r="C1">{total}</c></row>']
    rows += [
        f'<row r="{row}"><c r="A{row}"><v>1</v></c><c r="C{row}"><f t="shared" si="0"/><v>2</v></c></row>'
        for row in (2, 3)
    ]
    plain = BytesIO()
    openpyxl.Workbook().save(plain)
    sheet = minimal_parts("".join(rows))["xl/worksheets/sheet1.xml"]
    return packed({**unpacked(plain.getvalue()), "xl/worksheets/sheet1.xml": sheet})
