"""What was changed on a sheet though all of it can be read: formulas, locks, what is hidden, what stands elsewhere."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import partial
from itertools import islice
from typing import TYPE_CHECKING

from nianbao.layout.addresses import column_letters
from nianbao.layout.boxes import Answer, Computed, Role, Slot
from nianbao.layout.places import Place
from nianbao.opening.concealment import NUMBERS, TEXTS
from nianbao.opening.grid import Kind
from nianbao.opening.numbers import shown_formula
from nianbao.returned.as_meant import same, same_moved
from nianbao.returned.findings import Spot, as_found, found

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

    from nianbao.layout.boxes import SheetPlan
    from nianbao.layout.places import Layout
    from nianbao.opening.grid import Cell, Sheet
    from nianbao.returned.findings import Finding
    from nianbao.returned.moved import At, Moves

    Area = tuple[int, int, int, int]

MOST_MERGED = 1_000
"""Merged areas that are looked at: more cannot lie side by side in a form."""
FORMULAS_NAMED = 4
"""Changed formulas of a sheet that are named one by one; of more, one finding names all the cells."""
STRAYS_NAMED = 200


@dataclass(frozen=True)
class Integrity:
    """One sheet that stands, beside its plan. `cells`: those of the form, by their places in it.

    Of a workbook made from another version of the template only the totals' formulas are compared.
    `prefilled`: inputs that the office filled and locked. `slots`: the locked texts of this workbook that are known.
    """

    sheet: Sheet
    plan: SheetPlan
    layout: Layout
    cells: Mapping[At, Cell]
    moves: Moves
    slots: Mapping[str, str]
    sees_formulas: bool = True
    other_version: bool = False
    prefilled: frozenset[str] = frozenset()

    def findings(self) -> Iterator[Finding]:
        """Everything, in the file's addresses."""
        if self.sees_formulas:
            yield from self._formulas()
            yield from self._locks()
        yield from self._written()
        yield from self._hidden()
        yield from self._strays()

    def _formulas(self) -> Iterator[Finding]:
        """The formulas that are gone, typed over, or compute something else."""
        changed = [
            (box.row, box.column)
            for box in self.plan.boxes
            if isinstance(box.content, Computed)
            and not (self.other_version and box.content.id not in self.layout.form.fields)
            and not self._computes((box.row, box.column))
        ]
        if len(changed) <= FORMULAS_NAMED:
            yield from map(self._changed, changed)
            return
        first = self._changed(changed[0])
        places = {"found": first.found, "expected": first.expected, "first": first.cells[0]}
        finding = found("formula-changed:many", **places)
        yield self._at(finding, changed)

    def _computes(self, at: At) -> bool:
        expected = self.layout.formulas[self.plan.name][at]
        cell = self.cells.get(at)
        formula = cell.formula if cell else None
        if not formula:
            return False
        if not self.moves:
            return formula == expected or same(formula, expected, self.plan.name)
        return same_moved(formula, expected, self.plan.name, partial(self._home, self.sheet.name))

    def _home(self, own: str, name: str, row: int, column: int) -> tuple[str, int, int]:
        return self.moves.home(name or own, row, column)

    def _changed(self, at: At) -> Finding:
        cell = self.cells.get(at)
        expected = formula_at(self.layout, self.moves, self.plan.name, at)
        if cell and cell.formula:
            finding = found("formula-changed", found=cell.formula, expected=expected)
        elif cell and cell.text.strip():
            finding = found("formula-changed:typed", found=cell.text.strip(), expected=expected)
        else:
            finding = found("formula-changed:gone", expected=expected)
        return self._at(finding, [at])

    def _locks(self) -> Iterator[Finding]:
        """The cells that are open though nobody fills them."""
        closed = (
            (box.row, box.column)
            for box in self.plan.boxes
            if not isinstance(box.content, Answer) or box.content.id in self.prefilled
        )
        opened = [at for at in closed if at in self.cells and not self.cells[at].locked]
        if opened:
            yield self._at(found("lock-removed"), opened)

    def _written(self) -> Iterator[Finding]:
        """What was written where this workbook has no text to print."""
        for box in self.plan.boxes:
            at = (box.row, box.column)
            empty = isinstance(box.content, Slot) and not self.slots.get(box.content.name, "?")
            if empty and at in self.cells and self.cells[at].text.strip():
                yield self._at(found("label-changed", found=self.cells[at].text, expected=""), [at])

    def _hidden(self) -> Iterator[Finding]:
        """The sheet where it is hidden; rows and columns with something of the form or of the unit in them."""
        if self.sheet.visibility != "visible":
            yield replace(found("hidden-content"), sheet=self.sheet.name)
        yield from self._covered()
        yield from self._unseen()
        if not self.sheet.hidden_rows and not self.sheet.hidden_columns:
            return
        telling = {(box.row, box.column) for box in self.plan.boxes if box.role is not Role.PROSE}
        places = [self.moves.now(self.plan.name, at) for at in telling]
        places += [at for at, cell in self.sheet.cells.items() if cell.text.strip()]
        rows = sorted({at[0] for at in places} & self.sheet.hidden_rows)
        columns = sorted({at[1] for at in places} & self.sheet.hidden_columns)
        yield from hidden_lines(self.sheet, rows, columns)

    def _covered(self) -> Iterator[Finding]:
        """Figures and answers that do not show, since their cells were merged with others."""
        places = {self.moves.now(self.plan.name, at): at for at in telling(self.plan)}
        for area, covered in merged_over(self.sheet.merges, places.keys()):
            shown = f"{Place('', *area[:2]).address}:{Place('', *area[2:]).address}"
            yield self._at(found("hidden-content:merged", found=shown), [places[at] for at in covered])

    def _unseen(self) -> Iterator[Finding]:
        """What does not show, or not as it is, for its cell's format."""
        boxes = ((box.row, box.column) for box in self.plan.boxes)
        unseen = [at for at in boxes if at in self.cells and conceals(self.cells[at])]
        if unseen:
            yield self._at(found("hidden-content:format"), unseen)

    def _strays(self) -> Iterator[Finding]:
        """What stands outside the form's cells."""
        filled = self.layout.filled[self.plan.name]
        strays = [
            at
            for at, cell in self.sheet.cells.items()
            if holds(cell) and self.moves.home(self.sheet.name, *at)[1:] not in filled
        ]
        if self.other_version:  # notes may stand elsewhere in it
            strays = [at for at in strays if self.sheet.cells[at].kind is not Kind.TEXT]
        yield from stray_content(self.sheet, strays)

    def _at(self, finding: Finding, places: Sequence[At]) -> Finding:
        """The finding at cells of the form."""
        return replace(
            finding,
            sheet=self.sheet.name if self.moves else self.plan.name,
            spots=tuple(self._spot(at) for at in places),
        )

    def _spot(self, at: At) -> Spot:
        key = self.layout.id_at.get(Place(self.plan.name, *at), "")
        field = self.layout.form.fields.get(key)
        address = self.moves.address(self.plan.name, at)
        shows = as_found(self.cells.get(at))
        return Spot(key if field else "", address, field.label if field else "", shows)


