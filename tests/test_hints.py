"""Hints: what one slip would account for is asked for, what several would is not, and no value is ever changed."""

from __future__ import annotations

import time
from dataclasses import replace
from decimal import Decimal
from io import BytesIO
from typing import TYPE_CHECKING

import openpyxl
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from build import OPENER, TIME, filled, right_answers
from conftest import FIGURES, SAFETY, figures, make_identity
from definitions import read_definition
from nianbao.kinds import UnitKind
from nianbao.layout.identity import CONSOLIDATED
from nianbao.layout.planning import lay_out
from nianbao.layout.shelf import find_form
from nianbao.reports.document import check_document
from nianbao.reports.findings_list import findings_workbook
from nianbao.reports.pieces import written
from nianbao.reports.text import report
from nianbao.returned import checks, hints
from nianbao.returned.checks import check
from nianbao.returned.judging import Judge, arranged
from nianbao.returned.returns import Return
from nianbao.returned.slips import Kind
from nianbao.returned.sums import Budget

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from nianbao.layout.formulas import Shown
    from nianbao.layout.places import Layout
    from nianbao.returned.hints import Hint

LAYOUT = find_form("2021")
COLUMNS = ("natural", "business", "research", "charity", "legal", "other_org")
ROWS = tuple(
    key.removeprefix("t3.").removesuffix(".natural") for key in LAYOUT.inputs if key.endswith(".natural")
)
RESULTS = tuple(row for row in ROWS if row not in {"new", "carried_in", "carried_out"})


def answered(
    changes: Mapping[str, Shown], typed: Mapping[str, Shown] | None = None, layout: Layout = LAYOUT
) -> Return:
    """A return filled in right but for `changes`; a None is a blank that is declared 0."""
    answers = right_answers(layout) | dict(changes)
    blank = frozenset(key for key, value in answers.items() if value is None)
    return Return(make_identity(layout), answers, typed=dict(typed or {}), blank=blank, declared=bool(blank))


def asked(ret: Return, layout: Layout = LAYOUT) -> list[tuple[str, str]]:
    """Every hint, with the code of its finding; the same twice in one process."""
    findings = check(ret, layout, UnitKind.TOWN)
    assert findings == check(ret, layout, UnitKind.TOWN)
    return [(finding.code, finding.hint.text()) for finding in findings if finding.hint]


def hinted(ret: Return, layout: Layout = LAYOUT) -> tuple[Hint, ...]:
    """The hints as values."""
    known = checks.figures(layout, ret)
    judged = [rule for rule in layout.form.rules if not known.unsure.intersection(rule.require.ids)]
    return hints.hints(layout, ret, known, judged)


def named(ret: Return) -> list[set[str]]:
    """The cells that each hint would change."""
    return [{cell for cell, _ in hint.change.deltas} for hint in hinted(ret)]


def test_two_digits_exchanged() -> None:
    """Which cell, which figure, which digits."""
    ret = answered({"t3.new.legal": 1247, "t3.carried_in.legal": 5, "t3.granted.legal": 1279})
    cell = "H6（一、本年新收政府信息公开申请数量·法律服务机构）"
    assert asked(ret) == [("balance", f"是否把 {cell}的 1274 填成了 1247（「7」和「4」颠倒）？")]


def test_figure_split_over_two_cells() -> None:
    """Two columns fail, and one split accounts for both: it is asked once, and says so."""
    changes: dict[str, Shown] = {"t3.new.natural": 34, "t3.granted.natural": 3, "t3.granted.business": 4}
    cells = "D8（（一）予以公开·自然人）和 E8（（一）予以公开·商业企业）"
    question = f"是否把 34 拆开填在了 {cells}两格（3 和 4）？若是，另外 1 处不符也由此而来。"
    assert asked(answered(changes | {"t3.carried_out.natural": 0})) == [("balance", question)]


