"""`nianbao intake`, and what it does with files of every kind; `init --previous` with published reports."""

from __future__ import annotations

import io
import json
import re
from typing import TYPE_CHECKING
from zipfile import ZIP_DEFLATED, ZipFile

import openpyxl
import pytest
from PIL import Image

from conftest import FIGURES, ROOT, figures, make_identity
from legacy_samples import compound_file
from libreoffice import convert
from nianbao.intake.opened import open_report
from nianbao.intake.reading import read_report
from nianbao.kinds import UnitKind
from nianbao.layout.shelf import find_form
from nianbao.opening.grid import UnreadableError
from nianbao.rounds.former_file import FORMER_FILE
from nianbao.rounds.rounds import open_round
from nianbao.workbook.blank import BlankWriter
from nianbao.workbook.fill import fill
from office import ROSTER, make_round, run
from published import Td, as_docx, as_html, as_spaced_text, as_tabbed_text, docx_file, placed, report_of

if TYPE_CHECKING:
    from pathlib import Path


def all_zero(form: str = "2021") -> dict[str, object]:
    """0 in each cell of the form."""
    return dict.fromkeys(find_form(form).form.fields, 0)


def written(path: Path, data: bytes) -> Path:
    """The file with that content."""
    path.write_bytes(data)
    return path


@pytest.mark.parametrize("name", FIGURES)
def test_published_figures_are_read_as_they_stand(name: str) -> None:
    """The samples' figures, set as page, Word file and text, come back cell by cell with their faults."""
    content = figures(name)
    values = {key: value for key, value in content["values"].items() if not isinstance(value, str)}
    report = report_of(values, form=str(content["edition"]), year=content["year"])
    for shape in (as_html, as_docx, as_tabbed_text):
        outcome = read_report(open_report(shape(report)))
        assert {key: value for key, value in outcome.values.items() if value is not None} == {
            key: value for key, value in values.items() if value is not None
        }
        assert outcome.layout.form.edition == str(content["edition"])


def test_a_good_report_becomes_a_workbook(tmp_path: Path) -> None:
    """Status 0; the workbook is accepted by check, and the document has values, texts, title and year."""
    report = written(tmp_path / "r.docx", as_docx(report_of(all_zero())))
    ran = run("intake", report, "-o", tmp_path / "out.xlsx", "--json")
    assert ran.status == 0, ran.out
    (file,) = json.loads(ran.out)["files"]
    assert (file["edition"], file["year"], file["format"]) == ("2021", 2024, "docx")
    assert file["unit"]["name"] == "示例县柳河镇人民政府"
    assert file["values"] == all_zero()
    assert file["texts"]["text.other"] == "本年度没有收取信息处理费。"
    assert file["workbook"] == (tmp_path / "out.xlsx").as_posix()
    checked = json.loads(run("check", tmp_path / "out.xlsx", "--json").out)["files"][0]
    assert (checked["status"], checked["values"]) == ("accepted", all_zero())


def test_wrong_totals_are_found_where_they_stand(tmp_path: Path) -> None:
    """A total printed as 0 over figures is read as 0, and told with its cell."""
    values = all_zero() | {"t4.review.upheld": 10}
    report = written(tmp_path / "r.html", as_html(report_of(values)))
    ran = run("intake", report, "--json")
    (file,) = json.loads(ran.out)["files"]
    (finding,) = file["findings"]
    assert ran.status == 1
    assert (finding["code"], finding["ids"], finding["found"]) == ("total-differs", ["t4.review.total"], "0")
    assert file["values"]["t4.review.total"] == 0


def test_old_tables_in_a_later_year_are_told(tmp_path: Path) -> None:
    """Tables of 2019 in a report of 2023: read as what they are, and complained of."""
    report = written(tmp_path / "r.html", as_html(report_of(all_zero("2019"), form="2019", year=2023)))
    ran = run("intake", report, "--json")
    (file,) = json.loads(ran.out)["files"]
    assert ran.status == 1
    assert (file["edition"], file["year"]) == ("2019", 2023)
    assert [f["code"] for f in file["findings"]] == ["wrong-edition"]


