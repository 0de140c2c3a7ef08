"""The live cells of a workbook: each as Excel text and as the value Excel would show.

Both sides stand together so that a cached result is always the one a spreadsheet program computes;
LibreOffice confirms it in the tests.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Decimal
from typing import TYPE_CHECKING, Protocol

from nianbao.definition.form import AMOUNT_DECIMALS, FieldType
from nianbao.frozen import frozen

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from nianbao.definition.form import Field
    from nianbao.kinds import UnitKind

YES, NO = "是", "否"
GOOD, BAD, PENDING, NOT_CONCERNED = "✓", "✗", "待填", "不适用"
DOUBTFUL = "请核对"
"""What a check shows that does not hold but only warns: it counts as no fault."""
READY = "可以上报"
INCOMPLETE = "不完整，暂不能上报"


class ErrorValue(str):
    """An error as a cell shows it: `#REF!`."""

    __slots__ = ()


Shown = int | Decimal | str | None
"""What a cell shows: a number, words (an `ErrorValue` for an error), or nothing."""


class Addresses(Protocol):
    """Where things stand, as seen from one sheet."""

    def cell(self, key: str) -> str:
        """The address of a cell id, or of a cover field or identity entry."""

    def ranges(self, ids: Iterable[str]) -> str:
        """The cells as Excel ranges with commas between."""

    def stack(self, key: str) -> str:
        """The cells of a section in words as an Excel range."""

    def line(self, number: int, part: str) -> str:
        """The address of a part of a check line."""

    def parts(self, part: str) -> str:
        """The range of that part over all check lines."""


@dataclass(slots=True)
class State:
    """What stands in a workbook's cells. `cells` grows as totals and lines are worked out.

    `consolidated`: it is a workbook of many units, where inputs that do not add up stay empty; `complete`: none of
    these units is missing.
    """

    cells: dict[str, Shown]
    declared: bool
    kind: UnitKind
    consolidated: bool = False
    complete: bool = True
    lines: list[LineResult] = field(default_factory=list)

    def numbers(self, ids: Iterable[str]) -> list[int | Decimal]:
        """The numbers among the cells; an error in one of them is raised as `ErrorShownError`."""
        found: list[int | Decimal] = []
        for cell in ids:
            shown = self.cells.get(cell)
            if isinstance(shown, ErrorValue):
                raise ErrorShownError(shown)
            if isinstance(shown, int | Decimal):
                found.append(shown)
        return found

    def counted(self, ids: Iterable[str]) -> int:
        """How many of the cells show a number."""
        return sum(isinstance(self.cells.get(cell), int | Decimal) for cell in ids)


class ErrorShownError(Exception):
    """A formula met an error value."""

    def __init__(self, shown: ErrorValue) -> None:
        self.shown = shown
        super().__init__(shown)


def rounded(number: int | Decimal) -> int | Decimal:
    """The number to as many decimals as an amount has, halves away from zero as Excel's ROUND does."""
    if isinstance(number, int) or number == round(number, AMOUNT_DECIMALS):
        return number
    return number.quantize(Decimal(1).scaleb(-AMOUNT_DECIMALS), ROUND_HALF_UP)


@frozen
class LineResult:
    """What one check line shows."""

    left: Shown
    right: Shown
    difference: Shown
    result: str
    count: int


class Line(Protocol):
    """One line of the 校验 sheet."""

    @property
    def number(self) -> int:
        """Its place among the lines, from 0."""

    @property
    def ids(self) -> Collection[str]:
        """The cells that it looks at."""

    def show(self, state: State) -> LineResult:
        """What the line shows for `state`."""

    def left_excel(self, at: Addresses) -> str:
        """The left side."""

    def right_excel(self, at: Addresses) -> str:
        """The right side."""

    def result_excel(self, at: Addresses) -> str:
        """✓, ✗, 待填 or 不适用."""

    def count_excel(self, at: Addresses) -> str:
        """How many places are wrong."""


@frozen
class Total:
    """A field that adds up others: nothing until something is typed, or 0 once blanks are declared 0."""

    field: Field

    def excel(self, at: Addresses) -> str:
        """The formula, without the leading equals sign."""
        ranges = at.ranges(self.field.terms)
        total = f"SUM({ranges})"
        if self.field.type is FieldType.DECIMAL:
            total = f"ROUND({total},{AMOUNT_DECIMALS})"
        return f'IF(AND(COUNT({ranges})=0,{at.cell("cover.blank_is_zero")}<>"{YES}"),"",{total})'

    def show(self, state: State) -> Shown:
        """The sum, or None where nothing is to be shown."""
        if not state.declared and not state.counted(self.field.terms):
            return None
        try:
            return rounded(sum(state.numbers(self.field.terms)))
        except ErrorShownError as error:
            return error.shown


@frozen
class LinePart:
    """One cell of a check line: left, right, difference, result or count."""

    line: Line
    part: str

    def excel(self, at: Addresses) -> str:
        """The formula, without the leading equals sign."""
        match self.part:
            case "left":
                return self.line.left_excel(at)
            case "right":
                return self.line.right_excel(at)
            case "difference":
                left, right = at.line(self.line.number, "left"), at.line(self.line.number, "right")
                return f"ROUND({left}-{right},{AMOUNT_DECIMALS})"
            case "result":
                return self.line.result_excel(at)
            case _:
                return self.line.count_excel(at)

    def show(self, state: State) -> Shown:
        """The part of the line's result."""
        shown: Shown = getattr(state.lines[self.line.number], self.part)
        return shown


@frozen
class Status:
    """The cover's word: 可以上报 and how many checks ask to be gone through, or how many places are still wrong."""

    def excel(self, at: Addresses) -> str:
        """The formula, without the leading equals sign."""
        count = f"SUM({at.parts('count')})"
        doubtful = "+".join(f'SUMPRODUCT(1*({part}="{DOUBTFUL}"))' for part in at.parts("result").split(","))
        asked = f'IF({doubtful}=0,"{READY}","{READY}，有 "&{doubtful}&" 处{DOUBTFUL}")'
        ready = f'IF({count}=0,{asked},"还有 "&{count}&" 处问题")'
        return f'IF({at.cell("identity.complete")}="no","{INCOMPLETE}",{ready})'

    def show(self, state: State) -> Shown:
        """The word."""
        if not state.complete:
            return INCOMPLETE
        count = sum(line.count for line in state.lines)
        if count:
            return f"还有 {count} 处问题"
        doubtful = sum(line.result == DOUBTFUL for line in state.lines)
        return f"{READY}，有 {doubtful} 处{DOUBTFUL}" if doubtful else READY


class Computable(Protocol):
    """A live cell: `Total`, `LinePart`, `Status`, or one that a module further up brings."""

    def excel(self, at: Addresses) -> str:
        """The formula, without the leading equals sign."""

    def show(self, state: State) -> Shown:
        """What it shows; None for nothing."""
