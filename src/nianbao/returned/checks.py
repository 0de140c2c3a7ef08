"""What is wrong with the figures of a return: totals that differ, rules that do not hold.

Totals are recomputed from the inputs. What follows from a fault already reported is not repeated: nothing
is compared that rests on a cell with a fault, on one left empty, or on one that could not be read.
"""

from __future__ import annotations

import operator
from functools import reduce
from typing import TYPE_CHECKING

from nianbao.complaints import STANDS_FOR
from nianbao.definition.form import FieldType
from nianbao.definition.rules import PREVIOUS, is_earlier
from nianbao.frozen import frozen
from nianbao.layout.former import WORDS
from nianbao.messages import Message
from nianbao.returned.answers import digits
from nianbao.returned.column import Column
from nianbao.returned.findings import RULE_WORDING, RULE_WORDINGS, Finding, Severity, found_at, spots
from nianbao.returned.former import Both
from nianbao.returned.rows import Row

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from decimal import Decimal

    from nianbao.definition.form import Form, Rule
    from nianbao.definition.rules import Values
    from nianbao.kinds import UnitKind
    from nianbao.layout.formulas import Shown
    from nianbao.layout.places import Layout
    from nianbao.returned.returns import Return


@frozen
class Figures:
    """Every field of a return. `values`: by id, totals recomputed, None where nothing can be said.

    `unsure`: ids whose value rests on a cell left empty, faulty or unread. `sure`: inputs that hold what the period
    before left to them.
    """

    values: Row
    unsure: frozenset[str]
    sure: frozenset[str] = frozenset()


@frozen
class _Failure:
    """A rule that does not hold: both sides."""

    rule: Rule
    left: int | Decimal
    right: int | Decimal

    @property
    def difference(self) -> int | Decimal:
        """Left less right."""
        difference: int | Decimal = self.left - self.right
        return difference


def figures(layout: Layout, ret: Return) -> Figures:
    """Every value: declared blanks are 0; over other blanks a total shows what is there, over a fault nothing."""
    values: dict[str, Shown] = {key: _answer(layout.form, ret, key) for key in layout.inputs}
    unknown = (ret.faulty | ret.unread) & values.keys()
    unsure = set(unknown | (ret.blank if not ret.declared else frozenset()))
    lost = set(unknown)
    for field in layout.totals:
        numbers = [
            n for n in (values[term] for term in field.terms) if n is not None and not isinstance(n, str)
        ]
        if lost.intersection(field.terms) or field.id in ret.unread:
            lost.add(field.id)
        if unsure.intersection(field.terms) or field.id in lost:
            unsure.add(field.id)
        shows = field.id not in lost and (numbers or field.id not in unsure)
        values[field.id] = sum(numbers) if shows else None
    return Figures(Row(layout.columns, map(values.__getitem__, layout.columns)), frozenset(unsure))


def check(
    ret: Return,
    layout: Layout,
    kind: UnitKind,
    known: Figures | None = None,
    former: Mapping[str, Shown] | None = None,
) -> tuple[Finding, ...]:
    """The findings on the figures of a unit of that kind (`known`, where they are); none where all is right.

    `former`: the unit's figures of the period before. Rules that ask for one that is not known are silent.
    """
    known = known or figures(layout, ret)
    both = Both(known.values, former)
    findings = {finding.ids[0]: finding for finding in _differing_totals(ret, layout, known)}
    reported = set(ret.faulty).union(findings)
    between = filter(both.knows, layout.form.previous.rules) if layout.form.previous and former else ()
    rules = [rule for rule in (*layout.form.rules, *between) if rule.concerns(kind)]
    judged = [rule for rule in rules if not rule.ids & known.unsure]
    failures = [failure for rule in judged if (failure := _failure(rule, both)) is not None]
    if not findings and not failures:
        return ()
    from nianbao.returned.given import as_before  # noqa: PLC0415 -- most returns are in order
    from nianbao.returned.hints import hinted, notice_name  # noqa: PLC0415
    from nianbao.returned.sums import following, rule_name  # noqa: PLC0415

    passed_over = following(layout.form)
    for failure in failures:
        name, broken = rule_name(failure.rule), _broken(layout, failure, both)
        if name not in passed_over and not reported.issuperset(broken.ids):
            findings[name] = broken
    findings = _without_implied(findings)
    unjudged = {rule.family for rule in rules if rule not in judged}
    for family, notice in _misplaced(layout, failures, unjudged):
        findings[notice_name(family)] = notice
    own = [rule for rule in judged if not any(map(is_earlier, rule.ids))]
    known = Figures(known.values, known.unsure, as_before(layout.form, former, ret.answers))
    return hinted(layout, ret, known, rules=own, findings=findings)


def check_many(form: Form, matrix: Values, kinds: Sequence[UnitKind]) -> tuple[Column, ...]:
    """For each rule of the form, in its order, which of many complete returns break it.

    `matrix` gives for every id a column with a number for each unit, totals included; each result is a column
    of truths in the same order.
    """
    return tuple(_broken_by(rule, matrix, kinds) for rule in form.rules)


