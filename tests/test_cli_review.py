"""The commands that read what came back: check, status, merge."""

from __future__ import annotations

import hashlib
import os
import shutil
import socket
from typing import TYPE_CHECKING, Any

import openpyxl
import pytest

from build import filled
from nianbao.rounds.rounds import open_round
from nianbao.workbook.patching import patch
from office import make_round, run, send_back

if TYPE_CHECKING:
    from pathlib import Path

    from nianbao.layout.places import Layout
    from nianbao.rounds.rounds import Round


@pytest.fixture(scope="module")
def complete(tmp_path_factory: pytest.TempPathFactory) -> Round:
    """A round whose three units have sent right returns; not to be changed."""
    here = make_round(tmp_path_factory.mktemp("office") / "r")
    send_back(here, "101", "102", "103")
    return here


@pytest.fixture
def here(complete: Round, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Round:
    """A copy of it, the working folder."""
    folder = tmp_path / "r"
    shutil.copytree(complete.folder, folder)
    monkeypatch.chdir(folder)
    return open_round(folder)


@pytest.fixture
def lacking(here: Round, layout: Layout) -> Round:
    """102 sent nothing, 103 words in a number's place."""
    (here.returned / "102.xlsx").unlink()
    path = here.returned / "103.xlsx"
    path.write_bytes(patch(path.read_bytes(), {layout.places["t3.new.natural"]: "3件"}))
    return here


def test_check_of_a_right_round_is_quiet(here: Round) -> None:
    """Status 0 and the sums; nothing on standard error, which is no terminal."""
    ran = run("check")
    assert (ran.status, ran.err) == (0, "")
    sums, unchecked = ran.out.split("\n\n")
    assert sums == "文件 3 份：已接收 3，有说明 0，退回 0。\n错误 0 处，警告 0 处，提示 0 处。"
    assert unchecked.startswith("本轮没有上一期的数，没有核对与上一期的关系。")
    assert here.folder.is_dir()


def test_check_names_place_fault_and_remedy(lacking: Round) -> None:
    """By unit; and the units without a return. From outside, with -C, the paths are as given."""
    ran = run("check", "-C", lacking.folder)
    assert ran.status == 1
    assert f"{lacking.folder}/returned/103.xlsx" in ran.out
    assert "[not-a-number]" in ran.out
    assert "未报 1 个：西山街道（102）。\n\n退回待改 1 个：县政府办（103）。" in ran.out
    assert "还有 2 个单位没有可以接收的表。" in ran.out


def test_check_json_is_one_document_and_nothing_else(lacking: Round) -> None:
    """As its contract says, key by key."""
    ran = run("check", "--json")
    document: Any = ran.document
    assert (ran.status, ran.err, ran.out.count("\n")) == (1, "", 1)
    assert list(document) == ["files", "missing", "counts"]
    assert document["missing"] == [{"code": "102", "name": "西山街道"}, {"code": "103", "name": "县政府办"}]
    errors = sum(f["severity"] == "error" for file in document["files"] for f in file["findings"])
    assert document["counts"] == {"error": errors + 2, "warning": 0, "notice": 0}
    right, wrong = document["files"]
    data = (lacking.returned / "101.xlsx").read_bytes()
    assert list(right) == [
        "path",
        "sha256",
        "unit",
        "form",
        "edition",
        "year",
        "status",
        "values",
        "findings",
    ]
    assert right["path"] == "returned/101.xlsx"
    assert right["sha256"] == hashlib.sha256(data).hexdigest()
    assert right["unit"] == {"code": "101", "name": "东河镇"}
    assert (right["form"], right["edition"], right["year"]) == ("zfxxgk", "2021", 2025)
    assert (right["status"], right["findings"]) == ("accepted", [])
    assert (right["values"]["t3.new.total"], right["values"]["t2.fees.amount"]) == (12, 0)
    assert (wrong["status"], wrong["values"]["t3.new.natural"]) == ("rejected", None)


def test_documents_have_the_keys_of_their_contract(lacking: Round) -> None:
    """Those that scripts rely on: a finding's, and those of `merge`, `status` and `forms show`."""
    finding = "code severity ids sheet cells message found expected explained waived"
    document = run("merge", "--partial", "--json").document
    told = [f for file in document["files"] for f in file["findings"]]
    assert told
    assert all(list(one) == finding.split() for one in told)
    assert list(document) == ["files", "missing", "counts", "county", "excluded"]
    assert list(document["counts"]) == ["error", "warning", "notice"]
    assert list(document["county"]) == ["path", "sha256", "units", "totals"]
    assert document["county"]["totals"].keys() == set(lacking.layout.columns)
    assert [list(one) for one in document["excluded"]] == [["path", "codes"]]
    status = run("status", "--json").document
    assert list(status) == ["round", "units", "counts"]
    assert list(status["round"])[:4] == ["name", "year", "form", "edition"]
    assert all(list(one)[:5] == ["code", "name", "kind", "status", "files"] for one in status["units"])
    assert list(status["counts"]) == ["accepted", "explained", "rejected", "missing"]
    shown = run("forms", "show", "--json").document
    assert list(shown) == ["form", "edition", "cells"]
    assert all(list(one) == ["id", "kind", "type", "sheet", "cell", "label"] for one in shown["cells"])


def test_check_of_a_path_alone_misses_nobody(here: Round, layout: Layout) -> None:
    """Only what was named is judged; it still is against the round."""
    assert run("check", "returned/101.xlsx").status == 0
    (here.folder / "other.xlsx").write_bytes(filled(layout))
    ran = run("check", "other.xlsx", "--json")
    assert ran.status == 1
    assert ran.document["missing"] == []
    assert [finding["code"] for finding in ran.document["files"][0]["findings"]] == ["identity-changed"]


def test_check_outside_a_round_goes_by_what_the_file_says(
    layout: Layout, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The finding's cells, ids and words in JSON."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "a.xlsx").write_bytes(filled(layout, {"t3.new.natural": "3件"}))
    ran = run("check", "a.xlsx", "--json")
    (finding,) = (f for f in ran.document["files"][0]["findings"] if f["code"] == "not-a-number")
    place = layout.places["t3.new.natural"]
    assert ran.status == 1
    assert finding["ids"] == ["t3.new.natural"]
    assert (finding["sheet"], finding["cells"]) == (place.sheet, [place.address])
    assert finding["message"].startswith(f"{place.sheet} {place.address}（")
    assert (finding["found"], finding["explained"], finding["waived"]) == ("3件", None, None)
    assert run("check", "a.xlsx", "--form", "2019", "--json").document["files"][0]["values"] == {}
    assert run("check").status == 2


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("check", "nowhere"), "找不到“nowhere”"),
        (("check", "--form", "2021"), "--form"),
        (("check", "-C", "nowhere"), "nianbao init"),
        (("check", "--xlsx", "returned/101.xlsx"), "不能写在它上面"),
        (("merge", "-o", "returned/101.xlsx"), "不能写在它上面"),
        (("merge", "-o", "results"), "文件夹"),
        (("status", "returned"), "多出来的内容"),
    ],
)
def test_misuse_is_refused(arguments: tuple[str, ...], said: str, here: Round) -> None:
    """Status 2, the reason on standard error, every return as it was."""
    before = (here.returned / "101.xlsx").read_bytes()
    ran = run(*arguments)
    assert (ran.status, ran.out) == (2, "")
    assert said in ran.err
    assert (here.returned / "101.xlsx").read_bytes() == before


