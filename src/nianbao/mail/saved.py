"""Letters that were saved as files (.eml, .emlx, .mbox) and loose workbooks, found in folders and archives."""

from __future__ import annotations

import mailbox
import re
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime
from email import message_from_bytes
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import TYPE_CHECKING

from nianbao.frozen import frozen
from nianbao.gathering.gather import Found, Trouble, gather
from nianbao.mail.headers import READABLE, raw_text
from nianbao.mail.unpacking import LARGEST
from nianbao.messages import say
from nianbao.opening.grid import UnreadableError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from nianbao.opening.grid import Limits

_LARGEST_BOX = 4_000_000_000
_BEGINS = re.compile(rb"(?:[ \t]*\r?\n)*(?:From |[A-Za-z][A-Za-z0-9-]{0,60}:[ \t\r\n])")
_LETTER = re.compile(rb"(?im)^(from|received|message-id|mime-version|return-path|date|subject):")
_EMLX = re.compile(rb"\s*(\d{1,10})\s*\n")
_NAMED = (".eml", ".emlx", ".mbox", ".mbx")


@frozen
class Saved:
    """A file's bytes: a letter, or where it is none a loose file. `name`: what the file is called."""

    source: str
    name: str
    data: bytes
    received: datetime
    is_letter: bool


def saved(paths: Sequence[Path], limits: Limits) -> Iterator[Saved | Trouble]:
    """Every letter and file under the paths, in their order. Raises OfficeError for a path that does not exist."""
    roomy = replace(limits, file=_LARGEST_BOX, inflated=max(limits.inflated, 4 * LARGEST))
    for found in gather(paths, limits=roomy):
        if isinstance(found, Trouble):
            yield found
        elif found.name.casefold().endswith(".msg"):
            yield Trouble(
                found.path,
                "unreadable",
                say("是 Outlook 的 .msg 文件，读不出来。请在 Outlook 里另存附件，或把邮件转存为 .eml。"),
            )
        else:
            yield from _file(found)


def _file(found: Found) -> Iterator[Saved | Trouble]:
    """The letters in a file, or the file."""
    if isinstance(found.source, Path) and _is_box(found):
        yield from _letters_in(found, found.source)
        return
    if found.size > LARGEST:
        yield Trouble(
            found.path, "too-large", say("文件太大，没有读。请打开它，把附件另存后放入 returned/。")
        )
        return
    try:
        data = found.read()
    except UnreadableError as error:
        yield Trouble(found.path, error.code, error.detail)
        return
    written = datetime.fromtimestamp(found.mtime_ns / 1e9, UTC)
    letter = _letter(found.name, data)
    if letter is None:
        yield Saved(found.path, found.name, data, written, is_letter=False)
    else:
        yield Saved(found.path, found.name, letter, delivered(letter) or written, is_letter=True)


def _is_box(found: Found) -> bool:
    """Whether it is many letters in one file: by how it begins."""
    try:
        with found.stream() as stream:
            return stream.read(5) == b"From "
    except OSError:  # told where it is read
        return False


def _letters_in(found: Found, path: Path) -> Iterator[Saved]:
    written = datetime.fromtimestamp(found.mtime_ns / 1e9, UTC)
    with closing(mailbox.mbox(path, create=False)) as box:
        for number, key in enumerate(box.iterkeys(), start=1):
            data = box.get_bytes(key)
            yield Saved(
                f"{found.path}#{number}", found.name, data, delivered(data) or written, is_letter=True
            )


def _letter(name: str, data: bytes) -> bytes | None:
    """The letter that the bytes are; None where they are none."""
    if name.casefold().endswith(".emlx") and (count := _EMLX.match(data)):
        return data[count.end() : count.end() + int(count[1])]
    named = name.casefold().endswith(_NAMED)
    begins = _BEGINS.match(data[:1000]) is not None
    return data if named or (begins and len(set(_LETTER.findall(data[:20_000].lower()))) > 1) else None


def delivered(data: bytes) -> datetime | None:
    """When a saved letter came: what the last mail server wrote, else its own date, though never one yet to come."""
    parsed = message_from_bytes(data[:100_000], policy=READABLE)
    for text in (raw_text(parsed.get("received", "")).rpartition(";")[2], raw_text(parsed.get("date", ""))):
        try:
            date = parsedate_to_datetime(text.strip())
        except (ValueError, TypeError, IndexError, OverflowError):
            continue
        date = date if date.tzinfo else date.replace(tzinfo=UTC)
        if datetime(1990, 1, 1, tzinfo=UTC) < date <= datetime.now(UTC):
            return date.astimezone(UTC)
    return None
