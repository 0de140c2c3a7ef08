"""What a unit answered, and what became of the file it sent."""

from __future__ import annotations

from dataclasses import field
from types import MappingProxyType
from typing import TYPE_CHECKING

from nianbao.frozen import frozen
from nianbao.messages import mark
from nianbao.returned.findings import Severity

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from nianbao.kinds import UnitKind
    from nianbao.layout.formulas import Shown
    from nianbao.layout.identity import Identity
    from nianbao.returned.findings import Finding

ACCEPTED, EXPLAINED, REJECTED, MISSING = "accepted", "explained", "rejected", "missing"
STATUS_WORDS: Mapping[str, str] = MappingProxyType(
    {ACCEPTED: mark("已接收"), EXPLAINED: mark("有说明"), REJECTED: mark("退回"), MISSING: mark("未报")}
)
"""What a file, or a unit (only a unit can be missing), is called on paper."""
SUPERSEDED = mark("不计入")
"""A file instead of which another one of the unit counts."""


@frozen
class Return:
    """The answers in one workbook.

    `answers`: every input by id, None where it is blank or unusable. `typed`: what must equal the computed
    value, as it stands as a number instead of a formula: totals, and inputs of a consolidated workbook.
    `blank` and `faulty`: ids of inputs left empty, and of cells with a fault of their own. `unread`: ids of
    which nothing is known. `texts`: sections and cover entries; `prose`: what stands in each cell of a section.
    `declared`: blanks are 0.
    `reasons`: what the unit says of warnings, by the id of the cell.
    """

    identity: Identity
    answers: Mapping[str, Shown]
    typed: Mapping[str, Shown] = field(default_factory=dict)
    blank: frozenset[str] = frozenset()
    faulty: frozenset[str] = frozenset()
    unread: frozenset[str] = frozenset()
    texts: Mapping[str, str] = field(default_factory=dict)
    prose: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    declared: bool = False
    reasons: Mapping[str, str] = field(default_factory=dict)


@frozen
class Checked:
    """One file after reading and checking. `values`: every field by id (totals recomputed), empty if unread.

    `received`: None where the file could not even be looked at. `unit_code`, `unit_name` and `kind` (whose
    powers count): by the roster, else as the file says. `unused_reasons`: what the unit says of warnings that
    did not come, by the id of the cell.
    """

    path: str
    sha256: str
    received: datetime | None
    identity: Identity | None = None
    values: Mapping[str, Shown] = field(default_factory=dict)
    texts: Mapping[str, str] = field(default_factory=dict)
    findings: tuple[Finding, ...] = ()
    unit_code: str = ""
    unit_name: str = ""
    kind: UnitKind | None = None
    unused_reasons: Mapping[str, str] = field(default_factory=dict)

    @property
    def status(self) -> str:
        """`rejected` while an error blocks; `explained` where one was explained or waived; else `accepted`."""
        if any(finding.blocks for finding in self.findings):
            return REJECTED
        settled = [
            f for f in self.findings if f.severity is not Severity.NOTICE and (f.explained or f.waived)
        ]
        return EXPLAINED if settled else ACCEPTED

    @property
    def superseded(self) -> bool:
        """Whether another file of its unit counts."""
        return any(finding.supersedes for finding in self.findings)

    @property
    def acceptable(self) -> bool:
        """Whether it can be merged."""
        return self.identity is not None and self.status != REJECTED
