"""A report as a web page in one file: the office's template filled, tables with their heads told to screen readers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from markupsafe import Markup, escape

from nianbao.layout.boxes import Role
from nianbao.messages import say
from nianbao.problems import refuse
from nianbao.publishing.jinja import WRONG, context, template_error
from nianbao.publishing.printed import SIDES
from nianbao.publishing.shown import shown_figures
from nianbao.sandbox import sandbox

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from nianbao.publishing.content import Content
    from nianbao.publishing.printed import PrintedCell, PrintedTable

LABEL_REM, FIGURE_REM = 0.25, 3
"""What a character of a label and a column of figures take at least."""


def write_page(content: Content, template: bytes, *, file: str) -> bytes:
    """The page in UTF-8. Raises OfficeError for a bad template."""
    shown = shown_figures(content)
    tables = {section.id: table_html(section.table, shown) for section in content.sections if section.table}
    known = context(content, tables)
    try:
        text = sandbox(escaped=True).from_string(template.decode("utf-8-sig")).render(known)
    except UnicodeDecodeError:
        raise refuse(say("不是 UTF-8 编码的文本。请另存为 UTF-8。"), file=file) from None
    except WRONG as error:
        raise template_error(error, known, file=file) from error
    return text.encode()


def table_html(table: PrintedTable, shown: Mapping[str, str]) -> Markup:
    """The table in a frame that scrolls by itself where a screen is narrower."""
    rows = [_row(table, row, shown) for row in range(table.last_row + 1)]
    head = f"<thead>\n{''.join(rows[: table.head_rows])}</thead>\n" if table.head_rows else ""
    caption = f"{table.key}-caption"
    return Markup(  # noqa: S704 -- every text in it is escaped
        f'<div class="frame" role="region" tabindex="0" aria-labelledby="{caption}">\n'
        f'<table style="min-width:{_least(table):g}rem">\n'
        f'<caption id="{caption}">{escape(table.title)}</caption>\n<colgroup>{_columns(table)}</colgroup>\n'
        f"{head}<tbody>\n{''.join(rows[table.head_rows :])}</tbody>\n</table>\n</div>"
    )


def _least(table: PrintedTable) -> float:
    """So wide the table has to be for its figures to be read; on narrower screens it scrolls."""
    labels = table.widths[: table.label_columns]
    return round(LABEL_REM * sum(labels) + FIGURE_REM * (len(table.widths) - len(labels)), 1)


def _columns(table: PrintedTable) -> str:
    """Each column's share of the width."""
    whole = sum(table.widths)
    return "".join(f'<col style="width:{100 * width / whole:.2f}%">' for width in table.widths)


def _row(table: PrintedTable, row: int, shown: Mapping[str, str]) -> str:
    cells = "".join(_cell(table, cell, shown) for cell in table.cells if cell.row == row)
    return f"<tr>{cells}</tr>\n"


def _cell(table: PrintedTable, cell: PrintedCell, shown: Mapping[str, str]) -> str:
    """A figure with the ids of its heads, or a head with its own."""
    spans = "".join(_spans(cell))
    if cell.id:
        heads = " ".join(_id(table, head) for head in table.heads_of(cell))
        return f'<td headers="{heads}"{spans}>{escape(shown.get(cell.id, ""))}</td>'
    if cell.role is Role.CORNER:
        return f'<td class="corner"{spans}>{escape(cell.text)}</td>'
    kind = cell.role.value.replace(" ", "-")
    scope = f' scope="{_scope(cell)}"'
    return f'<th id="{_id(table, cell)}" class="{kind}"{scope}{spans}>{escape(cell.text)}</th>'


def _scope(cell: PrintedCell) -> str:
    if cell.role in SIDES:
        return "rowgroup" if cell.rows > 1 else "row"
    return "colgroup" if cell.columns > 1 else "col"


def _spans(cell: PrintedCell) -> Iterator[str]:
    if cell.rows > 1:
        yield f' rowspan="{cell.rows}"'
    if cell.columns > 1:
        yield f' colspan="{cell.columns}"'


def _id(table: PrintedTable, cell: PrintedCell) -> str:
    return f"{table.key}-r{cell.row + 1}c{cell.column + 1}"
