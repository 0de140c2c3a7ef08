"""The live cells of a finished workbook: formulas where the layout has them, over its cells, results right."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from nianbao.inspecting.expressions import UnknownFormulaError, functions, references
from nianbao.inspecting.faults import at_cell, on_sheet, part_of, part_of_rule, part_of_sheet
from nianbao.inspecting.results import KNOWN, Results, shown
from nianbao.layout.boxes import Computed, Words
from nianbao.layout.formulas import LinePart
from nianbao.layout.places import Place
from nianbao.layout.planning import DECLARATION
from nianbao.layout.rule_line import RuleLine
from nianbao.messages import say
from nianbao.opening.numbers import is_same

if TYPE_CHECKING:
    from collections.abc import Iterator

    from nianbao.definition.mistakes import PartPath
    from nianbao.inspecting.expressions import Reference
    from nianbao.inspecting.faults import Fault
    from nianbao.inspecting.finished import At, Finished
    from nianbao.inspecting.results import Value
    from nianbao.layout.boxes import SheetPlan
    from nianbao.layout.places import Layout
    from nianbao.messages import Message


def live_faults(finished: Finished, layout: Layout) -> Iterator[Fault]:
    """What is wrong with formulas and their results, sheet by sheet."""
    live = _Live(finished, layout)
    for plan in layout.sheets:
        if plan.name in finished.pages:
            yield from live.cell_faults(plan)
            yield from live.page_faults(plan)


class _Live:
    """The formulas of one workbook."""

    def __init__(self, finished: Finished, layout: Layout) -> None:
        self._finished = finished
        self._layout = layout
        self._results = Results(finished.workbook)
        self._there = {
            plan.name: {
                (box.row + down, box.column)
                for box in plan.boxes
                if not isinstance(box.content, Words)
                for down in range(box.rows if box.stacked else 1)
            }
            for plan in layout.sheets
        }

    def cell_faults(self, plan: SheetPlan) -> Iterator[Fault]:
        """A fault for each cell whose formula is missing, too many, strays, or shows another result."""
        meant = {
            (box.row, box.column): box.content for box in plan.boxes if isinstance(box.content, Computed)
        }
        sheet = self._finished.workbook.sheet(plan.name)
        found = {at: cell.formula for at, cell in sheet.cells.items() if cell.formula} if sheet else {}
        for at in sorted(meant.keys() | found.keys()):
            part = self._part(meant[at]) if at in meant else part_of_sheet(self._layout, plan.name)
            if at not in found:
                yield at_cell(plan.name, at, say("这里应有公式"), part=part)
            elif at not in meant:
                yield at_cell(plan.name, at, say("这里不应有公式"), part=part)
            elif (fault := self._fault(plan.name, at, found[at], meant[at].id)) is not None:
                yield at_cell(plan.name, at, fault, part=part)

    def page_faults(self, plan: SheetPlan) -> Iterator[Fault]:
        """A fault for each formula of a format or validation that looks at cells that are not there."""
        for formula in dict.fromkeys(self._finished.pages[plan.name].formulas):
            try:
                stray = self._stray(formula, plan.name)
            except UnknownFormulaError:
                stray = formula
            if stray:
                message = say("条件格式或数据验证引用了表外的单元格 {cells}", cells=stray)
                yield on_sheet(plan.name, message, part=part_of_sheet(self._layout, plan.name))

    def _fault(self, sheet: str, at: At, formula: str, key: str) -> Message | None:
        """What is wrong with the formula of one cell."""
        field = key if key in self._layout.form.fields else ""
        try:
            stray = self._stray(formula, sheet, field=field)
        except UnknownFormulaError:
            return say("公式看不懂：{formula}", formula=formula[:100])
        if stray:
            return say("公式引用了表外的单元格 {cells}", cells=stray)
        try:
            right = self._results.at(sheet, at)
        except UnknownFormulaError:  # it rests on a cell with a formula that is complained of itself
            return None
        grid = self._finished.workbook.sheet(sheet)
        now = shown(grid.cells[at] if grid else None)
        if not _agree(now, right):
            return say("公式的结果应是「{right}」，存的是「{now}」", right=str(right), now=str(now))
        return None

    def _stray(self, formula: str, sheet: str, *, field: str = "") -> str:
        """The first cells that the formula may not look at: those that the layout lacks, for a total other tables'."""
        tree = self._results.tree(formula, sheet)
        if functions(tree) - KNOWN:
            raise UnknownFormulaError(formula)
        for reference in dict.fromkeys(references(tree)):
            for at in reference.cells:
                if at not in self._there.get(reference.sheet, ()) or (
                    field and not self._adds(field, reference, at)
                ):
                    return f"{reference.sheet} {reference.address}"
        return ""

    def _adds(self, field: str, reference: Reference, at: At) -> bool:
        """Whether a total may look at the cell: one of its table's, or the declaration."""
        fields, declaration = self._layout.form.fields, self._layout.places[DECLARATION]
        key = self._layout.id_at.get(Place(reference.sheet, *at), "")
        own = key in fields and fields[key].table == fields[field].table
        return own or (reference.sheet, at) == (declaration.sheet, (declaration.row, declaration.column))

    def _part(self, content: Computed) -> PartPath:
        """The part of the definition that a live cell comes from."""
        if isinstance(content.live, LinePart) and isinstance(content.live.line, RuleLine):
            return part_of_rule(content.live.line.rule)
        return part_of(self._layout, content.id)


def _agree(now: Value, right: Value) -> bool:
    """Whether the result in the file is what the formula gives; numbers to the digits that a spreadsheet keeps."""
    if isinstance(now, Decimal) and isinstance(right, Decimal):
        return is_same(now, right)
    return now == right
