"""What the ledger tells: events in the order in which they happened, of one unit or of the whole round."""

from __future__ import annotations

import json
from datetime import datetime
from itertools import chain
from operator import attrgetter
from typing import TYPE_CHECKING, Any

from nianbao.frozen import frozen
from nianbao.ledger.decisions import decisions

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from nianbao.ledger.book import Book
    from nianbao.ledger.decisions import Decision

ARRIVED, JUDGED, MERGED, MAILED, LETTER = "arrived", "judged", "merged", "mailed", "letter"


@frozen
class Event:
    """Something that happened. `at`: UTC; `unit`: its code, empty where none is known; `path`: seen from the round.

    `received`: the time of a file that arrived. `status` and `codes`: what was found of it. `units` and `complete`: of
    a merge, whose `path` is the county workbook; `file` and then `sha256`: the unit's that counted. `decision`: where
    it is one. `kind`, `step`, `detail` and `address`: of a message to the unit; of a letter, its sender and subject.
    """

    at: str
    what: str
    unit: str = ""
    path: str = ""
    sha256: str = ""
    received: str = ""
    status: str = ""
    codes: tuple[str, ...] = ()
    file: str = ""
    units: int = 0
    complete: bool = True
    decision: Decision | None = None
    kind: str = ""
    step: str = ""
    address: str = ""
    detail: str = ""


def story(book: Book, unit: str = "") -> Sequence[Event]:
    """The events that concern the unit; all where none is named."""
    with book.understood():
        told = (
            _letters(book, unit),
            _arrivals(book, unit),
            _judgements(book, unit),
            _decisions(book, unit),
            _merges(book, unit),
            _mailed(book, unit),
        )
        return sorted(map(_dated, chain.from_iterable(told)), key=attrgetter("at"))


def _dated(event: Event) -> Event:
    """The event; ValueError where its times are none."""
    for moment in filter(None, (event.at, event.received)):
        datetime.fromisoformat(moment)
    return event


def _arrivals(book: Book, unit: str) -> Iterator[Event]:
    """Files that came; whose they are is known once they were judged."""
    query = (
        "SELECT arrival.at, path, member, received, arrival.sha256, coalesce(owner.unit, '') FROM arrival"
        " LEFT JOIN (SELECT sha256, max(unit) AS unit FROM judged GROUP BY sha256) AS owner USING (sha256)"
        " WHERE ? IN ('', owner.unit) ORDER BY arrival.id"
    )
    for at, path, member, received, sha256, owner in book.rows(query, (unit,)):
        yield Event(at, ARRIVED, owner, f"{path}/{member}" if member else path, sha256, received)


def _judgements(book: Book, unit: str) -> Iterator[Event]:
    query = (
        "SELECT judged.at, judged.unit, judged.sha256, status, kept, min(path), member FROM judged"
        " JOIN arrival USING (sha256) WHERE ? IN ('', judged.unit) GROUP BY judged.id ORDER BY judged.id"
    )
    for at, owner, sha256, status, kept, path, member in book.rows(query, (unit,)):
        shown = f"{path}/{member}" if member else path
        yield Event(at, JUDGED, owner, shown, sha256, status=status, codes=tuple(_codes(kept)))


def _codes(kept: str) -> Iterator[str]:
    """The codes of a record's findings, each once; records of other versions are read as far as they can be."""
    findings: list[Any] = json.loads(kept).get("findings", [])
    found = (finding.get("Finding", {}).get("code") for finding in findings if isinstance(finding, dict))
    yield from dict.fromkeys(code for code in found if isinstance(code, str))


def _decisions(book: Book, unit: str) -> Iterator[Event]:
    for one in decisions(book):
        if unit in {"", one.unit}:
            facts = one.facts
            yield Event(
                one.at,
                one.kind,
                one.unit,
                str(facts.get("path", "")),
                str(facts.get("sha256", "")),
                decision=one,
            )


def _merges(book: Book, unit: str) -> Iterator[Event]:
    """County workbooks; of one unit, with the file of it that counted."""
    if unit:
        query = (
            "SELECT merged.at, merged.path, counted.path, counted.sha256, units, complete FROM merged"
            " JOIN counted ON counted.merged = merged.id AND counted.unit = ? ORDER BY merged.id"
        )
        for at, path, file, sha256, units, complete in book.rows(query, (unit,)):
            yield Event(at, MERGED, unit, path, sha256, file=file, units=units, complete=bool(complete))
        return
    for at, path, sha256, units, complete in book.rows(
        "SELECT at, path, sha256, units, complete FROM merged ORDER BY id"
    ):
        yield Event(at, MERGED, "", path, sha256, units=units, complete=bool(complete))


def _mailed(book: Book, unit: str) -> Iterator[Event]:
    """Every step of the messages to the unit."""
    query = (
        "SELECT delivery.at, unit, kind, event, address, detail, sha256 FROM delivery"
        " JOIN message ON message.id = delivery.message WHERE ? IN ('', unit) ORDER BY delivery.id"
    )
    for at, owner, kind, step, address, detail, sha256 in book.rows(query, (unit,)):
        yield Event(at, MAILED, owner, sha256=sha256, kind=kind, step=step, address=address, detail=detail)


def _letters(book: Book, unit: str) -> Iterator[Event]:
    """Letters that came in; of one unit, those that brought a file of it."""
    query = (
        "SELECT at, source, sha256, sender, subject FROM letter WHERE ? = '' OR id IN"
        " (SELECT letter FROM enclosure JOIN judged USING (sha256) WHERE judged.unit = ?) ORDER BY id"
    )
    for at, source, sha256, sender, subject in book.rows(query, (unit, unit)):
        yield Event(at, LETTER, unit, source, sha256, address=sender, detail=subject)
