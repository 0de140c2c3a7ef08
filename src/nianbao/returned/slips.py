"""The slips of the hand that would account for a sum that fails: each as the change that takes it back.

Four kinds: two digits of a figure exchanged, a figure split over two neighbouring cells, a count put in the wrong
column, and, where none of these is meant, a figure that is simply another one.
"""

from __future__ import annotations

from decimal import Decimal
from enum import IntEnum
from itertools import combinations, product
from typing import TYPE_CHECKING

from nianbao.definition.form import AMOUNT_DECIMALS, FieldType
from nianbao.frozen import frozen
from nianbao.layout.places import Place
from nianbao.opening.numbers import INTEGER_DIGITS
from nianbao.returned.answers import digits

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from nianbao.layout.places import Layout
    from nianbao.returned.sums import Budget, Deltas, Number, Sum


class Kind(IntEnum):
    """What happened to a figure, in the order in which it is shown."""

    SWAPPED = 1
    SPLIT = 2
    MISBOOKED = 3
    OFF = 4


@frozen
class Change:
    """The cells that would have to grow, and by how much: one, or for a split or misbooked figure two."""

    kind: Kind
    deltas: Deltas


class Slips:
    """The changes that put failing sums of a return right, of cells as they may be typed; none of `sure` ones."""

    def __init__(
        self, layout: Layout, values: Mapping[str, Number], budget: Budget, sure: frozenset[str] = frozenset()
    ) -> None:
        self._layout = layout
        self._values = values
        self._budget = budget
        self._sure = sure

    def of(self, failing: Sequence[Sum]) -> Iterator[Change]:
        """Every change that puts at least one of the sums right; smaller kinds first."""
        for kind in (self._swapped, self._split, self._misbooked, self._off):
            for change in kind(failing):
                self._budget.spend()
                if all(
                    cell not in self._sure and self._may_stand(cell, self._values[cell] + delta)
                    for cell, delta in change.deltas
                ):
                    yield change

    def _swapped(self, failing: Sequence[Sum]) -> Iterator[Change]:
        """Two digits of one figure exchanged."""
        for one in failing:
            for cell, needed in _needed(one):
                text = digits(self._values[cell])
                self._budget.spend(len(text))
                if isinstance(needed, int) and needed % 9:
                    continue
                right = self._values[cell] + needed
                if any(Decimal(other) == right for other in _exchanges(text)):
                    yield Change(Kind.SWAPPED, ((cell, needed),))

    def _split(self, failing: Sequence[Sum]) -> Iterator[Change]:
        """Digits in a cell and in the next of its row that are one figure, which belongs in the first."""
        firsts = dict.fromkeys(
            first
            for one in failing
            for cell in one.require.weights
            for first in (cell, self._beside(cell, -1))
        )
        for first in firsts:
            second = self._beside(first, 1)
            if first and second:
                a, b = self._values[first], self._values[second]
                if _whole(a) and _whole(b) and a > 0 and b > 0:
                    yield Change(Kind.SPLIT, ((first, int(f"{a}{b}") - a), (second, -b)))

    def _misbooked(self, failing: Sequence[Sum]) -> Iterator[Change]:
        """A count in one cell that belongs in another of its row: what the one sum has too much the other lacks."""
        rows = [self._rows(one) for one in failing]
        for (one, here), (other, there) in combinations(zip(failing, rows, strict=True), 2):
            self._budget.spend()
            if one.require.difference == -other.require.difference:
                for row in here.keys() & there.keys():
                    for pair in product(here[row], there[row]):
                        self._budget.spend()
                        if pair[0][1] == -pair[1][1]:
                            yield Change(Kind.MISBOOKED, tuple(sorted(pair)))

    def _off(self, failing: Sequence[Sum]) -> Iterator[Change]:
        """One figure off by the difference."""
        for one in failing:
            for cell, needed in _needed(one):
                yield Change(Kind.OFF, ((cell, needed),))

    def _rows(self, one: Sum) -> Mapping[tuple[str, int], list[tuple[str, Number]]]:
        """The inputs of a failing sum by their printed row, with what each would have to grow by."""
        rows: dict[tuple[str, int], list[tuple[str, Number]]] = {}
        for cell, needed in _needed(one):
            if self._is_input(cell):
                place = self._layout.places[cell]
                rows.setdefault((place.sheet, place.row), []).append((cell, needed))
        return rows

    def _is_input(self, cell: str) -> bool:
        return cell in self._values and not self._layout.form.fields[cell].terms

    def _beside(self, cell: str, step: int) -> str:
        """The input to the right or left of a cell; empty where there is none, or nothing is known of it."""
        if not cell:
            return ""
        place, box = self._layout.places[cell], self._layout.box_of[cell]
        column = place.column + (box.columns if step > 0 else -1)
        key = self._layout.id_at.get(Place(place.sheet, place.row, column), "")
        return key if self._is_input(key) else ""

    def _may_stand(self, cell: str, number: Number) -> bool:
        """Whether the number may be typed in the cell."""
        kind = self._layout.form.fields[cell].type
        exact = number == round(number, AMOUNT_DECIMALS if kind is FieldType.DECIMAL else 0)
        return exact and abs(number) < 10**INTEGER_DIGITS and (number >= 0 or kind is FieldType.SIGNED)


def _needed(one: Sum) -> Iterator[tuple[str, Number]]:
    """Each cell of a failing sum with what it would have to grow by."""
    difference = one.require.difference
    for cell, weight in one.require.weights.items():
        if abs(weight) == 1:
            yield cell, -difference * weight
        elif not difference % weight:
            yield cell, -difference // weight


def _exchanges(text: str) -> Iterator[str]:
    """The figure with two of its digits exchanged; none that would begin with 0, which nobody types."""
    for i, j in combinations([place for place, sign in enumerate(text) if sign.isdigit()], 2):
        signs = list(text)
        signs[i], signs[j] = signs[j], signs[i]
        other = "".join(signs)
        if text[i] != text[j] and not (other.startswith(("0", "-0")) and text[:1] != "0"):
            yield other


def _whole(number: Number) -> bool:
    return isinstance(number, int)
