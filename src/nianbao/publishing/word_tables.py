"""A printed table as WordprocessingML: as wide as the page's text, its rows whole, on one page where it fits."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING
from xml.sax.saxutils import escape, quoteattr

from nianbao.frozen import frozen
from nianbao.layout.boxes import Role
from nianbao.publishing.printed import SIDES

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from nianbao.publishing.printed import PrintedCell, PrintedTable

GRID = '<w:{side} w:val="single" w:sz="{size}" w:space="0" w:color="000000"/>'
SIDES_OF_TABLE = ("top", "left", "bottom", "right", "insideH", "insideV")
BAND_FILL = "C9D8EF"
MARGIN = 28
"""Between a cell's edge and its text, in twentieths of a point: fifteen columns have to fit on A4."""
ROW_HEIGHT = 340
LEFT = frozenset({Role.BAND, Role.ROW_ITEM})


@frozen
class Styles:
    """The ids that the template has for the three paragraph styles of tables."""

    head: str
    side: str
    figure: str


def table_xml(table: PrintedTable, shown: Mapping[str, str], *, width: int, styles: Styles) -> str:
    """The table as `w:tbl`. `width` in twentieths of a point; `shown`: each figure as it is printed."""
    columns = fitted(table.widths, width)
    borders = "".join(GRID.format(side=side, size=4) for side in SIDES_OF_TABLE)
    grid = "".join(f'<w:gridCol w:w="{column}"/>' for column in columns)
    rows = "".join(_row(table, row, shown, columns, styles) for row in range(table.last_row + 1))
    return (
        f'<w:tbl><w:tblPr><w:tblW w:w="{width}" w:type="dxa"/><w:jc w:val="center"/>'
        f"<w:tblBorders>{borders}</w:tblBorders>"
        '<w:tblLayout w:type="fixed"/>'
        f'<w:tblCellMar><w:top w:w="{MARGIN}" w:type="dxa"/><w:left w:w="{MARGIN}" w:type="dxa"/>'
        f'<w:bottom w:w="{MARGIN}" w:type="dxa"/><w:right w:w="{MARGIN}" w:type="dxa"/></w:tblCellMar>'
        f"<w:tblCaption w:val={quoteattr(table.title)}/></w:tblPr><w:tblGrid>{grid}</w:tblGrid>{rows}</w:tbl>"
    )


def fitted(widths: Sequence[float], width: int) -> list[int]:
    """The widths scaled to `width`, to the last twentieth."""
    whole = sum(widths)
    edges = [round(width * sum(widths[:count]) / whole) for count in range(len(widths) + 1)]
    return [right - left for left, right in pairwise(edges)]


def _row(
    table: PrintedTable,
    row: int,
    shown: Mapping[str, str],
    columns: Sequence[int],
    styles: Styles,
) -> str:
    """A row that no page cuts; in the table's head it is repeated."""
    together = "" if row == table.last_row else "<w:keepNext/>"
    head = "<w:tblHeader/>" if row < table.head_rows else ""
    properties = f'<w:trPr><w:cantSplit/><w:trHeight w:val="{ROW_HEIGHT}" w:hRule="atLeast"/>{head}</w:trPr>'
    cells = "".join(
        _cell(
            cell,
            row,
            shown,
            width=sum(columns[cell.column : cell.column + cell.columns]),
            styles=styles,
            together=together,
        )
        for cell in _standing(table, row)
    )
    return f"<w:tr>{properties}{cells}</w:tr>"


def _standing(table: PrintedTable, row: int) -> Iterator[PrintedCell]:
    """The cells that a row shows a part of, from left to right."""
    parts = (cell for cell in table.cells if cell.row <= row < cell.row + cell.rows)
    return iter(sorted(parts, key=lambda cell: cell.column))


def _cell(  # noqa: PLR0913 -- what a cell of Word's takes
    cell: PrintedCell, row: int, shown: Mapping[str, str], *, width: int, styles: Styles, together: str
) -> str:
    """The cell, or the part of a merged one that lies in the row."""
    first = cell.row == row
    span = f'<w:gridSpan w:val="{cell.columns}"/>' if cell.columns > 1 else ""
    restart = ' w:val="restart"' if first else ""
    merge = f"<w:vMerge{restart}/>" if cell.rows > 1 else ""
    fill = f'<w:shd w:val="clear" w:color="auto" w:fill="{BAND_FILL}"/>' if cell.role is Role.BAND else ""
    text = (shown.get(cell.id, "") if cell.id else cell.text) if first else ""
    side = "left" if cell.role in LEFT or (cell.role is Role.CORNER and cell.columns > 1) else "center"
    run = f'<w:r><w:t xml:space="preserve">{escape(text)}</w:t></w:r>' if text else ""
    looks = f'<w:pPr><w:pStyle w:val="{_style(cell, styles)}"/>{together}<w:jc w:val="{side}"/></w:pPr>'
    return (
        f'<w:tc><w:tcPr><w:tcW w:w="{width}" w:type="dxa"/>{span}{merge}{fill}<w:vAlign w:val="center"/></w:tcPr>'
        f"<w:p>{looks}{run}</w:p></w:tc>"
    )


def _style(cell: PrintedCell, styles: Styles) -> str:
    if cell.id:
        return styles.figure
    return styles.side if cell.role in SIDES else styles.head