def test_count_in_the_wrong_column() -> None:
    """The notice asks already; where only one row can be meant, it says which. The two errors ask nothing."""
    changes: dict[str, Shown] = {"t3.new.natural": 32, "t3.granted.legal": 10, "t3.partial.legal": 10}
    label = "一、本年新收政府信息公开申请数量"
    question = f"是否把该填在 H6（{label}·法律服务机构）的 20 填到了 D6（{label}·自然人）？"
    assert asked(answered(changes)) == [("column-misbooked", question)]
    doubtful = answered(changes | {"t3.partial.legal": 20, "t3.new.natural": 42})
    codes = [finding.code for finding in check(doubtful, LAYOUT, UnitKind.TOWN)]
    assert codes == ["balance", "balance", "column-misbooked"]
    assert asked(doubtful) == [("column-misbooked", asked(doubtful)[0][1])]
    either = answered(changes | {"t3.granted.legal": 20, "t3.partial.legal": 0})
    assert asked(either) == []


def test_figure_that_several_sums_meet_in() -> None:
    """Typed totals of its row and column and the balance fail alike: only this figure accounts for all."""
    ret = answered({"t3.granted.natural": 14}, {"t3.granted.total": 11, "t3.handled.natural": 11})
    question = "D8（（一）予以公开·自然人）是否应为 11（现为 14）？若是，另外 2 处不符也由此而来。"
    assert asked(ret) == [("balance", question)]


def test_one_of_many_figures_may_be_off() -> None:
    """A balance alone says nothing of where."""
    assert asked(answered({"t3.granted.natural": 14})) == []


def test_two_exchanges_would_do() -> None:
    """Both new and granted would be right with digits exchanged: neither is named."""
    both = {"t3.new.legal": 21, "t3.granted.legal": 12}
    assert asked(answered({**both})) == []
    assert named(answered({**both, "t3.new.legal": 21, "t3.granted.legal": 30})) == []
    assert named(answered({"t3.new.legal": 21, "t3.granted.legal": 10, "t3.partial.legal": 2})) == [
        {"t3.new.legal"}
    ]


def test_change_that_breaks_another_sum_is_none() -> None:
    """The item of the typed total would be right with digits exchanged, but its column balances as it is."""
    changes: dict[str, Shown] = {"t3.new.natural": 13, "t3.granted.natural": 12}
    assert asked(answered(changes, {"t3.granted.total": 21, "t3.new.total": 13})) == [
        ("total-differs", "是否把 J8（（一）予以公开·总计）的 12 填成了 21（「1」和「2」颠倒）？")
    ]
    assert asked(answered(changes, {"t3.granted.total": 15})) == []
    freely = answered({"t4.review.upheld": 21, "t4.review.other": 3}, {"t4.review.total": 15})
    assert named(freely) == [{"t4.review.upheld"}]


def test_total_that_its_finding_corrects_is_not_asked_for() -> None:
    """As in the published tables whose totals were left at 0: the finding says what they should be."""
    ret = answered({"t4.review.upheld": 8, "t4.review.other": 3}, {"t4.review.total": 0})
    assert [finding.expected for finding in check(ret, LAYOUT, UnitKind.TOWN)] == ["11"]
    assert asked(ret) == []


def test_totals_that_all_agree_may_be_formulas() -> None:
    """In an .xls no formula shows: totals that follow the wrong figure say nothing for it."""
    changes: dict[str, Shown] = {"t3.new.legal": 1247, "t3.carried_in.legal": 5, "t3.granted.legal": 1279}
    totals = {field.id: checks.figures(LAYOUT, answered(changes)).values[field.id] for field in LAYOUT.totals}
    assert named(answered(changes, totals)) == [{"t3.new.legal"}]
    assert named(answered(changes, totals | {"t3.new.total": 1})) == []