def test_pictures_are_named(tmp_path: Path) -> None:
    """A heading over a picture: the table is said to be one, and its cells are left empty without further words."""
    made = report_of(all_zero())
    made.pictures.add("t3")
    made.tables["t3"] = []
    ran = run("intake", written(tmp_path / "r.html", as_html(made)), "--json")
    (file,) = json.loads(ran.out)["files"]
    assert [(f["code"], f["sheet"]) for f in file["findings"]] == [("sheet-missing", "三、依申请公开")]
    assert "是图片" in file["findings"][0]["message"]
    assert file["values"]["t3.new.total"] is None


def test_a_dash_is_told_with_what_stood_there(tmp_path: Path) -> None:
    """One finding, which names the stroke; the blank cell is not complained of again."""
    values = all_zero() | {"t3.granted.legal": "—"}
    ran = run("intake", written(tmp_path / "r.txt", as_spaced_text(report_of(values))), "--json")
    (file,) = json.loads(ran.out)["files"]
    assert [(f["code"], f["ids"], f["found"]) for f in file["findings"]] == [
        ("not-a-number", ["t3.granted.legal"], "—")
    ]


def test_a_spreadsheet_that_is_not_ours_is_read() -> None:
    """Each table on a sheet of its own, merged as printed."""
    book = openpyxl.Workbook()
    for blocks in report_of(values := {k: n for n, k in enumerate(all_zero())}).tables.values():
        for rows in blocks:
            sheet = book.create_sheet()
            for row, column, td in placed(rows):
                sheet.cell(row + 3, column + 2, int(td.text) if td.text.isdigit() else td.text)
                if td.rows > 1 or td.columns > 1:
                    sheet.merge_cells(
                        start_row=row + 3, start_column=column + 2,
                        end_row=row + td.rows + 2, end_column=column + td.columns + 1,
                    )  # fmt: skip
    stream = io.BytesIO()
    book.save(stream)
    assert dict(read_report(open_report(stream.getvalue())).values) == values


@pytest.mark.oracle
def test_a_pdf_with_text_is_read(tmp_path: Path) -> None:
    """A PDF as an office program writes it: tables that go on over pages, and sentences put together again."""
    values = {key: 100 + 7 * number for number, key in enumerate(all_zero())}
    page = as_html(report_of(values)).replace(b"<table>", b"<table border=1>").replace(b"h1>", b"p>")
    page = page.replace(b"<body>", b"<body><p>&nbsp;</p>")  # the program loses a page's first paragraph
    pdf = convert(written(tmp_path / "r.html", page), "pdf", tmp_path / "out")
    outcome = read_report(open_report(pdf.read_bytes()))
    assert dict(outcome.values) == values
    assert outcome.naming.year == 2024


BOMB = b"<w:document xmlns:w='x'>" + b"<w:p/>" * 4_000_000 + b"</w:document>"


@pytest.mark.oracle
def test_a_pdf_table_that_runs_out_of_its_page_gives_no_cut_figure(tmp_path: Path) -> None:
    """Table four wider than the paper: a figure of which the page shows a part is left blank and told."""
    values = {key: 1003 + 7 * number for number, key in enumerate(all_zero())}
    report = report_of(values)
    found = {(row, column): td.text for row, column, td in placed(report.tables["t4"][0])}
    report.tables["t4"] = [[[Td(found.get((row, column), "")) for column in range(15)] for row in range(4)]]
    page = as_html(report).replace(b"<table>", b"<table border=1>")
    pdf = convert(written(tmp_path / "r.html", page), "pdf", tmp_path / "out")
    outcome = read_report(open_report(pdf.read_bytes()), find_form("2021"))
    assert {k: v for k, v in outcome.values.items() if v is not None and v != values[k]} == {}


