"""A return as its report: Word, web page, read back; what keeps it from being written."""

from __future__ import annotations

import re
from dataclasses import replace
from io import BytesIO
from typing import TYPE_CHECKING
from zipfile import ZipFile

import docx
import pytest
from docx.oxml.ns import qn

from build import right_answers
from conftest import FIGURES, figures, make_identity
from make_report_template import PATH, make_template
from nianbao.intake.opened import open_report
from nianbao.intake.reading import read_report
from nianbao.layout.shelf import find_form
from nianbao.opening.grid import Limits
from nianbao.problems import OfficeError
from nianbao.publishing.figures import digits
from nianbao.publishing.pdf import as_pdf
from nianbao.publishing.proving import prove
from nianbao.publishing.publishing import DOCX, HTML, Desk, content_of, obstacles, reports_of
from nianbao.publishing.rereading import Reread, figures_in, reread_page, reread_word
from nianbao.returned.findings import found_at
from nianbao.workbook.zipping import deflate, zipped
from publishing_cases import TEXTS, case

if TYPE_CHECKING:
    from pathlib import Path

    from nianbao.definition.form import Form
    from nianbao.layout.formulas import Shown
    from nianbao.layout.places import Layout
    from nianbao.returned.returns import Checked

BOTH = (DOCX, HTML)


def desk(*, draft: bool = False, edition: str = "2021", folder: Path | None = None) -> Desk:
    """A desk for that edition."""
    return Desk(find_form(edition), folder, draft)


def complaints(checked: Checked, former: dict[str, Shown] | None = None, *, draft: bool = False) -> list[str]:
    """What keeps the return from being published."""
    return [message.text() for message in obstacles(desk(draft=draft), checked, former)]


def paragraphs(data: bytes) -> list[str]:
    """A Word document's paragraphs outside tables."""
    return [paragraph.text for paragraph in docx.Document(BytesIO(data)).paragraphs]


def read_back(form: Form, read: Reread) -> dict[str, str]:
    """Every figure that the documents' tables show."""
    pairs = zip(form.tables, read.grids, strict=True)
    return {key: text for table, grid in pairs for key, text in figures_in(grid, form, table).items()}


@pytest.mark.parametrize("name", FIGURES)
def test_every_published_report_reads_back_as_it_was(name: str) -> None:
    """Both documents of each sample show every figure, and no other, in its place by the printed labels."""
    edition = figures(name)["edition"]
    checked = case(name)
    made = reports_of(desk(edition=edition), checked, None, BOTH).documents
    form = find_form(edition).form
    expected = {key: "" if value is None else digits(value) for key, value in checked.values.items()}
    assert read_back(form, reread_word(made[DOCX])) == expected
    assert read_back(form, reread_page(made[HTML])) == expected


@pytest.mark.parametrize("name", FIGURES)
@pytest.mark.parametrize("kind", BOTH)
def test_what_intake_reads_of_a_report_is_the_return_it_was_made_from(name: str, kind: str) -> None:
    """Edition, year, unit, every figure and every text: report and intake cancel each other."""
    given, checked = figures(name), case(name)
    data = reports_of(desk(edition=given["edition"]), checked, None, BOTH).documents[kind]
    outcome = read_report(open_report(data, Limits()))
    assert (outcome.layout.form.edition, outcome.naming.year) == (given["edition"], given["year"])
    assert outcome.naming.unit == "示例县"
    numbers = {key: value for key, value in checked.values.items() if not isinstance(value, str)}
    assert {key: outcome.values.get(key) for key in numbers} == numbers
    assert outcome.texts == {**TEXTS, "text.overview": "\n".join(_overview(checked))}


def test_a_paragraph_that_is_one_figure_is_found_where_it_stands() -> None:
    """A text of nothing but a placeholder is held to its own paragraph, not to the title."""
    given = case(texts={"text.overview": "{{ percent(t3.granted.total, of=t3.handled.total) }}"})
    made = reports_of(desk(), given, None, BOTH).documents
    assert "%" in read_report(open_report(made[DOCX], Limits())).texts["text.overview"]


