"""Shared strings read item by item: each distinct item is parsed once, whatever file it comes back in."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, TypeVar

from nianbao.opening.cutting import CDATA, INSIDE, UncertainError
from nianbao.opening.grid import UnreadableError
from nianbao.opening.learning import MARK, PROLOGUE, RESERVED
from nianbao.opening.ooxml_strings import plain_text, text_of
from nianbao.opening.recent import Recent
from nianbao.opening.texts import Texts
from nianbao.opening.xmlpart import MAIN, is_endless, namespaces, read_tree

if TYPE_CHECKING:
    from collections.abc import Callable

    from nianbao.opening.grid import Limits

Read = TypeVar("Read")

ITEM, ITEM_END, CLOSING = b"<si>", b"</si>", b"</sst>"
OPENING, PRESERVING = b"<t>", b'<t xml:space="preserve">'
TEXT = re.compile(b"<t>(" + INSIDE + b")</t>")
USUAL_ROOT = f'<sst xmlns="{MAIN[0]}">'.encode()
USUAL_OPENING = re.compile(
    rb'<\?xml version="1\.0" encoding="UTF-8" standalone="yes"\?>[ \t\r\n]*'
    + re.escape(USUAL_ROOT[:-1])
    + rb'( count="[0-9]+")?( uniqueCount="[0-9]+")?>'
)
"""How nearly every program begins; the numbers differ from file to file."""
USUAL_END = re.compile(rb"[ \t\r\n]*</sst>[ \t\r\n]*")
"""XML's own spaces only: after the root any other is no XML."""
MOST_ROOTS, MOST_SHAPES, MOST_CHARACTERS = 8, 1_000, 4_000_000
LONGEST_ITEM, ITEM_WEIGHT = 2_000, 100
PART = "strings"


class StringsByHeart:
    """Texts of shared string items met before, by the root element that they stood in."""

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._known: Recent[bytes, dict[bytes, str]] = Recent(MOST_ROOTS)
        self._shapes: set[tuple[bytes, ...]] = set()
        self._texts = Texts()
        self._filled = 0

    def read(self, content: bytes) -> list[str]:
        """The strings in order; UncertainError where the items cannot be told apart, or one is no whole element."""
        if CDATA in content or is_endless(content, self._limits):
            raise UncertainError
        begin = content.find(ITEM)
        if begin < 0:
            raise UncertainError
        opening, (*items, end) = content[:begin], content[begin:].split(ITEM_END)
        if not USUAL_END.fullmatch(end) or not items:
            raise UncertainError
        root = USUAL_ROOT if USUAL_OPENING.fullmatch(opening) else self._root(opening)
        if self._filled > MOST_CHARACTERS:
            self._known, self._filled = Recent(MOST_ROOTS), 0
        known = self._known.get(root)
        if known is None:
            known = {}
            self._known.keep(root, known)
        return [known[item] if item in known else self._learnt(item, root, known) for item in items]

    def _root(self, opening: bytes) -> bytes:
        """The root element's beginning, with which an item alone can be parsed."""
        document = opening + CLOSING
        try:
            root = read_tree(document, PART, self._limits)
            spaces = namespaces(document, PART)
        except UnreadableError as error:
            raise UncertainError from error
        if not PROLOGUE.match(opening) or root.tag != f"{{{MAIN[0]}}}sst" or len(root):
            raise UncertainError
        return f"<sst {spaces}>".encode()

    def _learnt(self, item: bytes, root: bytes, known: dict[bytes, str]) -> str:
        pieces = TEXT.split(item.replace(PRESERVING, OPENING))
        if (root, *pieces[::2]) not in self._shapes:
            self._learn_shape(item, root, pieces[::2])
        text = _guarded(plain_text, "".join(self._texts.of(pieces[1::2])))
        if len(item) <= LONGEST_ITEM and self._filled <= MOST_CHARACTERS:
            known[item] = text
            self._filled += len(item) + ITEM_WEIGHT
        return text

    def _learn_shape(self, item: bytes, root: bytes, around: list[bytes]) -> None:
        """What stands around the item's texts learnt; UncertainError unless all of them, joined, are what it reads."""
        marks = [MARK.format(number) for number in range(len(around) - 1)]
        if len(item) > LONGEST_ITEM or any(RESERVED in piece for piece in around):
            raise UncertainError
        marked = around[0] + b"".join(
            b"<t>%b</t>%b" % (mark.encode(), after) for mark, after in zip(marks, around[1:], strict=True)
        )
        document = b"%b%b%b%b" % (root, marked, ITEM_END, CLOSING)
        elements = list(_guarded(read_tree, document, PART, self._limits))
        alone = [element.tag for element in elements] == [f"{{{MAIN[0]}}}si"]
        if not alone or text_of(elements[0]) != "".join(marks):
            raise UncertainError
        if len(self._shapes) >= MOST_SHAPES:
            self._shapes.clear()
        self._shapes.add((root, *around))


def _guarded(read: Callable[..., Read], *given: object) -> Read:
    """What was read; UncertainError where that is refused."""
    try:
        return read(*given)
    except (UnreadableError, ValueError) as error:
        raise UncertainError from error
