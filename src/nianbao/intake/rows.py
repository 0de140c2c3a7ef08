"""Which row of a grid is which row of the form, by the labels beside it; one whose label is lost, by its neighbours."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nianbao.frozen import frozen
from nianbao.intake.axes import best
from nianbao.intake.columns import find_columns
from nianbao.intake.figures import is_figure
from nianbao.intake.labels import CERTAIN, likeness

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from nianbao.intake.axes import Axes
    from nianbao.intake.document import Grid, Piece

HEADLIKE, ALIKE = 0.75, 0.4


@frozen
class Known:
    """A row of the grid that is a row of the form. `label`: where its label stands in the grid."""

    row: int
    axes: int
    line: int
    label: Piece | None
    header: tuple[int, ...]
    likeness: float = 1.0


@frozen
class Pending:
    """A row with figures whose label is not known."""

    row: int
    label: str
    header: tuple[int, ...]


def find_rows(grid: Grid, axes: Sequence[Axes]) -> list[Known | Pending]:
    """The rows that hold figures or a label of the form's, from the top down."""
    return _with_gaps(list(_known_rows(grid, axes)), axes)


def _known_rows(grid: Grid, axes: Sequence[Axes]) -> Iterator[Known | Pending]:
    """The rows that hold something, each with its heads."""
    header: list[int] = []
    after_data = False
    for row in range(grid.height):
        own = [p for p in grid.row(row) if p.row == row and p.text.strip()]
        if not own:
            continue
        if _is_heading(own, axes):
            header, after_data = [], False
            continue
        words = [p for p in own if not is_figure(p.text)]
        known = _find_line(words, axes)
        if len(words) == len(own) and _headlike(words, axes) > (known[2] if known else 0.0):
            header = [row] if after_data else [*header, row]
            after_data = False
            continue
        after_data = True
        if known:
            yield Known(row, known[0], known[1], known[3], tuple(header), known[2])
        elif any(is_figure(p.text) for p in own):
            yield _unnamed(grid, row, words, tuple(header), axes)


def _unnamed(
    grid: Grid, row: int, words: Sequence[Piece], header: tuple[int, ...], axes: Sequence[Axes]
) -> Known | Pending:
    """A row of figures without a known label: of a table whose rows have none, or yet to be placed."""
    mostly = len(words) * 3 < len(grid.row(row))
    for number, block in enumerate(axes):
        if mostly and block.is_unlabelled and header and find_columns(grid, header, block):
            return Known(row, number, 0, None, header)
    return Pending(row, words[-1].text if words else "", header)


def _is_heading(own: Sequence[Piece], axes: Sequence[Axes]) -> bool:
    """Whether the row is a block's band."""
    return len(own) == 1 and any(
        block.heading and likeness(own[0].text, block.heading) >= CERTAIN for block in axes
    )


def _headlike(words: Sequence[Piece], axes: Sequence[Axes]) -> float:
    """How like the row is to one of heads."""
    names = {name for block in axes for head in block.heads for name in (*head.names, *head.parents)}
    names |= {block.corner for block in axes if block.corner}
    scores = [max(likeness(p.text, name) for name in names) for p in words]
    top = max(scores, default=0.0)
    return top if top >= HEADLIKE else 0.0


def _find_line(words: Sequence[Piece], axes: Sequence[Axes]) -> tuple[int, int, float, Piece] | None:
    """The form's row that a label of the grid's row names, the innermost one first."""
    choices = [
        (a, n, line.names) for a, block in enumerate(axes) for n, line in enumerate(block.lines) if line.names
    ]
    for piece in reversed(words):
        if len(piece.text) > 400:
            continue
        group = max((likeness(piece.text, g) for block in axes for g in block.groups), default=0.0)
        number, score = best(piece.text, [names for _, _, names in choices])
        if number is None or score < group:
            continue
        block, line, _ = choices[number]
        alone = piece.rows == 1 and piece is words[-1] and score >= HEADLIKE
        if axes[block].lines[line].stands_for and not alone:
            continue
        return block, line, score, piece
    return None


def _with_gaps(rows: list[Known | Pending], axes: Sequence[Axes]) -> list[Known | Pending]:
    """The rows whose label is lost placed between neighbours that are certain and leave no other room."""
    done: list[Known | Pending] = []
    for number, row in enumerate(rows):
        if not isinstance(row, Pending):
            done.append(row)
            continue
        place = _room(rows, number, axes)
        if place is None:
            done.append(row)
            continue
        block, line = place
        names = axes[block].lines[line].names
        alike = max((likeness(row.label, name) for name in names), default=0.0)
        if row.label.strip() and alike < ALIKE:
            done.append(row)
            continue
        done.append(Known(row.row, block, line, None, row.header, 0.5))
    return done


def _room(rows: Sequence[Known | Pending], number: int, axes: Sequence[Axes]) -> tuple[int, int] | None:
    """The only place for a row without label: the rows between two known ones are as many as in the form."""
    start, end = number, number
    while start >= 0 and isinstance(rows[start], Pending):
        start -= 1
    while end < len(rows) and isinstance(rows[end], Pending):
        end += 1
    before, after = (rows[start] if start >= 0 else None), (rows[end] if end < len(rows) else None)
    if isinstance(before, Known) and isinstance(after, Known) and before.axes == after.axes:
        if after.line - before.line == end - start and not axes[before.axes].lines[after.line].stands_for:
            return before.axes, before.line + number - start
        return None
    if (
        (
            isinstance(after, Known)
            and (start < 0 or rows[start].header != after.header)
            and after.header == rows[number].header
        )
        and after.header
        and after.line == end - start - 1
    ):
        return after.axes, number - start - 1
    return None
