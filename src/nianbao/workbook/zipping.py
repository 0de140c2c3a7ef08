"""Zip files put together from members that are compressed already.

The zipfile module of the standard library can only compress again; a blank shares all but two of its parts with
every other, and copying these as they are is what makes blanks fast (docs/decisions/0011).
"""

from __future__ import annotations

import struct
import zlib
from io import BytesIO
from typing import TYPE_CHECKING

from nianbao.frozen import frozen

if TYPE_CHECKING:
    from collections.abc import Iterable
    from zipfile import ZipFile, ZipInfo

DEFLATED, UTF8 = 8, 0x800
VERSION = 20
TIME, DATE = 0, 0x21
"""1 January 1980, the first day that a zip can tell: nothing in the file depends on the clock."""
LOCAL = struct.Struct("<4s5H3L2H")
CENTRAL = struct.Struct("<4s6H3L5H2L")
STORED, LAST, LONGEST_BLOCK = struct.Struct("<BHH"), 1, 0xFFFF
"""A deflate block that is not compressed: whether it is the last, its length, and the length's complement."""
END = struct.Struct("<4s4H2LH")
POLYNOMIAL, X_0, X_8, ALL_32 = 0xEDB88320, 1 << 31, 1 << 23, 0xFFFFFFFF


@frozen
class Member:
    """A compressed member; `size` is the inflated size."""

    name: bytes
    crc: int
    size: int
    deflated: bytes

    @property
    def local(self) -> bytes:
        """The member as it stands in the file: header, name, data."""
        return LOCAL.pack(b"PK\x03\x04", *self._common(), len(self.name), 0) + self.name + self.deflated

    def central(self, offset: int) -> bytes:
        """Its entry in the directory."""
        tail = (len(self.name), 0, 0, 0, 0, 0, offset)
        return CENTRAL.pack(b"PK\x01\x02", VERSION, *self._common(), *tail) + self.name

    def _common(self) -> tuple[int, ...]:
        return VERSION, UTF8, DEFLATED, TIME, DATE, self.crc, len(self.deflated), self.size


def deflate(name: str, content: bytes) -> Member:
    """The member with its content compressed."""
    return deflated(name, (content,))


def deflated(name: str, pieces: Iterable[bytes], level: int = zlib.Z_DEFAULT_COMPRESSION) -> Member:
    """The member with its content compressed piece by piece, so that it never stands in memory as a whole."""
    whole = _pressed(pieces, level, zlib.Z_FINISH)
    return Member(name.encode(), whole.crc, whole.size, whole.blocks)


@frozen
class Stretch:
    """A stretch of a member as deflate blocks that end at a byte, without its content; checksum and size of that."""

    crc: int
    size: int
    blocks: bytes


def stretch(pieces: Iterable[bytes], level: int = zlib.Z_DEFAULT_COMPRESSION) -> Stretch:
    """The pieces one after the other, compressed so that others can follow; nothing before them is referred to."""
    return _pressed(pieces, level, zlib.Z_FULL_FLUSH)


def _pressed(pieces: Iterable[bytes], level: int, ending: int) -> Stretch:
    """The pieces compressed, ended in one of zlib's ways."""
    compressor = zlib.compressobj(level, zlib.DEFLATED, -zlib.MAX_WBITS)
    blocks, crc, size = [], 0, 0
    for piece in pieces:
        blocks.append(compressor.compress(piece))
        crc = zlib.crc32(piece, crc)
        size += len(piece)
    return Stretch(crc, size, b"".join((*blocks, compressor.flush(ending))))


@frozen
class Pressed:
    """A stretch of a member compressed once and for all: deflate blocks that end at a byte, for others to follow."""

    content: bytes
    blocks: bytes

    @classmethod
    def of(cls, content: bytes) -> Pressed:
        """The content compressed; nothing before it is referred to."""
        return cls(content, stretch((content,)).blocks)


