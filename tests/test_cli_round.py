"""The commands that make a round and its blanks: init, blank, fill."""

from __future__ import annotations

import json
import os
from typing import TYPE_CHECKING

import openpyxl
import pytest

from office import ROSTER, SECRET, make_round, run

if TYPE_CHECKING:
    from pathlib import Path

    from nianbao.rounds.rounds import Round


@pytest.fixture(autouse=True)
def _office(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NIANBAO_OFFICE_KEY", SECRET)


@pytest.fixture
def here(tmp_path: Path) -> Round:
    """A round without blanks."""
    return make_round(tmp_path / "r")


@pytest.fixture
def roster(tmp_path: Path) -> Path:
    """The office's list."""
    path = tmp_path / "list.csv"
    path.write_text(ROSTER, encoding="utf-8")
    return path


def init(folder: Path, roster: Path, *more: str) -> tuple[str | Path, ...]:
    """The arguments of a right `init`, and some more."""
    return ("init", folder, "--name", "示例县", "--year", "2025", "--roster", roster, *more)


def test_init_makes_a_round_and_says_what_is_next(tmp_path: Path, roster: Path) -> None:
    """The result on standard output, the advice beside it."""
    ran = run(*init(tmp_path / "r", roster))
    assert (ran.status, ran.out) == (
        0,
        f"已建立：{tmp_path / 'r'}（示例县，2025年，zfxxgk-2021，3 个单位）\n",
    )
    assert "nianbao blank" in ran.err
    assert (tmp_path / "r" / "nianbao.toml").is_file()


def test_init_takes_the_edition_of_the_year(tmp_path: Path, roster: Path) -> None:
    """2020 is of the edition of 2019."""
    assert "zfxxgk-2019" in run(*init(tmp_path / "r", roster), "--year", "2020").out


@pytest.mark.parametrize(
    ("more", "said"),
    [
        (("--year", "去年"), "--year 2025"),
        (("--year", "2018"), "没有用于 2018 年"),
        (("--level", "contry"), '是否为 "county"？'),
        (("--form", "2022"), "没有报表「2022」"),
        (("--roster", "nowhere.csv"), "nowhere.csv：找不到。请检查路径。"),
        (("--roster", "."), ".: 是文件夹，这里要写文件。"),
        (("--name", " "), "汇总单位名称"),
        (("--part", "2"), "不能指定第 2 期"),
        (("two", "three"), "多出来的内容：two three"),
        (("--yaer", "2025"), '没有选项 --yaer，是否为 "--year"？'),
        (("--code",), "选项 --code 用得不对"),
    ],
)
def test_init_refuses_what_it_cannot_use(
    more: tuple[str, ...], said: str, tmp_path: Path, roster: Path
) -> None:
    """Status 2, the reason on standard error, and no folder."""
    ran = run(*init(tmp_path / "r", roster, *more))
    assert (ran.status, ran.out) == (2, "")
    assert said in ran.err
    assert not (tmp_path / "r").exists()


def test_init_lists_every_fault_of_the_roster(tmp_path: Path) -> None:
    """File and line, as editors read them."""
    bad = tmp_path / "bad.csv"
    bad.write_text("代码,名称,类型\n1,甲,乡镇\n1,乙,城镇\n2,甲,乡镇\n", encoding="utf-8")
    ran = run(*init(tmp_path / "r", bad))
    assert ran.status == 2
    assert [line.split(": ")[0] for line in ran.err.splitlines()] == [f"{bad}:3", f"{bad}:3", f"{bad}:4"]


def test_init_never_overwrites_a_round(here: Round, roster: Path) -> None:
    """Status 2."""
    ran = run(*init(here.folder, roster))
    assert (ran.status, ran.out) == (2, "")
    assert "不会覆盖" in ran.err


def test_blank_makes_one_for_every_unit_and_then_leaves_them_alone(here: Round) -> None:
    """The second run writes nothing; a stale one is replaced."""
    ran = run("blank", "-C", here.folder)
    assert (ran.status, ran.err) == (0, "")
    assert "空白表 3 份" in ran.out
    assert "新写 3 份" in ran.out
    paths = sorted((here.folder / "blank").iterdir())
    assert [path.name for path in paths] == [
        "101_东河镇_2025.xlsx",
        "102_西山街道_2025.xlsx",
        "103_县政府办_2025.xlsx",
    ]
    first = [(path.stat().st_mtime_ns, path.read_bytes()) for path in paths]
    paths[1].write_bytes(b"old")
    assert "新写 1 份" in run("blank", "-C", here.folder).out
    assert (paths[0].stat().st_mtime_ns, paths[0].read_bytes()) == first[0]
    assert paths[1].read_bytes() == first[1][1]


def test_blank_makes_only_those_named(here: Round) -> None:
    """By code or by name; a word that is neither is refused with what was meant."""
    assert "空白表 1 份" in run("blank", "西山街道", "-C", here.folder).out
    assert len(list((here.folder / "blank").iterdir())) == 1
    ran = run("blank", "西山街", "-C", here.folder)
    assert ran.status == 2
    assert '是否为 "西山街道"？' in ran.err


def test_blank_tells_of_workbooks_of_no_unit(here: Round) -> None:
    """A unit was renamed: its old blank must not be sent out."""
    (here.folder / "blank" / "101_旧名_2025.xlsx").write_bytes(b"")
    assert "101_旧名_2025.xlsx" in run("blank", "101", "-C", here.folder).err


def test_blank_takes_the_password_of_the_environment(here: Round, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its hash stands in every sheet, the same in the next run."""
    monkeypatch.setenv("NIANBAO_SHEET_PASSWORD", "秘密")
    run("blank", "101", "-C", here.folder)
    path = here.blank_path(here.roster.units[0])
    book = openpyxl.load_workbook(path)
    assert all(sheet.protection.hashValue for sheet in book.worksheets)
    assert "新写 0 份" in run("blank", "101", "-C", here.folder).out


def test_blank_outside_a_round_says_what_to_do(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Status 2."""
    monkeypatch.chdir(tmp_path)
    ran = run("blank")
    assert ran.status == 2
    assert "nianbao init" in ran.err


def test_fill_puts_values_into_a_blank(here: Round, tmp_path: Path) -> None:
    """And prints where; the blank stays as it was."""
    run("blank", "101", "-C", here.folder)
    blank = here.blank_path(here.roster.units[0])
    before = blank.read_bytes()
    values = tmp_path / "values.json"
    values.write_text(json.dumps({"t3.new.natural": 12, "cover.blank_is_zero": "是"}), encoding="utf-8")
    ran = run("fill", blank, values, "-o", tmp_path / "out" / "a.xlsx")
    assert (ran.status, ran.out) == (0, f"{tmp_path / 'out' / 'a.xlsx'}\n")
    assert blank.read_bytes() == before
    place = here.layout.places["t3.new.natural"]
    book = openpyxl.load_workbook(tmp_path / "out" / "a.xlsx")
    assert book[place.sheet][place.address].value == 12


def test_fill_refuses_by_name_what_does_not_fit(here: Round, tmp_path: Path) -> None:
    """Every id, and nothing is written; `--as-given` types it all the same."""
    run("blank", "101", "-C", here.folder)
    blank = here.blank_path(here.roster.units[0])
    values, out = tmp_path / "values.csv", tmp_path / "a.xlsx"
    values.write_text("t3.new.natural,3件\nt3.new.total,7\n", encoding="utf-8")
    ran = run("fill", blank, values, "-o", out)
    assert (ran.status, ran.out) == (2, "")
    assert [line.split("：")[0] for line in ran.err.splitlines()] == ["t3.new.natural", "t3.new.total"]
    assert not out.exists()
    assert run("fill", blank, values, "-o", out, "--as-given").status == 0


def test_fill_never_writes_over_the_blank(here: Round, tmp_path: Path) -> None:
    """Under another spelling of its path either."""
    run("blank", "101", "-C", here.folder)
    blank = here.blank_path(here.roster.units[0])
    before = blank.read_bytes()
    values = tmp_path / "values.json"
    values.write_text('{"t3.new.natural": 1}')
    ran = run("fill", blank, values, "-o", blank.parent / ".." / "blank" / blank.name)
    assert ran.status == 2
    assert "不能写在它上面" in ran.err
    assert blank.read_bytes() == before
    assert run("fill", tmp_path / "none.xlsx", values, "-o", tmp_path / "b.xlsx").status == 2


@pytest.mark.parametrize("what", ["blank", "values", "roster"])
def test_what_the_office_names_is_read_from_regular_files_of_some_size(
    here: Round, what: str, tmp_path: Path
) -> None:
    """A pipe is not waited for, a folder and a file of thirty megabytes are refused; nothing is written."""
    right = here.folder / "units.csv"
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "folder").mkdir()
    (tmp_path / "large").write_bytes(bytes(30_000_000))
    for name, said in (("pipe", "管道"), ("folder", "是文件夹"), ("large", "文件太大")):
        odd, out = tmp_path / name, tmp_path / "out.xlsx"
        words: dict[str, tuple[str | Path, ...]] = {
            "blank": ("fill", odd, right, "-o", out),
            "values": ("fill", right, odd, "-o", out),
            "roster": init(tmp_path / "new", odd),
        }
        ran = run(*words[what])
        assert (ran.status, ran.out) == (2, "")
        assert ran.err.startswith(f"{odd}: ")
        assert said in ran.err
        assert not out.exists()
        assert not (tmp_path / "new").exists()
