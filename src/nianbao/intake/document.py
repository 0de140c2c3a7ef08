"""A published report as any format gives it: paragraphs and grids in reading order, and pictures counted."""

from __future__ import annotations

from dataclasses import field
from typing import TYPE_CHECKING

from nianbao.frozen import frozen

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

MOST_ITEMS = 20_000
MOST_PIECES = 6_000
"""A report has some 350 cells."""
WIDEST = 400
TALLEST = 5_000


@frozen
class Piece:
    """A cell of a grid with what it covers, from 0."""

    row: int
    column: int
    text: str
    rows: int = 1
    columns: int = 1

    @property
    def covered(self) -> Iterator[tuple[int, int]]:
        """Every place under it."""
        for row in range(self.row, self.row + self.rows):
            for column in range(self.column, self.column + self.columns):
                yield row, column


@frozen
class Grid:
    """A table of pieces. `at`: the piece over each place."""

    pieces: tuple[Piece, ...]
    at: Mapping[tuple[int, int], Piece]
    height: int
    width: int
    within: tuple[int, ...] = ()

    @staticmethod
    def of(pieces: Iterable[Piece], within: tuple[int, ...] = ()) -> Grid:
        """The grid of those pieces; of two over one place the first stays."""
        at: dict[tuple[int, int], Piece] = {}
        kept = []
        for piece in pieces:
            if piece.row >= TALLEST or piece.column >= WIDEST:
                continue
            kept.append(piece)
            for place in piece.covered:
                at.setdefault(place, piece)
        height = max((row for row, _ in at), default=-1) + 1
        width = max((column for _, column in at), default=-1) + 1
        return Grid(tuple(kept), at, height, width, within)

    @property
    def transposed(self) -> Grid:
        """Rows as columns."""
        turned = (Piece(p.column, p.row, p.text, p.columns, p.rows) for p in self.pieces)
        return Grid.of(sorted(turned, key=lambda p: (p.row, p.column)), self.within)

    def row(self, number: int) -> tuple[Piece, ...]:
        """The pieces of a row from left to right, those from rows above among them."""
        pieces = (self.at.get((number, column)) for column in range(self.width))
        return tuple(dict.fromkeys(piece for piece in pieces if piece is not None))


@frozen
class Paragraph:
    """A paragraph; `within`: in which parts of the page it stands, from the outside in."""

    text: str
    within: tuple[int, ...] = ()


@frozen
class Picture:
    """A picture at its place in the text."""

    within: tuple[int, ...] = ()


Item = Paragraph | Grid | Picture


@frozen
class Document:
    """A report as read. `lines`: its paragraphs are lines as they were set, broken anywhere."""

    items: tuple[Item, ...]
    format: str
    lines: bool = False
    fields: Mapping[str, str] = field(default_factory=dict)


def loosened(items: Iterable[Item]) -> Iterator[Item]:
    """The items with rows that are one cell over the whole width as paragraphs of their own between grids."""
    for item in items:
        if isinstance(item, Grid):
            yield from _loosened(item)
        else:
            yield item


def _loosened(grid: Grid) -> Iterator[Item]:
    start = 0
    for row in range(grid.height):
        pieces = grid.row(row)
        if len(pieces) == 1 and pieces[0].rows == 1 and pieces[0].columns >= grid.width:
            yield from _part(grid, start, row)
            yield from (Paragraph(line, grid.within) for line in pieces[0].text.split("\n") if line.strip())
            start = row + 1
    yield from _part(grid, start, grid.height)


def _part(grid: Grid, start: int, end: int) -> Iterator[Grid]:
    """The rows from `start` to before `end` as a grid, empty columns at the edges apart."""
    pieces = [p for p in grid.pieces if start <= p.row < end]
    filled = {column for p in pieces if p.text.strip() for _, column in p.covered}
    if not filled:
        return
    first, last = min(filled), max(filled)
    kept = []
    for piece in pieces:
        left, right = max(piece.column, first), min(piece.column + piece.columns - 1, last)
        if left <= right:
            wide, tall = right - left + 1, min(piece.rows, end - piece.row)
            kept.append(Piece(piece.row - start, left - first, piece.text, tall, wide))
    yield Grid.of(kept, grid.within)
