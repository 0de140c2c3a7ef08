"""Where a unit gives its reasons: a cell beside each check that may only warn, and one for each other warning."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nianbao.complaints import CATALOGUE, RULE_WORDINGS, Severity
from nianbao.frozen import frozen
from nianbao.layout.boxes import Answer, Box, Role, Words
from nianbao.layout.rule_line import RuleLine
from nianbao.layout.tables import text_height
from nianbao.titles import code_title

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from nianbao.definition.form import Rule
    from nianbao.layout.formulas import Line

EXPLAIN = "explain"
"""What the ids of these cells begin with: `explain.` and a finding code, and of a check its name in the definition."""
TITLE = "情况说明"
MOST_CHARACTERS = 100
"""What such a cell asks for at most; more is read all the same."""
ROW_HEIGHT = 50.0
"""Points that a full cell beside a check needs."""
LABEL_COLUMNS = 2
NOTE = (
    f"校验表里看不出、报来后可能要问的情况。有的在右边写明原因，一格最多 {MOST_CHARACTERS} 字；没有的不填。"
    "写明的不影响上报。"
)


@frozen
class Explanation:
    """A cell for a reason: what it is about. `ids`: the cells of its check; empty where it is for a whole code."""

    id: str
    code: str
    ids: frozenset[str] = frozenset()


def is_reason(key: str) -> bool:
    """Whether the id is of such a cell."""
    return key.startswith(f"{EXPLAIN}.")


def code_of(key: str) -> str:
    """The finding code that such a cell is about."""
    return key.split(".")[1]


def explanation_of(line: Line) -> Explanation | None:
    """The cell beside a check line; None where the line may not warn."""
    if not isinstance(line, RuleLine) or line.rule.severity != Severity.WARNING:
        return None
    rule = line.rule
    key = ".".join(filter(None, (EXPLAIN, rule.code, rule.family, rule.bound)))
    return Explanation(key, rule.code, frozenset(rule.require.own_ids))


def other_explanations(rules: Iterable[Rule], lines: Sequence[Line]) -> tuple[Explanation, ...]:
    """A cell for each code that may come as a warning, of the program or of rules that have no line."""
    shown = {line.rule for line in lines if isinstance(line, RuleLine)}
    codes = [code for code, entry in CATALOGUE.items() if entry.severity is Severity.WARNING]
    programs = (code for code in codes if code not in RULE_WORDINGS)
    of_rules = (rule.code for rule in rules if rule.severity == Severity.WARNING and rule not in shown)
    return tuple(Explanation(f"{EXPLAIN}.{code}", code) for code in dict.fromkeys((*programs, *of_rules)))


def explaining_rows(first: int, others: Sequence[Explanation], columns: int) -> Iterator[Box]:
    """The boxes beneath the check lines, from row `first` on: heading, note, a row for each code."""
    yield Box(first, 0, Role.BAND, Words(TITLE), columns=columns)
    yield Box(first + 1, 0, Role.NOTE, Words(NOTE), columns=columns)
    for row, one in enumerate(others, start=first + 2):
        yield Box(row, 0, Role.ROW_ITEM, Words(code_title(one.code)), columns=LABEL_COLUMNS)
        yield Box(row, LABEL_COLUMNS, Role.REASON, Answer(one.id), columns=columns - LABEL_COLUMNS)


def explaining_heights(first: int, others: Sequence[Explanation], width: float) -> Mapping[int, float]:
    """The heights of these rows."""
    rows = dict.fromkeys(range(first + 2, first + 2 + len(others)), 32.0)
    return {first: 24.0, first + 1: text_height(NOTE, width), **rows}