def check_many_between(
    rules: Sequence[Rule],
    matrix: Mapping[str, Column],
    kinds: Sequence[UnitKind],
    formers: Sequence[Mapping[str, Shown] | None],
) -> tuple[Column, ...]:
    """The same for rules between two periods; a unit whose former figures are not known breaks none."""
    cells = dict.fromkeys(cell for rule in rules for r in rule.relations for cell in r.earlier_ids)
    known, columns = {}, dict(matrix)
    for cell in cells:
        figures_of = [former.get(cell) if former else None for former in formers]
        known[cell] = Column(figure is not None for figure in figures_of)
        columns[PREVIOUS + cell] = Column(figure or 0 for figure in figures_of)
    return tuple(
        reduce(operator.and_, (known[cell] for r in rule.relations for cell in r.earlier_ids))
        & _broken_by(rule, columns, kinds)
        for rule in rules
    )


def _broken_by(rule: Rule, matrix: Values, kinds: Sequence[UnitKind]) -> Column:
    """Which units break one rule; the columns' own operators do the work."""
    broken = Column(map(rule.concerns, kinds))
    for condition in rule.when:
        broken = broken & condition.holds(matrix)
    held: Column | bool = rule.require.holds(matrix)
    return broken & (held ^ True)


def _answer(form: Form, ret: Return, key: str) -> Shown:
    """An input's value, with the declaration."""
    zero = ret.declared and key in ret.blank and form.fields[key].type is not FieldType.CHOICE
    return 0 if zero else ret.answers.get(key)


def _without_implied(findings: Mapping[str, Finding]) -> dict[str, Finding]:
    """The findings by name, without those that another one of the same cells stands for."""
    implied = {
        (STANDS_FOR[one.code], key) for one in findings.values() if one.code in STANDS_FOR for key in one.ids
    }
    return {
        name: one for name, one in findings.items() if not all((one.code, key) in implied for key in one.ids)
    }


def _differing_totals(ret: Return, layout: Layout, known: Figures) -> Iterator[Finding]:
    """A finding for each number typed over a formula that is not what the formula gives."""
    for key in sorted(ret.typed, key=layout.order):
        typed, computed = ret.typed[key], known.values[key]
        if key not in known.unsure and typed != computed:
            yield found_at(layout, "total-differs", [key], found=_text(typed), expected=_text(computed))


def _failure(rule: Rule, values: Values) -> _Failure | None:
    """Both sides of a rule that does not hold; None where it holds or its conditions do not."""
    if not all(condition.holds(values) for condition in rule.when) or rule.require.holds(values):
        return None
    return _Failure(rule, rule.require.left.value(values), rule.require.right.value(values))


def _broken(layout: Layout, failure: _Failure, values: Values) -> Finding:
    """The finding for a rule that does not hold, worded by the catalogue or by the definition; at its own cells."""
    rule = failure.rule
    places: dict[str, object] = {
        "title": rule.title,
        "advice": rule.advice,
        "left": _text(failure.left),
        "right": _text(failure.right),
        "difference": _text(failure.difference),
    }
    found, expected = failure.left, failure.right
    if rule.require.earlier_ids:
        present, former = rule.require.own_ids, [PREVIOUS + cell for cell in rule.require.earlier_ids]
        before, now = WORDS[layout.form.period]
        places |= {"before": Message(before), "now": Message(now)}
        places["present"] = "、".join(_text(values[cell]) for cell in present)
        places["former"] = "、".join(_text(values[cell]) for cell in former)
        if rule.require.sign != "==":
            found, expected = values[present[0]], values[former[0]]
    cells = spots(layout, rule.require.own_ids)
    return Finding(
        code=rule.code,
        severity=Severity(rule.severity),
        what=Message(
            RULE_WORDINGS.get(rule.code, RULE_WORDING),
            tuple(sorted(places.items())),
        ),
        sheet=layout.places[cells[0].id].sheet,
        spots=cells,
        found=_text(found),
        expected=_text(expected),
    )


def _misplaced(layout: Layout, failures: list[_Failure], unjudged: set[str]) -> Iterator[tuple[str, Finding]]:
    """The notice for two columns of a family out by opposite amounts while every other is balanced."""
    for family in dict.fromkeys(failure.rule.family for failure in failures if failure.rule.misplaced):
        out = [failure for failure in failures if failure.rule.family == family]
        if family not in unjudged and len(out) == 2 and _is_swap(out[0], out[1]):
            yield family, _misbooked(layout, out[0], out[1])


def _is_swap(first: _Failure, second: _Failure) -> bool:
    """Whether what the one column has too much the other has too little; the excepted column is neither."""
    excepted = first.rule.misplaced_except in {first.rule.bound, second.rule.bound}
    return bool(first.difference) and first.difference == -second.difference and not excepted


def _misbooked(layout: Layout, first: _Failure, second: _Failure) -> Finding:
    """The notice on the cells of both columns."""
    return found_at(
        layout,
        first.rule.misplaced,
        (*first.rule.require.ids, *second.rule.require.ids),
        first=_bound_label(layout.form, first.rule),
        second=_bound_label(layout.form, second.rule),
        difference=f"{_signed(first.difference)}、{_signed(second.difference)}",
        count=_signed(first.difference)[1:],
    )


def _bound_label(form: Form, rule: Rule) -> str:
    """The printed label of the column (or row) that a rule is about."""
    field = form.fields[rule.require.ids[0]]
    return field.column_label if rule.names_column(field.id) else field.row_label


def _signed(number: Decimal | int) -> str:
    """`+1`, `−1`."""
    return f"+{digits(number)}" if number > 0 else f"−{digits(-number)}"


def _text(shown: Shown) -> str:
    """A value as a finding shows it."""
    return shown if isinstance(shown, str) else "" if shown is None else digits(shown)
