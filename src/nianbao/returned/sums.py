"""What must hold between the figures of a return, each relation worked out down to the cells that were typed.

Over the typed cells (inputs, and totals that somebody typed) every relation is a weighted sum, so what becomes of it
when a cell changes is told without working the return out anew.
"""

from __future__ import annotations

from collections import Counter
from decimal import Decimal
from typing import TYPE_CHECKING

from nianbao.definition.rules import PREVIOUS, Comparison, Linear, is_earlier, of_field
from nianbao.frozen import frozen

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from nianbao.definition.form import Form, Rule
    from nianbao.layout.places import Layout
    from nianbao.returned.checks import Figures
    from nianbao.returned.returns import Return

Number = int | Decimal
Deltas = tuple[tuple[str, Number], ...]
"""By how much each changed cell grows."""
EQUAL = "=="
_IS_SUM = Comparison(Linear(()), EQUAL, Linear(()))
MOST_STEPS = 30_000
"""Terms added up and changes tried for one return, some tens of milliseconds; the shipped forms need some hundreds."""


class TooMuchError(Exception):
    """More was to be tried than anybody waits for."""


class Budget:
    """How many steps are left."""

    def __init__(self, steps: int = MOST_STEPS) -> None:
        self._left = steps

    def spend(self, steps: int = 1) -> None:
        """Takes steps; raises TooMuchError where none are left."""
        self._left -= steps
        if self._left < 0:
            raise TooMuchError


@frozen
class Relation:
    """A comparison over typed cells, with their weights in left − right, and that difference as it stands."""

    comparison: Comparison
    weights: Mapping[str, int]
    difference: Number

    def shift(self, deltas: Deltas) -> Number:
        """By how much the difference grows."""
        return sum(self.weights.get(cell, 0) * delta for cell, delta in deltas)

    def holds(self, deltas: Deltas = ()) -> bool:
        """Whether it holds once the cells have changed so."""
        return self.comparison.accepts(self.difference + self.shift(deltas))


@frozen
class Sum:
    """Something that must hold: a rule, or a total that was typed. `name` is the rule's, or the total's id."""

    name: str
    require: Relation
    when: tuple[Relation, ...] = ()

    @property
    def balances(self) -> bool:
        """Whether both its sides must be equal."""
        return self.require.comparison.sign == EQUAL

    @property
    def cells(self) -> tuple[str, ...]:
        """Every typed cell that it looks at."""
        return tuple(dict.fromkeys(cell for one in (self.require, *self.when) for cell in one.weights))

    def holds(self, deltas: Deltas = ()) -> bool:
        """Whether it holds, or is not asked for, once the cells have changed so."""
        return not all(one.holds(deltas) for one in self.when) or self.require.holds(deltas)

    def survives(self, deltas: Deltas) -> bool:
        """Whether the change does it no harm: what held still holds, and a sum that it touches is put right."""
        if self.holds(deltas):
            return True
        return not self.holds() and not (self.balances and self.require.shift(deltas))


def rule_name(rule: Rule) -> str:
    """A name that no other rule of the form has, nor a cell."""
    return f"{rule.family}[{rule.bound}]"


def following(form: Form) -> frozenset[str]:
    """The names of rules that only add up others of their family (总计 of the columns): those say where it fails."""
    held: dict[str, Counter[str]] = {}
    rules = (*form.rules, *(form.previous.rules if form.previous else ()))
    for rule in rules:
        held.setdefault(rule.family, Counter()).update(rule.require.ids)
    return frozenset(rule_name(rule) for rule in rules if _follows(rule, form, held[rule.family]))


def _follows(rule: Rule, form: Form, held: Counter[str]) -> bool:
    """Whether every cell of the rule is a total of cells that others of its family are about."""
    own = set(rule.require.ids)
    return all(
        (terms := _terms(form, key)) and all(held[term] > (term in own) for term in terms) for key in own
    )


def _terms(form: Form, key: str) -> list[str]:
    """What a total of whichever period adds up, of the same period; nothing of an input."""
    period = PREVIOUS if is_earlier(key) else ""
    return [period + term for term in form.fields[of_field(key)].terms]


class Expansion:
    """The relations of one return over its typed cells."""

    def __init__(self, layout: Layout, known: Figures, budget: Budget) -> None:
        self._form = layout.form
        self._values = known.values
        self._unsure = known.unsure
        self._budget = budget
        self._leaves: dict[str, tuple[str, ...]] = {}

    def of_rules(self, rules: Iterable[Rule]) -> Iterator[Sum]:
        """Rules that are judged, so that every figure in them is known."""
        for rule in rules:
            require, *when = (self._relation(one) for one in (rule.require, *rule.when))
            yield Sum(rule_name(rule), require, tuple(when))

    def of_totals(self, ret: Return) -> Iterator[Sum]:
        """The totals that were typed; none that rests on what is unknown.

        Where all of them agree they may be what formulas gave, in a format that does not show these; they would
        follow any change, and nothing must hold.
        """
        typed = {
            key: value
            for key, value in ret.typed.items()
            if key not in self._unsure and isinstance(value, int | Decimal)
        }
        differences = {key: value - self._number(key) for key, value in typed.items()}
        if not any(differences.values()):
            return
        for key, difference in differences.items():
            weights = {key: 1} | dict.fromkeys(self._inputs(key), -1)
            yield Sum(key, Relation(_IS_SUM, weights, difference))

    def _relation(self, comparison: Comparison) -> Relation:
        weights: Counter[str] = Counter()
        for side, factor in ((comparison.left, 1), (comparison.right, -1)):
            for sign, key in side.terms:
                for cell in self._inputs(key):
                    weights[cell] += sign * factor
        difference = comparison.left.value(self._values) - comparison.right.value(self._values)
        return Relation(comparison, {cell: weight for cell, weight in weights.items() if weight}, difference)

    def _inputs(self, key: str) -> tuple[str, ...]:
        """The inputs that a figure adds up, each once; an input itself."""
        if key not in self._leaves:
            self._leaves[key] = tuple(self._typed_under(key))
        self._budget.spend(len(self._leaves[key]))
        return self._leaves[key]

    def _typed_under(self, key: str) -> Iterator[str]:
        waiting = [key]
        while waiting:
            self._budget.spend()
            field = self._form.fields[waiting.pop()]
            waiting.extend(reversed(field.terms))
            if not field.terms:
                yield field.id

    def _number(self, key: str) -> Number:
        value = self._values[key]
        return value if isinstance(value, int | Decimal) else 0


def by_cell(sums: Sequence[Sum]) -> Mapping[str, tuple[Sum, ...]]:
    """The sums that look at each typed cell."""
    found: dict[str, list[Sum]] = {}
    for one in sums:
        for cell in one.cells:
            found.setdefault(cell, []).append(one)
    return {cell: tuple(looking) for cell, looking in found.items()}
