"""The live cells of a workbook: each as Excel text and as the value Excel would show.

Both sides stand together so that a cached result is always the one a spreadsheet program computes;
LibreOffice confirms it in the tests.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal
from typing import TYPE_CHECKING, Protocol

from nianbao.form import AMOUNT_DECIMALS, FieldType
from nianbao.identity import CONSOLIDATED

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from nianbao.form import Field, Rule
    from nianbao.kinds import UnitKind
    from nianbao.rules import Linear

YES, NO = "是", "否"
GOOD, BAD, PENDING, NOT_CONCERNED = "✓", "✗", "待填", "不适用"
READY = "可以上报"


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

    def line(self, number: int, part: str) -> str:
        """The address of a part of a check line."""

    def parts(self, part: str) -> str:
        """The range of that part over all check lines."""


@dataclass(slots=True)
class State:
    """What stands in a workbook's cells. `cells` grows as totals and lines are worked out.

    `consolidated`: it is a workbook of many units, where inputs that do not add up stay empty.
    """

    cells: dict[str, Shown]
    declared: bool
    kind: UnitKind
    consolidated: bool = False
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


@dataclass(frozen=True, slots=True)
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


@dataclass(frozen=True, slots=True)
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
            return sum(state.numbers(self.field.terms))
        except ErrorShownError as error:
            return error.shown


@dataclass(frozen=True, slots=True)
class RuleLine:
    """A rule as a line: both sides, the difference, and whether it holds."""

    number: int
    rule: Rule

    def show(self, state: State) -> LineResult:
        """What the line shows; an error in a cell makes it ✗."""
        left, right = _side(self.rule.require.left, state), _side(self.rule.require.right, state)
        error = next((side for side in (left, right) if isinstance(side, ErrorValue)), None)
        difference = error or Decimal(left) - Decimal(right)  # type: ignore[arg-type]
        result = self._result(state, broken=error is not None)
        return LineResult(left, right, difference, result, int(result == BAD))

    def _result(self, state: State, *, broken: bool) -> str:
        """The mark."""
        if not self.rule.concerns(state.kind):
            return NOT_CONCERNED
        if not state.declared and not state.counted(self.rule.require.ids):
            return PENDING
        values = _Zeroed(state)
        try:
            if not all(condition.holds(values) for condition in self.rule.when):
                return NOT_CONCERNED
            return GOOD if not broken and self.rule.require.holds(values) else BAD
        except ErrorShownError:
            return BAD

    def left_excel(self, at: Addresses) -> str:
        """The left side."""
        return self.rule.require.left.excel(at.cell)

    def right_excel(self, at: Addresses) -> str:
        """The right side."""
        return self.rule.require.right.excel(at.cell)

    def result_excel(self, at: Addresses) -> str:
        """Nested as `_result` decides."""
        holds = self.rule.require.excel_holds(at.line(self.number, "difference"))
        inner = f'IF({holds},"{GOOD}","{BAD}")'
        for condition in reversed(self.rule.when):
            inner = f'IF({condition.excel(at.cell)},{inner},"{NOT_CONCERNED}")'
        nothing = f"COUNT({','.join(at.cell(cell) for cell in self.rule.require.ids)})=0"
        inner = f'IF(AND({nothing},{at.cell("cover.blank_is_zero")}<>"{YES}"),"{PENDING}",{inner})'
        if self.rule.kinds:
            kind = at.cell("identity.judged_as")
            kinds = ",".join(f'{kind}="{name}"' for name in self.rule.kinds)
            inner = f'IF(OR({kinds}),{inner},"{NOT_CONCERNED}")'
        return f'IFERROR({inner},"{BAD}")'

    def count_excel(self, at: Addresses) -> str:
        """One place for a failing line."""
        return f'IF({at.line(self.number, "result")}="{BAD}",1,0)'


@dataclass(frozen=True, slots=True)
class _Zeroed:
    """A state's cells as numbers, everything else as 0: as SUM takes them."""

    state: State

    def __getitem__(self, key: str, /) -> int | Decimal:
        return next(iter(self.state.numbers([key])), 0)


def _side(side: Linear, state: State) -> Shown:
    """One side of a rule."""
    try:
        value: int | Decimal = side.value(_Zeroed(state))
    except ErrorShownError as error:
        return error.shown
    return value


