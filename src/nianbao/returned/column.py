"""One field's values in many returns, in their order: added, compared and joined value by value.

The same expressions that work out a rule over one return's numbers work it out over columns. Python's own numbers are
exact whatever their size, and nothing has to be loaded for them (docs/decisions/0037).
"""

from __future__ import annotations

import operator
from itertools import repeat
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator


class Column:
    """The values. Its operators take another column of as many, or one value for all of them."""

    __slots__ = ("cells",)
    __hash__ = None  # type: ignore[assignment]

    def __init__(self, cells: Iterable[Any]) -> None:
        self.cells = tuple(cells)

    def __iter__(self) -> Iterator[Any]:
        """The values in the order of the returns."""
        return iter(self.cells)

    def __add__(self, other: Any) -> Column:
        """Each value and the other."""
        return self._with(operator.add, other)

    def __radd__(self, other: Any) -> Column:
        """As above: a sum begins with a number."""
        return self if other == 0 else self._with(operator.add, other)

    def __sub__(self, other: Any) -> Column:
        """Each value less the other."""
        return self._with(operator.sub, other)

    def __rsub__(self, other: Any) -> Column:
        """The number less each value."""
        return Column(other - cell for cell in self.cells)

    def __rmul__(self, other: int) -> Column:
        """Each value so many times."""
        return self._with(operator.mul, other)

    def __eq__(self, other: object) -> Column:  # type: ignore[override]
        """Which are equal."""
        return self._with(operator.eq, other)

    def __ne__(self, other: object) -> Column:  # type: ignore[override]
        """Which differ."""
        return self._with(operator.ne, other)

    def __lt__(self, other: Any) -> Column:
        """Which are less."""
        return self._with(operator.lt, other)

    def __le__(self, other: Any) -> Column:
        """Which are not more."""
        return self._with(operator.le, other)

    def __gt__(self, other: Any) -> Column:
        """Which are more."""
        return self._with(operator.gt, other)

    def __ge__(self, other: Any) -> Column:
        """Which are not less."""
        return self._with(operator.ge, other)

    def __and__(self, other: Any) -> Column:
        """Of truths: where both are."""
        return self._with(operator.and_, other)

    def __or__(self, other: Any) -> Column:
        """Of truths: where one is."""
        return self._with(operator.or_, other)

    def __xor__(self, other: Any) -> Column:
        """Of truths: where one is and one is not."""
        return self._with(operator.xor, other)

    def _with(self, work: Callable[[Any, Any], Any], other: Any) -> Column:
        """What each value and the other's make. Raises ValueError for a column of another length."""
        if not isinstance(other, Column):
            return Column(map(work, self.cells, repeat(other)))
        if len(other.cells) != len(self.cells):
            raise ValueError(f"columns of {len(self.cells)} and {len(other.cells)} values")
        return Column(map(work, self.cells, other.cells))
