"""Where the cells of a form's sheets are in a file that moved or renamed them."""

from __future__ import annotations

from dataclasses import replace
from functools import cached_property
from typing import TYPE_CHECKING

from nianbao.frozen import frozen
from nianbao.layout.places import Place, View
from nianbao.opening.ooxml_sheet import place as cell_place

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from nianbao.layout.places import Layout
    from nianbao.opening.grid import Cell, Sheet
    from nianbao.returned.findings import Finding

At = tuple[int, int]
"""A cell's row and column, from 0."""


@frozen
class Moved:
    """One sheet: its name in the file, and for each row and column of the form the file's."""

    name: str
    rows: Mapping[int, int]
    columns: Mapping[int, int]

    def now(self, at: At) -> At:
        """Where a cell of the form is."""
        return self.rows.get(at[0], at[0]), self.columns.get(at[1], at[1])


@frozen
class MovedView(View):
    """Addresses as seen from a sheet of the file."""

    moves: Moves

    def place(self, key: str) -> Place:
        """Where the cell is."""
        place = self.layout.places[key]
        now = self.moves.now(place.sheet, (place.row, place.column))
        return Place(self.moves.name(place.sheet), *now)


class Moves:
    """The sheets that were moved or renamed, by the form's names; all others stand as laid out."""

    def __init__(self, moved: Mapping[str, Moved] | None = None) -> None:
        self._moved = dict(moved or {})

    def __bool__(self) -> bool:
        """Whether anything was moved."""
        return bool(self._moved)

    def name(self, sheet: str) -> str:
        """What a sheet of the form is called in the file."""
        moved = self._moved.get(sheet)
        return moved.name if moved else sheet

    def now(self, sheet: str, at: At) -> At:
        """Where a cell of the form is."""
        moved = self._moved.get(sheet)
        return moved.now(at) if moved else at

    def address(self, sheet: str, at: At) -> str:
        """Its address in the file."""
        return Place("", *self.now(sheet, at)).address

    def home(self, name: str, row: int, column: int) -> tuple[str, int, int]:
        """The place in the form of a cell of the file; a row or column that the form lacks is less than 0."""
        back = self._back.get(name.casefold())
        if back is None:
            return name, row, column
        sheet, rows, columns = back
        return sheet, rows.get(row, -1 - row), columns.get(column, -1 - column)

    def cells(self, sheet: str, came: Sheet) -> Mapping[At, Cell]:
        """The sheet's cells by their places in the form; each keeps the address that it has in the file."""
        if sheet not in self._moved:
            return came.cells
        placed = (((self.home(came.name, *at)[1:]), cell) for at, cell in came.cells.items())
        return {at: cell for at, cell in placed if min(at) >= 0}

    def seen_from(self, layout: Layout, sheet: str) -> View:
        """Addresses as a formula on that sheet of the form has to write them in the file."""
        return MovedView(layout, self.name(sheet), self) if self else layout.seen_from(sheet)

    def told(self, findings: Iterable[Finding]) -> tuple[Finding, ...]:
        """Findings on places of the form, as the file has them."""
        if not self._moved:
            return tuple(findings)
        return tuple(map(self._told, findings))

    def at_home(self, findings: Iterable[Finding]) -> tuple[Finding, ...]:
        """The findings of a file on places of the form; what stands in a row or column of its own has none."""
        return tuple(map(self._at_home, findings)) if self._moved else tuple(findings)

    def form_name(self, name: str) -> str:
        """What the form calls a sheet of the file."""
        back = self._back.get(name.casefold())
        return back[0] if back else name

    def _at_home(self, finding: Finding) -> Finding:
        if finding.sheet.casefold() not in self._back:
            return finding
        homes = ((spot, self.home(finding.sheet, *cell_place(spot.cell))) for spot in finding.spots)
        spots = tuple(
            replace(spot, cell=Place(*home).address)
            for spot, home in homes
            if min(home[1:]) >= 0 and finding.code != "structure-changed"
        )
        return replace(finding, sheet=self.form_name(finding.sheet), spots=spots)

    def _told(self, finding: Finding) -> Finding:
        if finding.sheet not in self._moved:
            return finding
        spots = (
            replace(spot, cell=self.address(finding.sheet, cell_place(spot.cell))) for spot in finding.spots
        )
        return replace(finding, sheet=self.name(finding.sheet), spots=tuple(spots))

    @cached_property
    def _back(self) -> Mapping[str, tuple[str, Mapping[int, int], Mapping[int, int]]]:
        """The way back, by the file's names."""
        return {
            moved.name.casefold(): (
                sheet,
                {now: row for row, now in moved.rows.items()},
                {now: column for column, now in moved.columns.items()},
            )
            for sheet, moved in self._moved.items()
        }
