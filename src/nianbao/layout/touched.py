"""What a blank shows once some of its inputs hold figures: only the live cells that these can change."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nianbao.frozen import frozen
from nianbao.layout.formulas import State, Status, Total
from nianbao.layout.places import LINE_PARTS, line_key
from nianbao.layout.planning import STATUS
from nianbao.layout.results import work_out

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from nianbao.kinds import UnitKind
    from nianbao.layout.formulas import Line, LineResult, Shown
    from nianbao.layout.places import Layout


@frozen
class Touched:
    """The totals and check lines that rest on some inputs; `empty`: every line as the empty form shows it."""

    kind: UnitKind
    totals: tuple[Total, ...]
    lines: tuple[Line, ...]
    empty: tuple[LineResult, ...]

    @classmethod
    def by(cls, layout: Layout, ids: Iterable[str], kind: UnitKind) -> Touched:
        """What those inputs touch, themselves or through totals, in a workbook of that kind of unit."""
        reached = set(ids)
        totals = []
        for field in layout.totals:
            if not reached.isdisjoint(field.terms):
                reached.add(field.id)
                totals.append(Total(field))
        lines = tuple(line for line in layout.lines if not reached.isdisjoint(line.ids))
        empty = work_out(layout, {}, declared=False, kind=kind).lines
        return cls(kind, tuple(totals), lines, tuple(empty))

    @property
    def keys(self) -> tuple[str, ...]:
        """The cells that may show something else."""
        parts = (line_key(line.number, part) for line in self.lines for part in LINE_PARTS)
        return (*(total.field.id for total in self.totals), *parts, STATUS)

    def shown(self, figures: Mapping[str, Shown]) -> dict[str, Shown]:
        """What each of `keys` shows where these figures are all that was typed; None for nothing."""
        state = State(dict(figures), declared=False, kind=self.kind, lines=list(self.empty))
        for total in self.totals:
            state.cells[total.field.id] = total.show(state)
        shown = {total.field.id: state.cells[total.field.id] for total in self.totals}
        for line in self.lines:
            result = state.lines[line.number] = line.show(state)
            shown |= {line_key(line.number, part): getattr(result, part) for part in LINE_PARTS}
        shown[STATUS] = Status().show(state)
        return shown
