"""A letter's bytes to what is in it: who, when, what about, and every piece in whatever shape it came.

The standard email package parses; nothing is executed and nothing is written. Sizes, counts and depth have limits.
"""

from __future__ import annotations

import re
from datetime import UTC
from email import message_from_bytes
from email.utils import parsedate_to_datetime
from html import unescape
from typing import TYPE_CHECKING

from nianbao.frozen import frozen
from nianbao.mail.headers import READABLE, decoded, file_name, header, one_line, words
from nianbao.mail.pieces import CLOUD, Piece, What, pieces_of
from nianbao.mail.transfer import content, from_base64, packed_in_base64, without_uuencoded
from nianbao.messages import Message, say
from nianbao.opening.container import seems_packed

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime
    from email.message import Message as Letter

    from nianbao.opening.grid import Limits

LARGEST = 80_000_000
"""Bytes of a letter: providers take 50 MB, and base64 makes a third more of them."""
DEEPEST = 20
"""Letters and multiparts within one another. People forward what was forwarded some five times."""
MOST_PARTS, MOST_PIECES = 500, 500
MOST_NESTS = 400
"""Declared boundaries and inner letters; parsing takes their number times the lines."""
LONGEST_TEXT = 1_000_000
_NESTS = re.compile(rb"boundary\s*=|message/rfc822", re.IGNORECASE)
_ADDRESS = re.compile(r"[^\s<>\"',;:()\[\]@]{1,64}@[A-Za-z0-9.-]{1,190}")
_CLOUDS = re.compile(
    r"https?://(?:[\w.-]*\.)?(?:mail\.qq\.com/(?:cgi-bin/ftnExs|dsattachment)[^\s\"'<>]*|wx\.mail\.qq\.com/ftn[^\s\"'<>]*|ftn\.qq\.com[^\s\"'<>]*"
    r"|(?:mail|dashi|u)\.163\.com/(?:large-attachment|html/cloud-attachment|t/)[^\s\"'<>]*|pan\.baidu\.com[^\s\"'<>]*|pan\.quark\.cn[^\s\"'<>]*"
    r"|(?:www\.)?(?:aliyundrive|alipan)\.com/s/[^\s\"'<>]*|share\.weiyun\.com[^\s\"'<>]*|cloud\.189\.cn[^\s\"'<>]*|caiyun\.139\.com[^\s\"'<>]*|kdocs\.cn/l/[^\s\"'<>]*)",
    re.IGNORECASE,
)
_TAG = re.compile(r"<[^<>]{0,2000}>")
_UNSEEN = re.compile(r"<(style|script)\b", re.IGNORECASE)
_SEALED = ("application/pkcs7-mime", "application/x-pkcs7-mime", "multipart/encrypted")


@frozen
class Unpacked:
    """A letter. `sender`: the address in small letters; `date`: as the letter says, None where it does not.

    `text`: its words, for people and for knowing a bounce by. `parsed`: as the email package has it.
    """

    sender: str
    sender_name: str
    subject: str
    message_id: str
    date: datetime | None
    text: str
    pieces: tuple[Piece, ...]
    parsed: Letter

    @property
    def workbooks(self) -> tuple[Piece, ...]:
        """The pieces that open as workbooks."""
        return tuple(piece for piece in self.pieces if piece.what is What.WORKBOOK)


def unpack(data: bytes, limits: Limits) -> Unpacked:
    """The letter with all that is in it. Whatever the bytes are, it gives an answer."""
    trouble = _refusal(data)
    try:
        parsed = message_from_bytes(data if trouble is None else _head(data), policy=READABLE)
        walked = _Walk(limits)
        if trouble is None:
            walked.part(parsed, "", 0)
    except RecursionError:
        parsed, walked, trouble = message_from_bytes(_head(data), policy=READABLE), _Walk(limits), _TANGLED
    if trouble:
        walked.pieces.append(Piece("", What.UNREADABLE, b"", trouble))
    name, address = _sender(parsed)
    text = "\n".join(walked.texts)
    return Unpacked(
        sender=address,
        sender_name=name,
        subject=header(parsed, "subject"),
        message_id=header(parsed, "message-id"),
        date=_date(parsed),
        text=text,
        pieces=(*_once(walked.pieces), *_clouds(walked)),
        parsed=parsed,
    )


_TANGLED = say("邮件套得太多太深，没有拆开。请打开邮件，把附件另存后放入 returned/。")
_LOCKED = say("是加密的邮件，读不出来。请在邮件程序里打开，把附件另存后放入 returned/，或请对方不加密重发。")
_TOO_LARGE = say("邮件太大，没有拆开。请打开邮件，把附件另存后放入 returned/。")


def _refusal(data: bytes) -> Message | None:
    """Why the letter is not parsed whole."""
    if len(data) > LARGEST:
        return _TOO_LARGE
    nests = sum(1 for _ in _NESTS.finditer(data))
    return _TANGLED if nests > MOST_NESTS else None


def _head(data: bytes) -> bytes:
    """The header lines of a letter that is not parsed whole."""
    end = re.search(rb"\r?\n\r?\n", data[:LONGEST_TEXT])
    return data[: end.start() if end else 10_000]


def _sender(parsed: Letter) -> tuple[str, str]:
    """Name and address of who wrote."""
    for line in ("from", "sender", "return-path"):
        text = str(parsed.get(line, ""))
        before, bracket, after = text.rpartition("<")
        found = _ADDRESS.search(after)
        if found:
            return (one_line(words(before)).strip("\"' ") if bracket else ""), found[0].lower()
    return header(parsed, "from"), ""


