"""A file that is a zip archive gives the files in it, within limits; any other file gives itself.

What a file is, its content tells: workbooks and documents are zips too and stay whole. Members are inflated
one at a time, only after their declared sizes were checked, and never beyond them.
"""

from __future__ import annotations

import re
import struct
import zlib
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO
from zipfile import ZIP_DEFLATED, ZIP_STORED, BadZipFile, ZipFile, ZipInfo

from nianbao.beijing import BEIJING
from nianbao.gathering.found import Found, Trouble, is_litter, megabytes, not_opened
from nianbao.messages import say

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from nianbao.opening.grid import Limits

DEEPEST = 2
"""An archive may hold archives, and those no further ones."""

_ZIP = (b"PK\x03\x04", b"PK\x05\x06")
_FOREIGN = (b"Rar!\x1a\x07", b"7z\xbc\xaf\x27\x1c")
_DOCUMENT_PARTS = frozenset({"[content_types].xml", "mimetype", "_rels/.rels"})
_DOCUMENT_STARTS = frozenset(
    {b"[Content_Types].xml", b"mimetype", b"_rels/.rels", b"docProps/app.xml", b"xl/workbook.xml"}
)
"""What programs put first into a workbook. Saves reading 40,000 directories, and knows a damaged one."""
_DAMAGE = (BadZipFile, zlib.error, struct.error, EOFError, ValueError, OverflowError, NotImplementedError)
_END = struct.Struct("<4s4H2LH")
_END_MARK, _ZIP64_MARK = b"PK\x05\x06", b"PK\x06\x07"
_LONGEST_COMMENT = 0xFFFF
_ENTRY_BYTES = 1000
"""What one entry of an archive's directory may take on average; usual is about 150."""
_UTF8_FLAG, _ENCRYPTED_FLAG = 0x800, 0x1
_EPOCH_YEAR = 1980
_UNSEEN = re.compile(r"[\x00-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")


@dataclass(slots=True)
class _Budget:
    """What may still be taken out of one archive on disk, the archives within it included."""

    limits: Limits
    members: int
    inflated: int


def opened(found: Found, *, limits: Limits) -> Iterator[Found | Trouble]:
    """The file itself, or the files in the archive it is; Trouble for each that cannot be had."""
    yield from _opened(found, _Budget(limits, limits.parts, limits.inflated), depth=1)


def _opened(found: Found, budget: _Budget, *, depth: int) -> Iterator[Found | Trouble]:
    """As `opened`, at some depth. A file that gives itself is closed before it is handed on."""
    result = _judged(found, budget)
    if not isinstance(result, ZipFile):
        yield result
        return
    with result as archive:
        yield from _members(archive, found, budget=budget, depth=depth)


def _judged(found: Found, budget: _Budget) -> Found | Trouble | ZipFile:
    """The file as it is, the archive it is, or why neither."""
    try:
        with found.stream() as stream:
            head = stream.read(64)
            if not head.startswith(_ZIP) or _first_name(head) in _DOCUMENT_STARTS:
                return _foreign_trouble(found, head) or sized(found, budget.limits.file)
            return _directory_trouble(found, stream, budget=budget) or _archive(found, budget)
    except OSError as error:
        return not_opened(found.path, error)
    except _DAMAGE:
        message = say("已损坏，打不开（可能没有传完）。请重新发送一份。")
        return Trouble(found.path, "unreadable", message)


def _first_name(head: bytes) -> bytes:
    """The name of a zip's first member."""
    return head[30 : 30 + int.from_bytes(head[26:28], "little")]


def _foreign_trouble(found: Found, head: bytes) -> Trouble | None:
    """Trouble where the file is an archive of a kind we do not unpack."""
    if not head.startswith(_FOREIGN):
        return None
    message = say("是 RAR 或 7z 压缩包，不能直接读取。请先解压，再把里面的文件放入。")
    return Trouble(found.path, "unreadable", message)


def _archive(found: Found, budget: _Budget) -> Found | ZipFile | Trouble:
    """The archive, open; the file itself where its parts are those of a document. Raises any of `_DAMAGE`."""
    archive = ZipFile(found.source if isinstance(found.source, Path) else found.stream())
    if any(name.casefold() in _DOCUMENT_PARTS for name in archive.namelist()):
        archive.close()
        return sized(found, budget.limits.file)
    return archive


def sized(found: Found, most: int) -> Found | Trouble:
    """The file, if it is no larger than a returned file may be."""
    if found.size <= most:
        return found
    message = say(
        "文件有 {size}，最多 {most}。请删去图片等多余内容后重新发送。",
        size=megabytes(found.size),
        most=megabytes(most),
    )
    return Trouble(found.path, "too-large", message)


def _directory_trouble(found: Found, stream: BinaryIO, *, budget: _Budget) -> Trouble | None:
    """Trouble where the archive's directory lists more than may be taken, seen before zipfile reads it all.

    Zip64 counts as too much: it is there for more than 65,535 members or 4 GB. Raises BadZipFile.
    """
    start = max(0, found.size - _END.size - _LONGEST_COMMENT)
    stream.seek(start)
    tail = stream.read(found.size - start)
    place = len(tail) - _END.size if tail[-_END.size :].startswith(_END_MARK) else tail.rfind(_END_MARK)
    if place < 0:
        raise BadZipFile
    entries, size = _END.unpack_from(tail, place)[4:6]
    zip64 = tail[max(0, place - 20) :].startswith(_ZIP64_MARK)
    if not zip64 and entries <= budget.members and size <= budget.members * _ENTRY_BYTES:
        return None
    return _too_much(found, budget)


