"""The former figures that a workbook shows: whether they are still those that the office put there."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import TYPE_CHECKING

from nianbao.definition.rules import PREVIOUS, of_field
from nianbao.layout.boxes import Given
from nianbao.layout.former import stamp
from nianbao.layout.places import Place
from nianbao.opening.numbers import is_same, read_number
from nianbao.returned.answers import TOTAL_DECIMALS, digits
from nianbao.returned.findings import Spot, found
from nianbao.returned.former import shown_beside

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from nianbao.definition.form import Form
    from nianbao.layout.boxes import SheetPlan
    from nianbao.layout.formulas import Shown
    from nianbao.layout.places import Layout
    from nianbao.opening.grid import Cell, Sheet
    from nianbao.returned.claims import Claim
    from nianbao.returned.findings import Finding


def as_given(claim: Claim) -> dict[str, str]:
    """What the workbook's cells for former figures read, by id; nothing where they cannot be known.

    They cannot outside a round, and where the office has put other figures into the round since the blank was made.
    """
    layout, identity = claim.layout, claim.identity
    if layout is None or identity is None or not identity.previous:
        return {}
    figures = shown_beside(layout, claim.former)
    if not figures or stamp(figures) != identity.previous:
        return {}
    return {PREVIOUS + key: "" if value is None else _text(value) for key, value in figures.items()}


def known_figures(layout: Layout, former: Mapping[str, Shown] | None) -> dict[str, Shown]:
    """The figures that the layout shows of a unit's period before, by the ids of their cells."""
    shown = shown_beside(layout, former)
    return {key: shown.get(of_field(key)) for key in layout.given} if shown else {}


def shown_figures(layout: Layout, sheets: Mapping[str, Sheet]) -> dict[str, Shown]:
    """The same as a workbook itself shows them: outside a round nothing better is known."""
    places = {key: layout.places[key] for key in layout.given}
    cells = {
        key: sheets[place.sheet].cells.get((place.row, place.column))
        for key, place in places.items()
        if place.sheet in sheets
    }
    return {key: read_number(cell, signed=True, decimals=TOTAL_DECIMALS).value for key, cell in cells.items()}


def still_prefilled(layout: Layout, given: Mapping[str, Shown], typed: Mapping[str, Shown]) -> frozenset[str]:
    """The inputs that hold what the office filled in."""
    return as_before(layout.form, {of_field(key): value for key, value in given.items()}, typed)


def as_before(form: Form, former: Mapping[str, Shown] | None, typed: Mapping[str, Shown]) -> frozenset[str]:
    """The inputs that hold what the period before left to them (上年结转), as far as its figures are known."""
    if not former or form.previous is None:
        return frozenset()
    known = {key: former.get(source) for key, source in form.previous.prefilled.items()}
    return frozenset(key for key, value in known.items() if value is not None and typed.get(key) == value)


def changed_figures(sheet: Sheet, plan: SheetPlan, texts: Mapping[str, str]) -> Iterator[Finding]:
    """A warning for each former figure that is another one now; the cell is none of the form's to be filled."""
    for box in plan.boxes:
        if isinstance(box.content, Given) and box.content.id in texts:
            cell, expected = sheet.cells.get((box.row, box.column)), texts[box.content.id]
            if not _shows(cell, expected):
                shown = cell.text if cell else ""
                finding = found("label-changed:former", found=shown, expected=expected)
                spot = Spot("", Place(plan.name, box.row, box.column).address)
                yield replace(finding, sheet=plan.name, spots=(spot,))


def _shows(cell: Cell | None, expected: str) -> bool:
    """Whether the cell holds that number; nothing where none is expected."""
    read = read_number(cell, signed=True, decimals=TOTAL_DECIMALS)
    if read.fault or read.value is None or not expected:
        return not (read.fault or expected or read.value is not None)
    return is_same(read.value, Decimal(expected))


def _text(value: object) -> str:
    """A figure as it stands in a cell."""
    return digits(value) if isinstance(value, int | Decimal) else str(value)
