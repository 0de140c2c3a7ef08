"""Worksheets read by their values alone, where what stands around the values is known by heart.

First what stands before and after the rows is looked up, then the rows as a whole; where they are new, each row, so
that a sheet unlike any before is still put together from known rows. What is new and can be learnt is learnt.
"""

from __future__ import annotations

from contextlib import suppress
from functools import partial
from itertools import chain
from typing import TYPE_CHECKING, Any, NamedTuple

from nianbao.opening.bodies import completed
from nianbao.opening.cutting import VALUE, UncertainError
from nianbao.opening.grid import UnreadableError
from nianbao.opening.lazy_cells import LazyCells
from nianbao.opening.learning import OPENING, learn_frame, parted
from nianbao.opening.recent import Recent
from nianbao.opening.rows_by_heart import RowsByHeart
from nianbao.opening.texts import Texts
from nianbao.opening.xmlpart import is_endless

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from nianbao.opening.bodies import Body
    from nianbao.opening.learning import Frame
    from nianbao.opening.ooxml_sheet import Contents
    from nianbao.opening.ooxml_values import Book
    from nianbao.opening.recipes import Recipe

LONGEST = 400_000
"""Bytes of a sheet that is worth remembering; a larger one is no form of ours."""
ALIKE = 8
"""Frames, and sets of rows, remembered of one part."""
MOST_SHEETS, ROOM_OF_SHEETS = 192, 18_000_000
"""Parts remembered, and their bytes together, as they stand in the files; in memory each takes about ten."""


class Known(NamedTuple):
    """A sheet known by heart: what stands around its rows, what to make of them, and their values in the file."""

    frame: Contents
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
        return self.frame.filled(LazyCells(recipe, values, book), recipe.hidden)


class _Met:
    """What was met of one part: frames and rows, the last that served first."""

    def __init__(self) -> None:
        self.frames: list[Frame] = []
        self.bodies: list[Body] = []

    @property
    def size(self) -> int:
        """Bytes of all of it, as they stand in files."""
        frames = sum(len(frame.before) + len(frame.after) for frame in self.frames)
        return frames + sum(body.size for body in self.bodies)


class SheetsByHeart:
    """The sheets, rows and texts met before, apart for the workbooks' styles (`styled`, a number for them)."""

    def __init__(self) -> None:
        self._met: Recent[tuple[int, str], _Met] = Recent(MOST_SHEETS, room=ROOM_OF_SHEETS)
        self._texts = Texts()
        self._rows = RowsByHeart(self._texts)

    def known(self, content: bytes, book: Book, *, part: str, styled: int) -> Known:
        """The sheet's recipe and the values that go into it; UncertainError where that is not sure."""
        if len(content) > LONGEST or is_endless(content, book.limits):
            raise UncertainError
        met = self._met.get((styled, part)) or _Met()
        frame, rows = _framed(content, met.frames) or _new_frame(content, book)
        pieces = VALUE.split(rows)
        around, numbers = pieces[::2], self._texts.of(pieces[1::2])
        proves = partial(self._rows.proves, book=book, styled=styled)
        for body in chain(met.bodies, self._new(rows, frame.opening, met.bodies, book, styled)):
            values = (
                body.read(around, numbers, self._texts, proves) if body.opening == frame.opening else None
            )
            if values is not None:
                self._keep((styled, part), met, frame, body)
                return Known(frame.contents, body.recipe, values)
        raise UncertainError

    def _new(self, rows: bytes, opening: bytes, met: list[Body], book: Book, styled: int) -> Iterator[Body]:
        """The rows learnt: all at once where none like them were met, else with their empty cells filled."""
        alike = [body for body in met if len(body.recipe.rows) == rows.count(OPENING)]
        if not alike:
            yield self._rows.learnt(rows, opening, book)
            return
        filled = completed(rows, alike)
        if filled != rows:
            with suppress(UncertainError):
                yield self._rows.composed(filled, opening, book, styled)
        yield self._rows.composed(rows, opening, book, styled)

    def _keep(self, key: tuple[int, str], met: _Met, frame: Frame, body: Body) -> None:
        """Frame and rows are the first to be looked at next time."""
        new = _to_front(met.frames, frame) | _to_front(met.bodies, body)
        if new:
            self._met.keep(key, met, size=met.size)


def _framed(content: bytes, frames: list[Frame]) -> tuple[Frame, bytes] | None:
    """The frame met before that the sheet stands in, and its rows."""
    for frame in frames:
        rows = frame.rows(content)
        if rows is not None:
            return frame, rows
    return None


def _new_frame(content: bytes, book: Book) -> tuple[Frame, bytes]:
    before, after = parted(content)
    return learn_frame(before, after, book), content[len(before) : len(content) - len(after)]


def _to_front(known: list[Any], one: Frame | Body) -> bool:
    """Whether it is new; the one used longest ago is forgotten for it."""
    if known and known[0] is one:
        return False
    new = one not in known
    if not new:
        known.remove(one)
    known.insert(0, one)
    del known[ALIKE:]
    return new
