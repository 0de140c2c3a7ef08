"""A published report made from figures in several formats, to be distorted and read back.

The sentences are our own; the layouts are those of web pages, Word files, and texts taken out of PDF files.
"""

from __future__ import annotations

import io
from dataclasses import dataclass, field, replace
from html import escape
from typing import TYPE_CHECKING

from docx import Document

from nianbao.layout.shelf import find_form

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from nianbao.definition.form import Block, Form, Label

OVERVIEW = (
    "本年度，我镇按照条例要求做好政府信息公开工作。",
    "（一）主动公开情况。通过门户网站公开各类信息，及时更新机构职能。",
    "（二）依申请公开情况。规范受理、登记、答复各环节，全年没有发生超期答复。",
)
PROBLEMS = ("存在的问题是公开内容不够细，更新不够及时。下一步将加强培训，完善制度。",)
OTHER = ("本年度没有收取信息处理费。",)


@dataclass(frozen=True)
class Td:
    """A cell of a printed table."""

    text: str
    rows: int = 1
    columns: int = 1


Rows = list[list[Td]]


@dataclass
class Report:
    """A report in parts; a distortion changes some of them."""

    title: list[str]
    sections: dict[str, list[str]]
    headings: dict[str, str]
    tables: dict[str, list[Rows]]
    pictures: set[str] = field(default_factory=set)


def report_of(
    values: Mapping[str, object], *, form: str = "2021", unit: str = "示例县柳河镇人民政府", year: int = 2024
) -> Report:
    """The report as the form prints it."""
    layout = find_form(form).form
    headings = {t.key: t.title for t in layout.tables} | {t.id: t.title for t in layout.texts}
    sections = {"text.overview": list(OVERVIEW), "text.problems": list(PROBLEMS), "text.other": list(OTHER)}
    tables = {
        table.key: [_block(layout, block, table.key, values) for block in table.blocks] for table in layout.tables
    }
    return Report([unit, f"{year}年政府信息公开工作年度报告"], sections, headings, tables)


def _block(form: Form, block: Block, table: str, values: Mapping[str, object]) -> Rows:
    """A block's rows with merged heads and labels."""
    labels = _label_columns(block)
    depth = max(label.depth for label in block.columns)
    width = sum(label.leaves for label in block.columns)
    rows: Rows = []
    if block.heading:
        rows.append([Td(block.heading, 1, labels + width)])
    heads: Rows = [[] for _ in range(depth)]
    if labels:
        heads[0].append(Td(block.corner, depth, labels))
    _heads(block.columns, heads, 0, depth)
    rows += heads
    body: Rows = [[] for _ in block.ids]
    if labels:
        _labels(block.rows, body, 0, 0, labels)
    for row, ids in zip(body, block.ids, strict=True):
        row.extend(Td(_shown(values.get(key))) for key in ids)
    del form, table
    return rows + body


def _label_columns(block: Block) -> int:
    return max((label.depth for label in block.rows), default=0) if any(l.text for l in block.rows) else 0


def _heads(labels: Sequence[Label], rows: Rows, level: int, depth: int) -> None:
    for label in labels:
        tall = 1 if label.children else depth - level
        rows[level].append(Td(label.text, tall, label.leaves))
        _heads(label.children, rows, level + 1, depth)


def _labels(labels: Sequence[Label], rows: Rows, first: int, level: int, width: int) -> None:
    for label in labels:
        wide = 1 if label.children else width - level
        rows[first].append(Td(label.text, label.leaves, wide))
        _labels(label.children, rows, first, level + 1, width)
        first += label.leaves


def _shown(value: object) -> str:
    return "" if value is None else str(value)


def as_html(report: Report, *, around: str = "{}", cell: Callable[[str], str] = escape, merge: bool = False) -> bytes:
    """A web page; `cell`: how a cell's words are marked up; `merge`: all tables of a section in one."""
    parts = [f"<h1>{escape(''.join(report.title))}</h1>"]
    for key, heading in report.headings_in_order():
        parts.append(f"<p><strong>{escape(heading)}</strong></p>")
        parts += [f"<p>{escape(text)}</p>" for text in report.sections.get(key, ())]
        blocks = report.tables.get(key, [])
        if key in report.pictures:
            parts.append('<p><img src="table.png"></p>')
        elif merge and len(blocks) > 1:
            parts.append(_html_table(_widened(blocks), cell))
        else:
            parts += [_html_table(rows, cell) for rows in blocks]
    body = around.replace("{}", "\n".join(parts))
    return f'<!DOCTYPE html><html><head><meta charset="utf-8"><title>年度报告</title></head><body>{body}</body></html>'.encode()


def _widened(blocks: list[Rows]) -> Rows:
    """Blocks in one table: rows of narrower ones reach to the right edge."""
    width = max(sum(td.columns for td in rows[0]) for rows in blocks)
    joined: Rows = []
    for rows in blocks:
        for row in rows:
            lack = width - sum(td.columns for td in row)
            joined.append([*row[:-1], replace(row[-1], columns=row[-1].columns + lack)] if lack > 0 else row)
    return joined


