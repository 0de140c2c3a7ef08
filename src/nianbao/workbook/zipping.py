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
    compressor = zlib.compressobj(level, zlib.DEFLATED, -zlib.MAX_WBITS)
    data, crc, size = [], 0, 0
    for piece in pieces:
        data.append(compressor.compress(piece))
        crc = zlib.crc32(piece, crc)
        size += len(piece)
    data.append(compressor.flush())
    return Member(name.encode(), crc, size, b"".join(data))


@frozen
class Pressed:
    """A stretch of a member compressed once and for all: deflate blocks that end at a byte, for others to follow."""

    content: bytes
    blocks: bytes

    @classmethod
    def of(cls, content: bytes) -> Pressed:
        """The content compressed; nothing before it is referred to."""
        compressor = zlib.compressobj(zlib.Z_DEFAULT_COMPRESSION, zlib.DEFLATED, -zlib.MAX_WBITS)
        return cls(content, compressor.compress(content) + compressor.flush(zlib.Z_FULL_FLUSH))


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
