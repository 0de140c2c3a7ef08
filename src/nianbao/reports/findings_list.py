"""The findings as a list in a workbook: one row each, to be filtered, sorted and sent on."""

from __future__ import annotations

from datetime import datetime
from io import BytesIO
from typing import TYPE_CHECKING, NamedTuple

import xlsxwriter

from nianbao.messages import catalogue, mark
from nianbao.returned.findings import SEVERITY_WORDS, Severity
from nianbao.returned.returns import MISSING, STATUS_WORDS
from nianbao.returned.review import missing_return

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from nianbao.returned.findings import Finding
    from nianbao.returned.returns import Checked
    from nianbao.roster.units import Unit

CREATED = datetime(2000, 1, 1)  # noqa: DTZ001 -- a fixed date in the file's properties: same findings, same bytes
LONGEST = 32_000
"""A little under what Excel takes in a cell; a longer text would not be written at all."""


class _Column(NamedTuple):
    heading: str
    width: float


_COLUMNS = (
    _Column(mark("单位代码"), 14),
    _Column(mark("单位名称"), 18),
    _Column(mark("文件"), 24),
    _Column(mark("处理结果"), 10),
    _Column(mark("程度"), 7),
    _Column(mark("问题代码"), 16),
    _Column(mark("工作表"), 16),
    _Column(mark("单元格"), 12),
    _Column(mark("栏目"), 24),
    _Column(mark("填的是"), 14),
    _Column(mark("应为"), 14),
    _Column(mark("说明"), 60),
)
_A4 = 9
_FILLS = {Severity.ERROR: "#FCE4E4", Severity.WARNING: "#FFF4D6", Severity.NOTICE: "#FFFFFF"}


def findings_workbook(files: Sequence[Checked], missing: Sequence[Unit], *, language: str = "zh") -> bytes:
    """The workbook. The same findings give the same bytes; no text becomes a formula or a link."""
    stream = BytesIO()
    book = xlsxwriter.Workbook(stream, {"in_memory": True})
    words = catalogue(language).gettext
    title = words(mark("审核问题"))
    book.set_properties({"title": title, "author": "nianbao", "created": CREATED})
    sheet = book.add_worksheet(title)
    _set_up(sheet, rows=_write_rows(book, sheet, list(_rows(files, missing, language)), language=language))
    book.close()
    return stream.getvalue()


def _rows(
    files: Sequence[Checked], missing: Sequence[Unit], language: str
) -> Iterator[tuple[Severity, list[str]]]:
    """Each finding with its severity and the texts of its row; units that are missing come last."""
    words = catalogue(language).gettext
    for checked in files:
        lead = [checked.unit_code, checked.unit_name, checked.path, words(STATUS_WORDS[checked.status])]
        for finding in checked.findings:
            yield finding.severity, lead + _texts(finding, language)
    for unit in missing:
        message = missing_return(unit).message.text(language)
        severity = words(SEVERITY_WORDS[Severity.ERROR])
        lead = [unit.code, unit.name, "", words(STATUS_WORDS[MISSING]), severity, "missing-return"]
        yield Severity.ERROR, [*lead, *[""] * 5, message]


def _texts(finding: Finding, language: str) -> list[str]:
    """The finding's own columns."""
    labels = dict.fromkeys(spot.label for spot in finding.spots if spot.label)
    return [
        catalogue(language).gettext(SEVERITY_WORDS[finding.severity]),
        finding.code,
        finding.sheet,
        finding.cells_named.text(language),
        "；".join(labels),
        finding.found,
        finding.expected,
        finding.what.text(language),
    ]


def _write_rows(
    book: xlsxwriter.Workbook,
    sheet: xlsxwriter.worksheet.Worksheet,
    rows: list[tuple[Severity, list[str]]],
    *,
    language: str,
) -> int:
    """The number of rows written under the headings."""
    common = {"border": 1, "border_color": "#BFBFBF", "text_wrap": True, "valign": "top", "font_name": "宋体"}
    head = book.add_format({**common, "bold": True, "bg_color": "#D9E2F3", "valign": "vcenter"})
    looks = {severity: book.add_format({**common, "bg_color": fill}) for severity, fill in _FILLS.items()}
    for column, (heading, _) in enumerate(_COLUMNS):
        sheet.write_string(0, column, catalogue(language).gettext(heading), head)
    for row, (severity, texts) in enumerate(rows, start=1):
        for column, text in enumerate(texts):
            sheet.write_string(row, column, text[:LONGEST], looks[severity])
    return len(rows)


def _set_up(sheet: xlsxwriter.worksheet.Worksheet, *, rows: int) -> None:
    """Widths, frozen heading, filter, and A4 landscape one page wide."""
    for column, (_, columns) in enumerate(_COLUMNS):
        sheet.set_column(column, column, columns)
    sheet.freeze_panes(1, 2)
    sheet.autofilter(0, 0, max(rows, 1), len(_COLUMNS) - 1)
    sheet.set_landscape()
    sheet.set_paper(_A4)
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(0)
    sheet.set_margins(left=0.4, right=0.4, top=0.6, bottom=0.6)
    sheet.set_footer("&C&P / &N")
