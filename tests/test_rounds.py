"""A round on disk."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING, Any

import pytest

from conftest import SAFETY
from nianbao.kinds import UnitKind
from nianbao.problems import OfficeError
from nianbao.rounds.new_round import create_round
from nianbao.rounds.rounds import find_round, layout_finder, open_round
from nianbao.workbook.blank import BlankWriter
from office import ROSTER, SECRET, make_round

if TYPE_CHECKING:
    from pathlib import Path

    from nianbao.rounds.rounds import Round


@pytest.fixture
def roster(tmp_path: Path) -> Path:
    """The office's list."""
    path = tmp_path / "名录.CSV"
    path.write_text(ROSTER, encoding="gb18030")
    return path


def create(folder: Path, roster: Path, *, form: str = "2021", year: int = 2025, part: int = 0) -> Round:
    """A round with most things as usual."""
    return create_round(
        folder,
        name="示例县",
        year=year,
        part=part,
        roster_path=roster,
        form=form,
        level=UnitKind.COUNTY,
        secret=bytes.fromhex(SECRET),
    )


def test_a_round_has_settings_roster_and_three_folders(tmp_path: Path, roster: Path) -> None:
    """The roster stands there as it was given, so that complaints name the same lines."""
    made = create(tmp_path / "r", roster)
    assert sorted(path.name for path in made.folder.iterdir()) == [
        "blank",
        "nianbao.toml",
        "results",
        "returned",
        "units.csv",
    ]
    assert (made.folder / "units.csv").read_bytes() == roster.read_bytes()
    assert [unit.name for unit in made.roster.units] == ["东河镇", "西山街道", "县政府办"]
    assert made.settings.form == "zfxxgk-2021"


def test_a_round_opens_as_it_was_made_also_after_moving(tmp_path: Path) -> None:
    """Nothing in it knows where it stands."""
    made = make_round(tmp_path / "r")
    shutil.move(made.folder, tmp_path / "elsewhere")
    opened = open_round(tmp_path / "elsewhere")
    assert opened.settings == made.settings
    assert opened.roster == made.roster


def test_the_same_round_made_twice_gives_the_same_blanks(tmp_path: Path) -> None:
    """Byte for byte."""
    first, second = make_round(tmp_path / "a"), make_round(tmp_path / "b")
    blanks = [BlankWriter(here.layout).write(here.identity(here.roster.units[0])) for here in (first, second)]
    assert blanks[0] == blanks[1]
    assert (tmp_path / "a" / "nianbao.toml").read_bytes() == (tmp_path / "b" / "nianbao.toml").read_bytes()


def test_another_year_signs_with_another_key(tmp_path: Path) -> None:
    """Last year's blank does not pass."""
    first, second = make_round(tmp_path / "a"), make_round(tmp_path / "b", year=2024)
    assert first.settings.key != second.settings.key
    assert first.settings.round_id != second.settings.round_id
    assert not first.identity(first.roster.units[0]).is_signed_with(second.settings.key)


def test_the_own_office_is_judged_as_its_government(tmp_path: Path) -> None:
    """本级机关 reports for the county."""
    here = make_round(tmp_path / "r")
    office = here.identity(here.roster.units[2])
    assert (office.unit_kind, office.judged_as) == ("office", "county")
    assert [here.county_identity(units=units).complete for units in (2, 3)] == ["no", "yes"]


def test_a_round_is_never_overwritten(tmp_path: Path, roster: Path) -> None:
    """Its settings stay as they were."""
    made = create(tmp_path / "r", roster)
    before = (made.folder / "nianbao.toml").read_bytes()
    with pytest.raises(OfficeError, match="不会覆盖"):
        create(tmp_path / "r", roster, year=2024)
    assert (made.folder / "nianbao.toml").read_bytes() == before


def test_a_file_is_no_place_for_a_round(tmp_path: Path, roster: Path) -> None:
    """It stays."""
    (tmp_path / "r").write_text("mine")
    with pytest.raises(OfficeError, match="不是文件夹"):
        create(tmp_path / "r", roster)
    assert (tmp_path / "r").read_text() == "mine"


def test_a_round_can_be_made_where_the_roster_lies(tmp_path: Path) -> None:
    """`nianbao init . --roster units.csv`, and other files there are left alone."""
    (tmp_path / "units.csv").write_text(ROSTER, encoding="utf-8")
    (tmp_path / "note.txt").write_text("x")
    made = create(tmp_path, tmp_path / "units.csv")
    assert made.settings.roster == "units.csv"
    assert (tmp_path / "note.txt").read_text() == "x"


def test_another_file_of_the_rosters_name_stays(tmp_path: Path, roster: Path) -> None:
    """And there is no round then."""
    (tmp_path / "r").mkdir()
    (tmp_path / "r" / "units.csv").write_text("mine")
    with pytest.raises(OfficeError, match="内容不同"):
        create(tmp_path / "r", roster)
    assert (tmp_path / "r" / "units.csv").read_text() == "mine"
    assert not (tmp_path / "r" / "nianbao.toml").exists()


