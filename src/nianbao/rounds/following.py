"""How far each unit has come: blank sent, reminded, returned, accepted, merged; days to the deadline."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from nianbao.beijing import BEIJING
from nianbao.frozen import frozen
from nianbao.messages import say
from nianbao.rounds.progress import unit_progress

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date

    from nianbao.ledger.correspondence import Brought, Post
    from nianbao.messages import Message
    from nianbao.returned.returns import Checked
    from nianbao.returned.review import Review
    from nianbao.roster.units import Unit
    from nianbao.rounds.progress import UnitProgress
    from nianbao.rounds.rounds import Round


@frozen
class Followed:
    """A unit on its way. `post`: None where the round has mailed it nothing.

    `counted`: the file that stands for it, the newest where none is acceptable. `brought`: the letter that brought that
    file, None where it was put into the folder. `merged`: when that file was merged last (UTC), empty where it was not.
    """

    progress: UnitProgress
    counted: Checked | None = None
    post: Post | None = None
    brought: Brought | None = None
    merged: str = ""

    @property
    def unit(self) -> Unit:
        """The unit."""
        return self.progress.unit


@frozen
class Records:
    """What the ledger knows besides findings: mail by unit, letters by file, and the last merge."""

    posts: Mapping[str, Post]
    letters: Mapping[str, Brought]
    merged_at: str
    merged: Mapping[str, str]


NO_RECORDS = Records({}, {}, "", {})


def records_of(here: Round) -> Records:
    """What the round's ledger knows; nothing where there is none. Raises LedgerError."""
    if not here.ledger_path.exists():
        return NO_RECORDS
    from nianbao.ledger.book import Book  # noqa: PLC0415 -- SQLite where there is a ledger
    from nianbao.ledger.correspondence import brought, posts  # noqa: PLC0415 -- as above
    from nianbao.ledger.merges import last_counted  # noqa: PLC0415

    with Book(here.ledger_path, adds=False) as book:
        at, merged = last_counted(book)
        return Records(posts(book), brought(book), at, merged)


def follow(here: Round, review: Review, records: Records) -> list[Followed]:
    """Every unit in the roster's order."""
    return [_followed(progress, review, records) for progress in unit_progress(here.roster, review)]


def _followed(progress: UnitProgress, review: Review, records: Records) -> Followed:
    code = progress.unit.code
    counted = review.counted.get(code) or _newest(progress.files)
    sha256 = counted.sha256 if counted else ""
    merged = bool(sha256) and records.merged.get(code) == sha256
    return Followed(
        progress,
        counted,
        records.posts.get(code),
        records.letters.get(sha256),
        records.merged_at if merged else "",
    )


def _newest(files: Sequence[Checked]) -> Checked | None:
    """The file received last of those that another does not replace."""
    standing = [file for file in files if not file.superseded and file.received]
    return max(standing, key=lambda file: file.received.timestamp() if file.received else 0, default=None)


def days_left(deadline: date | None, *, today: date | None = None) -> int | None:
    """The days until the deadline, below 0 once it has passed; None where there is none. `today`: in Beijing."""
    if deadline is None:
        return None
    return (deadline - (today or datetime.now(BEIJING).date())).days


def deadline_words(deadline: date, left: int) -> Message:
    """How long it is until the day by which units are to return."""
    if left > 0:
        return say("离报送截止（{day}）还有 {count} 天。", day=deadline.isoformat(), count=left)
    if left == 0:
        return say("今天（{day}）报送截止。", day=deadline.isoformat())
    return say("报送截止（{day}）已过 {count} 天。", day=deadline.isoformat(), count=-left)
