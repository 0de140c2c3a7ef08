"""What a unit typed into its workbook, as it stands there, right or wrong."""

from __future__ import annotations

from decimal import Decimal
from math import isfinite
from typing import TYPE_CHECKING

from nianbao.frozen import frozen
from nianbao.layout.boxes import Answer
from nianbao.layout.formulas import ErrorValue
from nianbao.layout.places import Place
from nianbao.layout.planning import DECLARATION
from nianbao.layout.prose import height
from nianbao.opening.grid import Kind
from nianbao.opening.numbers import stored_number
from nianbao.workbook.patching import Fitted

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from nianbao.layout.formulas import Shown
    from nianbao.layout.places import Layout
    from nianbao.opening.grid import Cell, Sheet
    from nianbao.workbook.patching import Change

LONGEST_NUMBER = 40
MOST_STRAYS = 500
"""Cells outside the form that are kept in their places on a sheet; one with more is attached as a whole."""


@frozen
class Typed:
    """`cells`: what stands in the cells that a unit fills; `shown`: the same by id, as formulas take it.

    `strays`: cells with something in them where the form has none; `crowded`: sheets with too many of these.
    """

    cells: Mapping[Place, Change]
    shown: Mapping[str, Shown]
    strays: Mapping[Place, Cell]
    crowded: frozenset[str]


def typed_in(layout: Layout, sheets: Mapping[str, Sheet]) -> Typed:
    """What was typed on those sheets of the form."""
    changes: dict[Place, Change] = {}
    shown: dict[str, Shown] = {}
    for key, box in layout.box_of.items():
        place = layout.places[key]
        if not isinstance(box.content, Answer) or place.sheet not in sheets:
            continue
        live = key in layout.form.fields or key == DECLARATION
        for at in layout.cells_of(key):
            cell = sheets[at.sheet].cells.get((at.row, at.column))
            value = _kept(cell, live=live) if cell else None
            if value is None:
                continue
            shown.setdefault(key, str(value).upper() if isinstance(value, bool) else value)
            changes[at] = Fitted(str(value), height(str(value))) if box.stacked else value
    strays = {name: list(_strays(layout, name, sheet)) for name, sheet in sheets.items()}
    crowded = frozenset(name for name, cells in strays.items() if len(cells) > MOST_STRAYS)
    kept = {
        Place(name, cell.row, cell.column): cell
        for name, cells in strays.items()
        if name not in crowded
        for cell in cells
    }
    return Typed(changes, shown, kept, crowded)


def standing(cell: Cell) -> Shown:
    """What a cell shows; a number that a cell can hold as a number, everything else as words."""
    if cell.kind is Kind.NUMBER and len(cell.text) <= LONGEST_NUMBER and isfinite(stored_number(cell.text)):
        number = Decimal(cell.text)
        return int(number) if number == number.to_integral_value() else number
    return cell.text or cell.formula


def _kept(cell: Cell, *, live: bool) -> Shown:
    """A cell's contents for the copy. `live`: figures rest on it, so that a formula there is not taken for a value.

    There the formula stands as words: the copy must not run what it says, and has the same fault as before.
    """
    if cell.kind is Kind.ERROR:
        return ErrorValue(cell.text)
    if cell.formula and live:
        return cell.formula
    if cell.kind is Kind.BOOLEAN:
        return cell.text.upper() == "TRUE"
    return standing(cell) if cell.text else None


def _strays(layout: Layout, name: str, sheet: Sheet) -> Iterator[Cell]:
    """The cells that show something outside the form's."""
    covered = {
        (row, column)
        for box in layout.plan(name).boxes
        for row in range(box.row, box.row + box.rows)
        for column in range(box.column, box.column + box.columns)
    }
    return (cell for at, cell in sorted(sheet.cells.items()) if at not in covered and cell.text.strip())
