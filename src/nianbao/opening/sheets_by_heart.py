"""Worksheets read by their values alone, where what stands around the values is known by heart.

First the whole sheet is looked up; where it is new, row by row, so that a sheet with other blanks than any before is
still put together from known rows. What is new and can be learnt is learnt.
"""

from __future__ import annotations

from itertools import accumulate
from typing import TYPE_CHECKING

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
LONGEST_ROW = 20_000
ALIKE = 4
"""Sheets remembered that have so many values and so much around them."""
MOST_SHEETS, MOST_FRAMES, MOST_ROWS, MOST_VALUES = 96, 48, 2_000, 20_000
Shape = tuple[int, int, int]


class SheetsByHeart:
    """The sheets, rows and values of one workbook's styles met before."""

    def __init__(self) -> None:
        self._sheets: Recent[Shape, list[tuple[list[str], Recipe]]] = Recent(MOST_SHEETS)
        self._frames: Recent[tuple[str, str], Frame] = Recent(MOST_FRAMES)
        self._rows: Recent[tuple[str, ...], RowRecipe] = Recent(MOST_ROWS)
        self._resolved: dict[str, str] = {}

    def read(self, content: bytes, book: Book, numbered: Mapping[str, str]) -> Contents:
        """The contents; UncertainError where that is not sure. `numbered`: the shared strings as cells number them."""
        if len(content) > LONGEST or is_endless(content, book.limits):
            raise UncertainError
        text = text_of_part(content)
        found = cut(text)
        recipe = self._recipe(text, found, book)
        values = found.values
        self._resolve(values)
        try:
            for index in recipe.strings:
                values[index] = numbered[values[index]]
            for index, hole in recipe.risky:
                hole.cell(values[index], book)
        except (KeyError, ValueError, UnreadableError) as error:
            raise UncertainError from error
        book.take_room(recipe.count)
        return recipe.frame.filled(LazyCells(recipe, values, book))

    def _recipe(self, text: str, found: Cut, book: Book) -> Recipe:
        """The sheet's recipe, by heart or learnt now."""
        around, values = found
        shape = (len(around), len(around[0]), len(text) - sum(map(len, values)))
        alike = self._sheets.get(shape) or []
        for known, recipe in alike:
            if known == around:
                return recipe
        recipe = self._composed(text, found, book)
        self._sheets.keep(shape, [*alike[1 - ALIKE :], (around, recipe)])
        return recipe

    def _composed(self, text: str, found: Cut, book: Book) -> Recipe:
        """The recipe put together row by row; of a sheet whose rows lean on each other, learnt as a whole."""
        before, rows, after = split_rows(text)
        frame = self._frames.get((before, after))
        if frame is None:
            frame = learn_frame(before, after, book)
            self._frames.keep((before, after), frame)
        try:
            recipes = [self._row(row, frame, book) for row in rows]
        except UncertainError:
            return learn_sheet(found, book)
        starts = [0, *accumulate(row.size for row in recipes)]
        numbers = [row.number for row in recipes]
        if starts.pop() != len(found.values) or numbers != sorted(set(numbers)):
            raise UncertainError
        return assembled(frame.contents, zip(recipes, starts, strict=True))

    def _row(self, row: str, frame: Frame, book: Book) -> RowRecipe:
        if len(row) > LONGEST_ROW:
            raise UncertainError
        found = cut(row)
        key = (frame.opening, *found.around)
        recipe = self._rows.get(key)
        if recipe is None:
            recipe = learn_row(frame, found, book)
            self._rows.keep(key, recipe)
        return recipe

    def _resolve(self, values: list[str]) -> None:
        """Entities in the values resolved."""
        if "&" not in "".join(values):
            return
        if len(self._resolved) > MOST_VALUES:
            self._resolved.clear()
        known = self._resolved
        for index, value in enumerate(values):
            if "&" in value:
                if value not in known:
                    known[value] = resolved(value)
                values[index] = known[value]
