"""A round that knows last year: where its figures come from, what blanks and checks do with them, what is refused."""

from __future__ import annotations

import json
import time
from io import BytesIO
from typing import TYPE_CHECKING

import openpyxl
import pytest

from between_years import words as sections
from build import right_answers
from libreoffice import convert
from nianbao.layout.former import former_sheet
from nianbao.problems import OfficeError
from nianbao.rounds.blanks import Blanks
from nianbao.rounds.former_file import FORMER_FILE, HEADS, read_former
from nianbao.rounds.rounds import open_round
from nianbao.workbook.fill import fill
from office import ROSTER, make_round, run, send_back

if TYPE_CHECKING:
    from pathlib import Path

    from nianbao.rounds.rounds import Round

CARRIED = "四、结转下年度继续办理·自然人"


@pytest.fixture
def last(tmp_path: Path) -> Round:
    """Last year's round, in which two of three units sent what can be accepted: one application carried over each."""
    here = make_round(tmp_path / "last", year=2024)
    send_back(here, "101", "102")
    return here


def this_year(folder: Path, previous: Path, roster: str = ROSTER) -> Round:
    """This year's round, made with what is found at `previous`."""
    (folder / "list.csv").write_text(roster, encoding="utf-8")
    options = ("--year", "2025", "--name", "示例县", "--roster", folder / "list.csv", "--previous", previous)
    ran = run("init", folder / "this", *options)
    assert ran.status == 0, ran.err
    return open_round(folder / "this")


def sent(here: Round, code: str, **changes: int) -> Path:
    """The unit's blank of this year filled in right, put into `returned/`."""
    unit = here.roster.unit(code)
    assert unit
    values = (
        right_answers(here.layout)
        | sections(here.layout)
        | {"t3.carried_in.natural": 1, "t3.granted.natural": 12}
    )
    values |= {key.replace("__", "."): value for key, value in changes.items()}
    path = here.returned / f"{code}.xlsx"
    data = Blanks(here).of(unit)
    path.write_bytes(fill(data, values, find_layout=lambda _: here.layout))
    return path


def codes(here: Round) -> dict[str, list[str]]:
    """What `check` finds, by unit."""
    document = json.loads(run("check", "-C", here.folder, "--json").out)
    return {file["unit"]["code"]: [f["code"] for f in file["findings"]] for file in document["files"]}


def test_another_round_gives_its_accepted_figures(last: Round, tmp_path: Path) -> None:
    """They stand in a file of the round's own, and the old place is not needed again."""
    here = this_year(tmp_path, last.folder)
    (last.returned / "101.xlsx").unlink()
    text = (here.folder / FORMER_FILE).read_text(encoding="utf-8-sig")
    head, first, second = text.splitlines()
    assert head.startswith("代码,名称,期间,报表,来源,SHA-256,t2.rules.issued")
    assert first.startswith("101,东河镇,2024,zfxxgk-2021,last/returned/101.xlsx,")
    assert second.startswith("102,")
    known = open_round(here.folder).former.of("101")
    assert known
    assert (known["t3.carried_out.natural"], known["t3.carried_out.total"]) == (1, 1)
    assert here.former.of("103") is None


def test_blanks_are_prefilled_and_show_last_year(last: Round, tmp_path: Path) -> None:
    """上年结转 is typed and locked where last year is known; a unit without has the blank that it always had."""
    here = this_year(tmp_path, last.folder)
    assert run("blank", "-C", here.folder).status == 0
    known, plain = (openpyxl.load_workbook(here.blank_path(unit)) for unit in here.roster.units[::2])
    place = here.layout.beside.places["t3.carried_in.natural"]
    cell = known[place.sheet][place.address]
    assert (cell.value, cell.protection.locked) == (1, True)
    sheet = known[former_sheet(here.layout.form)]
    rows = {row[0].value: row[1].value for row in sheet.iter_rows(min_row=5)}
    assert rows["四、结转下年度继续办理·自然人"] == 1
    assert sheet.protection.sheet
    assert all(cell.protection.locked for row in sheet.iter_rows() for cell in row)
    assert former_sheet(here.layout.form) not in plain.sheetnames
    assert plain[place.sheet][place.address].value is None


