"""Accepted returns to a Consolidation: one exact table of units by ids, and what it adds up to."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from nianbao.definition.form import FieldType
from nianbao.frozen import frozen
from nianbao.kinds import UnitKind
from nianbao.layout.formulas import State
from nianbao.layout.results import add_totals
from nianbao.returned.checks import check_many

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from nianbao.definition.form import Field, Form, Rule
    from nianbao.layout.formulas import Shown
    from nianbao.returned.returns import Checked
    from nianbao.roster.units import Unit

Number = int | Decimal
EXACT = 2**53
"""Whole numbers below it may stand in machine integers: sums of a rule's terms then cannot overflow."""


@dataclass(frozen=True)
class Consolidation:
    """Units row by row, as in `table`: whole numbers as Int64, amounts as Decimal, words, nothing for blanks.

    `totals`: every field by id, None where it does not add up over units; a blank counts as nothing, so
    that the sum over blanks only is 0, as SUM has it.
    """

    form: Form
    units: tuple[Unit, ...]
    entries: tuple[Checked, ...]
    table: pd.DataFrame
    totals: Mapping[str, Number | None]

    def rows(self) -> Iterator[tuple[Unit, list[Shown]]]:
        """Each unit with its values in the order of the form's fields."""
        ids = list(self.form.fields)
        for unit, entry in zip(self.units, self.entries, strict=True):
            yield unit, [entry.values.get(key) for key in ids]  # noqa: PD011 -- no frame of pandas


@frozen
class Broken:
    """A rule that does not hold for a unit, or (`unit` None) for the totals."""

    rule: Rule
    unit: Unit | None


def merge(form: Form, entries: Sequence[tuple[Unit, Checked]]) -> Consolidation:
    """The consolidation, in the order given. Raises ValueError for a return that is not acceptable or comes twice."""
    for unit, checked in entries:
        if not checked.acceptable:
            raise ValueError(f"not acceptable: {unit.code} {checked.path}")
    if len({unit.code for unit, _ in entries}) != len(entries):
        raise ValueError("a unit comes twice")
    values = [checked.values for _, checked in entries]  # noqa: PD011 -- no frame of pandas
    return Consolidation(
        form=form,
        units=tuple(unit for unit, _ in entries),
        entries=tuple(checked for _, checked in entries),
        table=_table(form, [unit.code for unit, _ in entries], values),
        totals=_totals(form, values),
    )


def broken_rules(consolidation: Consolidation, *, level: UnitKind) -> tuple[Broken, ...]:
    """Every rule that fails, checked on all units at once and on the totals (of a unit of kind `level`).

    On a unit's figures one fails only where the office let it pass, or a warning was explained.
    """
    form = consolidation.form
    kinds = [_kind(checked) for checked in consolidation.entries]
    by_rule = check_many(form, _Columns(consolidation.table), kinds)
    on_totals = check_many(form, _Sums(consolidation.totals), [level])
    found = []
    for rule, broken, total in zip(form.rules, by_rule, on_totals, strict=True):
        flagged = zip(consolidation.units, np.broadcast_to(broken, len(kinds)), strict=True)
        found += [Broken(rule, unit) for unit, fails in flagged if fails]
        if np.any(total) and _is_consolidated(rule, consolidation.totals):
            found.append(Broken(rule, None))
    return tuple(found)


def adding_ids(form: Form) -> frozenset[str]:
    """The ids whose values over several units have a sum: inputs that add up, and totals of such only."""
    ids = {field.id for field in form.inputs() if field.adds_up}
    for field in form.totals():
        if field.adds_up and ids.issuperset(field.terms):
            ids.add(field.id)
    return frozenset(ids)


def _is_consolidated(rule: Rule, totals: Mapping[str, Number | None]) -> bool:
    """Whether every field that the rule looks at has a total."""
    ids = {key for comparison in (rule.require, *rule.when) for key in comparison.ids}
    return all(totals[key] is not None for key in ids)


@frozen
class _Columns:
    """The table's columns as arrays for rules; a blank is 0."""

    table: pd.DataFrame

    def __getitem__(self, key: str, /) -> Any:
        column = self.table[key]
        return column.fillna(0).to_numpy(dtype="int64" if column.dtype == "Int64" else object)


@frozen
class _Sums:
    """The totals as arrays of one; what has no sum is 0."""

    totals: Mapping[str, Number | None]

    def __getitem__(self, key: str, /) -> Any:
        return np.array([self.totals[key] or 0], dtype=object)


def _kind(checked: Checked) -> UnitKind:
    """The kind a unit was judged as."""
    kind = checked.kind or (checked.identity.kind if checked.identity else None)
    if kind is None:
        raise ValueError(checked.path)
    return kind


def _table(form: Form, codes: list[str], values: list[Mapping[str, Shown]]) -> pd.DataFrame:
    """Units by ids, each column in the type that holds it exactly."""
    columns = {
        field.id: _column(field, [row.get(field.id) for row in values]) for field in form.fields.values()
    }
    return pd.DataFrame(columns, index=pd.Index(codes, dtype=object), columns=list(form.fields))


def _column(field: Field, cells: list[Shown]) -> Any:
    """One id's values."""
    if field.type in {FieldType.WHOLE, FieldType.SIGNED} and all(map(_is_small, cells)):
        return pd.array([None if cell is None else int(cell) for cell in cells], dtype="Int64")
    column = np.empty(len(cells), dtype=object)
    column[:] = cells
    return column


def _is_small(cell: Shown) -> bool:
    """Whether a whole number's cell fits a machine integer."""
    return cell is None or -EXACT < _number(cell) < EXACT


def _totals(form: Form, values: list[Mapping[str, Shown]]) -> dict[str, Number | None]:
    """The sums of inputs over units, and the form's own totals of these; both ways to a total must agree."""
    adding = adding_ids(form)
    sums: dict[str, Shown] = {
        field.id: _sum(row.get(field.id) for row in values) for field in form.inputs() if field.id in adding
    }
    state = State(dict(sums), declared=True, kind=UnitKind.COUNTY)
    add_totals(form, state, typed=sums)
    totals: dict[str, Number | None] = dict.fromkeys(form.fields)
    for key in form.fields:
        if key in adding:
            totals[key] = _number(state.cells[key])
            if totals[key] != _sum(row.get(key) for row in values):
                raise ArithmeticError(f"{key}: {totals[key]} is not the sum of the units' totals")
    return totals


def _sum(cells: Iterable[Shown]) -> Number:
    """The exact sum; blanks are nothing."""
    return sum((_number(cell) for cell in cells if cell is not None), start=0)


def _number(cell: Shown) -> Number:
    """The cell, which must be a number."""
    if not isinstance(cell, int | Decimal):
        raise TypeError(cell)
    return cell
