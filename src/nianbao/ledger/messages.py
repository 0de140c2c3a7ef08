"""Mail that went out: every message as it was composed, and what became of it, step by step."""

from __future__ import annotations

import hashlib
from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from nianbao.frozen import frozen
from nianbao.ledger.book import now

if TYPE_CHECKING:
    from collections.abc import Sequence

    from nianbao.ledger.book import Book, Writer

BLANK, CORRECTIONS, REMINDER, RECEIPT = KINDS = ("blank", "corrections", "reminder", "receipt")


class Event(StrEnum):
    """A step of a message.

    `composed`: made, nothing sent. `attempt`: the server is about to be given it; whether it has taken it is not known
    until the next step. `accepted`: the server has taken it. `refused`, `deferred`: it has not, for good or for now.
    `uncertain`: the connection was lost, or the program stopped, before the server's answer. `bounced`: it came back.
    """

    COMPOSED = "composed"
    ATTEMPT = "attempt"
    ACCEPTED = "accepted"
    REFUSED = "refused"
    DEFERRED = "deferred"
    UNCERTAIN = "uncertain"
    BOUNCED = "bounced"


@frozen
class Message:
    """One message to one unit. `digest`: what it is about, so that the same is not said twice.

    `in_reply_to`: a message id, empty where it begins a thread; `sha256`: of the message's bytes, which are kept.
    """

    message_id: str
    unit: str
    kind: str
    address: str
    subject: str
    digest: str
    in_reply_to: str = ""
    sha256: str = ""
    at: str = ""


@frozen
class Sent:
    """A message and its last step. `number`: its own in the ledger; `event_at`: UTC."""

    number: int
    message: Message
    event: Event
    event_at: str
    detail: str


@frozen
class Delivery:
    """A step of the message with that number."""

    at: str
    number: int
    event: Event
    detail: str


_COLUMNS = "message_id, unit, kind, address, subject, digest, in_reply_to, sha256, at"


def compose(book: Book, message: Message, data: bytes) -> int:
    """The message's number, recorded with its bytes and this moment. ValueError where its id was taken before."""
    digest, moment = hashlib.sha256(data).hexdigest(), now()
    with book.writing() as writer:
        if writer.row("SELECT 1 FROM message WHERE message_id = ?", (message.message_id,)):
            raise ValueError(message.message_id)
        writer.add("content", [(digest, len(data), data)], columns="sha256, size, data")
        said = (message.message_id, message.unit, message.kind, message.address, message.subject)
        row = (*said, message.digest, message.in_reply_to, digest, moment)
        writer.add("message", [row], columns=_COLUMNS)
        [number] = writer.row("SELECT id FROM message WHERE message_id = ?", (message.message_id,))
        _add(writer, number, Event.COMPOSED, "", moment)
    return int(number)


def record(book: Book, number: int, event: Event, detail: str = "") -> None:
    """A step of the message with that number, and this moment."""
    with book.writing() as writer:
        _add(writer, number, event, detail, now())


def attempt(book: Book, number: int) -> bool:
    """The attempt recorded; False, and nothing recorded, where the message may be on its way or there already."""
    with book.writing() as writer:
        last = writer.row("SELECT event FROM delivery WHERE message = ? ORDER BY id DESC", (number,))
        if last and Event(last[0]) not in {Event.COMPOSED, Event.DEFERRED, Event.REFUSED}:
            return False
        _add(writer, number, Event.ATTEMPT, "", now())
    return True


def _add(writer: Writer, number: int, event: Event, detail: str, moment: str) -> None:
    writer.add("delivery", [(moment, number, event.value, detail)], columns="at, message, event, detail")


def sent(book: Book, unit: str = "", kind: str = "") -> Sequence[Sent]:
    """The messages with their last steps, the oldest first: of one unit or of all, of one kind or of all."""
    query = (
        "SELECT message.id, message_id, unit, kind, address, subject, digest, in_reply_to, sha256, message.at,"
        " event, delivery.at, detail FROM message JOIN delivery ON delivery.id ="
        " (SELECT max(id) FROM delivery WHERE message = message.id)"
        " WHERE ? IN ('', unit) AND ? IN ('', kind) ORDER BY message.id"
    )
    rows = book.rows(query, (unit, kind))
    with book.understood():
        return [_sent(*row) for row in rows]


def _sent(number: int, *row: Any) -> Sent:
    """One row."""
    *said, event, event_at, detail = row
    message = Message(*said)
    for moment in (message.at, event_at):
        datetime.fromisoformat(moment)  # ValueError for what is no moment
    return Sent(number, message, Event(event), event_at, detail)


def message_by_id(book: Book, message_id: str) -> Sent | None:
    """The message that has this id, with its last step; None for one that is none of ours."""
    row = book.row("SELECT unit, kind FROM message WHERE message_id = ?", (message_id,))
    if row is None:
        return None
    return next((one for one in sent(book, *row) if one.message.message_id == message_id), None)


def deliveries(book: Book, number: int = 0) -> Sequence[Delivery]:
    """Every step, the oldest first, of one message or of all."""
    query = "SELECT at, message, event, detail FROM delivery WHERE ? IN (0, message) ORDER BY id"
    rows = book.rows(query, (number,))
    with book.understood():
        return [Delivery(_moment(at), message, Event(event), detail) for at, message, event, detail in rows]


def _moment(at: str) -> str:
    datetime.fromisoformat(at)  # ValueError for what is no moment
    return at


def attempts_since(book: Book, moment: str) -> Sequence[str]:
    """When messages were given to a server since then (UTC), the oldest first: for the limit in an hour."""
    rows = book.rows(
        "SELECT at FROM delivery WHERE event = ? AND at > ? ORDER BY at", (Event.ATTEMPT.value, moment)
    )
    with book.understood():
        return [_moment(at) for (at,) in rows]