def test_returns_are_held_against_last_year(last: Round, tmp_path: Path) -> None:
    """One that fits is accepted, one that does not is told; a unit without last year is told to be unchecked."""
    here = this_year(tmp_path, last.folder)
    for code in ("101", "103"):
        sent(here, code)
    sent(here, "102", t2__norms__in_force=3, t3__carried_in__natural=2, t3__granted__natural=13)
    assert codes(here) == {"101": [], "102": ["in-force-not-rolling", "carry-over"], "103": []}
    said = "".join(run("check", "-C", here.folder).out.split())
    assert "1个单位没有上一期的数，没有核对它们与上一期的关系：县政府办" in said
    assert "1 个单位没有上一期的数" in run("status", "-C", here.folder).out


def test_several_processes_find_the_same(last: Round, tmp_path: Path) -> None:
    """What is known goes with the judges."""
    here = this_year(tmp_path, last.folder)
    sent(here, "101")
    sent(here, "102", t3__carried_in__natural=2, t3__granted__natural=13)
    alone, two = (run("check", "-C", here.folder, "--json", "--jobs", jobs) for jobs in ("1", "2"))
    assert alone.document == two.document
    assert "carry-over" in alone.out


@pytest.mark.oracle
@pytest.mark.parametrize("kind", ["xls", "ods"])
def test_a_return_with_last_years_sheet_is_read_in_old_formats(
    last: Round, tmp_path: Path, kind: str
) -> None:
    """Saved by LibreOffice it gives the same values; a former figure typed over is still seen."""
    here = this_year(tmp_path, last.folder)
    path = sent(here, "101")
    book = openpyxl.load_workbook(path)
    sheet = book[former_sheet(here.layout.form)]
    cell = next(row[1] for row in sheet.iter_rows(min_row=5) if row[0].value == CARRIED)
    cell.value = 7
    path = path.rename(tmp_path / path.name)
    changed = tmp_path / "changed.xlsx"
    book.save(changed)
    found = []
    for saved in (path, changed):
        old = convert(saved, kind, tmp_path)
        (here.returned / f"101.{kind}").write_bytes(old.read_bytes())
        (file,) = run("check", "-C", here.folder, "--json").document["files"]
        assert file["values"]["t3.carried_in.natural"] == 1
        found.append([(f["code"], f["sheet"], f["cells"]) for f in file["findings"]])
    assert found == [[], [("label-changed", sheet.title, [cell.coordinate])]]


def test_a_round_without_last_year_runs_and_says_so(last: Round) -> None:
    """In `check` and in `status`."""
    assert "本轮没有上一期的数" in run("check", "-C", last.folder).out
    assert "本轮没有上一期的数" in run("status", "-C", last.folder).out


def test_a_county_workbook_gives_the_figures_of_its_units(last: Round, tmp_path: Path) -> None:
    """From its 明细, incomplete as it is; one that was tampered with is refused with what is wrong."""
    county = tmp_path / "county.xlsx"
    assert run("merge", "-C", last.folder, "--partial", "-o", county).status in {0, 1}
    here = this_year(tmp_path, county)
    assert [here.former.of(code) is None for code in ("101", "102", "103")] == [False, False, True]
    known = here.former.of("102")
    assert known
    assert known["t3.new.total"] == 12
    book = openpyxl.load_workbook(county)
    book["明细"]["E7"] = "很多"
    stream = BytesIO()
    book.save(stream)
    county.write_bytes(stream.getvalue())
    before = (here.folder / FORMER_FILE).read_bytes()
    ran = run("init", here.folder, "--previous", county)
    assert ran.status == 2
    assert "很多" in ran.err
    assert (here.folder / FORMER_FILE).read_bytes() == before


