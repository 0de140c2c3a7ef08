"""A published report made from figures in several formats, to be distorted and read back.

The sentences are our own; the layouts are those of web pages, Word files, and texts taken out of PDF files.
"""

from __future__ import annotations

import io
from dataclasses import dataclass, field, replace
from html import escape
from typing import TYPE_CHECKING
from zipfile import ZIP_DEFLATED, ZipFile

from nianbao.layout.shelf import find_form

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from nianbao.definition.form import Block, Label

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
TYPES = "http://schemas.openxmlformats.org/package/2006/content-types"


@dataclass
class Report:
    """A report in parts; a distortion changes some of them."""

    title: list[str]
    sections: dict[str, list[str]]
    headings: dict[str, str]
    tables: dict[str, list[Rows]]
    pictures: set[str] = field(default_factory=set)

    def headings_in_order(self) -> list[tuple[str, str]]:
        """The parts as they are printed."""
        order = ["text.overview", *sorted(self.tables), "text.problems", "text.other"]
        return [(key, self.headings[key]) for key in order]


def report_of(
    values: Mapping[str, object], *, form: str = "2021", unit: str = "示例县柳河镇人民政府", year: int = 2024
) -> Report:
    """The report as the form prints it."""
    layout = find_form(form).form
    headings = {t.key: t.title for t in layout.tables} | {t.id: t.title for t in layout.texts}
    sections = {"text.overview": list(OVERVIEW), "text.problems": list(PROBLEMS), "text.other": list(OTHER)}
    tables = {table.key: [_block(block, values) for block in table.blocks] for table in layout.tables}
    return Report([unit, f"{year}年政府信息公开工作年度报告"], sections, headings, tables)


def _block(block: Block, values: Mapping[str, object]) -> Rows:
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
    return rows + body


def _label_columns(block: Block) -> int:
    return (
        max((label.depth for label in block.rows), default=0)
        if any(label.text for label in block.rows)
        else 0
    )


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


def as_html(
    report: Report, *, around: str = "{}", cell: Callable[[str], str] = escape, merge: bool = False
) -> bytes:
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
    head = '<meta charset="utf-8"><title>年度报告</title>'
    return f"<!DOCTYPE html><html><head>{head}</head><body>{body}</body></html>".encode()


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
    inner = (
        "".join(f'<span lang="EN-US" style="{style}">{escape(c)}</span>' for c in text) or "<o:p>&nbsp;</o:p>"
    )
    outer = f'<p class="MsoNormal" align="center" style="text-align:center;{style}">'
    return f'{outer}\n  <b><span style="{style}">{inner}</span></b></p>'


W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"


def as_docx(report: Report) -> bytes:
    """A Word file."""
    parts = [_paragraph(line) for line in report.title]
    for key, heading in report.headings_in_order():
        parts += [_paragraph(text) for text in (heading, *report.sections.get(key, ()))]
        parts += [_docx_table(rows) for rows in report.tables.get(key, [])]
    return docx_file("".join(parts))


def docx_file(body: str) -> bytes:
    """The least that a Word file is, with that body."""
    stream = io.BytesIO()
    with ZipFile(stream, "w", ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", f"<Types xmlns='{TYPES}'/>")
        archive.writestr(
            "word/document.xml", f"<w:document xmlns:w='{W}'><w:body>{body}</w:body></w:document>"
        )
    return stream.getvalue()


def _paragraph(text: str) -> str:
    runs = "<w:br/>".join(f"<w:t>{escape(line)}</w:t>" for line in text.split("\n"))
    return f"<w:p><w:r>{runs}</w:r></w:p>"


def _docx_table(rows: Rows) -> str:
    lines: list[list[tuple[int, str]]] = [[] for _ in rows]
    for row, column, td in placed(rows):
        for below in range(td.rows):
            merge = "" if td.rows == 1 else "<w:vMerge/>" if below else '<w:vMerge w:val="restart"/>'
            text = _paragraph("" if below else td.text)
            cell = f'<w:tc><w:tcPr><w:gridSpan w:val="{td.columns}"/>{merge}</w:tcPr>{text}</w:tc>'
            if row + below < len(lines):
                lines[row + below].append((column, cell))
    return (
        "<w:tbl>"
        + "".join(f"<w:tr>{''.join(cell for _, cell in sorted(line))}</w:tr>" for line in lines)
        + "</w:tbl>"
    )


def placed(rows: Rows) -> list[tuple[int, int, Td]]:
    """The cells with row and column where a browser shows them."""
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
        if len(row) > 7 and number % 3 == 2 and number > 5:
            label = "".join(td.text for td in row[:-7])
            half = len(label) // 2
            lines += [label[:half], figures, label[half:]]
        else:
            lines.append(" ".join(td.text for td in row))
    return lines