@pytest.mark.oracle
@pytest.mark.parametrize("name", ["county-y-2025", "office-g-2019"])
def test_what_intake_reads_of_the_pdf_is_the_return_it_was_made_from(name: str) -> None:
    """The same through the PDF that LibreOffice writes: figures over pages, title and texts apart."""
    given, checked = figures(name), case(name)
    document = reports_of(desk(edition=given["edition"]), checked, None, (DOCX,)).documents[DOCX]
    outcome = read_report(open_report(as_pdf(document)))
    assert (outcome.naming.unit, outcome.naming.year) == ("示例县", given["year"])
    numbers = {key: value for key, value in checked.values.items() if not isinstance(value, str)}
    assert {key: outcome.values.get(key) for key in numbers} == numbers
    assert outcome.texts == {**TEXTS, "text.overview": "\n".join(_overview(checked))}


def _overview(checked: Checked) -> tuple[str, str]:
    """The first text as it reads in the report."""
    return f"一年来，新收 {checked.values['t3.new.total']} 件。", "第二段 <b>& {单个花括号}。"


def test_the_sections_stand_in_the_order_of_the_form() -> None:
    """一 to 六, tables and texts between each other."""
    texts = paragraphs(reports_of(desk(), case(), None, BOTH).documents[DOCX])
    heads = [text for text in texts if re.match("[一二三四五六]、", text)]
    form = find_form("2021").form
    assert texts[0] == "示例县2025年政府信息公开工作年度报告"
    assert [head[0] for head in heads] == list("一二三四五六")
    assert set(heads) == {table.title for table in form.tables} | {text.title for text in form.texts}


def test_a_text_is_no_template_and_its_signs_stay() -> None:
    """Braces that are none of a placeholder's, `<`, `&`: as typed; the placeholder is the figure."""
    made = reports_of(desk(), case(), None, BOTH).documents
    lines = ["一年来，新收 713 件。", "第二段 <b>& {单个花括号}。"]
    assert paragraphs(made[DOCX])[2:4] == lines
    assert set(lines) < set(reread_page(made[HTML]).paragraphs)


def test_the_same_return_gives_the_same_bytes() -> None:
    """No clock, no chance."""
    one, other = (reports_of(desk(), case(), None, BOTH).documents for _ in range(2))
    assert one == other


def test_rows_are_whole_heads_repeat_and_tables_are_as_wide_as_the_text() -> None:
    """Of each table the grid's columns add up to the page's text; the head of 三 and 四 begins every page."""
    document = docx.Document(BytesIO(reports_of(desk(), case(), None, BOTH).documents[DOCX]))
    section = document.sections[0]
    assert section.page_width
    assert section.left_margin
    assert section.right_margin
    width = (section.page_width - section.left_margin - section.right_margin) // 635
    heads = []
    for table in document.tables:
        columns = table._tbl.tblGrid.gridCol_lst
        assert sum(int(column.get(qn("w:w"), "0")) for column in columns) == width
        rows = table._tbl.tr_lst
        assert all(row.find(f"{qn('w:trPr')}/{qn('w:cantSplit')}") is not None for row in rows)
        heads.append(sum(row.find(f"{qn('w:trPr')}/{qn('w:tblHeader')}") is not None for row in rows))
    assert heads == [0, 3, 3]


def test_an_error_keeps_a_return_from_being_published() -> None:
    """It is said as `check` says it; a draft is written all the same."""
    wrong = found_at(find_form("2021"), "negative", ["t3.new.natural"], found="-1")
    checked = replace(case(), findings=(wrong,))
    assert complaints(checked) == [wrong.message.text()]
    assert complaints(checked, draft=True) == []


@pytest.mark.parametrize("key", TEXTS)
def test_an_empty_section_is_a_finding_and_no_empty_heading(key: str) -> None:
    """It is refused; a draft says under the heading that it is still to be written."""
    checked = case(texts={key: "　\n"})
    (said,) = complaints(checked)
    assert "没有写" in said
    content = content_of(desk(draft=True), checked, None)
    (section,) = (section for section in content.sections if section.id == key)
    assert all(line.startswith("【草稿") for line in section.lines)
    assert section.lines