def _too_much(found: Found, budget: _Budget) -> Trouble:
    """The complaint about an archive as a whole."""
    message = say(
        "压缩包里的文件太多或太大（最多 {members} 个文件，解压后共 {size}）。请先解压，再把里面的文件放入。",
        members=budget.limits.parts,
        size=megabytes(budget.limits.inflated),
    )
    return Trouble(found.path, "too-large", message)


def _members(archive: ZipFile, found: Found, *, budget: _Budget, depth: int) -> Iterator[Found | Trouble]:
    """The files of an archive by path. Directories and litter are left out."""
    if depth > DEEPEST:
        message = say("压缩包套得太深（压缩包里的压缩包里又有压缩包）。请先解压，再把里面的文件放入。")
        yield Trouble(found.path, "unreadable", message)
        return
    members = sorted(_wanted(archive.infolist()), key=lambda member: member[0].split("/"))
    total = sum(info.file_size for _, info in members if info.file_size <= budget.limits.file)
    budget.members -= len(archive.infolist())
    budget.inflated -= total
    if budget.members < 0 or budget.inflated < 0:
        yield _too_much(found, budget)
        return
    for name, info in members:
        member = _member(archive, info, path=f"{found.path}/{name}", parent=found, most=budget.limits.file)
        if isinstance(member, Trouble):
            yield member
        else:
            yield from _opened(member, budget, depth=depth + 1)


def _wanted(infos: Iterable[ZipInfo]) -> Iterator[tuple[str, ZipInfo]]:
    """Each file in an archive with its path in it; steps upward and from the root lead nowhere here."""
    for info in infos:
        name = _name(info)
        steps = [step for step in name.split("/") if step not in {"", ".", ".."}]
        if steps and not name.endswith("/") and not any(map(is_litter, steps)):
            yield "/".join(steps), info


def _name(info: ZipInfo) -> str:
    """A member's path, in the encoding its packer used.

    Marked names are UTF-8. Of the others, macOS writes UTF-8 too, Windows in China GBK (whose second byte may
    be a backslash, so that one is looked for only afterwards); what zipfile made of them is cp437. UTF-8
    counts only where it has a character of three bytes, as Chinese ones have: GBK may look like one of two.
    """
    name = info.orig_filename
    if not info.flag_bits & _UTF8_FLAG:
        raw = name.encode("cp437")
        marked = _decoded(raw, "utf-8")
        name = marked if max(marked, default="") >= "\u0800" else _decoded(raw, "gb18030") or name
    return _UNSEEN.sub("\ufffd", name.partition("\0")[0].replace("\\", "/"))


def _decoded(raw: bytes, encoding: str) -> str:
    """The text, or "" where the bytes are none in this encoding."""
    try:
        return raw.decode(encoding)
    except UnicodeDecodeError:
        return ""


def _member(archive: ZipFile, info: ZipInfo, *, path: str, parent: Found, most: int) -> Found | Trouble:
    """One member with its content, or why it cannot be had."""
    if info.flag_bits & _ENCRYPTED_FLAG:
        return Trouble(path, "encrypted", say("压缩包里的这个文件设有密码。请解压后把文件放入，或去掉密码。"))
    if info.compress_type not in {ZIP_STORED, ZIP_DEFLATED}:
        return Trouble(path, "unreadable", say("压缩方式不常见，读不出来。请先解压，再把文件放入。"))
    found = Found(path, path.rpartition("/")[2], info.file_size, _mtime_ns(info, parent))
    judged = sized(found, most)
    if isinstance(judged, Trouble):
        return judged
    try:
        data = _content(archive, info)
    except (*_DAMAGE, OSError):
        return Trouble(path, "unreadable", say("在压缩包里已损坏，读不出来。请重新打包，或直接放入文件。"))
    top = parent.archive or parent.path
    return Found(path, found.name, len(data), found.mtime_ns, data=data, archive=top)


def _content(archive: ZipFile, info: ZipInfo) -> bytes:
    """The inflated member. Asked for a length, zipfile inflates no further; asked for all, it would."""
    with archive.open(info) as stream:
        return stream.read(info.file_size + 1)


def _mtime_ns(info: ZipInfo, parent: Found) -> int:
    """When the member was written, by a clock in China, as its packer's was; the archive's time where it does not say.

    A zip keeps local time without its zone, and this computer's zone must not decide which return is the newer.
    1 January 1980 is what programs write that keep no time, and what phones pack.
    """
    try:
        written = datetime(*info.date_time, tzinfo=BEIJING)
    except ValueError:
        return parent.mtime_ns
    known = written > datetime(_EPOCH_YEAR, 1, 2, tzinfo=BEIJING)
    return int(written.timestamp()) * 10**9 if known else parent.mtime_ns
