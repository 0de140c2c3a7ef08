"""The streams of an OLE2 compound file (.xls, encrypted .xlsx): [MS-CFB], every chain bounded by the file."""

from __future__ import annotations

import struct
from itertools import chain, islice

from nianbao.frozen import frozen
from nianbao.messages import say
from nianbao.opening.grid import UnreadableError

OLE_MAGIC = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
LAST_REGULAR = 0xFFFFFFFA  # greater sector numbers mean: end, free, table
STREAM, ROOT = 2, 5
ENTRY_SIZE = 128
HEADER_SECTORS = 109
SECTOR_SHIFTS = (9, 12)
MINI_SIZE = 64
MINI_CUTOFF = 4096


@frozen
class Entry:
    """One storage (kind 1), stream (2) or the root (5): its name, its first sector, its size in bytes."""

    name: str
    kind: int
    start: int
    size: int


@frozen
class Directory:
    """The entries of a compound file, and what is needed to read one."""

    data: bytes
    sector: int
    table: tuple[int, ...]
    entries: tuple[Entry, ...]

    def stream(self, names: frozenset[str]) -> bytes:
        """The first stream with one of these names (lower case); `UnreadableError` where there is none."""
        entry = next((e for e in self.entries if e.kind == STREAM and e.name.casefold() in names), None)
        if entry is None:
            raise _damaged()
        return self._short(entry) if entry.size < MINI_CUTOFF else self.chained(entry.start)[: entry.size]

    def chained(self, start: int) -> bytes:
        """The sectors from `start` on, joined."""
        return b"".join(
            self.data[(number + 1) * self.sector : (number + 2) * self.sector]
            for number in _follow(self.table, start)
        )

    def _short(self, entry: Entry) -> bytes:
        root = next((e for e in self.entries if e.kind == ROOT), None)
        if root is None:
            raise _damaged()
        small = self.chained(root.start)
        table = _numbers(self.chained(_number(self.data, 60)))
        pieces = (small[n * MINI_SIZE : (n + 1) * MINI_SIZE] for n in _follow(table, entry.start))
        return b"".join(pieces)[: entry.size]


def read_directory(data: bytes) -> Directory:
    """The directory of the file; `UnreadableError` where the file is cut off or its chains are wrong."""
    if len(data) < 512:
        raise _damaged()
    (shift,) = struct.unpack_from("<H", data, 30)
    if shift not in SECTOR_SHIFTS:
        raise _damaged()
    table = _allocation(data, 1 << shift)
    bare = Directory(data=data, sector=1 << shift, table=table, entries=())
    listing = bare.chained(_number(data, 48))
    entries = (_entry(listing[at : at + ENTRY_SIZE]) for at in range(0, len(listing) - 127, ENTRY_SIZE))
    return Directory(
        data=data, sector=1 << shift, table=table, entries=tuple(entry for entry in entries if entry.kind)
    )


def _allocation(data: bytes, size: int) -> tuple[int, ...]:
    """The sector after each sector. Its own sectors are named in the header, then in a chain of lists."""
    lists = [_numbers(data[76 : 76 + 4 * HEADER_SECTORS])]
    following, seen = _number(data, 68), set[int]()
    while following < LAST_REGULAR:
        numbers = _numbers(data[(following + 1) * size : (following + 2) * size])
        if following in seen or len(numbers) < size // 4:
            raise _damaged()
        seen.add(following)
        lists.append(numbers[:-1])
        following = numbers[-1]
    used = [number for number in chain(*lists) if number < LAST_REGULAR]
    if len(used) * size > len(data):
        raise _damaged()
    table = chain.from_iterable(_numbers(data[(n + 1) * size : (n + 2) * size]) for n in used)
    return tuple(islice(table, len(data) // size))  # of no more sectors than the file has


def _entry(raw: bytes) -> Entry:
    (length,) = struct.unpack_from("<H", raw, 64)
    name = raw[: min(max(length - 2, 0), 62)].decode("utf-16-le", "replace")
    return Entry(name=name, kind=raw[66], start=_number(raw, 116), size=_number(raw, 120))


def _follow(table: tuple[int, ...], start: int) -> list[int]:
    found, seen, number = [], set[int](), start
    while number < LAST_REGULAR:
        if number >= len(table) or number in seen:
            raise _damaged()
        seen.add(number)
        found.append(number)
        number = table[number]
    return found


def _number(data: bytes, at: int) -> int:
    (number,) = struct.unpack_from("<I", data, at)
    return int(number)


def _numbers(data: bytes) -> tuple[int, ...]:
    whole = len(data) - len(data) % 4
    return struct.unpack(f"<{whole // 4}I", data[:whole])


def _damaged() -> UnreadableError:
    return UnreadableError("unreadable", say("文件已损坏，打不开；请重新保存后再报送"))