def formula_at(layout: Layout, moves: Moves, name: str, at: At) -> str:
    """What a cell of that sheet of the form should read, as the file's cells are called."""
    if not moves:
        return layout.formulas[name][at]
    (live,) = (
        box.content.live
        for box in layout.plan(name).boxes
        if (box.row, box.column) == at and isinstance(box.content, Computed)
    )
    return f"={live.excel(moves.seen_from(layout, name))}"


def stray_content(sheet: Sheet, strays: Sequence[At]) -> Iterator[Finding]:
    """The complaint about what stands outside the form's cells; of very many the first are named."""
    if strays:
        places = sorted(strays)[:STRAYS_NAMED]
        cell = sheet.cells[places[0]]
        shown = shown_formula(cell) if cell.formula else cell.text.strip()
        finding = found("stray-content", found=shown, count=len(strays))
        spots = tuple(Spot("", Place("", *at).address, shows=as_found(sheet.cells[at])) for at in places)
        yield replace(finding, sheet=sheet.name, spots=spots)


def hidden_lines(sheet: Sheet, rows: Sequence[int], columns: Sequence[int]) -> Iterator[Finding]:
    """The complaints about hidden rows and columns, each named by its first cell."""
    if rows:
        numbers = "、".join(str(row + 1) for row in rows)
        spots = tuple(Spot("", f"A{row + 1}") for row in rows)
        yield replace(found("hidden-content:rows", found=numbers), sheet=sheet.name, spots=spots)
    if columns:
        letters = "、".join(column_letters(column) for column in columns)
        spots = tuple(Spot("", f"{column_letters(column)}1") for column in columns)
        yield replace(found("hidden-content:columns", found=letters), sheet=sheet.name, spots=spots)


def telling(plan: SheetPlan) -> list[At]:
    """The places of answers and of what is worked out."""
    return [(box.row, box.column) for box in plan.boxes if isinstance(box.content, Answer | Computed)]


def merged_over(merges: Iterable[Area], places: Collection[At]) -> Iterator[tuple[Area, list[At]]]:
    """The merged areas that cover some of the places, and which these are: of an area only its first cell shows."""
    last_row, last_column = (max((at[axis] for at in places), default=-1) for axis in (0, 1))
    near = (area for area in merges if area[0] <= last_row and area[1] <= last_column)
    for area in islice(near, MOST_MERGED):
        top, left, bottom, right = area
        covered = [
            at for at in places if top <= at[0] <= bottom and left <= at[1] <= right and at != (top, left)
        ]
        if covered:
            yield area, covered


def conceals(cell: Cell) -> bool:
    """Whether the cell's format hides what is in it."""
    if not cell.hides or not holds(cell):
        return False
    return bool(cell.hides & (TEXTS if cell.kind is Kind.TEXT else NUMBERS))


def holds(cell: Cell) -> bool:
    """Whether something was typed into the cell."""
    return bool(cell.formula or cell.text.strip())
