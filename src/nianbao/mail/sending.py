"""Messages to units, one after the other over one connection; every step is in the ledger before the next is taken.

So a run that was cut short at any point can be run again: what the server has taken, or may have taken, is not sent
again, and what it certainly has not is.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from nianbao.frozen import frozen
from nianbao.ledger.messages import Event, attempt, compose, record, sent
from nianbao.ledger.messages import Message as Record
from nianbao.mail import pace as pacing
from nianbao.mail.composing import answered, composed, message_id, one_line
from nianbao.mail.line import LineError
from nianbao.mail.standing import Outcome, may_resend, standing

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from nianbao.ledger.book import Book
    from nianbao.ledger.messages import Sent
    from nianbao.mail.composing import Mail
    from nianbao.mail.line import Line
    from nianbao.mail.pace import Pace
    from nianbao.mail.standing import Standing
    from nianbao.roster.units import Unit

GIVING_UP = 3
"""So many connections lost one after the other, and the run pauses."""
_UNSENT = frozenset({Outcome.DEFERRED, Outcome.WAITING})


@frozen
class Draft:
    """A message that a unit should get. `trouble`: why it cannot, and then there is no `mail`.

    `digest`: what it is about; `mail` makes its words and attachments, when it is their turn.
    """

    unit: Unit
    kind: str
    digest: str = ""
    mail: Callable[[], Mail] | None = None
    trouble: Outcome | None = None


@frozen
class Result:
    """What became of a draft. `detail`: the server's words; `at`: of the message before, where there was one."""

    draft: Draft
    outcome: Outcome
    detail: str = ""
    message_id: str = ""
    at: str = ""


@frozen
class Wish:
    """What the office wants. `resend`: also to those that may have it; `named`: those units only."""

    key: bytes
    resend: bool = False
    named: bool = False


def bare(draft: Draft) -> Draft:
    """The draft without its message, which takes room: there may be thousands."""
    return replace(draft, mail=None)


class Desk:
    """Tells what is to be sent, by the ledger."""

    def __init__(self, book: Book, wish: Wish) -> None:
        self.book = book
        self._wish = wish

    def judged(self, draft: Draft) -> Result:
        """How it stands with the draft; `due` where it is to be sent."""
        if draft.trouble:
            return Result(draft, draft.trouble)
        found = self._standing(draft, sent(self.book, draft.unit.code, draft.kind))
        if self._wish.resend and may_resend(found, named=self._wish.named):
            return Result(draft, Outcome.DUE)
        last = found.last
        if last is None:
            return Result(draft, found.outcome)
        return Result(draft, found.outcome, last.detail, last.message.message_id, last.event_at)

    def composed(self, draft: Draft, mail: Mail) -> tuple[Record, bytes]:
        """The message as it would go now."""
        number = len(sent(self.book, draft.unit.code, draft.kind))
        domain = mail.sender.rpartition("@")[2]
        name = message_id(self._wish.key, unit=draft.unit.code, kind=draft.kind, number=number, domain=domain)
        about = (draft.unit.code, draft.kind, mail.address, one_line(mail.subject), draft.digest)
        return Record(name, *about, answered(mail)), composed(mail, name)

    @staticmethod
    def _standing(draft: Draft, history: Sequence[Sent]) -> Standing:
        return standing(history, kind=draft.kind, digest=draft.digest, address=draft.unit.email)


def settle_interrupted(book: Book) -> None:
    """Of a run that was cut short in the middle of a message, it is recorded that nobody knows."""
    for one in sent(book):
        if one.event is Event.ATTEMPT:
            record(book, one.number, Event.UNCERTAIN)


class Mailer:
    """Sends. `connect` opens a connection; `done` hears of each result. `fault`: why the last connection failed."""

    def __init__(self, desk: Desk, connect: Callable[[], Line], pace: Pace) -> None:
        self._desk = desk
        self._connect = connect
        self._pace = pace
        self._line: Line | None = None
        self._lost = 0
        self.fault: LineError | None = None

    def send(self, drafts: Iterable[Draft], done: Callable[[Result], None] = lambda _: None) -> list[Result]:
        """What became of each; those that the server put off are tried again after a while."""
        settle_interrupted(self._desk.book)
        results: dict[int, Result] = {}
        try:
            waiting = self._tried(enumerate(drafts), results, done)
            for seconds in pacing.BACK_OFF:
                if not waiting or (self.fault and self.fault.lasting):
                    break
                self._pace.back_off(seconds, self.fault.message if self.fault else None)
                waiting = self._tried(waiting.items(), results, done)
        finally:
            if self._line:
                self._line.quit()
        for number, draft in waiting.items():
            results.setdefault(number, Result(bare(draft), Outcome.WAITING))
        return [results[number] for number in sorted(results)]

    def _tried(
        self,
        drafts: Iterable[tuple[int, Draft]],
        results: dict[int, Result],
        done: Callable[[Result], None],
    ) -> dict[int, Draft]:
        """Those that are to be tried again. After some connections lost in a row, and without one, the rest waits."""
        again: dict[int, Draft] = {}
        self.fault, self._lost = None, 0
        for number, draft in drafts:
            if self.fault or self._lost >= GIVING_UP:
                again[number] = draft
                continue
            result = self._one(draft)
            results[number] = replace(result, draft=bare(draft))
            if result.outcome in _UNSENT:
                again[number] = draft
            else:
                done(result)
        return again

    def _one(self, draft: Draft) -> Result:
        """One draft sent, if it is due."""
        judged = self._desk.judged(draft)
        if judged.outcome is not Outcome.DUE or draft.mail is None:
            return judged
        self._pace.wait()
        try:
            line = self._line = self._line or self._connect()
        except LineError as error:
            self.fault = error
            return replace(judged, outcome=Outcome.WAITING)
        mail = draft.mail()
        message, data = self._desk.composed(draft, mail)
        number = compose(self._desk.book, message, data)
        answer = line.give(mail.sender, mail.address, data, about_to=lambda: self._claim(number))
        record(self._desk.book, number, answer.event, answer.detail)
        self._lost = self._lost + 1 if answer.lost else 0
        if (
            answer.lost or answer.event is Event.DEFERRED
        ):  # some servers take so many over one connection only
            line.quit()
            self._line = None
        return Result(draft, Outcome(answer.event.value), answer.detail, message.message_id)

    def _claim(self, number: int) -> None:
        if not attempt(self._desk.book, number):
            raise RuntimeError(number)
