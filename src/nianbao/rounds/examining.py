"""The files of a round examined and recorded; where its ledger cannot be used, what may be done without it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nianbao.frozen import frozen
from nianbao.gathering.gather import gather
from nianbao.returned.parts import Reading, alone
from nianbao.returned.review import review
from nianbao.rounds.rounds import RETURNED

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from pathlib import Path

    from nianbao.gathering.addresses import Address
    from nianbao.ledger.book import Book
    from nianbao.returned.parts import Crew
    from nianbao.returned.review import Review
    from nianbao.returned.waivers import Waiver
    from nianbao.rounds.rounds import Round


@frozen
class Examining:
    """What is examined, by whom. `paths`: all that came back where none is named."""

    paths: Sequence[Path | Address] = ()
    crew: Crew = alone
    texts_of: int | None = 0
    on_file: Callable[[int], None] | None = None


def examine(here: Round, wanted: Examining, *, records: bool = True) -> tuple[Review, bool]:
    """The review, and whether something new could not be recorded.

    `records`: whether it is to be. Raises LedgerError where the ledger cannot be read, or not be written for another
    reason than that the system forbids it.
    """
    if not wanted.paths and not here.has_returns():
        return _reviewed(here, wanted, wanted.crew), False
    from nianbao.ledger.book import Book  # noqa: PLC0415 -- SQLite where there is something to record

    with Book(here.ledger_path, adds=records) as book:
        return _recorded(here, wanted, book)


def examine_unrecorded(here: Round, wanted: Examining) -> Review:
    """The review without a look at the ledger, and so without what the office decided."""
    return _reviewed(here, wanted, wanted.crew)


def guard_ledger(here: Round) -> None:
    """Nothing, or LedgerError where what is about to be done could not be recorded."""
    from nianbao.ledger.book import Book  # noqa: PLC0415 -- as above
    from nianbao.ledger.faults import Fault, LedgerError  # noqa: PLC0415

    if not Book(here.ledger_path).takes_more:
        raise LedgerError(Fault.READ_ONLY, here.ledger_path)


def _recorded(here: Round, wanted: Examining, book: Book) -> tuple[Review, bool]:
    from nianbao.ledger.decisions import picks, waivers  # noqa: PLC0415 -- as above
    from nianbao.ledger.origin import Origins  # noqa: PLC0415
    from nianbao.ledger.recording import recording  # noqa: PLC0415

    crew = recording(wanted.crew, book, Origins(here.folder, RETURNED), texts_of=wanted.texts_of)
    found = _reviewed(here, wanted, crew, picks=picks(book), waivers=waivers(book))
    return found, book.lacks


def _reviewed(
    here: Round,
    wanted: Examining,
    crew: Crew,
    *,
    picks: Mapping[str, str] | None = None,
    waivers: Mapping[str, Sequence[Waiver]] | None = None,
) -> Review:
    limits = here.settings.limits
    keep_texts = wanted.texts_of is None or wanted.texts_of > 0
    return review(
        gather(wanted.paths or [here.returned], limits=limits),
        Reading(here.expectation(), limits, keep_texts=keep_texts),
        crew=crew,
        complete=not wanted.paths,
        texts_of=wanted.texts_of,
        picks=picks or {},
        waivers=waivers or {},
        on_file=wanted.on_file,
    )
