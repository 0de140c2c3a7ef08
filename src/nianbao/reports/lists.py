"""A list as a workbook of one sheet: to be filtered, sorted, printed, and hung on a wall."""

from __future__ import annotations

from datetime import datetime
from io import BytesIO
from typing import TYPE_CHECKING, NamedTuple

import xlsxwriter

from nianbao.frozen import frozen
from nianbao.layout.tables import text_height
from nianbao.workbook.cell_text import cell_text

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from xlsxwriter.format import Format
    from xlsxwriter.worksheet import Worksheet

CREATED = datetime(2000, 1, 1)  # noqa: DTZ001 -- a fixed date in the file's properties: same list, same bytes
TALLEST = 409.0
"""Excel's tallest row, in points."""
RED, YELLOW, GREEN, WHITE = "#FCE4E4", "#FFF4D6", "#E2F0D9", "#FFFFFF"
_A4 = 9


class Heading(NamedTuple):
    """A column: what stands over it, and its width in characters."""

    words: str
    width: float


class ListRow(NamedTuple):
    """The texts of a row, and what it is filled with."""

    texts: Sequence[str]
    fill: str


@frozen
class Listed:
    """A list. `above`: lines over the headings; `kept`: columns that stay in sight when the sheet is moved."""

    title: str
    headings: Sequence[Heading]
    rows: Iterable[ListRow]
    above: Sequence[str] = ()
    kept: int = 2


def list_workbook(listed: Listed) -> bytes:
    """The workbook. The same list gives the same bytes; no text becomes a formula or a link."""
    stream = BytesIO()
    book = xlsxwriter.Workbook(stream, {"in_memory": True})
    book.set_properties({"title": listed.title, "author": "nianbao", "created": CREATED})
    sheet = book.add_worksheet(listed.title)
    looks = _Looks(book)
    for line, text in enumerate(listed.above):
        sheet.write_string(line, 0, text, looks.line if line else looks.title)
    first = len(listed.above)
    for place, heading in enumerate(listed.headings):
        sheet.set_column(place, place, heading.width)
        sheet.write_string(first, place, heading.words, looks.head)
    rows = list(listed.rows)
    for number, row in enumerate(rows, start=first + 1):
        _write_row(sheet, number, row, headings=listed.headings, look=looks.filled[row.fill])
    _set_up(sheet, listed, first=first, last=first + len(rows))
    book.close()
    return stream.getvalue()


class _Looks:
    """The looks of one workbook's cells."""

    def __init__(self, book: xlsxwriter.Workbook) -> None:
        font = {"font_name": "宋体", "font_size": 10}
        common = {**font, "border": 1, "border_color": "#BFBFBF", "text_wrap": True, "valign": "top"}
        self.title = book.add_format({**font, "font_size": 14, "bold": True})
        self.line = book.add_format(font)
        self.head = book.add_format({**common, "bold": True, "bg_color": "#D9E2F3", "valign": "vcenter"})
        self.filled: Mapping[str, Format] = {
            fill: book.add_format({**common, "bg_color": fill}) for fill in (RED, YELLOW, GREEN, WHITE)
        }


def _write_row(
    sheet: Worksheet, number: int, row: ListRow, *, headings: Sequence[Heading], look: Format
) -> None:
    """The texts, and the row as tall as they need."""
    tallest = 0.0
    for place, (text, heading) in enumerate(zip(map(cell_text, row.texts), headings, strict=True)):
        sheet.write_string(number, place, text, look)
        tallest = max(tallest, text_height(text, heading.width))
    sheet.set_row(number, min(TALLEST, tallest))


def _set_up(sheet: Worksheet, listed: Listed, *, first: int, last: int) -> None:
    """Frozen heading, filter, and A4 landscape one page wide with the heading on every page."""
    sheet.freeze_panes(first + 1, listed.kept)
    sheet.autofilter(first, 0, max(last, first + 1), len(listed.headings) - 1)
    sheet.set_landscape()
    sheet.set_paper(_A4)
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(first)
    sheet.set_margins(left=0.4, right=0.4, top=0.6, bottom=0.6)
    sheet.set_header(f"&C{listed.title}")
    sheet.set_footer("&C&P / &N")
