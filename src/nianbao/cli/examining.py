"""Files examined by the commands that read returns: in a round and recorded, or outside one."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from nianbao.gathering.gather import gather
from nianbao.layout.shelf import find_form
from nianbao.ledger.faults import Fault, LedgerError
from nianbao.messages import say
from nianbao.opening.grid import Limits
from nianbao.returned.parts import Reading
from nianbao.returned.review import review
from nianbao.rounds.examining import Examining, examine, examine_unrecorded

if TYPE_CHECKING:
    from nianbao.cli.console import Console
    from nianbao.layout.places import Layout
    from nianbao.returned.review import Review
    from nianbao.rounds.rounds import Round

UNWRITTEN = frozenset({Fault.BUSY, Fault.FAILED, Fault.FULL, Fault.READ_ONLY})
"""Faults of a ledger with which files can be examined, as long as nothing has to be recorded."""
ANY = frozenset(Fault)


def examined_outside(
    console: Console, wanted: Examining, *, form: str = "", layout: Layout | None = None
) -> Review:
    """The files as they themselves say, or as returns of that form; their texts where some are wanted."""
    layout = find_form(form) if form else layout
    with console.progress(say("正在审核")) as tell:
        return review(
            gather(wanted.paths, limits=Limits()),
            Reading(None, Limits(), layout=layout, keep_texts=wanted.texts_of is None),
            crew=wanted.crew,
            texts_of=wanted.texts_of,
            on_file=tell,
        )


def examined(
    console: Console, here: Round, wanted: Examining, *, able: frozenset[Fault] = frozenset()
) -> Review:
    """The files of a round, recorded. `able`: faults of its ledger with which the command goes on, and says so."""
    try:
        return _recorded(console, here, wanted)
    except LedgerError as error:
        if error.fault not in able:
            raise
        console.problem(error.problems[0])
        if error.fault not in UNWRITTEN:
            return _unrecorded(console, here, wanted)
    try:
        found, _ = _examined(console, here, wanted, records=False)
    except LedgerError:
        return _unrecorded(console, here, wanted)
    console.note(say("这次的审核结果没有记入台账。"))
    return found


def _recorded(console: Console, here: Round, wanted: Examining) -> Review:
    """The files examined and recorded. Raises LedgerError where something new could not be."""
    found, lacks = _examined(console, here, wanted, records=True)
    if lacks:
        raise LedgerError(Fault.READ_ONLY, here.ledger_path)
    return found


def _examined(console: Console, here: Round, wanted: Examining, *, records: bool) -> tuple[Review, bool]:
    with console.progress(say("正在审核")) as tell:
        return examine(here, replace(wanted, on_file=tell), records=records)


def _unrecorded(console: Console, here: Round, wanted: Examining) -> Review:
    console.note(say("这次没有用到台账：以前的核准和指定没有算进来，结果也没有记下。"))
    with console.progress(say("正在审核")) as tell:
        return examine_unrecorded(here, replace(wanted, on_file=tell))
