"""The office's decisions as rows beneath the counted files of 来源: whose return, what, which day and why."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from nianbao.beijing import day
from nianbao.ledger.decisions import PICK
from nianbao.titles import code_title

if TYPE_CHECKING:
    from nianbao.county.facts import CountyFacts
    from nianbao.ledger.decisions import Decision

HEADS = ("代码", "单位", "汇总单位的决定", "决定日期（北京时间）", "理由")


def decision_rows(facts: CountyFacts, columns: int) -> list[tuple[str, ...]]:
    """A row of so many columns for each decision that stands, under heads; none where nothing was decided."""
    names = {unit.code: unit.name for unit in facts.roster}
    rows = [
        (one.unit, names[one.unit], _what(one), day(datetime.fromisoformat(one.at)), _why(one))
        for one in facts.decisions
        if one.unit in names
    ]
    empty = ("",) * (columns - len(HEADS))
    return [(*row, *empty) for row in (HEADS, *rows)] if rows else []


def _what(one: Decision) -> str:
    """`以 returned/a.xlsx 为准`, or which finding was waived."""
    if one.kind == PICK:
        return f"指定以 {one.facts['path']} 为准"
    code, cells = str(one.facts["code"]), "、".join(one.facts["cells"])
    return f"核准放行：{code_title(code)} [{code}] {cells}".rstrip()


def _why(one: Decision) -> str:
    """The reason given; of a file picked, which it is."""
    return f"SHA-256 {one.facts['sha256']}" if one.kind == PICK else one.why
