"""The sheets of a workbook beside those of the form: which can be read, where their cells are, what was changed."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import TYPE_CHECKING

from nianbao.definition.rules import PREVIOUS
from nianbao.frozen import frozen
from nianbao.layout.identity import SINGLE
from nianbao.layout.slots import banners, slots
from nianbao.returned.claims import sheets_by_name
from nianbao.returned.findings import found
from nianbao.returned.found_again import find_again, moved_notice
from nianbao.returned.given import changed_figures
from nianbao.returned.integrity import Integrity, holds, stray_content
from nianbao.returned.moved import Moved, Moves
from nianbao.returned.placing import Placement
from nianbao.returned.protection import foreign_sheets, removed_protection

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from nianbao.definition.form import Field
    from nianbao.layout.boxes import SheetPlan
    from nianbao.layout.identity import Identity
    from nianbao.layout.places import Layout
    from nianbao.opening.grid import Cell, Sheet, Workbook
    from nianbao.returned.findings import Finding
    from nianbao.returned.glance import Glance, Plain
    from nianbao.returned.moved import At

MOST_FOREIGN = 20
"""Sheets of other names in which a sheet of the form is looked for."""


@frozen
class Pages:
    """The sheets that can be read, by the form's names, their cells by their places in the form.

    `plain`: of those told at a glance to be in order, the answers that need no second look.
    """

    layout: Layout
    sheets: Mapping[str, Mapping[At, Cell]]
    plain: Mapping[str, Plain]
    moves: Moves

    @property
    def whole(self) -> bool:
        """Whether every sheet with fields can be read."""
        return self.sheets.keys() >= {name for name, fields in self.layout.fields_on.items() if fields}

    def has(self, key: str) -> bool:
        """Whether the cell can be read."""
        return self.layout.places[key].sheet in self.sheets

    def cell(self, key: str) -> Cell | None:
        """What stands in it; None for nothing."""
        place = self.layout.places[key]
        return self.sheets[place.sheet].get((place.row, place.column))

    def fields(self) -> Iterator[Field]:
        """The fields whose cells are to be looked at one by one."""
        for name in self.sheets:
            if name in self.plain:
                yield from (self.layout.form.fields[key] for key in self.plain[name].others)
            else:
                yield from self.layout.fields_on[name]


def lay_open(  # noqa: PLR0913 -- what came, what is known of it, and what makes it quicker
    workbook: Workbook,
    layout: Layout,
    identity: Identity,
    glance: Glance | None = None,
    *,
    key: bytes | None = None,
    given: Mapping[str, str] = MappingProxyType({}),
) -> tuple[Pages, list[Finding]]:
    """The sheets that can be read, and what is wrong with the sheets, in the file's addresses.

    `key`: the round's. `given`: what the cells for former figures read, by id, where it is known.
    """
    desk = _Desk(workbook, layout, identity, glance if identity.role == SINGLE else None, key, given)
    desk.place_all()
    return desk.pages(), desk.findings


@dataclass
class _Desk:
    """The sheets judged so far.

    Of a workbook made from another version of the template only what is for people to read may differ: the sheets
    that explain are passed over, and notes. Of a consolidated one the sheets are the form's, and others.
    """

    workbook: Workbook
    layout: Layout
    identity: Identity
    glance: Glance | None
    key: bytes | None
    given: Mapping[str, str]
    findings: list[Finding] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.single = self.identity.role == SINGLE
        self.other_version = self.identity.template_version != self.layout.template_version
        self.slots = slots(self.layout.form, self.identity) | dict(self.given)
        previous = self.layout.form.previous
        sources = previous.prefilled if previous and self.given else {}
        self.prefilled = {key for key, source in sources.items() if self.given.get(PREVIOUS + source)}
        if self.single and not self.other_version:
            self.slots |= banners(self.layout, self.identity)
        self.there = sheets_by_name(self.workbook)
        self.ours: dict[int, Sheet] = {}
        self.standing: dict[str, Sheet] = {}
        self.plain: dict[str, Plain] = {}
        self.moved: dict[str, Moved] = {}

    def place_all(self) -> None:
        """Each sheet, then what was moved, then what was changed where the cells can be read."""
        missing = []
        for plan in self.layout.sheets:
            sheet = self.there.get(plan.name)
            if sheet is None:
                missing.append(plan)
            else:
                self.ours[id(sheet)] = sheet
                if not (plan.hidden or (plan.explains and self.other_version)):
                    self._place(sheet, plan)
        for plan in missing:
            self._find_renamed(plan)
        moves = Moves(self.moved)
        for name, sheet in self.standing.items():
            if moves or name not in self.plain:
                self._examine(sheet, self.layout.plan(name), moves)
        self._as_a_whole()

    def pages(self) -> Pages:
        """What can be read."""
        moves = Moves(self.moved)
        cells = {name: moves.cells(name, sheet) for name, sheet in self.standing.items()}
        return Pages(self.layout, cells, self.plain, moves)

    def _place(self, sheet: Sheet, plan: SheetPlan) -> None:
        if self.glance and not self.other_version:
            seen = self.glance.at(sheet, plan, self.layout, self.slots)
            if seen and self._locks(sheet, plan):
                self.standing[plan.name], self.plain[plan.name] = sheet, self.glance.answers(*seen)
                return
        placement = self._placement(sheet, plan)
        if placement.stands:
            self.standing[plan.name] = sheet
            self.findings += placement.findings()
        elif moved := self._found_again(placement):
            self._take_moved(placement, moved)
        else:
            self.findings += placement.findings()

    def _locks(self, sheet: Sheet, plan: SheetPlan) -> bool:
        """Whether what the office filled in is locked."""
        places = (self.layout.places[key] for key in self.prefilled)
        return all(sheet.cells[at.row, at.column].locked for at in places if at.sheet == plan.name)

    def _placement(self, sheet: Sheet, plan: SheetPlan) -> Placement:
        return Placement(
            sheet, plan, self.layout, self.slots, self.workbook.sees_formulas, self.other_version
        )

    def _found_again(self, placement: Placement) -> Moved | None:
        """Where the cells are; a consolidated workbook's, and another version's, are not looked for."""
        return find_again(placement, self.workbook) if self.single and not self.other_version else None

    def _take_moved(self, placement: Placement, moved: Moved) -> None:
        self.standing[placement.plan.name] = placement.sheet
        self.moved[placement.plan.name] = moved
        self.findings.append(moved_notice(placement, moved))

    def _find_renamed(self, plan: SheetPlan) -> None:
        """The sheet under another name, where just one has all that is printed on it."""
        others = [sheet for sheet in self.workbook.sheets if id(sheet) not in self.ours][:MOST_FOREIGN]
        placements = [self._placement(sheet, plan) for sheet in others]
        candidates = [(one, moved) for one in placements if (moved := self._found_again(one))]
        if len(candidates) == 1:
            placement, moved = candidates[0]
            self.ours[id(placement.sheet)] = placement.sheet
            self._take_moved(placement, moved)
        else:
            self.findings.append(replace(found("sheet-missing", expected=plan.name), sheet=plan.name))

    def _examine(self, sheet: Sheet, plan: SheetPlan, moves: Moves) -> None:
        """What was changed on a sheet that stands."""
        cells = moves.cells(plan.name, sheet)
        integrity = Integrity(
            sheet,
            plan,
            self.layout,
            cells,
            moves,
            self.slots,
            sees_formulas=self.workbook.sees_formulas,
            other_version=self.other_version,
            prefilled=frozenset(self.prefilled),
        )
        self.findings += integrity.findings()
        former = changed_figures(replace(sheet, cells=cells), plan, self.slots)
        self.findings += moves.told(former)

    def _as_a_whole(self) -> None:
        """Protection, sheets of somebody else's, and what was typed on the sheet that nobody sees."""
        self.findings += removed_protection(self.workbook, tuple(self.ours.values()))
        if not self.single:
            return
        self.findings += foreign_sheets(self.workbook, self.ours, self.key)
        for plan in self.layout.sheets:
            sheet = self.there.get(plan.name)
            if sheet and plan.hidden and not (self.glance and self.glance.is_clean(sheet, plan, self.layout)):
                filled = self.layout.filled[plan.name]
                strays = [at for at, cell in sheet.cells.items() if holds(cell) and at not in filled]
                self.findings += stray_content(sheet, strays)
