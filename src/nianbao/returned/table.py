"""What was found as rows of a table: the same in the list that `check` writes and in the county workbook."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

from nianbao.frozen import frozen
from nianbao.messages import catalogue, mark
from nianbao.returned.findings import SEVERITY_WORDS
from nianbao.returned.returns import MISSING, REJECTED, STATUS_WORDS, SUPERSEDED
from nianbao.returned.review import missing_return
from nianbao.titles import code_title

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from nianbao.returned.findings import Finding
    from nianbao.returned.returns import Checked
    from nianbao.roster.units import Unit


@frozen
class Entry:
    """A row: a finding, whose it is, and what became of the file (a word to be translated)."""

    finding: Finding
    code: str
    name: str
    path: str = ""
    status: str = ""

    def texts(self, columns: Sequence[Column], language: str = "zh") -> tuple[str, ...]:
        """What stands in those columns."""
        return tuple(column.text(self, language) for column in columns)


class Column(NamedTuple):
    """A column: its heading, to be translated, its width in characters, and what an entry has in it."""

    heading: str
    width: float
    text: Callable[[Entry, str], str]


def _words(text: str, language: str) -> str:
    return catalogue(language).gettext(text) if text else ""


NAME, CELL = mark("单位名称"), mark("单元格")
_SELDOM = (
    Column(mark("情况说明"), 16, lambda entry, _: entry.finding.explained or ""),
    Column(mark("核准放行"), 16, lambda entry, _: entry.finding.waived or ""),
)
COLUMNS = (
    Column(mark("单位代码"), 11, lambda entry, _: entry.code),
    Column(NAME, 17, lambda entry, _: entry.name),
    Column(mark("文件"), 23, lambda entry, _: entry.path),
    Column(mark("处理结果"), 10, lambda entry, language: _words(entry.status, language)),
    Column(mark("程度"), 8, lambda entry, language: _words(SEVERITY_WORDS[entry.finding.severity], language)),
    Column(mark("问题类别"), 15, lambda entry, language: _words(code_title(entry.finding.code), language)),
    Column(mark("问题代码"), 21, lambda entry, _: entry.finding.code),
    Column(mark("工作表"), 14, lambda entry, _: entry.finding.sheet),
    Column(CELL, 17, lambda entry, language: entry.finding.cells_named.text(language)),
    Column(mark("栏目"), 22, lambda entry, _: entry.finding.labels_named),
    Column(mark("填的是"), 11, lambda entry, _: entry.finding.found),
    Column(mark("应为（对照）"), 13, lambda entry, _: entry.finding.expected),
    Column(mark("说明和处理"), 44, lambda entry, language: entry.finding.told.text(language)),
    *_SELDOM,
)


def finding_entries(files: Sequence[Checked], missing: Sequence[Unit]) -> Iterator[Entry]:
    """Each finding of each file; then the units without a return that counts."""
    heard = {checked.unit_code for checked in files}
    for checked in files:
        status = SUPERSEDED if checked.superseded else STATUS_WORDS[checked.status]
        for finding in checked.findings:
            yield Entry(finding, checked.unit_code, checked.unit_name, checked.path, status)
    for unit in missing:
        rejected = unit.code in heard
        finding = replace(
            missing_return(unit, rejected=rejected), found=""
        )  # it names the unit, as the row does
        status = STATUS_WORDS[REJECTED if rejected else MISSING]
        yield Entry(finding, unit.code, unit.name, status=status)


def columns_used(entries: Sequence[Entry]) -> tuple[Column, ...]:
    """The columns to be shown: explanations and waivers only where there is one."""
    return tuple(
        column
        for column in COLUMNS
        if column not in _SELDOM or any(column.text(entry, "zh") for entry in entries)
    )
