"""A layout with its contents written as the sheets of an XlsxWriter workbook."""

from __future__ import annotations

from dataclasses import field
from decimal import Decimal
from typing import TYPE_CHECKING

from nianbao.definition.form import FieldType
from nianbao.frozen import frozen
from nianbao.layout.boxes import Answer, Computed, Given, Role, Slot, Words
from nianbao.layout.count_lines import alike, faulty_excel
from nianbao.layout.formulas import BAD, DOUBTFUL
from nianbao.layout.names import defined_name, fixed_address, named
from nianbao.layout.places import Place, line_key
from nianbao.layout.results import shown_by
from nianbao.layout.rule_line import RuleLine
from nianbao.workbook.cell_text import cell_text
from nianbao.workbook.looks import Looks
from nianbao.workbook.prompts import validation

if TYPE_CHECKING:
    from collections.abc import Mapping

    from xlsxwriter.format import Format
    from xlsxwriter.workbook import Workbook
    from xlsxwriter.worksheet import Worksheet

    from nianbao.definition.form import Field
    from nianbao.layout.boxes import Box, SheetPlan
    from nianbao.layout.formulas import Computable, Shown, State
    from nianbao.layout.places import Layout

A4 = 9
AMOUNT = "0.00####"
TEXT = "@"
ENTRY_FORMATS = {"cover.contact": TEXT, "cover.phone": TEXT, "cover.filled_on": "yyyy-mm-dd"}
PROTECTION = {"select_locked_cells": True, "format_cells": False}


@frozen
class Contents:
    """What stands in one workbook; sections in words are left to be filled.

    `live`: inputs that are computed in it (a consolidated workbook's); `closed`: inputs that nobody fills there.
    `fills`: the colour of cells that are marked.
    """

    state: State
    slots: Mapping[str, str] = field(default_factory=dict)
    answers: Mapping[str, Shown] = field(default_factory=dict)
    live: Mapping[str, Computable] = field(default_factory=dict)
    closed: frozenset[str] = frozenset()
    fills: Mapping[Place, str] = field(default_factory=dict)


def write_sheets(book: Workbook, layout: Layout, contents: Contents) -> Looks:
    """The layout's sheets, added to `book` in order; the looks they use are given back for further sheets."""
    looks = Looks(book)
    writer = _Writer(layout, contents, looks)
    for plan in layout.sheets:
        sheet = book.add_worksheet(plan.name)
        writer.write(sheet, plan)
    for key in named(layout):
        book.define_name(defined_name(key), "=" + fixed_address(layout.places[key]))
    return looks


