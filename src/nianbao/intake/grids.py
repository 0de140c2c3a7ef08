"""A grid to cells of the form, by the labels beside and over them; split and merged cells are told, not guessed."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from nianbao.intake.columns import find_columns
from nianbao.intake.figures import is_figure
from nianbao.intake.labels import CERTAIN, likeness
from nianbao.intake.placed import Altered, Doubt, Entry, Placed
from nianbao.intake.rows import Known, Pending, find_rows

if TYPE_CHECKING:
    from collections.abc import Sequence

    from nianbao.intake.axes import Axes
    from nianbao.intake.columns import Columns
    from nianbao.intake.document import Grid, Piece

SHOWN = 40
MOST_HEADS = 8


@dataclass(slots=True)
class GridReader:
    """Reads grids in order; a grid without heads goes on where the one before it with as many columns ended."""

    axes: Sequence[Axes]
    _carried: dict[int, Columns] = field(default_factory=dict)

    def read(self, grid: Grid) -> Placed:
        """What the grid holds, rows and columns exchanged where only that makes sense."""
        carried = dict(self._carried)
        placed = self._read(grid)
        if len(placed.entries) > 2 or grid.width < 2:
            return placed
        straight = self._carried
        self._carried = carried
        turned = self._read(grid.transposed, turned=True)
        if len(turned.entries) > len(placed.entries):
            self._carried = {}
            return turned
        self._carried = straight
        return placed

    def _read(self, grid: Grid, *, turned: bool = False) -> Placed:
        """What the grid holds; one that was turned has a label to each of its rows, else they moved aside."""
        rows = find_rows(grid, self.axes)
        placed = Placed()
        if turned and any(isinstance(row, Pending) for row in rows):
            return placed
        met: dict[tuple[int, tuple[int, ...]], Columns | None] = {}
        for row in rows:
            if isinstance(row, Pending):
                _tell_strange(grid, row, self.axes, placed)
                continue
            columns = self._columns(grid, row, met)
            _take_row(grid, row, self.axes[row.axes], columns, placed)
        self._carried = {axes: columns for (axes, _), columns in met.items() if columns}
        if not rows:
            self._carried = self._heads_alone(grid)
        _tell_heads(met, self.axes, placed)
        return placed

    def _heads_alone(self, grid: Grid) -> dict[int, Columns]:
        """The columns of a grid that has heads and no rows: its rows stand in the next one."""
        every = range(min(grid.height, MOST_HEADS))
        found = {number: find_columns(grid, every, block) for number, block in enumerate(self.axes)}
        return {number: columns for number, columns in found.items() if columns}

    def _columns(
        self, grid: Grid, row: Known, met: dict[tuple[int, tuple[int, ...]], Columns | None]
    ) -> Columns | None:
        """The columns over a row: under its heads, else as in the grid before."""
        key = (row.axes, row.header)
        if key not in met:
            columns = find_columns(grid, row.header, self.axes[row.axes]) if row.header else None
            if not row.header:
                carried = self._carried.get(row.axes)
                columns = carried if carried and carried.width == grid.width else None
            met[key] = columns
        return met[key]


def _take_row(grid: Grid, row: Known, axes: Axes, columns: Columns | None, placed: Placed) -> None:
    """The cells of one row."""
    line = axes.lines[row.line]
    if columns is None:
        text = " ".join(p.text for p in grid.row(row.row) if p is not row.label)
        placed.doubts.append(Doubt("columns", line.ids, text[:SHOWN]))
        return
    if row.label and line.names and not line.prints(row.label.text):
        placed.altered.append(Altered(line.ids, row.label.text, line.names[0]))
    cells = _cells(grid, row, axes, columns)
    if cells is None:
        text = " ".join(p.text for p in grid.row(row.row) if p is not row.label and p.row == row.row)
        placed.doubts.append(Doubt("split", line.ids, text[:SHOWN]))
        return
    for head, pieces in cells.items():
        together = tuple(ids[head] for ids in line.stands_for)
        texts = [p.text for p in pieces if p.text.strip()]
        if len(texts) > 1 or any(p.rows > 1 and _spans_rows(p, row, grid) for p in pieces):
            placed.doubts.append(Doubt("split", (line.ids[head],), " ".join(texts)[:SHOWN]))
            continue
        text = texts[0] if texts else ""
        like = row.likeness * max(likeness(columns.found[head], n) for n in axes.heads[head].names)
        placed.take(Entry(line.ids[head], text, columns.units.get(head, ""), together, like))
    for head in set(range(len(axes.heads))) - set(cells):
        placed.doubts.append(Doubt("column", (line.ids[head],)))


def _spans_rows(piece: Piece, row: Known, grid: Grid) -> bool:
    """Whether the piece is over another row with pieces of its own."""
    return any(
        other != row.row and any(p.row == other for p in grid.row(other))
        for other in range(piece.row, piece.row + piece.rows)
    )


def _cells(grid: Grid, row: Known, axes: Axes, columns: Columns) -> dict[int, list[Piece]] | None:
    """The pieces of each column in the row; None where the row is not as wide as its heads."""
    pieces = grid.row(row.row)
    edge = max((p.column + p.columns - 1 for p in pieces), default=-1)
    start = row.label.column + row.label.columns if row.label else 0
    early = [p for p in pieces if p.row == row.row and start <= p.column < columns.left and is_figure(p.text)]
    cells: dict[int, list[Piece]] = {}
    under = {c for p in pieces if p.column < start for _, c in p.covered} & columns.own
    fits = edge == columns.right and not early and not under and not _reaches_in(pieces, row)
    for head, places in columns.places.items():
        found = list(dict.fromkeys(p for c in sorted(places) if (p := grid.at.get((row.row, c))) is not None))
        fits = fits and all({c for _, c in p.covered} <= places for p in found) and bool(found)
        cells[head] = found
    if fits:
        return cells
    return _counted(pieces, row, axes, columns)


def _reaches_in(pieces: Sequence[Piece], row: Known) -> bool:
    """Whether a head reaches down among the row's figures, so that they moved aside."""
    return any(p.row in row.header for p in pieces)


