"""Mail that came in: every letter as it was, what was in it, and how far each mailbox has been read."""

from __future__ import annotations

import hashlib
from datetime import datetime
from typing import TYPE_CHECKING, NamedTuple

from nianbao.frozen import frozen
from nianbao.ledger.book import now

if TYPE_CHECKING:
    from collections.abc import Sequence

    from nianbao.ledger.book import Book, Writer


@frozen
class Enclosure:
    """Something found in a letter. `name`: as the letter has it, with `/` where it was inside another one.

    `sha256`: of its bytes, empty where they could not be had; `outcome`: what became of it; `detail`: why, or where.
    """

    name: str
    sha256: str
    outcome: str
    detail: str = ""


@frozen
class Letter:
    """A message that came in.

    `source`: where it was found (`imap:user@host/INBOX/7/123`, or a file's path as the round sees it).
    `message_id`, `sender`, `sent_on`, `subject`: as it says; empty where it does not.
    """

    source: str
    message_id: str = ""
    sender: str = ""
    sent_on: str = ""
    subject: str = ""
    sha256: str = ""
    at: str = ""


class Place(NamedTuple):
    """How far a mailbox was read: its UIDVALIDITY and the last UID that was taken in."""

    uidvalidity: int
    uid: int


_LETTER = "source, message_id, sender, sent_on, subject, sha256, at"
_ENCLOSURE = "name, sha256, outcome, detail"


def take_in(  # noqa: PLR0913 -- what is recorded at once
    book: Book,
    letter: Letter,
    data: bytes,
    enclosures: Sequence[Enclosure],
    *,
    contents: Sequence[bytes] = (),
    read: tuple[str, str, Place] | None = None,
) -> bool:
    """The letter recorded with its bytes, what was in it, and this moment; False where it was taken in before.

    `contents`: bytes of enclosures to be kept. `read`: account, folder and place of the mailbox, recorded with it.
    """
    digest = hashlib.sha256(data).hexdigest()
    with book.writing() as writer:
        if read:
            _note_place(writer, *read)
        if writer.row("SELECT 1 FROM letter WHERE source = ? AND sha256 = ?", (letter.source, digest)):
            return False
        kept = ((hashlib.sha256(one).hexdigest(), len(one), one) for one in (data, *contents))
        writer.add("content", kept, columns="sha256, size, data")
        said = (letter.source, letter.message_id, letter.sender, letter.sent_on, letter.subject)
        writer.add("letter", [(*said, digest, now())], columns=_LETTER)
        [number] = writer.row(
            "SELECT id FROM letter WHERE source = ? AND sha256 = ?", (letter.source, digest)
        )
        rows = [(number, one.name, one.sha256, one.outcome, one.detail) for one in enclosures]
        writer.add("enclosure", rows, columns=f"letter, {_ENCLOSURE}")
    return True


def letters(book: Book) -> Sequence[tuple[Letter, Sequence[Enclosure]]]:
    """Every letter with what was in it, the oldest first."""
    found: dict[int, list[Enclosure]] = {}
    for number, *parts in book.rows(f"SELECT letter, {_ENCLOSURE} FROM enclosure ORDER BY id"):  # noqa: S608 -- our own names
        found.setdefault(number, []).append(Enclosure(*parts))
    rows = book.rows(f"SELECT id, {_LETTER} FROM letter ORDER BY id")  # noqa: S608 -- as above
    with book.understood():
        return [(_letter(*row), tuple(found.get(number, ()))) for number, *row in rows]


def letters_with(book: Book, sha256: str) -> Sequence[Letter]:
    """The letters in which a file with these bytes came, the oldest first."""
    query = (
        f"SELECT {_LETTER} FROM letter"  # noqa: S608 -- our own names
        " WHERE id IN (SELECT letter FROM enclosure WHERE enclosure.sha256 = ?) ORDER BY id"
    )
    rows = book.rows(query, (sha256,))
    with book.understood():
        return [_letter(*row) for row in rows]


def _letter(*row: str) -> Letter:
    """One row."""
    letter = Letter(*row)
    datetime.fromisoformat(letter.at)  # ValueError for what is no moment
    return letter


def place_in(book: Book, account: str, folder: str) -> Place | None:
    """How far the mailbox was read; None for one that never was."""
    row = book.row(
        "SELECT uidvalidity, uid FROM mailbox WHERE account = ? AND folder = ? ORDER BY id DESC",
        (account, folder),
    )
    return Place(*row) if row else None


def note_place(book: Book, account: str, folder: str, place: Place) -> None:
    """How far the mailbox has been read, and this moment; nothing where that is known."""
    with book.writing() as writer:
        _note_place(writer, account, folder, place)


def _note_place(writer: Writer, account: str, folder: str, place: Place) -> None:
    last = writer.row(
        "SELECT uidvalidity, uid FROM mailbox WHERE account = ? AND folder = ? ORDER BY id DESC",
        (account, folder),
    )
    if last != tuple(place):
        columns = "at, account, folder, uidvalidity, uid"
        writer.add("mailbox", [(now(), account, folder, *place)], columns=columns)
