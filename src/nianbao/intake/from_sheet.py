"""A spreadsheet that is not ours as a document: each sheet a grid, as `opening` gives it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nianbao.intake.document import Document, Grid, Paragraph, Piece, loosened
from nianbao.opening.grid import Kind

if TYPE_CHECKING:
    from collections.abc import Iterator

    from nianbao.intake.document import Item
    from nianbao.opening.grid import Cell, Sheet, Workbook

VISIBLE = "visible"
ROUND_TO = 12


def read_sheets(workbook: Workbook) -> Document:
    """The visible sheets, one after the other, each after its name; hidden rows and columns are not read."""
    return Document(tuple(item for sheet in workbook.sheets for item in _items(sheet)), workbook.format)


def _items(sheet: Sheet) -> Iterator[Item]:
    if sheet.visibility != VISIBLE:
        return
    yield Paragraph(sheet.name)
    merged = {(top, left): (bottom - top + 1, right - left + 1) for top, left, bottom, right in sheet.merges}
    pieces = []
    for (row, column), cell in sorted(sheet.cells.items()):
        if row in sheet.hidden_rows or column in sheet.hidden_columns:
            continue
        rows, columns = merged.get((row, column), (1, 1))
        text = _text(cell)
        if text or (row, column) in merged:
            pieces.append(Piece(row, column, text, min(rows, 500), min(columns, 300)))
    yield from loosened([Grid.of(pieces)]) if pieces else ()


def _text(cell: Cell) -> str:
    """What the cell shows; of a number its digits as a spreadsheet shows them."""
    if cell.kind is Kind.NUMBER:
        try:
            return (
                format(float(cell.text), f".{ROUND_TO + 3}g") if "e" not in cell.text.lower() else cell.text
            )
        except ValueError:
            return cell.text
    return cell.text if cell.kind is not Kind.EMPTY else ""