def zipped(name: str, content: bytes) -> bytes:
    """A zip file with one member besides what makes it a package."""
    stream = io.BytesIO()
    with ZipFile(stream, "w", ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr(name, content)
    return stream.getvalue()


REFUSED: dict[str, tuple[bytes, str]] = {
    "old word": (compound_file({"WordDocument": b"\0" * 5000}), "旧格式"),
    "damaged pdf": (b"%PDF-1.7\n1 0 obj\n<<", "PDF 已损坏"),
    "picture": (b"\x89PNG\r\n\x1a\n" + b"\0" * 50, "图片"),
    "rtf": (rb"{\rtf1\ansi text}", "另存为 .docx"),
    "empty": (b"", "空文件"),
    "bomb": (zipped("word/document.xml", BOMB), ""),
    "entities": (
        zipped("word/document.xml", b"<!DOCTYPE w [<!ENTITY a 'aaaa'><!ENTITY b '&a;&a;'>]><w>&b;</w>"),
        "",
    ),
    "half a docx": (as_docx(report_of({}))[:900], ""),
}


@pytest.mark.parametrize("name", list(REFUSED))
def test_what_cannot_be_read_is_refused(name: str, tmp_path: Path) -> None:
    """Status 2, with what the file is and what to do; nothing is written."""
    data, words = REFUSED[name]
    ran = run("intake", written(tmp_path / "file", data), "-o", tmp_path / "out.xlsx")
    assert ran.status == 2
    assert words in ran.out + ran.err
    assert "Traceback" not in ran.err
    assert not (tmp_path / "out.xlsx").exists()


HOSTILE: dict[str, bytes] = {
    "deep": b"<html>" + b"<div>" * 100_000 + b"x",
    "wide spans": b"<html><table><tr><td colspan=999999999 rowspan=99999999>1</td><td>2</td></tr></table>"
    * 50,
    "many cells": b"<html><table>" + b"<tr>" + b"<td>1" * 200_000,
    "labels": b"<html><table>" + "<tr><td>属于国家秘密</td><td>1</td></tr>".encode() * 3000 + b"</table>",
    "brackets": b"<html><p>" + "（".encode() * 100_000,
    "entity": b"<!DOCTYPE html [<!ENTITY x SYSTEM 'file:///etc/hostname'>]><html><p>&x;</p><p>report</p></html>",
    "no end": b"<html><table><tr><td>" + b"0" * 500_000,
}


@pytest.mark.parametrize("name", list(HOSTILE))
def test_hostile_pages_give_nothing(name: str) -> None:
    """No figure, no text from elsewhere, no error, and soon."""
    try:
        outcome = read_report(open_report(HOSTILE[name]))
    except UnreadableError:
        return
    assert not any(outcome.values.values())


def test_a_docx_takes_words_that_were_struck_out_for_nothing() -> None:
    """Deleted words of a tracked change are not part of a cell."""
    body = (
        "<w:p><w:r><w:t>示例镇人民政府2024年政府信息公开工作年度报告</w:t></w:r></w:p>"
        "<w:p><w:del><w:r><w:delText>旧</w:delText></w:r></w:del><w:ins><w:r><w:t>一、总体情况</w:t></w:r></w:ins></w:p>"
        "<w:p><w:r><w:t>做了工作。</w:t></w:r></w:p>"
    )
    outcome = read_report(open_report(docx_file(body)))
    assert dict(outcome.texts) == {"text.overview": "做了工作。"}


def test_in_a_round_the_workbook_is_the_units_own(tmp_path: Path) -> None:
    """Matched to the roster by its name, signed as the round's blanks are, and counted by check."""
    here = make_round(tmp_path / "round", year=2024)
    report = written(tmp_path / "r.html", as_html(report_of(all_zero(), unit="示例县东河镇人民政府")))
    ran = run("intake", report, "-C", here.folder, "-o", here.returned / "a.xlsx", "--json")
    assert ran.status == 0, ran.out + ran.err
    assert json.loads(ran.out)["files"][0]["unit"]["code"] == "101"
    checked = json.loads(run("check", "-C", here.folder, "--json").out)
    assert [file["status"] for file in checked["files"]] == ["accepted"]


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (("--year", "x"), "四位数字"),
        (("--kind", "villa"), "类型"),
    ],
)
def test_misuse_is_refused(options: tuple[str, str], words: str, tmp_path: Path) -> None:
    """Status 2 and what is wrong."""
    ran = run("intake", written(tmp_path / "r.html", as_html(report_of(all_zero()))), *options)
    assert ran.status == 2
    assert words in ran.err


