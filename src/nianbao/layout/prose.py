"""A section in words over the cells of its stack: split for writing, joined for reading.

Excel shows at most 409 points of a row, so a section has a column of cells beneath each other rather than one large
cell (docs/decisions/0017).
"""

from __future__ import annotations

import math
import re
from typing import TYPE_CHECKING

from nianbao.layout.tables import text_width

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

CELLS = 30
"""How many cells a section has."""
WIDTH = 84.0
"""The column's width in characters: a single column is not scaled to the page by every program, so it must fit A4."""
USABLE = 78
"""Characters that surely fit on a line of it, whatever font a program puts in for 宋体."""
LINE_HEIGHT, MARGIN = 16.0, 4.0
MOST_LINES = 20
"""Lines in one cell: 324 points, so that two full cells fit on a page."""
MOST_CHARACTERS = MOST_LINES * USABLE // 2
"""What a cell can show of Chinese text."""
SENTENCE = re.compile(r"[^。！？；]*[。！？；]+[”』」）]*|[^。！？；]+")


def split(text: str) -> tuple[str, ...]:
    """The text for each cell of a section: all in the first where it can be seen there, else a paragraph a cell.

    A paragraph that no cell can show is cut at the ends of sentences. Of more paragraphs than there are cells,
    some share a cell; what is more than a section can show stands in the last.
    """
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    if _lines(text) <= MOST_LINES:
        return (text,)
    pieces = [piece for paragraph in text.split("\n") for piece in _cut(paragraph)]
    if len(pieces) > CELLS:
        pieces = list(_packed(pieces, "\n"))
    return (*pieces[: CELLS - 1], "\n".join(pieces[CELLS - 1 :])) if len(pieces) > CELLS else tuple(pieces)


def join(cells: Sequence[str]) -> str:
    """The section's text: a cell a paragraph, without the empty cells before and after."""
    return "\n".join(cells).strip("\n")


def height(piece: str) -> float:
    """The height in points of a row that shows the piece."""
    return LINE_HEIGHT * min(_lines(piece), MOST_LINES + 4) + MARGIN


def _lines(text: str) -> int:
    """How many lines the text takes in a cell."""
    return sum(max(1, math.ceil(text_width(line) / USABLE)) for line in text.split("\n"))


def _cut(paragraph: str) -> Iterator[str]:
    """The paragraph in pieces that a cell can show."""
    if _lines(paragraph) <= MOST_LINES:
        yield paragraph
        return
    sentences = (
        sentence[start : start + MOST_CHARACTERS]
        for sentence in SENTENCE.findall(paragraph)
        for start in range(0, len(sentence), MOST_CHARACTERS)
    )
    yield from _packed(sentences, "")


def _packed(pieces: Iterator[str] | list[str], glue: str) -> Iterator[str]:
    """The pieces, as many together as a cell can show."""
    held: list[str] = []
    for piece in pieces:
        if held and _lines(glue.join([*held, piece])) > MOST_LINES:
            yield glue.join(held)
            held = []
        held.append(piece)
    if held:
        yield glue.join(held)