def test_what_a_crash_left_can_be_made_again(tmp_path: Path, roster: Path) -> None:
    """Without nianbao.toml, which comes last, it is no round."""
    made = create(tmp_path / "r", roster)
    (made.folder / "nianbao.toml").unlink()
    assert create(tmp_path / "r", roster).settings == made.settings


def test_a_failure_leaves_no_folder(tmp_path: Path, roster: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A new folder appears whole or not at all."""

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("nianbao.rounds.new_round.save", full)
    with pytest.raises(OSError, match="No space") as caught:
        create(tmp_path / "r", roster)
    assert caught.value.filename == str(tmp_path / "r")
    assert [path.name for path in tmp_path.iterdir()] == [roster.name]


def test_faults_of_the_roster_are_said_before_anything_is_written(tmp_path: Path) -> None:
    """Every one with its line."""
    bad = tmp_path / "bad.csv"
    bad.write_text("代码,名称,类型\n1,甲,乡镇\n1,乙,城镇\n", encoding="utf-8")
    with pytest.raises(OfficeError) as caught:
        create(tmp_path / "r", bad)
    assert {(problem.file, problem.line) for problem in caught.value.problems} == {(str(bad), 3)}
    assert not (tmp_path / "r").exists()


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ({"form": "2021", "year": 2020}, "2021 年起"),
        ({"form": "2019", "year": 2021}, "2019-2020 年"),
        ({"part": 1}, "不能指定第 1 期"),
        ({"form": str(SAFETY)}, "part 要填 1-12"),
        ({"form": str(SAFETY), "part": 13}, "part 要填 1-12"),
    ],
)
def test_a_period_that_the_form_does_not_have_is_refused(
    asked: dict[str, Any], said: str, tmp_path: Path, roster: Path
) -> None:
    """Before anything is written."""
    with pytest.raises(OfficeError, match=said):
        create(tmp_path / "r", roster, **asked)
    assert not (tmp_path / "r").exists()


def test_a_definition_is_copied_with_what_it_extends(tmp_path: Path, roster: Path) -> None:
    """The round then needs neither."""
    (tmp_path / "base").mkdir()
    shutil.copy(SAFETY, tmp_path / "base" / "safety.yaml")
    own = tmp_path / "own" / "mine.yaml"
    own.parent.mkdir()
    own.write_text("extends: ../base/safety.yaml\nversion: 2\n", encoding="utf-8")
    made = create(tmp_path / "r", roster, form=str(own), part=3)
    assert made.settings.form == "form/own/mine.yaml"
    assert made.period_key == "2025-03"
    shutil.rmtree(tmp_path / "base")
    shutil.rmtree(tmp_path / "own")
    shutil.move(made.folder, tmp_path / "moved")
    assert open_round(tmp_path / "moved").layout.form.version == 2


def test_a_round_is_found_from_within(tmp_path: Path) -> None:
    """From its folder and from those beneath; not from beside it."""
    here = make_round(tmp_path / "r")
    assert find_round(here.returned) == find_round(here.folder) == here.folder
    assert find_round(tmp_path) is None


def test_a_folder_without_settings_is_no_round(tmp_path: Path) -> None:
    """It is said how to get one."""
    with pytest.raises(OfficeError, match="nianbao init"):
        open_round(tmp_path)


def test_a_folder_in_place_of_the_settings_is_named(tmp_path: Path) -> None:
    """As what it is."""
    (tmp_path / "nianbao.toml").mkdir()
    with pytest.raises(OfficeError, match=r"nianbao\.toml: 是文件夹，应当是设置文件"):
        open_round(tmp_path)


def test_mistakes_of_the_period_in_the_settings_are_said(tmp_path: Path) -> None:
    """Somebody changed the year by hand."""
    here = make_round(tmp_path / "r")
    path = here.folder / "nianbao.toml"
    path.write_text(path.read_text(encoding="utf-8").replace("year = 2025", "year = 2019"), encoding="utf-8")
    with pytest.raises(OfficeError, match="不能用于 2019 年"):
        open_round(here.folder)


def test_units_are_found_by_code_and_name(tmp_path: Path) -> None:
    """Each once; words that are neither are all complained of, with what was meant."""
    here = make_round(tmp_path / "r")
    assert [unit.code for unit in here.units(["西山街道", "101", "东河镇"])] == ["102", "101"]
    with pytest.raises(OfficeError) as caught:
        here.units(["东河", "999"])
    assert len(caught.value.problems) == 2
    assert '是否为 "东河镇"？' in str(caught.value)


def test_a_workbooks_form_is_the_rounds_else_one_that_ships(tmp_path: Path, roster: Path) -> None:
    """One that is neither is refused."""
    monthly = create(tmp_path / "m", roster, form=str(SAFETY), part=3)
    yearly = make_round(tmp_path / "y")
    find = layout_finder(monthly)
    assert find(monthly.identity(monthly.roster.units[0])) is monthly.layout
    assert find(yearly.identity(yearly.roster.units[0])) is yearly.layout
    with pytest.raises(OfficeError, match="不认识报表"):
        layout_finder(None)(monthly.identity(monthly.roster.units[0]))
