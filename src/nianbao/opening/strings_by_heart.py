"""Shared strings read item by item: each distinct item is parsed once, whatever file it comes back in."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from nianbao.opening.cutting import INSIDE, UncertainError, resolved, text_of_part
from nianbao.opening.grid import UnreadableError
from nianbao.opening.learning import PROLOGUE
from nianbao.opening.ooxml_strings import plain_text, text_of
from nianbao.opening.recent import Recent
from nianbao.opening.xmlpart import MAIN, TAGS_A_CELL, namespaces, read_tree

if TYPE_CHECKING:
    from nianbao.opening.grid import Limits

ITEM, ITEM_END, CLOSING = "<si>", "</si>", "</sst>"
SIMPLE = re.compile(f'<si><t(?: xml:space="preserve")?>({INSIDE})</t>')
USUAL_ROOT = f'<sst xmlns="{MAIN[0]}">'
USUAL_OPENING = re.compile(
    r"""<\?xml version=["']1\.0["'] encoding=["']UTF-8["'] standalone=["']yes["']\?>\s*"""
    f'<sst xmlns="{re.escape(MAIN[0])}"( count="[0-9]+")?( uniqueCount="[0-9]+")?>'
)
"""How nearly every program begins; the numbers differ from file to file."""
MOST_ROOTS, MOST_ITEMS = 8, 20_000
LONGEST_ITEM = 2_000
PART = "strings"


class StringsByHeart:
    """Texts of shared string items met before, by the root element that they stood in."""

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._known: Recent[str, dict[str, str]] = Recent(MOST_ROOTS)

    def read(self, content: bytes) -> list[str]:
        """The strings in order; UncertainError where the items cannot be told apart, or one is no whole element."""
        text = text_of_part(content)
        if text.count("<") > TAGS_A_CELL * self._limits.cells:
            raise UncertainError
        opening, between, rest = text.partition(ITEM)
        *items, end = f"{between}{rest}".split(ITEM_END)
        if end.strip() != CLOSING or not items:
            raise UncertainError
        root = USUAL_ROOT if USUAL_OPENING.fullmatch(opening) else self._root(opening)
        known = self._known.get(root)
        if known is None or len(known) > MOST_ITEMS:
            known = {}
            self._known.keep(root, known)
        return [known[item] if item in known else self._learnt(item, root, known) for item in items]

    def _root(self, opening: str) -> str:
        """The root element's beginning, with which an item alone can be parsed."""
        document = f"{opening}{CLOSING}".encode()
        try:
            root = read_tree(document, PART, self._limits)
            spaces = namespaces(document, PART)
        except UnreadableError as error:
            raise UncertainError from error
        if not PROLOGUE.match(opening) or root.tag != f"{{{MAIN[0]}}}sst" or len(root):
            raise UncertainError
        return f"<sst {spaces}>"

    def _learnt(self, item: str, root: str, known: dict[str, str]) -> str:
        simple = SIMPLE.fullmatch(item)
        text = plain_text(resolved(simple[1])) if simple else self._parsed(item, root)
        if len(item) <= LONGEST_ITEM:
            known[item] = text
        return text

    def _parsed(self, item: str, root: str) -> str:
        try:
            (element,) = read_tree(f"{root}{item}{ITEM_END}{CLOSING}".encode(), PART, self._limits)
            text = text_of(element)
        except (UnreadableError, ValueError) as error:
            raise UncertainError from error
        if element.tag != f"{{{MAIN[0]}}}si":
            raise UncertainError
        return text