def test_blanks_are_never_named() -> None:
    """Neither a blank as the figure that is off, nor a sum over blanks that nobody declared."""
    crossing = {"t3.granted.total": 14, "t3.handled.natural": 14}
    ret = answered({"t3.granted.natural": 0, "t3.new.natural": 15}, crossing)
    assert named(ret) == [{"t3.granted.natural"}]
    assert named(answered({"t3.granted.natural": None, "t3.new.natural": 15}, crossing)) == []
    undeclared = replace(answered({"t3.new.legal": 1247, "t3.granted.legal": 1274}), declared=False)
    assert named(undeclared) == [] or undeclared.blank == frozenset()
    assert asked(replace(undeclared, blank=frozenset({"t3.partial.legal"}))) == []


def test_consolidated_workbook_has_no_hints() -> None:
    """Its inputs are sums over units: the lower office finds the unit."""
    ret = answered({"t3.new.legal": 1247, "t3.carried_in.legal": 5, "t3.granted.legal": 1279})
    assert asked(replace(ret, identity=replace(ret.identity, role=CONSOLIDATED))) == []


def test_two_columns_are_hinted_at_apart(layout: Layout) -> None:
    """Each finding has its own question, also where findings are joined."""
    changes: dict[str, Shown] = {"t3.new.legal": 1247, "t3.granted.legal": 1274}
    other: dict[str, Shown] = {"t3.new.charity": 1348, "t3.granted.charity": 1384, "t3.partial.charity": 0}
    ret = answered({**changes, **other, "t3.granted.legal": 1010, "t3.partial.legal": 264,
                    "t3.granted.charity": 1105, "t3.partial.charity": 279})  # fmt: skip
    findings = arranged(check(ret, layout, UnitKind.TOWN), layout)
    assert [finding.cells[0] for finding in findings if finding.hint] == ["G6", "H6"]


def test_form_with_its_own_rules(tmp_path: Path) -> None:
    """Nothing is known of a form but its definition: a sum of amounts, which another sum holds in place."""
    text = SAFETY.read_text(encoding="utf-8")
    path = tmp_path / "form.yaml"
    path.write_text(text.replace(">= a.all.planned - 2", "== a.all.planned"), "utf-8")
    layout = lay_out(read_definition(path))
    ret = answered({"a.mines.planned": 254, "a.mines.done": 245}, layout=layout)
    assert asked(ret, layout) == []
    ret = answered({"a.mines.planned": 254, "a.mines.done": 240, "a.sites.done": 5}, layout=layout)
    assert [question for _, question in asked(ret, layout)] == [
        "是否把 B4（矿山·计划检查）的 245 填成了 254（「4」和「5」颠倒）？"
    ]


def test_what_was_prefilled_is_not_suspected() -> None:
    """上年结转 as last year left it is sure: the other figure is asked for; once changed it is suspected itself."""
    both: dict[str, Shown] = {"t3.new.legal": 12, "t3.carried_in.legal": 12, "t3.granted.legal": 33}
    new, carried_in = (
        "H6（一、本年新收政府信息公开申请数量·法律服务机构）",
        "H7（二、上年结转政府信息公开申请数量·法律服务机构）",
    )
    assert asked_knowing(both, {}) == []
    asked_for = [f"是否把 {new}的 21 填成了 12（「2」和「1」颠倒）？"]
    assert asked_knowing(both, {"t3.carried_out.legal": 12}) == asked_for
    changed = both | {"t3.new.legal": 9, "t3.carried_in.legal": 21, "t3.granted.legal": 21}
    asked_for = [f"是否把 {carried_in}的 12 填成了 21（「1」和「2」颠倒）？"]
    assert asked_knowing(changed, {"t3.carried_out.legal": 12})[-1:] == asked_for
    assert asked_knowing(changed, {"t3.carried_out.legal": 21}) == []


def asked_knowing(changes: Mapping[str, Shown], former: Mapping[str, Shown]) -> list[str]:
    """The hints where the unit's figures of the year before are known."""
    findings = check(answered(changes), LAYOUT, UnitKind.TOWN, former=former)
    return [finding.hint.text() for finding in findings if finding.hint]


