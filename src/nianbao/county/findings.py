"""The 审核问题 sheet: everything that was found, with links to where it stands."""

from __future__ import annotations

from collections import Counter
from itertools import chain
from typing import TYPE_CHECKING

from nianbao.county.lists import HEAD_ROW, begin_list, end_list, words_line
from nianbao.county.merge import broken_rules
from nianbao.definition.sheet_names import FINDINGS
from nianbao.frozen import frozen
from nianbao.returned.findings import SEVERITY_WORDS, Severity, found

if TYPE_CHECKING:
    from collections.abc import Iterator

    from nianbao.county.lists import Lists
    from nianbao.county.pages import Page
    from nianbao.returned.findings import Finding
    from nianbao.workbook.long_rows import Line

FINDINGS_COLUMNS = (
    ("代码", 12), ("单位", 18), ("级别", 7), ("问题", 17), ("工作表", 15), ("单元格", 20), ("填的是", 12),
    ("应为", 12), ("说明和处理", 48), ("情况说明", 18), ("核准放行", 16), ("文件", 24),
)  # fmt: skip
CODE_OF_TOTALS = "—"
LINKED_COLUMN = 5


@frozen
class _Item:
    """A finding as a row of 审核问题, and the sheet and cell it leads to."""

    unit: tuple[str, str]
    finding: Finding
    path: str = ""
    target: tuple[str, str] | None = None


def write_findings(lists: Lists) -> None:
    """审核问题: a row for each finding of each file, for each missing unit, and for each rule the totals break."""
    items = [*_file_items(lists), *_missing_items(lists)]
    totals = [*_total_rows(lists)]
    severities = [SEVERITY_WORDS[item.finding.severity] for item in items] + [row[2] for row in totals]
    page = begin_list(lists.pages, FINDINGS, FINDINGS_COLUMNS, _finding_summary(severities))
    lines = chain((_line(page, item) for item in items), (words_line(page, row) for row in totals))
    page.lines(HEAD_ROW + 1, len(severities), lines, (None,) * len(FINDINGS_COLUMNS))
    end_list(page, FINDINGS_COLUMNS, len(severities))


def _line(page: Page, item: _Item) -> Line:
    """The item's row; the cells it names lead to the figure, or the unit's name does."""
    texts = _texts(item.unit, item.finding, item.path)
    column = LINKED_COLUMN if texts[LINKED_COLUMN] else 1
    return words_line(page, texts, {column: item.target} if item.target else None)


def _file_items(lists: Lists) -> Iterator[_Item]:
    """The findings of every file; links only from the files that were counted, whose figures the sheets show."""
    counted = {entry.path for entry in lists.consolidation.entries}
    for entry in lists.facts.files:
        unit, is_shown = (entry.unit_code, entry.unit_name), entry.path in counted
        for finding in entry.findings:
            target = lists.sheets.target(entry.unit_code, finding.ids) if is_shown else None
            yield _Item(unit, finding, entry.path, target)


def _missing_items(lists: Lists) -> Iterator[_Item]:
    """A finding for each unit of the roster that is not counted."""
    for unit in lists.facts.missing(lists.consolidation):
        yield _Item((unit.code, unit.name), found("missing-return", found=f"{unit.name}（{unit.code}）"))


def _total_rows(lists: Lists) -> Iterator[tuple[str, ...]]:
    """The columns for each rule that the totals do not keep."""
    level = lists.facts.identity.kind
    if level is None:
        raise ValueError(lists.facts.identity.judged_as)
    for rule in broken_rules(lists.consolidation, level=level):
        severity = SEVERITY_WORDS[Severity(rule.severity)]
        said = f"{rule.title.zh}：汇总后不成立。{rule.advice.zh}"
        yield (CODE_OF_TOTALS, "汇总数", severity, rule.code, "", "", "", "", said, "", "", "")


def _texts(unit: tuple[str, str], finding: Finding, path: str) -> tuple[str, ...]:
    """A finding's columns."""
    return (
        *unit,
        SEVERITY_WORDS[finding.severity],
        finding.code,
        finding.sheet,
        finding.cells_named.text(),
        finding.found,
        finding.expected,
        finding.message.text(),
        finding.explained or "",
        finding.waived or "",
        path,
    )


def _finding_summary(severities: list[str]) -> str:
    """How many there are of each severity."""
    if not severities:
        return "没有审核问题"
    counts = Counter(severities)
    return f"共 {len(severities)} 条：" + "，".join(
        f"{word} {counts[word]}" for word in SEVERITY_WORDS.values()
    )
