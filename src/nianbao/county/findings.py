"""The 审核问题 sheet: everything that was found, with links to where it stands."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from nianbao.county.lists import HEAD_ROW, begin_list, end_list, write_row
from nianbao.county.merge import broken_rules
from nianbao.definition.sheet_names import FINDINGS
from nianbao.frozen import frozen
from nianbao.returned.findings import SEVERITY_WORDS, Severity, found

if TYPE_CHECKING:
    from collections.abc import Iterator

    from nianbao.county.lists import Lists
    from nianbao.returned.findings import Finding

FINDINGS_COLUMNS = (
    ("代码", 12), ("单位", 18), ("级别", 7), ("问题", 17), ("工作表", 15), ("单元格", 20), ("填的是", 12),
    ("应为", 12), ("说明和处理", 48), ("情况说明", 18), ("核准放行", 16), ("文件", 24),
)  # fmt: skip
CODE_OF_TOTALS = "—"
LINKED_COLUMN = 5


@frozen
class _Line:
    """A row of 审核问题, and the sheet and cell it leads to."""

    texts: tuple[str, ...]
    target: tuple[str, str] | None = None


def write_findings(lists: Lists) -> None:
    """审核问题: a row for each finding of each file, for each missing unit, and for each rule the totals break."""
    lines = [*_file_lines(lists), *_missing_lines(lists), *_total_lines(lists)]
    page = begin_list(lists.pages, FINDINGS, FINDINGS_COLUMNS, _finding_summary(lines))
    for row, line in enumerate(lines, start=HEAD_ROW + 1):
        write_row(page, row, line.texts)
        if line.target and line.texts[LINKED_COLUMN]:
            page.jump((row, LINKED_COLUMN), line.texts[LINKED_COLUMN], *line.target)
        elif line.target:
            page.jump((row, 1), line.texts[1], *line.target)
    end_list(page, FINDINGS_COLUMNS, len(lines))


def _file_lines(lists: Lists) -> Iterator[_Line]:
    """The findings of every file; links only from the files that were counted, whose figures the sheets show."""
    counted = {entry.path for entry in lists.consolidation.entries}
    for entry in lists.facts.files:
        for finding in entry.findings:
            texts = _texts((entry.unit_code, entry.unit_name), finding, entry.path)
            is_shown = entry.path in counted
            yield _Line(texts, lists.sheets.target(entry.unit_code, finding.ids) if is_shown else None)


def _missing_lines(lists: Lists) -> Iterator[_Line]:
    """A finding for each unit of the roster that is not counted."""
    for unit in lists.facts.missing(lists.consolidation):
        yield _Line(
            _texts((unit.code, unit.name), found("missing-return", found=f"{unit.name}（{unit.code}）"), "")
        )


def _total_lines(lists: Lists) -> Iterator[_Line]:
    """A line for each rule that the totals do not keep."""
    level = lists.facts.identity.kind
    if level is None:
        raise ValueError(lists.facts.identity.judged_as)
    for broken in broken_rules(lists.consolidation, level=level):
        if broken.unit is None:
            rule = broken.rule
            severity = SEVERITY_WORDS[Severity(rule.severity)]
            said = f"{rule.title.zh}：汇总后不成立。{rule.advice.zh}"
            yield _Line((CODE_OF_TOTALS, "汇总数", severity, rule.code, "", "", "", "", said, "", "", ""))


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


def _finding_summary(lines: list[_Line]) -> str:
    """How many there are of each severity."""
    if not lines:
        return "没有审核问题"
    counts = Counter(line.texts[2] for line in lines)
    return f"共 {len(lines)} 条：" + "，".join(f"{word} {counts[word]}" for word in SEVERITY_WORDS.values())
