"""The rows of a worksheet met before: another sheet's rows are read by where they are the same.

Cut at its numbers the XML must be the same piece by piece. A piece may differ in two ways only: in the texts kept in
its cells, and by cells left empty, `<c r="B5" s="3"/>`, where a value stood. That such a cell is empty and changes no
other is proved by the parser before use is made of it (`Body.emptied`).
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from nianbao.layout.addresses import column_letters
from nianbao.opening.cutting import BEGIN, END, TEXT, joined

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from nianbao.opening.cutting import Cut
    from nianbao.opening.recipes import Recipe
    from nianbao.opening.texts import Texts

CELL = re.compile(rb'(<c(?: [a-z]+="[A-Za-z0-9]+")*?)(?: t="[A-Za-z]+")?>')
"""How a cell begins whose value comes next."""
CELL_BEGIN, CELL_END = b"<c ", b"</c>"
EMPTY = re.compile(rb'(<c r="([A-Z]+[0-9]+)"(?: s="[0-9]+")?) ?/>')
TYPED = b' t="n"'
NO = -1


class Body:
    """Rows as they were learnt: `opening` is their frame's, `recipe` what is made of them."""

    def __init__(self, opening: bytes, found: Cut, recipe: Recipe) -> None:
        self.opening = opening
        self.recipe = recipe
        self.size = sum(map(len, found.around)) + sum(map(len, found.values))
        self._around = found.around
        self._values = found.values
        self._places = found.numbers
        self._pieces = found.pieces
        self._bounds = [*found.numbers, len(found.values)]
        self._heads: list[int] | None = None
        self._ends: list[int] | None = None
        self._proved: bool | None = None

    def read(
        self, pieces: list[bytes], numbers: list[str], texts: Texts, prove: Callable[[Body], bool]
    ) -> list[str] | None:
        """The values of rows cut into these pieces at these numbers; None where the rows are others.

        `prove` is asked once whether empty cells are what they seem.
        """
        if pieces == self._pieces:
            return self._with(numbers)
        values = self._aligned(pieces, numbers, texts)
        if values and self._proved is None and "" in values:
            self._proved = prove(self)
        return values if values and (self._proved or "" not in values) else None

    @property
    def addresses(self) -> set[bytes]:
        """The cells with numbers."""
        holes = self.recipe.holes
        cells = [holes[place] for place in self._places if holes[place].letter == "n"]
        return {f"{column_letters(cell.column)}{cell.row + 1}".encode() for cell in cells}

    def emptied(self) -> tuple[bytes, set[int]]:
        """The rows with every cell empty that may be, and which values these are."""
        text, empty, heads = bytearray(self._around[0]), set(), self._cells()
        for place, after in enumerate(self._around[1:]):
            head = heads[place]
            if head == NO:
                text += joined([b"", after], [self._values[place]])
                continue
            del text[len(text) - len(self._around[place]) + head :]
            text += b"/>" + after[len(CELL_END) :]
            empty.add(place)
        return bytes(text), empty

    def _with(self, numbers: list[str]) -> list[str]:
        """The values with these numbers."""
        if len(numbers) == len(self._values):
            return numbers
        values = self._values.copy()
        for place, number in zip(self._places, numbers, strict=True):
            values[place] = number
        return values

    def _aligned(self, pieces: list[bytes], numbers: list[str], texts: Texts) -> list[str] | None:
        """The values where pieces differ only as they may."""
        values, own, places = self._values.copy(), self._pieces, self._places
        at, last = 0, len(self._pieces) - 1
        for piece, number in zip(pieces, numbers, strict=False):
            if piece != own[at]:
                at = self._bridged(at, piece, values, texts)
            if at in (NO, last):
                return None
            values[places[at]] = number
            at += 1
        if pieces[-1] != own[at]:
            at = self._bridged(at, pieces[-1], values, texts)
        return values if at == last else None

    def _bridged(self, at: int, piece: bytes, values: list[str], texts: Texts) -> int:
        """Which own piece ends where this one does, which begins as `at` does; NO where it is another."""
        around, cells, ends, places = self._around, self._cells(), self._text_ends(), self._bounds
        place, start, skipped = places[at - 1] + 1 if at else 0, 0, 0
        own, done = self._pieces[at], 0
        while True:
            before = around[place]
            if place == places[at]:
                if piece[start:] == before[skipped:]:
                    return at
            elif not skipped and piece.startswith(own[done : ends[place]], start):
                start, done, place = start + ends[place] - done, ends[place], place + 1
                continue
            elif piece.startswith(before[skipped:], start) and (
                text := TEXT.match(piece, start + len(before) - skipped)
            ):
                values[place] = f"{BEGIN}{texts.of([text[1]])[0]}{END}"
                start, skipped, done = text.end(), 0, ends[place]
                if piece.endswith(own[done:]) and len(piece) - start == len(own) - done:
                    return at
                place += 1
                continue
            start = _empty_end(piece, start, before[skipped : cells[place]]) if cells[place] != NO else NO
            if start == NO:
                return NO
            values[place] = ""
            if place == places[at]:
                at, done = at + 1, 0
                own = self._pieces[at]
            skipped, place = len(CELL_END), place + 1

    def _text_ends(self) -> list[int]:
        """For each text kept in a cell, where in its piece it ends."""
        if self._ends is None:
            self._ends = []
            for piece, place in zip(self._pieces, self._bounds, strict=True):
                self._ends += [match.end() for match in TEXT.finditer(piece)]
                self._ends += [0] * (place + 1 - len(self._ends))
        return self._ends

    def _cells(self) -> list[int]:
        """For each value, up to where the piece before it would stay were the cell empty; NO where it may not be."""
        if self._heads is None:
            holes = self.recipe.holes
            self._heads = [
                _head(before) if after.startswith(CELL_END) and holes[place].formula is None else NO
                for place, (before, after) in enumerate(zip(self._around, self._around[1:], strict=False))
            ]
            self._heads.append(NO)
        return self._heads


def completed(body: bytes, met: Sequence[Body]) -> bytes:
    """The rows with a place for a number in each empty cell that had a number in others."""
    numbers = frozenset().union(*(other.addresses for other in met))
    kind = TYPED if TYPED + b"><v>" in body else b""

    def filled(match: re.Match[bytes]) -> bytes:
        return b"%b%b><v></v>%b" % (match[1], kind, CELL_END) if match[2] in numbers else match[0]

    return EMPTY.sub(filled, body)


def _head(before: bytes) -> int:
    begin = before.rfind(CELL_BEGIN)
    match = CELL.fullmatch(before, begin) if begin >= 0 else None
    return match.end(1) if match else NO


def _empty_end(piece: bytes, start: int, head: bytes) -> int:
    """Where an empty cell ends that begins so; NO where there is none."""
    if not piece.startswith(head, start):
        return NO
    start += len(head)
    if piece.startswith(b"/>", start):
        return start + 2
    return start + 3 if piece.startswith(b" />", start) else NO
