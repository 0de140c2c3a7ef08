"""Worksheets read by their values alone, where what stands around the values is known by heart.

First the whole sheet is looked up; where it is new, row by row, so that a sheet with other blanks than any before is
still put together from known rows. What is new and can be learnt is learnt.
"""

from __future__ import annotations

from itertools import accumulate
from typing import TYPE_CHECKING, NamedTuple

from nianbao.opening.cutting import UncertainError, cut, resolved, text_of_part
from nianbao.opening.grid import UnreadableError
from nianbao.opening.lazy_cells import LazyCells
from nianbao.opening.learning import learn_frame, learn_row, learn_sheet, split_rows
from nianbao.opening.recent import Recent
from nianbao.opening.recipes import assembled
from nianbao.opening.xmlpart import is_endless

if TYPE_CHECKING:
    from collections.abc import Mapping

    from nianbao.opening.cutting import Cut
    from nianbao.opening.learning import Frame
    from nianbao.opening.ooxml_sheet import Contents
    from nianbao.opening.ooxml_values import Book
    from nianbao.opening.recipes import Recipe, RowRecipe

LONGEST = 400_000
"""Characters of a sheet that is worth remembering; a larger one is no form of ours."""
LONGEST_ROW, LONGEST_VALUE, MOST_ROWS_A_SHEET = 20_000, 200, 2_000
ALIKE = 4
"""Sheets remembered that have so many values and so much around them."""
MOST_SHEETS, MOST_FRAMES, MOST_ROWS, MOST_VALUES = 384, 192, 8_000, 20_000
ROOM_OF_SHEETS, ROOM_OF_FRAMES, ROOM_OF_ROWS = 16_000_000, 2_000_000, 2_000_000
"""Characters remembered; in memory each takes about ten bytes."""
Shape = tuple[int, int, int, int]


class Known(NamedTuple):
    """A sheet known by heart: what to make of it, and its values as cells write them."""

    recipe: Recipe
    values: list[str]

    def contents(self, book: Book, numbered: Mapping[str, str]) -> Contents:
        """The contents; UncertainError where a value does not fit. `numbered`: shared strings as cells number them."""
        recipe, values = self.recipe, self.values.copy()
        try:
            for index in recipe.strings:
                values[index] = numbered[values[index]]
            for index, hole in recipe.risky:
                hole.cell(values[index], book)
        except (KeyError, ValueError, UnreadableError) as error:
            raise UncertainError from error
        book.take_room(recipe.count)
        return recipe.frame.filled(LazyCells(recipe, values, book))


class SheetsByHeart:
    """The sheets, rows and values met before, apart for the workbooks' styles (`styled`, a number for them)."""

    def __init__(self) -> None:
        self._sheets: Recent[Shape, list[tuple[list[str], Recipe]]] = Recent(MOST_SHEETS, room=ROOM_OF_SHEETS)
        self._frames: Recent[tuple[int, str, str], Frame] = Recent(MOST_FRAMES, room=ROOM_OF_FRAMES)
        self._rows: Recent[tuple[object, ...], RowRecipe] = Recent(MOST_ROWS, room=ROOM_OF_ROWS)
        self._resolved: dict[str, str] = {}

    def known(self, content: bytes, book: Book, *, styled: int) -> Known:
        """The sheet's recipe and the values that go into it; UncertainError where that is not sure."""
        if len(content) > LONGEST or is_endless(content, book.limits):
            raise UncertainError
        text = text_of_part(content)
        found = cut(text)
        recipe = self._recipe(text, found, book, styled)
        self._resolve(found.values)
        return Known(recipe, found.values)

    def _recipe(self, text: str, found: Cut, book: Book, styled: int) -> Recipe:
        """The sheet's recipe, by heart or learnt now."""
        around, values = found
        length = len(text) - sum(map(len, values))
        shape = (styled, len(around), len(around[0]), length)
        alike = self._sheets.get(shape) or []
        for known, recipe in alike:
            if known == around:
                return recipe
        recipe = self._composed(text, found, book, styled)
        alike = [*alike[1 - ALIKE :], (around, recipe)]
        self._sheets.keep(shape, alike, size=length * len(alike))
        return recipe

    def _composed(self, text: str, found: Cut, book: Book, styled: int) -> Recipe:
        """The recipe put together row by row; of a sheet whose rows lean on each other, learnt as a whole."""
        before, rows, after = split_rows(text)
        if len(rows) > MOST_ROWS_A_SHEET:
            raise UncertainError
        frame = self._frames.get((styled, before, after))
        if frame is None:
            frame = learn_frame(before, after, book)
            self._frames.keep((styled, before, after), frame, size=len(before) + len(after))
        try:
            recipes = [self._row(row, frame, book, styled) for row in rows]
        except UncertainError:
            return learn_sheet(found, book)
        starts = [0, *accumulate(row.size for row in recipes)]
        numbers = [row.number for row in recipes]
        if starts.pop() != len(found.values) or numbers != sorted(set(numbers)):
            raise UncertainError
        return assembled(frame.contents, zip(recipes, starts, strict=True))

    def _row(self, row: str, frame: Frame, book: Book, styled: int) -> RowRecipe:
        if len(row) > LONGEST_ROW:
            raise UncertainError
        found = cut(row)
        key = (styled, frame.opening, *found.around)
        recipe = self._rows.get(key)
        if recipe is None:
            book.novelties -= 1
            if book.novelties < 0:
                raise UncertainError
            recipe = learn_row(frame, found, book)
            self._rows.keep(key, recipe, size=len(row) + len(frame.opening))
        return recipe

    def _resolve(self, values: list[str]) -> None:
        """Entities in the values resolved."""
        if "&" not in "".join(values):
            return
        if len(self._resolved) > MOST_VALUES:
            self._resolved.clear()
        known = self._resolved
        places = [place for place, value in enumerate(values) if "&" in value]
        new = [values[place] for place in places if values[place] not in known]
        read = dict(zip(new, resolved(new), strict=True)) if new else {}
        for place in places:
            value = values[place]
            values[place] = read[value] if value in read else known[value]
        known |= {value: text for value, text in read.items() if len(value) <= LONGEST_VALUE}
