"""What accepted returns add up to."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from consolidations import make_checked, make_entries, make_units
from nianbao.county.merge import Consolidation, adding_ids, broken_rules, merge
from nianbao.kinds import UnitKind
from nianbao.layout.shelf import find_form
from nianbao.returned.findings import found
from nianbao.returned.rows import Row

if TYPE_CHECKING:
    from nianbao.layout.formulas import Shown
    from nianbao.layout.places import Layout

NEW = "t3.new.natural"
FEES = "t2.fees.amount"


def column(consolidation: Consolidation, key: str) -> tuple[Shown, ...]:
    """The units' values of an id."""
    return dict(zip(consolidation.form.fields, consolidation.columns(), strict=True))[key]


def test_inputs_are_summed_and_totals_follow(layout: Layout) -> None:
    """Units in the order given; each input's sum, and the form's own totals over the sums."""
    units = make_units(2)
    entries = [
        (unit, make_checked(layout, unit, {NEW: 3 * n, "t3.new.business": n}))
        for n, unit in enumerate(units, 1)
    ]
    consolidation = merge(layout.form, entries)
    assert [unit.code for unit in consolidation.units] == ["101", "102"]
    assert column(consolidation, NEW) == (3, 6)
    assert consolidation.totals[NEW] == 9
    assert consolidation.totals["t3.new.total"] == 12


@pytest.mark.parametrize(
    ("amounts", "total"),
    [
        (["0.1", "0.2"], "0.3"),
        (["59237.2449", "72701.2578"], "131938.5027"),
        (["0.000001"] * 3, "0.000003"),
        (["999999999999.999999", "0.000001"], "1000000000000"),
    ],
)
def test_amounts_are_exact(layout: Layout, amounts: list[str], total: str) -> None:
    """Decimals add up as on paper, not as in binary."""
    units = make_units(len(amounts))
    entries = [
        (unit, make_checked(layout, unit, {FEES: Decimal(amount)}))
        for unit, amount in zip(units, amounts, strict=True)
    ]
    assert merge(layout.form, entries).totals[FEES] == Decimal(total)


def test_counts_beyond_machine_integers_stay_exact(layout: Layout) -> None:
    """A number too large for a machine integer is kept as it is, and rules still see it."""
    entries = [(unit, make_checked(layout, unit, {NEW: 10**30})) for unit in make_units(2)]
    consolidation = merge(layout.form, entries)
    assert consolidation.totals[NEW] == 2 * 10**30
    assert {rule.code for rule in broken_rules(consolidation, level=UnitKind.COUNTY)} == {"balance"}


def test_blanks_count_as_nothing(layout: Layout) -> None:
    """A blank stays a blank in the rows and adds nothing; over blanks only the sum is 0."""
    first, second = make_units(2)
    entries = [
        (first, make_checked(layout, first, {NEW: None, FEES: None})),
        (second, make_checked(layout, second, {NEW: 4, FEES: None})),
    ]
    consolidation = merge(layout.form, entries)
    assert column(consolidation, NEW) == (None, 4)
    assert (consolidation.totals[NEW], consolidation.totals[FEES]) == (4, 0)


def test_what_does_not_add_up_has_no_total(safety: Layout) -> None:
    """A choice is kept in the rows, and nothing is made of it."""
    consolidation = merge(safety.form, make_entries(safety, 3))
    assert consolidation.totals["b.self.value"] is None
    assert set(column(consolidation, "b.self.value")) <= {"好", "一般", "差"}
    assert "b.self.value" not in adding_ids(safety.form)


def test_no_units_add_up_to_zero(layout: Layout) -> None:
    """An empty consolidation is one."""
    consolidation = merge(layout.form, [])
    assert consolidation.rows == column(consolidation, NEW) == ()
    assert consolidation.totals[NEW] == 0


@pytest.mark.parametrize("fault", ["rejected", "twice", "words"])
def test_what_may_not_be_merged_is_refused(layout: Layout, fault: str) -> None:
    """A rejected return, a unit that comes twice, words in place of a number: mistakes of the program."""
    entries = make_entries(layout, 2)
    unit, checked = entries[0]
    if fault == "rejected":
        entries[0] = (unit, replace(checked, findings=(found("blank"),)))
    elif fault == "twice":
        entries.append(entries[0])
    else:
        entries[0] = (unit, replace(checked, values={**checked.values, NEW: "3件"}))
    with pytest.raises((ValueError, TypeError)):
        merge(layout.form, entries)


def test_values_in_a_row_are_merged_as_those_in_a_mapping(layout: Layout) -> None:
    """A row in the form's order is taken as it is; one in another order by its ids."""
    entries = make_entries(layout, 2)
    merged = merge(layout.form, entries)
    ids = tuple(layout.form.fields)
    for order in (ids, ids[::-1]):
        columns = {key: place for place, key in enumerate(order)}
        in_rows = [
            (unit, replace(checked, values=Row(columns, (checked.values[key] for key in order))))
            for unit, checked in entries
        ]
        again = merge(layout.form, in_rows)
        assert (again.rows, again.totals) == (merged.rows, merged.totals)


def test_a_total_that_is_not_the_units_total_is_refused(layout: Layout) -> None:
    """The units' own totals must add up to the total of the sums."""
    unit, checked = make_entries(layout, 1)[0]
    wrong = replace(checked, values={**checked.values, "t3.new.total": 1})
    with pytest.raises(ArithmeticError, match=r"t3\.new\.total"):
        merge(layout.form, [(unit, wrong)])


def test_rules_are_checked_on_the_totals(layout: Layout) -> None:
    """What one unit has too much is seen in them; what another has too little hides it."""
    first, second = make_units(2)
    entries = [
        (first, make_checked(layout, first, {NEW: 1})),
        (second, make_checked(layout, second, {"t3.granted.natural": 1})),
    ]
    both = broken_rules(merge(layout.form, entries), level=UnitKind.COUNTY)
    one = broken_rules(merge(layout.form, entries[:1]), level=UnitKind.COUNTY)
    assert both == ()
    assert [rule.bound for rule in one] == ["natural", "total"]


def test_the_office_level_decides_which_rules_count(layout: Layout) -> None:
    """规章 in the totals is wrong for a county, not for a city."""
    city = make_units(1)[0]
    checked = make_checked(layout, city, {"t2.rules.issued": 1, "t2.rules.in_force": 1}, kind=UnitKind.CITY)
    consolidation = merge(layout.form, [(city, checked)])
    codes = [rule.code for rule in broken_rules(consolidation, level=UnitKind.COUNTY)]
    assert codes == ["no-rulemaking-power"] * 2
    assert broken_rules(consolidation, level=UnitKind.CITY) == ()


@settings(max_examples=30, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 10**9), st.decimals(0, 10**6, places=6)), min_size=1, max_size=8))
def test_totals_are_the_sums_whatever_the_figures(figures: list[tuple[int, Decimal]]) -> None:
    """Python's own exact sum over the same figures gives the same."""
    layout = find_form("2021")
    entries = [
        (unit, make_checked(layout, unit, {NEW: count, FEES: amount}))
        for unit, (count, amount) in zip(make_units(len(figures)), figures, strict=True)
    ]
    totals = merge(layout.form, entries).totals
    assert totals[NEW] == sum(count for count, _ in figures)
    assert totals[FEES] == sum(amount for _, amount in figures)
