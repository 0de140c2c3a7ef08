"""The bytes of what a letter carries, out of base64 and uuencode, declared or not."""

from __future__ import annotations

import binascii
import re
from typing import TYPE_CHECKING

from nianbao.opening.container import seems_packed

if TYPE_CHECKING:
    from email.message import Message as Letter

UU = re.compile(r"^begin [0-7]{3,4} ([^\r\n]{1,300})\r?\n", re.MULTILINE)
UU_END = "\nend"
BASE64 = re.compile(r"[A-Za-z0-9+/\s]+={0,2}")
PACKED_STARTS = ("UEsDB", "0M8R4K")
"""How a zip and an OLE file begin in base64."""


def content(part: Letter) -> bytes:
    """The bytes of a part, whatever it says of its transfer encoding."""
    try:
        data = part.get_payload(decode=True)
    except (ValueError, LookupError, binascii.Error, AssertionError):
        data = str(part.get_payload()).encode("utf-8", "surrogateescape")
    found = data if isinstance(data, bytes) else b""
    if found[:80].lstrip().startswith(tuple(start.encode() for start in PACKED_STARTS)):
        packed = packed_in_base64(found.decode("latin-1"))  # its header is silent about it
        return found if packed is None else packed
    return found


def packed_in_base64(text: str) -> bytes | None:
    """The zip or OLE file that the text is in base64, and nothing else; None where it is not."""
    if text.lstrip().startswith(PACKED_STARTS) and BASE64.fullmatch(text.strip()):
        return from_base64(text)
    return None


def from_base64(text: str) -> bytes:
    """The bytes; what is none of base64 is passed over."""
    packed = re.sub(r"[^A-Za-z0-9+/]", "", text)
    packed = packed[:-1] if len(packed) % 4 == 1 else packed
    return binascii.a2b_base64(packed + "=" * (-len(packed) % 4))


def without_uuencoded(text: str) -> tuple[str, list[tuple[str, bytes]]]:
    """The words, and the zip and OLE files that stood uuencoded among them, each with its name."""
    kept, files, start = [], [], 0
    while match := UU.search(text, start):
        end = text.find(UU_END, match.end() - 1)
        if end < 0:
            break
        data = _uudecoded(text[match.end() : end])
        if seems_packed(data):
            files.append((match[1], data))
            kept.append(text[start : match.start()])
        else:
            kept.append(text[start:end])
        start = end + len(UU_END)
    return "".join((*kept, text[start:])), files


def _uudecoded(text: str) -> bytes:
    """The bytes; nothing where a line is none of uuencode's."""
    found = bytearray()
    for line in text.splitlines():
        try:
            found += binascii.a2b_uu(line)
        except binascii.Error:
            size = (((ord(line[0]) - 32) & 63) * 4 + 5) // 3 if line else 0
            try:
                found += binascii.a2b_uu(line[:size])  # some programs add a character at the end
            except (binascii.Error, ValueError):
                return b""
        except ValueError:
            return b""
    return bytes(found)
