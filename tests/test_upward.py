"""From a city's blank, put into a county's round, to the county workbook that the city knows again."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from build import right_words
from nianbao.kinds import UnitKind
from nianbao.problems import OfficeError
from nianbao.rounds.new_round import create_round
from nianbao.rounds.rounds import open_round
from nianbao.rounds.upward import issued_to
from nianbao.workbook.patching import patch
from office import SECRET, make_round, run, send_back

if TYPE_CHECKING:
    from pathlib import Path

    from nianbao.rounds.rounds import Round

CITY_ROSTER = "代码,名称,类型\n320801,示例县,县级政府\n320802,邻县,县级政府\n"
BLANK = "上级空白表.xlsx"


@pytest.fixture
def city(tmp_path: Path) -> Round:
    """A city's round over two counties, its blanks written."""
    (tmp_path / "counties.csv").write_text(CITY_ROSTER, encoding="utf-8")
    here = create_round(
        tmp_path / "city",
        name="示例市",
        year=2025,
        roster_path=tmp_path / "counties.csv",
        form="zfxxgk-2021",
        level=UnitKind.CITY,
        secret=bytes.fromhex(SECRET)[::-1],
    )
    assert run("blank", "-C", here.folder).status == 0
    return here


def county_with(tmp_path: Path, data: bytes | None, **settings: str) -> Round:
    """A county's round with a blank from above in its folder, named in its settings."""
    here = make_round(tmp_path / "county")
    if data is not None:
        (here.folder / BLANK).write_bytes(data)
    path = here.folder / "nianbao.toml"
    text = path.read_text(encoding="utf-8")
    for name, value in {"upward": BLANK, **settings}.items():
        assert f'{name} = ""' in text
        text = text.replace(f'{name} = ""', f'{name} = "{value}"')
    path.write_text(text, encoding="utf-8")
    return open_round(here.folder)


def blank_of(city: Round, name: str) -> bytes:
    """The blank that the city made for a county."""
    unit = city.roster.by_name(name)
    assert unit is not None
    return city.blank_path(unit).read_bytes()


def test_the_city_knows_its_county_again(city: Round, tmp_path: Path) -> None:
    """init, blank, merge, check: the workbook carries what the city signed; another county's blank is refused."""
    county = county_with(tmp_path, blank_of(city, "示例县"))
    send_back(county, "101", "102", "103")
    assert run("merge", "-C", county.folder, "-o", tmp_path / "a.xlsx").status == 0
    (tmp_path / "a.xlsx").rename(city.returned / "a.xlsx")
    (file,) = run("check", "-C", city.folder, "--json").document["files"]
    assert (file["status"], file["unit"]) == ("accepted", {"code": "320801", "name": "示例县"})
    other = blank_of(city, "邻县")
    (county.folder / BLANK).write_bytes(other)
    ran = run("merge", "-C", county.folder, "-o", tmp_path / "b.xlsx")
    assert ran.status == 2
    assert "邻县（320802）" in ran.err
    assert not (tmp_path / "b.xlsx").exists()


def test_a_county_of_another_name_is_known_by_its_code(city: Round, tmp_path: Path) -> None:
    """The city calls it 邻县; the county gives the city's code."""
    county = county_with(tmp_path, blank_of(city, "邻县"), code="320802")
    issued = issued_to(county)
    assert issued is not None
    assert issued.is_signed_with(city.settings.key)


def test_without_a_blank_from_above_nothing_is_carried(tmp_path: Path) -> None:
    """As it was."""
    assert issued_to(make_round(tmp_path / "county")) is None


def test_a_blank_that_is_none_for_this_office_is_refused(city: Round, tmp_path: Path) -> None:
    """Missing, no workbook, a workbook of somebody's, of another year, a county workbook: each is told apart."""
    county = county_with(tmp_path, None)
    send_back(county, "101", "102", "103")
    ours = make_round(tmp_path / "last", year=2024)
    assert run("blank", "-C", ours.folder).status == 0
    bare = make_round(tmp_path / "bare")
    send_back(bare, "101", "102", "103")
    assert run("merge", "-C", bare.folder, "-o", tmp_path / "merged.xlsx").status == 0
    assert run("check", "-C", bare.folder, "--xlsx", tmp_path / "list.xlsx").status == 0
    cases = [
        (None, "找不到"),
        ("年报".encode(), "打不开"),
        ((tmp_path / "list.xlsx").read_bytes(), "不是 nianbao 生成的空白表"),
        (ours.blank_path(ours.roster.units[0]).read_bytes(), "不是本轮的报表或年度"),
        ((tmp_path / "merged.xlsx").read_bytes(), "汇总表"),
        (blank_of(city, "邻县"), "邻县"),
    ]
    for data, said in cases:
        if data is not None:
            (county.folder / BLANK).write_bytes(data)
        with pytest.raises(OfficeError, match=said):
            issued_to(county)


def test_a_result_never_replaces_the_blank_from_above(city: Round, tmp_path: Path) -> None:
    """Whatever file name is asked for."""
    county = county_with(tmp_path, blank_of(city, "示例县"))
    send_back(county, "101", "102", "103")
    ran = run("merge", "-C", county.folder, "-o", county.folder / BLANK)
    assert ran.status == 2
    assert "上级发来的空白表" in ran.err
    assert (county.folder / BLANK).read_bytes() == blank_of(city, "示例县")


def test_the_city_holds_a_county_against_its_last_year(city: Round, tmp_path: Path) -> None:
    """Last year's county workbook is the county's return of then; the blank that shows it is carried back and known."""
    last, folder = make_round(tmp_path / "last", year=2024), tmp_path / "counties"
    send_back(last, "101", "102", "103")
    folder.mkdir()
    assert run("merge", "-C", last.folder, "-o", folder / "a.xlsx").status == 0
    assert run("init", city.folder, "--previous", folder).status == 0
    assert run("blank", "-C", city.folder).status == 0
    county = county_with(tmp_path, blank_of(city, "示例县"))
    issued = issued_to(county)
    assert issued
    assert issued.previous
    send_back(county, "101", "102", "103")
    assert run("merge", "-C", county.folder, "-o", tmp_path / "b.xlsx").status == 0
    written = {city.layout.places[key]: words for key, words in right_words(city.layout).items()}
    (city.returned / "b.xlsx").write_bytes(patch((tmp_path / "b.xlsx").read_bytes(), written))
    (file,) = run("check", "-C", city.folder, "--json").document["files"]
    assert [(f["code"], f["ids"], f["found"], f["expected"]) for f in file["findings"]] == [
        ("carry-over", ["t3.carried_in.natural"], "0", "3")
    ]
