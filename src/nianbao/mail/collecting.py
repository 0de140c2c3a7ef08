"""Letters into the round: workbooks to `returned/`, bounces to the messages that they answer, everything to the ledger.

For each letter its files are written first, under names that come out the same again, and then all is recorded at
once with how far the mailbox was read. Killed at any moment and run again, nothing is lost and nothing is there twice.
"""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from nianbao.frozen import frozen
from nianbao.layout.identity import CONSOLIDATED
from nianbao.ledger.letters import Enclosure, Letter, letters, note_place, take_in
from nianbao.ledger.messages import Event, message_by_id, record, sent
from nianbao.mail.bounces import bounce_of, is_automatic
from nianbao.mail.collected import Collected, Item, Kind, Outcome
from nianbao.mail.naming import place_for
from nianbao.mail.pieces import What, pieces_of
from nianbao.mail.unpacking import unpack
from nianbao.messages import Message, say
from nianbao.opening.grid import UnreadableError
from nianbao.opening.workbooks import Opener
from nianbao.returned.claims import judge_claim
from nianbao.roster.units import word_key
from nianbao.writing import holds, save

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from datetime import datetime

    from nianbao.layout.identity import Identity
    from nianbao.ledger.book import Book
    from nianbao.ledger.letters import Place
    from nianbao.mail.bounces import Bounce
    from nianbao.mail.pieces import Piece
    from nianbao.mail.unpacking import Unpacked
    from nianbao.roster.units import Unit
    from nianbao.rounds.rounds import Round

ASIDE = "mail/aside"
"""Where what is nobody's, or cannot be read, is kept for a person to look at."""


@frozen
class Incoming:
    """A letter, or a loose file, before it is opened. `read`: account, folder and place, for one from a mailbox."""

    source: str
    data: bytes
    received: datetime
    read: tuple[str, str, Place] | None = None
    loose: str = ""


