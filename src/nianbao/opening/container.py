"""A returned file opened: its kind, by its content alone, and its parts, inflated within the limits."""

from __future__ import annotations

import struct
from dataclasses import field
from typing import TYPE_CHECKING
from zipfile import BadZipFile
from zlib import MAX_WBITS

from zlib_ng import zlib_ng

from nianbao.frozen import frozen
from nianbao.messages import Message, say
from nianbao.opening.directory import read_directory_of
from nianbao.opening.disguises import disguise
from nianbao.opening.grid import Limits, UnreadableError
from nianbao.opening.listings import Listing
from nianbao.opening.ole import OLE_MAGIC, read_directory

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping

    from nianbao.opening.directory import Entry
    from nianbao.opening.listings import Listings

ZIP_MAGIC = (b"PK\x03\x04", b"PK\x05\x06")
LOCAL_HEADER = struct.Struct("<26xHH")
STORED, DEFLATED = 0, 8
ENCRYPTED_FLAGS = 0x0041
ODS_TYPE = b"application/vnd.oasis.opendocument.spreadsheet"
BIFF_STREAMS = frozenset({"workbook", "book"})

Mark = tuple[int, int, int, int]
"""How a member is compressed, its checksum, and its bytes: packed and not."""

COUNTED, SMALL_PARTS = 400_000, 40_000_000
"""Bytes from which on a part's tags count; smaller parts have as many at most as fit into so many bytes."""
TAGS_A_CELL = 8

DAMAGED = say("文件已损坏，打不开；请重新保存后再报送")
TOO_LARGE = say("文件过大；请删去图片和多余内容后再报送")
ENCRYPTED = say("文件设有打开密码；请取消密码后再报送")


@frozen
class Container:
    """An opened file. `kind` is xlsx, xlsb, ods or xls; an xls has no members.

    As the packaging standard has it, upper and lower case of a name are the same. `names`: the members as the file
    spells them, in its order.
    """

    kind: str
    data: bytes
    members: Mapping[str, Entry]
    names: tuple[str, ...]
    limits: Limits
    tags: dict[str, int] = field(default_factory=dict)

    def __contains__(self, name: str) -> bool:
        return name.casefold() in self.members

    def read(self, name: str) -> bytes:
        """One member, whole: exactly as long as declared, its checksum right; otherwise `UnreadableError`.

        So it is for large ones with more tags, all of a file together, than the cells that it may have need.
        """
        content = _inflate(self.data, self._entry(name))
        if len(content) > COUNTED:
            self.tags[name.casefold()] = content.count(b"<")
            if sum(self.tags.values()) > TAGS_A_CELL * self.limits.cells:
                raise UnreadableError("too-large", say("文件内容过多；请删去多余内容后再报送"))
        return content

    def size(self, name: str) -> int:
        """How long a member is."""
        return self._entry(name).file_size

    def packed_size(self, name: str) -> int:
        """How long a member is in the file."""
        return self._entry(name).compress_size

    def mark(self, name: str) -> Mark:
        """What the directory tells of a member's content."""
        return self._entry(name)[2:6]

    def packed(self, name: str) -> bytes:
        """One member as it lies in the file; equal ones of one mark inflate to the same."""
        entry = self._entry(name)
        start = _content_start(self.data, entry)
        return self.data[start : start + entry.compress_size]

    def has(self, name: str, packed: bytes) -> bool:
        """Whether the member lies just so in the file; its mark is the same."""
        return self.data.startswith(packed, _content_start(self.data, self._entry(name)))

    def _entry(self, name: str) -> Entry:
        entry = self.members.get(name.casefold())
        if entry is None:
            raise UnreadableError("unreadable", say("文件内缺少部件 {part}，已损坏", part=name))
        return entry


def seems_packed(data: bytes) -> bool:
    """Whether the bytes begin as those of a workbook do, and never as a text does."""
    return data.startswith((OLE_MAGIC, *ZIP_MAGIC))


def open_container(data: bytes, limits: Limits, met: Listings | None = None) -> Container:
    """The file opened, only its kind looked up; `UnreadableError` where it is no workbook or too large.

    `met`: directories of other files, which make it quicker and change nothing.
    """
    if len(data) > limits.file:
        raise UnreadableError("too-large", TOO_LARGE)
    if data.startswith(OLE_MAGIC):
        return Container(kind=_ole_kind(data), data=data, members={}, names=(), limits=limits)
    if not data.startswith(ZIP_MAGIC):
        raise _no_workbook(disguise(data))
    listing = met.listing(data) if met else None
    if listing:
        _check_sizes(listing.members.values(), limits)
    else:
        members = _members(data, limits)
        names = tuple(map(_spelled, members.values()))
        listing = Listing(_zip_kind(data, members), names, members)
        if met and "mimetype" not in members:
            met.keep(data, listing)
    return Container(listing.kind, data, listing.members, listing.names, limits)


