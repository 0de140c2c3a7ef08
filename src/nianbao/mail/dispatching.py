"""Drafts of a round shown as files, or sent; of two runs at once the second is refused."""

from __future__ import annotations

import os
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from filelock import FileLock, Timeout

from nianbao.ledger.book import Book
from nianbao.mail.certificates import trusted
from nianbao.mail.correspondence import check_sender
from nianbao.mail.line import open_line
from nianbao.mail.pace import Pace, unheard
from nianbao.mail.secrets import SMTP, password
from nianbao.mail.sending import Desk, Draft, Mailer, bare
from nianbao.mail.standing import Outcome
from nianbao.messages import say
from nianbao.problems import OfficeError, Problem
from nianbao.roster.units import file_stem
from nianbao.writing import save

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from nianbao.mail.line import Line, LineError
    from nianbao.mail.pace import Telling
    from nianbao.mail.sending import Result, Wish
    from nianbao.rounds.rounds import Round

MAIL = "mail"
"""The folder in `results/` for messages that are shown."""
LOCK = ".sending.lock"


class SendingError(OfficeError):
    """Another command is sending for the round."""


def preview_path(here: Round, draft: Draft) -> Path:
    """Where the message is shown: `results/mail/blank/101_东河镇_2025.eml`."""
    return here.results / MAIL / draft.kind / f"{file_stem(draft.unit, here.period_key)}.eml"


def preview(here: Round, drafts: Iterable[Draft], wish: Wish) -> Iterator[Result]:
    """How it stands with each; those that are due are written as files, and nothing is sent or recorded.

    Files of an earlier time whose messages are not due now are taken away: what is there is what would be sent.
    """
    kinds, due = set[str](), set[Path]()
    with Book(here.ledger_path, adds=False) as book:
        desk = Desk(book, wish)
        for draft in drafts:
            kinds.add(draft.kind)
            result = desk.judged(draft)
            if result.outcome is Outcome.DUE and draft.mail:
                message, data = desk.composed(draft, draft.mail())
                path = preview_path(here, draft)
                save(path, data)
                due.add(path)
                result = replace(result, message_id=message.message_id)
            yield replace(result, draft=bare(draft))
    for path in {preview_path(here, Draft(unit, kind)) for unit in here.roster.units for kind in kinds} - due:
        path.unlink(missing_ok=True)


def dispatch(  # noqa: PLR0913 -- what hears of it, and what waits
    here: Round,
    drafts: Iterable[Draft],
    wish: Wish,
    *,
    done: Callable[[Result], None] = lambda _: None,
    tell: Telling = unheard,
    sleep: Callable[[float], None] | None = None,
) -> tuple[list[Result], LineError | None]:
    """What became of each, and why there is no connection where there is none. Raises OfficeError and LedgerError."""
    check_sender(here, host=True)
    with sending_alone(here), Book(here.ledger_path, synced=True) as book:
        mailer = Mailer(Desk(book, wish), _connecting(here), Pace(book, here.settings.mail, tell, sleep))
        return mailer.send(drafts, done), mailer.fault


@contextmanager
def sending_alone(here: Round) -> Iterator[None]:
    """Nobody else sends for the round meanwhile. Raises OfficeError where somebody does."""
    lock = FileLock(here.folder / LOCK, timeout=0)
    try:
        with lock:
            yield
    except Timeout as error:
        message = say("另一个命令正在为这一轮发信。请等它做完再试。")
        raise SendingError([Problem(message, file=str(here.folder / LOCK))]) from error


def _connecting(here: Round) -> Callable[[], Line]:
    """What opens connections; whatever they need is looked up before the first message is composed."""
    mail = here.settings.mail
    context = trusted(here.folder, mail.ca)
    secret = password(SMTP, user=mail.user, host=mail.host, environment=os.environ) if mail.user else ""
    return lambda: open_line(mail, context, secret)