def test_amounts(safety: Layout) -> None:
    """Digits are exchanged around the point; the figures stay exact."""
    changes: dict[str, Shown] = {"b.units.amount": Decimal("12.7"), "b.people.amount": 1}
    ret = answered(changes, {"b.total.amount": Decimal("18.2")}, safety)
    assert [question for _, question in asked(ret, safety)] == [
        "是否把 C5（对单位·罚款（万元））的 17.2 填成了 12.7（「7」和「2」颠倒）？"
    ]


BALANCED = st.dictionaries(
    st.tuples(st.sampled_from((*RESULTS, "carried_out")), st.sampled_from(COLUMNS)),
    st.integers(1, 400),
    min_size=8,
    max_size=30,
)


def balanced(figures_: Mapping[tuple[str, str], int]) -> dict[str, int]:
    """Answers of t3 whose every column balances: what was dealt with came in."""
    answers = {f"t3.{row}.{column}": figures_.get((row, column), 0) for row in ROWS for column in COLUMNS}
    for column in COLUMNS:
        handled = sum(answers[f"t3.{row}.{column}"] for row in (*RESULTS, "carried_out"))
        answers[f"t3.carried_in.{column}"] = handled // 7
        answers[f"t3.new.{column}"] = handled - handled // 7
    return answers


def exchanged(number: int, chance: st.DataObject) -> int:
    """The number with two of its digits exchanged, as long as it was."""
    signs = list(str(number))
    i, j = chance.draw(st.tuples(*[st.integers(0, len(signs) - 1)] * 2))
    signs[i], signs[j] = signs[j], signs[i]
    assume(signs[0] != "0" and int("".join(signs)) != number)
    return int("".join(signs))


def slip(kind: Kind, answers: Mapping[str, int], chance: st.DataObject) -> dict[str, int]:
    """The answers in which one mistake of that kind was made."""
    key = chance.draw(st.sampled_from(sorted(key for key, value in answers.items() if value)))
    number = answers[key]
    row, column = key.removeprefix("t3.").rsplit(".", 1)
    match kind:
        case Kind.SWAPPED:
            return {key: exchanged(number, chance)}
        case Kind.OFF:
            return {key: number + chance.draw(st.integers(-number, 50).filter(lambda d: d % 9))}
        case Kind.MISBOOKED:
            other = chance.draw(st.sampled_from([name for name in COLUMNS if name != column]))
            count, there = chance.draw(st.integers(1, number)), f"t3.{row}.{other}"
            return {key: number - count, there: answers[there] + count}
        case _:
            assume(column != "other_org" and number > 9)
            there = f"t3.{row}.{COLUMNS[COLUMNS.index(column) + 1]}"
            assume(answers[there] == 0 and str(number)[1] != "0")
            return {key: int(str(number)[0]), there: int(str(number)[1:])}


@settings(max_examples=60, deadline=None)
@pytest.mark.parametrize("kind", Kind)
@given(drawn=BALANCED, with_totals=st.booleans(), chance=st.data())
def test_one_slip_is_named_or_nothing_is(
    kind: Kind,
    drawn: dict[tuple[str, str], int],
    with_totals: bool,  # noqa: FBT001
    chance: st.DataObject,
) -> None:
    """A hint names the cells of the slip and their right figures, whether totals were typed (rightly) or not."""
    right = balanced(drawn)
    known = checks.figures(LAYOUT, answered(right)).values
    totals = {field.id: known[field.id] for field in LAYOUT.totals} if with_totals else {}
    wrong = slip(kind, right, chance)
    found = hinted(answered({**right, **wrong}, totals))
    assert [dict(hint.change.deltas) for hint in found] in (
        [],
        [{key: right[key] - number for key, number in wrong.items()}],
    )
    if with_totals and kind is not Kind.MISBOOKED and len(wrong) == 1:
        assert found


