"""The 审核问题 sheet: everything that was found, with links to where it stands."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from nianbao.county.lists import HEAD_ROW, begin_list, end_list, words_line
from nianbao.county.merge import broken_rules
from nianbao.definition.sheet_names import FINDINGS
from nianbao.messages import Message
from nianbao.returned.findings import SEVERITY_WORDS, Finding, Severity
from nianbao.returned.table import CELL, NAME, Entry, columns_used, finding_entries

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from nianbao.county.lists import Lists
    from nianbao.county.pages import Page
    from nianbao.definition.form import Rule
    from nianbao.returned.table import Column
    from nianbao.workbook.long_rows import Line

TOTALS = ("—", "汇总数")
"""Code and name of what the totals break."""


def write_findings(lists: Lists) -> None:
    """审核问题: a row for each finding of each file, for each missing unit, and for each rule the totals break."""
    missing = lists.facts.missing(lists.consolidation)
    entries = [*finding_entries(lists.facts.files, missing), *_total_entries(lists)]
    columns = columns_used(entries)
    pairs = [(column.heading, column.width) for column in columns]
    page = begin_list(lists.pages, FINDINGS, pairs, _summary(entries))
    counted = {entry.path for entry in lists.consolidation.entries}
    lines = (_line(lists, page, entry, columns=columns, shown=entry.path in counted) for entry in entries)
    page.lines(HEAD_ROW + 1, len(entries), lines, (None,) * len(columns))
    end_list(page, pairs, len(entries))


def _line(lists: Lists, page: Page, entry: Entry, *, columns: Sequence[Column], shown: bool) -> Line:
    """The entry's row; the cells it names lead to the figure, or the unit's name does.

    `shown`: the file was counted, so that the unit's sheet shows its figures.
    """
    texts = entry.texts(columns)
    target = lists.sheets.target(entry.code, entry.finding.ids) if shown else None
    headings = [column.heading for column in columns]
    linked = headings.index(CELL if entry.finding.cells else NAME)
    return words_line(page, texts, {linked: target} if target else None)


def _total_entries(lists: Lists) -> Iterator[Entry]:
    """One for each rule that the totals do not keep."""
    level = lists.facts.identity.kind
    if level is None:
        raise ValueError(lists.facts.identity.judged_as)
    for rule in broken_rules(lists.consolidation, level=level):
        said = f"{rule.title.zh}：汇总后不成立。{_waived(lists, rule) or rule.advice.zh}"
        finding = Finding(rule.code, Severity(rule.severity), Message("{said}", (("said", said),)))
        yield Entry(finding, *TOTALS)


def _waived(lists: Lists, rule: Rule) -> str:
    """The units whose own figures break the rule by the office's leave, with its reasons; else nothing."""
    pairs = zip(lists.consolidation.units, lists.consolidation.entries, strict=True)
    reasons = [
        f"{unit.name}（{unit.code}）：{finding.waived}"
        for unit, entry in pairs
        for finding in entry.findings
        if finding.waived and finding.code == rule.code and set(finding.ids) <= set(rule.require.ids)
    ]
    return f"其中核准放行的有：{'；'.join(reasons)}。" if reasons else ""


def _summary(entries: Sequence[Entry]) -> str:
    """How many there are of each severity."""
    if not entries:
        return "没有审核问题"
    counts = Counter(entry.finding.severity for entry in entries)
    return f"共 {len(entries)} 条：" + "，".join(
        f"{word} {counts[severity]}" for severity, word in SEVERITY_WORDS.items()
    )