def _counted(
    pieces: Sequence[Piece], row: Known, axes: Axes, columns: Columns
) -> dict[int, list[Piece]] | None:
    """The pieces after the label one by one, where they are exactly as many as all the form's columns."""
    if row.label is None or not len(columns.places) == len(axes.heads) == len(columns.heads):
        return None
    order = sorted(columns.places, key=lambda head: min(columns.places[head]))
    after = [p for p in pieces if p.column > row.label.column and p.row == row.row and p.rows == 1]
    if len(after) != len(order) or not all(p.text.strip() for p in after):
        return None
    return {head: [piece] for head, piece in zip(order, after, strict=True)}


def _tell_strange(grid: Grid, row: Pending, axes: Sequence[Axes], placed: Placed) -> None:
    """A row with figures under heads of the form that is none of its rows."""
    for block in axes:
        if row.header and find_columns(grid, row.header, block):
            text = " ".join(p.text for p in grid.row(row.row) if p.text.strip())
            placed.strange.append((block.table, text[:SHOWN]))
            return


def _tell_heads(
    met: dict[tuple[int, tuple[int, ...]], Columns | None], axes: Sequence[Axes], placed: Placed
) -> None:
    """The heads that are only like the form's."""
    for (number, header), columns in met.items():
        if not columns or not header:
            continue
        block = axes[number]
        for head, found in columns.found.items():
            names = block.heads[head].names
            if likeness(found, names[0]) < CERTAIN:
                ids = tuple(line.ids[head] for line in block.lines if not line.stands_for)
                placed.altered.append(Altered(ids, found, names[0]))
