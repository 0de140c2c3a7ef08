"""The rows of worksheets put together from rows met before; what is new is learnt."""

from __future__ import annotations

from itertools import accumulate
from typing import TYPE_CHECKING

from nianbao.opening.bodies import Body
from nianbao.opening.cutting import UncertainError, cut
from nianbao.opening.learning import learn_row, learn_rows, split_rows
from nianbao.opening.recent import Recent
from nianbao.opening.recipes import assembled, is_emptied

if TYPE_CHECKING:
    from nianbao.opening.cutting import Cut
    from nianbao.opening.ooxml_values import Book
    from nianbao.opening.recipes import Recipe, RowRecipe
    from nianbao.opening.texts import Texts

LONGEST_ROW, MOST_ROWS_A_SHEET = 20_000, 2_000
MOST_ROWS, ROOM_OF_ROWS = 8_000, 2_000_000
"""Rows remembered, and their bytes together."""


class RowsByHeart:
    """Single rows met before, apart for the workbooks' styles (`styled`, a number for them)."""

    def __init__(self, texts: Texts) -> None:
        self._rows: Recent[tuple[object, ...], RowRecipe] = Recent(MOST_ROWS, room=ROOM_OF_ROWS)
        self._texts = texts

    def learnt(self, body: bytes, opening: bytes, book: Book) -> Body:
        """All rows of a sheet, learnt as they are. UncertainError where that is not sure."""
        found = cut(body, self._texts)
        return Body(opening, found, _learnt(found, _rows(body), opening, book))

    def composed(self, body: bytes, opening: bytes, book: Book, styled: int) -> Body:
        """The same, row by row; together where they lean on each other."""
        found, rows = cut(body, self._texts), _rows(body)
        try:
            recipes = [self._row(row, opening, book, styled) for row in rows]
        except UncertainError:
            return Body(opening, found, _learnt(found, rows, opening, book))
        starts = [0, *accumulate(row.size for row in recipes)]
        numbers = [row.number for row in recipes]
        if starts.pop() != len(found.values) or numbers != sorted(set(numbers)):
            raise UncertainError
        return Body(opening, found, assembled(zip(recipes, starts, strict=True)))

    def proves(self, body: Body, book: Book, styled: int) -> bool:
        """Whether cells of it that are left empty are nothing else, as the parser has it."""
        text, empty = body.emptied()
        try:
            rest = self.composed(text, body.opening, book, styled)
        except UncertainError:
            return False
        return is_emptied(body.recipe, rest.recipe, empty)

    def _row(self, row: bytes, opening: bytes, book: Book, styled: int) -> RowRecipe:
        found = cut(row, self._texts)
        key = (styled, opening, *found.around)
        recipe = self._rows.get(key)
        if recipe is None:
            _take_novelties(book, 1)
            recipe = learn_row(opening, found, book)
            self._rows.keep(key, recipe, size=len(row) + len(opening))
        return recipe


def _rows(body: bytes) -> list[bytes]:
    rows = split_rows(body)
    if len(rows) > MOST_ROWS_A_SHEET or max(map(len, rows), default=0) > LONGEST_ROW:
        raise UncertainError
    return rows


def _learnt(found: Cut, rows: list[bytes], opening: bytes, book: Book) -> Recipe:
    _take_novelties(book, len(rows))
    return learn_rows(opening, found, book)


def _take_novelties(book: Book, rows: int) -> None:
    """So many rows are about to be learnt; UncertainError where that takes longer than reading them."""
    book.novelties -= rows
    if book.novelties < 0:
        raise UncertainError