def test_a_draft_says_so_on_every_page() -> None:
    """At the head of the Word document's pages, at the top of the web page, and in the file's name."""
    made = reports_of(desk(draft=True), case(), None, BOTH)
    (section,) = docx.Document(BytesIO(made.documents[DOCX])).sections
    assert "草稿" in section.header.paragraphs[0].text
    assert '<p class="draft">草稿</p>' in made.documents[HTML].decode()
    assert made.stem == "101_示例县_2025_年度报告_草稿"
    plain = reports_of(desk(), case(), None, BOTH).documents
    assert "草稿" not in plain[HTML].decode()


def test_the_template_is_what_the_script_makes() -> None:
    """`make report-template` gives the shipped file."""
    assert PATH.read_bytes() == make_template()


def test_a_rounds_own_template_goes_first(tmp_path: Path) -> None:
    """An office adds a sentence, with a figure, to its copy in `templates/report`."""
    own = tmp_path / "templates" / "report" / "report.docx"
    own.parent.mkdir(parents=True)
    document = docx.Document(str(PATH))
    document.add_paragraph(
        "本报告电子版可在网站下载。新收 {{ t3.new.total }} 件，不予公开 {{ t3.refused.total }} 件。"
    )
    document.save(str(own))
    made = reports_of(desk(folder=tmp_path), case(), None, BOTH).documents
    assert paragraphs(made[DOCX])[-1] == "本报告电子版可在网站下载。新收 713 件，不予公开 32 件。"


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("{{ t3.new.totl }}", '没有编号「t3.new.totl」，是否为 "t3.new.total"？'),
        ("{{ t9.new }}", "没有编号「t9」"),
        ("{{ previous.t3.new.total }}", "没有编号「previous」|不知道上一期的数|None"),
        ("{% for x in %}", "模板有错"),
        ("{{ ''.__class__.__mro__ }}", "不允许|没有编号|模板有错"),
        ("{% macro m() %}{{ m() }}{% endmacro %}{{ m() }}", "模板有错|recursion"),
    ],
)
def test_a_wrong_template_is_refused_with_its_name(written: str, said: str, tmp_path: Path) -> None:
    """The office's mistake: one error, exit status 2, nothing written."""
    own = tmp_path / "templates" / "report" / "report.docx"
    own.parent.mkdir(parents=True)
    document = docx.Document(str(PATH))
    document.add_paragraph(written)
    document.save(str(own))
    with pytest.raises(OfficeError, match=said) as raised:
        reports_of(desk(folder=tmp_path), case(), None, BOTH)
    assert raised.value.problems[0].file == str(own)


@pytest.mark.parametrize("kind", BOTH)
@pytest.mark.parametrize(
    ("right", "wrong", "said"),
    [
        ("705", "706", "自然人」文档里是「706」，表里是「705」"),
        ("4068.208", "4068.2080001", "收费金额"),
        ("商业企业", "商业企亚", "文档里是「」"),
        ("一年来，新收 713 件", "一年来，新收 714 件", "{{ t3.new.total }}|t3.new.total 文档里是「714」"),
        ("公开不够及时", "公开很及时", "「五、存在的主要问题及改进情况」里有一段文字在文档里找不到"),
    ],
)
def test_a_document_that_says_otherwise_is_not_given_out(
    kind: str, right: str, wrong: str, said: str
) -> None:
    """One figure, label or word changed in the finished document, and every difference is named."""
    checked = case()
    content = content_of(desk(), checked, None)
    data = reports_of(desk(), checked, None, BOTH).documents[kind]
    read = (reread_word if kind == DOCX else reread_page)(changed(data, right, wrong))
    with pytest.raises(OfficeError, match=said):
        prove(content, read, file="report")
    prove(content, (reread_word if kind == DOCX else reread_page)(data), file="report")


