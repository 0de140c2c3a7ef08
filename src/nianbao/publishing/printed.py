"""A table as a document prints it: the layout's boxes without title and banner, rows and columns from 0."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nianbao.frozen import frozen
from nianbao.layout.boxes import Answer, Computed, Role, Words
from nianbao.layout.tables import FIRST_ROW

if TYPE_CHECKING:
    from nianbao.definition.form import Table
    from nianbao.layout.boxes import Box
    from nianbao.layout.places import Layout

HEADS = frozenset({Role.BAND, Role.CORNER, Role.HEAD})
"""What stands above the figures."""
SIDES = frozenset({Role.ROW_HEAD, Role.ROW_ITEM})


@frozen
class PrintedCell:
    """A cell, or several merged; `id` where a figure stands in it, else the printed `text`."""

    row: int
    column: int
    rows: int
    columns: int
    role: Role
    text: str = ""
    id: str = ""

    def covers_column(self, other: PrintedCell) -> bool:
        """Whether it stands over the other's first column."""
        return self.column <= other.column < self.column + self.columns

    def covers_row(self, other: PrintedCell) -> bool:
        """Whether it stands beside the other's first row."""
        return self.row <= other.row < self.row + self.rows


@frozen
class PrintedTable:
    """Cells in reading order; `widths` in characters. `head_rows`: rows that every page of it begins with.

    `label_columns`: columns of labels, to the left of those of figures.
    """

    key: str
    title: str
    cells: tuple[PrintedCell, ...]
    widths: tuple[float, ...]
    head_rows: int
    label_columns: int

    @property
    def last_row(self) -> int:
        """The number of its last row."""
        return max(cell.row + cell.rows for cell in self.cells) - 1

    def heads_of(self, figure: PrintedCell) -> tuple[PrintedCell, ...]:
        """The heads over a figure in its block, from the outside in, then those beside it."""
        bands = [cell.row for cell in self.cells if cell.role is Role.BAND and cell.row < figure.row]
        top = max(bands, default=0)
        above = (
            c for c in self.cells if c.role in HEADS and top <= c.row < figure.row and c.covers_column(figure)
        )
        beside = (c for c in self.cells if c.role in SIDES and c.text and c.covers_row(figure))
        return (*above, *beside)


def printed_table(layout: Layout, table: Table) -> PrintedTable:
    """The table as its sheet has it. Only a table of one block has a head that holds for every row."""
    plan = layout.plan(table.sheet)
    boxes = [box for box in plan.boxes if box.role not in {Role.TITLE, Role.BANNER}]
    cells = sorted(map(_cell, boxes), key=lambda cell: (cell.row, cell.column))
    depth = min((cell.row for cell in cells if cell.id), default=0)
    return PrintedTable(
        key=table.key,
        title=table.title,
        cells=tuple(cells),
        widths=plan.widths,
        head_rows=depth if len(table.blocks) == 1 else 0,
        label_columns=len(table.label_widths),
    )


def _cell(box: Box) -> PrintedCell:
    text, key = "", ""
    match box.content:
        case Words(text=words):
            text = words
        case Answer(id=key) | Computed(id=key):
            pass
        case other:
            raise TypeError(other)
    return PrintedCell(box.row - FIRST_ROW, box.column, box.rows, box.columns, box.role, text, key)
