"""A message to a unit as bytes: subject, text, HTML and attachments, such that no value can become a header."""

from __future__ import annotations

import base64
import hashlib
import hmac
import re
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from typing import TYPE_CHECKING

from nianbao.beijing import BEIJING
from nianbao.frozen import frozen

if TYPE_CHECKING:
    from collections.abc import Sequence

XLSX = ("application", "vnd.openxmlformats-officedocument.spreadsheetml.sheet")
LONGEST_SUBJECT = 200
_POLICY = SMTP.clone(cte_type="7bit", refold_source="none")
"""Every server takes seven bits; with eight, some need an extension. What is set raw stays as it is."""
_MESSAGE_ID = re.compile(
    r"<[A-Za-z0-9.!#$%&'*+/=?^_`{|}~\[\]:-]{1,120}@[A-Za-z0-9.!#$%&'*+/=?^_`{|}~\[\]:-]{1,120}>"
)
_WORD_BYTES = 42
"""An encoded word may have 75 characters, so 42 bytes in Base64; whole characters only (RFC 2047, 2 and 5)."""


@frozen
class Attachment:
    """A workbook and the name under which it goes."""

    name: str
    data: bytes


@frozen
class Mail:
    """What a message says. `thread`: ids of the messages before it, the oldest first; it answers the last of them."""

    sender_name: str
    sender: str
    name: str
    address: str
    subject: str
    text: str
    html: str
    attachments: Sequence[Attachment] = ()
    thread: Sequence[str] = ()


def composed(mail: Mail, message_id: str) -> bytes:
    """The message, with this moment as its date."""
    message = EmailMessage(_POLICY)
    message["From"] = _address(mail.sender_name, mail.sender)
    message["To"] = _address(mail.name, mail.address)
    message["Subject"] = one_line(mail.subject)[:LONGEST_SUBJECT]
    message["Date"] = format_datetime(datetime.now(BEIJING))
    message.set_raw("Message-ID", message_id)
    if answered(mail):  # raw: Python would write a long id as encoded words
        message.set_raw("In-Reply-To", answered(mail))
        message.set_raw("References", "\r\n ".join(filter(is_message_id, dict.fromkeys(mail.thread))))
    message.set_content(mail.text, cte="base64")
    message.add_alternative(mail.html, subtype="html", cte="base64")
    for attachment in mail.attachments:
        _attach(message, attachment)
    return bytes(message)


def message_id(key: bytes, *, unit: str, kind: str, number: int, domain: str) -> str:
    """The id of the unit's message of that kind and number: the same whenever it is composed."""
    told = "".join(f"{len(part)}:{part};" for part in (unit, kind, str(number)))
    digest = hmac.new(key, told.encode(), hashlib.sha256).hexdigest()[:32]
    return f"<nianbao.{kind}.{digest}@{domain}>"


def answered(mail: Mail) -> str:
    """The id of the message that it answers; empty where it begins a thread."""
    return next(filter(is_message_id, reversed(mail.thread)), "")


def is_message_id(text: str) -> bool:
    """Whether it can stand among the headers as it is."""
    return _MESSAGE_ID.fullmatch(text) is not None


def one_line(text: str) -> str:
    """The text as a header may have it: on one line, nothing that cannot be seen, nothing that is read as encoded."""
    plain = "".join(character if character.isprintable() else " " for character in text)
    return " ".join(plain.split()).replace("=?", "= ?")


def _address(name: str, address: str) -> Address:
    return Address(display_name=one_line(name), addr_spec=address)


def _attach(message: EmailMessage, attachment: Attachment) -> None:
    """The workbook, its name in the standard's way and in the older one beside it (docs/decisions/0028)."""
    name = one_line(attachment.name)
    message.add_attachment(attachment.data, maintype=XLSX[0], subtype=XLSX[1], filename=name)
    part = next(part for part in reversed(list(message.iter_attachments())))
    part.set_raw("Content-Type", f'{"/".join(XLSX)};\r\n name="{_encoded(name)}"')


def _encoded(name: str) -> str:
    """The name as encoded words, one a line; as it is where it is ASCII."""
    if name.isascii():
        return re.sub(r'(["\\])', r"\\\1", name)
    words, word = [], b""
    for character in name:
        data = character.encode()
        if len(word) + len(data) > _WORD_BYTES:
            words.append(word)
            word = b""
        word += data
    return "\r\n ".join(f"=?utf-8?B?{base64.b64encode(part).decode()}?=" for part in (*words, word))
