"""Whether a sheet still stands as the form lays it out: every label and total in its place, or what moved."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING

from nianbao.layout.boxes import Answer, Computed, Role, Slot, Words
from nianbao.layout.places import Place
from nianbao.messages import Message, say
from nianbao.opening.grid import Kind
from nianbao.returned.findings import Spot, found

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from nianbao.layout.boxes import Box, SheetPlan
    from nianbao.layout.places import Layout
    from nianbao.opening.grid import Cell, Sheet
    from nianbao.returned.findings import Finding

At = tuple[int, int]
"""A cell's row and column, from 0."""
REFERENCE = re.compile(r"(?:(?:'[^']*'|\b[^\W\d]\w*)[!.])?\b[A-Z]{1,3}\d+\b")
"""A cell, with its sheet. A name begins where a word does: tried from each letter, a long word takes forever."""


@dataclass(frozen=True)
class Placement:
    """One returned sheet beside its plan. `slots`: the locked texts of this workbook that are known.

    `other_version`: it was made from another version of the template, in which notes may be worded otherwise.
    """

    sheet: Sheet
    plan: SheetPlan
    layout: Layout
    slots: Mapping[str, str]
    sees_formulas: bool
    other_version: bool = False

    def findings(self) -> tuple[Finding, ...]:
        """One `structure-changed` where cells cannot be placed for certain, else each changed label."""
        moved = self._moved()
        return (moved,) if moved else tuple(self._changed_labels())

    @property
    def stands(self) -> bool:
        """Whether the cells can be read by position."""
        return self._moved() is None

    @property
    def is_whole(self) -> bool:
        """Whether all of the form is in its place and as printed, every total a formula, every input an input."""
        if self._differing or not self.stands:
            return False
        cells = self.sheet.cells
        if self.sees_formulas:
            return all(_formula(cells.get(at)) for at in self._live) and all(
                _is_input(cells.get(at)) for at in self._inputs
            )
        return True

    def _moved(self) -> Finding | None:
        """The complaint about the first label or cell that is not where it belongs."""
        return self._moved_label or self._moved_cell

    @cached_property
    def labels(self) -> Mapping[At, str]:
        """What must be printed where, in reading order."""
        compared = (box for box in self.plan.boxes if not (self.other_version and box.role is Role.NOTE))
        texts = (((box.row, box.column), self._printed(box)) for box in compared)
        return dict(sorted((at, text) for at, text in texts if plain(text)))

    @cached_property
    def texts(self) -> Mapping[At, str]:
        """What is there, as compared."""
        longest = 2 * max(map(len, self.labels.values()), default=0) + 16
        return {
            at: plain(text)
            if len(text := shown_text(cell)) <= longest
            else text  # no label, and slow to compose
            for at, cell in self.sheet.cells.items()
            if cell.text
        }

    @cached_property
    def _differing(self) -> tuple[At, ...]:
        """Where another text stands than is printed."""
        return tuple(at for at, text in self.labels.items() if self.texts.get(at, "") != plain(text))

    @cached_property
    def _moved_label(self) -> Finding | None:
        """The complaint where a label stands elsewhere, another in its place, or its row is gone."""
        if not self._differing:
            return None
        expected = {at: plain(text) for at, text in self.labels.items()}
        known = set(expected.values())
        elsewhere = {text: at for at, text in reversed(list(self.texts.items())) if expected.get(at) != text}
        for at in self._differing:
            if expected[at] in elsewhere:
                return self._complaint(at, self._now_at(at, elsewhere[expected[at]]))
            if self.texts.get(at) in known:
                return self._complaint(at, self._replaced(at))
            if at not in self.texts and self._line_gone(at):
                return self._complaint(at, self._gone(at))
        return None

    @cached_property
    def _moved_cell(self) -> Finding | None:
        """The complaint where a total or an input stands elsewhere, though no label shows it."""
        at = self._moved_total() if self.sees_formulas else self._shifted_figures()
        at = at or self._moved_input()
        return None if at is None else self._complaint(at, self._cell_moved(at))

    def _moved_total(self) -> At | None:
        """The first total that lacks its formula while one like it stands where none belongs."""
        cells = self.sheet.cells
        lost = {at: box for at, box in self._live.items() if not _formula(cells.get(at))}
        if not lost:
            return None
        view = self.layout.seen_from(self.plan.name)
        wanted = {at: live.live.excel(view) for at, live in lost.items()}
        longest = 2 * max(map(len, wanted.values())) + 16
        strays = {
            _skeleton(_formula(cell))
            for at, cell in cells.items()
            if 0 < len(_formula(cell)) <= longest and at not in self._live and at not in self._formula_inputs
        }
        return next((at for at, formula in wanted.items() if strays and _skeleton(formula) in strays), None)

    def _moved_input(self) -> At | None:
        """The first input that is locked or gone while an open cell with something in it stands outside the form.

        A cell takes its lock along when it is shifted. Files whose locks are all on or all off show nothing, nor do
        inputs that are locked with a figure in them: these are prefilled.
        """
        cells = self.sheet.cells
        lost = [at for at in self._inputs if not _is_input(cells.get(at))]
        if not self.sees_formulas or not lost:
            return None
        covered = self._covered
        open_strays = any(not cell.locked and cell.text and at not in covered for at, cell in cells.items())
        return lost[0] if open_strays else None

    def _shifted_figures(self) -> At | None:
        """The first cell of figures that lie beside their places, in a format that shows no formulas."""
        numbers = {at for at, cell in self.sheet.cells.items() if cell.kind is Kind.NUMBER}
        totals = [at for at, live in self._live.items() if live.id in self.layout.form.fields]
        if not totals or numbers & set(totals) or numbers <= self._covered:
            return None
        return totals[0]

    @cached_property
    def _live(self) -> Mapping[At, Computed]:
        """The cells that hold formulas."""
        return {(b.row, b.column): b.content for b in self.plan.boxes if isinstance(b.content, Computed)}

    @cached_property
    def _inputs(self) -> tuple[At, ...]:
        """The cells that the unit fills."""
        return tuple((box.row, box.column) for box in self.plan.boxes if isinstance(box.content, Answer))

    @cached_property
    def _formula_inputs(self) -> frozenset[At]:
        """The inputs, where all of them hold formulas: a consolidated workbook's."""
        filled = [self.sheet.cells.get(at) for at in self._inputs]
        return frozenset(self._inputs) if filled and all(map(_formula, filled)) else frozenset()

    @cached_property
    def _covered(self) -> frozenset[At]:
        """Every cell of the form, merged ones with all they cover."""
        return frozenset(at for box in self.plan.boxes for at in _area(box))

    def _line_gone(self, at: At) -> bool:
        """Whether the label's whole row or column is gone: its labels, formulas and inputs."""
        return any(self._all_gone(axis, at[axis]) for axis in (0, 1))

    def _all_gone(self, axis: int, number: int) -> bool:
        """Whether nothing is left of the form's boxes that begin on a row (axis 0) or column (axis 1)."""
        boxes = [box for box in self.plan.boxes if (box.row, box.column)[axis] == number]
        fillable = [box for box in boxes if isinstance(box.content, Answer | Computed)]
        left = (self.sheet.cells.get((box.row, box.column)) for box in boxes)
        return bool(fillable) and not any(_stands(cell) for cell in left)

    def _printed(self, box: Box) -> str:
        """The text printed in a box, as far as it is known."""
        match box.content:
            case Words(text=text):
                return text
            case Slot(name=name):
                return self.slots.get(name, "")
            case _:
                return ""

    def _changed_labels(self) -> Iterator[Finding]:
        """A warning for each text that was retyped in its place."""
        for at in self._differing:
            cell = self.sheet.cells.get(at)
            shown = shown_text(cell) if cell else ""
            finding = found("label-changed", found=shown, expected=self.labels[at])
            yield self._placed(finding, at)

    def _complaint(self, at: At, detail: Message) -> Finding:
        """The one finding for the sheet."""
        shown = shown_text(self.sheet.cells[at]) if at in self.sheet.cells else ""
        places = {"found": shown, "expected": self.labels.get(at, "")}
        return self._placed(found("structure-changed", detail=detail, **places), at)

    def _placed(self, finding: Finding, at: At) -> Finding:
        """The finding with its cell."""
        key = self.layout.id_at.get(Place(self.plan.name, *at), "")
        spot = Spot(key if key in self.layout.form.fields else "", _address(at))
        return replace(finding, sheet=self.plan.name, spots=(spot,))

    def _now_at(self, at: At, elsewhere: At) -> Message:
        return say(
            "「{text}」应在 {at}，现在 {now}", text=self.labels[at], at=_address(at), now=_address(elsewhere)
        )

    def _replaced(self, at: At) -> Message:
        return say(
            "{at} 应是「{text}」，现在是「{now}」",
            text=self.labels[at],
            at=_address(at),
            now=shown_text(self.sheet.cells[at]),
        )

    def _gone(self, at: At) -> Message:
        return say("{at}「{text}」所在的行或列不见了", text=self.labels[at], at=_address(at))

    def _cell_moved(self, at: At) -> Message:
        return say("{at} 的单元格被移到了别处", at=_address(at))


