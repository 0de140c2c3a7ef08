"""A county workbook's figures worked out three ways: by the engine, by its formulas, by what it stores.

Any difference is a mistake of this program: the workbook is then not to be given out.
"""

from __future__ import annotations

from decimal import Decimal
from functools import partial
from typing import TYPE_CHECKING

from nianbao.aside import aside
from nianbao.county.finished import Finished
from nianbao.county.formula_sums import by_formulas
from nianbao.county.merge import adding_ids
from nianbao.county.rereading import column_sums, stored_values
from nianbao.frozen import frozen
from nianbao.layout.detail import DETAIL
from nianbao.opening.numbers import is_same

if TYPE_CHECKING:
    from collections.abc import Sequence

    from nianbao.county.merge import Number
    from nianbao.layout.formulas import Shown, State
    from nianbao.layout.places import Layout

MANY = 200
"""Units from which on the formulas are worked out in a process of their own."""


@frozen
class Difference:
    """One id with its value by the engine, by the formulas, in the stored cell, and summed up from 明细.

    `sum_formula` and `sum_stored`: the same of its sum over 明细's head.
    """

    id: str
    engine: Number | None
    formulas: Number | None
    stored: Number | None
    detail: Number | None
    sum_formula: Number | None
    sum_stored: Number | None


class DisagreementError(Exception):
    """The workbook does not say what was counted."""

    def __init__(self, differences: Sequence[Difference]) -> None:
        self.differences = tuple(differences)
        lines = (
            f"{each.id}: engine {each.engine}, formulas {each.formulas}, stored {each.stored}, "
            f"{DETAIL} {each.detail}, its sum {each.sum_formula}, as stored {each.sum_stored}"
            for each in self.differences
        )
        super().__init__("\n".join(("the county workbook disagrees with itself", *lines)))


def agree(data: bytes, layout: Layout, state: State, *, units: int) -> None:
    """Nothing, where every figure that adds up agrees. Raises DisagreementError otherwise."""
    finished = Finished(data, frozenset(table.sheet for table in layout.form.tables))
    with aside(partial(by_formulas, finished, layout, state), pays=units >= MANY) as worked_out:
        stored, detail = stored_values(finished, layout), column_sums(finished, layout, units)
        formulas = worked_out()
    found = [
        Difference(
            id=key,
            engine=_number(state.cells[key]),
            formulas=formulas.cells.get(key),
            stored=stored.cells.get(key),
            detail=detail.get(key),
            sum_formula=formulas.sums.get(key),
            sum_stored=stored.sums.get(key),
        )
        for key in sorted(adding_ids(layout.form), key=layout.order)
    ]
    differences = [each for each in found if not _agrees(each)]
    if differences:
        raise DisagreementError(differences)


def _agrees(each: Difference) -> bool:
    """Whether all are there and the same."""
    engine = each.engine
    others = (each.formulas, each.stored, each.detail, each.sum_formula, each.sum_stored)
    return engine is not None and all(other is not None and is_same(other, engine) for other in others)


def _number(shown: Shown) -> Number | None:
    """The number among what a cell may show."""
    return shown if isinstance(shown, int | Decimal) else None
