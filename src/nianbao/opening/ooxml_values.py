"""What a cell of an .xlsx file shows: its type, value and style together make a kind and a text."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING

from nianbao.messages import say
from nianbao.opening.grid import Kind, Limits, UnreadableError
from nianbao.opening.ooxml_strings import plain_text
from nianbao.opening.ooxml_styles import ELAPSED, NUMBER, PLAIN, Style
from nianbao.opening.serials import date_text, shown_date
from nianbao.opening.xmlpart import is_true

if TYPE_CHECKING:
    from collections.abc import Sequence

NOTHING = (Kind.EMPTY, "")


@dataclass(slots=True)
class Book:
    """What the cells of a workbook refer to, and how many more of them may come.

    `lines`: how many more rows, columns and merged areas may come in its large sheets;
    `novelties`: how many more rows may be learnt by heart.
    """

    strings: Sequence[str]
    styles: tuple[Style, ...]
    epoch_1904: bool
    limits: Limits
    room: int
    met: dict[str, Style] = field(default_factory=dict)
    lines: int = 0
    novelties: int = 3_000

    def check_room(self, cells: int) -> None:
        """`UnreadableError` for more cells than may still come."""
        if cells > self.room:
            raise UnreadableError("too-large", say("单元格过多；请删去多余内容后再报送"))

    def take_room(self, cells: int) -> None:
        """So many cells have come."""
        self.check_room(cells)
        self.room -= cells

    def take_line(self) -> None:
        """A row, column or merged area of a large sheet has come."""
        self.lines -= 1
        if self.lines < 0:
            raise UnreadableError("too-large", say("文件内容过多；请删去多余内容后再报送"))

    def style(self, number: str) -> Style:
        """The cell format of that number, noted in `met`; a plain, locked one where the file has none."""
        index = int(number)
        style = self.styles[index] if 0 <= index < len(self.styles) else PLAIN
        self.met[number] = style
        return style

    def shown(self, letter: str, text: str, style: Style) -> tuple[Kind, str]:
        """The kind and text of a value; `letter` is the cell's type, inlineStr for text kept in the cell."""
        if not text:
            return NOTHING
        if letter == "n":
            return self._number(text.strip(), style)
        if letter == "s":
            return self._string(int(text))
        if letter in {"str", "inlineStr"}:
            return Kind.TEXT, plain_text(text)
        return _typed(letter, text)

    def _number(self, text: str, style: Style) -> tuple[Kind, str]:
        if style.shows == NUMBER:
            return Kind.NUMBER, text
        date = date_text(float(text), epoch_1904=self.epoch_1904, elapsed=style.shows == ELAPSED)
        return (Kind.NUMBER, text) if date is None else (Kind.DATE, date)

    def _string(self, index: int) -> tuple[Kind, str]:
        if not 0 <= index < len(self.strings):
            raise ValueError(index)
        text = self.strings[index]
        return (Kind.TEXT, text) if text else NOTHING


def _typed(letter: str, text: str) -> tuple[Kind, str]:
    text = text.strip()
    if letter == "b":
        return Kind.BOOLEAN, "TRUE" if is_true(text) else "FALSE"
    if letter == "e":
        return Kind.ERROR, text
    if letter == "d":
        return Kind.DATE, shown_date(datetime.fromisoformat(text).replace(tzinfo=None))
    raise ValueError(letter)
