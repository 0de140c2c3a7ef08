from __future__ import annotations

from typing import TYPE_CHECKING

import openpyxl
import pytest

from conftest import figures
from nianbao.cli import main
from nianbao.definition.sheet_names import LAST_YEAR
from nianbao.demo.story import run_demo
from nianbao.layout.shelf import find_form
from nianbao.problems import OfficeError
from nianbao.returned.returns import ACCEPTED, EXPLAINED, REJECTED
from nianbao.rounds.rounds import open_round

if TYPE_CHECKING:
    from pathlib import Path

    from nianbao.demo.story import DemoResult
    from nianbao.messages import Message

EXPECTED = {
    "101": {"blank"},
    "102": {"total-differs"},
    "103": {"jump"},
    "104": {"carry-over"},
    "105": {"not-a-number"},
    "106": {"wrong-year"},
    "201": {"no-rulemaking-power", "in-force-not-rolling"},
    "202": {"not-a-number"},
    "203": {"balance", "duplicate-return"},
    "205": {"read-as-number"},
    "401": {"balance", "column-misbooked"},
}
"""The codes that each unit's first sending deserves; the others' have none."""


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> DemoResult:
    """The demo, run once."""
    return run_demo(tmp_path_factory.mktemp("demo") / "round", lambda _: None)


def test_the_demo_finds_the_planted_faults_and_no_others(demo: DemoResult) -> None:
    """Every fault of the first wave is found, at its unit; other programs' files read like our own."""
    found: dict[str, set[str]] = {}
    for checked in demo.before.files:
        codes = {finding.code for finding in checked.findings}
        if codes:
            found.setdefault(checked.unit_code, set()).update(codes)
    assert found == EXPECTED
    assert [unit.code for unit in demo.before.missing] == [
        "101",
        "102",
        "104",
        "105",
        "106",
        "107",
        "201",
        "202",
        "401",
    ]


def test_the_corrected_round_is_complete(demo: DemoResult) -> None:
    """After the second wave every unit counts; the faulty files are still there and named."""
    assert demo.after.missing == ()
    settled = {code: checked.status for code, checked in demo.after.counted.items()}
    assert {code for code, status in settled.items() if status == EXPLAINED} == {"103", "104"}
    assert set(settled.values()) == {ACCEPTED, EXPLAINED}
    assert any(checked.status == REJECTED for checked in demo.after.files)


def test_the_county_workbook_gives_the_published_totals(demo: DemoResult) -> None:
    """Its statutory sheets show, cell by cell, the county report that the sample was divided from."""
    layout = find_form("2021")
    book = openpyxl.load_workbook(demo.county, data_only=True)
    for key, value in figures("county-y-2025")["values"].items():
        place = layout.places[key]
        assert float(book[place.sheet][place.address].value) == pytest.approx(float(value), abs=1e-9), key


def test_the_round_knows_last_year_of_the_units_that_there_were(demo: DemoResult) -> None:
    """Their blanks have 上年结转 and show last year, and so does the county workbook; the new units' do not."""
    here = open_round(demo.folder)
    assert {unit.code for unit in here.roster.units if here.former.of(unit.code) is None} == {"204", "301"}
    for unit in here.roster.units:
        book = openpyxl.load_workbook(here.blank_path(unit))
        assert (LAST_YEAR in book.sheetnames) == (unit.code not in {"204", "301"}), unit.code
    assert LAST_YEAR in openpyxl.load_workbook(demo.county).sheetnames


def test_last_year_leads_to_one_explanation_and_one_waiver(demo: DemoResult) -> None:
    """A jump has the unit's reason; a carry-over that differs has the office's."""
    jump, carried = (demo.after.counted[code].findings[0] for code in ("103", "104"))
    assert (jump.code, jump.explained is None, jump.waived) == ("jump", False, None)
    assert (carried.code, carried.explained, carried.waived is None) == ("carry-over", None, False)


def test_the_command_that_the_story_ends_with_gives_the_figure(
    demo: DemoResult, capsys: pytest.CaptureFixture[str]
) -> None:
    """`nianbao trace`, with every unit's part of it."""
    assert main(["trace", "t3.new.total", "-C", str(demo.folder)]) == 0
    told = capsys.readouterr().out
    assert "713" in told
    assert "城关街道.xlsx" in told


def test_the_command_tells_the_story_in_both_languages(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """`nianbao demo DIR` ends with status 0, names the county workbook and its main totals."""
    assert main(["demo", str(tmp_path / "a")]) == 0
    told = capsys.readouterr().out
    assert "汇总表：" in told
    assert "nianbao trace t3.new.total" in told
    assert "713 件" in told
    assert "4,068.208 万元" in told
    assert main(["--lang", "en", "demo", str(tmp_path / "b")]) == 0
    told = capsys.readouterr().out
    assert "A round for 示例县, 2025" in told
    assert "713 件" in told


def test_the_demo_never_writes_into_a_round(tmp_path: Path) -> None:
    """A folder that holds a round already is refused."""
    said: list[Message | str] = []
    run_demo(tmp_path / "a", said.append)
    with pytest.raises(OfficeError, match="已经有一轮填报"):
        run_demo(tmp_path / "a", said.append)