def test_check_writes_the_findings_as_a_list(lacking: Round) -> None:
    """A row for each, and for each missing unit; the same findings give the same bytes."""
    assert run("check", "--xlsx", "list.xlsx").status == 1
    first = (lacking.folder / "list.xlsx").read_bytes()
    sheet = openpyxl.load_workbook(lacking.folder / "list.xlsx").worksheets[0]
    rows = list(sheet.iter_rows(values_only=True))
    assert rows[0] == (
        "单位代码", "单位名称", "文件", "处理结果", "程度", "问题类别", "问题代码", "工作表", "单元格", "栏目",
        "填的是", "应为（对照）", "说明和处理",
    )  # fmt: skip
    by_code = {(row[0], row[6]): row for row in rows[1:]}
    assert by_code["103", "not-a-number"][3:7] == ("退回", "错误", "不是数字", "not-a-number")
    assert by_code["102", "missing-return"][3:6] == ("未报", "错误", "没有可接收的表")
    assert by_code["103", "missing-return"][3] == "退回"
    assert "请催促改正" in str(by_code["103", "missing-return"][12])
    assert (sheet.freeze_panes, sheet.auto_filter.ref) == ("C2", f"A1:M{len(rows)}")
    assert (sheet.page_setup.orientation, sheet.page_setup.paperSize) == ("landscape", 9)
    assert (sheet.print_title_rows, sheet.page_setup.fitToHeight) == ("$1:$1", 0)
    heights = {row[6]: sheet.row_dimensions[number].height for number, row in enumerate(rows, start=1)}
    assert heights["missing-return"] > 15
    run("check", "--xlsx", "list.xlsx")
    assert (lacking.folder / "list.xlsx").read_bytes() == first


