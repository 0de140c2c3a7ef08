"""The parts of workbooks, those met before known by heart: what equals something read before is not read again."""

from __future__ import annotations

from functools import partial
from itertools import count
from typing import TYPE_CHECKING, Generic, NamedTuple, TypeVar

from nianbao.opening.cutting import UncertainError
from nianbao.opening.ooxml import Parts
from nianbao.opening.recent import Recent
from nianbao.opening.sheets_by_heart import Known, SheetsByHeart
from nianbao.opening.strings_by_heart import StringsByHeart

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from nianbao.opening.container import Container, Mark
    from nianbao.opening.grid import Limits
    from nianbao.opening.ooxml import Outline
    from nianbao.opening.ooxml_sheet import Contents
    from nianbao.opening.ooxml_styles import Style
    from nianbao.opening.ooxml_values import Book
    from nianbao.opening.relations import Links

Read = TypeVar("Read")
MOST, ROOM = 64, 6_000_000
"""Parts of each sort remembered, and their bytes together; a round has some producers of some parts each."""
MOST_MARKS = 10_000
"""Parts of each sort of which no more is remembered than that they came once."""
LARGEST_PART, MOST_VALUES, MOST_STYLES = 300_000, 2_000, 100_000
"""Bytes of a part, values of a sheet, and cell formats of all workbooks that are worth remembering."""
NUMBERS = tuple(map(str, range(4_096)))


class _Linked(NamedTuple):
    """How the parts of a workbook hang together, and the lists that tell: their names, marks and bytes."""

    listings: tuple[tuple[str, Mark, bytes], ...]
    links: tuple[Links, tuple[str, ...]]


class _Strings(list[str]):
    """The shared strings, also by number as cells write it (`numbered`); `size` is their part's, in bytes."""

    def __init__(self, texts: Iterable[str], size: int) -> None:
        super().__init__(texts)
        self.size = size
        self.numbered: Mapping[str, str] = dict(zip(NUMBERS, self, strict=False)) | {"": ""}


class _Kept(Generic[Read]):
    """What was read of parts, by how they lie in their files: looked up by their marks, then compared byte by byte.

    `again`: only what comes a second time is kept, as most such parts are some unit's own.
    """

    def __init__(self, *, again: bool = False) -> None:
        self._read: Recent[tuple[Mark, object], tuple[bytes, Read]] = Recent(MOST, room=ROOM)
        self._again = again
        self._once: set[tuple[Mark, object]] = set()

    def get(self, container: Container, part: str, apart: object = None) -> Read | None:
        """What is remembered of the part, `apart` for each of these."""
        found = self._read.get((container.mark(part), apart))
        return found[1] if found and container.has(part, found[0]) else None

    def keep(self, container: Container, part: str, read: Read, apart: object = None) -> None:
        """Remembers it, where it is worth that."""
        key = (container.mark(part), apart)
        if self._again and key not in self._once:
            if len(self._once) >= MOST_MARKS:
                self._once.clear()
            self._once.add(key)
            return
        size, packed = container.size(part), container.packed(part)
        if size <= LARGEST_PART and len(packed) == container.packed_size(part):
            self._read.keep(key, (packed, read), size=size)

    def known(self, container: Container, part: str, read: Callable[[], Read]) -> Read:
        """What the part holds, read where it is not remembered."""
        found = self.get(container, part)
        if found is None:
            found = read()
            self.keep(container, part, found)
        return found


class PartsByHeart(Parts):
    """Reads as `Parts` does, only faster for what comes again. One serves a run; it never holds many files."""

    def __init__(self, limits: Limits) -> None:
        super().__init__(limits)
        self._links: Recent[tuple[str, ...], _Linked] = Recent(MOST, room=ROOM)
        self._outlines: _Kept[Outline] = _Kept()
        self._styles: _Kept[tuple[Style, ...]] = _Kept()
        self._strings: _Kept[_Strings] = _Kept(again=True)
        self._sheets: _Kept[Known] = _Kept(again=True)
        self._strings_by_heart = StringsByHeart(limits)
        self._sheets_by_heart = SheetsByHeart()
        self._numbers = count()
        self._styled: Recent[tuple[int, bool], tuple[int, object]] = Recent(MOST, room=MOST_STYLES)

    def links(self, container: Container) -> tuple[Links, tuple[str, ...]]:
        """Known by the names of all parts and the lists of links among them."""
        known = self._links.get(container.names)
        if known and all(
            container.mark(name) == mark and container.has(name, packed)
            for name, mark, packed in known.listings
        ):
            return known.links
        links = super().links(container)
        names = [name for name in container.names if name.casefold().endswith(".rels")]
        size = sum(map(container.size, names)) + sum(map(len, container.names))
        if size <= LARGEST_PART:
            listings = tuple((name, container.mark(name), container.packed(name)) for name in names)
            self._links.keep(container.names, _Linked(listings, links), size=size)
        return links

    def outline(self, container: Container, part: str) -> Outline:
        """Known by its bytes."""
        return self._outlines.known(container, part, partial(super().outline, container, part))

    def styles(self, container: Container, part: str) -> tuple[Style, ...]:
        """Known by their bytes."""
        return self._styles.known(container, part, partial(super().styles, container, part))

    def strings(self, container: Container, part: str) -> Sequence[str]:
        """Known by their bytes, else item by item."""
        return self._strings.known(container, part, partial(self._new_strings, container, part))

    def sheet(self, container: Container, part: str, book: Book) -> Contents:
        """Known by its bytes, else by what stands around its values; a real parser reads what is known by neither."""
        numbered = book.strings.numbered if isinstance(book.strings, _Strings) else {}
        try:
            return self._known_sheet(container, part, book).contents(book, numbered)
        except UncertainError:
            return super().sheet(container, part, book)

    def _known_sheet(self, container: Container, part: str, book: Book) -> Known:
        styled = self._style_number(book)
        known = self._sheets.get(container, part, styled)
        if known is None:
            known = self._sheets_by_heart.known(
                container.read(part), book, part=part.casefold(), styled=styled
            )
            if len(known.values) <= MOST_VALUES:
                self._sheets.keep(container, part, known, styled)
        return known

    def _new_strings(self, container: Container, part: str) -> _Strings:
        try:
            texts: Sequence[str] = self._strings_by_heart.read(container.read(part))
        except UncertainError:
            texts = super().strings(container, part)
        return _Strings(texts, container.size(part))

    def _style_number(self, book: Book) -> int:
        """A number for the workbook's styles and what its dates count from, never given to others."""
        key = (id(book.styles), book.epoch_1904)
        known = self._styled.get(key)
        if known is None:
            known = (next(self._numbers), book.styles)
            self._styled.keep(key, known, size=len(book.styles))
        return known[0]