def test_several_reports_go_into_a_folder(tmp_path: Path) -> None:
    """Each with its own name; one file for several is refused."""
    for name in ("a", "b"):
        written(tmp_path / f"{name}.html", as_html(report_of(all_zero())))
    both = (tmp_path / "a.html", tmp_path / "b.html")
    assert run("intake", *both, "-o", tmp_path / "out").status == 0
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == ["a.xlsx", "b.xlsx"]
    assert run("intake", *both, "-o", tmp_path / "one.xlsx").status == 2


def test_published_reports_are_last_years_figures(tmp_path: Path) -> None:
    """By the title's name, or the code in the file's name; what could not be read or placed is told."""
    folder = tmp_path / "reports"
    folder.mkdir()
    values = all_zero() | {"t3.carried_out.natural": 3, "t3.carried_out.total": 3}
    written(folder / "x.html", as_html(report_of(values, unit="示例县东河镇人民政府")))
    written(folder / "102.docx", as_docx(report_of(values | {"t3.new.legal": "—"}, unit="某某镇人民政府")))
    written(folder / "old.txt", as_spaced_text(report_of(values, unit="西山乡人民政府", year=2023)))
    written(folder / "who.html", as_html(report_of(values, unit="外县南山镇人民政府")))
    (tmp_path / "list.csv").write_text(ROSTER, encoding="utf-8")
    options = ("--year", "2025", "--name", "示例县", "--roster", tmp_path / "list.csv", "--previous", folder)
    ran = run("init", tmp_path / "this", *options)
    assert ran.status == 0, ran.err
    here = open_round(tmp_path / "this")
    for code in ("101", "102"):
        known = here.former.of(code)
        assert known
        assert known["t3.carried_out.natural"] == 3
    text = (here.folder / FORMER_FILE).read_text(encoding="utf-8-sig")
    assert "reports/x.html" in text
    for words in ("old.txt", "who.html", "有 1 格没有读出"):
        assert words in ran.err


@pytest.mark.parametrize("name", FIGURES)
def test_what_report_wrote_is_read_back(name: str, tmp_path: Path) -> None:
    """Word file and web page of each sample give the same values and texts again."""
    content = figures(name)
    layout = find_form(str(content["edition"]))
    values = {
        k: v
        for k, v in content["values"].items()
        if not isinstance(v, str) and not layout.form.fields[k].terms
    }
    words = {
        "text.overview": "概述如下。\n（一）主动公开情况。做了。",
        "text.problems": "还有不足，正在改进。",
    }
    values |= words | {"text.other": "没有收取信息处理费。", "cover.blank_is_zero": "是"}
    blank = BlankWriter(layout).write(make_identity(layout, kind=UnitKind.CITY, year=content["year"]))
    written(tmp_path / "r.xlsx", fill(blank, values, find_layout=lambda _: layout, as_given=True))
    expected = json.loads(run("check", tmp_path / "r.xlsx", "--json").out)["files"][0]["values"]
    ran = run("report", tmp_path / "r.xlsx", "-o", tmp_path / "out", "--draft")
    made = sorted((tmp_path / "out").glob("*.docx")) + sorted((tmp_path / "out").glob("*.html"))
    assert len(made) == 2, ran.err
    for path in made:
        outcome = read_report(open_report(path.read_bytes()))
        assert {k: v if v is None else float(v) for k, v in outcome.values.items()} == expected
        assert words.items() <= outcome.texts.items()
        assert (outcome.layout.form.edition, outcome.naming.year) == (layout.form.edition, content["year"])


def test_lint_names_what_published_does_not_know(tmp_path: Path) -> None:
    """A row that the form has not, with the one that was probably meant."""
    shipped = ROOT / "templates" / "zfxxgk-2021.yaml"
    text = shipped.read_text(encoding="utf-8").replace("t3.carried_out: [结转", "t3.carried_uot: [结转")
    ran = run("forms", "lint", written(tmp_path / "mine.yaml", text.encode()))
    assert ran.status == 2
    assert 't3.carried_uot」，是否为 "t3.carried_out"' in ran.out + ran.err


