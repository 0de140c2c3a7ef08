"""A return held against the year before: exactly what the facts of the form list, however it is read."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from between_years import answered, beside, inputs, knowing, known, published, whole
from build import OPENER, TIME, complaints, expectation, filled, grid, judged, right_answers
from conftest import SAFETY
from libreoffice import recalculated
from nianbao.annotate.copies import Desk, copy_of
from nianbao.gathering.found import Found
from nianbao.kinds import UnitKind
from nianbao.layout.planning import DECLARATION
from nianbao.layout.shelf import find_form
from nianbao.opening.grid import Limits
from nianbao.returned.judging import Judge
from nianbao.returned.placing import shown_text
from nianbao.workbook.fill import fill
from nianbao.workbook.patching import patch

if TYPE_CHECKING:
    from pathlib import Path

    from nianbao.layout.formulas import Shown
    from nianbao.layout.places import Layout

Complaints = list[tuple[str, tuple[str, ...]]]
BEFORE: dict[str, Shown] = {
    "t2.norms.in_force": 4,
    "t2.licences.decisions": 100,
    "t2.penalties.decisions": 10,
    "t3.new.natural": 30,
    "t3.granted.natural": 29,
    "t3.carried_out.natural": 1,
}
NOW: dict[str, Shown] = {
    "t2.norms.issued": 1,
    "t2.norms.in_force": 5,
    "t2.licences.decisions": 120,
    "t2.penalties.decisions": 11,
    "t3.new.natural": 20,
    "t3.carried_in.natural": 1,
    "t3.granted.natural": 21,
    "t3.carried_out.natural": 0,
}


def year(layout: Layout, values: dict[str, Shown]) -> dict[str, Shown]:
    """A year's figures: these, and 0."""
    return whole(layout, dict.fromkeys(layout.inputs, 0) | values)


def said(layout: Layout, now: dict[str, Shown], before: dict[str, Shown]) -> Complaints:
    """What is found in a return that was sent out without knowing the year before, and in one sent out with it."""
    values, former = year(layout, now), year(layout, before)
    expected = knowing(layout, former)
    plain = judged(filled(layout, {key: values[key] for key in layout.inputs}), expected)
    shown = judged(answered(layout, beside(layout, former), values), expected)
    found = [(finding.code, finding.ids) for finding in plain.findings]
    assert found == [(finding.code, finding.ids) for finding in shown.findings]
    return found


@pytest.mark.parametrize(
    ("before", "now", "kind", "expected"),
    [
        ("city-s-2023", "city-s-2024", UnitKind.CITY, []),
        ("district-h-2023", "district-h-2024", UnitKind.COUNTY, [("jump", ("t2.licences.decisions",))]),
    ],
)
def test_published_years_give_what_the_facts_list(
    layout: Layout, before: str, now: str, kind: UnitKind, expected: Complaints
) -> None:
    """The city's two reports roll on in every figure; the district's permits went from 550 to 9487, and no more."""
    former = published(layout, before)
    data = answered(layout, beside(layout, former, kind=kind), published(layout, now))
    found = judged(data, knowing(layout, former, kind=kind)).findings
    assert [(finding.code, finding.ids) for finding in found] == expected