def joined(name: str, stretches: Iterable[Stretch]) -> Member:
    """The member of these stretches."""
    crc, size, blocks = 0, 0, []
    for one in stretches:
        crc = checksum_of_both(crc, one.crc, one.size)
        size += one.size
        blocks.append(one.blocks)
    return Member(name.encode(), crc, size, b"".join((*blocks, STORED.pack(LAST, 0, LONGEST_BLOCK))))


def checksum_of_both(first: int, second: int, size: int) -> int:
    """CRC-32 of two contents one after the other; `size` is the second's.

    A checksum is a remainder modulo a polynomial; the first content stands `8 * size` powers above the second. Their
    coefficients are bits here, that of x^0 the highest. Source: RFC 1952, section 8 (the polynomial).
    """
    power, doubled = X_0, X_8
    while size:
        if size & 1:
            power = _times(power, doubled)
        doubled = _times(doubled, doubled)
        size >>= 1
    return _times(power, first) ^ second


def _times(one: int, other: int) -> int:
    """The product of two polynomials modulo that of CRC-32."""
    product = 0
    while other:
        if other & X_0:
            product ^= one
        other = other << 1 & ALL_32
        one = one >> 1 ^ (POLYNOMIAL if one & 1 else 0)
    return product


def assembled(name: str, stretches: Iterable[Pressed | bytes]) -> Member:
    """A member of stretches compressed before, with plain bytes between them that are stored as they are."""
    contents: list[bytes] = []
    blocks: list[bytes] = []
    for stretch in stretches:
        if isinstance(stretch, Pressed):
            contents.append(stretch.content)
            blocks.append(stretch.blocks)
            continue
        contents.append(stretch)
        for start in range(0, len(stretch), LONGEST_BLOCK):
            part = stretch[start : start + LONGEST_BLOCK]
            blocks += (STORED.pack(0, len(part), LONGEST_BLOCK ^ len(part)), part)
    blocks.append(STORED.pack(LAST, 0, LONGEST_BLOCK))
    content = b"".join(contents)
    return Member(name.encode(), zlib.crc32(content), len(content), b"".join(blocks))


def copied(archive: ZipFile, info: ZipInfo) -> Member:
    """A member of another file, its data as compressed there (or compressed now, where it was only stored)."""
    if info.compress_type != DEFLATED or archive.fp is None:
        return deflate(info.filename, archive.read(info))
    archive.fp.seek(info.header_offset)
    header = LOCAL.unpack(archive.fp.read(LOCAL.size))
    archive.fp.seek(info.header_offset + LOCAL.size + header[-2] + header[-1])
    return Member(info.filename.encode(), info.CRC, info.file_size, archive.fp.read(info.compress_size))


def zipped(members: Iterable[Member]) -> bytes:
    """The zip file of these members, each forgotten once it is in."""
    file, directory = BytesIO(), []
    for member in members:
        directory.append(member.central(file.tell()))
        file.write(member.local)
    offset = file.tell()
    file.write(b"".join(directory))
    file.write(_end(file.tell() - offset, offset, len(directory)))
    return file.getvalue()


def _end(size: int, offset: int, count: int) -> bytes:
    """What closes a zip file whose directory of `count` entries stands at `offset`."""
    return END.pack(b"PK\x05\x06", 0, 0, count, count, size, offset, 0)


@frozen
class Start:
    """The beginning of many files that share their first members: bytes, directory, number of members."""

    data: bytes = b""
    directory: bytes = b""
    count: int = 0

    def followed_by(self, members: Iterable[Member]) -> Start:
        """The beginning with these members after it."""
        data, directory, offset, count = [self.data], [self.directory], len(self.data), self.count
        for member in members:
            local = member.local
            data.append(local)
            directory.append(member.central(offset))
            offset += len(local)
            count += 1
        return Start(b"".join(data), b"".join(directory), count)

    def closed(self) -> bytes:
        """The whole zip file."""
        return self.data + self.directory + _end(len(self.directory), len(self.data), self.count)