def _html_table(rows: Rows, cell: Callable[[str], str]) -> str:
    lines = []
    for row in rows:
        tds = "".join(
            f"<td{_span('rowspan', td.rows)}{_span('colspan', td.columns)}>{cell(td.text)}</td>" for td in row
        )
        lines.append(f"<tr>{tds}</tr>")
    return f"<table>{''.join(lines)}</table>"


def _span(name: str, count: int) -> str:
    return f' {name}="{count}"' if count > 1 else ""


def word_markup(text: str) -> str:
    """A cell as Word saves it for the web."""
    style = "mso-bidi-font-size:10.5pt;font-family:宋体;mso-ascii-font-family:Calibri;mso-hansi-font-family:Calibri"
    inner = "".join(f'<span lang="EN-US" style="{style}">{escape(c)}</span>' for c in text) or "<o:p>&nbsp;</o:p>"
    return f'<p class="MsoNormal" align="center" style="text-align:center;{style}">\n  <b><span style="{style}">{inner}</span></b></p>'


def as_docx(report: Report) -> bytes:
    """A Word file."""
    book = Document()
    for line in report.title:
        book.add_paragraph(line)
    for key, heading in report.headings_in_order():
        book.add_paragraph(heading)
        for text in report.sections.get(key, ()):
            book.add_paragraph(text)
        for rows in report.tables.get(key, []):
            _docx_table(book, rows)
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def _docx_table(book: object, rows: Rows) -> None:
    placed = _placed(rows)
    width = max(column + td.columns for _, column, td in placed)
    table = book.add_table(rows=len(rows), cols=width)  # type: ignore[attr-defined]
    for row, column, td in placed:
        cell = table.cell(row, column)
        if td.rows > 1 or td.columns > 1:
            cell = cell.merge(table.cell(row + td.rows - 1, column + td.columns - 1))
        cell.text = td.text
    for number, row in enumerate(table.rows):
        reached = max((c + td.columns for r, c, td in placed if r <= number < r + td.rows), default=width)
        for cell in list(row._tr.tc_lst)[len(row._tr.tc_lst) - (width - reached) :] if reached < width else ():
            row._tr.remove(cell)


def _placed(rows: Rows) -> list[tuple[int, int, Td]]:
    taken: set[tuple[int, int]] = set()
    found = []
    for number, row in enumerate(rows):
        column = 0
        for td in row:
            while (number, column) in taken:
                column += 1
            found.append((number, column, td))
            taken |= {(number + r, column + c) for r in range(td.rows) for c in range(td.columns)}
            column += td.columns
    return found


def as_tabbed_text(report: Report) -> bytes:
    """A text with a cell on each line after a tab, rows apart by blank lines, as a browser saves it."""
    return _text(report, _tabbed).encode()


def as_one_cell_a_line(report: Report) -> bytes:
    """A text with each cell on a line of its own, and nothing between rows."""
    return _text(report, lambda rows: [td.text for row in rows for td in row if td.text]).encode()


def as_spaced_text(report: Report) -> bytes:
    """A text with each row on a line, cells with spaces between."""
    return _text(report, lambda rows: [" ".join(td.text for td in row if td.text) for row in rows]).encode()


def as_torn_text(report: Report) -> bytes:
    """A text as taken from a PDF by position: labels over several lines stand after their figures."""
    return _text(report, _torn).encode()


def _text(report: Report, table: Callable[[Rows], list[str]]) -> str:
    lines = [*report.title, ""]
    for key, heading in report.headings_in_order():
        lines += [heading, *report.sections.get(key, ()), ""]
        for rows in report.tables.get(key, []):
            lines += [*table(rows), ""]
    return "\n".join(lines) + "\n"


def _tabbed(rows: Rows) -> list[str]:
    lines = []
    for row in rows:
        lines += [f"\t{td.text}" for td in row] + [""]
    return lines


def _torn(rows: Rows) -> list[str]:
    """Every third label of a row with seven figures is torn into two lines around its figures."""
    lines = []
    for number, row in enumerate(rows):
        figures = " ".join(td.text for td in row[-7:])
        if len(row) > 7 and number % 3 == 2 and number > 5:  # noqa: PLR2004
            label = "".join(td.text for td in row[:-7])
            half = len(label) // 2
            lines += [label[:half], figures, label[half:]]
        elif len(row) > 7:  # noqa: PLR2004
            lines.append(" ".join(td.text for td in row))
        else:
            lines.append(" ".join(td.text for td in row))
    return lines


def _headings_in_order(report: Report) -> list[tuple[str, str]]:
    order = ["text.overview", *sorted(report.tables), "text.problems", "text.other"]
    return [(key, report.headings[key]) for key in order if key in report.headings]


Report.headings_in_order = _headings_in_order  # type: ignore[attr-defined]
