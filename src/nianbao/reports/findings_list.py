"""The findings as a list in a workbook: one row each, to be filtered, sorted, printed and sent on."""

from __future__ import annotations

from datetime import datetime
from io import BytesIO
from typing import TYPE_CHECKING

import xlsxwriter

from nianbao.layout.tables import text_height
from nianbao.messages import catalogue, mark
from nianbao.returned.findings import Severity
from nianbao.returned.table import columns_used, finding_entries
from nianbao.workbook.cell_text import cell_text

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from xlsxwriter.format import Format
    from xlsxwriter.worksheet import Worksheet

    from nianbao.returned.returns import Checked
    from nianbao.returned.table import Column
    from nianbao.roster.units import Unit

CREATED = datetime(2000, 1, 1)  # noqa: DTZ001 -- a fixed date in the file's properties: same findings, same bytes
TALLEST = 409.0
"""Excel's tallest row, in points."""
_A4 = 9
_FILLS = {Severity.ERROR: "#FCE4E4", Severity.WARNING: "#FFF4D6", Severity.NOTICE: "#FFFFFF"}


def findings_workbook(files: Sequence[Checked], missing: Sequence[Unit], *, language: str = "zh") -> bytes:
    """The workbook. The same findings give the same bytes; no text becomes a formula or a link."""
    stream = BytesIO()
    book = xlsxwriter.Workbook(stream, {"in_memory": True})
    words = catalogue(language).gettext
    title = words(mark("审核问题"))
    book.set_properties({"title": title, "author": "nianbao", "created": CREATED})
    sheet = book.add_worksheet(title)
    entries = list(finding_entries(files, missing))
    columns = columns_used(entries)
    head, looks = _formats(book)
    for place, column in enumerate(columns):
        sheet.set_column(place, place, column.width)
        sheet.write_string(0, place, words(column.heading), head)
    for row, entry in enumerate(entries, start=1):
        texts = entry.texts(columns, language)
        _write_row(sheet, row, texts, columns=columns, look=looks[entry.finding.severity])
    _set_up(sheet, title, rows=len(entries), columns=len(columns))
    book.close()
    return stream.getvalue()


def _formats(book: xlsxwriter.Workbook) -> tuple[Format, Mapping[Severity, Format]]:
    """The look of the headings, and of the rows by severity."""
    common = {
        "border": 1,
        "border_color": "#BFBFBF",
        "text_wrap": True,
        "valign": "top",
        "font_name": "宋体",
        "font_size": 10,
    }
    head = book.add_format({**common, "bold": True, "bg_color": "#D9E2F3", "valign": "vcenter"})
    return head, {
        severity: book.add_format({**common, "bg_color": fill}) for severity, fill in _FILLS.items()
    }


def _write_row(
    sheet: Worksheet, row: int, texts: Sequence[str], *, columns: Sequence[Column], look: Format
) -> None:
    """The texts, and the row as tall as they need."""
    tallest = 0.0
    for place, (text, column) in enumerate(zip(map(cell_text, texts), columns, strict=True)):
        sheet.write_string(row, place, text, look)
        tallest = max(tallest, text_height(text, column.width))
    sheet.set_row(row, min(TALLEST, tallest))


def _set_up(sheet: Worksheet, title: str, *, rows: int, columns: int) -> None:
    """Frozen heading, filter, and A4 landscape one page wide with the heading on every page."""
    sheet.freeze_panes(1, 2)
    sheet.autofilter(0, 0, max(rows, 1), columns - 1)
    sheet.set_landscape()
    sheet.set_paper(_A4)
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(0)
    sheet.set_margins(left=0.4, right=0.4, top=0.6, bottom=0.6)
    sheet.set_header(f"&C{title}")
    sheet.set_footer("&C&P / &N")
