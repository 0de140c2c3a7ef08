"""Answers to what units returned, as messages: corrections, receipts and reminders."""

import os
from collections.abc import Iterator, Sequence

from nianbao.annotate.copies import Desk
from nianbao.cli.console import Console
from nianbao.cli.examining import examined
from nianbao.cli.mailing import Order, deliver, units_wanted
from nianbao.gathering.gather import gather
from nianbao.ledger.book import Book
from nianbao.ledger.messages import CORRECTIONS, RECEIPT, REMINDER
from nianbao.mail.correspondence import Correspondence
from nianbao.mail.drafts import correction_drafts, receipt_drafts, reminder_drafts
from nianbao.mail.sending import Draft
from nianbao.returned.review import Review
from nianbao.roster.units import Unit
from nianbao.rounds.examining import Examining
from nianbao.rounds.rounds import Round
from nianbao.rounds.sheet_password import sheet_password


def send_answers(console: Console, here: Round, order: Order, *, corrections: bool) -> int:
    """Corrections to units with faults, or receipts to those whose return counts."""
    units = units_wanted(here, order.only)
    with Book(here.ledger_path, adds=False) as book:
        office = Correspondence(here, book, CORRECTIONS if corrections else RECEIPT)
        found = _found(console, here)
        return deliver(console, here, answer_drafts(office, units, found, corrections=corrections), order)


def answer_drafts(
    office: Correspondence, units: Sequence[Unit], found: Review, *, corrections: bool
) -> Iterator[Draft]:
    """The answers to what was found."""
    here = office.here
    if not corrections:
        return receipt_drafts(office, units, found)
    gathered = gather([here.returned], limits=here.settings.limits)
    return correction_drafts(office, units, found, gathered, _desk(here))


def send_reminders(console: Console, here: Round, order: Order) -> int:
    """Reminders to units without a return that counts."""
    units = units_wanted(here, order.only)
    with Book(here.ledger_path, adds=False) as book:
        office = Correspondence(here, book, REMINDER)
        drafts = reminder_drafts(office, units, _found(console, here))
        return deliver(console, here, drafts, order)


def _found(console: Console, here: Round) -> Review:
    return examined(console, here, Examining())


def _desk(here: Round) -> Desk:
    password = sheet_password(os.environ, key=here.settings.key)
    return Desk(here.expectation(), here.settings.limits, None, password)
