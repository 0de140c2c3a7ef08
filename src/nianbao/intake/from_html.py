"""A saved web page as a document: its paragraphs and tables, with merged cells; nothing is fetched or run."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from lxml import etree, html

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
SKIPPED = frozenset(
    {
        "script",
        "style",
        "noscript",
        "template",
        "select",
        "option",
        "head",
        "svg",
        "iframe",
        "object",
        "button",
        "input",
        "textarea",
        "nav",
        "footer",
        "title",
        "del",
        "s",
        "strike",
    }
)
"""What a browser does not show as text, and what was struck out."""
INLINE = frozenset(
    {
        "a",
        "abbr",
        "b",
        "big",
        "em",
        "font",
        "i",
        "ins",
        "label",
        "mark",
        "o:p",
        "small",
        "span",
        "strong",
        "sub",
        "sup",
        "u",
        "st1:chsdate",
        "code",
        "var",
        "time",
        "bdo",
        "cite",
        "q",
    }
)
HIDING = re.compile(
    r"display:none|mso-hide:all|visibility:(?:hidden|collapse)|font-size:0(?:px|pt|em|rem|%)?(?:;|!|$)"
    r"|text-decoration(?:-line)?:[^;]*line-through|(?:^|;)opacity:0?(?:\.0+)?(?:;|!|$)"
)
RAISING = re.compile(r"vertical-align:(?:super|sub)|mso-text-raise:")
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
        for line in _lines("".join(self._text)):
            if len(self.items) < MOST_ITEMS:
                self.items.append(Paragraph(line, self._within))
        self._text = []

    def block(self, element: html.HtmlElement, within: tuple[int, ...], depth: int) -> None:
        """An element with all in it."""
        if depth > DEEPEST or not isinstance(element.tag, str):
            return
        tag = element.tag.lower()
        if tag in SKIPPED or _hidden(element):
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
        self._text.append(_flowing(element.text))
        for number, child in enumerate(element):
            tag = child.tag.lower() if isinstance(child.tag, str) else ""
            deeper = within if tag in INLINE else (*within, number)
            self.block(child, deeper, depth + 1)
            if tag not in INLINE:
                self._within = within
            self._text.append(_flowing(child.tail))
        if not inline:
            self.flush()

    def _table(self, table: html.HtmlElement, within: tuple[int, ...]) -> None:
        """A table of data as a grid."""
        for caption in table.findall("caption"):
            self.items.extend(Paragraph(line, within) for line in _lines(_cell_text(caption)))
        pieces = list(_pieces(table))
        self._pieces += len(pieces)
        if self._pieces <= MOST_PIECES and pieces:
            self.items.append(Grid.of(pieces, within))
        if next(table.iter("img"), None) is not None:
            self.items.append(Picture(within))


def _hidden(element: html.HtmlElement) -> bool:
    """Whether a browser does not show it, or shows it struck out."""
    style = "".join((element.get("style") or "").split()).lower()
    return element.get("hidden") is not None or bool(HIDING.search(style))


def _takes_no_place(cell: html.HtmlElement) -> bool:
    """Whether a browser leaves the cell out, so that those after it move up."""
    style = "".join((cell.get("style") or "").split()).lower()
    return "display:none" in style or cell.get("hidden") is not None


def _is_raised(element: html.HtmlElement) -> bool:
    """Whether it is set above or below the line, as a note's number is."""
    style = "".join((element.get("style") or "").split()).lower()
    return element.tag.lower() in {"sup", "sub"} or bool(RAISING.search(style))


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
        if not isinstance(child.tag, str) or _hidden(child):
            continue
        if child.tag == "tr":
            yield child
        elif child.tag in {"tbody", "thead", "tfoot"}:
            yield from (row for row in child if row.tag == "tr" and not _hidden(row))


def _pieces(table: html.HtmlElement) -> Iterator[Piece]:
    """The cells at the places where a browser shows them."""
    taken: set[tuple[int, int]] = set()
    rows = list(_rows(table))
    for number, row in enumerate(rows):
        column = 0
        for cell in row:
            if cell.tag not in {"td", "th"} or _takes_no_place(cell):
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
        if (
            depth > DEEPEST
            or not isinstance(element.tag, str)
            or element.tag.lower() in SKIPPED
            or _hidden(element)
        ):
            return
        if element.tag.lower() in {"br", "p", "div", "li"} and parts:
            parts.append("\n")
        start = len(parts)
        parts.append(_flowing(element.text))
        for child in element:
            walk(child, depth + 1)
            parts.append(_flowing(child.tail))
        if _is_raised(element) and (note := "".join(parts[start:]).strip()):
            parts[start:] = [f"({note})"]

    walk(cell, 0)
    return "\n".join(_lines("".join(parts)))[:2000]


def _flowing(text: str | None) -> str:
    """Text as a browser shows it: line ends in the source are spaces, and none stands between Chinese characters."""
    if not text:
        return ""
    flowing = re.sub(r"[ \t\r\n\f]+", " ", text)
    return re.sub(r"(?<=[\u3000-\u9fff\uff00-\uffef]) (?=[\u3000-\u9fff\uff00-\uffef])", "", flowing)


def _lines(text: str) -> list[str]:
    return [stripped for line in text.split("\n") if (stripped := line.strip(" \t\r\f"))]
