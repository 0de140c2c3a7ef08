"""A round's accepted returns as its county workbook on disk."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from pathlib import PurePath
from typing import TYPE_CHECKING

from nianbao import __version__
from nianbao.county.merge import merge
from nianbao.county.workbook import CountyFacts, write_county
from nianbao.frozen import frozen
from nianbao.gathering.gather import shown_path
from nianbao.messages import Message
from nianbao.rounds.upward import issued_to
from nianbao.writing import save

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from nianbao.county.merge import Consolidation, Number
    from nianbao.ledger.decisions import Decision
    from nianbao.returned.returns import Checked
    from nianbao.returned.review import Review
    from nianbao.roster.units import Unit
    from nianbao.rounds.rounds import Round
    from nianbao.workbook.protection import Password


@frozen
class County:
    """What was written. `totals`: every id that adds up over the units."""

    path: Path
    sha256: str
    units: int
    totals: Mapping[str, Number]


def consolidate(here: Round, found: Review, path: Path, *, password: Password | None = None) -> County:
    """The county workbook at `path`; it says of itself that it is not complete where units are missing.

    Raises OfficeError where no return counts, OSError where it cannot be written.
    """
    found = _seen_from(here.folder, found)
    entries = [(unit, found.counted[unit.code]) for unit in here.roster.units if unit.code in found.counted]
    consolidation = merge(here.layout.form, entries)
    data = write_county(consolidation, here.layout, _facts(here, found, password))
    save(path, data)
    county = County(path, hashlib.sha256(data).hexdigest(), len(entries), _totals(consolidation))
    _record(here, county, entries)
    return county


def _record(here: Round, county: County, entries: Sequence[tuple[Unit, Checked]]) -> None:
    """The merge in the round's ledger, after the workbook is there: cut short between them, the next merge records it.

    Raises LedgerError.
    """
    from nianbao.ledger.basis import Senders, basis_of  # noqa: PLC0415 -- SQLite only where something is recorded
    from nianbao.ledger.book import Book  # noqa: PLC0415
    from nianbao.ledger.merges import Counted, Merged, record_merge  # noqa: PLC0415

    expectation = here.expectation()
    senders = Senders(expectation)
    counted = [
        Counted(unit.code, unit.name, checked.path, checked.sha256, senders.known(checked.identity))
        for unit, checked in entries
    ]
    path = _relative(shown_path(county.path.resolve()), PurePath(shown_path(here.folder.resolve())))
    merged = Merged(path, county.sha256, county.units == len(here.roster.units), counted)
    with Book(here.ledger_path) as book:
        record_merge(book, merged, basis_of(expectation, here.settings.limits))


def _seen_from(folder: Path, found: Review) -> Review:
    """The review with paths as seen from the round's folder, wherever the command was started.

    So the same returns give the same workbook on any machine; where a link in `returned/` leads makes no difference.
    """
    top = PurePath(shown_path(folder))
    names = {file.path: _relative(file.path, top) for file in found.files}
    files = {file.path: _renamed(file, names) for file in found.files}
    counted = {code: files[file.path] for code, file in found.counted.items()}
    return replace(found, files=tuple(files.values()), counted=counted)


def _relative(path: str, top: PurePath) -> str:
    """`returned/a.zip/b.xlsx`; a path outside the round as it is."""
    full = PurePath(path)
    return full.relative_to(top).as_posix() if full.is_relative_to(top) else path


def _renamed(file: Checked, names: Mapping[str, str]) -> Checked:
    """The file under its new path, also where its findings name other files."""
    findings = tuple(replace(finding, what=_worded(finding.what, names)) for finding in file.findings)
    return replace(file, path=names[file.path], findings=findings)


def _worded(message: Message, names: Mapping[str, str]) -> Message:
    """The message with the new paths in its places."""
    places = tuple((place, names.get(str(value), value)) for place, value in message.places)
    return Message(message.template, places)


def _facts(here: Round, found: Review, password: Password | None) -> CountyFacts:
    """What the workbook tells besides the figures."""
    units = sum(unit.code in found.counted for unit in here.roster.units)
    return CountyFacts(
        identity=here.county_identity(units=units),
        roster=here.roster.units,
        files=found.files,
        program=f"nianbao {__version__}",
        unit_sheets=here.settings.unit_sheets,
        password=password,
        issued=issued_to(here),
        former=here.former,
        decisions=_decisions(here),
    )


def _decisions(here: Round) -> tuple[Decision, ...]:
    """The picks and waivers that stand. Raises LedgerError."""
    from nianbao.ledger.book import Book  # noqa: PLC0415 -- as above
    from nianbao.ledger.decisions import standing  # noqa: PLC0415

    with Book(here.ledger_path) as book:
        return tuple(standing(book))


def _totals(consolidation: Consolidation) -> dict[str, Number]:
    return {key: total for key, total in consolidation.totals.items() if total is not None}
