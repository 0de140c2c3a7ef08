"""The parts of workbooks, those met before known by heart: what equals something read before is not read again."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, TypeVar

from nianbao.opening.cutting import UncertainError
from nianbao.opening.ooxml import Parts
from nianbao.opening.recent import Recent
from nianbao.opening.sheets_by_heart import SheetsByHeart
from nianbao.opening.strings_by_heart import StringsByHeart

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from nianbao.opening.container import Container, Packed
    from nianbao.opening.grid import Limits
    from nianbao.opening.ooxml import Outline
    from nianbao.opening.ooxml_sheet import Contents
    from nianbao.opening.ooxml_styles import Style
    from nianbao.opening.ooxml_values import Book
    from nianbao.opening.relations import Links

Read = TypeVar("Read")
MOST = 64
"""Parts of each sort remembered; a round has some producers of some parts each."""
LARGEST_PART, MOST_CELLS = 300_000, 2_000
"""Bytes of a part, and cells of a sheet, that are worth remembering."""
NUMBERS = tuple(map(str, range(4_096)))


class _Strings(list[str]):
    """The shared strings, also by number as cells write it (`numbered`)."""

    def __init__(self, texts: Iterable[str]) -> None:
        super().__init__(texts)
        self.numbered: Mapping[str, str] = dict(zip(NUMBERS, self, strict=False))


class PartsByHeart(Parts):
    """Reads as `Parts` does, only faster for what comes again. One serves a run; it never holds many files."""

    def __init__(self, limits: Limits) -> None:
        super().__init__(limits)
        self._links: Recent[tuple[object, ...], tuple[Links, tuple[str, ...]]] = Recent(MOST)
        self._outlines: Recent[Packed, Outline] = Recent(MOST)
        self._styles: Recent[Packed, tuple[Style, ...]] = Recent(MOST)
        self._strings: Recent[Packed, _Strings] = Recent(MOST)
        self._contents: Recent[tuple[Packed, int, int, bool], tuple[Contents, Book]] = Recent(MOST)
        self._strings_by_heart = StringsByHeart(limits)
        self._sheets_by_heart: Recent[tuple[int, bool], tuple[SheetsByHeart, object]] = Recent(MOST)

    def links(self, container: Container) -> tuple[Links, tuple[str, ...]]:
        """Known by the names of all parts and the lists of links among them."""
        listings = [name for name in container.names if name.casefold().endswith(".rels")]
        key = (container.names, *map(container.packed, listings))
        found = self._links.get(key)
        if found is None:
            found = super().links(container)
            self._links.keep(key, found)
        return found

    def outline(self, container: Container, part: str) -> Outline:
        """Known by its bytes."""
        return _known(self._outlines, container.packed(part), partial(super().outline, container, part))

    def styles(self, container: Container, part: str) -> tuple[Style, ...]:
        """Known by their bytes."""
        return _known(self._styles, container.packed(part), partial(super().styles, container, part))

    def strings(self, container: Container, part: str) -> Sequence[str]:
        """Known by their bytes, else item by item."""
        return _known(self._strings, container.packed(part), partial(self._new_strings, container, part))

    def sheet(self, container: Container, part: str, book: Book) -> Contents:
        """Known by its bytes, else by what stands around its values; a real parser reads what is known by neither."""
        key = (container.packed(part), id(book.strings), id(book.styles), book.epoch_1904)
        known = self._contents.get(key)
        if known is not None:
            book.take_room(len(known[0].cells))
            return known[0]
        contents = self._new_sheet(container, part, book)
        if len(contents.cells) <= MOST_CELLS and len(key[0][-1]) <= LARGEST_PART:
            self._contents.keep(key, (contents, book))
        return contents

    def _new_strings(self, container: Container, part: str) -> _Strings:
        try:
            return _Strings(self._strings_by_heart.read(container.read(part)))
        except UncertainError:
            return _Strings(super().strings(container, part))

    def _new_sheet(self, container: Container, part: str, book: Book) -> Contents:
        styled = (id(book.styles), book.epoch_1904)
        known = self._sheets_by_heart.get(styled)
        if known is None:
            known = (SheetsByHeart(), book.styles)
            self._sheets_by_heart.keep(styled, known)
        numbered = book.strings.numbered if isinstance(book.strings, _Strings) else {}
        try:
            return known[0].read(container.read(part), book, numbered)
        except UncertainError:
            return super().sheet(container, part, book)


def _known(memory: Recent[Packed, Read], packed: Packed, read: Callable[[], Read]) -> Read:
    """What those bytes hold, read where it is not remembered."""
    found = memory.get(packed)
    if found is None:
        found = read()
        if packed[1] <= LARGEST_PART:
            memory.keep(packed, found)
    return found
