"""One turn of `watch`: what is new in the mailbox, what was found of it, and what was answered."""

import os
from collections.abc import Sequence
from datetime import UTC, datetime

from nianbao.beijing import moment
from nianbao.cli.answering import answer_drafts
from nianbao.cli.console import Console
from nianbao.cli.examining import examined
from nianbao.cli.mailing import WORDS
from nianbao.ledger.book import Book
from nianbao.ledger.messages import CORRECTIONS, RECEIPT
from nianbao.mail.correspondence import Correspondence
from nianbao.mail.dispatching import SendingError, dispatch
from nianbao.mail.receiving import Wish, collect_mailbox
from nianbao.mail.sending import Result
from nianbao.mail.sending import Wish as Sending
from nianbao.mail.standing import WELL, Outcome
from nianbao.mail.stopping import Stop
from nianbao.mail.telling import collected_lines
from nianbao.messages import Message, say
from nianbao.problems import Problem, refuse
from nianbao.reports.progress import counted, progress_sums
from nianbao.reports.story import MAIL_WORDS
from nianbao.returned.returns import STATUS_WORDS
from nianbao.returned.review import Review
from nianbao.rounds.examining import Examining, guard_ledger
from nianbao.rounds.following import Followed, follow, records_of
from nianbao.rounds.rounds import Round

_SAID_BEFORE = frozenset({Outcome.SENT, Outcome.DUE})


class Watch:
    """Remembers from turn to turn what was told, so that only news is."""

    def __init__(self, console: Console, stop: Stop, *, corrections: bool) -> None:
        self._console = console
        self._stop = stop
        self._corrections = corrections
        self._known: dict[str, tuple[str, str]] | None = None
        self._told: set[Message] = set()

    def turn(self, here: Round) -> bool:
        """Whether the lines held. Raises OfficeError for what a person has to mend first, and Stopping."""
        held = self._collect(here)
        found = examined(self._console, here, Examining())
        self._tell_progress(follow(here, found, records_of(here)))
        return self._answer(here, found) and held

    def _collect(self, here: Round) -> bool:
        """The mailbox's new letters taken in and told."""
        from nianbao.mail.mailbox import LineError  # noqa: PLC0415 -- IMAP where it is spoken

        guard_ledger(here)
        try:
            with Book(here.ledger_path, synced=True) as book:
                found = collect_mailbox(here, book, Wish(os.environ), lambda _: None)
        except LineError as error:
            self._complain(error.problems)
            return False
        if found.letters:
            self._console.result(self._stamped(say("来信 {count} 封。", count=len(found.letters))))
            for line in collected_lines(found):
                self._console.result(line)
        self._complain(found.broken)
        return not found.broken

    def _tell_progress(self, units: Sequence[Followed]) -> None:
        """The units whose file or state is another one than at the turn before; and the sums, where any is."""
        now = {
            unit.unit.code: (unit.counted.sha256 if unit.counted else "", unit.progress.status)
            for unit in units
        }
        before, self._known = self._known, now
        for unit in units:
            if before is not None and before.get(unit.unit.code) != now[unit.unit.code]:
                self._console.result(self._state(unit))
        if before != now:
            self._console.result(self._stamped(progress_sums(units)))

    def _state(self, unit: Followed) -> Message:
        status = self._console.words(STATUS_WORDS[unit.progress.status])
        found = counted(unit.progress.files, self._console.language)
        if found:
            return say("{unit}：{status}（{found}）", unit=unit.unit.name, status=status, found=found)
        return say("{unit}：{status}", unit=unit.unit.name, status=status)

    def _answer(self, here: Round, found: Review) -> bool:
        """Receipts, and corrections where they are wanted; whether the line held."""
        if not (here.settings.mail.address and here.settings.mail.host):
            self._once(say("nianbao.toml 里没有设置发信（[mail] 的 from 和 host），只收不发。"))
            return True
        kinds = (RECEIPT, CORRECTIONS) if self._corrections else (RECEIPT,)
        try:
            held = [self._sent(here, found, kind) for kind in kinds]
        except SendingError as error:
            self._complain(error.problems)
            return True
        return all(held)

    def _sent(self, here: Round, found: Review, kind: str) -> bool:
        """The answers of one kind sent, as far as they are due; whether the line held."""
        with Book(here.ledger_path, adds=False) as book, self._stop.gently():
            office = Correspondence(here, book, kind)
            drafts = answer_drafts(office, here.roster.units, found, corrections=kind == CORRECTIONS)
            results, fault = dispatch(here, drafts, Sending(here.settings.key), sleep=self._stop.sleep)
        for one in results:
            self._tell_message(one)
        if fault and fault.lasting:
            raise refuse(fault.message)
        self._complain([Problem(fault.message)] if fault else [])
        return fault is None

    def _tell_message(self, one: Result) -> None:
        """What became of it, the first time."""
        if one.outcome in _SAID_BEFORE:
            return
        said = {
            "unit": one.draft.unit.name,
            "kind": Message(MAIL_WORDS[one.draft.kind]),
            "outcome": Message(WORDS[one.outcome]),
        }
        if one.detail and one.outcome not in WELL:
            self._once(say("给「{unit}」的{kind}：{outcome}（{detail}）", detail=one.detail, **said))
        else:
            self._once(say("给「{unit}」的{kind}：{outcome}", **said))

    def _once(self, told: Message) -> None:
        """A line that is told the first time only."""
        if told not in self._told:
            self._told.add(told)
            self._console.result(told)

    def _complain(self, problems: Sequence[Problem]) -> None:
        for problem in problems:
            self._console.problem(problem)

    @staticmethod
    def _stamped(what: Message) -> Message:
        return say("{at}  {what}", at=moment(datetime.now(UTC).isoformat()), what=what)
