"""Text as the programs of clerks write it (UTF-8, GB18030, UTF-16 with its mark), and its records by line."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING, NamedTuple

from nianbao.messages import say
from nianbao.problems import OfficeError, Problem, refuse

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

HEADING_DEPTH = 10
"""A heading row stands within so many rows: clerks put titles and dates above it."""
SAVE_AGAIN = say("请用 WPS 或 Excel 打开，另存为“CSV UTF-8”。")

_DELIMITERS = (",", "\t", ";")
_MARKS = (
    (b"\xef\xbb\xbf", "UTF-8"),
    (b"\xff\xfe", "UTF-16"),
    (b"\xfe\xff", "UTF-16"),
)


class Row(NamedTuple):
    """One row: where it stands and what its cells show. Lines count from 1, as an editor shows them."""

    line: int
    cells: tuple[str, ...]


def decoded(data: bytes, *, file: str) -> str:
    """The text; a mark at its start settles the encoding. Raises OfficeError where it is no text."""
    text = _text(data, file=file)
    _refuse_nul(text, file=file)
    return text


def _text(data: bytes, *, file: str) -> str:
    """The text in the first encoding that fits."""
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
        advice=SAVE_AGAIN,
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
            advice=SAVE_AGAIN,
        )
        raise refuse(message, file=file, line=text.count("\n", 0, place) + 1)


def delimiter_of(text: str, is_heading: Callable[[str], bool]) -> str:
    """The separator that splits one of the first lines into the most headings; the comma when in doubt."""
    lines = [line for line, _ in zip(io.StringIO(text), range(HEADING_DEPTH), strict=False)]

    def headings(delimiter: str) -> int:
        return max(
            (sum(is_heading(cell.strip().strip('"')) for cell in line.split(delimiter)) for line in lines),
            default=0,
        )

    return max(_DELIMITERS, key=headings)


def records(text: str, *, file: str, delimiter: str) -> Iterator[Row]:
    """The records of a CSV, each with the line it begins on; OfficeError where quotes do not pair."""
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
