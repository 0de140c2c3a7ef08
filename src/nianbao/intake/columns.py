"""Which column of a grid is which column of the form, by the heads over it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nianbao.frozen import frozen
from nianbao.intake.figures import unit_in
from nianbao.intake.labels import CERTAIN, MARGIN, PROBABLE, likeness

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from nianbao.intake.axes import Axes, Head
    from nianbao.intake.document import Grid, Piece

TOLD = 0.8
"""From here on a label over a column is one of the form's."""


@frozen
class Columns:
    """Where each column of the block stands in a grid. `units`: of money, as printed over it; `found`: its label.

    `heads`: where all heads stand, others than the form's among them; `own`: all places under a label of the form's.
    """

    places: Mapping[int, frozenset[int]]
    units: Mapping[int, str]
    found: Mapping[int, str]
    right: int
    width: int
    likeness: float
    heads: tuple[frozenset[int], ...] = ()
    own: frozenset[int] = frozenset()

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
    own = {c for stack in stacks if _is_own(stack, axes) for c in stack.columns}
    heads = tuple(stack.columns for stack in stacks)
    return Columns(places, units, inner, right, grid.width, like, heads, frozenset(own))


def _is_own(stack: _Stack, axes: Axes) -> bool:
    """Whether the label next to the figures is like one of the block's columns."""
    return max(_names(head, stack.inner) for head in axes.heads) >= PROBABLE


def _stacks(grid: Grid, rows: Sequence[int]) -> list[_Stack]:
    """The heads, neighbours under the same one together; a label reaches over empty cells to its right."""
    stacks: list[_Stack] = []
    last: tuple[Piece, ...] = ()
    for column in range(grid.width):
        pieces = [grid.at.get((row, column)) for row in rows]
        over = tuple(dict.fromkeys(p for p in pieces if p is not None and p.text.strip()))
        if over and over == last:
            stacks[-1] = _Stack(stacks[-1].labels, stacks[-1].columns | {column})
        elif over:
            stacks.append(_Stack(tuple(_labels(grid, rows, column)), frozenset({column})))
        last = over
    return stacks


def _labels(grid: Grid, rows: Sequence[int], column: int) -> Iterator[str]:
    """The labels over a column down to the lowest of its own."""
    own = [row for row in rows if (p := grid.at.get((row, column))) is not None and p.text.strip()]
    seen: set[Piece] = set()
    for row in (row for row in rows if row <= own[-1]):
        place = column
        while (p := grid.at.get((row, place))) is not None and not p.text.strip() and place > 0:
            place -= 1
        if p is not None and p.text.strip() and p not in seen:
            seen.add(p)
            yield p.text


def _is_corner(stack: _Stack, axes: Axes) -> bool:
    """Whether the heads stand over the labels of rows."""
    if axes.corner and likeness(stack.inner, axes.corner) >= PROBABLE:
        return max(_names(head, stack.inner) for head in axes.heads) < CERTAIN
    return False


def _names(head: Head, found: str) -> float:
    return max(likeness(found, name) for name in head.names)


def _fit(stack: _Stack, head: Head, over: Mapping[str, bool]) -> float:
    """How well a column's heads are those of the form's column: its own label, and the one over it.

    `over`: the labels over several columns that the form has, and whether they are anywhere among the heads.
    """
    own = _names(head, stack.inner)
    if not head.parents or own < PROBABLE:
        return own
    told = (max(over, key=lambda name: likeness(label, name)) for label in _over(stack, over))
    lowest = next(told, None)
    if lowest is None:
        return own - (0.5 if over[head.parents[0]] else 0.05)
    return own if lowest == head.parents[0] else own - 0.5


def _over(stack: _Stack, over: Mapping[str, bool]) -> Iterator[str]:
    """The labels over a column that the form has over its columns, from the lowest up."""
    return (
        label for label in reversed(stack.labels[:-1]) if any(likeness(label, name) >= TOLD for name in over)
    )


def _is_narrow(
    stack: _Stack, stacks: Sequence[_Stack], heads: Sequence[Head], over: Mapping[str, bool]
) -> bool:
    """Whether the label over a column has lost most of its columns: then none of them is known for certain."""
    label = next(_over(stack, over), None) if over else None
    if label is None:
        return False
    name = max(over, key=lambda name: likeness(label, name))
    beneath = sum(label in other.labels[:-1] for other in stacks)
    return 2 * beneath <= sum(head.parents[:1] == (name,) for head in heads)


def _parents(stacks: Sequence[_Stack], heads: Sequence[Head]) -> dict[str, bool]:
    """The labels next over the form's columns, and whether each is among the heads."""
    names = dict.fromkeys(label for head in heads for label in head.parents[:1])
    found = {label for stack in stacks for label in stack.labels}
    return {name: any(likeness(label, name) >= TOLD for label in found) for name in names}


def _in_order(stacks: Sequence[_Stack], heads: Sequence[Head]) -> dict[int, int] | None:
    """As many columns as the form has, in its order: none fits another place better than its own."""
    if len(stacks) != len(heads):
        return None
    over = _parents(stacks, heads)
    anchored = False
    for number, stack in enumerate(stacks):
        fits = [_fit(stack, head, over) for head in heads]
        if fits[number] < PROBABLE - 0.05 or max(fits) > fits[number] + 0.001:
            return None
        anchored = anchored or fits[number] >= CERTAIN - 0.05
    return {number: number for number in range(len(heads))} if anchored else None


def _one_by_one(stacks: Sequence[_Stack], heads: Sequence[Head]) -> dict[int, int]:
    """Each column that is one of the form's for certain, and that no other column claims."""
    claims: dict[int, list[int]] = {}
    over = _parents(stacks, heads)
    for number, stack in enumerate(stacks):
        fits = sorted(((_fit(stack, head, over), -index) for index, head in enumerate(heads)), reverse=True)
        second = fits[1][0] if len(fits) > 1 else 0.0
        clear = fits[0][0] - second >= (0.02 if fits[0][0] >= CERTAIN else MARGIN)
        if clear and fits[0][0] >= PROBABLE + 0.08 and not _is_narrow(stack, stacks, heads, over):
            claims.setdefault(-fits[0][1], []).append(number)
    return {head: numbers[0] for head, numbers in claims.items() if len(numbers) == 1}