def test_a_folder_of_returns_will_do(last: Round, tmp_path: Path) -> None:
    """Each file is taken for what it says it is; what cannot be accepted is named."""
    (last.returned / "103.xlsx").write_text("这不是表", encoding="utf-8")
    here = this_year(tmp_path, last.returned)
    assert here.former.units.keys() == {"101", "102"}
    ran = run("init", here.folder, "--previous", last.returned)
    assert "103.xlsx」：有必须改正的问题" in ran.err.replace("\n", "")
    assert "没有上一期数的单位：县政府办" in ran.err


def test_units_are_matched_by_code_then_by_name(last: Round, tmp_path: Path) -> None:
    """A new code and a new name are taken with a notice; two units mixed up are not."""
    roster = "代码,名称,类型\n901,东河镇,乡镇\n102,西山新街道,街道\n"
    here = this_year(tmp_path, last.folder, roster)
    assert here.former.units.keys() == {"901", "102"}
    ran = run("init", here.folder, "--previous", last.folder)
    assert "".join(ran.err.split()).count("请核对是不是同一单位") == 2
    mixed = "代码,名称,类型\n101,西山街道,街道\n102,东河镇,乡镇\n"
    (tmp_path / "list.csv").write_text(mixed, encoding="utf-8")
    options = ("--year", "2025", "--name", "示例县", "--roster", tmp_path / "list.csv")
    ran = run("init", tmp_path / "mixed", *options, "--previous", last.folder)
    assert ran.status == 2
    assert "两个单位，没有采用" in ran.err
    assert not (tmp_path / "mixed").exists()


def test_another_year_is_not_last_year(last: Round, tmp_path: Path) -> None:
    """Figures of the year before last are refused, and no round is made."""
    (tmp_path / "list.csv").write_text(ROSTER, encoding="utf-8")
    options = ("--year", "2026", "--name", "示例县", "--roster", tmp_path / "list.csv")
    for path, words in (
        (last.folder, "是2024年的表，要2025年的"),
        (tmp_path / "none", "没有这个文件或文件夹"),
    ):
        ran = run("init", tmp_path / "this", *options, "--previous", path)
        assert ran.status == 2
        assert words in ran.err
        assert not (tmp_path / "this").exists()


def test_a_round_that_is_there_gets_last_year_only(last: Round, tmp_path: Path) -> None:
    """Other options are refused; its settings stay as they are; blanks sent before still read."""
    here = make_round(tmp_path / "this")
    sent(here, "101", t3__carried_in__natural=2, t3__granted__natural=13)
    settings = (here.folder / "nianbao.toml").read_bytes()
    assert run("init", here.folder, "--year", "2025", "--previous", last.folder).status == 2
    assert codes(here) == {"101": []}
    assert run("init", here.folder, "--previous", last.folder).status == 0
    assert (here.folder / "nianbao.toml").read_bytes() == settings
    assert codes(here) == {"101": ["carry-over"]}
    assert run("init", tmp_path / "new", "--previous", last.folder).status == 2


def test_the_edition_changes_in_2021(tmp_path: Path) -> None:
    """Of 2020's returns only 结转下年度 and table 四 go on; no rule on table 二 is asked, and none is unfounded."""
    old = make_round(tmp_path / "last", year=2020, form="zfxxgk-2019")
    unit = old.roster.unit("101")
    assert unit
    typed = dict.fromkeys(old.layout.inputs, 0) | sections(old.layout) | {
        "t2.norms.public_total": 524, "t2.licences.decisions": 9000, "t3.new.natural": 821, "t3.new.business": 35,
        "t3.granted.natural": 749, "t3.granted.business": 35, "t3.carried_out.natural": 72, "t4.review.upheld": 5,
    }  # fmt: skip
    data = fill(Blanks(old).of(unit), typed, find_layout=lambda _: old.layout)
    (old.returned / "a.xlsx").write_bytes(data)
    here = make_round(tmp_path / "this", year=2021)
    assert run("init", here.folder, "--previous", old.folder).status == 0
    here = open_round(here.folder)
    known = here.former.of("101")
    assert known
    assert {key.partition(".")[0] for key, value in known.items() if value is not None} == {"t3", "t4"}
    assert {key for key, value in known.items() if value is not None and key.startswith("t3")} == {
        key for key in here.layout.form.fields if key.startswith("t3.carried_out")
    }
    sent(here, "101", t3__carried_in__natural=72, t3__granted__natural=83)
    assert codes(here) == {"101": []}
    sent(here, "101", t3__carried_in__natural=71, t3__granted__natural=82)
    assert codes(here) == {"101": ["carry-over"]}


