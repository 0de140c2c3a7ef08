"""A workbook as it came in: sheets of cells that know their address, without any idea of a form."""

from __future__ import annotations

from dataclasses import field
from enum import StrEnum
from typing import TYPE_CHECKING, NamedTuple

from nianbao.frozen import frozen

if TYPE_CHECKING:
    from collections.abc import Mapping

    from nianbao.messages import Message


class Kind(StrEnum):
    """What a cell shows: `EMPTY` cells stand in the grid only for their lock or their formula."""

    EMPTY = "empty"
    NUMBER = "number"
    TEXT = "text"
    BOOLEAN = "boolean"
    ERROR = "error"
    DATE = "date"


class Cell(NamedTuple):
    """One cell. `text` is what the file holds: a number's digits ("12", "1e3"), a string, "TRUE", "#REF!".

    For DATE it is the ISO date ("2026-01-05", with "T…" where there is a time). `formula` begins with "=",
    None where there is none (or where the format's formulas cannot be seen). Row and column count from 0.
    `hides`: what its format hides of numbers and texts (`concealment`); seen in .xlsx only.
    """

    row: int
    column: int
    kind: Kind
    text: str
    formula: str | None = None
    locked: bool = True
    hides: int = 0


@frozen
class Sheet:
    """One sheet. `merges` are (first row, first column, last row, last column), from 0, inclusive."""

    name: str
    cells: Mapping[tuple[int, int], Cell]
    visibility: str = "visible"
    merges: tuple[tuple[int, int, int, int], ...] = ()
    protected: bool = False
    hidden_rows: frozenset[int] = frozenset()
    hidden_columns: frozenset[int] = frozenset()


@frozen
class Workbook:
    """One workbook. `active` names the parts that could run or fetch something (macros, links, …).

    `format` is xlsx, xls, xlsb or ods; `sees_formulas` tells whether formulas and locks were visible. `writer`: the
    program that saved it last, as it names itself ("xl", "Calc"), empty where it does not.
    """

    sheets: tuple[Sheet, ...]
    names: Mapping[str, str] = field(default_factory=dict)
    structure_locked: bool = False
    writer: str = ""
    active: tuple[str, ...] = ()
    format: str = "xlsx"
    sees_formulas: bool = True

    def sheet(self, name: str) -> Sheet | None:
        """The sheet of that name."""
        return next((sheet for sheet in self.sheets if sheet.name == name), None)


class UnreadableError(Exception):
    """The bytes are no workbook that can be read. `code`: unreadable, encrypted or too-large."""

    def __init__(self, code: str, detail: Message) -> None:
        self.code = code
        self.detail = detail
        super().__init__(f"{code}: {detail}")


@frozen
class Limits:
    """How large a returned file may be; checked before and while inflating. Sizes in bytes."""

    file: int = 20_000_000
    part: int = 40_000_000
    inflated: int = 80_000_000
    parts: int = 2_000
    cells: int = 400_000
