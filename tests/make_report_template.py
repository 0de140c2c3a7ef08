"""Writes templates/report/report.docx, the Word template of reports: `make report-template`.

The fonts are those of official documents (GB/T 9704-2012), named; where a machine lacks one, its other names are tried.
"""

from __future__ import annotations

from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING
from zipfile import ZipFile

import docx
from docx.enum.style import WD_STYLE_TYPE
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_LINE_SPACING
from docx.oxml import OxmlElement, parse_xml
from docx.oxml.ns import nsdecls, qn
from docx.shared import Mm, Pt

from nianbao.publishing.word import FIGURE_STYLE, HEAD_STYLE, SIDE_STYLE
from nianbao.workbook.zipping import deflate, zipped

if TYPE_CHECKING:
    from docx.document import Document
    from docx.styles.style import ParagraphStyle

PATH = Path(__file__).parent.parent / "templates" / "report" / "report.docx"
DAY = datetime(2026, 1, 1, tzinfo=UTC)
TITLE, HEI, KAI, FANG, SONG = "方正小标宋简体", "黑体", "楷体", "仿宋", "宋体"
OTHER_NAMES = {
    TITLE: "方正小标宋_GBK,FZXiaoBiaoSong-B05S,华文中宋,STZhongsong,宋体,SimSun,Noto Serif CJK SC",
    HEI: "SimHei,方正黑体_GBK,Noto Sans CJK SC",
    KAI: "KaiTi,楷体_GB2312,方正楷体_GBK,STKaiti,Noto Serif CJK SC",
    FANG: "FangSong,仿宋_GB2312,方正仿宋_GBK,STFangsong,Noto Serif CJK SC",
    SONG: "SimSun,方正书宋_GBK,Noto Serif CJK SC",
}
LATIN = "Times New Roman"
BODY = """
{{ title }}
{%p for section in sections %}
{{ section.title }}
{%p for paragraph in section.paragraphs %}
{{ paragraph }}
{%p endfor %}
{%p if section.table %}
{{p section.table }}
{%p endif %}
{%p endfor %}
"""
STYLED = {"{{ title }}": "Title", "{{ section.title }}": "Heading 1"}


def make_template() -> bytes:
    """The template's bytes, the same whenever they are made."""
    document = docx.Document()
    _page(document)
    _looks(document)
    for line in BODY.strip().splitlines():
        document.add_paragraph(line, style=STYLED.get(line, "Normal"))
    _page_number(document)
    properties = document.core_properties
    properties.title, properties.author, properties.comments = "报告模板", "nianbao", ""
    properties.created = properties.modified = DAY
    buffer = BytesIO()
    document.save(buffer)
    return _with_fonts(buffer.getvalue())


def _page(document: Document) -> None:
    """A4 with the margins of official documents."""
    section = document.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.top_margin, section.bottom_margin = Mm(35), Mm(32)
    section.left_margin, section.right_margin = Mm(27), Mm(26)
    section.header_distance, section.footer_distance = Mm(18), Mm(25)


def _looks(document: Document) -> None:
    """Title, headings and text; three small styles for tables."""
    styles = document.styles
    normal = _dressed(styles["Normal"], FANG, 16)
    normal.paragraph_format.first_line_indent = Pt(32)
    normal.paragraph_format.line_spacing = Pt(28)
    title = _dressed(styles["Title"], TITLE, 22)
    title.paragraph_format.alignment = WD_ALIGN_PARAGRAPH.CENTER
    title.paragraph_format.first_line_indent = Pt(0)
    title.paragraph_format.line_spacing = Pt(34)
    title.paragraph_format.space_before, title.paragraph_format.space_after = Pt(0), Pt(28)
    heading = _dressed(styles["Heading 1"], HEI, 16)
    heading.paragraph_format.space_before, heading.paragraph_format.space_after = Pt(6), Pt(6)
    heading.paragraph_format.keep_with_next = True
    for name in (HEAD_STYLE, SIDE_STYLE, FIGURE_STYLE):
        style = _dressed(styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH), SONG, 9)
        style.base_style = None
        style.paragraph_format.first_line_indent = Pt(0)
        style.paragraph_format.line_spacing_rule = WD_LINE_SPACING.SINGLE
        style.paragraph_format.space_before = style.paragraph_format.space_after = Pt(0)
    _dressed(styles["Footer"], SONG, 14).paragraph_format.first_line_indent = Pt(0)
    _dressed(styles["Header"], HEI, 14).paragraph_format.first_line_indent = Pt(0)


def _dressed(style: ParagraphStyle, font: str, size: float) -> ParagraphStyle:
    """The style in that font and size, black, upright, with no line beneath and none of the theme's fonts."""
    properties = style.element.get_or_add_rPr()
    for child in list(properties):
        properties.remove(child)
    style.font.name, style.font.size = LATIN, Pt(size)
    properties.rFonts.set(qn("w:eastAsia"), font)
    layout = style.element.get_or_add_pPr()
    for border in layout.findall(qn("w:pBdr")):
        layout.remove(border)
    return style


def _page_number(document: Document) -> None:
    """「— 1 —」 at the foot of every page."""
    paragraph = document.sections[0].footer.paragraphs[0]
    paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
    paragraph.add_run("— ")
    field = OxmlElement("w:fldSimple")
    field.set(qn("w:instr"), "PAGE")
    field.append(parse_xml(f"<w:r {nsdecls('w')}><w:t>1</w:t></w:r>"))
    paragraph._p.append(field)
    paragraph.add_run(" —")


def _with_fonts(data: bytes) -> bytes:
    """The document with the table of fonts: what else each is called. No times in the zip."""
    with ZipFile(BytesIO(data)) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    fonts = "".join(
        f'<w:font w:name="{name}"><w:altName w:val="{others}"/><w:charset w:val="86"/><w:family w:val="auto"/>'
        '<w:pitch w:val="variable"/></w:font>'
        for name, others in OTHER_NAMES.items()
    )
    head = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
    parts["word/fontTable.xml"] = f"{head}<w:fonts {nsdecls('w')}>{fonts}</w:fonts>".encode()
    parts.pop("docProps/thumbnail.jpeg", None)
    links = parts["_rels/.rels"].decode()
    start = links.find("<Relationship ", links.find("thumbnail") - 200) if "thumbnail" in links else -1
    parts["_rels/.rels"] = links.encode() if start < 0 else _without_thumbnail(links)
    return zipped(deflate(name, content) for name, content in parts.items())


def _without_thumbnail(links: str) -> bytes:
    """The package's links but the one to a picture of an empty page."""
    pieces = links.split("<Relationship ")
    kept = [piece for piece in pieces if "thumbnail" not in piece]
    end = "" if kept[-1].rstrip().endswith("</Relationships>") else "</Relationships>"
    return ("<Relationship ".join(kept) + end).encode()


if __name__ == "__main__":
    PATH.parent.mkdir(parents=True, exist_ok=True)
    PATH.write_bytes(make_template())
