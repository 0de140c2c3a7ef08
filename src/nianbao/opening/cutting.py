"""A worksheet's XML cut at the values of its cells: what stands around them, and the values.

The cut proves nothing by itself: what stands around the values must have been read by a real parser once, with marks in
place of the values (`learning`). Then another text of the same surroundings is read by its values alone: a value as
matched here holds no markup, so it cannot change what the parser makes of the rest (docs/decisions/0015).
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from nianbao.opening.texts import Texts

INSIDE = rb"[^<>\x00-\x08\x0b-\x1f]{0,32767}"
"""Character data without markup, of the bytes that XML allows, no longer than a cell can hold."""
VALUE = re.compile(b"<v>(" + INSIDE + b")</v>")
TEXT = re.compile(b'<is><t(?: xml:space="preserve")?>(' + INSIDE + b")</t></is>")
"""A text kept in its cell."""
INLINE, INLINE_END = b'<is><t xml:space="preserve">', b"</t></is>"
BEGIN, END = "\x01", "\x02"
"""Characters that XML does not allow; between them stands the text kept in a cell, among the values."""
CDATA = b"<![CDATA["
"""Within it tags are text: what looks like a cell's value there is none."""


class UncertainError(Exception):
    """What this reader cannot be sure of: a real parser must read it."""


class Cut(NamedTuple):
    """`around[i]` stands before `values[i]`, the last at the end. Texts kept in cells lie between BEGIN and END.

    `numbers`: which values are none of those texts; `pieces`: what stands around these only.
    """

    around: list[bytes]
    values: list[str]
    numbers: list[int]
    pieces: list[bytes]


def cut(body: bytes, texts: Texts) -> Cut:
    """The XML cut at its values, their entities resolved."""
    pieces = VALUE.split(body)
    around, values = pieces[::2], texts.of(pieces[1::2])
    if b"<is>" not in body:
        return Cut(around, values, list(range(len(values))), around)
    found = Cut([], [], [], around)
    for place, piece in enumerate(around):
        fine = TEXT.split(piece)
        found.around.extend(fine[::2])
        found.values.extend(f"{BEGIN}{text}{END}" for text in texts.of(fine[1::2]))
        if place < len(values):
            found.numbers.append(len(found.values))
            found.values.append(values[place])
    return found


def joined(around: list[bytes], values: list[str]) -> bytes:
    """The XML with these values, which hold no markup."""
    parts = [around[0]]
    for value, after in zip(values, around[1:], strict=True):
        kept = value.startswith(BEGIN)
        content = value.strip(BEGIN + END).encode()
        parts += (INLINE, content, INLINE_END) if kept else (b"<v>", content, b"</v>")
        parts.append(after)
    return b"".join(parts)
