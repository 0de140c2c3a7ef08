"""Whether a unit is to get a message: what the ledger says of earlier ones about the same."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING

from nianbao.frozen import frozen
from nianbao.ledger.messages import BLANK, Event

if TYPE_CHECKING:
    from collections.abc import Sequence

    from nianbao.ledger.messages import Sent

MAY_BE_THERE = frozenset({Event.ATTEMPT, Event.ACCEPTED, Event.UNCERTAIN, Event.BOUNCED})
"""Steps after which the unit may have the message, or had it on its way."""


class Outcome(StrEnum):
    """How it stands with a unit.

    `due`: it is to get the message; `sent`: it got it before; `changed`: it got another one, what is to be sent has
    changed since; `uncertain`: nobody knows whether it got it; `bounced`: it came back, and the address is the same.
    `no-address`, `no-blank`, `stale-blank`: it cannot be sent to. Of this run: `accepted`, `refused`, `deferred` and
    `waiting` (not tried).
    """

    DUE = "due"
    SENT = "sent"
    CHANGED = "changed"
    UNCERTAIN = "uncertain"
    BOUNCED = "bounced"
    NO_ADDRESS = "no-address"
    NO_BLANK = "no-blank"
    STALE_BLANK = "stale-blank"
    ACCEPTED = "accepted"
    REFUSED = "refused"
    DEFERRED = "deferred"
    WAITING = "waiting"


WELL = frozenset({Outcome.DUE, Outcome.SENT, Outcome.ACCEPTED})
"""How it stands with a unit that needs nobody's attention."""


@frozen
class Standing:
    """How it stands with a unit, and the message that it is about, where there is one."""

    outcome: Outcome
    last: Sent | None = None


def standing(history: Sequence[Sent], *, kind: str, digest: str, address: str) -> Standing:
    """By the unit's messages of this kind, the oldest first. A blank is one thing however it changes."""
    about = [
        one
        for one in history
        if one.event in MAY_BE_THERE and (kind == BLANK or one.message.digest == digest)
    ]
    if not about:
        return Standing(Outcome.DUE)
    last = about[-1]
    if last.event in {Event.ATTEMPT, Event.UNCERTAIN}:
        return Standing(Outcome.UNCERTAIN, last)
    if last.event is Event.BOUNCED:
        moved = last.message.address != address
        return Standing(Outcome.DUE if moved else Outcome.BOUNCED, last)
    return Standing(Outcome.SENT if last.message.digest == digest else Outcome.CHANGED, last)


def may_resend(found: Standing, *, named: bool) -> bool:
    """Whether `--resend` is about this unit: one that is well only where it is named."""
    return named or found.outcome is not Outcome.SENT
