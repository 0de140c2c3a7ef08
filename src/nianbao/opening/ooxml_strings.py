"""The shared strings of an .xlsx file as plain text: runs joined, phonetic guides left out."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from nianbao.messages import say
from nianbao.opening.grid import UnreadableError
from nianbao.opening.xmlpart import local, read_tree

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

    from nianbao.opening.grid import Limits

LONGEST_TEXT = 32_767
"""Excel's most characters in a cell."""
ESCAPE = re.compile("_x([0-9A-Fa-f]{4})_")
SURROGATE = re.compile("[\ud800-\udfff]")


def read_strings(content: bytes, part: str, limits: Limits) -> list[str]:
    """The strings in the order that cells count them in."""
    return [text_of(item) for item in read_tree(content, part, limits) if local(item) == "si"]


def text_of(item: Element) -> str:
    """The text of a string item or inline string: its own, or that of its runs."""
    texts: list[str] = []
    for child in item:
        tag = local(child)
        if tag == "t":
            texts.append(child.text or "")
        elif tag == "r":
            texts += [part.text or "" for part in child if local(part) == "t"]
    return plain_text("".join(texts))


def plain_text(text: str, *, longest: int = LONGEST_TEXT) -> str:
    """The text with `_x000D_` and the like resolved; half a character becomes U+FFFD.

    `UnreadableError` for more than a cell can hold: no spreadsheet program writes it, and comparing it takes long.
    """
    if len(text) > longest:
        raise UnreadableError(
            "too-large", say("有的单元格文字过长（最多 {most} 个字）；请删减后再报送", most=longest)
        )
    if "_x" not in text:
        return text
    text = ESCAPE.sub(lambda match: chr(int(match[1], 16)), text)
    if SURROGATE.search(text):
        return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
    return text
