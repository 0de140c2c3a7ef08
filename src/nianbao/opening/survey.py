"""What is known of a sheet before its values are read by a library that knows no limits and drops error values."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from nianbao.messages import say
from nianbao.opening.grid import Limits, UnreadableError

if TYPE_CHECKING:
    from collections.abc import Iterable

BOX_PER_CELL = 10
"""A sheet is read as one full box: up to its last row and column, with this many empty places for each cell."""
MOST_RECORDS = 2_000_000
"""Records of a binary file that are looked at, those of all sheets together: a second or two."""
ERROR_NAMES = {
    0x00: "#NULL!",
    0x07: "#DIV/0!",
    0x0F: "#VALUE!",
    0x17: "#REF!",
    0x1D: "#NAME?",
    0x24: "#NUM!",
    0x2A: "#N/A",
}
"""Error values by their number in .xls and .xlsb."""


@dataclass(slots=True)
class Survey:
    """One sheet: how many cells are filled, the box that holds them, and which show an error value."""

    cells: int = 0
    rows: int = 0
    columns: int = 0
    errors: dict[tuple[int, int], str] = field(default_factory=dict)

    def note(self, row: int, column: int, *, rows: int = 1, columns: int = 1) -> None:
        """A filled cell, or a block of equal ones, whose first stands at `row`, `column`."""
        self.cells += rows * columns
        self.rows = max(self.rows, row + rows)
        self.columns = max(self.columns, column + columns)


@dataclass(slots=True)
class Patience:
    """How many more records of a file are looked at."""

    left: int = MOST_RECORDS

    def take(self) -> None:
        """One has come; `UnreadableError` where there are too many."""
        self.left -= 1
        if self.left < 0:
            raise UnreadableError("too-large", say("单元格过多；请删去多余内容后再报送"))


def check_room(surveys: Iterable[Survey], limits: Limits) -> None:
    """Nothing; `UnreadableError` where the sheets together are larger than the limits."""
    known = list(surveys)
    box = sum(survey.rows * survey.columns for survey in known)
    if sum(survey.cells for survey in known) > limits.cells or box > BOX_PER_CELL * limits.cells:
        raise UnreadableError("too-large", say("单元格过多；请删去多余内容后再报送"))


def error_name(number: int) -> str:
    """`#DIV/0!` for 7; `#ERROR!` for one that nobody knows."""
    return ERROR_NAMES.get(number, "#ERROR!")
