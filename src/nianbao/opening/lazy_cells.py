"""The cells of a sheet read by its values alone: each made when it is asked for."""

from __future__ import annotations

from collections.abc import ItemsView, Iterator, Mapping, ValuesView
from typing import TYPE_CHECKING, Any

from nianbao.opening.grid import Cell

if TYPE_CHECKING:
    from nianbao.opening.ooxml_values import Book
    from nianbao.opening.recipes import Recipe

At = tuple[int, int]
NO_ROW = (None, 0)


class LazyCells(Mapping[At, Cell]):
    """A mapping like any other grid's. `recipe` and `values` may be looked at by who judges many sheets alike."""

    __slots__ = ("_book", "_made", "recipe", "values_in_order")

    def __init__(self, recipe: Recipe, values: list[str], book: Book) -> None:
        self.recipe = recipe
        self.values_in_order = values
        self._book = book
        self._made: dict[At, Cell] | None = None

    def __getitem__(self, at: At) -> Cell:
        """The cell at row and column from 0; KeyError where there is none."""
        if self._made is not None:
            return self._made[at]
        row, start = self.recipe.rows[at[0]]
        found = row.cells[at[1]]
        if isinstance(found, Cell):
            return found
        return found.cell(self.values_in_order[start + found.order], self._book)

    def get(self, key: At, /, default: Any = None) -> Any:
        """The cell, or the default: most places asked for are empty, and an exception for each takes long."""
        row, start = self.recipe.rows.get(key[0], NO_ROW)
        found = row.cells.get(key[1]) if row else None
        if found is None:
            return default
        if isinstance(found, Cell):
            return found
        return found.cell(self.values_in_order[start + found.order], self._book)

    def __iter__(self) -> Iterator[At]:
        """The places in the order of the file."""
        return ((number, column) for number, (row, _) in self.recipe.rows.items() for column in row.cells)

    def __len__(self) -> int:
        """How many cells there are."""
        return self.recipe.count

    def items(self) -> ItemsView[At, Cell]:
        """Every cell with its place."""
        return self._all().items()

    def values(self) -> ValuesView[Cell]:
        """Every cell."""
        return self._all().values()

    def _all(self) -> dict[At, Cell]:
        if self._made is None:
            values, book = self.values_in_order, self._book
            self._made = {
                (number, column): found
                if found.__class__ is Cell
                else found.cell(values[start + found.order], book)  # type: ignore[union-attr]
                for number, (row, start) in self.recipe.rows.items()
                for column, found in row.cells.items()
            }
        return self._made