@dataclass(frozen=True, slots=True)
class BlankLine:
    """How many inputs of a table are empty; no fault once blanks are declared 0."""

    number: int
    fields: Sequence[Field]

    def show(self, state: State) -> LineResult:
        """The count and its mark."""
        asked = [field for field in self.fields if field.adds_up or not state.consolidated]
        blank = sum(state.cells.get(field.id) in {None, ""} for field in asked)
        result = GOOD if state.declared or not blank else BAD
        return LineResult(blank, 0, blank, result, blank if result == BAD else 0)

    def left_excel(self, at: Addresses) -> str:
        """The count; without what does not add up in a consolidated workbook."""
        adding = _blank_counts([item for item in self.fields if item.adds_up], at)
        others = _blank_counts([item for item in self.fields if not item.adds_up], at)
        if not others:
            return adding
        single = f'IF({at.cell("identity.role")}="{CONSOLIDATED}",0,{others})'
        return f"{adding}+{single}" if adding else single

    def right_excel(self, at: Addresses) -> str:
        """None should be."""
        del at
        return "0"

    def result_excel(self, at: Addresses) -> str:
        """✓ or ✗."""
        fine = f'OR({at.cell("cover.blank_is_zero")}="{YES}",{at.line(self.number, "left")}=0)'
        return f'IF({fine},"{GOOD}","{BAD}")'

    def count_excel(self, at: Addresses) -> str:
        """Every empty cell is a place."""
        return f'IF({at.line(self.number, "result")}="{BAD}",{at.line(self.number, "left")},0)'


def _blank_counts(fields: Sequence[Field], at: Addresses) -> str:
    """The empty cells among some fields, counted range by range."""
    parts = at.ranges(item.id for item in fields).split(",") if fields else []
    return "+".join(f"COUNTBLANK({part})" for part in parts)


@dataclass(frozen=True, slots=True)
class FaultyLine:
    """How many inputs of a table hold what they may not: words, fractions, negatives, an unknown choice."""

    number: int
    fields: Sequence[Field]

    def show(self, state: State) -> LineResult:
        """The count and its mark."""
        faulty = sum(_faults(field, state.cells.get(field.id)) for field in self.fields)
        return LineResult(faulty, 0, faulty, BAD if faulty else GOOD, faulty)

    def left_excel(self, at: Addresses) -> str:
        """The counts of each kind of fault, added."""
        parts = []
        for area, sample in _areas(self.fields, at):
            parts += _fault_counts(area, sample)
        return "+".join(parts)

    def right_excel(self, at: Addresses) -> str:
        """None should be."""
        del at
        return "0"

    def result_excel(self, at: Addresses) -> str:
        """✓ or ✗."""
        return f'IF({at.line(self.number, "left")}=0,"{GOOD}","{BAD}")'

    def count_excel(self, at: Addresses) -> str:
        """Every fault is a place."""
        return at.line(self.number, "left")


def _areas(fields: Sequence[Field], at: Addresses) -> list[tuple[str, Field]]:
    """The ranges of the fields that are judged alike, with one of these fields."""
    alike: dict[tuple[FieldType, tuple[str, ...]], list[Field]] = {}
    for item in fields:
        alike.setdefault((item.type, item.choices), []).append(item)
    return [
        (area, group[0]) for group in alike.values() for area in at.ranges(f.id for f in group).split(",")
    ]


def _fault_counts(area: str, sample: Field) -> list[str]:
    """Excel counts of what is wrong in a range of like fields."""
    if sample.type is FieldType.CHOICE:
        known = "".join(f'-COUNTIF({area},"{choice}")' for choice in sample.choices)
        return [f"COUNTA({area}){known}"]
    counts = [f"COUNTA({area})-COUNT({area})"]
    if sample.type is not FieldType.SIGNED:
        counts.append(f'COUNTIF({area},"<0")')
    if sample.type is not FieldType.DECIMAL:
        counts.append(f'SUMPRODUCT(ISNUMBER({area})*ISNUMBER(FIND(".",{area})))')
    return counts


def _faults(item: Field, shown: Shown) -> int:
    """How many of `_fault_counts` one cell adds to."""
    if shown is None:
        return 0
    if item.type is FieldType.CHOICE:
        return int(shown not in item.choices)
    if isinstance(shown, str):
        return 1
    negative = item.type is not FieldType.SIGNED and shown < 0
    fraction = item.type is not FieldType.DECIMAL and shown != int(shown)
    return int(negative) + int(fraction)


@dataclass(frozen=True, slots=True)
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


@dataclass(frozen=True, slots=True)
class Status:
    """The cover's word: 可以上报, or how many places are still wrong."""

    def excel(self, at: Addresses) -> str:
        """The formula, without the leading equals sign."""
        count = f"SUM({at.parts('count')})"
        return f'IF({count}=0,"{READY}","还有 "&{count}&" 处问题")'

    def show(self, state: State) -> Shown:
        """The word."""
        count = sum(line.count for line in state.lines)
        return f"还有 {count} 处问题" if count else READY


class Computable(Protocol):
    """A live cell: `Total`, `LinePart`, `Status`, or one that a module further up brings."""

    def excel(self, at: Addresses) -> str:
        """The formula, without the leading equals sign."""

    def show(self, state: State) -> Shown:
        """What it shows; None for nothing."""