def open_package(data: bytes, limits: Limits) -> Container:
    """Any zip file's members, whatever they are; `UnreadableError` as for a workbook."""
    if len(data) > limits.file:
        raise UnreadableError("too-large", TOO_LARGE)
    members = _members(data, limits)
    return Container("package", data, members, tuple(map(_spelled, members.values())), limits)


def _members(data: bytes, limits: Limits) -> dict[str, Entry]:
    try:
        entries = read_directory_of(data, limits.parts)
    except (BadZipFile, OSError, ValueError, NotImplementedError, OverflowError, struct.error) as error:
        raise UnreadableError("unreadable", DAMAGED) from error
    if entries is None:
        raise UnreadableError("too-large", TOO_LARGE)
    _check_sizes(entries, limits)
    _check_entries(entries)
    members = {_spelled(entry).casefold(): entry for entry in entries}
    if len(members) != len(entries):
        raise UnreadableError("unreadable", say("文件内有同名的部件，不是正常保存的工作簿"))
    return members


def _check_sizes(entries: Collection[Entry], limits: Limits) -> None:
    sizes = [entry.file_size for entry in entries]
    small = sum(size for size in sizes if size <= COUNTED)
    too_large = max(sizes, default=0) > limits.part or sum(sizes) > limits.inflated
    if len(sizes) > limits.parts or too_large or small > max(SMALL_PARTS, limits.part):
        raise UnreadableError("too-large", TOO_LARGE)


def _check_entries(entries: Iterable[Entry]) -> None:
    for entry in entries:
        if entry.flag_bits & ENCRYPTED_FLAGS:
            raise UnreadableError("encrypted", ENCRYPTED)
        name = _spelled(entry)
        if name.startswith("/") or ":" in name.split("/", 1)[0] or ".." in name.split("/"):
            raise UnreadableError("unreadable", say("文件内有越界的部件名，不是正常保存的工作簿"))


def _spelled(entry: Entry) -> str:
    return entry.filename.replace("\\", "/")  # some Windows programs write backslashes


def _inflate(data: bytes, info: Entry) -> bytes:
    start = _content_start(data, info)
    packed = memoryview(data)[start : start + info.compress_size]
    content = _unpacked(packed, info)
    if len(content) != info.file_size or zlib_ng.crc32(content) != info.CRC:
        raise UnreadableError("unreadable", DAMAGED)
    return content


def _content_start(data: bytes, info: Entry) -> int:
    """Where the packed bytes begin: the local header has lengths of its own."""
    start = info.header_offset
    if start < 0 or start + LOCAL_HEADER.size > len(data) or not data.startswith(ZIP_MAGIC[0], start):
        raise UnreadableError("unreadable", DAMAGED)
    name_length, extra_length = LOCAL_HEADER.unpack_from(data, start)
    return start + LOCAL_HEADER.size + int(name_length) + int(extra_length)


def _unpacked(packed: memoryview, info: Entry) -> bytes:
    """At most one byte more than declared, so that a member that lies is seen and never fills the memory."""
    if info.compress_type == STORED:
        return bytes(packed[: info.file_size + 1])
    if info.compress_type != DEFLATED:
        raise UnreadableError("unreadable", say("文件的压缩方式不被支持；请用 WPS 或 Excel 重新保存后再报送"))
    try:
        return zlib_ng.decompressobj(-MAX_WBITS).decompress(packed, info.file_size + 1)
    except zlib_ng.error as error:  # type: ignore[misc]  # its stub has it as a value
        raise UnreadableError("unreadable", DAMAGED) from error


def _zip_kind(data: bytes, members: Mapping[str, Entry]) -> str:
    if "mimetype" in members:
        if _inflate(data, members["mimetype"]).strip() == ODS_TYPE:
            return "ods"
        raise _no_workbook(say("开放文档，但不是表格"))
    if "[content_types].xml" not in members:
        raise _no_workbook(say("压缩包"))
    if "xl/workbook.bin" in members:
        return "xlsb"
    folders = {name.split("/", 1)[0] + "/" for name in members}
    if "xl/" not in folders and folders & {"word/", "ppt/"}:
        raise _no_workbook(say("Word 文档") if "word/" in folders else say("演示文稿"))
    return "xlsx"


def _ole_kind(data: bytes) -> str:
    streams = {entry.name.casefold() for entry in read_directory(data).entries}
    if "encryptedpackage" in streams:
        raise UnreadableError("encrypted", ENCRYPTED)
    if streams & BIFF_STREAMS:
        return "xls"
    if "worddocument" in streams:
        raise _no_workbook(say("Word 文档"))
    raise _no_workbook(say("演示文稿") if "powerpoint document" in streams else say("其他程序的文件"))


def _no_workbook(what: Message) -> UnreadableError:
    return UnreadableError(
        "unreadable", say("这不是电子表格，看起来是{what}；请报送填好的工作簿（.xlsx）", what=what)
    )
