"""The lists of a county workbook that tell of files: who returned what (收表情况), what is counted (来源)."""

from __future__ import annotations

from collections import Counter
from itertools import chain, starmap
from typing import TYPE_CHECKING

from nianbao.county.decided import decision_rows
from nianbao.county.facts import day_received
from nianbao.definition.sheet_names import RETURNED, SOURCES
from nianbao.frozen import frozen
from nianbao.layout.boxes import Role
from nianbao.layout.explaining import code_of
from nianbao.layout.tables import text_height
from nianbao.returned.findings import Severity
from nianbao.returned.returns import MISSING, STATUS_WORDS
from nianbao.titles import code_title
from nianbao.workbook.long_rows import Line

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from nianbao.county.facts import CountyFacts
    from nianbao.county.merge import Consolidation
    from nianbao.county.pages import Page, Pages
    from nianbao.county.units import UnitSheets
    from nianbao.definition.form import Form
    from nianbao.returned.returns import Checked
    from nianbao.roster.units import Unit

    Columns = Sequence[tuple[str, float]]

SUMMARY_ROW, HEAD_ROW = 2, 3
DAY, STATE = "收到日期（北京时间）", "状态"
RETURNED_COLUMNS = (
    ("代码", 14), ("名称", 26), ("类型", 10), (STATE, 10), ("文件", 52), (DAY, 20),
    ("错误", 8), ("警告", 8), ("提示", 8), ("有说明", 9), ("已核准", 9),
)  # fmt: skip
REASONS = ("情况说明和核准理由", 48)
"""The last column of 收表情况, where there are any."""
SOURCES_COLUMNS = (
    ("代码", 14), ("单位", 26), ("文件", 44), (DAY, 20), ("SHA-256", 68), ("模板版本", 18), ("轮次", 18),
)  # fmt: skip


@frozen
class Lists:
    """What the lists are written from."""

    pages: Pages
    consolidation: Consolidation
    facts: CountyFacts
    sheets: UnitSheets


def write_returned(lists: Lists) -> None:
    """收表情况: a row for each unit of the roster, the sums of states on top."""
    entries, states = _entries(lists), unit_states(lists)
    reasons = [_reasons(entry) for entry in entries]
    more = (REASONS,) if any(reasons) else ()
    columns = (*RETURNED_COLUMNS, *more)
    page = begin_list(lists.pages, RETURNED, columns, _summary(states))
    told = zip(lists.facts.roster, states, entries, strict=True)
    lines = (
        _returned_line(lists, page, *one, reasons=(reason,) if more else ())
        for one, reason in zip(told, reasons, strict=True)
    )
    counts = len(_counts(None))
    words = len(RETURNED_COLUMNS) - counts
    formats = (*(None,) * words, *("0",) * counts, *(None for _ in more))
    page.lines(HEAD_ROW + 1, len(entries), lines, formats)
    end_list(page, columns, len(entries))


def unit_states(lists: Lists) -> list[str]:
    """The state of every unit of the roster."""
    return [entry.status if entry else MISSING for entry in _entries(lists)]


def _entries(lists: Lists) -> list[Checked | None]:
    """The file that tells of each unit of the roster: the one that counts, else the newest rejected one."""
    counted = dict(zip(_codes(lists), lists.consolidation.entries, strict=True))
    rejected = lists.facts.rejected()
    return [counted.get(unit.code) or rejected.get(unit.code) for unit in lists.facts.roster]


def _returned_line(  # noqa: PLR0913 -- a unit and what became of it, each by its name
    lists: Lists, page: Page, unit: Unit, state: str, entry: Checked | None, *, reasons: tuple[str, ...]
) -> Line:
    """What became of the unit's return, the file that shows it, and why it was taken as it is."""
    texts = (unit.code, unit.name, unit.kind.label, STATUS_WORDS[state], *_file(entry))
    target = lists.sheets.target(unit.code, ())
    height = max(page.height(texts), *(text_height(text, REASONS[1]) for text in reasons), 0)
    return Line((*texts, *_counts(entry), *reasons), height, {1: target} if target else {})


def _reasons(entry: Checked | None) -> str:
    """The unit's explanations and the office's waivers, a line each."""
    if entry is None:
        return ""
    findings = (
        f"{code_title(finding.code)}{label}：{text}"
        for finding in entry.findings
        for label, text in (("（情况说明）", finding.explained), ("（核准放行）", finding.waived))
        if text
    )
    unused = (
        f"{code_title(code_of(key))}（情况说明，没有对应的警告）：{text}"
        for key, text in entry.unused_reasons.items()
    )
    return "\n".join((*findings, *unused))


