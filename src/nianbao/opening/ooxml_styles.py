"""An .xlsx file's cell formats, as far as needed: whether they lock, and whether they show a date."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nianbao.frozen import frozen
from nianbao.messages import say
from nianbao.opening.grid import Limits, UnreadableError
from nianbao.opening.serials import BUILTIN_DATES, BUILTIN_ELAPSED, is_date_format, is_elapsed_format
from nianbao.opening.xmlpart import damaged, is_true, local, read_tree

if TYPE_CHECKING:
    from collections.abc import Mapping
    from xml.etree.ElementTree import Element


NUMBER, DATE, ELAPSED = range(3)
LONGEST_CODE = 255
MOST_STYLES = 65_490
"""Excel's limits for a number format and for the cell formats of a workbook."""
MOST_CODES = 10_000
"""Excel takes some 250 number formats; workbooks that were copied together over years have more."""


@frozen
class Style:
    """One cell format: its lock, and what a number in it shows (NUMBER, DATE or ELAPSED)."""

    locked: bool = True
    shows: int = NUMBER


PLAIN = Style()


def read_styles(content: bytes, part: str, limits: Limits) -> tuple[Style, ...]:
    """The cell formats, in the order that cells count them in.

    A format's <protection> counts whether or not applyProtection is set, as in openpyxl.
    """
    root = read_tree(content, part, limits)
    try:
        listed = _children(root, "numFmts")
        formats = _children(root, "cellXfs")
        if len(formats) > MOST_STYLES or len(listed) > MOST_CODES:
            raise UnreadableError("too-large", say("单元格格式过多；请用发下的空白表重新填写"))
        codes = {
            int(element.get("numFmtId", "0")): element.get("formatCode", "")[:LONGEST_CODE]
            for element in listed
        }
        shows = {number: _shows(number, code) for number, code in codes.items()}
        return tuple(_style(element, shows) for element in formats)
    except ValueError as error:
        raise damaged(part) from error


def _children(root: Element, name: str) -> list[Element]:
    return [child for group in root if local(group) == name for child in group]


def _style(element: Element, shows: Mapping[int, int]) -> Style:
    locks = [child.get("locked", "1") for child in element if local(child) == "protection"]
    number = int(element.get("numFmtId", "0"))
    return Style(
        locked=all(is_true(lock) for lock in locks),
        shows=shows[number] if number in shows else _shows(number, None),
    )


def _shows(number: int, code: str | None) -> int:
    if code is None:
        return ELAPSED if number in BUILTIN_ELAPSED else DATE if number in BUILTIN_DATES else NUMBER
    return ELAPSED if is_elapsed_format(code) else DATE if is_date_format(code) else NUMBER
