"""Accepted returns to a Consolidation: their figures in rows, and what they add up to, exactly.

Plain integers and Decimals in tuples: a column of either adds up as fast as its rows can be gone through, without
the time that a library for tables takes to load (docs/decisions/0009).
"""

from __future__ import annotations

from decimal import Context, Decimal, Inexact, InvalidOperation, localcontext
from typing import TYPE_CHECKING

from nianbao.definition.form import FieldType
from nianbao.frozen import frozen
from nianbao.kinds import UnitKind
from nianbao.layout.formulas import State
from nianbao.layout.results import add_totals
from nianbao.returned.rows import Row

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from nianbao.definition.form import Form, Rule
    from nianbao.layout.formulas import Shown
    from nianbao.returned.returns import Checked
    from nianbao.roster.units import Unit

Number = int | Decimal
Cells = tuple["Shown", ...]
EXACTLY = Context(prec=400, traps=[Inexact, InvalidOperation])
"""More digits than any sum has; one that had more would raise."""


@frozen
class Consolidation:
    """Units with their files, and row by row their values in the order of the form's fields, None for blanks.

    `totals`: every field by id, None where it does not add up over units; a blank counts as nothing, so
    that the sum over blanks only is 0, as SUM has it.
    """

    form: Form
    units: tuple[Unit, ...]
    entries: tuple[Checked, ...]
    rows: tuple[Cells, ...]
    totals: Mapping[str, Number | None]

    def columns(self) -> Iterator[Cells]:
        """The values of each field, unit by unit; one column after the other."""
        return _columns(self.form, self.rows)


def merge(form: Form, entries: Sequence[tuple[Unit, Checked]]) -> Consolidation:
    """The consolidation, in the order given. Raises ValueError for a return that is not acceptable or comes twice."""
    for unit, checked in entries:
        if not checked.acceptable:
            raise ValueError(f"not acceptable: {unit.code} {checked.path}")
    if len({unit.code for unit, _ in entries}) != len(entries):
        raise ValueError("a unit comes twice")
    ids = tuple(form.fields)
    rows = tuple(_row(ids, checked.values) for _, checked in entries)
    return Consolidation(
        form=form,
        units=tuple(unit for unit, _ in entries),
        entries=tuple(checked for _, checked in entries),
        rows=rows,
        totals=_totals(form, rows),
    )


def broken_rules(consolidation: Consolidation, *, level: UnitKind) -> tuple[Rule, ...]:
    """Every rule that the totals do not keep, as those of a unit of kind `level`."""
    totals = consolidation.totals
    return tuple(
        rule
        for rule in consolidation.form.rules
        if rule.concerns(level) and _is_consolidated(rule, totals) and _is_broken(rule, totals)
    )


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


def _is_broken(rule: Rule, totals: Mapping[str, Number | None]) -> bool:
    """Whether the rule's conditions hold and what it asks for does not."""
    return all(condition.holds(totals) for condition in rule.when) and not rule.require.holds(totals)


def _row(ids: tuple[str, ...], values: Mapping[str, Shown]) -> Cells:
    """The values in that order."""
    if isinstance(values, Row) and tuple(values.columns) == ids:
        return values.cells
    return tuple(values.get(key) for key in ids)


def _columns(form: Form, rows: tuple[Cells, ...]) -> Iterator[Cells]:
    """The rows' columns, empty ones where there is no row."""
    yield from zip(*rows, strict=True) if rows else ((),) * len(form.fields)


def _totals(form: Form, rows: tuple[Cells, ...]) -> dict[str, Number | None]:
    """The sums of inputs over units, and the form's own totals of these; both ways to a total must agree.

    Raises TypeError for words where numbers belong.
    """
    fields = zip(form.fields.values(), _columns(form, rows), strict=True)
    summed = {field.id: _sum(cells) for field, cells in fields if field.type is not FieldType.CHOICE}
    adding = adding_ids(form)
    sums: dict[str, Shown] = {field.id: summed[field.id] for field in form.inputs() if field.id in adding}
    state = State(dict(sums), declared=True, kind=UnitKind.COUNTY)
    add_totals(form, state, typed=sums)
    totals: dict[str, Number | None] = dict.fromkeys(form.fields)
    for key in form.fields:
        if key in adding:
            totals[key] = _number(state.cells[key])
            if totals[key] != summed[key]:
                raise ArithmeticError(f"{key}: {totals[key]} is not the sum of the units' totals")
    return totals


def _sum(cells: Cells) -> Number:
    """The exact sum; blanks are nothing."""
    with localcontext(EXACTLY):
        return sum(_numbers(cells), start=0)


def _numbers(cells: Cells) -> Iterable[Number]:
    """The cells but for blanks, all of which must be numbers."""
    kinds = set(map(type, cells))
    if kinds <= {int, Decimal}:
        return cells  # type: ignore[return-value]
    return [_number(cell) for cell in cells if cell is not None]


def _number(cell: Shown) -> Number:
    """The cell, which must be a number."""
    if not isinstance(cell, int | Decimal):
        raise TypeError(cell)
    return cell
