"""What mail tells of each unit: what it was sent, when and with what success, and which letter brought its file."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from nianbao.frozen import frozen
from nianbao.ledger.messages import BLANK, CORRECTIONS, RECEIPT, REMINDER, Event, sent

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from nianbao.ledger.book import Book
    from nianbao.ledger.messages import Sent

_ARRIVED = frozenset({Event.ACCEPTED, Event.BOUNCED})
"""A server took the message, whatever became of it afterwards."""


class Brought(NamedTuple):
    """The letter that brought a file. `at`: when it was taken in, UTC; `sender`: as it says."""

    at: str
    sender: str


@frozen
class Post:
    """What was mailed to a unit. Moments are UTC.

    `blank`: its last message with the blank, None where none was composed. `bounced`: the last message that came back,
    whatever it was. `reminded`, `corrected`, `receipted`: when a server took each such message.
    """

    blank: Sent | None = None
    bounced: Sent | None = None
    reminded: Sequence[str] = ()
    corrected: Sequence[str] = ()
    receipted: Sequence[str] = ()


NO_POST = Post()


def posts(book: Book) -> Mapping[str, Post]:
    """The mail of each unit that was sent any, by its code."""
    found: dict[str, list[Sent]] = {}
    for one in sent(book):
        found.setdefault(one.message.unit, []).append(one)
    return {unit: _post(messages) for unit, messages in found.items()}


def _post(messages: Sequence[Sent]) -> Post:
    bounced = [one for one in messages if one.event is Event.BOUNCED]
    blanks = [one for one in messages if one.message.kind == BLANK]
    return Post(
        blank=blanks[-1] if blanks else None,
        bounced=bounced[-1] if bounced else None,
        reminded=_taken(messages, REMINDER),
        corrected=_taken(messages, CORRECTIONS),
        receipted=_taken(messages, RECEIPT),
    )


def _taken(messages: Iterable[Sent], kind: str) -> Sequence[str]:
    return tuple(one.message.at for one in messages if one.message.kind == kind and one.event in _ARRIVED)


def brought(book: Book) -> Mapping[str, Brought]:
    """The first letter that brought each file, by the file's SHA-256."""
    rows = book.rows(
        "SELECT enclosure.sha256, letter.at, sender FROM enclosure JOIN letter ON letter.id = enclosure.letter"
        " WHERE enclosure.sha256 != '' ORDER BY letter.id DESC"
    )
    return {sha256: Brought(at, sender) for sha256, at, sender in rows}
