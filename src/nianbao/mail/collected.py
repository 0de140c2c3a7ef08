"""What came of a letter, as values: for the ledger, for people and for programs."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING

from nianbao.frozen import frozen

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from nianbao.messages import Message
    from nianbao.problems import Problem
    from nianbao.roster.units import Unit


class Outcome(StrEnum):
    """What was done with a thing in a letter. The words stand in the ledger.

    `returned`: a unit's workbook, put into `returned/`. `unknown`: a workbook of no unit of this round. `unreadable`:
    it may hold a workbook and could not be read. `other`: no workbook. `bounced`: an address that our
    message did not reach.
    """

    RETURNED = "returned"
    UNKNOWN = "unknown"
    UNREADABLE = "unreadable"
    OTHER = "other"
    BOUNCED = "bounced"


class Kind(StrEnum):
    """What a letter is: workbooks of units, other attachments, words only; a bounce, a program's answer, our own."""

    RETURN = "return"
    ATTACHMENTS = "attachments"
    WORDS = "words"
    BOUNCE = "bounce"
    AUTOMATIC = "automatic"
    OWN = "own"


@frozen
class Item:
    """A thing in a letter. `path`: where it was put, as seen from the round, else empty; `why`: as `Piece` has it.

    `stranger`: the sender is not at the unit's address in the roster. For a bounce `name` is the address.
    """

    name: str
    outcome: Outcome
    sha256: str = ""
    path: str = ""
    unit: Unit | None = None
    why: Message | str = ""
    stranger: bool = False


@frozen
class Collected:
    """A letter and what came of it. `sender`: the address; `unit`: whose address in the roster that is."""

    source: str
    kind: Kind
    sender: str
    sender_name: str
    subject: str
    received: datetime
    items: tuple[Item, ...]
    unit: Unit | None = None

    @property
    def needs_person(self) -> bool:
        """Whether somebody has to see to it."""
        waiting = {Outcome.UNKNOWN, Outcome.UNREADABLE, Outcome.BOUNCED}
        return any(item.outcome in waiting for item in self.items)


@frozen
class Collection:
    """All that one run took in. `known`: letters met that were taken in before; `broken`: why it ended early."""

    letters: tuple[Collected, ...]
    known: int = 0
    broken: tuple[Problem, ...] = ()

    @property
    def needs_person(self) -> bool:
        """Whether anything in it does."""
        return any(letter.needs_person for letter in self.letters)

    @property
    def counts(self) -> Mapping[str, int]:
        """How many letters, and how many things of each outcome."""
        items = [item.outcome for letter in self.letters for item in letter.items]
        return {"letters": len(self.letters), **{str(one): items.count(one) for one in Outcome}}
