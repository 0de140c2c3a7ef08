"""Cell formats that hide what is in a cell: letters in the colour of their ground or too small, number formats.

A format is judged by what it does to a number above 0, and to text; that it shows no 0, or a dash for it, is common.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from nianbao.opening.serials import DATE_LETTER
from nianbao.opening.xmlpart import local

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

    Colour = tuple[int, int, int]

NUMBERS, TEXTS = 1, 2
"""What a format hides, as bits."""
TINY = 2.0
"""Points of a font that nobody reads."""
NEAR = 36
"""Of 255: light shades of red, green and blue that differ by no more are one to the eye (white on yellow)."""
BLACK, WHITE = (0, 0, 0), (255, 255, 255)
INDEXED = {0: BLACK, 8: BLACK, 64: BLACK, 1: WHITE, 9: WHITE, 65: WHITE}
THEMED = {0: WHITE, 1: BLACK}
"""The colours of palette and theme that are nearly always these; others are not judged."""
QUOTED = re.compile(r'"[^"]*"|\\.')
ASIDE = re.compile(r'"[^"]*"|\\.|_.|\*.|\[[^\]]*\]')
SHOWS_DIGITS = re.compile(r"[0#?]|general|g/通用格式|常规", re.IGNORECASE)
SCALED = re.compile(r"[0#?],+(?![0#?,])")
CONDITION = re.compile(r"\[[<>=]")
TEXT_SECTION = 3


def hidden_by_code(code: str) -> int:
    """What a number format hides, or shows as other digits; nothing where its sections have conditions."""
    if CONDITION.search(code):
        return 0
    sections = _sections(code)
    first = ASIDE.sub("", sections[0])
    numbers = not SHOWS_DIGITS.search(first) and not DATE_LETTER.search(first) and "@" not in first
    false = SHOWS_DIGITS.search(first) and (SCALED.search(first) or _adds_digits(sections[0]))
    texts = len(sections) > TEXT_SECTION and "@" not in ASIDE.sub("", sections[TEXT_SECTION])
    return (NUMBERS if code and (numbers or false) else 0) | (TEXTS if texts else 0)


def _sections(code: str) -> list[str]:
    """The parts between semicolons; those in quotes, or escaped, part nothing."""
    covered = QUOTED.sub(lambda quoted: quoted[0].replace(";", ","), code)
    return covered.split(";")


def _adds_digits(section: str) -> bool:
    """Whether it prints digits beside those of the number."""
    return any(character.isdigit() for quoted in QUOTED.findall(section) for character in quoted)


def hidden_by_look(font: Element | None, fill: Element | None) -> int:
    """What font and ground hide together: all or nothing."""
    ink: Colour | None = BLACK
    size = ""
    for part in font if font is not None else ():
        if local(part) == "color":
            ink = _colour(part, BLACK)
        elif local(part) == "sz":
            size = part.get("val", "")
    ground = _ground(fill)
    same = ink is not None and ground is not None and _near(ink, ground)
    return NUMBERS | TEXTS if same or (size and float(size) <= TINY) else 0


def _ground(fill: Element | None) -> Colour | None:
    """The colour beneath the letters; white without a fill, None where it is not known."""
    pattern = next(iter(fill), None) if fill is not None else None
    if pattern is None:
        return WHITE
    if local(pattern) != "patternFill":
        return None
    kind = pattern.get("patternType", "none")
    if kind != "solid":
        return WHITE if kind == "none" else None
    front = next((part for part in pattern if local(part) == "fgColor"), None)
    return _colour(front, None) if front is not None else None


def _colour(element: Element, automatic: Colour | None) -> Colour | None:
    """Red, green and blue; None where that is not certain."""
    rgb = element.get("rgb", "")
    if re.fullmatch("[0-9A-Fa-f]{6}|[0-9A-Fa-f]{8}", rgb):
        red, green, blue = bytes.fromhex(rgb[-6:])
        return red, green, blue
    if float(element.get("tint", "0")):
        return None
    if "indexed" in element.attrib:
        return INDEXED.get(int(element.get("indexed", "")))
    return THEMED.get(int(element.get("theme", ""))) if "theme" in element.attrib else automatic


def _near(one: Colour, other: Colour) -> bool:
    return all(abs(first - second) <= NEAR for first, second in zip(one, other, strict=True))
