"""What a unit says of its warnings: its reasons read from their cells, and put to the findings that they are about."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from nianbao.complaints import STANDS_FOR
from nianbao.layout.explaining import code_of
from nianbao.opening.grid import Kind
from nianbao.returned.answers import read_words
from nianbao.returned.findings import LONGEST_SHOWN, Severity

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from nianbao.layout.places import Layout
    from nianbao.opening.grid import Cell
    from nianbao.returned.findings import Finding


def read_reason(layout: Layout, key: str, cell: Cell | None) -> str:
    """A reason on one line, no longer than a report takes; nothing for spaces, and for an error value.

    No figure rests on it, so a number is taken in its digits, and a formula for what it shows.
    """
    if cell is None or not cell.text or cell.kind is Kind.ERROR:
        return ""
    text = " ".join(str(read_words(layout, key, cell).value)[: 4 * LONGEST_SHOWN].split())
    return text if len(text) <= LONGEST_SHOWN else f"{text[:LONGEST_SHOWN]}…"


def explained(
    findings: tuple[Finding, ...], layout: Layout, reasons: Mapping[str, str]
) -> tuple[Finding, ...]:
    """The findings, each warning with the unit's reason where it gave one. An error is never explained."""
    return tuple(_explained(finding, layout, reasons) for finding in findings) if reasons else findings


def _explained(finding: Finding, layout: Layout, reasons: Mapping[str, str]) -> Finding:
    """A warning with its reasons: those beside the checks of its cells, or that for its code."""
    if finding.severity is not Severity.WARNING:
        return finding
    told = [reasons[key] for key in _about(finding, layout) if key in reasons]
    return replace(finding, explained="；".join(dict.fromkeys(told))) if told else finding


def _about(finding: Finding, layout: Layout) -> Iterable[str]:
    """The ids of the cells where the finding, or one that it stands for, may be explained."""
    cells, fields = set(finding.ids), layout.form.fields.keys()
    alike = (one for one in layout.explanations if one.code in _codes(finding.code))
    return (one.id for one in alike if cells.issuperset(one.ids & fields))


def _codes(code: str) -> tuple[str, ...]:
    """The code, and that of what it stands for."""
    return (code, STANDS_FOR[code]) if code in STANDS_FOR else (code,)


def unused(findings: Iterable[Finding], reasons: Mapping[str, str]) -> dict[str, str]:
    """The reasons that are about no finding, by id."""
    settled = [(finding.code, finding.explained) for finding in findings if finding.explained]

    def tells(key: str, text: str) -> bool:
        return any(code_of(key) in _codes(code) and text in explained for code, explained in settled)

    return {key: text for key, text in reasons.items() if not tells(key, text)}