def _date(parsed: Letter) -> datetime | None:
    """When it says it was written."""
    try:
        date = parsedate_to_datetime(header(parsed, "date"))
        return date if date.tzinfo else date.replace(tzinfo=UTC)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None


class _Walk:
    """Goes through a letter, part by part, and notes what it meets."""

    def __init__(self, limits: Limits) -> None:
        self.limits = limits
        self.pieces: list[Piece] = []
        self.texts: list[str] = []
        self._room = LONGEST_TEXT
        self._bytes = limits.inflated
        self._parts = 0
        self._full = False

    def part(self, part: Letter, within: str, depth: int) -> None:
        """One part with all in it. `within`: the names of letters that it is in."""
        if self._full:
            return
        self._parts += 1
        if self._parts > MOST_PARTS or len(self.pieces) > MOST_PIECES:
            self._stop(say("邮件里的附件太多，后面的没有再看。请打开邮件，把附件另存后放入 returned/。"))
        elif depth > DEEPEST:
            self._stop(_TANGLED)
        elif isinstance(part.get_payload(), list):
            self._parts_in(part, within, depth)
        else:
            self._leaf(part, within, depth)

    def _parts_in(self, part: Letter, within: str, depth: int) -> None:
        """The parts of a multipart, or the letter in a letter."""
        inner = [one for one in part.get_payload() if not isinstance(one, str)]
        if part.get_content_type() == "message/rfc822" and inner:
            if str(part.get("content-transfer-encoding", "")).strip().lower() == "base64":
                packed = inner[0].get_payload()  # against the standard, and met
                inner = [message_from_bytes(from_base64(str(packed)), policy=READABLE)]
            within = _step(within, file_name(part) or header(inner[0], "subject"))
        for one in inner:
            self.part(one, within, depth + 1)

    def _leaf(self, part: Letter, within: str, depth: int) -> None:
        """A part without parts in it."""
        data = content(part)
        self._bytes -= len(data)
        if self._bytes < 0:
            self._stop(_TOO_LARGE)
            return
        name, kind = file_name(part), part.get_content_type()
        letter = _inner_letter(name, kind, data)
        if letter is not None:
            self.part(letter, _step(within, name), depth + 1)
        elif kind in _SEALED:
            self.pieces.append(Piece(_step(within, name or "smime.p7m"), What.UNREADABLE, data, _LOCKED))
        elif kind.startswith("text/") and not _is_attached(part, name) and not seems_packed(data):
            self._text(decoded(data[: self._room], part.get_content_charset("") or ""), kind, within)
        elif data or name:
            self._piece(name, data, within)

    def _text(self, text: str, kind: str, within: str) -> None:
        """Words, and what programs of old wrote among them."""
        if kind == "text/plain":
            text, files = without_uuencoded(text)
            for name, data in files:
                self._piece(one_line(name), data, within)
        packed = packed_in_base64(text)
        if packed is not None:
            self._piece("", packed, within)
            return
        self._room -= len(text)
        if kind == "text/html":
            links = " ".join(match[0] for match in _CLOUDS.finditer(text))
            text = f"{_shown(text)} {links}"
        self.texts.append(text)

    def _piece(self, name: str, data: bytes, within: str) -> None:
        """Every file in an attachment."""
        for piece in pieces_of(name, data, self.limits):
            self._bytes -= len(piece.data) if piece.data is not data else 0
            whole = Piece(_step(within, piece.name), piece.what, piece.data, piece.why, piece.file)
            self.pieces.append(whole)
            if self._bytes < 0 or len(self.pieces) > MOST_PIECES:
                self._stop(_TOO_LARGE)
                return

    def _stop(self, why: Message) -> None:
        self._full = True
        self.pieces.append(Piece("", What.UNREADABLE, b"", why))


def _shown(text: str) -> str:
    """The words of a page."""
    kept, start = [], 0
    while match := _UNSEEN.search(text, start):
        kept.append(text[start : match.start()])
        end = text.lower().find(f"</{match[1].lower()}", match.end()) if len(kept) < MOST_PARTS else -1
        start = end if end >= 0 else len(text)
    return unescape(_TAG.sub(" ", "".join((*kept, text[start:]))))


def _inner_letter(name: str, kind: str, data: bytes) -> Letter | None:
    """A letter that came as a file (.eml), or in base64, which the email package does not look into."""
    if not (name.casefold().endswith(".eml") or kind == "message/rfc822") or _refusal(data):
        return None
    letter = message_from_bytes(data, policy=READABLE)
    return letter if letter.keys() and ("from" in letter or "subject" in letter) else None


def _is_attached(part: Letter, name: str) -> bool:
    return part.get_content_disposition() == "attachment" or bool(name)


def _step(within: str, name: str) -> str:
    """A name within a letter or archive; what could be taken for steps in the name itself is made harmless."""
    return f"{within}/{name}" if within and name else within or name


def _once(pieces: list[Piece]) -> Iterator[Piece]:
    """Each workbook once, however often the letter has it: some programs attach it inline and again."""
    seen: set[bytes] = set()
    for piece in pieces:
        if piece.what is What.WORKBOOK:
            if piece.data in seen:
                continue
            seen.add(piece.data)
        yield piece


def _clouds(walked: _Walk) -> Iterator[Piece]:
    """Links to where the attachment lies instead, where there is no workbook in the letter."""
    if any(piece.what is What.WORKBOOK for piece in walked.pieces):
        return
    text = "\n".join(walked.texts)
    links = list(dict.fromkeys(match[0] for match in _CLOUDS.finditer(text)))[:5]
    if links:
        yield Piece(" ".join(link[:200] for link in links), What.UNREADABLE, b"", CLOUD)