def test_two_years_that_fit_give_nothing(layout: Layout) -> None:
    """The year from which each of the cases below changes one figure."""
    assert said(layout, NOW, BEFORE) == []


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        (
            {"t3.carried_in.natural": 2, "t3.granted.natural": 22},
            [("carry-over", ("t3.carried_in.natural",))],
        ),
        (
            {
                "t3.carried_in.natural": 0,
                "t3.granted.natural": 20,
                "t3.carried_in.legal": 1,
                "t3.granted.legal": 1,
            },
            [("carry-over", ("t3.carried_in.natural",)), ("carry-over", ("t3.carried_in.legal",))],
        ),
        (
            {"t2.norms.in_force": 6},
            [("in-force-not-rolling", ("t2.norms.issued", "t2.norms.repealed", "t2.norms.in_force"))],
        ),
        ({"t2.licences.decisions": 500}, []),
        ({"t2.licences.decisions": 501}, [("jump", ("t2.licences.decisions",))]),
        ({"t2.licences.decisions": 20}, []),
        ({"t2.licences.decisions": 19}, [("jump", ("t2.licences.decisions",))]),
        ({"t2.licences.decisions": 0}, [("jump", ("t2.licences.decisions",))]),
        ({"t2.coercion.decisions": 19}, []),
        ({"t2.coercion.decisions": 20}, [("jump", ("t2.coercion.decisions",))]),
        ({"t2.penalties.decisions": 0}, []),
        ({"t2.fees.amount": 25}, [("jump", ("t2.fees.amount",))]),
        ({"t3.new.natural": 160, "t3.granted.natural": 161}, [("jump", ("t3.new.total",))]),
    ],
)
def test_each_rule_finds_its_one_change(
    layout: Layout, changes: dict[str, Shown], expected: Complaints
) -> None:
    """On both sides of each boundary; a column's fault is not told again in 总计."""
    assert said(layout, NOW | changes, BEFORE) == expected


def test_the_message_gives_both_years(layout: Layout) -> None:
    """Where, the two figures, what to do; in English too."""
    before, now = year(layout, BEFORE), year(layout, NOW | {"t2.licences.decisions": 501})
    (finding,) = judged(filled(layout, {k: now[k] for k in layout.inputs}), knowing(layout, before)).findings
    assert "比上年变化太大：上年 100，本年 501。请核对" in finding.message.text()
    assert "100 last year, 501 this year" in finding.message.text("en")
    assert (finding.found, finding.expected, finding.severity) == ("501", "100", "warning")


@pytest.mark.parametrize(
    ("lost", "silent"),
    [
        ("t3.carried_out.natural", "carry-over"),
        ("t2.norms.in_force", "in-force-not-rolling"),
        ("t2.licences.decisions", "jump"),
    ],
)
def test_a_figure_that_is_not_known_is_not_judged_by(layout: Layout, lost: str, silent: str) -> None:
    """The rules that ask for it are silent; the others go on."""
    wrong = NOW | {"t3.carried_in.natural": 2, "t3.granted.natural": 22, "t2.norms.in_force": 6}
    values = year(layout, wrong | {"t2.licences.decisions": 501})
    former: dict[str, Shown] = year(layout, BEFORE) | {lost: None}
    if silent == "carry-over":
        former["t3.carried_out.total"] = None
    found = judged(filled(layout, {k: values[k] for k in layout.inputs}), knowing(layout, former)).findings
    assert {finding.code for finding in found} == {"carry-over", "in-force-not-rolling", "jump"} - {silent}


def test_a_round_that_knows_nothing_judges_nothing_between_years(layout: Layout) -> None:
    """Nor does a file outside a round: what it shows of last year anybody may have typed."""
    values = year(layout, NOW | {"t2.licences.decisions": 501, "t2.norms.in_force": 9})
    data = filled(layout, {key: values[key] for key in layout.inputs})
    assert complaints(judged(data, expectation(layout))) == complaints(judged(data)) == []
    shown = answered(layout, beside(layout, year(layout, BEFORE)), values)
    assert complaints(judged(shown)) == []


def test_a_blank_or_faulty_cell_silences_the_rules_over_it(layout: Layout) -> None:
    """What follows from a fault is not told as well."""
    expected = knowing(layout, year(layout, BEFORE))
    values = right_answers(layout) | NOW
    for fault, code in ((None, "blank"), ("/", "not-a-number")):
        found = judged(
            filled(layout, values | {"t2.norms.in_force": fault, "t2.coercion.decisions": 0}), expected
        )
        assert [finding.code for finding in found.findings] == [code]


