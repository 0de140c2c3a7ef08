"""The 明细 sheet of a consolidated workbook: where each unit's figures stand, for its writer and its reader."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nianbao.definition.form import AMOUNT_DECIMALS, FieldType
from nianbao.frozen import frozen
from nianbao.layout.addresses import area_address

if TYPE_CHECKING:
    from nianbao.definition.form import Form

DETAIL = "明细"
UNIT_COLUMNS = ("代码", "名称", "类型")
ID_ROW = 5
"""The row (from 0) with the ids, head of the table; the printed labels stand in the rows above it."""
FIRST_UNIT_ROW = ID_ROW + 1
TOTAL_ROW, TOTAL_WORD = ID_ROW - 1, "合计"
"""The sums stand over the head of the table, always in view: sorting and filtering the table leave them alone."""


@frozen
class Detail:
    """The sheet's columns for a form, and its rows for a number of units."""

    form: Form
    units: int

    @property
    def heads(self) -> tuple[str, ...]:
        """What stands in the row of ids, from the first column on."""
        return (*UNIT_COLUMNS, *self.form.fields)

    def column(self, cell: str) -> int:
        """The column (from 0) of an id."""
        return len(UNIT_COLUMNS) + list(self.form.fields).index(cell)

    def total(self, cell: str) -> str:
        """The Excel formula (without =) that adds up an id over the units."""
        column = self.column(cell)
        last = max(FIRST_UNIT_ROW, FIRST_UNIT_ROW + self.units - 1)
        area = f"SUM('{DETAIL}'!{area_address((FIRST_UNIT_ROW, column, last, column))})"
        decimal = self.form.fields[cell].type is FieldType.DECIMAL
        return f"ROUND({area},{AMOUNT_DECIMALS})" if decimal else area
