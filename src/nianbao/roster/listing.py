"""A list somebody keeps, as CSV or as a spreadsheet, becomes rows of text that know their line.

The format is told by the content, never by the file's name: xlsx, xlsb, ods and xls go through calamine,
anything else is text in UTF-8, GB18030 (which holds GBK and GB2312) or UTF-16 with its mark. A CSV has one
listing, a workbook one for each visible sheet. Lines count from 1 as an editor or a spreadsheet shows them.
"""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING, NamedTuple

from python_calamine import (
    CalamineError,
    CalamineSheet,
    PasswordError,
    SheetTypeEnum,
    SheetVisibleEnum,
    load_workbook,
)

from nianbao.messages import say
from nianbao.problems import OfficeError, Problem, refuse

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

HEADING_DEPTH = 10
"""A heading row stands within so many rows: clerks put titles and dates above it."""

_DELIMITERS = (",", "\t", ";")
_ZIP = b"PK\x03\x04"
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_MARKS = (
    (b"\xef\xbb\xbf", "UTF-8"),
    (b"\xff\xfe", "UTF-16"),
    (b"\xfe\xff", "UTF-16"),
)
_SAVE_AGAIN = say("请用 WPS 或 Excel 打开，另存为 .xlsx 或“CSV UTF-8”。")
_EXACT = 10**15
"""From here on a spreadsheet no longer keeps a number's last digits (it has fifteen)."""


class Row(NamedTuple):
    """One row: where it stands and what its cells show."""

    line: int
    cells: tuple[str, ...]


class Listing(NamedTuple):
    """The rows of a CSV (`sheet` is "") or of one sheet of a workbook."""

    rows: tuple[Row, ...]
    sheet: str = ""


def read_listings(data: bytes, *, file: str, is_heading: Callable[[str], bool]) -> list[Listing]:
    """Every listing in `data`; `is_heading` knows the words by which a CSV's separator is told.

    Raises OfficeError, with the line where there is one, when the bytes cannot be read.
    """
    if data.startswith((_ZIP, _OLE)):
        return _sheets(data, file=file)
    text = _decoded(data, file=file)
    _refuse_nul(text, file=file)
    rows = tuple(_records(text, file=file, delimiter=_delimiter(text, is_heading)))
    return [Listing(rows)]


def _sheets(data: bytes, *, file: str) -> list[Listing]:
    """One listing for each visible worksheet."""
    try:
        with load_workbook(io.BytesIO(data)) as book:
            return [
                Listing(tuple(_sheet_rows(book.get_sheet_by_name(sheet.name))), sheet=sheet.name)
                for sheet in book.sheets_metadata
                if sheet.visible == SheetVisibleEnum.Visible and sheet.typ == SheetTypeEnum.WorkSheet
            ]
    except PasswordError:
        raise refuse(say("文件设有打开密码。请去掉密码后另存。"), file=file) from None
    except CalamineError as error:
        raise refuse(
            say("不是能读的表格，或已损坏（{detail}）。请另存为 .xlsx 或 CSV UTF-8。", detail=error),
            file=file,
        ) from error
    except BaseException as error:
        # Rust's panics, which damaged .xls files cause (tafia/calamine#714), have no type to be imported.
        if type(error).__name__ != "PanicException":
            raise
        raise refuse(say("文件已损坏，读不出来。{advice}", advice=_SAVE_AGAIN), file=file) from error


def _sheet_rows(sheet: CalamineSheet) -> Iterator[Row]:
    """The rows from the sheet's first one on, so that the line is the row number on the screen."""
    for line, cells in enumerate(sheet.to_python(skip_empty_area=False), start=1):
        yield Row(line, tuple(map(_shown, cells)))


def _shown(value: object) -> str:
    """What a cell shows: 321322.0 is "321322"; a number too long to be exact stands in E notation."""
    if isinstance(value, bool):
        return str(value).upper()
    if isinstance(value, (int, float)) and abs(value) >= _EXACT:
        return f"{value:.5E}"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)


def _decoded(data: bytes, *, file: str) -> str:
    """The text; a mark at its start settles the encoding."""
    encodings = next(([name] for mark, name in _MARKS if data.startswith(mark)), ["UTF-8", "GB18030"])
    failures: list[UnicodeDecodeError] = []
    for encoding in encodings:
        try:
            return data.decode(encoding).removeprefix("\ufeff")
        except UnicodeDecodeError as error:
            failures.append(error)
        if encoding == "UTF-8" and _is_damaged_utf8(data):
            break
    raise OfficeError([_undecodable(failure, file=file) for failure in failures])


def _is_damaged_utf8(data: bytes) -> bool:
    """UTF-8 but for a few bytes: read as GB18030 it would give nonsense without any complaint.

    Of real GBK text about a fifth happens to be valid UTF-8, of damaged UTF-8 nearly all.
    """
    text = data.decode("UTF-8", errors="replace")
    bad = text.count("\ufffd")
    return bad * 10 <= sum(not character.isascii() for character in text) - bad


def _undecodable(failure: UnicodeDecodeError, *, file: str) -> Problem:
    """Where the text stops being text in one encoding."""
    message = say(
        "按 {encoding} 编码读取，第 {byte} 个字节（{found}）不是文字。{advice}",
        encoding=failure.encoding.upper(),
        byte=failure.start + 1,
        advice=_SAVE_AGAIN,
        found=f"0x{failure.object[failure.start]:02X}",
    )
    return Problem(message, file=file, line=failure.object.count(b"\n", 0, failure.start) + 1)


def _refuse_nul(text: str, *, file: str) -> None:
    """Nothing, or OfficeError: a NUL means a damaged file, UTF-16 without its mark, or no text at all."""
    place = text.find("\0")
    if place >= 0:
        message = say(
            "第 {place} 个字符是空字符（NUL），不是文本文件，或已损坏。{advice}",
            place=place + 1,
            advice=_SAVE_AGAIN,
        )
        raise refuse(message, file=file, line=text.count("\n", 0, place) + 1)


def _delimiter(text: str, is_heading: Callable[[str], bool]) -> str:
    """The separator that splits one of the first lines into the most headings; the comma when in doubt."""
    lines = [line for line, _ in zip(io.StringIO(text), range(HEADING_DEPTH), strict=False)]

    def headings(delimiter: str) -> int:
        return max(
            (sum(is_heading(cell.strip().strip('"')) for cell in line.split(delimiter)) for line in lines),
            default=0,
        )

    return max(_DELIMITERS, key=headings)


def _records(text: str, *, file: str, delimiter: str) -> Iterator[Row]:
    """The records of a CSV, each with the line it begins on; quotes that do not pair are refused."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    line = 1
    try:
        for cells in reader:
            yield Row(line, tuple(cells))
            line = reader.line_num + 1
    except csv.Error as error:
        message = say(
            "从这一行起读不下去：引号不成对，或一格内容过长（{detail}）。请检查引号。",
            detail=error,
        )
        raise refuse(message, file=file, line=line) from error
