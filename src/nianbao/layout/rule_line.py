"""A rule as a line of the 校验 sheet."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from nianbao.complaints import Severity
from nianbao.definition.rules import is_earlier
from nianbao.frozen import frozen
from nianbao.layout.formulas import (
    BAD,
    DOUBTFUL,
    GOOD,
    NOT_CONCERNED,
    PENDING,
    YES,
    ErrorShownError,
    ErrorValue,
    LineResult,
    rounded,
)

if TYPE_CHECKING:
    from nianbao.definition.form import Rule
    from nianbao.definition.rules import Comparison, Linear
    from nianbao.layout.formulas import Addresses, Shown, State


@frozen
class RuleLine:
    """A rule as a line: both sides, the difference, and whether it holds."""

    number: int
    rule: Rule

    @property
    def ids(self) -> tuple[str, ...]:
        """The cells of the relation, and of the conditions on which it is asked for."""
        return tuple(key for relation in self.rule.relations for key in relation.ids)

    @property
    def _earlier(self) -> tuple[str, ...]:
        """The cells with figures of the period before."""
        return tuple(dict.fromkeys(filter(is_earlier, self.ids)))

    @property
    def fault(self) -> str:
        """Its mark where it does not hold: only an error is one that must be mended."""
        return BAD if self.rule.severity == Severity.ERROR else DOUBTFUL

    def show(self, state: State) -> LineResult:
        """What the line shows; with an error in a cell it does not hold."""
        left, right = _side(self.rule.require.left, state), _side(self.rule.require.right, state)
        error = next((side for side in (left, right) if isinstance(side, ErrorValue)), None)
        difference = None if error else rounded(Decimal(left) - Decimal(right))  # type: ignore[arg-type]
        result = self._result(state, difference)
        shown = error if difference is None else difference
        return LineResult(left, right, shown, result, int(result == BAD))

    def _result(self, state: State, difference: int | Decimal | None) -> str:
        """The mark; without a difference (an error stands in a cell) nothing holds."""
        if not self.rule.concerns(state.kind):
            return NOT_CONCERNED
        if state.counted(self._earlier) < len(self._earlier):
            return NOT_CONCERNED
        if not state.declared and not state.counted(self.rule.require.own_ids):
            return PENDING
        values = _Zeroed(state)
        try:
            if not all(_holds(condition, values) for condition in self.rule.when):
                return NOT_CONCERNED
            return GOOD if difference is not None and self.rule.require.accepts(difference) else self.fault
        except ErrorShownError:
            return self.fault

    def left_excel(self, at: Addresses) -> str:
        """The left side."""
        return self.rule.require.left.excel(at.cell)

    def right_excel(self, at: Addresses) -> str:
        """The right side."""
        return self.rule.require.right.excel(at.cell)

    def result_excel(self, at: Addresses) -> str:
        """Nested as `_result` decides."""
        holds = self.rule.require.excel_holds(at.line(self.number, "difference"))
        inner = f'IF({holds},"{GOOD}","{self.fault}")'
        for condition in reversed(self.rule.when):
            inner = f'IF({condition.excel(at.cell)},{inner},"{NOT_CONCERNED}")'
        nothing = f"COUNT({','.join(at.cell(cell) for cell in self.rule.require.own_ids)})=0"
        inner = f'IF(AND({nothing},{at.cell("cover.blank_is_zero")}<>"{YES}"),"{PENDING}",{inner})'
        if self._earlier:
            known = f"COUNT({','.join(map(at.cell, self._earlier))})"
            inner = f'IF({known}<{len(self._earlier)},"{NOT_CONCERNED}",{inner})'
        if self.rule.kinds:
            kind = at.cell("identity.judged_as")
            kinds = ",".join(f'{kind}="{name}"' for name in self.rule.kinds)
            inner = f'IF(OR({kinds}),{inner},"{NOT_CONCERNED}")'
        return f'IFERROR({inner},"{self.fault}")'

    def count_excel(self, at: Addresses) -> str:
        """One place for a failing line."""
        return f'IF({at.line(self.number, "result")}="{BAD}",1,0)'


@frozen
class _Zeroed:
    """A state's cells as numbers, everything else as 0: as SUM takes them."""

    state: State

    def __getitem__(self, key: str, /) -> int | Decimal:
        return next(iter(self.state.numbers([key])), 0)


def _holds(relation: Comparison, values: _Zeroed) -> bool:
    """Whether the relation holds to an amount's decimals, as the formula asks."""
    return relation.accepts(rounded(relation.left.value(values) - relation.right.value(values)))


def _side(side: Linear, state: State) -> Shown:
    """One side of a rule."""
    try:
        value: int | Decimal = side.value(_Zeroed(state))
    except ErrorShownError as error:
        return error.shown
    return value
