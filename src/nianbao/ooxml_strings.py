"""The shared strings of an .xlsx file as plain text: runs joined, phonetic guides left out, escapes resolved."""

from __future__ import annotations

import re

from nianbao.grid import Limits, UnreadableError
from nianbao.messages import say
from nianbao.xmlpart import MAIN, Attributes, new_parser, read_part

ESCAPE = re.compile("_x([0-9A-Fa-f]{4})_")
SURROGATE = re.compile("[\ud800-\udfff]")
ITEM, TEXT, PHONETIC = (frozenset(f"{space} {tag}" for space in MAIN) for tag in ("si", "t", "rPh"))


def plain_text(text: str) -> str:
    """The text with `_x000D_` and the like resolved; half a character becomes U+FFFD."""
    if "_x" not in text:
        return text
    text = ESCAPE.sub(lambda match: chr(int(match[1], 16)), text)
    if SURROGATE.search(text):
        return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
    return text


def read_strings(content: bytes, part: str, limits: Limits) -> list[str]:
    """The strings in the order that cells count them in; never more than cells are allowed."""
    strings: list[str] = []
    pieces: list[str] = []
    phonetic = False
    parser = new_parser(part)

    def start(name: str, _: Attributes) -> None:
        nonlocal phonetic
        if name in TEXT:
            parser.CharacterDataHandler = None if phonetic else pieces.append
        elif name in ITEM:
            pieces.clear()
        elif name in PHONETIC:
            phonetic = True

    def end(name: str) -> None:
        nonlocal phonetic
        if name in TEXT:
            parser.CharacterDataHandler = None
        elif name in ITEM:
            _append(strings, pieces, limits)
        elif name in PHONETIC:
            phonetic = False

    parser.StartElementHandler = start
    parser.EndElementHandler = end
    read_part(parser, content, part)
    return strings


def _append(strings: list[str], pieces: list[str], limits: Limits) -> None:
    if len(strings) >= limits.cells:
        raise UnreadableError("too-large", say("文件内的文字过多；请删去多余内容后再报送"))
    strings.append(plain_text("".join(pieces)))
