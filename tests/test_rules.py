from __future__ import annotations

from decimal import Decimal

import pytest

from nianbao.definition.rules import Comparison, ExpressionError, parse_relations
from nianbao.layout.shelf import find_form
from nianbao.returned.column import Column


def relation(text: str, **bound: str) -> Comparison:
    """The one relation in `text`."""
    (found,) = parse_relations(text, bound)
    return found


@pytest.mark.parametrize(
    ("text", "values", "holds"),
    [
        ("a == b", {"a": 1, "b": 1}, True),
        ("a == b", {"a": 1, "b": 2}, False),
        ("a.x - b.y + 2 >= 0", {"a.x": 1, "b.y": 3}, True),
        ("a.x - b.y + 2 > 0", {"a.x": 1, "b.y": 3}, False),
        ("a <= 1.5", {"a": Decimal("1.5")}, True),
        ("a < 1.5", {"a": Decimal("1.5")}, False),
        ("a != -b", {"a": -1, "b": 1}, False),
        ("a == b + c", {"a": Decimal("0.3"), "b": Decimal("0.1"), "c": Decimal("0.2")}, True),
    ],
)
def test_relations_compare_exactly(text: str, values: dict[str, int | Decimal], *, holds: bool) -> None:
    """+, − and each comparison, on whole numbers and on amounts, without binary fractions."""
    assert relation(text).holds(values) is holds


def test_words_in_brackets_are_bound() -> None:
    """`t3.new[column]` is the column's own cell."""
    assert relation("t3.new[column] == 0", column="natural").ids == ("t3.new.natural",)
    assert relation("t2[row].in_force == 0", row="norms").ids == ("t2.norms.in_force",)


def test_conditions_are_joined_by_and() -> None:
    """`a == 0 and b > 1` is two relations."""
    assert [found.sign for found in parse_relations("a == 0 and b > 1", {})] == ["==", ">"]


@pytest.mark.parametrize(
    "text",
    ["a", "a == b == c", "a * 2 == b", "f(a) == b", "'a' == b", "a == b or c == d", "a in b", "lambda: 0", "a ==",
     "a == True", "(a := 1) == 1", "a[0] == b", "a == b; c", "a" + "+a" * 30_000 + " == 1", "\x00"],
)  # fmt: skip
def test_anything_else_is_refused(text: str) -> None:
    """Whatever is not sums of ids compared is an ExpressionError, never run and never a crash."""
    with pytest.raises(ExpressionError):
        parse_relations(text, {})


def test_one_relation_gives_formula_and_sentence() -> None:
    """The Excel side and the sentence come from the same value."""
    found = relation("a + b == c - 2")
    assert found.left.excel(str.upper) == "SUM(A,B)"
    assert found.right.excel(str.upper) == "SUM(C)-2"
    assert found.sentence(str.upper) == "「A」 + 「B」 = 「C」 − 2"


def test_the_forms_rules_cover_the_notices_relations() -> None:
    """2021: balance, in force, rulemaking, limits of fees; 2019 has neither the second nor the last."""
    counts = {}
    for edition in ("2021", "2019"):
        families = [rule.family for rule in find_form(edition).form.rules]
        counts[edition] = {family: families.count(family) for family in dict.fromkeys(families)}
    assert counts == {
        "2021": {"balance": 7, "in_force": 2, "rulemaking": 3, "fee_unit_town": 1, "fee_unit": 1},
        "2019": {"balance": 7, "rulemaking": 3},
    }


def test_rules_run_over_columns() -> None:
    """The same relation checks many units at once, whatever it is made of; a column of another length is a mistake."""
    values = {"a": Column([1, 2]), "b": Column([1, 2]), "c": Column([2, 10**30])}
    assert [*relation("a + b == c").holds(values)] == [True, False]
    assert [*relation("5 * a - c + 3 <= 1 - b").holds(values)] == [False, True]
    assert [*relation("1 != a").holds(values)] == [False, True]
    assert [*relation("a < c - 1").holds(values)] == [False, True]
    assert [*relation("c > 2").holds(values)] == [False, True]
    assert [*relation("3 - a >= b").holds(values)] == [True, False]
    assert [*(Column([True, True, False]) & (Column([True, False, False]) ^ True))] == [False, True, False]
    assert [*(Column([True, False]) | Column([False, False]))] == [True, False]
    with pytest.raises(ValueError, match="of 2 and 1 values"):
        relation("a == b").holds(values | {"b": Column([1])})
