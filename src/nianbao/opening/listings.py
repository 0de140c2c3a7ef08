"""What a file has inside, by its directory: members by name, and the kind of file that these make it.

A program writes the same names in the same order into every file, so a directory is read all at once where only
checksums, sizes and places differ from one met before.
"""

from __future__ import annotations

from struct import Struct
from typing import TYPE_CHECKING, Any, NamedTuple

from nianbao.opening.directory import CENTRAL, ZIP64_SIZE, Entry, place_of_plain
from nianbao.opening.recent import Recent

if TYPE_CHECKING:
    from collections.abc import Mapping

FIELDS = "4s2x6s4xLLL8s6xL{}s"
"""Of an entry: magic number; version, flags, method; checksum; sizes; lengths and disk; place; name."""
PER_ENTRY, NUMBERS, TEXTS = 8, (2, 3, 4, 6), (0, 1, 5, 7)
LENGTHS = Struct("<4H")
MOST = 32


class Listing(NamedTuple):
    """`names` as the file spells them, in its order; `members` by name in lower case."""

    kind: str
    names: tuple[str, ...]
    members: Mapping[str, Entry]


class _Form(NamedTuple):
    """A directory met before: how it is laid out, what is always the same in it, and what that makes it."""

    layout: Struct
    same: tuple[tuple[bytes, ...], ...]
    fixed: tuple[tuple[str | int, ...], ...]
    listing: Listing


class Listings:
    """Directories met before, by the number of their entries and of their bytes."""

    def __init__(self) -> None:
        self._forms: Recent[tuple[int, int], _Form] = Recent(MOST)

    def listing(self, data: bytes) -> Listing | None:
        """What is in the file; None where its directory is unlike any met before."""
        place = place_of_plain(data)
        form = self._forms.get(place[:2]) if place else None
        if place is None or form is None:
            return None
        fields = form.layout.unpack_from(data, place[2])
        if _same(fields) != form.same:
            return None
        numbers = [fields[first::PER_ENTRY] for first in NUMBERS]
        if ZIP64_SIZE in map(max, numbers):
            return None
        entries = map(Entry._make, zip(*form.fixed, *numbers, strict=True))
        kind, names, members = form.listing
        return Listing(kind, names, dict(zip(members, entries, strict=True)))

    def keep(self, data: bytes, listing: Listing) -> None:
        """Remembers what is in the file, where its directory is plain."""
        place = place_of_plain(data)
        entries = tuple(listing.members.values())
        files = [entry.filename for entry in entries]
        if place is None or not all(map(str.isascii, files)):
            return
        layout = Struct("<" + "".join(FIELDS.format(len(file)) for file in files))
        if layout.size != place[1]:
            return
        same = _same(layout.unpack_from(data, place[2]))
        if (same[0], *same[2:]) == _expected(files):
            fixed = tuple(zip(*(entry[:3] for entry in entries), strict=True))
            self._forms.keep(place[:2], _Form(layout, same, fixed, listing))


def _same(fields: tuple[Any, ...]) -> tuple[tuple[bytes, ...], ...]:
    """Magic numbers; versions, flags and methods; lengths; names."""
    return tuple(fields[first::PER_ENTRY] for first in TEXTS)


def _expected(files: list[str]) -> tuple[tuple[bytes, ...], ...]:
    """Of these, all but the versions: without extra fields and comments."""
    lengths = tuple(LENGTHS.pack(len(file), 0, 0, 0) for file in files)
    return (CENTRAL,) * len(files), lengths, tuple(file.encode() for file in files)
