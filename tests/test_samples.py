from __future__ import annotations

import csv
from datetime import UTC, datetime
from decimal import Decimal
from typing import TYPE_CHECKING

import pytest

from build import right_words
from conftest import FIGURES, ROOT, figures, make_identity
from nianbao.demo.sample import SampleRound
from nianbao.kinds import UnitKind
from nianbao.layout.shelf import find_form
from nianbao.opening.workbooks import Opener
from nianbao.returned.judging import Judge
from nianbao.workbook.blank import BlankWriter
from nianbao.workbook.fill import fill

if TYPE_CHECKING:
    from nianbao.returned.findings import Finding

DESERVED: dict[str, list[tuple[str, str, str, str]]] = {
    "district-h-2023": [
        ("total-differs", "E6", "0", "11"),
        ("total-differs", "O6", "0", "5"),
    ],
    "bureau-f-2023": [("blank", "E6", "", "")],
    "office-g-2019": [
        ("not-a-number", "C20", "251000元", ""),
        ("blank", "F6", "", ""),
        ("blank", "B6", "", ""),
    ],
}
"""The findings that the published faults deserve: code, first cell, found, expected. The others have none."""


def judge(name: str) -> tuple[Finding, ...]:
    """The findings on a sample's figures, typed as given into a blank of its unit's kind."""
    report = figures(name)
    layout = find_form(report["edition"])
    identity = make_identity(layout, kind=UnitKind(report["kind"]), year=report["year"])
    blank = BlankWriter(layout).write(identity)
    data = fill(blank, report["values"] | right_words(layout), find_layout=lambda _: layout, as_given=True)
    received = datetime(2026, 1, 20, tzinfo=UTC)
    return Judge(None, Opener()).examine(data, path=name, received=received).findings


@pytest.mark.parametrize("name", FIGURES)
def test_published_reports_get_the_findings_they_deserve(name: str) -> None:
    """Values → fill → check of every real report gives just its real faults, twice in one process."""
    for _ in range(2):
        found = [(f.code, f.cells[0], f.found, f.expected) for f in judge(name)]
        assert found == DESERVED.get(name, [])


def test_the_blanks_of_the_bureau_are_one_finding_with_its_ten_cells() -> None:
    """Five organisation columns left empty in two rows; the empty totals are formulas and no fault."""
    (finding,) = judge("bureau-f-2023")
    columns = ("business", "research", "charity", "legal", "other_org")
    assert finding.ids == tuple(f"t3.{row}.{column}" for row in ("new", "granted") for column in columns)


def test_the_sample_county_adds_up_to_the_published_report() -> None:
    """The units' true figures, added up, are those of the county report they were divided from, cell by cell."""
    sample = SampleRound()
    published = figures("county-y-2025")["values"]
    for key, total in published.items():
        numbers = [Decimal(str(unit[key])) for unit in sample.figures.values()]
        assert sum(numbers) == Decimal(str(total)), key


def test_the_roster_and_the_figures_name_the_same_units() -> None:
    """At least 14 units, towns, bureaus and the county office among them."""
    with (ROOT / "samples" / "demo" / "units.csv").open(encoding="utf-8-sig") as file:
        units = list(csv.DictReader(file))
    assert [unit["代码"] for unit in units] == list(SampleRound().figures)
    assert len(units) >= 14
    assert {"乡镇", "部门", "本级机关"} <= {unit["类型"] for unit in units}


def test_samples_carry_no_real_units_name() -> None:
    """Figures only: the units' names are neutral."""
    for name in FIGURES:
        assert figures(name)["unit"][0] in "甲乙丙丁戊"
