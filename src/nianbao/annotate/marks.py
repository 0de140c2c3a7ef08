"""Which cells are marked, in what colour, and for which findings."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING

from nianbao.returned.findings import Severity

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from nianbao.returned.findings import Finding
    from nianbao.returned.returns import Checked

    Marks = Mapping[tuple[str, str], tuple[Finding, ...]]
    """The findings on a cell, by sheet and address."""

FILLS: Mapping[Severity, str] = MappingProxyType(
    {Severity.ERROR: "#FF8F8F", Severity.WARNING: "#FFD966", Severity.NOTICE: "#DDEBF7"}
)
"""Red for what must be corrected, amber for what must be looked at, pale blue for what is only told."""
_ORDER = tuple(Severity)


def wants_answer(checked: Checked) -> bool:
    """Whether a file goes back: it counts or would, and there is an error or a warning that nobody settled."""
    return not checked.superseded and any(
        finding.severity is not Severity.NOTICE and not finding.settled for finding in checked.findings
    )


def marks(findings: Iterable[Finding]) -> Marks:
    """The unsettled findings by cell, the gravest first."""
    by_cell: dict[tuple[str, str], list[Finding]] = {}
    for finding in findings:
        if not finding.settled:
            for address in finding.cells:
                by_cell.setdefault((finding.sheet, address), []).append(finding)
    return {cell: tuple(sorted(listed, key=_gravity)) for cell, listed in by_cell.items()}


def fill(findings: Iterable[Finding]) -> str:
    """The colour of a cell with these findings."""
    return FILLS[min(findings, key=_gravity).severity]


def _gravity(finding: Finding) -> int:
    return _ORDER.index(finding.severity)
