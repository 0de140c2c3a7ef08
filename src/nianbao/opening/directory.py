"""The directory of a zip file as entries: read straight where it is plain, by the standard library where it is not.

Plain is what every spreadsheet program writes: one disk, no comment, no Zip64, no extra fields, names in ASCII. Of such
a directory both ways give the same; reading it straight takes a tenth of the time (docs/decisions/0015).
"""

from __future__ import annotations

import struct
from io import BytesIO
from typing import NamedTuple
from zipfile import ZipFile

END, ZIP64_LOCATOR, CENTRAL = b"PK\x05\x06", b"PK\x06\x07", b"PK\x01\x02"
END_RECORD = struct.Struct("<4s4H2LH")
CENTRAL_RECORD = struct.Struct("<4B4HL2L5H2L")
"""Without the magic number before it."""
LOCATOR_SIZE = 20
NEWEST_VERSION = 63
"""The format's version that the standard library knows."""
ZIP64_SIZE = 0xFFFFFFFF


class Entry(NamedTuple):
    """One member as the directory describes it; sizes in bytes."""

    filename: str
    flag_bits: int
    compress_type: int
    CRC: int
    compress_size: int
    file_size: int
    header_offset: int


def read_directory_of(data: bytes, most: int) -> list[Entry] | None:
    """The members in the directory's order, None where there may be more than so many.

    BadZipFile, or another error of zipfile's, where there is no directory.
    """
    entries = _plain(data, most)
    if entries is None and data.count(CENTRAL) > most:  # before it is parsed: it may hold millions
        return None
    return _by_library(data) if entries is None else entries


def place_of_plain(data: bytes) -> tuple[int, int, int] | None:
    """How many entries a plain directory has, its bytes, and where it begins; None where it is not plain."""
    end = len(data) - END_RECORD.size
    if end < 0:
        return None
    magic, disk, first_disk, here, count, size, start, comment = END_RECORD.unpack_from(data, end)
    if magic != END or disk or first_disk or here != count or comment or start + size != end:
        return None
    return None if data.startswith(ZIP64_LOCATOR, max(0, end - LOCATOR_SIZE)) else (count, size, start)


def _by_library(data: bytes) -> list[Entry]:
    with ZipFile(BytesIO(data)) as archive:
        return [
            Entry(
                info.filename,
                info.flag_bits,
                info.compress_type,
                info.CRC,
                info.compress_size,
                info.file_size,
                info.header_offset,
            )
            for info in archive.infolist()
        ]


def _plain(data: bytes, most: int) -> list[Entry] | None:
    """The entries of a plain directory; None where it is not, so that the library decides."""
    place = place_of_plain(data)
    if place is None or place[0] > most:
        return None
    count, size, at = place
    end = at + size
    entries: list[Entry] = []
    while at < end and len(entries) < count:
        name_at = at + len(CENTRAL) + CENTRAL_RECORD.size
        if name_at > end or not data.startswith(CENTRAL, at):
            return None
        record = CENTRAL_RECORD.unpack_from(data, at + len(CENTRAL))
        at = name_at + record[11]
        entry = _plain_entry(record, data[name_at:at])
        if entry is None or at > end:
            return None
        entries.append(entry)
    return entries if len(entries) == count and at == end else None


def _plain_entry(record: tuple[int, ...], name: bytes) -> Entry | None:
    """The entry; None where it has what is not plain."""
    _, _, version, _, flags, method, _, _, crc, packed, size, _, extra, comment, disk, _, _, start = record
    if version > NEWEST_VERSION or extra or comment or disk or ZIP64_SIZE in (packed, size, start):
        return None
    if not name.isascii() or b"\0" in name:
        return None
    return Entry(name.decode("ascii"), flags, method, crc, packed, size, start)
