"""A list somebody keeps, as CSV or as a spreadsheet, becomes rows of text that know their line.

The format is told by the content, never by the file's name: xlsx, xlsb, ods and xls are opened as returned files
are, anything else is text. A CSV has one listing, a workbook one for each visible sheet.
"""

from __future__ import annotations

from math import isfinite
from typing import TYPE_CHECKING, NamedTuple

from nianbao.messages import say
from nianbao.opening.container import seems_packed
from nianbao.opening.grid import Kind, Limits, UnreadableError
from nianbao.opening.numbers import stored_number
from nianbao.problems import refuse
from nianbao.separated import Row, decoded, delimiter_of, records

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from nianbao.opening.grid import Cell, Sheet

_EXACT = 10**15
"""From here on a spreadsheet no longer keeps a number's last digits (it has fifteen)."""
_LIMITS = Limits(cells=500_000)
"""Forty thousand units with twelve columns."""
_WIDEST = 64
"""Headings stand within so many columns; a stray cell far to the right costs nothing."""


class Listing(NamedTuple):
    """The rows of a CSV (`sheet` is "") or of one sheet of a workbook."""

    rows: tuple[Row, ...]
    sheet: str = ""


def read_listings(data: bytes, *, file: str, is_heading: Callable[[str], bool]) -> list[Listing]:
    """Every listing in `data`; `is_heading` knows the words by which a CSV's separator is told.

    Raises OfficeError, with the line where there is one, when the bytes cannot be read.
    """
    if seems_packed(data):
        return _sheets(data, file=file)
    text = decoded(data, file=file)
    return [Listing(tuple(records(text, file=file, delimiter=delimiter_of(text, is_heading))))]


def _sheets(data: bytes, *, file: str) -> list[Listing]:
    """One listing for each visible sheet."""
    from nianbao.opening.workbooks import read_workbook  # noqa: PLC0415 -- most rosters are text

    try:
        book = read_workbook(data, _LIMITS)
    except UnreadableError as error:
        if error.code == "encrypted":
            raise refuse(say("文件设有打开密码。请去掉密码后另存。"), file=file) from None
        message = say(
            "不是能读的表格，或已损坏（{detail}）。请另存为 .xlsx 或 CSV UTF-8。", detail=error.detail
        )
        raise refuse(message, file=file) from error
    return [
        Listing(tuple(_sheet_rows(sheet)), sheet=sheet.name)
        for sheet in book.sheets
        if sheet.visibility == "visible"
    ]


def _sheet_rows(sheet: Sheet) -> Iterator[Row]:
    """The rows in which something stands, each with its number on the screen."""
    rows: dict[int, dict[int, str]] = {}
    for (row, column), cell in sheet.cells.items():
        if cell.kind is not Kind.EMPTY and column < _WIDEST:
            rows.setdefault(row, {})[column] = _shown(cell)
    for row, texts in sorted(rows.items()):
        yield Row(row + 1, tuple(texts.get(column, "") for column in range(max(texts) + 1)))


def _shown(cell: Cell) -> str:
    """What a cell shows: 321322.0 is "321322"; a number too long to be exact stands in E notation."""
    if cell.kind is not Kind.NUMBER:
        return cell.text
    number = stored_number(cell.text)
    if not isfinite(number):
        return cell.text
    if abs(number) >= _EXACT:
        return f"{number:.5E}"
    return str(int(number)) if number.is_integer() else str(number)
