"""What a worksheet's XML holds whatever its values are: each cell ready made, or a hole that a value goes into."""

from __future__ import annotations

from dataclasses import field
from typing import TYPE_CHECKING, NamedTuple

from nianbao.frozen import frozen
from nianbao.opening.cutting import BEGIN
from nianbao.opening.grid import Cell, Kind
from nianbao.opening.ooxml_strings import plain_text
from nianbao.opening.ooxml_styles import NUMBER
from nianbao.opening.ooxml_values import NOTHING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from nianbao.opening.ooxml_styles import Style
    from nianbao.opening.ooxml_values import Book

SHARED, DATED = "s", "d"


class Hole(NamedTuple):
    """A cell whose value is the `order`-th of its row; `letter` is its type, as in the file."""

    row: int
    column: int
    order: int
    letter: str
    style: Style
    formula: str | None

    @property
    def risky(self) -> bool:
        """Whether its value can make the file a damaged one: a date that is none."""
        return self.letter == DATED or (self.letter == "n" and self.style.shows != NUMBER)

    @property
    def empty(self) -> Cell:
        """The cell with nothing in it."""
        return Cell(self.row, self.column, *NOTHING, self.formula, self.style.locked, self.style.hides)

    def cell(self, value: str, book: Book) -> Cell:
        """The cell with its value; of a shared string, the string."""
        kind, text = self._shown(value, book)
        return Cell(self.row, self.column, kind, text, self.formula, self.style.locked, self.style.hides)

    def _shown(self, value: str, book: Book) -> tuple[Kind, str]:
        if self.letter == SHARED:
            return (Kind.TEXT, value) if value else NOTHING
        text = plain_text(value[1:-1]) if value.startswith(BEGIN) else value
        return book.shown(self.letter, text, self.style) if text else NOTHING


@frozen
class RowRecipe:
    """One row: its number from 0, its cells by column, and how many values go into it."""

    number: int
    cells: Mapping[int, Cell | Hole]
    size: int
    hidden: bool = False

    @property
    def holes(self) -> Iterable[Hole]:
        """The cells that take a value."""
        return (cell for cell in self.cells.values() if isinstance(cell, Hole))


@frozen
class Recipe:
    """The rows of one worksheet. `rows`: by number, each with where its values begin among the sheet's.

    `count`: of the cells. `strings`: which values are numbers of shared strings; `risky`: those that must be looked at
    while reading. `mark` stands for it in memories that need not keep all of it.
    """

    rows: Mapping[int, tuple[RowRecipe, int]]
    count: int
    strings: tuple[int, ...]
    risky: tuple[tuple[int, Hole], ...]
    hidden: frozenset[int] = frozenset()
    mark: object = field(default_factory=object)

    @property
    def holes(self) -> dict[int, Hole]:
        """The cells that take a value, by where it stands among the sheet's."""
        return {cell.order: cell for _, cell in self.placed() if isinstance(cell, Hole)}

    def placed(self) -> Iterator[tuple[tuple[int, int], Cell | Hole]]:
        """Every cell with its row and column; a hole's order is that of its value among the sheet's."""
        for number, (row, start) in self.rows.items():
            for column, cell in row.cells.items():
                there = cell._replace(order=start + cell.order) if isinstance(cell, Hole) else cell
                yield (number, column), there


def assembled(rows: Iterable[tuple[RowRecipe, int]]) -> Recipe:
    """The sheet of those rows, each with where its values begin, in their order."""
    placed = {row.number: (row, start) for row, start in rows}
    holes = [(start + hole.order, hole) for row, start in placed.values() for hole in row.holes]
    return Recipe(
        rows=placed,
        count=sum(len(row.cells) for row, _ in placed.values()),
        strings=tuple(index for index, hole in holes if hole.letter == SHARED),
        risky=tuple((index, hole) for index, hole in holes if hole.risky),
        hidden=frozenset(row.number for row, _ in placed.values() if row.hidden),
    )


def is_emptied(whole: Recipe, rest: Recipe, empty: set[int]) -> bool:
    """Whether the rest is the whole with these values' cells empty, and nothing else."""
    numbers = {place: number for number, place in enumerate(sorted(whole.holes.keys() - empty))}
    expected = [
        (at, cell._replace(order=numbers[cell.order]))
        if isinstance(cell, Hole) and cell.order in numbers
        else (at, cell.empty if isinstance(cell, Hole) else cell)
        for at, cell in whole.placed()
    ]
    return expected == list(rest.placed()) and whole.hidden == rest.hidden
