"""A worksheet's XML cut at the values of its cells: what stands around them, and the values.

The cut proves nothing by itself: what stands around the values must have been read by a real parser once, with marks in
place of the values (`learning`). Then another text of the same surroundings is read by its values alone: a value as
matched here holds no markup, so it cannot change what the parser makes of the rest (docs/decisions/0015).
"""

from __future__ import annotations

import re
from typing import NamedTuple
from xml.etree.ElementTree import ParseError, fromstring

INSIDE = "[^<>\\x00-\\x08\\x0b-\\x1f\ufffe\uffff]{0,32767}"
"""Character data without markup, of the characters that XML allows, no longer than a cell can hold."""
VALUE = re.compile(f"<v>({INSIDE})</v>")
BEGIN, END = "\x01", "\x02"
"""Characters that XML does not allow; they stand for the tags of a text kept in its cell."""
VALUE_OR_TEXT = re.compile(f"<v>({INSIDE}|{BEGIN}{INSIDE}{END})</v>")
INLINE = ("<is><t>", '<is><t xml:space="preserve">')
INLINE_END = "</t></is>"
CDATA = "<![CDATA["
"""Within it tags are text: what looks like a cell's value there is none."""


class UncertainError(Exception):
    """What this reader cannot be sure of: a real parser must read it."""


class Cut(NamedTuple):
    """`around[i]` stands before `values[i]`, the last at the end. Texts kept in cells lie between BEGIN and END."""

    around: list[str]
    values: list[str]


def text_of_part(content: bytes) -> str:
    """The part as text; UncertainError where it is not plain UTF-8 with tags that are tags.

    What its declaration says is for `learning`.
    """
    try:
        text = content.decode("utf-8")
    except UnicodeDecodeError as error:
        raise UncertainError from error
    if BEGIN in text or END in text or CDATA in text:
        raise UncertainError
    return text


def cut(text: str) -> Cut:
    """The text cut at its values."""
    if "<is>" not in text:
        pieces = VALUE.split(text)
    else:
        for opening in INLINE:
            text = text.replace(opening, f"<v>{BEGIN}")
        pieces = VALUE_OR_TEXT.split(text.replace(INLINE_END, f"{END}</v>"))
    return Cut(pieces[::2], pieces[1::2])


def joined(around: list[str], values: list[str]) -> str:
    """The text that was cut, with these values."""
    parts = [around[0]]
    for value, after in zip(values, around[1:], strict=True):
        kept = value.startswith(BEGIN)
        parts += (INLINE[1], value[1:-1], INLINE_END) if kept else ("<v>", value, "</v>")
        parts.append(after)
    text = "".join(parts)
    return text.replace(f"<v>{BEGIN}", INLINE[0]).replace(f"{END}</v>", INLINE_END)


def resolved(values: list[str]) -> list[str]:
    """Character data with its entities resolved, by the parser itself; UncertainError where one is none."""
    document = "".join(f"<t>{value.strip(BEGIN + END)}</t>" for value in values)
    try:
        root = fromstring(f"<x>{document}</x>")  # noqa: S314 -- no DTD can stand in it
    except ParseError as error:
        raise UncertainError from error
    texts = [element.text or "" for element in root]
    return [
        f"{BEGIN}{text}{END}" if value.startswith(BEGIN) else text
        for value, text in zip(values, texts, strict=True)
    ]
