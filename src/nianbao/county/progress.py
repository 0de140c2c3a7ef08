"""How far a round's returns have come: the units by state, and by the day on which what counts came in."""

from __future__ import annotations

from collections import Counter
from itertools import accumulate
from typing import TYPE_CHECKING

from nianbao.county.drawings import BAR, PIE, Drawing, Figure
from nianbao.county.facts import day_received
from nianbao.county.lists import HEAD_ROW, RETURNED_COLUMNS, STATE, unit_states
from nianbao.definition.sheet_names import RETURNED
from nianbao.layout.addresses import area_address
from nianbao.returned.returns import STATUS_WORDS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from nianbao.county.lists import Lists

MOST_DAYS = 30
PROGRESS, BY_DAY = "收表进度", "按收到日期累计"


def draw_progress(lists: Lists) -> Iterator[Drawing]:
    """The charts."""
    yield _by_state(lists)
    if lists.consolidation.entries:
        yield _by_day(lists)


def _by_state(lists: Lists) -> Drawing:
    """The units of the roster by state, counted on 收表情况."""
    column = [label for label, _ in RETURNED_COLUMNS].index(STATE)
    first = HEAD_ROW + 1
    area = area_address((first, column, first + max(1, len(lists.facts.roster)) - 1, column))
    counts = Counter(unit_states(lists))
    lines = tuple(
        (word, (Figure(f"COUNTIF('{RETURNED}'!{area},\"{word}\")", counts[state], "0"),))
        for state, word in STATUS_WORDS.items()
    )
    return Drawing(PIE, f"{PROGRESS}（名录 {len(lists.facts.roster)} 个单位）", ("单位数",), lines)


def _by_day(lists: Lists) -> Drawing:
    """How many of the returns that count had come by each day; of many days the last ones."""
    days = Counter(filter(None, map(day_received, lists.consolidation.entries)))
    known = sorted(days)
    sums = [*zip(known, accumulate(days[day] for day in known), strict=True)][-MOST_DAYS:]
    lines = tuple((day, (Figure("", count, "0"),)) for day, count in sums)
    return Drawing(BAR, f"{BY_DAY}（已收 {len(lists.consolidation.entries)} 个单位）", ("累计单位数",), lines)
