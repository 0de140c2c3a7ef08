"""Bytes of a published report to a document, whatever program wrote them; the file's name plays no part."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nianbao.intake.document import MOST_ITEMS, MOST_PIECES, Grid, Paragraph
from nianbao.messages import say
from nianbao.opening.container import seems_packed
from nianbao.opening.disguises import disguise
from nianbao.opening.grid import Limits, UnreadableError
from nianbao.opening.ole import OLE_MAGIC, read_directory

if TYPE_CHECKING:
    from nianbao.intake.document import Document, Item
    from nianbao.opening.grid import Workbook

LIMITS = Limits()
PDF = b"%PDF"
SAMPLE = 1024
LARGEST_TEXT = 8_000_000


def open_report(data: bytes, limits: Limits = LIMITS) -> Document:
    """The document. Raises UnreadableError with what the file is, and what to do."""
    if len(data) > limits.file:
        raise UnreadableError("too-large", say("文件过大，不像一份年度报告；请删去图片后再试"))
    document = _opened(data, limits)
    if not any(isinstance(item, Grid) or _has_words(item) for item in document.items):
        raise UnreadableError(
            "unreadable",
            say("里面没有文字，只有图片（如扫描件），读不出数；请用文字版的报告，或照图片把数填进空白表"),
        )
    pieces = sum(len(item.pieces) for item in document.items if isinstance(item, Grid))
    if pieces > MOST_PIECES or len(document.items) > MOST_ITEMS:
        raise UnreadableError("too-large", say("文件内容过多，不像一份年度报告；请只留报告本身再试"))
    return document


def _has_words(item: Item) -> bool:
    """Whether it is a paragraph with something in it."""
    return isinstance(item, Paragraph) and bool(item.text.strip())


def _opened(data: bytes, limits: Limits) -> Document:
    if PDF in data[:SAMPLE]:
        from nianbao.intake.from_pdf import read_pdf  # noqa: PLC0415 -- half a second to load

        return read_pdf(data)
    if seems_packed(data):
        return _packed(data, limits)
    return _marked_up(data)


def _packed(data: bytes, limits: Limits) -> Document:
    if data.startswith(OLE_MAGIC):
        names = {entry.name.casefold() for entry in read_directory(data).entries}
        if "worddocument" in names:
            raise UnreadableError(
                "unreadable",
                say("是旧格式的 Word 或 WPS 文档（.doc、.wps）；请用 WPS 或 Word 打开，另存为 .docx 后再试"),
            )
    else:
        from nianbao.intake.from_docx import is_docx, read_docx  # noqa: PLC0415 -- only what is needed

        if is_docx(data, limits):
            return read_docx(data, limits)
    from nianbao.intake.from_sheet import read_sheets  # noqa: PLC0415
    from nianbao.opening.workbooks import read_workbook  # noqa: PLC0415

    workbook = read_workbook(data, limits)
    _refuse_ours(workbook)
    return read_sheets(workbook)


def _refuse_ours(workbook: Workbook) -> None:
    from nianbao.returned.claims import carried_identity  # noqa: PLC0415

    if carried_identity(workbook) is not None:
        raise UnreadableError(
            "unreadable", say("是 nianbao 的表，不是公开的报告；请直接用 nianbao check 审核")
        )


def _marked_up(data: bytes) -> Document:
    from nianbao.intake.from_html import looks_like_html, read_html  # noqa: PLC0415
    from nianbao.intake.from_text import read_text  # noqa: PLC0415

    if len(data) > LARGEST_TEXT:
        raise UnreadableError("too-large", say("文件过大，不像一份年度报告；请删去图片后再试"))
    what = disguise(data).template
    if data.lstrip()[:5] == b"{\\rtf" or data[:5].lower() == b"mime-":
        raise UnreadableError(
            "unreadable",
            say("看起来是{what}；请用 WPS 或 Word 打开，另存为 .docx 后再试", what=disguise(data)),
        )
    document = read_html(data) if looks_like_html(data) else None
    document = document or (read_text(data) if data.strip() else None)
    if document is None or not document.items:
        raise UnreadableError(
            "unreadable",
            say("看起来是{what}，读不出内容；请用 .docx、.html、.pdf、.txt 或表格文件", what=what),
        )
    return document
