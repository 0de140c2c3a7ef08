"""Replies from the mailbox, or from saved letters and loose workbooks, all of them taken into the round."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from nianbao.frozen import frozen
from nianbao.gathering.found import Trouble
from nianbao.ledger.letters import place_in
from nianbao.ledger.messages import BLANK, sent
from nianbao.mail.collected import Collected, Collection, Item, Kind, Outcome
from nianbao.mail.collecting import ASIDE, Desk, Incoming
from nianbao.messages import say
from nianbao.problems import refuse
from nianbao.rounds.settings import SETTINGS_FILE

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from datetime import date
    from pathlib import Path

    from nianbao.ledger.book import Book
    from nianbao.mail.mailbox import Fetched, Mailbox
    from nianbao.problems import Problem
    from nianbao.rounds.mail_settings import ImapSettings
    from nianbao.rounds.rounds import Round


@frozen
class Wish:
    """What is wanted of a mailbox. `since`: letters of before that day are left alone when it is read first."""

    environment: Mapping[str, str]
    since: date | None = None
    marks: bool = False


def collect_saved(here: Round, book: Book, paths: Sequence[Path], tell: Callable[[int], None]) -> Collection:
    """What came of every letter and workbook under the paths. Raises OfficeError for paths that cannot be meant."""
    from nianbao.mail.saved import saved  # noqa: PLC0415 -- each way in only where it is used

    for path in paths:
        _guard(here, path)
    desk = Desk(here, book)
    done: list[Collected | None] = []
    for number, file in enumerate(saved(paths, here.settings.limits), start=1):
        if isinstance(file, Trouble):
            done.append(_unopened(file))
        else:
            loose = "" if file.is_letter else file.name
            done.append(desk.take(Incoming(file.source, file.data, file.received, loose=loose)))
        tell(number)
    return Collection(tuple(one for one in done if one), desk.known)


def collect_mailbox(here: Round, book: Book, wish: Wish, tell: Callable[[int], None]) -> Collection:
    """What came of the mailbox's new letters; with the reason where the connection broke on the way.

    Raises OfficeError where it could not be opened: settings, password, certificate, network.
    """
    from nianbao.mail.mailbox import LineError, account_of, opened  # noqa: PLC0415 -- as above
    from nianbao.mail.secrets import IMAP, password  # noqa: PLC0415

    settings = account_set_up(here)
    secret = password(IMAP, user=settings.user, host=settings.host, environment=wish.environment)
    known = place_in(book, account_of(settings), settings.folder)
    desk = Desk(here, book)
    done: list[Collected] = []
    broken: tuple[Problem, ...] = ()
    with opened(settings, secret, here.folder, marks=wish.marks) as box:
        try:
            for fetched in box.letters(known, wish.since or _first_sent(here, book)):
                one = desk.take(_incoming(box, fetched))
                done += [one] if one else []
                if wish.marks:
                    box.mark_seen(fetched.place)
                tell(len(done) + desk.known)
        except LineError as error:
            broken = error.problems
    return Collection(tuple(done), desk.known, broken)


def account_set_up(here: Round) -> ImapSettings:
    """Where replies are fetched. Raises OfficeError where the round does not say."""
    settings = here.settings.imap
    if settings.host and settings.user:
        return settings
    message = say(
        "还没有设置收信的邮箱。请在 nianbao.toml 里写明 [imap] 的 host 和 user，或写出存有邮件的文件夹："
        "nianbao collect 文件夹。"
    )
    raise refuse(message, file=str(here.folder / SETTINGS_FILE))


def _incoming(box: Mailbox, fetched: Fetched) -> Incoming:
    folder, place = box.settings.folder, fetched.place
    source = f"imap:{box.account}/{folder}/{place.uidvalidity}/{place.uid}"
    return Incoming(source, fetched.data, fetched.received, read=(box.account, folder, place))


def _first_sent(here: Round, book: Book) -> date | None:
    """The day before blanks first went out, by mail or otherwise: nobody can have answered earlier.

    None where they were not sent from here: others may have handed them out at any time.
    """
    sent_at = [datetime.fromisoformat(one.message.at) for one in sent(book, kind=BLANK)]
    if not sent_at:
        return None
    written = [path.stat().st_mtime for path in here.blank_folder.glob("*.xlsx")]
    first = min([*sent_at, *(datetime.fromtimestamp(moment, UTC) for moment in written)])
    return first.date() - timedelta(days=1)


def _guard(here: Round, path: Path) -> None:
    """Nothing, or OfficeError for a place in which collected files lie already."""
    real = path.resolve()
    for folder in (here.returned.resolve(), (here.folder / ASIDE).resolve()):
        if real == folder or folder in real.parents or real in folder.parents:
            message = say("这里是（或包含）收表的文件夹，里面的表已经收下了。请写出另外存放邮件的文件夹。")
            raise refuse(message, file=str(path))


def _unopened(trouble: Trouble) -> Collected:
    """A file that could not be read; it is met again next time."""
    item = Item(trouble.path, Outcome.UNREADABLE, why=trouble.message)
    now = datetime.now(UTC)
    return Collected(trouble.path, Kind.ATTACHMENTS, "", "", "", now, (item,))
