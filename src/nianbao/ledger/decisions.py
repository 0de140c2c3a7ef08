"""What the office decided: recorded, never changed; undone by a further record."""

from __future__ import annotations

import json
from dataclasses import field
from datetime import datetime
from typing import TYPE_CHECKING, Any

from nianbao.frozen import frozen
from nianbao.ledger.book import now
from nianbao.returned.waivers import Waiver

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from nianbao.ledger.book import Book

PICK, WAIVER = "pick", "waiver"
_COLUMNS = "at, kind, unit, subject, undone, why, facts"


@frozen
class Decision:
    """One decision. `kind`, `unit` and `subject` say what about; a later one about the same takes its place.

    `facts`: what it rests on and says, as JSON has it. `undone`: the office has taken it back.
    """

    kind: str
    unit: str
    subject: str = ""
    undone: bool = False
    why: str = ""
    facts: Mapping[str, Any] = field(default_factory=dict)
    at: str = ""


def decide(book: Book, decision: Decision) -> bool:
    """The decision recorded, with this moment; False where it stands already, or there is nothing to undo."""
    facts = json.dumps(dict(decision.facts), ensure_ascii=False, sort_keys=True)
    about = (decision.kind, decision.unit, decision.subject)
    query = (
        "SELECT undone, why, facts FROM decision WHERE kind = ? AND unit = ? AND subject = ? ORDER BY id DESC"
    )
    said = (int(decision.undone), decision.why, facts)
    if decision.undone and not book.row(
        "SELECT 1 FROM decision WHERE kind = ? AND unit = ? AND subject = ?", about
    ):
        return False
    with book.writing() as writer:
        last = writer.row(query, about)
        if last and (last == said or (last[0] and decision.undone)):
            return False
        writer.add("decision", [(now(), *about, *said)], columns=_COLUMNS)
    return True


def standing(book: Book, *kinds: str) -> Sequence[Decision]:
    """The decisions that hold, of some kinds or of all, in the order in which they were taken."""
    last = {
        (one.kind, one.unit, one.subject): one for one in decisions(book) if not kinds or one.kind in kinds
    }
    return sorted((one for one in last.values() if not one.undone), key=lambda one: one.at)


def decisions(book: Book) -> Sequence[Decision]:
    """Every decision ever taken, the oldest first."""
    rows = book.rows(f"SELECT {_COLUMNS} FROM decision ORDER BY id")  # noqa: S608 -- our own names
    with book.understood():
        return [_decision(*row) for row in rows]


def _decision(at: str, kind: str, unit: str, subject: str, undone: int, why: str, facts: str) -> Decision:  # noqa: PLR0913, PLR0917 -- a row's columns
    """One row."""
    datetime.fromisoformat(at)  # ValueError for what is no moment
    return Decision(kind, unit, subject, bool(undone), why, dict(json.loads(facts).items()), at)


def picks(book: Book) -> Mapping[str, str]:
    """The SHA-256 of the file that the office has chosen, by the unit's code."""
    with book.understood():
        return {one.unit: one.facts["sha256"] for one in standing(book, PICK)}


def waivers(book: Book) -> Mapping[str, Sequence[Waiver]]:
    """The waivers that stand, by the unit's code, the oldest first."""
    found: dict[str, list[Waiver]] = {}
    with book.understood():
        for one in standing(book, WAIVER):
            cells = dict(one.facts["cells"].items())
            told = Waiver(
                one.facts["code"], cells, one.facts["found"], one.facts["expected"], one.why, one.at
            )
            found.setdefault(one.unit, []).append(told)
    return found


def waive(book: Book, unit: str, waiver: Waiver, *, undone: bool = False) -> bool:
    """The waiver recorded, or taken back; False where that is so already."""
    facts = {
        "code": waiver.code,
        "cells": dict(waiver.cells),
        "found": waiver.found,
        "expected": waiver.expected,
    }
    return decide(book, Decision(WAIVER, unit, waiver.subject, undone, waiver.why, facts))
