from __future__ import annotations

import subprocess
import sys
from decimal import Decimal
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from build import right_answers
from conftest import make_identity
from nianbao.kinds import UnitKind, judged_as
from nianbao.layout.results import work_out
from nianbao.layout.shelf import find_form
from nianbao.returned.checks import check, check_many, figures
from nianbao.returned.column import Column
from nianbao.returned.findings import Severity
from nianbao.returned.judging import arranged
from nianbao.returned.returns import Return

if TYPE_CHECKING:
    from collections.abc import Mapping

    from nianbao.layout.formulas import Shown
    from nianbao.layout.places import Layout
    from nianbao.returned.findings import Finding


def answered(layout: Layout, changes: Mapping[str, Shown] | None = None, **others: object) -> Return:
    """A return filled in right but for `changes`; a None is a blank."""
    answers = right_answers(layout) | dict(changes or {})
    blank = frozenset(key for key, value in answers.items() if value is None)
    return Return(make_identity(layout), answers, blank=blank, **others)  # type: ignore[arg-type]


def found(ret: Return, layout: Layout, kind: UnitKind = UnitKind.TOWN) -> list[tuple[str, tuple[str, ...]]]:
    """Codes and ids, the same twice in one process."""
    first, again = check(ret, layout, kind), check(ret, layout, kind)
    assert first == again
    return [(finding.code, finding.ids) for finding in first]


def column(name: str) -> tuple[str, ...]:
    """The four cells that a column's balance is about."""
    return tuple(f"t3.{row}.{name}" for row in ("new", "carried_in", "handled", "carried_out"))


def test_right_figures_have_no_findings(layout: Layout, layout_2019: Layout, safety: Layout) -> None:
    """Of each form."""
    for one in (layout, layout_2019, safety):
        assert found(answered(one), one) == []


def test_values_are_every_field_with_totals_recomputed(layout: Layout) -> None:
    """As a spreadsheet program would work them out, whatever was typed."""
    ret = answered(layout, {"t2.fees.amount": Decimal("59237.2449")}, typed={"t3.new.total": 99})
    values = figures(layout, ret).values
    state = work_out(layout, dict(ret.answers), declared=False, kind=UnitKind.TOWN)
    assert list(values) == list(layout.form.fields)
    assert values == {key: state.cells[key] for key in values}


def test_balance_fails_in_its_column_and_the_total_only_follows(layout: Layout) -> None:
    """The finding names the four cells, both sides and the difference; 总计 only sums up, and is not repeated."""
    ret = answered(layout, {"t3.granted.natural": 9})
    assert found(ret, layout) == [("balance", column("natural"))]
    finding = check(ret, layout, UnitKind.TOWN)[0]
    assert (finding.found, finding.expected, finding.severity) == ("12", "10", Severity.ERROR)
    assert "「自然人」栏" in finding.message.text()
    assert "相差 2" in finding.message.text()
    assert "applications" in finding.message.text("en")


def test_application_in_the_wrong_column_is_told(layout: Layout) -> None:
    """Two columns out by opposite amounts while 总计 balances: the two errors, and what it probably is."""
    ret = answered(layout, {"t3.granted.natural": 10, "t3.granted.legal": 1})
    expected = layout.form.fields
    both = tuple(sorted((*column("natural"), *column("legal")), key=layout.order))
    assert found(ret, layout) == [
        ("balance", column("natural")),
        ("balance", column("legal")),
        ("column-misbooked", both),
    ]
    notice = check(ret, layout, UnitKind.TOWN)[-1]
    assert notice.severity is Severity.NOTICE
    text = notice.message.text()
    assert all(word in text for word in ("自然人", "法律服务机构", "+1", "−1", "1 件"))
    assert set(both) <= expected.keys()


@pytest.mark.parametrize(
    "changes",
    [
        {"t3.granted.natural": 10, "t3.granted.legal": 2},
        {"t3.granted.natural": 10, "t3.granted.legal": 2, "t3.granted.other_org": -1},
        {"t3.granted.natural": 10, "t3.granted.legal": 1, "t3.granted.charity": None},
    ],
)
def test_other_imbalances_are_not_told_so(layout: Layout, changes: dict[str, Shown]) -> None:
    """Amounts that do not cancel, three columns, a column of which nothing is known."""
    assert "column-misbooked" not in {code for code, _ in found(answered(layout, changes), layout)}


@pytest.mark.parametrize(
    ("issued", "repealed", "in_force", "fails"),
    [(2, 0, 1, True), (2, 0, 2, False), (2, 0, 3, False), (2, 1, 1, False), (0, 0, 0, False)],
)
def test_in_force_is_not_fewer_than_issued(
    layout: Layout,
    issued: int,
    repealed: int,
    in_force: int,
    fails: bool,  # noqa: FBT001
) -> None:
    """With none repealed, on both sides of the boundary."""
    values: dict[str, Shown] = {
        "t2.norms.issued": issued,
        "t2.norms.repealed": repealed,
        "t2.norms.in_force": in_force,
    }
    ids = ("t2.norms.issued", "t2.norms.in_force")
    result = [(code, set(cells)) for code, cells in found(answered(layout, values), layout)]
    assert result == ([("in-force-too-low", set(ids))] if fails else [])


@pytest.mark.parametrize("kind", UnitKind)
@pytest.mark.parametrize("level", [UnitKind.COUNTY, UnitKind.CITY, UnitKind.PROVINCE])
def test_rules_are_made_from_the_city_upward(layout: Layout, kind: UnitKind, level: UnitKind) -> None:
    """Below 设区的市 the three cells are 0; an own office has the powers of its government."""
    judged = judged_as(kind, level)
    may = judged in {UnitKind.CITY, UnitKind.PROVINCE}
    values: dict[str, Shown] = {"t2.rules.issued": 1, "t2.rules.repealed": 1, "t2.rules.in_force": 3}
    expected = [] if may else [("no-rulemaking-power", (key,)) for key in values]
    assert found(answered(layout, values), layout, judged) == expected
    assert found(answered(layout), layout, judged) == []