def test_figures_that_a_template_quotes_are_read_back_too() -> None:
    """A sentence of the office's own template: a figure that is another one in the document is found."""
    template = Reread(
        (),
        ("新收 {{ t3.new.total }} 件，占 {{ percent(t3.new.total, of=t3.new.total) }}。", "{{ title }}"),
        (),
    )
    content = content_of(desk(), case(), None)
    data = reports_of(desk(), case(), None, BOTH).documents[HTML]
    read = reread_page(data)
    right = replace(read, paragraphs=(*read.paragraphs, "新收 713 件，占 100.0%。"))
    prove(content, right, file="report", template=template)
    wrong = replace(read, paragraphs=(*read.paragraphs, "新收 714 件，占 100.0%。"))
    with pytest.raises(OfficeError, match="文档里是「714」"):
        prove(content, wrong, file="report", template=template)


def changed(data: bytes, right: str, wrong: str) -> bytes:
    """The document with a text of it changed, once."""
    if not data.startswith(b"PK"):
        assert right.encode() in data
        return data.replace(right.encode(), wrong.encode(), 1)
    with ZipFile(BytesIO(data)) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    body = parts["word/document.xml"]
    assert right.encode() in body
    parts["word/document.xml"] = body.replace(right.encode(), wrong.encode(), 1)
    return zipped(deflate(name, content) for name, content in parts.items())


@pytest.mark.parametrize(
    "text",
    [
        "a\tb  两个  空格",
        "字\x0b\x01控制",
        "😀 𠮷",
        "R&D <script>alert(1)</script> ]]>",
        "　　缩进\r\n第二行",
        "&amp; &#x41;",
        "一\u2028二\u0085三\x1c四",
        "\\a \\n {单}",
        "字" * 20_000,
    ],
)
def test_whatever_a_unit_wrote_reads_back(text: str) -> None:
    """No character of a text breaks a document or becomes part of its making."""
    made = reports_of(desk(), case(texts={"text.overview": text}), None, BOTH).documents
    assert b"<script>" not in made[HTML]


def test_a_draft_is_marked_on_first_and_even_pages_of_an_offices_template(tmp_path: Path) -> None:
    """Whatever heads its template has."""
    own = tmp_path / "templates" / "report" / "report.docx"
    own.parent.mkdir(parents=True)
    document = docx.Document(str(PATH))
    document.sections[0].different_first_page_header_footer = True
    document.settings.odd_and_even_pages_header_footer = True
    document.save(str(own))
    data = reports_of(desk(draft=True, folder=tmp_path), case(), None, [DOCX]).documents[DOCX]
    heads = reread_word(data).heads
    assert len(heads) == 3
    assert all("草稿" in head for head in heads)


@pytest.mark.parametrize("name", ["report.docx", "report.html"])
def test_a_template_that_is_no_document_is_refused(name: str, tmp_path: Path) -> None:
    """A broken copy in the round is named; the shipped one is not taken in its place unseen."""
    own = tmp_path / "templates" / "report" / name
    own.parent.mkdir(parents=True)
    own.write_bytes(b"PK\x03\x04\xff\xfe not a document")
    with pytest.raises(OfficeError) as raised:
        reports_of(desk(folder=tmp_path), case(), None, BOTH)
    assert raised.value.problems[0].file == str(own)


def test_a_web_template_without_a_place_for_the_mark_makes_no_draft(tmp_path: Path) -> None:
    """A draft that does not say so could be taken for the report."""
    own = tmp_path / "templates" / "report" / "report.html"
    own.parent.mkdir(parents=True)
    own.write_text(
        PATH.with_suffix(".html").read_text(encoding="utf-8").replace("{{ draft }}", ""), encoding="utf-8"
    )
    with pytest.raises(OfficeError, match="draft"):
        reports_of(desk(draft=True, folder=tmp_path), case(), None, [HTML])


def test_a_form_of_an_offices_own_has_reports_too(safety: Layout) -> None:
    """Its own sections, without those that need not be written and are not."""
    values = dict.fromkeys(safety.form.fields) | right_answers(safety)
    texts = dict.fromkeys((text.id for text in safety.form.texts), "")
    identity = make_identity(safety, part="3")
    checked = replace(case(), identity=identity, values=values, texts=texts)
    made = reports_of(Desk(safety), checked, None, BOTH)
    assert made.stem == "101_示例县_2025-03_月度报告"
    assert len(reread_page(made.documents[HTML]).grids) == len(safety.form.tables)
