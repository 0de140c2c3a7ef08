"""Files to what is to be said of them: each read and checked, the figures of many checked at once."""

from __future__ import annotations

import hashlib
import traceback
from dataclasses import replace
from pathlib import PurePath
from typing import TYPE_CHECKING

from nianbao.gathering.found import Trouble
from nianbao.messages import say
from nianbao.opening.grid import UnreadableError
from nianbao.opening.ooxml_sheet import place as cell_place
from nianbao.returned.checks import check, figures
from nianbao.returned.findings import found, grouped
from nianbao.returned.glance import Glance
from nianbao.returned.narrated import Hearing
from nianbao.returned.reader import Received, read_return
from nianbao.returned.reasons import explained, unused
from nianbao.returned.returns import Checked
from nianbao.returned.sections import section_findings
from nianbao.returned.typed_over import told_once

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from datetime import datetime

    from nianbao.gathering.found import Found
    from nianbao.layout.places import Layout
    from nianbao.messages import Message
    from nianbao.opening.workbooks import Opener
    from nianbao.returned.claims import Claim, Expectation
    from nianbao.returned.findings import Finding
    from nianbao.returned.rows import Row

MANY = 64
"""Returns from which on their figures are checked as a matrix."""


class Judge:
    """Reads and checks files. It remembers what it has seen of their makings, and nothing of their answers."""

    def __init__(
        self,
        expectation: Expectation | None,
        opener: Opener,
        *,
        layout: Layout | None = None,
        keep_texts: bool = True,
    ) -> None:
        self._expectation = expectation
        self._opener = opener
        self._layout = layout
        self._keep_texts = keep_texts
        self._glance = Glance()
        self._hearing = Hearing()

    def judge(
        self, files: Sequence[Found | Trouble], on_file: Callable[[], None] | None = None
    ) -> list[Checked]:
        """Every file examined, whatever is wrong with another; `on_file` is called when one has been read."""
        read = []
        for file in files:
            read.append(self._read_file(file))
            if on_file:
                on_file()
        return self._checked(read)

    def examine(self, data: bytes, *, path: str, received: datetime) -> Checked:
        """One file's bytes; what cannot be read is a finding, too."""
        return self._checked([self._read(data, Checked(path, "", received))])[0]

    def _read_file(self, file: Found | Trouble) -> tuple[Checked, Received | None]:
        """One found file; one that cannot be opened with the reason."""
        if isinstance(file, Trouble):
            return Checked(file.path, "", None, findings=(_unopened(file.code, file.message),)), None
        checked = Checked(file.path, file.sha256, file.received)
        try:
            data = file.read()
        except UnreadableError as error:
            return replace(checked, findings=(_unopened(error.code, error.detail),)), None
        return self._read(data, checked)

    def _read(self, data: bytes, checked: Checked) -> tuple[Checked, Received | None]:
        """The file with what was read, or with the finding that says why nothing was."""
        if not checked.sha256:
            checked = replace(checked, sha256=hashlib.sha256(data).hexdigest())
        try:
            workbook = self._opener.open(data)
            read = self._heard(
                read_return(workbook, self._expectation, layout=self._layout, glance=self._glance)
            )
            if read.answers and not self._keep_texts:  # many wait for their figures to be checked
                read = replace(read, answers=replace(read.answers, texts={}, prose={}))
        except UnreadableError as error:
            return replace(checked, findings=(found(error.code, detail=error.detail),)), None
        except Exception as error:  # noqa: BLE001 -- a mistake of ours over one file must not keep the office from the others
            return replace(checked, findings=(found("unreadable", detail=_our_mistake(error)),)), None
        return checked, read

    def _heard(self, read: Received) -> Received:
        """The reading with what is wrong with its sections in words."""
        layout, answers = read.claim.layout, read.answers
        if layout is None or answers is None:
            return read
        faulty = {key for finding in read.findings for key in finding.ids}
        findings = (*section_findings(layout, answers, faulty), *self._hearing.findings(layout, answers))
        return replace(read, findings=(*read.findings, *read.moves.told(findings)))

    def _checked(self, read: Sequence[tuple[Checked, Received | None]]) -> list[Checked]:
        """The files with their figures checked: many at once where that pays, the doubtful ones one by one."""
        try:
            rows = _rows_in_order([received for _, received in read if received])
        except Exception:  # noqa: BLE001 -- each is weighed alone then, and the one that we fail on says so itself
            rows = {}
        done = []
        for checked, received in read:
            row = rows.get(id(received))
            done.append(self._guarded(checked, received, row) if received else checked)
        return done

    def _guarded(self, checked: Checked, read: Received, row: Row | None) -> Checked:
        """The file weighed; rejected where that fails."""
        try:
            return self._weighed(checked, read, row)
        except Exception as error:  # noqa: BLE001 -- as in reading
            return replace(checked, findings=(found("unreadable", detail=_our_mistake(error)),))

    def _weighed(self, checked: Checked, read: Received, row: Row | None) -> Checked:
        """The file with its sender, values and findings; `row` where its figures are known to be in order."""
        code, name = _unit(read.claim)
        layout, kind, answers, findings = read.claim.layout, read.claim.kind, read.answers, read.findings
        checked = replace(
            checked,
            identity=read.claim.identity,
            unit_code=code,
            unit_name=name,
            kind=kind,
            findings=findings,
        )
        if answers is None or layout is None or kind is None:
            return checked
        if row is None:
            known = figures(layout, answers)
            found_in = check(answers, layout, kind, known, read.claim.former)
            findings = (*findings, *read.moves.told(found_in))
            row = known.values
        findings = arranged(told_once(findings, layout, read.moves), layout)
        if answers.reasons:
            findings = explained(findings, layout, answers.reasons)
            checked = replace(checked, unused_reasons=unused(findings, answers.reasons))
        return replace(checked, values=row, texts=answers.texts, findings=findings)


