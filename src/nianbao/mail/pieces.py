"""What is found in a letter: bytes with a name and what they are, or a thing that cannot be had and what to do."""

from __future__ import annotations

from dataclasses import field
from enum import StrEnum
from typing import TYPE_CHECKING

from nianbao.frozen import frozen
from nianbao.gathering.archive import opened
from nianbao.gathering.found import Found, Trouble
from nianbao.messages import Message, say
from nianbao.opening.container import open_container, seems_packed
from nianbao.opening.disguises import disguise
from nianbao.opening.grid import UnreadableError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from nianbao.opening.grid import Limits


class What(StrEnum):
    """A workbook that opens; something that may hold one and cannot be had; anything else."""

    WORKBOOK = "workbook"
    UNREADABLE = "unreadable"
    OTHER = "other"


@frozen
class Piece:
    """One thing in a letter. `name`: as the letter has it, steps inside archives and forwarded letters before it.

    `data`: empty where there are no bytes to be had; `why`: what it is, and for an unreadable one what to do.
    `file`: what the bytes are called where they are those of the archive around it; else empty.
    """

    name: str
    what: What
    data: bytes = field(default=b"", repr=False)
    why: Message | None = None
    file: str = ""


PACKED: tuple[tuple[bytes, str], ...] = (
    (b"Rar!\x1a\x07", "RAR"),
    (b"7z\xbc\xaf\x27\x1c", "7z"),
    (b"\x1f\x8b", "gz"),
    (b"BZh", "bz2"),
    (b"\xfd7zXZ\x00", "xz"),
    (b"MSCF", "cab"),
)
"""Archives that are not unpacked, by what they begin with."""
TAR_MARK, TAR_AT = b"ustar", 257
TNEF_MARK = b"\x78\x9f\x3e\x22"
SHEETS = (".xlsx", ".xls", ".et", ".ett", ".xlsm", ".xlsb", ".xltx", ".ods", ".csv")
"""Endings of tables: what is called so and does not open is told."""
ARCHIVES = (".rar", ".7z", ".gz", ".tgz", ".bz2", ".xz", ".tar", ".cab", ".zip", ".zipx")

TNEF = say(
    "是 Outlook 的专用格式（winmail.dat），里面的附件读不出来。"
    "请用 Outlook 打开这封邮件另存附件，或请对方改用“HTML”或“纯文本”格式重发。"
)
CLOUD = say(
    "正文里只有网盘或超大附件的链接，表不在邮件里。请点链接下载（注意有效期），把文件放入 returned/。"
)


def pieces_of(name: str, data: bytes, limits: Limits) -> Iterator[Piece]:
    """The attachment, or what is in it where it is a .zip archive: judged by content alone."""
    name = name or _nameless(data)
    if data.startswith(TNEF_MARK):
        yield Piece(name, What.UNREADABLE, data, TNEF)
        return
    kind = packed_kind(data)
    if kind:
        yield Piece(name, What.UNREADABLE, data, _foreign(kind))
        return
    found = Found(name, name.rpartition("/")[2], len(data), 0, data=data)
    for one in opened(found, limits=limits):
        yield _unopened(one, name, data) if isinstance(one, Trouble) else _judged(one, limits)


def packed_kind(data: bytes) -> str:
    """`RAR`, `7z`, …: the kind of an archive that is not unpacked; empty for anything else."""
    if data[TAR_AT : TAR_AT + len(TAR_MARK)] == TAR_MARK:
        return "tar"
    return next((kind for mark, kind in PACKED if data.startswith(mark)), "")


def _foreign(kind: str) -> Message:
    return say(
        "是 {kind} 压缩包，不能直接读取。请解压后把里面的表放入 returned/，或请对方直接发表格。", kind=kind
    )


def _unopened(trouble: Trouble, name: str, data: bytes) -> Piece:
    """What an archive does not give, with the archive."""
    return Piece(trouble.path, What.UNREADABLE, data, trouble.message, file=name)


def _judged(found: Found, limits: Limits) -> Piece:
    """A single file: a workbook, something that should have been one, or anything else."""
    data = found.data or b""
    kind = packed_kind(data)
    if kind:
        return Piece(found.path, What.UNREADABLE, data, _foreign(kind))
    try:
        open_container(data, limits)
    except UnreadableError as error:
        meant = found.name.casefold().endswith((*SHEETS, *ARCHIVES)) or error.code != "unreadable"
        damaged = seems_packed(data) and not disguised(error)
        return Piece(found.path, What.UNREADABLE if meant or damaged else What.OTHER, data, error.detail)
    except Exception:  # noqa: BLE001 -- whatever stands in a file, it is told and the other files are read
        return Piece(found.path, What.UNREADABLE, data, say("内容无法识别，读不出来。请对方重新保存后再发。"))
    return Piece(found.path, What.WORKBOOK, data)


def disguised(error: UnreadableError) -> bool:
    """Whether the bytes are known to be something else (a Word document, a picture), and so no damaged workbook."""
    return "what" in dict(error.detail.places)


def _nameless(data: bytes) -> str:
    """What an attachment without a name is called here."""
    if seems_packed(data):
        return "未命名.xlsx" if data.startswith(b"PK") else "未命名.xls"
    return f"未命名（{disguise(data)}）"