class Desk:
    """Takes letters in, one after another."""

    def __init__(self, here: Round, book: Book) -> None:
        self._here = here
        self._book = book
        self._expectation = here.expectation()
        self._opener = Opener(here.settings.limits)
        self._senders = {unit.email.lower(): unit for unit in here.roster.units if unit.email}
        self._known: set[tuple[str, ...]] = set()
        for letter, inside in letters(book):
            self._known.add((letter.sha256,))
            self._known.add(_key(letter.message_id, (one.sha256 for one in inside)))
        self._known.discard(())
        self.known = 0

    def take(self, incoming: Incoming) -> Collected | None:
        """What came of the letter, recorded; None for one that was taken in before."""
        sha256 = hashlib.sha256(incoming.data).hexdigest()
        if (sha256,) in self._known:
            self._met_again(incoming)
            return None
        letter = None if incoming.loose else unpack(incoming.data, self._here.settings.limits)
        pieces = letter.pieces if letter else tuple(self._loose(incoming))
        key = _key(letter.message_id if letter else "", (_digest(piece.data) for piece in pieces))
        if key and key in self._known:
            self._met_again(incoming)
            return None
        done = self._sorted(incoming, letter, pieces)
        self._record(incoming, letter, done)
        self._known |= {(sha256,), key} - {()}
        return done

    def _met_again(self, incoming: Incoming) -> None:
        """Nothing but that the mailbox was read so far."""
        self.known += 1
        if incoming.read:
            note_place(self._book, *incoming.read)

    def _loose(self, incoming: Incoming) -> Iterator[Piece]:
        yield from pieces_of(incoming.loose, incoming.data, self._here.settings.limits)

    def _sorted(self, incoming: Incoming, letter: Unpacked | None, pieces: Sequence[Piece]) -> Collected:
        """What kind of letter it is, and its things seen to."""
        kind: Kind = Kind.ATTACHMENTS
        items: tuple[Item, ...] = ()
        if letter and message_by_id(self._book, letter.message_id):
            kind = Kind.OWN
        elif letter and (bounce := bounce_of(letter)):
            kind, items = Kind.BOUNCE, tuple(self._bounced(bounce))
        else:
            items = tuple(self._item(piece, incoming.received, letter) for piece in pieces)
            automatic = letter is not None and is_automatic(letter)
            kind = _kind(items, automatic=automatic)
        return Collected(
            source=incoming.source,
            kind=kind,
            sender=letter.sender if letter else "",
            sender_name=letter.sender_name if letter else "",
            subject=letter.subject if letter else incoming.loose,
            received=incoming.received,
            items=items,
            unit=self._senders.get(letter.sender) if letter else None,
        )

    def _item(self, piece: Piece, received: datetime, letter: Unpacked | None) -> Item:
        """One thing put where it belongs."""
        if piece.what is What.OTHER:
            return Item(piece.name, Outcome.OTHER, _digest(piece.data), why=piece.why or "")
        unit, why = self._origin(piece) if piece.what is What.WORKBOOK else (None, piece.why or "")
        if unit:
            path = self._put(f"returned/{unit.code}", piece, received)
            stranger = bool(letter and unit.email and letter.sender != unit.email.lower())
            return Item(piece.name, Outcome.RETURNED, _digest(piece.data), path, unit, stranger=stranger)
        outcome = Outcome.UNKNOWN if piece.what is What.WORKBOOK else Outcome.UNREADABLE
        path = self._put(ASIDE, piece, received) if piece.data else ""
        return Item(piece.name, outcome, _digest(piece.data), path, why=why)

    def _origin(self, piece: Piece) -> tuple[Unit | None, Message | str]:
        """The unit of this round whose workbook it is by what it carries, or why it is none's."""
        try:
            claim = judge_claim(self._opener.open(piece.data), self._expectation)
        except UnreadableError as error:
            return None, error.detail
        except Exception:  # noqa: BLE001 -- whatever stands in a file, it is kept and told, and the others are taken in
            return None, say("内容无法识别，读不出来。请对方重新保存后再发。")
        why = claim.finding.message if claim.finding else ""
        if claim.unit and claim.identity and not self._is_of(claim.unit, claim.identity):
            return None, say("是别的单位的表（{title}）", title=claim.identity.unit_name)
        return claim.unit, why

    def _is_of(self, unit: Unit, identity: Identity) -> bool:
        """Whether a workbook is the unit's: offices elsewhere number their units in the same way."""
        ours = identity.round_id == self._here.settings.round_id or identity.role == CONSOLIDATED
        return ours or word_key(identity.unit_name) == word_key(unit.name)

    def _put(self, folder: str, piece: Piece, received: datetime) -> str:
        """Where the thing was put, as seen from the round."""
        path = place_for(self._here.folder / folder, piece.file or piece.name, piece.data, received)
        if not holds(path, piece.data):
            save(path, piece.data, mtime_ns=int(received.timestamp()) * 10**9)
        return f"{folder}/{path.name}"

    def _bounced(self, bounce: Bounce) -> Iterator[Item]:
        """Each address that was not reached, with its unit; the ledger is told of the messages meant."""
        by_id = [one for one in (message_by_id(self._book, one) for one in bounce.ids) if one]
        ours = [one for one in sent(self._book) if one.message.address.lower() in bounce.addresses]
        latest = {one.message.address.lower(): one for one in ours if one.event is not Event.COMPOSED}
        for one in by_id or latest.values():
            if one.event is not Event.BOUNCED:
                record(self._book, one.number, Event.BOUNCED, bounce.reason)
        units = {
            one.message.address.lower(): self._here.roster.unit(one.message.unit)
            for one in (*latest.values(), *by_id)
        }
        units |= {address: unit for address, unit in self._senders.items() if address in bounce.addresses}
        for address in units or bounce.addresses or ("",):
            yield Item(address, Outcome.BOUNCED, unit=units.get(address), why=bounce.reason)

    def _record(self, incoming: Incoming, letter: Unpacked | None, done: Collected) -> None:
        date = letter.date if letter else None
        said = Letter(
            source=incoming.source,
            message_id=letter.message_id if letter else "",
            sender=done.sender,
            sent_on=date.isoformat() if date else "",
            subject=done.subject,
        )
        inside = [Enclosure(item.name, item.sha256, item.outcome, _detail(item)) for item in done.items]
        if not inside:
            inside = [Enclosure("", "", str(done.kind))]
        take_in(self._book, said, incoming.data, inside, read=incoming.read)


def _kind(items: Sequence[Item], *, automatic: bool) -> Kind:
    """What an ordinary letter is, by what is in it."""
    if any(item.outcome is Outcome.RETURNED for item in items):
        return Kind.RETURN
    if automatic:
        return Kind.AUTOMATIC
    return Kind.ATTACHMENTS if items else Kind.WORDS


def _detail(item: Item) -> str:
    """Why, or where to, as the ledger keeps it."""
    return item.path if item.outcome is Outcome.RETURNED else str(item.why) or item.path


def _digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest() if data else ""


def _key(message_id: str, digests: Iterable[str]) -> tuple[str, ...]:
    """What a letter is known by when it comes by another way, its bytes not quite the same; empty without an id."""
    return (message_id, *sorted(filter(None, digests))) if message_id else ()
