"""A saved web page as a document: its paragraphs and tables, with merged cells; nothing is fetched or run."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from lxml import etree, html

from nianbao.intake.as_shown import (
    INLINE,
    flowing,
    is_hidden,
    is_left_out,
    is_raised,
    shown_lines,
    takes_no_place,
)
from nianbao.intake.document import MOST_ITEMS, MOST_PIECES, Document, Grid, Paragraph, Picture, Piece
from nianbao.intake.from_text import decode

if TYPE_CHECKING:
    from collections.abc import Iterator

    from nianbao.intake.document import Item

CHARSET = re.compile(rb"charset\s*=\s*[\"']?\s*([A-Za-z0-9_-]{2,20})", re.IGNORECASE)
CHINESE = {
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "gb18030": "gb18030",
    "utf-8": "utf-8-sig",
    "big5": "big5hkscs",
}
DEEPEST = 200
MOST_SPAN = 400


def looks_like_html(data: bytes) -> bool:
    """Whether the bytes are a web page."""
    start = data[:4096].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    marks = (
        b"<!doctype html",
        b"<html",
        b"<body",
        b"<table",
        b"<div",
        b"<p",
        b"<?xml",
        b"<head",
        b"<meta",
        b"<h1",
        b"<!--",
    )
    return start.startswith(marks) or (b"<html" in start and b"<" in start)


def read_html(data: bytes) -> Document | None:
    """The document; None where nothing can be made of the bytes."""
    text = _decoded(data)
    if text is None:
        return None
    parser = html.HTMLParser(
        no_network=True, remove_comments=True, remove_pis=True, huge_tree=False, encoding="utf-8"
    )
    try:
        root = html.document_fromstring(text.encode(), parser=parser)
    except (etree.ParserError, etree.XMLSyntaxError, ValueError):
        return None
    walker = _Walker()
    walker.block(root, (), 0)
    walker.flush()
    return Document(
        tuple(walker.items),
        "html",
        fields={"title": " ".join((root.findtext(".//title") or "").split())[:200]},
    )


def _decoded(data: bytes) -> str | None:
    """The page's text by the encoding that it names, else by what fits."""
    match = CHARSET.search(data[:4096])
    named = CHINESE.get(match[1].decode().lower()) if match else None
    if named:
        try:
            return data.decode(named)
        except UnicodeDecodeError:
            other = decode(data)
            return data.decode(named, errors="replace") if other is None else other
    return decode(data)


class _Walker:
    """Goes through a page and keeps what it meets."""

    def __init__(self) -> None:
        self.items: list[Item] = []
        self._text: list[str] = []
        self._within: tuple[int, ...] = ()
        self._pieces = 0

    def flush(self) -> None:
        """What was read of a paragraph is one."""
        for line in shown_lines("".join(self._text)):
            if len(self.items) < MOST_ITEMS:
                self.items.append(Paragraph(line, self._within))
        self._text = []

    def block(self, element: html.HtmlElement, within: tuple[int, ...], depth: int) -> None:
        """An element with all in it."""
        if depth > DEEPEST or not isinstance(element.tag, str):
            return
        tag = element.tag.lower()
        if is_left_out(element):
            return
        if tag == "img":
            self.flush()
            self.items.append(Picture(within))
        elif tag == "br":
            self._text.append("\n")
        elif tag == "table" and not _is_layout(element):
            self.flush()
            self._table(element, within)
        else:
            self._inside(element, within, depth, inline=tag in INLINE)

    def _inside(
        self, element: html.HtmlElement, within: tuple[int, ...], depth: int, *, inline: bool
    ) -> None:
        if not inline:
            self.flush()
            self._within = within
        self._text.append(flowing(element.text))
        for number, child in enumerate(element):
            tag = child.tag.lower() if isinstance(child.tag, str) else ""
            deeper = within if tag in INLINE else (*within, number)
            self.block(child, deeper, depth + 1)
            if tag not in INLINE:
                self._within = within
            self._text.append(flowing(child.tail))
        if not inline:
            self.flush()

    def _table(self, table: html.HtmlElement, within: tuple[int, ...]) -> None:
        """A table of data as a grid."""
        for caption in table.findall("caption"):
            self.items.extend(Paragraph(line, within) for line in shown_lines(_cell_text(caption)))
        pieces = list(_pieces(table))
        self._pieces += len(pieces)
        if self._pieces <= MOST_PIECES and pieces:
            self.items.append(Grid.of(pieces, within))
        if next(table.iter("img"), None) is not None:
            self.items.append(Picture(within))


def _is_layout(table: html.HtmlElement) -> bool:
    """Whether a table only arranges the page: it holds tables, or one cell with paragraphs, or long texts."""
    if next((t for t in table.iter("table") if t is not table), None) is not None:
        return True
    cells = list(table.iter("td", "th"))
    if len(cells) <= 1:
        return True
    longest = max((len("".join(cell.itertext())) for cell in cells), default=0)
    return longest > 800


def _rows(table: html.HtmlElement) -> Iterator[html.HtmlElement]:
    """The rows that are shown."""
    for child in table:
        if not isinstance(child.tag, str) or is_hidden(child):
            continue
        if child.tag == "tr":
            yield child
        elif child.tag in {"tbody", "thead", "tfoot"}:
            yield from (row for row in child if row.tag == "tr" and not is_hidden(row))


def _pieces(table: html.HtmlElement) -> Iterator[Piece]:
    """The cells at the places where a browser shows them."""
    taken: set[tuple[int, int]] = set()
    rows = list(_rows(table))
    for number, row in enumerate(rows):
        column = 0
        for cell in row:
            if cell.tag not in {"td", "th"} or takes_no_place(cell):
                continue
            while (number, column) in taken:
                column += 1
            wide = _span(cell.get("colspan"))
            tall = min(_span(cell.get("rowspan")), len(rows) - number)
            piece = Piece(number, column, _cell_text(cell), tall, wide)
            if len(taken) > MOST_PIECES:
                return
            taken.update(piece.covered)
            yield piece
            column += wide


def _span(value: str | None) -> int:
    text = (value or "").strip()
    return max(1, min(int(text), MOST_SPAN)) if text.isascii() and text.isdigit() and len(text) < 9 else 1


def _cell_text(cell: html.HtmlElement) -> str:
    """A cell's words in one line, without what is hidden."""
    parts: list[str] = []

    def walk(element: html.HtmlElement, depth: int) -> None:
        if depth > DEEPEST or not isinstance(element.tag, str) or is_left_out(element):
            return
        if element.tag.lower() in {"br", "p", "div", "li"} and parts:
            parts.append("\n")
        start = len(parts)
        parts.append(flowing(element.text))
        for child in element:
            walk(child, depth + 1)
            parts.append(flowing(child.tail))
        if is_raised(element) and (note := "".join(parts[start:]).strip()):
            parts[start:] = [f"({note})"]

    walk(cell, 0)
    return "\n".join(shown_lines("".join(parts)))[:2000]
