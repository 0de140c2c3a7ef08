"""What was typed where a formula belongs, told once: by the error over it, with the formula that belongs there."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from nianbao.messages import say
from nianbao.returned.integrity import formula_at

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from nianbao.layout.places import Layout
    from nianbao.returned.findings import Finding
    from nianbao.returned.moved import Moves

    Ids = Mapping[tuple[str, str], str]
    """Ids of cells by their sheet and address in the file."""

FORMULA_CHANGED = "formula-changed"
TYPED_OVER = frozenset({"total-differs", "not-a-number", "cell-error"})
"""Errors of what was typed where a formula belongs."""


def told_once(findings: Iterable[Finding], layout: Layout, moves: Moves) -> tuple[Finding, ...]:
    """The findings, in the file's addresses, without a warning of a changed formula beside an error over its cell.

    The error names the formula instead; what it expects stays the value.
    """
    listed = tuple(findings)
    gone = _cells(finding for finding in listed if finding.code == FORMULA_CHANGED)
    if not gone:
        return listed
    wrong = _cells(finding for finding in listed if finding.code in TYPED_OVER)
    return tuple(
        kept
        for finding in listed
        for kept in (
            _unrepeated(finding, wrong)
            if finding.code == FORMULA_CHANGED
            else [_naming(finding, gone, layout, moves)]
        )
    )


def _cells(findings: Iterable[Finding]) -> Ids:
    return {(finding.sheet, spot.cell): spot.id for finding in findings for spot in finding.spots}


def _unrepeated(finding: Finding, wrong: Ids) -> Iterator[Finding]:
    """The warning for the cells that no error names."""
    spots = tuple(spot for spot in finding.spots if (finding.sheet, spot.cell) not in wrong)
    if spots:
        yield replace(finding, spots=spots)


def _naming(finding: Finding, gone: Ids, layout: Layout, moves: Moves) -> Finding:
    """The error with the formula of its cell, where one is gone."""
    keys = [gone.get((finding.sheet, spot.cell), "") for spot in finding.spots]
    if finding.code not in TYPED_OVER or not any(keys):
        return finding
    place = layout.places[next(filter(None, keys))]
    formula = formula_at(layout, moves, place.sheet, (place.row, place.column))
    named = say("{what}此处原有公式「{formula}」，被盖掉了，请恢复。", what=finding.what, formula=formula)
    return replace(finding, what=named)
