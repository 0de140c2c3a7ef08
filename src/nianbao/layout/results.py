"""What every live cell of a workbook shows, worked out as a spreadsheet program would."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nianbao.layout.formulas import Computable, State, Total

if TYPE_CHECKING:
    from collections.abc import Mapping

    from nianbao.definition.form import Form
    from nianbao.kinds import UnitKind
    from nianbao.layout.formulas import Shown
    from nianbao.layout.places import Layout


def work_out(  # noqa: PLR0913 -- what a state is, each by its name
    layout: Layout,
    cells: Mapping[str, Shown],
    *,
    declared: bool,
    kind: UnitKind,
    consolidated: bool = False,
    complete: bool = True,
) -> State:
    """The state of a workbook whose inputs (and totals typed over) show `cells`: totals and lines added."""
    state = State(dict(cells), declared=declared, kind=kind, consolidated=consolidated, complete=complete)
    add_totals(layout.form, state, typed=cells)
    for line in layout.lines:
        state.lines.append(line.show(state))
    return state


def add_totals(form: Form, state: State, *, typed: Mapping[str, Shown]) -> None:
    """Every total that is not typed over, put among the state's cells."""
    for field in form.totals():
        if field.id not in typed:
            state.cells[field.id] = Total(field).show(state)


def shown_by(live: Computable, state: State) -> Shown:
    """What a live cell shows, nothing as an empty text."""
    shown = live.show(state)
    return "" if shown is None else shown
