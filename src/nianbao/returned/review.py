"""The files that came in, each read and checked, and which of them counts for its unit."""

from __future__ import annotations

import hashlib
import re
import traceback
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import PurePath
from typing import TYPE_CHECKING

from nianbao.frozen import frozen
from nianbao.gathering.found import Trouble
from nianbao.messages import say
from nianbao.opening.grid import UnreadableError
from nianbao.opening.workbooks import Opener
from nianbao.returned.checks import check, figures
from nianbao.returned.duplicates import settle
from nianbao.returned.findings import found, grouped
from nianbao.returned.reader import read_return
from nianbao.returned.returns import Checked
from nianbao.roster.units import unit_title

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from nianbao.gathering.found import Found
    from nianbao.layout.places import Layout
    from nianbao.messages import Message
    from nianbao.opening.grid import Limits
    from nianbao.returned.claims import Claim, Expectation
    from nianbao.returned.findings import Finding, Spot
    from nianbao.returned.reader import Received
    from nianbao.roster.units import Unit

ADDRESS = re.compile(r"([A-Z]+)([0-9]+)")


@frozen
class Review:
    """Every file in path order; the units without an acceptable one; and the file that counts, by unit code.

    Outside a round a unit may have files of several periods; `counted` then holds the first of them by path.
    """

    files: tuple[Checked, ...]
    missing: tuple[Unit, ...]
    counted: Mapping[str, Checked]


def review(  # noqa: PLR0913 -- how to read, and what to do meanwhile
    files: Iterable[Found | Trouble],
    expectation: Expectation | None,
    *,
    limits: Limits,
    layout: Layout | None = None,
    complete: bool = False,
    on_file: Callable[[int], None] | None = None,
) -> Review:
    """Every file examined, whatever is wrong with another. `complete`: units without a return are missing.

    `on_file` is told after each file how many are done.
    """
    opener = Opener(limits)
    done: list[Checked] = []
    for number, file in enumerate(files, start=1):
        done.append(_examined(file, expectation, opener=opener, layout=layout))
        if on_file:
            on_file(number)
    done.sort(key=lambda checked: checked.path.split("/"))
    settled, counted = settle(_told_apart(done), in_round=expectation is not None)
    units = expectation.roster.units if expectation and complete else ()
    return Review(settled, tuple(unit for unit in units if unit.code not in counted), counted)


def _told_apart(files: list[Checked]) -> list[Checked]:
    """The files with every path once: two members of an archive, or two odd names, may show alike."""
    taken: set[str] = set()
    told = []
    for file in files:
        path, number = file.path, 1
        while path in taken:
            number += 1
            path = f"{file.path} ({number})"
        taken.add(path)
        told.append(replace(file, path=path))
    return told


def missing_return(unit: Unit) -> Finding:
    """The finding for a unit without an acceptable return."""
    return found("missing-return", found=unit_title(unit.name, unit.code))


def examine(  # noqa: PLR0913 -- a file, and how to read it
    data: bytes,
    *,
    path: str,
    received: datetime,
    expectation: Expectation | None,
    opener: Opener,
    layout: Layout | None = None,
) -> Checked:
    """One file read and checked; what cannot be read is a finding, too. Outside a round `layout` may be given."""
    checked = Checked(path, hashlib.sha256(data).hexdigest(), received)
    try:
        workbook = opener.open(data)
        return _judged(checked, read_return(workbook, expectation, layout=layout))
    except UnreadableError as error:
        return replace(checked, findings=(found(error.code, detail=error.detail),))
    except Exception as error:  # noqa: BLE001 -- a mistake of ours over one file must not keep the office from the others
        return replace(checked, findings=(found("unreadable", detail=_our_mistake(error)),))


def _our_mistake(error: Exception) -> Message:
    """What a file says that the program failed on: rejected, and told where, so that it can be mended."""
    last = traceback.extract_tb(error.__traceback__)[-1]
    where = f"{type(error).__name__}, {PurePath(last.filename).name}:{last.lineno}"
    return say("程序读这个文件时出了错（{where}）；请把文件和这行字发给程序维护者", where=where)


def _judged(checked: Checked, read: Received) -> Checked:
    """The file with its sender, values and findings."""
    code, name = _unit(read.claim)
    layout, kind, answers = read.claim.layout, read.claim.kind, read.answers
    checked = replace(checked, identity=read.claim.identity, unit_code=code, unit_name=name, kind=kind)
    if answers is None or layout is None or kind is None:
        return replace(checked, findings=read.findings)
    findings = (*read.findings, *check(answers, layout, kind))
    values = figures(layout.form, answers).values
    return replace(checked, values=values, texts=answers.texts, findings=arranged(findings, layout))


def arranged(findings: Iterable[Finding], layout: Layout) -> tuple[Finding, ...]:
    """The same complaint in several cells as one finding; those without a cell first, then in sheet order."""
    names = {plan.name: number for number, plan in enumerate(layout.sheets)}

    def place(finding: Finding) -> tuple[int, int, int]:
        row, column = _at(finding.spots[0]) if finding.spots else (0, 0)
        return (names.get(finding.sheet, len(names)) if finding.spots else -1, row, column)

    joined = (replace(one, spots=tuple(sorted(one.spots, key=_at))) for one in grouped(findings))
    return tuple(sorted(joined, key=place))


def _at(spot: Spot) -> tuple[int, int]:
    """A cell's row and column, to sort by."""
    match = ADDRESS.fullmatch(spot.cell)
    if match is None:
        raise ValueError(spot.cell)
    column = 0
    for letter in match[1]:
        column = column * 26 + ord(letter) - 64
    return int(match[2]), column


def _unit(claim: Claim) -> tuple[str, str]:
    """Code and name of the sender: as the roster has them, else as the file says."""
    if claim.unit:
        return claim.unit.code, claim.unit.name
    return (claim.identity.unit_code, claim.identity.unit_name) if claim.identity else ("", "")


def _examined(
    file: Found | Trouble, expectation: Expectation | None, *, opener: Opener, layout: Layout | None
) -> Checked:
    """One found file; one that cannot be opened with the reason."""
    if isinstance(file, Trouble):
        return Checked(file.path, "", None, findings=(_unopened(file.code, file.message),))
    received = datetime.fromtimestamp(file.mtime_ns / 1e9, UTC)
    try:
        data = file.read()
    except UnreadableError as error:
        return Checked(file.path, "", received, findings=(_unopened(error.code, error.detail),))
    return examine(
        data, path=file.path, received=received, expectation=expectation, opener=opener, layout=layout
    )


def _unopened(code: str, message: Message) -> Finding:
    """The finding for a file that the system, or its archive, does not give; the message is whole already."""
    return replace(found(code, detail=""), what=message)
