"""An .xlsx file's cell formats, as far as needed: whether they lock, show a date, or hide what is there."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nianbao.frozen import frozen
from nianbao.messages import say
from nianbao.opening.concealment import hidden_by_code, hidden_by_look
from nianbao.opening.grid import Limits, UnreadableError
from nianbao.opening.serials import BUILTIN_DATES, BUILTIN_ELAPSED, is_date_format, is_elapsed_format
from nianbao.opening.xmlpart import damaged, is_true, local, read_tree

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from xml.etree.ElementTree import Element


NUMBER, DATE, ELAPSED = range(3)
LONGEST_CODE = 255
MOST_STYLES = 65_490
"""Excel's limits for a number format and for the cell formats of a workbook."""
MOST_CODES = 10_000
"""Excel takes some 250 number formats; workbooks that were copied together over years have more."""


@frozen
class Style:
    """One cell format: its lock, what a number in it shows (NUMBER, DATE or ELAPSED), and what it hides."""

    locked: bool = True
    shows: int = NUMBER
    hides: int = 0


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
        shows = {number: (_shows(number, code), hidden_by_code(code)) for number, code in codes.items()}
        looks = _Looks(_children(root, "fonts"), _children(root, "fills"))
        return tuple(_style(element, shows, looks) for element in formats)
    except ValueError as error:
        raise damaged(part) from error


def _children(root: Element, name: str) -> list[Element]:
    return [child for group in root if local(group) == name for child in group]


class _Looks:
    """What fonts hide on fills, each pair looked at once."""

    def __init__(self, fonts: Sequence[Element], fills: Sequence[Element]) -> None:
        self._fonts = fonts
        self._fills = fills
        self._known: dict[tuple[int, int], int] = {}

    def hide(self, font: int, fill: int) -> int:
        """What the two hide; those that the file lacks are plain ones."""
        if (font, fill) not in self._known:
            self._known[font, fill] = hidden_by_look(_one(self._fonts, font), _one(self._fills, fill))
        return self._known[font, fill]


def _one(listed: Sequence[Element], number: int) -> Element | None:
    return listed[number] if 0 <= number < len(listed) else None


def _style(element: Element, shows: Mapping[int, tuple[int, int]], looks: _Looks) -> Style:
    locks = [child.get("locked", "1") for child in element if local(child) == "protection"]
    number = int(element.get("numFmtId", "0"))
    shown, hidden = shows[number] if number in shows else (_shows(number, None), 0)
    looks_like = looks.hide(int(element.get("fontId", "0")), int(element.get("fillId", "0")))
    return Style(locked=all(is_true(lock) for lock in locks), shows=shown, hides=hidden | looks_like)


def _shows(number: int, code: str | None) -> int:
    if code is None:
        return ELAPSED if number in BUILTIN_ELAPSED else DATE if number in BUILTIN_DATES else NUMBER
    return ELAPSED if is_elapsed_format(code) else DATE if is_date_format(code) else NUMBER