@pytest.mark.parametrize("many", [1, 70])
def test_many_at_once_are_judged_as_one_by_one(layout: Layout, many: int) -> None:
    """Returns that fit, that do not, and units of which nothing or not all is known, together as a matrix."""
    former = year(layout, BEFORE)
    rows = {"101": former, "201": former | {"t2.licences.decisions": None}}
    expected = replace(
        expectation(layout), former=known(layout, **{f"u{code}": row for code, row in rows.items()})
    )
    blank = beside(layout, former)
    kinds: list[dict[str, Shown]] = [
        NOW,
        NOW | {"t2.licences.decisions": 501},
        NOW | {"t2.norms.in_force": 9},
    ]
    files = [answered(layout, blank, year(layout, values)) for values in kinds]
    judge = Judge(expected, OPENER)
    found = judge.judge(
        [Found("a.xlsx", "a.xlsx", len(files[n % 3]), 0, data=files[n % 3]) for n in range(3 * many)]
    )
    alone = [Judge(expected, OPENER).examine(data, path="a.xlsx", received=TIME) for data in files]
    for number, checked in enumerate(found):
        assert checked.findings == alone[number % 3].findings
        assert checked.values == alone[number % 3].values
    assert [[f.code for f in checked.findings] for checked in found[:3]] == [
        [],
        ["jump"],
        ["in-force-not-rolling"],
    ]


def test_declared_blanks_are_held_against_last_year(layout: Layout) -> None:
    """A 0 that is declared is as good as one that is typed."""
    data = fill(
        beside(layout, year(layout, BEFORE)),
        inputs(layout, {key: NOW.get(key) for key in layout.inputs}) | {DECLARATION: True},
        find_layout=lambda _: layout,
    )
    assert complaints(judged(data, knowing(layout, year(layout, BEFORE)))) == []


def test_an_edited_stamp_is_seen(layout: Layout) -> None:
    """What a workbook says of the figures that it shows is signed."""
    former = year(layout, BEFORE)
    data = patch(
        answered(layout, beside(layout, former), year(layout, NOW)),
        {layout.beside.places["identity.previous"]: "0123456789ab"},
    )
    assert [finding.code for finding in judged(data, knowing(layout, former)).findings] == [
        "identity-changed"
    ]


def test_other_figures_of_the_office_are_no_fault_of_the_unit(layout: Layout) -> None:
    """Where the round got other figures after the blank went out, what it shows is not held against the unit."""
    data = answered(layout, beside(layout, year(layout, BEFORE)), year(layout, NOW))
    later = year(layout, BEFORE | {"t2.norms.in_force": 7})
    assert [finding.code for finding in judged(data, knowing(layout, later)).findings] == [
        "in-force-not-rolling"
    ]


def test_the_copy_that_goes_back_shows_the_rounds_figures(layout: Layout) -> None:
    """And keeps what was prefilled locked; it reads like the return itself."""
    former = year(layout, BEFORE)
    expected = knowing(layout, former)
    data = answered(layout, beside(layout, former), year(layout, NOW | {"t2.norms.in_force": 9}))
    checked = judged(data, expected)
    copy = copy_of(data, checked, Desk(expected, Limits()), file="a.xlsx")
    assert copy
    again = judged(copy, expected)
    assert [f.code for f in again.findings] == [f.code for f in checked.findings] == ["in-force-not-rolling"]
    place = layout.beside.places["t3.carried_in.natural"]
    (sheet,) = (sheet for sheet in grid(copy).sheets if sheet.name == place.sheet)
    assert sheet.cells[place.row, place.column].locked


@pytest.mark.oracle
@pytest.mark.parametrize("form", ["2021", "2019", str(SAFETY)])
def test_libreoffice_shows_the_results_that_were_written(form: str, tmp_path: Path) -> None:
    """Of every live cell of a blank that shows the period before, and of the same filled in."""
    layout = find_form(form)
    former = whole(
        layout, {f.id: f.choices[0] if f.choices else n for n, f in enumerate(layout.form.inputs())}
    )
    part = "2" if form == str(SAFETY) else ""
    blank = beside(layout, former, part=part)
    values = {key: former[key] for key in layout.inputs}
    for data in (blank, fill(blank, inputs(layout, values), find_layout=lambda _: layout)):
        theirs = grid(recalculated(data, tmp_path))
        for mine, other in zip(grid(data).sheets, theirs.sheets, strict=True):
            for at, cell in mine.cells.items():
                if cell.formula:
                    assert shown_text(other.cells[at]) == shown_text(cell), (mine.name, at)
