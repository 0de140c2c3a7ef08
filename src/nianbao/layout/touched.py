"""What a blank shows for a kind of unit and some figures: only the live cells that these can change."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nianbao.definition.rules import PREVIOUS
from nianbao.frozen import frozen
from nianbao.kinds import UnitKind
from nianbao.layout.boxes import Computed
from nianbao.layout.former import CHANGE, NOW
from nianbao.layout.formulas import State, Status, Total
from nianbao.layout.places import LINE_PARTS, line_key
from nianbao.layout.planning import STATUS
from nianbao.layout.results import work_out

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from nianbao.layout.formulas import Computable, Line, LineResult, Shown
    from nianbao.layout.places import Layout


@frozen
class Touched:
    """The totals, check lines and comparisons with the period before that rest on some inputs or former figures.

    `empty`: every line as the empty form of a kind of unit shows it; `by_kind`: what differs there between kinds.
    """

    totals: tuple[Total, ...]
    lines: tuple[Line, ...]
    compared: Mapping[str, Computable]
    empty: Mapping[UnitKind, tuple[LineResult, ...]]
    by_kind: Mapping[UnitKind, Mapping[str, Shown]]

    @classmethod
    def by(cls, layout: Layout, ids: Iterable[str]) -> Touched:
        """What those inputs touch, themselves or through totals."""
        reached = set(ids)
        totals = []
        for field in layout.totals:
            if not reached.isdisjoint(field.terms):
                reached.add(field.id)
                totals.append(Total(field))
        lines = tuple(line for line in layout.lines if not reached.isdisjoint(line.ids))
        states = {kind: work_out(layout, {}, declared=False, kind=kind) for kind in UnitKind}
        empty = {kind: tuple(state.lines) for kind, state in states.items()}
        compared = {
            content.id: content.live
            for _, box in layout.boxes()
            if isinstance(content := box.content, Computed)
            and content.id.startswith((NOW, CHANGE))
            and not reached.isdisjoint(_rests_on(content.id))
        }
        return cls(tuple(totals), lines, compared, empty, _differing(layout.lines, states))

    @property
    def keys(self) -> frozenset[str]:
        """The cells that may show something else than the empty form of any one kind."""
        keys = {key for shown in self.by_kind.values() for key in shown}
        keys.update(total.field.id for total in self.totals)
        keys.update(self.compared)
        keys.update(line_key(line.number, part) for line in self.lines for part in LINE_PARTS)
        return frozenset(keys | {STATUS} if self.lines else keys)

    def shown(self, figures: Mapping[str, Shown], kind: UnitKind) -> dict[str, Shown]:
        """What each of `keys` shows where these figures are all that was typed; None for nothing."""
        shown = dict(self.by_kind[kind])
        if not self.lines and not self.totals and not self.compared:
            return shown
        state = State(dict(figures), declared=False, kind=kind, lines=list(self.empty[kind]))
        for total in self.totals:
            shown[total.field.id] = state.cells[total.field.id] = total.show(state)
        for line in self.lines:
            state.lines[line.number] = line.show(state)
        shown |= {key: live.show(state) for key, live in self.compared.items()}
        return shown | _line_cells(self.lines, state) if self.lines else shown


def _rests_on(key: str) -> tuple[str, str]:
    """The present and the former figure of the field that a cell beside the period before is about."""
    field = key.partition(".")[2]
    return field, PREVIOUS + field


def _line_cells(lines: Iterable[Line], state: State) -> dict[str, Shown]:
    """What the cells of those lines show, and the cover's status."""
    shown: dict[str, Shown] = {
        line_key(line.number, part): getattr(state.lines[line.number], part)
        for line in lines
        for part in LINE_PARTS
    }
    return shown | {STATUS: Status().show(state)}


def _differing(
    lines: tuple[Line, ...], states: Mapping[UnitKind, State]
) -> dict[UnitKind, Mapping[str, Shown]]:
    """For each kind what it shows in the cells that are not alike for all."""
    shown = {kind: _line_cells(lines, state) for kind, state in states.items()}
    first = next(iter(shown.values()))
    keys = [key for key in first if any(cells[key] != first[key] for cells in shown.values())]
    return {kind: {key: cells[key] for key in keys} for kind, cells in shown.items()}