def _rows_in_order(read: Sequence[Received]) -> dict[int, Row]:
    """The figures that are in order, by the reading's own number; none are looked at where they are few."""
    if len(read) < MANY:
        return {}
    from nianbao.returned.matrix import rows_in_order  # noqa: PLC0415 -- where there are many

    rows: dict[int, Row] = {}
    by_form: dict[int, list[Received]] = {}
    for received in read:
        by_form.setdefault(id(received.claim.layout), []).append(received)
    for alike in by_form.values():
        layout = alike[0].claim.layout
        known = [(r, r.answers, r.claim.kind) for r in alike if r.answers and r.claim.kind]
        if layout and known:
            found_rows = rows_in_order(
                layout,
                [a for _, a, _ in known],
                [k for _, _, k in known],
                [r.claim.former for r, _, _ in known],
            )
            rows |= {id(r): row for (r, _, _), row in zip(known, found_rows, strict=True) if row}
    return rows


def _our_mistake(error: Exception) -> Message:
    """What a file says that the program failed on: rejected, and told where, so that it can be mended."""
    last = traceback.extract_tb(error.__traceback__)[-1]
    where = f"{type(error).__name__}, {PurePath(last.filename).name}:{last.lineno}"
    return say("程序读这个文件时出了错（{where}）；请把文件和这行字发给程序维护者", where=where)


def arranged(findings: Iterable[Finding], layout: Layout) -> tuple[Finding, ...]:
    """The same complaint in several cells as one finding; those without a cell first, then in sheet order."""
    names = {plan.name: number for number, plan in enumerate(layout.sheets)}

    def place(finding: Finding) -> tuple[int, int, int]:
        first = cell_place(finding.spots[0].cell) if finding.spots else (0, 0)
        return (names.get(finding.sheet, len(names)) if finding.spots else -1, *first)

    joined = (
        replace(one, spots=tuple(sorted(one.spots, key=lambda spot: cell_place(spot.cell))))
        for one in grouped(findings)
    )
    return tuple(sorted(joined, key=place))


def _unit(claim: Claim) -> tuple[str, str]:
    """Code and name of the sender: as the roster has them, else as the file says."""
    if claim.unit:
        return claim.unit.code, claim.unit.name
    return (claim.identity.unit_code, claim.identity.unit_name) if claim.identity else ("", "")


def _unopened(code: str, message: Message) -> Finding:
    """The finding for a file that the system, or its archive, does not give; the message is whole already."""
    return replace(found(code, detail=""), what=message)
