"""What the reading has to say, as findings at the places of the workbook that is filled."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from nianbao.returned.findings import Finding, Severity, found, found_at

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from nianbao.intake.outcome import Outcome
    from nianbao.layout.places import Layout

BLANK, TOTAL = "blank", "total-differs"


def remarked(outcome: Outcome) -> Iterator[Finding]:
    """A finding for each remark."""
    layout = outcome.layout
    sheets = {table.key: table.sheet for table in layout.form.tables}
    for remark in outcome.remarks:
        if remark.ids:
            yield found_at(layout, remark.code, remark.ids, **remark.places)
        else:
            yield replace(found(remark.code, **remark.places), sheet=sheets.get(remark.table, ""))


def edition_fault(layout: Layout, year: int, expected: str) -> Finding | None:
    """The complaint about tables of an edition that is not for the report's year."""
    if layout.form.serves(year):
        return None
    return found("wrong-edition:published", found=layout.form.edition, expected=expected, year=year)


def with_remarks(remarks: Iterable[Finding], findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """Both, without a complaint of blanks that the reading has told already with what stood there."""
    own = tuple(remarks)
    told = {key for finding in own if finding.severity is Severity.ERROR for key in finding.ids}
    whole = {finding.sheet for finding in own if finding.code == "sheet-missing"}
    kept = (_untold(_as_printed(finding), told, whole) for finding in findings)
    return (*own, *(finding for finding in kept if finding is not None))


def _as_printed(finding: Finding) -> Finding:
    """A wrong total in the words for one that was printed: nobody typed it over a formula."""
    if finding.code != TOTAL:
        return finding
    said = found(f"{TOTAL}:published", found=finding.found, expected=finding.expected)
    return replace(finding, what=said.what)


def _untold(finding: Finding, told: set[str], whole: set[str]) -> Finding | None:
    if finding.code != BLANK:
        return finding
    if finding.sheet in whole:
        return None
    spots = tuple(spot for spot in finding.spots if spot.id not in told)
    return replace(finding, spots=spots) if spots else None