def plain(text: str) -> str:
    """The text as compared: composed form, without spaces and line breaks, which programs put in and take out."""
    return "".join(unicodedata.normalize("NFC", text).split())


def shown_text(cell: Cell) -> str:
    """The cell's text; a number without the `.0` that some programs write."""
    return cell.text.removesuffix(".0") if cell.kind is Kind.NUMBER else cell.text


def _area(box: Box) -> Iterable[At]:
    """The cells that a box covers."""
    rows, columns = range(box.row, box.row + box.rows), range(box.column, box.column + box.columns)
    return ((row, column) for row in rows for column in columns)


def _address(at: At) -> str:
    return Place("", *at).address


def _stands(cell: Cell | None) -> bool:
    """Whether something is left of a cell: contents, a formula, or that it can be filled."""
    return cell is not None and bool(cell.text or cell.formula or not cell.locked)


def _is_input(cell: Cell | None) -> bool:
    """Whether the cell can be one that the unit fills, or one that the office filled and locked for it."""
    return cell is not None and (not cell.locked or bool(cell.text and not cell.formula))


def _formula(cell: Cell | None) -> str:
    """The cell's formula; nothing where it has none."""
    return (cell.formula or "") if cell else ""


def _skeleton(formula: str) -> str:
    """The formula with every reference as `#`: alike wherever it was shifted, in every program's spelling."""
    bare = formula.removeprefix("=").replace("$", "").replace(" ", "")
    return REFERENCE.sub("#", bare).replace("#:#", "#").upper()
