"""Many returns as one matrix: those whose figures break no rule are told apart at once, all the others one by one.

Columns are the form's fields, rows the returns in which every input is known.
"""

from __future__ import annotations

import operator
from functools import reduce
from typing import TYPE_CHECKING

from nianbao.definition.form import FieldType
from nianbao.layout.identity import SINGLE
from nianbao.returned.checks import check_many, check_many_between
from nianbao.returned.column import Column
from nianbao.returned.rows import Row

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from nianbao.kinds import UnitKind
    from nianbao.layout.formulas import Shown
    from nianbao.layout.places import Layout
    from nianbao.returned.returns import Return

WHOLE = frozenset({FieldType.WHOLE, FieldType.SIGNED})


def rows_in_order(
    layout: Layout,
    returns: Sequence[Return],
    kinds: Sequence[UnitKind],
    formers: Sequence[Mapping[str, Shown] | None] = (),
) -> tuple[Row | None, ...]:
    """For each return its figures, totals included, where nothing is wrong with them; else None.

    `formers`: each one's figures of the period before, None where none are known; empty where of none.
    """
    places = [place for place, ret in enumerate(returns) if _is_known(ret)]
    if not places:
        return (None,) * len(returns)
    columns = _columns(layout, [returns[place] for place in places])
    asked = [kinds[place] for place in places]
    broken = check_many(layout.form, columns, asked)
    previous = layout.form.previous
    if previous and previous.rules and any(formers):
        known = [formers[place] for place in places]
        broken += check_many_between(previous.rules, columns, asked, known)
    wrong = reduce(operator.or_, broken, Column([False] * len(places)))
    found: list[Row | None] = [None] * len(returns)
    for place, row, is_wrong in zip(places, _rows(layout, columns), wrong, strict=True):
        found[place] = None if is_wrong else row
    return tuple(found)


def _is_known(ret: Return) -> bool:
    """Whether every input has a value, and nothing was typed where a formula belongs."""
    doubtful = ret.faulty or ret.unread or ret.typed or (ret.blank and not ret.declared)
    return not doubtful and ret.identity.role == SINGLE


def _columns(layout: Layout, returns: Sequence[Return]) -> Mapping[str, Column]:
    """A column for each field, inputs first: a declared blank is 0, but for a choice."""
    columns: dict[str, Column] = {}
    for key in layout.inputs:
        field = layout.form.fields[key]
        cells: list[Shown] = [ret.answers[key] for ret in returns]
        if field.type is not FieldType.CHOICE:
            cells = [0 if cell is None else cell for cell in cells]
        columns[key] = Column(map(int, cells) if field.type in WHOLE else cells)  # type: ignore[arg-type]
    for field in layout.totals:
        columns[field.id] = reduce(operator.add, (columns[term] for term in field.terms))
    return columns


def _rows(layout: Layout, columns: Mapping[str, Column]) -> list[Row]:
    """The columns turned into rows."""
    cells = zip(*(columns[key] for key in layout.columns), strict=True)
    return [Row(layout.columns, row) for row in cells]