@pytest.mark.parametrize(
    ("change", "line", "words"),
    [
        (("代码,", "编号,"), 1, "第一行应是"),
        (("t2.rules.issued", "t2.rules.isued"), 1, "没有编号「t2.rules.isued」"),
        (("t2.rules.repealed", "t2.rules.issued"), 1, "编号「t2.rules.issued」重复"),
        (("102,西山街道", "101,西山街道"), 3, "代码「101」重复"),
        (("102,西山街道", ",西山街道"), 3, "没有单位代码"),
        (("西山街道,2024", "西山街道,2023"), 3, "期间是「2023」，应是 2024"),
        ((",0,0,0,", ",三,0,0,"), 2, "「t2.rules.issued」填的是「三」"),
        ((",0,0,0,", ",1.5,0,0,"), 2, "「t2.rules.issued」填的是「1.5」"),
        ((",0,0,0,", ",-1,0,0,"), 2, "「t2.rules.issued」填的是「-1」"),
    ],
)
def test_a_file_that_was_edited_is_complained_of_by_line(
    last: Round, tmp_path: Path, change: tuple[str, str], line: int, words: str
) -> None:
    """One change each; every command says where."""
    here = this_year(tmp_path, last.folder)
    path = here.folder / FORMER_FILE
    path.write_text(path.read_text(encoding="utf-8-sig").replace(*change, 1), encoding="utf-8")
    with pytest.raises(OfficeError) as caught:
        open_round(here.folder)
    assert f"{FORMER_FILE}:{line}: " in str(caught.value)
    assert words in str(caught.value)


def test_a_first_line_of_very_many_columns_takes_no_time(last: Round) -> None:
    """Half a million of them are refused by what the first few say; held against each other they took minutes."""
    form, head = last.layout.form, ",".join(HEADS)
    data = f"{head}{',x' * 500_000}\n".encode()
    begin = time.process_time()
    with pytest.raises(OfficeError) as caught:
        read_former(data, form, period="2024", file=FORMER_FILE)
    assert time.process_time() - begin < 8
    assert len(caught.value.problems) <= len(form.fields) + 1


def test_a_tampered_figure_is_told_and_not_trusted(last: Round, tmp_path: Path) -> None:
    """The round's own figure counts; a note at the cell says what stood there."""
    here = this_year(tmp_path, last.folder)
    path = sent(here, "101", t3__carried_in__natural=2, t3__granted__natural=13)
    book = openpyxl.load_workbook(path)
    place = here.layout.beside.places["previous.t3.carried_out.natural"]
    book[place.sheet][place.address] = 2
    book.save(path)
    (file,) = json.loads(run("check", "-C", here.folder, "--json").out)["files"]
    told = {f["code"]: (f["cells"], f["found"], f["expected"]) for f in file["findings"]}
    assert told["label-changed"] == ([place.address], "2", "1")
    assert "carry-over" in told


def test_outside_a_round_it_is_said_that_nothing_was_checked(last: Round, tmp_path: Path) -> None:
    """What the file shows of last year anybody may have typed."""
    here = this_year(tmp_path, last.folder)
    path = sent(here, "101", t3__carried_in__natural=2, t3__granted__natural=13)
    elsewhere = tmp_path / "a.xlsx"
    elsewhere.write_bytes(path.read_bytes())
    ran = run("check", elsewhere)
    assert ran.status == 0
    assert "没有核对与上一期的关系" in "".join(ran.out.split())
