"""A form that the engine never heard of goes through the whole chain."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import openpyxl
import pytest

from conftest import SAFETY
from nianbao.cli import main
from nianbao.rounds.rounds import open_round

if TYPE_CHECKING:
    from pathlib import Path

ROSTER = "代码,名称,类型\n01,甲镇,乡镇\n02,乙局,部门\n"
GOOD: dict[str, Any] = {
    "a.mines.planned": 5, "a.mines.done": 5, "a.mines.hazards": 3, "a.mines.fixed": 2, "a.mines.open": 1,
    "b.units.amount": 1.25, "b.people.amount": 0.1, "b.units.change": 0, "b.people.change": 0.3,
    "b.self.value": "好", "text.remarks": "无重大隐患。", "cover.blank_is_zero": "是",
}  # fmt: skip


@pytest.fixture
def folder(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Path:
    """A round of the monthly form for March 2025, blanks made."""
    roster = tmp_path / "units.csv"
    roster.write_text(ROSTER, encoding="utf-8")
    words = [
        "--year",
        "2025",
        "--part",
        "3",
        "--name",
        "示例县",
        "--roster",
        str(roster),
        "--form",
        str(SAFETY),
    ]
    assert main(["init", str(tmp_path / "round"), *words]) == 0
    assert main(["blank", "-C", str(tmp_path / "round")]) == 0
    capsys.readouterr()
    return tmp_path / "round"


def send(folder: Path, unit: str, values: dict[str, Any]) -> None:
    """The unit's blank filled and put into returned/."""
    here = open_round(folder)
    found = here.roster.unit(unit)
    assert found is not None
    path = folder / f"{unit}.json"
    path.write_text(json.dumps(values), encoding="utf-8")
    target = here.returned / f"{unit}.xlsx"
    assert main(["fill", str(here.blank_path(found)), str(path), "-o", str(target), "--as-given"]) == 0


def checked(folder: Path, capsys: pytest.CaptureFixture[str]) -> tuple[int, dict[str, Any]]:
    """Status and document of `check --json`."""
    capsys.readouterr()
    status = main(["check", "-C", str(folder), "--json"])
    document: dict[str, Any] = json.loads(capsys.readouterr().out)
    return status, document


def test_the_monthly_form_goes_from_init_to_county_workbook(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """init, blank, fill, check, merge: decimals added exactly, choices listed, both tables in the county workbook."""
    assert sorted(path.name for path in (folder / "blank").iterdir()) == [
        "01_甲镇_2025-03.xlsx",
        "02_乙局_2025-03.xlsx",
    ]
    send(folder, "01", GOOD)
    send(folder, "02", GOOD | {"b.self.value": "差", "b.units.amount": 2.2})
    status, document = checked(folder, capsys)
    assert (status, [file["findings"] for file in document["files"]]) == (0, [[], []])
    assert document["files"][0]["values"]["b.total.amount"] == 1.35
    assert document["files"][0]["values"]["b.self.value"] == "好"
    assert main(["merge", "-C", str(folder), "-o", str(folder / "county.xlsx"), "--json"]) == 0
    totals = json.loads(capsys.readouterr().out, parse_float=Decimal)["county"]["totals"]
    assert totals["b.total.amount"] == Decimal("3.65")
    assert totals["a.all.hazards"] == 6
    book = openpyxl.load_workbook(folder / "county.xlsx")
    assert {"表一", "表二", "明细", "甲镇", "乙局"} <= set(book.sheetnames)


def test_its_faults_are_found_at_their_cells(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A rule of its own, an unknown choice, a warning that does not block, a missing unit."""
    send(folder, "01", GOOD | {"a.mines.open": 2, "b.self.value": "很好", "a.mines.planned": 9})
    status, document = checked(folder, capsys)
    found = {(f["code"], f["severity"], *f["ids"]) for f in document["files"][0]["findings"]}
    assert status == 1
    assert found == {
        ("not-a-choice", "error", "b.self.value"),
        ("hazards-balance", "error", "a.mines.hazards", "a.mines.fixed", "a.mines.open"),
        ("plan-not-met", "warning", "a.all.planned", "a.all.done"),
    }
    assert [unit["code"] for unit in document["missing"]] == ["01", "02"]


def test_an_empty_choice_is_blank_even_where_blanks_are_zero(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """0 is no grade."""
    send(folder, "01", {key: value for key, value in GOOD.items() if key != "b.self.value"})
    _, document = checked(folder, capsys)
    assert [(f["code"], f["ids"]) for f in document["files"][0]["findings"]] == [("blank", ["b.self.value"])]


def test_a_month_is_asked_for(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A monthly form without a month, or with a thirteenth, is refused."""
    roster = tmp_path / "units.csv"
    roster.write_text(ROSTER, encoding="utf-8")
    words = ["--year", "2025", "--name", "示例县", "--roster", str(roster), "--form", str(SAFETY)]
    for part in ([], ["--part", "13"]):
        assert main(["init", str(tmp_path / "round"), *words, *part]) == 2
        assert "1-12" in capsys.readouterr().err
