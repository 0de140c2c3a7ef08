"""The sheet with the figures of the period before beside the present ones: locked, the differences live."""

from __future__ import annotations

import hashlib
from decimal import Decimal
from typing import TYPE_CHECKING

from nianbao.definition.form import AMOUNT_DECIMALS
from nianbao.definition.rules import PREVIOUS
from nianbao.definition.sheet_names import LAST_PERIOD, LAST_YEAR
from nianbao.frozen import frozen
from nianbao.layout.boxes import Box, Computed, Given, Role, SheetPlan, Words
from nianbao.layout.formulas import YES, rounded
from nianbao.layout.tables import banner, text_height
from nianbao.messages import mark

if TYPE_CHECKING:
    from collections.abc import Mapping

    from nianbao.definition.form import Form, Previous
    from nianbao.layout.formulas import Addresses, Shown, State

NOW, CHANGE = "now.", "change."
"""What stands before a field's id for its present figure on this sheet, and for the difference."""
WIDTH = 66
MOST_ON_A_PAGE = 66
"""Rows that can still be read where all stand on one page."""
WORDS = {
    "year": (mark("上年"), mark("本年")),
    "quarter": (mark("上季"), mark("本季")),
    "month": (mark("上月"), mark("本月")),
}
NOTE = "{former}数由汇总单位填入并锁定，{present}数和增减自动计算。{former}数有误的，请与汇总单位联系，不要自行修改。"


def former_word(form: Form) -> str:
    """`上年`, `上月`: the period before, as the form's readers call it."""
    return WORDS[form.period][0]


def former_sheet(form: Form) -> str:
    """The name of the sheet."""
    return LAST_YEAR if form.period == "year" else LAST_PERIOD


@frozen
class Now:
    """The present figure of a field: nothing until there is one, or 0 once blanks are declared 0."""

    id: str

    def excel(self, at: Addresses) -> str:
        """The formula, without the leading equals sign."""
        cell = at.cell(self.id)
        return f'IF(COUNT({cell})=1,{cell},IF({at.cell("cover.blank_is_zero")}="{YES}",0,""))'

    def show(self, state: State) -> Shown:
        """The figure, or None where nothing is to be shown."""
        shown = state.cells.get(self.id)
        if isinstance(shown, int | Decimal):
            return shown
        return 0 if state.declared else None


@frozen
class Change:
    """The present figure less the former one; nothing where one of them is not there."""

    id: str

    def excel(self, at: Addresses) -> str:
        """The formula, without the leading equals sign."""
        former, now = at.cell(PREVIOUS + self.id), at.cell(NOW + self.id)
        return f'IF(COUNT({former},{now})=2,ROUND({now}-{former},{AMOUNT_DECIMALS}),"")'

    def show(self, state: State) -> Shown:
        """The difference, or None where nothing is to be shown."""
        former, now = state.cells.get(PREVIOUS + self.id), Now(self.id).show(state)
        if isinstance(former, int | Decimal) and isinstance(now, int | Decimal):
            return rounded(now - former)
        return None


def plan_former(form: Form, previous: Previous) -> SheetPlan:
    """The sheet: a band for each table, beneath it a row for each field that is shown or that a rule asks for."""
    sheet, (former, present) = former_sheet(form), WORDS[form.period]
    note = NOTE.format(former=former, present=present)
    boxes = [
        Box(0, 0, Role.TITLE, Words(sheet), columns=4),
        banner(sheet, columns=4),
        Box(2, 0, Role.NOTE, Words(note), columns=4),
        *(Box(3, n, Role.HEAD, Words(head)) for n, head in enumerate(("项目", former, present, "增减"))),
    ]
    heights = {0: 30.0, 1: 20.0, 2: text_height(note, WIDTH + 39), 3: 22.0}
    row, used = 4, set(previous.used)
    for table in form.tables:
        fields = [field for field in form.fields.values() if field.table == table.key and field.id in used]
        if fields:
            boxes.append(Box(row, 0, Role.BAND, Words(table.title), columns=4))
            heights[row] = 22.0
        for row, field in enumerate(fields, start=row + 1):  # noqa: B020 -- goes on beneath the band
            boxes += _row(row, field.id, field.label)
            heights[row] = text_height(field.label, WIDTH)
        row += bool(fields)
    return SheetPlan(
        sheet,
        tuple(boxes),
        (WIDTH, 13, 13, 13),
        heights,
        one_page=row <= MOST_ON_A_PAGE,
        frozen_rows=4,
        explains=True,
    )


def _row(row: int, cell: str, label: str) -> tuple[Box, ...]:
    """A field's row."""
    return (
        Box(row, 0, Role.ROW_ITEM, Words(label)),
        Box(row, 1, Role.FIGURE, Given(PREVIOUS + cell)),
        Box(row, 2, Role.FIGURE, Computed(Now(cell), NOW + cell)),
        Box(row, 3, Role.FIGURE, Computed(Change(cell), CHANGE + cell)),
    )


def stamp(figures: Mapping[str, Shown]) -> str:
    """A short digest of the figures that a workbook shows; the same figures have the same."""
    text = ";".join(f"{key}={figures[key]}" for key in sorted(figures) if figures[key] is not None)
    return hashlib.sha256(text.encode()).hexdigest()[:12]
