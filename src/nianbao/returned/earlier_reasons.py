"""Reasons on a 校验 sheet that another version of the template laid out: found by their cells' names."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from nianbao.definition.sheet_names import CHECKS
from nianbao.layout.explaining import EXPLAIN
from nianbao.layout.names import defined_name
from nianbao.layout.places import Place
from nianbao.opening.grid import Kind
from nianbao.returned.claims import sheets_by_name
from nianbao.returned.findings import Spot, found
from nianbao.returned.found_again import named_place
from nianbao.returned.reasons import read_reason

if TYPE_CHECKING:
    from collections.abc import Iterator

    from nianbao.layout.places import Layout
    from nianbao.opening.grid import Sheet, Workbook
    from nianbao.returned.findings import Finding
    from nianbao.returned.moved import At

MOST_CELLS = 50
"""Cells named in one finding."""


def earlier_reasons(workbook: Workbook, layout: Layout) -> tuple[dict[str, str], list[Finding]]:
    """The reasons beside checks that are still there, by the ids of their cells; and a finding of the others."""
    sheet = sheets_by_name(workbook).get(CHECKS)
    if sheet is None:
        return {}, []
    at = {one.id: place for one in layout.explanations if (place := _place(workbook, defined_name(one.id)))}
    read = {key: read_reason(layout, key, sheet.cells.get(place)) for key, place in at.items()}
    reasons = {key: text for key, text in read.items() if text}
    return reasons, list(_not_read(sheet, _written(workbook, sheet) - set(at.values())))


def _place(workbook: Workbook, name: str) -> At | None:
    """The cell of 校验 with that name."""
    sheet, at = named_place(workbook, name)
    return at if sheet == CHECKS else None


def _written(workbook: Workbook, sheet: Sheet) -> set[At]:
    """The cells in which the unit may have written: those that are open, or called a reason's."""
    called = (
        _place(workbook, name) for name in workbook.names if name.startswith(defined_name(f"{EXPLAIN}."))
    )
    opened = {at for at, cell in sheet.cells.items() if not cell.locked}
    return opened.union(place for place in called if place)


def _not_read(sheet: Sheet, places: set[At]) -> Iterator[Finding]:
    """The finding of what stands there."""
    filled = [
        at
        for at in sorted(places)
        if (cell := sheet.cells.get(at)) and cell.kind is Kind.TEXT and not cell.formula and cell.text.strip()
    ]
    if filled:
        finding = found("stray-content:reasons", found=sheet.cells[filled[0]].text.strip(), count=len(filled))
        spots = tuple(Spot("", Place("", *at).address) for at in filled[:MOST_CELLS])
        yield replace(finding, sheet=sheet.name, spots=spots)
