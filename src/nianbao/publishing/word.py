"""A report as a Word document: the office's template filled, the tables as the form prints them."""

from __future__ import annotations

from datetime import UTC, datetime
from io import BytesIO
from typing import TYPE_CHECKING, Any
from zipfile import BadZipFile, ZipFile

from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.opc.exceptions import PackageNotFoundError
from docx.shared import Pt
from docxtpl import DocxTemplate
from lxml.etree import XMLSyntaxError
from markupsafe import Markup

from nianbao.messages import say
from nianbao.problems import refuse
from nianbao.publishing.content import DRAFT
from nianbao.publishing.jinja import WRONG, context, template_error
from nianbao.publishing.shown import shown_figures
from nianbao.publishing.word_tables import Styles, table_xml
from nianbao.sandbox import sandbox
from nianbao.workbook.zipping import deflate, zipped

if TYPE_CHECKING:
    from docx.document import Document
    from docx.section import Section, _Header

    from nianbao.publishing.content import Content

HEAD_STYLE, SIDE_STYLE, FIGURE_STYLE = "表头", "表格文字", "表格数字"
"""The paragraph styles that a template has to have: all that the tables take from it."""
MOST_INFLATED = 60_000_000
TWENTIETHS = 635
"""EMU in a twentieth of a point."""
DRAFT_SIZE = Pt(22)


def write_word(content: Content, template: bytes, *, file: str) -> bytes:
    """The document; the same content and template give the same bytes. Raises OfficeError for a bad template."""
    document = _opened(template, file)
    inner: Document = document.get_docx()
    styles = _styles(inner, file)
    width = min(map(_text_width, inner.sections))
    shown = shown_figures(content)
    tables = {
        section.id: Markup(table_xml(section.table, shown, width=width, styles=styles))  # noqa: S704 -- escaped there
        for section in content.sections
        if section.table
    }
    known = context(content, tables)
    try:
        document.render(known, sandbox(escaped=True), autoescape=True)
    except (*WRONG, XMLSyntaxError) as error:
        raise template_error(error, known, file=file) from error
    inner = document.docx  # `get_docx` would read the template anew
    if content.draft:
        _mark_draft(inner)
    _describe(inner, content)
    buffer = BytesIO()
    document.save(buffer)
    return _timeless(buffer.getvalue())


def _opened(template: bytes, file: str) -> Any:
    """The template. Raises OfficeError where it is no document of Word's, or a bomb."""
    try:
        with ZipFile(BytesIO(template)) as archive:
            if sum(info.file_size for info in archive.infolist()) > MOST_INFLATED:
                raise refuse(say("模板太大"), file=file)
        document = DocxTemplate(BytesIO(template))
        document.init_docx()
    except (BadZipFile, PackageNotFoundError, KeyError, ValueError, XMLSyntaxError, NotImplementedError):
        message = say("不是 Word 文档（.docx），或已损坏。请换一份模板；删去它就用程序自带的。")
        raise refuse(message, file=file) from None
    return document


def _styles(document: Document, file: str) -> Styles:
    """The ids of the styles. Raises OfficeError for a template that lacks one."""
    known = {style.name: style.style_id for style in document.styles}
    for name in (HEAD_STYLE, SIDE_STYLE, FIGURE_STYLE):
        if name not in known:
            raise refuse(say("模板里没有段落样式「{name}」，表格要用它", name=name), file=file)
    return Styles(*(known[name] for name in (HEAD_STYLE, SIDE_STYLE, FIGURE_STYLE)))


def _text_width(section: Section) -> int:
    """From margin to margin, in twentieths of a point."""
    page, left, right = section.page_width, section.left_margin, section.right_margin
    if page is None or left is None or right is None:
        return 8800
    return (page - left - right) // TWENTIETHS


def _mark_draft(document: Document) -> None:
    """「草稿」 at the head of every page, whatever heads the template has."""
    for number, section in enumerate(document.sections):
        headers: list[_Header] = [section.header]
        if section.different_first_page_header_footer:
            headers.append(section.first_page_header)
        if document.settings.odd_and_even_pages_header_footer:
            headers.append(section.even_page_header)
        for header in headers:
            if number and header.is_linked_to_previous:
                continue
            paragraph = header.paragraphs[0].insert_paragraph_before()
            paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
            run = paragraph.add_run(f"【{DRAFT}】")
            run.bold = True
            run.font.size = DRAFT_SIZE


def _describe(document: Document, content: Content) -> None:
    """Title and author; the day is the first after the period's year, so that nothing depends on the clock."""
    properties = document.core_properties
    day = datetime(content.period.year + 1, 1, 1, tzinfo=UTC)
    properties.title, properties.author = content.title, content.unit_name
    properties.last_modified_by, properties.revision = content.unit_name, 1
    properties.comments = properties.keywords = properties.subject = ""
    properties.created = properties.modified = day


def _timeless(data: bytes) -> bytes:
    """The same document with no times in its zip."""
    with ZipFile(BytesIO(data)) as archive:
        return zipped(deflate(name, archive.read(name)) for name in archive.namelist())