def test_no_text_in_the_list_is_a_formula(layout: Layout, tmp_path: Path) -> None:
    """Whatever a unit typed, or called its file."""
    (tmp_path / "=1+1.xlsx").write_bytes(filled(layout, {"t3.new.natural": "=HYPERLINK(1)"}))
    run("check", tmp_path, "--xlsx", tmp_path / "list" / "list.xlsx")
    sheet = openpyxl.load_workbook(tmp_path / "list" / "list.xlsx").worksheets[0]
    cells = [cell for row in sheet.iter_rows() for cell in row]
    assert any("=" in str(cell.value) for cell in cells)
    assert {cell.data_type for cell in cells} <= {"s", "n"}


def test_status_of_a_right_round(here: Round) -> None:
    """Status 0 and a line for each unit."""
    ran = run("status")
    assert (ran.status, ran.err) == (0, "")
    code, name, status, _, how, problems, merged, path = ran.out.splitlines()[1].split()
    assert (code, name, status, path) == ("101", "东河镇", "已接收", "returned/101.xlsx")
    assert (how, problems, merged) == ("放入文件夹", "-", "-")
    assert here.folder.is_dir()


def test_status_tells_rejected_from_missing(lacking: Round) -> None:
    """Also files that belong to nobody; status 1."""
    (lacking.returned / "note.txt").write_text("x")
    ran = run("status", "--json")
    assert ran.status == 1
    assert ran.document["round"] == {
        "name": "示例县",
        "year": 2025,
        "form": "zfxxgk",
        "edition": "2021",
        "deadline": None,
        "days_left": None,
    }
    assert ran.document["counts"] == {"accepted": 1, "explained": 0, "rejected": 1, "missing": 1}
    assert ran.document["units"][1] == {
        "code": "102",
        "name": "西山街道",
        "kind": "street",
        "status": "missing",
        "files": [],
        "returned": None,
        "merged": None,
        "mail": None,
    }
    text = run("status").out
    assert "对不上单位的文件 1 个：returned/note.txt" in text


def test_merge_of_a_right_round_writes_the_county_workbook(here: Round) -> None:
    """At its usual place; its totals are the units' sums, and its JSON is check's and more."""
    ran = run("merge", "--json")
    document = ran.document
    path = here.folder / "results" / "示例县_2025_汇总表.xlsx"
    assert (ran.status, ran.err) == (0, "")
    assert list(document) == ["files", "missing", "counts", "county", "excluded"]
    assert document["county"]["path"] == "results/示例县_2025_汇总表.xlsx"
    assert document["county"]["sha256"] == hashlib.sha256(path.read_bytes()).hexdigest()
    assert document["county"]["units"] == 3
    assert document["county"]["totals"]["t3.new.natural"] == 36
    assert document["excluded"] == []
    before = path.read_bytes()
    assert "汇总表：" in run("merge").out
    assert path.read_bytes() == before


