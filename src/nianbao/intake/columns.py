"""Which column of a grid is which column of the form, by the heads over it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nianbao.frozen import frozen
from nianbao.intake.figures import unit_in
from nianbao.intake.labels import CERTAIN, MARGIN, PROBABLE, likeness

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from nianbao.intake.axes import Axes, Head
    from nianbao.intake.document import Grid, Piece

TOLD = 0.8
"""From here on a label over a column is one of the form's."""


@frozen
class Columns:
    """Where each column of the block stands in a grid. `units`: of money, as printed over it; `found`: its label."""

    places: Mapping[int, frozenset[int]]
    units: Mapping[int, str]
    found: Mapping[int, str]
    right: int
    width: int
    likeness: float

    @property
    def left(self) -> int:
        """The first column with figures."""
        return min((min(columns) for columns in self.places.values()), default=0)


@frozen
class _Stack:
    """The heads over some neighbouring columns, from the top down."""

    labels: tuple[str, ...]
    columns: frozenset[int]

    @property
    def inner(self) -> str:
        """The label next to the figures."""
        return self.labels[-1]


def find_columns(grid: Grid, rows: Sequence[int], axes: Axes) -> Columns | None:
    """The columns under these rows of heads; None where they are not this block's."""
    stacks = [stack for stack in _stacks(grid, rows) if not _is_corner(stack, axes)]
    picked = _in_order(stacks, axes.heads) or _one_by_one(stacks, axes.heads)
    if not picked:
        return None
    places = {head: stacks[number].columns for head, number in picked.items()}
    inner = {head: stacks[number].inner for head, number in picked.items()}
    like = sum(_names(axes.heads[head], inner[head]) for head in picked) / len(axes.heads)
    right = max(max(stack.columns) for stack in stacks)
    units = {head: unit for head, text in inner.items() if (unit := unit_in(text))}
    return Columns(places, units, inner, right, grid.width, like)


def _stacks(grid: Grid, rows: Sequence[int]) -> list[_Stack]:
    """The heads, neighbours under the same one together."""
    stacks: list[_Stack] = []
    last: tuple[Piece, ...] = ()
    for column in range(grid.width):
        pieces = [grid.at.get((row, column)) for row in rows]
        over = tuple(dict.fromkeys(p for p in pieces if p is not None and p.text.strip()))
        if not over:
            last = ()
            continue
        if over == last:
            stacks[-1] = _Stack(stacks[-1].labels, stacks[-1].columns | {column})
            continue
        stacks.append(_Stack(tuple(p.text for p in over), frozenset({column})))
        last = over
    return stacks


def _is_corner(stack: _Stack, axes: Axes) -> bool:
    """Whether the heads stand over the labels of rows."""
    if axes.corner and likeness(stack.inner, axes.corner) >= PROBABLE:
        return max(_names(head, stack.inner) for head in axes.heads) < CERTAIN
    return False


def _names(head: Head, found: str) -> float:
    return max(likeness(found, name) for name in head.names)


def _fit(stack: _Stack, head: Head, heads: Sequence[Head]) -> float:
    """How well a column's heads are those of the form's column: its own label, and the one over it."""
    own = _names(head, stack.inner)
    if not head.parents or own < PROBABLE:
        return own
    others = tuple(dict.fromkeys(label for other in heads for label in other.parents[:1]))
    told = [
        max((likeness(label, other), number) for number, other in enumerate(others))
        for label in stack.labels[:-1]
    ]
    named = {others[number] for score, number in told if score >= TOLD}
    if not named:
        return own - 0.05
    return own if head.parents[0] in named else own - 0.5


def _in_order(stacks: Sequence[_Stack], heads: Sequence[Head]) -> dict[int, int] | None:
    """As many columns as the form has, in its order: none fits another place better than its own."""
    if len(stacks) != len(heads):
        return None
    anchored = False
    for number, stack in enumerate(stacks):
        fits = [_fit(stack, head, heads) for head in heads]
        if fits[number] < PROBABLE - 0.05 or max(fits) > fits[number] + 0.001:
            return None
        anchored = anchored or fits[number] >= CERTAIN - 0.05
    return {number: number for number in range(len(heads))} if anchored else None


def _one_by_one(stacks: Sequence[_Stack], heads: Sequence[Head]) -> dict[int, int]:
    """Each column that is one of the form's for certain, and that no other column claims."""
    claims: dict[int, list[int]] = {}
    for number, stack in enumerate(stacks):
        fits = sorted(((_fit(stack, head, heads), -index) for index, head in enumerate(heads)), reverse=True)
        second = fits[1][0] if len(fits) > 1 else 0.0
        clear = fits[0][0] - second >= (0.02 if fits[0][0] >= CERTAIN else MARGIN)
        if clear and fits[0][0] >= PROBABLE + 0.08:
            claims.setdefault(-fits[0][1], []).append(number)
    return {head: numbers[0] for head, numbers in claims.items() if len(numbers) == 1}