@frozen
class _Writer:
    """Writes one workbook's sheets."""

    layout: Layout
    contents: Contents
    looks: Looks

    def write(self, sheet: Worksheet, plan: SheetPlan) -> None:
        """One sheet: page, columns, cells, validation, marks, protection."""
        if not plan.hidden:
            _set_page(sheet, plan)
        for column, width in enumerate(plan.widths):
            sheet.set_column(column, column, width)
        for row, height in plan.heights.items():
            sheet.set_row(row, height)
        for box in plan.boxes:
            self._write_box(sheet, plan, box)
        self._mark_failures(sheet, plan)
        first = next((box for box in plan.boxes if self._is_open(box)), None)
        if first:
            sheet.set_selection(first.row, first.column, first.row, first.column)
        stacks = any(box.stacked for box in plan.boxes)
        sheet.protect("", PROTECTION | {"format_rows": stacks})
        if plan.hidden:
            sheet.very_hidden()

    def _write_box(self, sheet: Worksheet, plan: SheetPlan, box: Box) -> None:
        """One cell, merged where the box is larger."""
        if box.stacked:
            self._write_stack(sheet, plan, box)
            return
        look = self._look(plan, box, box.row)
        if box.rows > 1 or box.columns > 1:
            last = (box.row + box.rows - 1, box.column + box.columns - 1)
            sheet.merge_range(box.row, box.column, *last, "", look)
        match box.content:
            case Words(text=text):
                sheet.write_string(box.row, box.column, cell_text(text), look)
            case Slot(name=name, default=default):
                text = self.contents.slots.get(name, default)
                write_shown(sheet, (box.row, box.column), text or None, look)
            case Computed(live=live):
                self._write_live(sheet, plan, box, live, look)
            case Answer(id=key):
                self._write_answer(sheet, plan, box, key, look)
            case Given(id=key):
                write_shown(sheet, (box.row, box.column), self.contents.answers.get(key), look)

    def _look(self, plan: SheetPlan, box: Box, row: int) -> Format:
        """How the box looks, or of a stack its cell in that row."""
        fill = self.contents.fills.get(Place(plan.name, row, box.column), "")
        return self.looks.of(box.role, self._number_format(box), open_=self._is_open(box), fill=fill)

    def _write_stack(self, sheet: Worksheet, plan: SheetPlan, box: Box) -> None:
        """The cells of a section in words. Their rows have no height set: only so does a program fit them."""
        if not isinstance(box.content, Answer):
            raise TypeError(type(box.content))
        for row in range(box.row, box.row + box.rows):
            sheet.write_blank(row, box.column, None, self._look(plan, box, row))
        last = (box.row + box.rows - 1, box.column + box.columns - 1)
        sheet.data_validation(box.row, box.column, *last, validation(self.layout, box.content.id))

    def _write_answer(self, sheet: Worksheet, plan: SheetPlan, box: Box, key: str, look: Format) -> None:
        """An input, with its validation; or its formula where it is live here."""
        if key in self.contents.live:
            self._write_live(sheet, plan, box, self.contents.live[key], look)
            return
        write_shown(sheet, (box.row, box.column), self.contents.answers.get(key), look)
        if key not in self.contents.closed:
            rules = validation(self.layout, key)
            sheet.data_validation(box.row, box.column, box.row, box.column, rules)

    def _write_live(
        self, sheet: Worksheet, plan: SheetPlan, box: Box, live: Computable, look: Format
    ) -> None:
        """A formula with the result that a spreadsheet program would compute."""
        formula = "=" + live.excel(self.layout.seen_from(plan.name))
        shown = shown_by(live, self.contents.state)
        value = float(shown) if isinstance(shown, Decimal) else shown
        sheet.write_formula(box.row, box.column, formula, look, value)

    def _is_open(self, box: Box) -> bool:
        """Whether the unit types there."""
        filled_otherwise = self.contents.live.keys() | self.contents.closed
        return isinstance(box.content, Answer) and box.content.id not in filled_otherwise

    def _number_format(self, box: Box) -> str:
        """`0` for whole numbers, two to six decimals for amounts, text for a telephone.

        Numbers have a format of their own: in a General cell a spreadsheet turns what looks like a date into one.
        """
        key = box.content.id if isinstance(box.content, Answer | Computed | Given) else ""
        cell = self.layout.field_at(key)
        if box.role is Role.REASON:
            return TEXT
        if cell is None:
            return ENTRY_FORMATS.get(key, "")
        if cell.type is FieldType.CHOICE:
            return ""
        return AMOUNT if cell.type is FieldType.DECIMAL else "0"

    def _mark_failures(self, sheet: Worksheet, plan: SheetPlan) -> None:
        """Red while a check on the cell fails (amber where it only warns), or the cell holds what it may not.

        The check stands on another sheet, which Excel 2007 lets a conditional format name but not point to.
        """
        red = self.looks.failing
        view = self.layout.seen_from(plan.name)
        for line in self.layout.lines:
            if isinstance(line, RuleLine):
                own = line.rule.require.own_ids
                ids = [key for key in own if self.layout.places[key].sheet == plan.name]
                if ids:
                    formula = f'={defined_name(line_key(line.number, "result"))}="{line.fault}"'
                    look = red if line.fault == BAD else self.looks.doubtful
                    rule = {"type": "formula", "criteria": formula, "format": look}
                    _conditional(sheet, view.ranges(ids), rule)
        for area, sample in alike(self._open_fields(plan), view):
            formula = "=" + faulty_excel(area.partition(":")[0], sample)
            sheet.conditional_format(area, {"type": "formula", "criteria": formula, "format": red})
        if plan.name == self.layout.line_sheet:
            marks = [line_key(line.number, "result") for line in self.layout.lines]
            for mark, look in ((BAD, red), (DOUBTFUL, self.looks.doubtful)):
                rule = {"type": "cell", "criteria": "==", "value": f'"{mark}"', "format": look}
                _conditional(sheet, view.ranges(marks), rule)

    def _open_fields(self, plan: SheetPlan) -> list[Field]:
        """The fields that are filled on a sheet."""
        keys = [
            box.content.id for box in plan.boxes if self._is_open(box) and isinstance(box.content, Answer)
        ]
        return [self.layout.form.fields[key] for key in keys if key in self.layout.form.fields]


def write_shown(sheet: Worksheet, at: tuple[int, int], shown: Shown, look: Format | None = None) -> None:
    """A value as it stands: numbers as numbers, words as words (never as a formula), nothing as an empty cell."""
    if shown is None:
        sheet.write_blank(*at, None, look)
    elif isinstance(shown, str):
        sheet.write_string(*at, cell_text(shown), look)
    else:
        sheet.write_number(*at, float(shown) if isinstance(shown, Decimal) else shown, look)


def _set_page(sheet: Worksheet, plan: SheetPlan) -> None:
    """A4, each table complete on one page."""
    sheet.set_paper(A4)
    if plan.landscape:
        sheet.set_landscape()
    sheet.fit_to_pages(1, 1 if plan.one_page else 0)
    sheet.set_h_pagebreaks(list(plan.breaks))
    sheet.center_horizontally()
    sheet.set_margins(left=0.6, right=0.6, top=0.8, bottom=0.7)
    sheet.set_header("&R&9&F")
    sheet.set_footer("&C&9第 &P 页，共 &N 页")
    sheet.hide_gridlines(2)
    if plan.frozen_rows:
        sheet.freeze_panes(plan.frozen_rows, 0)
        sheet.repeat_rows(0, plan.frozen_rows - 1)
    last_row = max((box.row + box.rows - 1 for box in plan.boxes), default=0)
    sheet.print_area(0, 0, last_row, len(plan.widths) - 1)


def _conditional(sheet: Worksheet, ranges: str, rule: dict[str, object]) -> None:
    """A conditional format over several ranges."""
    areas = ranges.split(",")
    extra = {"multi_range": " ".join(areas)} if len(areas) > 1 else {}
    sheet.conditional_format(areas[0], rule | extra)
