"""Header lines as people read them: bytes in whatever encoding, encoded words (RFC 2047), parameters (RFC 2231)."""

from __future__ import annotations

import re
from email.message import Message as Letter
from email.policy import Compat32
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote_to_bytes

from nianbao.mail.transfer import from_base64

if TYPE_CHECKING:
    from email.message import Message

_WORD = re.compile(r"=\?([^?\s*]{1,40})(?:\*[^?\s]{0,20})?\?([bBqQ])\?([^?]{0,20000}?)\?=")
_BETWEEN = re.compile(r"(\?=)\s+(?==\?[^?\s]{1,40}\?[bBqQ]\?)")
_BARE = re.compile(r"%(?![0-9A-Fa-f]{2})")
_QUOTED = re.compile(rb"=([0-9A-Fa-f]{2})")
_FOLD = re.compile(r"\r?\n(?=[ \t])")
LONGEST = 20_000
"""Characters of a header that are looked at; what is longer is no header but an attack."""
_CHINESE = {
    **dict.fromkeys(
        ("gb2312", "gbk", "gb18030", "x-gbk", "euc-cn", "cp936", "ms936", "gb_2312-80"), "gb18030"
    ),
    **dict.fromkeys(("utf-8", "utf8", "unicode-1-1-utf-8"), "utf-8"),
    **dict.fromkeys(("big5", "big5-hkscs", "cp950", "x-x-big5"), "big5hkscs"),
    "utf-16": "utf-16",
    "iso-2022-jp": "iso-2022-jp",
    "hz-gb-2312": "hz",
}
"""What is declared, and what to read it as: 「gb2312」 is said of everything up to GB18030. Others are not believed."""


class Readable(Compat32):
    """How letters are parsed: a header asked for is text, whatever bytes stand in it."""

    def header_fetch_parse(self, name: str, value: str) -> Any:  # noqa: ARG002 -- the library's signature
        """The text; encoded words are left as they are."""
        return raw_text(value)


READABLE = Readable()


def decoded(raw: bytes, charset: str = "") -> str:
    """The text, in the encoding declared where the bytes fit it, else in the one of UTF-8 and GB18030 that they fit."""
    for encoding in dict.fromkeys((_CHINESE.get(charset.lower().strip(), "utf-8"), "utf-8", "gb18030")):
        try:
            return raw.decode(encoding)
        except (UnicodeDecodeError, LookupError):
            continue
    return raw.decode("gb18030", "replace")


def raw_text(value: object) -> str:
    """A header's value as the parser keeps it, with the bytes in it read as text."""
    text = str(value)[:LONGEST]
    if text.isascii():
        return text
    return decoded(text.encode("utf-8", "surrogateescape"))


def header(letter: Message, name: str) -> str:
    """The first header of that name, its encoded words read, on one line; empty where there is none."""
    return one_line(words(str(letter.get(name, ""))))


def words(text: str) -> str:
    """The text with its encoded words read. Neighbouring words may share a character cut in two."""
    joined = _BETWEEN.sub(r"\1", _FOLD.sub("", text[:LONGEST]))
    pieces: list[tuple[bytes, str] | str] = []
    end = 0
    for match in _WORD.finditer(joined):
        if match.start() > end:
            pieces.append(joined[end : match.start()])
        charset, raw = match[1], _unwrapped(match[2], match[3])
        last = pieces[-1] if pieces else ""
        if isinstance(last, tuple) and last[1].lower() == charset.lower():
            pieces[-1] = (last[0] + raw, charset)
        else:
            pieces.append((raw, charset))
        end = match.end()
    pieces.append(joined[end:])
    return "".join(piece if isinstance(piece, str) else decoded(*piece) for piece in pieces)


def _unwrapped(kind: str, text: str) -> bytes:
    """The bytes of an encoded word; of a damaged one as many as can be had."""
    if kind in "qQ":
        raw = text.replace("_", " ").encode("utf-8", "surrogateescape")
        return _QUOTED.sub(lambda found: bytes([int(found[1], 16)]), raw)
    return from_base64(text)


def file_name(part: Message) -> str:
    """What an attachment is called, empty where it is not: of several names the first that says anything."""
    places = (("filename", "content-disposition"), ("name", "content-type"), ("name", "content-disposition"))
    names = (_parameter(part, parameter, place) for parameter, place in places)
    return next((name for name in names if name), "") or one_line(
        words(str(part.get("content-description", "")))
    )


def _parameter(part: Message, name: str, place: str) -> str:
    """One parameter as text."""
    try:
        value = Letter.get_param(part, name, "", place)
    except (
        ValueError,
        LookupError,
        TypeError,
        AttributeError,
    ):  # what the library makes of nonsense in RFC 2231's numbers
        return ""
    if isinstance(value, tuple):
        charset, _, text = value
        try:
            raw = text.encode("latin-1")
            whole = (
                raw if raw.isascii() else unquote_to_bytes(raw)
            )  # pieces that were cut within a per cent sign
            return one_line(words(decoded(whole, charset or "")))
        except UnicodeEncodeError:
            return one_line(text)
    return one_line(_unquoted(words(str(value))))


def _unquoted(text: str) -> str:
    """A name that a web page wrote with per cent signs, read where it is certain: UTF-8 beyond ASCII."""
    if "%" not in text or _BARE.search(text):
        return text
    try:
        name = unquote_to_bytes(text).decode()
    except UnicodeDecodeError:
        return text
    return text if name.isascii() else name


def one_line(text: str) -> str:
    """The text without line breaks and characters that cannot be seen."""
    return " ".join("".join(c if c.isprintable() else " " for c in text).split())