def test_merge_refuses_while_units_are_missing(lacking: Round) -> None:
    """Which, and which files with which codes; nothing is written."""
    ran = run("merge")
    assert (ran.status, ran.out) == (1, "")
    assert "未计入：returned/103.xlsx：不是数字 [not-a-number]" in ran.err
    assert "未报 1 个：西山街道（102）。" in ran.err
    assert "--partial" in ran.err
    assert list((lacking.folder / "results").iterdir()) == []
    document = run("merge", "--json").document
    assert document["county"] is None
    assert document["excluded"] == [{"path": "returned/103.xlsx", "codes": ["not-a-number"]}]


def test_merge_partial_writes_and_still_says_that_units_are_missing(lacking: Round) -> None:
    """Status 1; the workbook says so itself."""
    ran = run("merge", "--partial", "-o", "part/county.xlsx")
    assert ran.status == 1
    assert ran.out == "汇总表：part/county.xlsx（1 个单位，不完整，还缺 2 个）\n"
    book = openpyxl.load_workbook(lacking.folder / "part" / "county.xlsx")
    sheet = book[lacking.layout.sheets[1].name]
    assert any("不完整" in str(cell.value) for row in sheet.iter_rows(max_row=3) for cell in row)


@pytest.mark.parametrize("partial", [(), ("--partial",)])
def test_merge_of_nothing_acceptable_says_what_to_do(lacking: Round, partial: tuple[str, ...]) -> None:
    """Status 1 and nothing written; --partial would help nobody, so it is not advised."""
    (lacking.returned / "101.xlsx").unlink()
    ran = run("merge", *partial)
    assert (ran.status, ran.out) == (1, "")
    assert "没有一份可以接收。请用 nianbao check 查看问题" in ran.err.replace("\n", "")
    assert "--partial" not in ran.err
    (lacking.returned / "103.xlsx").unlink()
    ran = run("merge", *partial)
    assert (ran.status, ran.out) == (1, "")
    assert ran.err.endswith("没有汇总：returned 里还没有收回的表。请把收回的表放进去再试。\n")
    assert run("merge", *partial, "--json").document["county"] is None
    assert list((lacking.folder / "results").iterdir()) == []


def test_bad_entries_never_stop_a_command(here: Round) -> None:
    """Links in circles, to nothing and upward, a pipe, a socket, odd names: each is told, the right returns count."""
    returned = here.returned
    for name, goal in (("a", "b"), ("b", "a"), ("gone.xlsx", "nowhere"), ("up", ".."), ("same", ".")):
        (returned / name).symlink_to(goal)
    os.mkfifo(returned / "pipe.xlsx")
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind("returned/socket.xlsx")
    (returned / os.fsdecode(b"\xff\xfe.xlsx")).write_bytes(b"x")
    (returned / os.fsdecode("镇".encode("gbk"))).mkdir()
    (returned / os.fsdecode("镇".encode("gbk")) / "a.xlsx").write_bytes(b"x")
    told = {file["path"] for file in run("check", "--json").document["files"] if file["status"] == "rejected"}
    assert {f"returned/{name}" for name in ("a", "b", "gone.xlsx", "up", "pipe.xlsx", "socket.xlsx")} < told
    assert "returned/镇/a.xlsx" in told
    assert len(told) == 8
    assert (run("status").status, run("merge").status) == (0, 0)
    for command in ("check", "merge", "status"):
        for language in ("zh", "en"):
            ran = run(command, "--lang", language)
            assert (ran.out + ran.err).encode()
            assert "Traceback" not in ran.err