def test_blanks_hold_nothing_against_anybody(layout: Layout) -> None:
    """A total over a blank shows what is there, and neither it nor a rule on it is compared."""
    changes: dict[str, Shown] = {"t3.new.legal": None, "t3.granted.legal": 5}
    ret = answered(layout, changes, typed={"t3.new.total": 99})
    assert found(ret, layout) == []
    assert figures(layout, ret).values["t3.new.total"] == 12
    declared = answered(layout, changes, declared=True, typed={"t3.new.total": 99})
    assert found(declared, layout) == [
        ("total-differs", ("t3.new.total",)),
        ("balance", column("legal")),
    ]
    assert figures(layout, declared).values["t3.new.legal"] == 0


@pytest.mark.parametrize("state", ["faulty", "unread"])
def test_nothing_is_said_of_what_rests_on_a_fault(layout: Layout, state: str) -> None:
    """Totals over it are unknown, transitively; other columns are judged."""
    answers = {"t3.granted.natural": None, "t3.granted.legal": 1}
    good = right_answers(layout) | answers
    ret = Return(
        make_identity(layout),
        good,
        typed={"t3.handled.natural": 7, "t3.handled.total": 7},
        **{state: frozenset({"t3.granted.natural"})},  # type: ignore[arg-type]
    )
    assert found(ret, layout) == [("balance", column("legal"))]
    values = figures(layout, ret).values
    assert [values[f"t3.{row}"] for row in ("granted.total", "handled.natural", "handled.total")] == [
        None
    ] * 3
    assert values["t3.new.total"] == 12


def test_rule_on_reported_cells_only_is_not_repeated(safety: Layout) -> None:
    """Every cell of it carries an error already."""
    ids = ("a.all.done", "a.all.planned")
    answers: dict[str, Shown] = {"a.mines.planned": 9}
    ret = answered(safety, answers)
    assert found(ret, safety) == [("plan-not-met", ids[::-1])]
    assert found(answered(safety, answers, faulty=frozenset(ids)), safety) == []
    one = answered(safety, answers, faulty=frozenset(ids[:1]))
    assert found(one, safety) == [("plan-not-met", ids[::-1])]


def test_own_rule_of_a_definition_has_its_own_words(safety: Layout) -> None:
    """A code that the catalogue does not have: severity and words are the definition's."""
    finding = check(answered(safety, {"a.mines.planned": 9}), safety, UnitKind.STREET)[0]
    assert finding.severity is Severity.WARNING
    assert "请说明原因" in finding.message.text()
    assert "reason" in finding.message.text("en")
    assert found(answered(safety, {"a.mines.planned": 9}), safety, UnitKind.BUREAU) == []


def test_amounts_are_exact(safety: Layout) -> None:
    """0.1 + 0.2 is 0.3."""
    changes: dict[str, Shown] = {"b.units.amount": Decimal("0.1"), "b.people.amount": Decimal("0.2")}
    good = answered(safety, changes, typed={"b.total.amount": Decimal("0.300000")})
    assert found(good, safety) == []
    bad = answered(safety, changes, typed={"b.total.amount": Decimal("0.300001")})
    finding = check(bad, safety, UnitKind.TOWN)[0]
    assert (finding.code, finding.found, finding.expected) == ("total-differs", "0.300001", "0.3")


def test_findings_stand_in_sheet_order(layout: Layout) -> None:
    """The same complaint in several cells is one; those without a cell come first."""
    ret = answered(layout, {"t2.rules.issued": 1, "t2.rules.in_force": 1, "t3.granted.natural": 9})
    some: list[Finding] = list(reversed(check(ret, layout, UnitKind.TOWN)))
    cells = [finding.cells[0] for finding in arranged([*some, *some], layout)]
    assert cells == ["B5", "D6"]


@settings(max_examples=25, deadline=None)
@given(data=st.data())
def test_many_returns_are_checked_like_one(data: st.DataObject) -> None:
    """The vectorised rules find what the single ones find."""
    layout = find_form(data.draw(st.sampled_from(["2021", "2019"])))
    inputs = [field.id for field in layout.form.inputs()]
    kinds = data.draw(st.lists(st.sampled_from(UnitKind), max_size=6))
    odd = st.dictionaries(st.sampled_from(inputs), st.integers(0, 3), max_size=8)
    returns = [answered(layout, data.draw(odd)) for _ in kinds]
    values = [figures(layout, ret).values for ret in returns]
    matrix = {key: Column(one[key] for one in values) for key in layout.form.fields}
    broken = check_many(layout.form, matrix, kinds)
    for index, (ret, kind) in enumerate(zip(returns, kinds, strict=True)):
        single = [f.what for f in check(ret, layout, kind) if f.code != "column-misbooked"]
        rules = [
            rule
            for rule, which in zip(layout.form.rules, broken, strict=True)
            if which.cells[index] and rule.bound != "total"
        ]
        assert [dict(what.places)["title"] for what in single] == [rule.title for rule in rules]


def test_checking_returns_loads_no_numpy() -> None:
    """A command starts quickly, for one return as for many."""
    script = (
        "import sys, nianbao.returned.review, nianbao.returned.matrix; "
        "sys.exit('numpy' in sys.modules or 'pandas' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", script], check=False).returncode == 0
