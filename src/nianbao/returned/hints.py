"""Where a sum fails: the smallest change that would put it right, asked as a question, where there is just one.

A change counts only if every sum that it touches holds afterwards, and nothing that held is broken. Of such changes the
one that puts most sums right at once is smaller; among equals a slip of the hand is smaller than a figure that is
simply another one; among equals of that, too, nothing is said. What stands as the period before has it is not
suspected. Decision 18 tells why. No value is ever changed.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from nianbao.frozen import frozen
from nianbao.layout.identity import SINGLE
from nianbao.messages import Message, mark, say
from nianbao.returned.answers import digits
from nianbao.returned.slips import Kind, Slips
from nianbao.returned.sums import Budget, Expansion, TooMuchError, by_cell, following, rule_name

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from nianbao.definition.form import Rule
    from nianbao.layout.places import Layout
    from nianbao.returned.checks import Figures
    from nianbao.returned.findings import Finding
    from nianbao.returned.returns import Return
    from nianbao.returned.slips import Change
    from nianbao.returned.sums import Number, Sum

WORDINGS: Mapping[Kind, str] = {
    Kind.SWAPPED: mark("是否把 {cell}的 {right} 填成了 {now}（「{first}」和「{second}」颠倒）？"),
    Kind.SPLIT: mark("是否把 {right} 拆开填在了 {cell}和 {other}两格（{now} 和 {beside}）？"),
    Kind.MISBOOKED: mark("是否把该填在 {cell}的 {count} 填到了 {other}？"),
    Kind.OFF: mark("{cell}是否应为 {right}（现为 {now}）？"),
}


@frozen
class Hint:
    """A change that accounts for failing sums by itself; `mends`: their names, those of rules or ids of totals."""

    change: Change
    mends: tuple[str, ...]

    @property
    def weight(self) -> tuple[int, bool]:
        """How small it is, the smallest first."""
        return (-len(self.mends), self.change.kind is Kind.OFF)


def hinted(
    layout: Layout,
    ret: Return,
    known: Figures,
    *,
    rules: Sequence[Rule],
    findings: Mapping[str, Finding],
) -> tuple[Finding, ...]:
    """The findings, with the hints at the end of theirs.

    `rules`: those that are judged. `findings`: by the rule's name or the total's id; of the notice that two columns are
    out by opposite amounts (`notice_name`) by its family: it asks the same, so that the hint is put to it.
    """
    told = dict(findings)
    for hint in hints(layout, ret, known, rules):
        notice = notice_name(hint.mends[0].partition("[")[0])
        to = [notice] if hint.change.kind is Kind.MISBOOKED and notice in told else hint.mends
        name = min(
            (name for name in to if name in told),
            key=lambda name: layout.order(told[name].ids[0]),
            default="",
        )
        if name:
            told[name] = replace(told[name], hint=_question(layout, ret, known, hint=hint, at=told[name]))
    return tuple(told.values())


def notice_name(family: str) -> str:
    """The name of a family's notice among the findings."""
    return f"{family}[]!"


def hints(layout: Layout, ret: Return, known: Figures, rules: Iterable[Rule]) -> tuple[Hint, ...]:
    """The smallest change for each failing sum that has just one; a consolidated workbook's inputs are sums: none."""
    if ret.identity.role != SINGLE:
        return ()
    try:
        budget = Budget()
        sums = _sums(layout, ret, known, rules=rules, budget=budget)
        failing = [one for one in sums if one.balances and not one.holds()]
        slips = Slips(layout, _typed(ret, known), budget, known.sure)
        candidates = list(_candidates(slips, sums, failing, budget))
    except TooMuchError:
        return ()
    return tuple(_smallest(candidates, failing, ret))


def _sums(
    layout: Layout, ret: Return, known: Figures, *, rules: Iterable[Rule], budget: Budget
) -> tuple[Sum, ...]:
    """What must hold in the return, in the order of its findings; what only follows from other rules left out."""
    expansion, passed_over = Expansion(layout, known, budget), following(layout.form)
    own = (rule for rule in rules if rule_name(rule) not in passed_over)
    return (*expansion.of_totals(ret), *expansion.of_rules(own))