def write_sources(lists: Lists) -> None:
    """来源: what the workbook was made by and from, then each counted file, then what the office decided."""
    page = lists.pages.add(SOURCES, SOURCES, _widths(SOURCES_COLUMNS))
    row = SUMMARY_ROW
    for label, text in _origins(lists.consolidation.form, lists.facts):
        page.text((row, 0), label, Role.NAME)
        page.text((row, 1), text, until=(row, 2))
        page.sheet.set_row(row, 22)
        row += 1
    head = row + 1
    page.heads(head, [name for name, _ in SOURCES_COLUMNS])
    pairs = zip(lists.consolidation.units, lists.consolidation.entries, strict=True)
    decided = decision_rows(lists.facts, len(SOURCES_COLUMNS))
    lines = (words_line(page, texts) for texts in chain(starmap(_source, pairs), decided))
    rows = len(lists.consolidation.units) + len(decided)
    page.lines(head + 1, rows, lines, (None,) * len(SOURCES_COLUMNS))


def _source(unit: Unit, entry: Checked) -> tuple[str, ...]:
    """A counted file's row."""
    path, received = _file(entry)
    return (unit.code, unit.name, path, received, entry.sha256, *_said(entry))


def begin_list(pages: Pages, name: str, columns: Columns, summary: str) -> Page:
    """A list's sheet down to its header row."""
    page = pages.add(name, name, _widths(columns))
    page.text((SUMMARY_ROW, 0), summary, Role.BAND, until=(SUMMARY_ROW, len(columns) - 1))
    page.sheet.set_row(SUMMARY_ROW, 22)
    page.heads(HEAD_ROW, [label for label, _ in columns])
    return page


def end_list(page: Page, columns: Columns, rows: int) -> None:
    """The list can be filtered."""
    page.sheet.autofilter(HEAD_ROW, 0, HEAD_ROW + max(1, rows), len(columns) - 1)


def _widths(columns: Columns) -> tuple[float, ...]:
    """The widths alone."""
    return tuple(float(width) for _, width in columns)


def words_line(
    page: Page, texts: tuple[str, ...], leads: Mapping[int, tuple[str, str]] | None = None
) -> Line:
    """A row of words, as tall as they need."""
    return Line(texts, page.height(texts), leads or {})


def _codes(lists: Lists) -> list[str]:
    """The codes of the units counted."""
    return [unit.code for unit in lists.consolidation.units]


def _summary(states: list[str]) -> str:
    """`名录 14 个单位：已接收 12，有说明 1，退回 1，未报 0`."""
    counts = Counter(states)
    return f"名录 {len(states)} 个单位：" + "，".join(
        f"{word} {counts[key]}" for key, word in STATUS_WORDS.items()
    )


def _file(entry: Checked | None) -> tuple[str, str]:
    """Path and day of a file."""
    return (entry.path, day_received(entry)) if entry else ("", "")


def _counts(entry: Checked | None) -> tuple[int | None, ...]:
    """Errors, warnings, notices, explained and waived findings of a file."""
    if entry is None:
        return (None,) * (len(Severity) + 2)
    severities = Counter(finding.severity for finding in entry.findings)
    explained = sum(finding.explained is not None for finding in entry.findings)
    waived = sum(finding.waived is not None for finding in entry.findings)
    return (*(severities[severity] for severity in Severity), explained, waived)


def _origins(form: Form, facts: CountyFacts) -> tuple[tuple[str, str], ...]:
    """What the whole workbook rests on; the rules are part of the template and have its version."""
    code = facts.identity.unit_code
    return (
        ("汇总单位", facts.identity.unit_name + (f"（{code}）" if code else "")),
        ("报表", f"{form.title.zh}（{form.name}）"),
        ("依据", form.source),
        ("模板版本", facts.identity.template_version),
        ("校验规则", f"{facts.identity.template_version}，共 {len(form.rules)} 条"),
        ("轮次", facts.identity.round_id),
        ("程序", facts.program),
    )


def _said(entry: Checked) -> tuple[str, str]:
    """Template version and round that the file names."""
    return (entry.identity.template_version, entry.identity.round_id) if entry.identity else ("", "")
