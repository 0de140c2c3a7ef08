"""Text folded to the columns of a terminal, where a Chinese character takes two."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from rich.cells import cell_len

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

_PIECE = re.compile(r"[（「『《【“]*(?:[\x21-\x7e]+|\s+|.|$)")
"""A word in Latin letters stays whole, an opening mark with what it opens; between Chinese characters a line may
break anywhere."""
_NEVER_FIRST = "，。；：、！？）」』》】”’….,;:!?)"
_GAP = 2
_CONTROL = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069]")


def visible(text: str) -> str:
    """The text with control characters as their codes: none from a file or its name steers the terminal.

    Line ends stay; characters that turn the direction of writing count as control characters.
    """
    return _CONTROL.sub(lambda found: f"\\x{ord(found[0]):02x}", text)


def width(text: str) -> int:
    """The columns that the text takes."""
    return cell_len(text)


def padded(text: str, columns: int) -> str:
    """The text with spaces up to that many columns."""
    return text + " " * (columns - width(text))


def folded(text: str, columns: int) -> list[str]:
    """The text in lines of at most that many columns; its own line breaks are kept.

    A closing mark may stand out by its own width, rather than begin a line.
    """
    return [line for paragraph in text.split("\n") for line in _lines(paragraph, columns)]


def _lines(text: str, columns: int) -> Iterator[str]:
    """One paragraph in lines."""
    line = ""
    for piece in _pieces(text, columns):
        if line and width(line + piece) > columns and piece not in _NEVER_FIRST:
            yield line.rstrip()
            line = piece.lstrip()
        else:
            line += piece
    yield line.rstrip()


def _pieces(text: str, columns: int) -> Iterator[str]:
    """What may not be broken; a word longer than a line is."""
    for piece in _PIECE.findall(text):
        if width(piece) <= columns:
            yield piece
        else:
            yield from (piece[start : start + columns] for start in range(0, len(piece), columns))


def hanging(text: str, columns: int, *, first: str = "", rest: str = "") -> Iterator[str]:
    """The text in lines, the first one led by `first`, the others by `rest`."""
    room = max(20, columns - max(width(first), width(rest)))
    for number, line in enumerate(folded(text, room)):
        yield (rest if number else first) + line


def columned(rows: Iterable[Sequence[str]]) -> Iterator[str]:
    """The rows as lines, each column as wide as its widest text; the last one is left as it is."""
    table = list(rows)
    widths = [max(map(width, column)) for column in zip(*table, strict=True)]
    for row in table:
        cells = [padded(text, columns) for text, columns in zip(row[:-1], widths, strict=False)]
        yield (" " * _GAP).join([*cells, row[-1]]).rstrip()