def _typed(ret: Return, known: Figures) -> Mapping[str, Number]:
    """The figures that somebody typed, declared blanks as 0."""
    values = {**{key: known.values[key] for key in ret.answers}, **ret.typed}
    return {key: value for key, value in values.items() if value is not None and not isinstance(value, str)}


def _candidates(slips: Slips, sums: Sequence[Sum], failing: Sequence[Sum], budget: Budget) -> Iterator[Hint]:
    """Every change that does no harm, once, as the smallest kind of those that come to the same."""
    looking, tried = by_cell(sums), set()
    for change in slips.of(failing):
        if change.deltas in tried:
            continue
        tried.add(change.deltas)
        touched = {one.name: one for cell, _ in change.deltas for one in looking.get(cell, ())}
        budget.spend(len(touched))
        if all(one.survives(change.deltas) for one in touched.values()):
            mended = [name for name, one in touched.items() if not one.holds() and one.holds(change.deltas)]
            if mended:
                yield Hint(change, tuple(mended))


def _smallest(candidates: Sequence[Hint], failing: Sequence[Sum], ret: Return) -> Iterator[Hint]:
    """The candidates that are the only smallest one for every sum that they put right, and tell something new."""
    best: dict[str, list[Hint]] = {one.name: [] for one in failing}
    for hint in sorted(candidates, key=lambda hint: hint.weight):
        for name in best.keys() & set(hint.mends):
            if not best[name] or best[name][0].weight == hint.weight:
                best[name].append(hint)
    cells = {one.name: one.require.weights for one in failing}
    for hint in dict.fromkeys(hint for found in best.values() for hint in found):
        alone = all(best[name] == [hint] for name in best.keys() & set(hint.mends))
        blank = ret.blank.intersection(cell for cell, _ in hint.change.deltas)
        if alone and not blank and not _is_said(hint, cells):
            yield hint


def _is_said(hint: Hint, cells: Mapping[str, Mapping[str, int]]) -> bool:
    """Whether the finding itself says what the figure should be: a total's, or that of a rule about one cell."""
    cell, name = hint.change.deltas[0][0], hint.mends[0]
    return hint.change.kind is Kind.OFF and len(hint.mends) == 1 and (cell == name or len(cells[name]) == 1)


def _question(layout: Layout, ret: Return, known: Figures, *, hint: Hint, at: Finding) -> Message:
    """The hint in words, for a finding on that sheet."""
    typed, deltas = _typed(ret, known), hint.change.deltas
    if hint.change.kind is Kind.MISBOOKED:
        deltas = tuple(sorted(deltas, key=lambda delta: delta[1], reverse=True))
    (cell, grows), (other, _) = deltas[0], deltas[-1]
    now, right = digits(typed[cell]), digits(typed[cell] + grows)
    exchanged = [sign for sign, instead in zip(right, now, strict=False) if sign != instead] or [""]
    places: dict[str, object] = {
        "cell": _cell(layout, cell, at.sheet),
        "other": _cell(layout, other, at.sheet),
        "now": now,
        "right": right,
        "beside": digits(typed[other]),
        "count": digits(grows),
        "first": exchanged[0],
        "second": exchanged[-1],
    }
    question = Message(WORDINGS[hint.change.kind], tuple(sorted(places.items())))
    more = len(hint.mends) - 1
    if not more or hint.change.kind is Kind.MISBOOKED:
        return question
    return say("{question}若是，另外 {count} 处不符也由此而来。", question=question, count=more)


def _cell(layout: Layout, key: str, sheet: str) -> str:
    """`D8（（一）予以公开·自然人）`, with its sheet where that is another."""
    place = layout.places[key]
    prefix = "" if place.sheet == sheet else f"{place.sheet} "
    return f"{prefix}{place.address}（{layout.form.fields[key].label}）"
