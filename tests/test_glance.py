"""A glance, and a matrix of many returns, say what looking at each cell of each return says."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from build import OPENER, TIME, UNITS, complaints, expectation, filled, judged, sent_by
from conftest import make_identity
from nianbao.gathering.found import Found
from nianbao.kinds import UnitKind
from nianbao.returned import glance, judging
from nianbao.returned.judging import Judge
from nianbao.returned.parts import Reading
from nianbao.returned.placing import Placement
from nianbao.returned.review import review
from nianbao.returned.rows import Row

if TYPE_CHECKING:
    from nianbao.layout.formulas import Shown
    from nianbao.layout.places import Layout
    from nianbao.returned.reader import Received
    from nianbao.returned.returns import Checked

CHANGES: list[dict[str, Shown]] = [
    {},
    {"t3.new.natural": 13, "t3.granted.natural": 12},
    {"t3.new.natural": 13},
    {"t3.new.natural": None},
    {"t2.rules.issued": 1},
    {"t2.norms.issued": 2, "t2.norms.in_force": 1},
    {"t2.fees.amount": "12.5"},
    {"t3.new.natural": "１２"},
    {"t3.new.natural": "3件"},
    {"t3.new.total": 99},
]


def found(number: int, data: bytes) -> Found:
    """A file as it is found."""
    return Found(f"{number:04}.xlsx", f"{number:04}.xlsx", len(data), int(TIME.timestamp() * 1e9), data=data)


def test_sheets_in_order_are_not_looked_at_closely(layout: Layout, monkeypatch: pytest.MonkeyPatch) -> None:
    """Once seen, a right return is judged without placing a single sheet."""
    judge = Judge(None, OPENER)
    judge.examine(filled(layout), path="a.xlsx", received=TIME)
    monkeypatch.setattr(Placement, "findings", None)
    again = judge.examine(filled(layout, CHANGES[1]), path="b.xlsx", received=TIME)
    assert again.acceptable
    assert again.values["t3.new.total"] == 13


@pytest.mark.parametrize("change", CHANGES)
def test_one_return_is_judged_alike(layout: Layout, change: dict[str, Shown]) -> None:
    """At a glance, after others and cell by cell (`judged` compares them) the same is found, with an address each."""
    checked = judged(filled(layout, change))
    assert all(cells for _, _, cells in complaints(checked))


def test_many_returns_at_once_are_judged_as_each_alone(layout: Layout) -> None:
    """The matrix lets through just what the single checks let through, with the same figures."""
    files = [found(number, filled(layout, change)) for number, change in enumerate(CHANGES * 8)]
    assert len(files) > judging.MANY
    judge = Judge(None, OPENER)
    together = judge.judge(files)
    alone = [judge.judge([file])[0] for file in files]
    assert together == alone
    assert {bool(checked.findings) for checked in together} == {True, False}
    assert all(isinstance(checked.values, Row) for checked in together)


def test_a_mistake_in_the_matrix_rejects_no_other_file(
    layout: Layout, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where checking many at once fails, each is checked alone, with the same outcome; only the faulty one is lost."""
    files = [found(number, filled(layout)) for number in range(judging.MANY)]
    judge = Judge(None, OPENER)
    expected = judge.judge(files)
    weigh = Judge._weighed

    def fail(self: Judge, checked: Checked, read: Received, row: Row | None) -> Checked:
        if checked.path == "0003.xlsx":
            raise OverflowError
        return weigh(self, checked, read, row)

    monkeypatch.setattr("nianbao.returned.matrix.rows_in_order", None)
    assert judge.judge(files) == expected
    monkeypatch.setattr(Judge, "_weighed", fail)
    codes = [[finding.code for finding in checked.findings] for checked in judge.judge(files)]
    assert codes == [["unreadable"] if number == 3 else [] for number in range(judging.MANY)]


def test_kinds_count_in_the_matrix(layout: Layout) -> None:
    """规章 in a town's return is found among many, in a city's it is none."""
    kinds = [UnitKind.TOWN, UnitKind.CITY] * 40
    files = [
        found(number, filled(layout, {"t2.rules.issued": 1, "t2.rules.in_force": 1}, kind=kind))
        for number, kind in enumerate(kinds)
    ]
    codes = [[finding.code for finding in checked.findings] for checked in Judge(None, OPENER).judge(files)]
    assert codes == [["no-rulemaking-power"], []] * 40


def test_another_units_name_is_seen(layout: Layout) -> None:
    """A slot is compared with the identity of its own workbook, also where the last one was another's."""
    judge = Judge(None, OPENER)
    for unit in UNITS[:2]:
        data = sent_by(layout, replace(make_identity(layout), unit_code=unit.code, unit_name=unit.name))
        assert not judge.examine(data, path="a.xlsx", received=TIME).findings


def test_long_rounds_are_read_in_parts(layout: Layout, monkeypatch: pytest.MonkeyPatch) -> None:
    """More files than are taken together come out whole, in order, each told once; texts only where wanted."""
    monkeypatch.setattr("nianbao.returned.parts.TOGETHER", 3)
    data = filled(layout)
    told: list[int] = []
    files = [found(number, data) for number in reversed(range(8))]
    outcome = review(
        files, Reading(expectation(layout), OPENER.limits, keep_texts=False), on_file=told.append
    )
    assert [checked.path for checked in outcome.files] == [f"{number:04}.xlsx" for number in range(8)]
    assert told == list(range(1, 9))
    assert not any(checked.texts for checked in outcome.files)


def test_memory_of_numbers_is_bounded(layout: Layout, monkeypatch: pytest.MonkeyPatch) -> None:
    """Numbers met are forgotten past a bound, and read right all the same."""
    monkeypatch.setattr(glance, "MOST_NUMBERS", 1)
    judge = Judge(None, OPENER)
    for number in (12, 13, 14):
        data = filled(layout, {"t3.new.natural": number, "t3.granted.natural": number - 1})
        assert judge.examine(data, path="a.xlsx", received=TIME).values["t3.new.natural"] == number