def test_a_pdf_of_pictures_is_named_as_one(tmp_path: Path) -> None:
    """A scanned report has no text: it is said that it is pictures, not that a year is missing."""
    page = Image.new("L", (400, 600), 255)
    page.save(tmp_path / "scan.pdf", save_all=True, append_images=[page])
    ran = run("intake", tmp_path / "scan.pdf")
    assert ran.status == 2
    assert "只有图片" in ran.out


def test_a_refused_report_stops_no_other(tmp_path: Path) -> None:
    """Of several files one without a year, one that is missing: the others are written, and both are named."""
    nameless = report_of(all_zero())
    nameless.title = ["政府信息公开工作年度报告"]
    bad = written(tmp_path / "a.html", as_html(nameless))
    good = written(tmp_path / "b.html", as_html(report_of(all_zero())))
    ran = run("intake", bad, tmp_path / "none.html", good, "-o", tmp_path / "out")
    assert ran.status == 2
    assert [path.name for path in (tmp_path / "out").iterdir()] == ["b.xlsx"]
    assert "a.html" in ran.err
    assert "none.html" in ran.err


def test_a_printed_total_is_not_spoken_of_as_a_formula(tmp_path: Path) -> None:
    """Nobody covered a formula in a published report: its total differs from its parts."""
    report = written(tmp_path / "r.html", as_html(report_of(all_zero() | {"t4.review.upheld": 10})))
    ran = run("intake", report)
    assert "报告印的总计是 0" in ran.out
    assert "公式" not in ran.out


def test_two_reports_in_one_file_are_refused(tmp_path: Path) -> None:
    """This year's and last year's on one page: no figure is one's for certain."""
    pages = [as_html(report_of(all_zero(), year=year)).decode() for year in (2024, 2023)]
    both = pages[0].replace("</body>", pages[1].partition("<body>")[2])
    ran = run("intake", written(tmp_path / "r.html", both.encode()))
    assert ran.status == 2
    assert "不止一份报告" in ran.out


def test_the_year_is_not_that_of_another_reports_link(tmp_path: Path) -> None:
    """A title without a year under a link to last year's report: the year is asked for."""
    made = report_of(all_zero())
    made.title = ["示例县柳河镇人民政府", "政府信息公开工作年度报告"]
    page = as_html(made, around="<ul><li>示例县2023年政府信息公开工作年度报告</li></ul><div>{}</div>")
    ran = run("intake", written(tmp_path / "r.html", page))
    assert ran.status == 2
    assert "--year" in ran.err


RUNS = {
    "hidden": "<w:r><w:rPr><w:vanish/></w:rPr><w:t>9</w:t></w:r>",
    "struck": '<w:r><w:rPr><w:strike w:val="1"/></w:rPr><w:t>9</w:t></w:r>',
    "deleted": "<w:del><w:r><w:delText>9</w:delText></w:r></w:del>",
    "moved": "<w:moveFrom><w:r><w:t>9</w:t></w:r></w:moveFrom>",
    "raised": '<w:r><w:rPr><w:vertAlign w:val="superscript"/></w:rPr><w:t>9</w:t></w:r>',
}


@pytest.mark.parametrize("name", list(RUNS))
def test_runs_of_a_docx_that_are_no_figures(name: str) -> None:
    """Hidden, struck out, deleted, moved away or raised beside each figure: none becomes part of one."""
    values = {key: 100 + 7 * number for number, key in enumerate(all_zero())}
    with ZipFile(io.BytesIO(as_docx(report_of(values)))) as archive:
        body = archive.read("word/document.xml").decode().partition("<w:body>")[2].partition("</w:body>")[0]
    data = docx_file(re.sub(r"<w:t>[0-9]+</w:t></w:r>", lambda m: m[0] + RUNS[name], body))
    assert dict(read_report(open_report(data)).values) == values