@settings(max_examples=150, deadline=None)
@given(drawn=BALANCED, kinds=st.tuples(*[st.sampled_from(Kind)] * 2), chance=st.data())
def test_two_slips_make_nobody_certain(
    drawn: dict[tuple[str, str], int], kinds: tuple[Kind, Kind], chance: st.DataObject
) -> None:
    """Every hint is a change that puts right all that it says, leaves nothing half mended and breaks nothing."""
    right = balanced(drawn)
    wrong: dict[str, int] = right | slip(kinds[0], right, chance)
    wrong |= slip(kinds[1], wrong, chance)
    before = names_of(wrong)
    for hint in hinted(answered(wrong)):
        mended = wrong | {key: wrong[key] + int(delta) for key, delta in hint.change.deltas}
        assert names_of(mended) == before - {*hint.mends}
        assert hint.change.kind is not Kind.OFF


def names_of(answers: Mapping[str, int]) -> set[str]:
    """The columns that are out of balance, as hints name them."""
    findings = check(answered(answers), LAYOUT, UnitKind.TOWN)
    return {f"balance[{f.ids[0].rsplit('.', 1)[1]}]" for f in findings if f.code == "balance"}


@pytest.mark.parametrize("name", FIGURES)
def test_published_reports_are_asked_nothing_idle(name: str) -> None:
    """Of their faults (totals left at 0) the finding says all; with a slip made in them, the slip is asked for."""
    report_ = figures(name)
    layout = find_form(report_["edition"])
    inputs = {key: report_["values"].get(key) for key in layout.inputs}
    totals = {
        field.id: number for field in layout.totals if (number := report_["values"].get(field.id)) is not None
    }
    ret = Return(
        make_identity(layout),
        inputs,
        totals,
        frozenset(k for k in inputs if inputs[k] is None),
        declared=True,
    )
    assert asked(ret, layout) == []


def test_hint_stands_wherever_the_message_does() -> None:
    """In the JSON document's message, on screen, in the list of findings."""
    data = filled(LAYOUT, {"t3.new.legal": 1247, "t3.carried_in.legal": 5, "t3.granted.legal": 1279})
    checked = Judge(None, OPENER).examine(data, path="a.xlsx", received=TIME)
    question = "1274 填成了 1247（「7」和「4」颠倒）？"
    document = "".join(written(check_document([checked], ())))
    book = openpyxl.load_workbook(BytesIO(findings_workbook([checked], ())))
    listed = [str(cell.value) for row in book.active.iter_rows() for cell in row]  # type: ignore[union-attr]
    for text in (document, " ".join(report([checked], (), columns=999)), " ".join(listed)):
        assert question in text
    assert "with 7 and 4 exchanged?" in checked.findings[0].message.text("en")


def test_right_returns_cost_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing is tried where nothing fails."""
    monkeypatch.setattr(hints, "hinted", None)
    assert check(answered({}), LAYOUT, UnitKind.TOWN) == ()


def test_a_hopeless_return_takes_no_time() -> None:
    """Every column fails by as much, every figure has fifteen digits: in time it gives up, and says nothing."""
    changes: dict[str, Shown] = {f"t3.{row}.{c}": 192837465564738 for row in ROWS for c in COLUMNS}
    ret = answered(changes, {field.id: 7 for field in LAYOUT.totals})
    begun = time.process_time()
    assert hinted(ret) == ()
    assert time.process_time() - begun < 0.5


def test_giving_up_says_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    """What was found until then may not be the only one."""
    ret = answered({"t3.new.legal": 1247, "t3.carried_in.legal": 5, "t3.granted.legal": 1279})
    assert len(hinted(ret)) == 1
    monkeypatch.setattr(hints, "Budget", lambda: Budget(300))
    assert hinted(ret) == ()
