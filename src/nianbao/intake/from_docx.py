"""A Word document as a document: paragraphs and tables with merged cells; nothing outside of it is looked at."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nianbao.intake.document import MOST_ITEMS, MOST_PIECES, Document, Grid, Paragraph, Picture, Piece
from nianbao.opening.container import open_package
from nianbao.opening.xmlpart import read_tree

if TYPE_CHECKING:
    from collections.abc import Iterator
    from xml.etree.ElementTree import Element

    from nianbao.intake.document import Item
    from nianbao.opening.grid import Limits

MAIN = "word/document.xml"
W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
STRICT = "{http://purl.oclc.org/ooxml/wordprocessingml/main}"
DRAWN = frozenset({"pic", "imagedata", "OLEObject"})
LEFT_OUT = frozenset(
    {"del", "moveFrom", "instrText", "delText", "Fallback", "pPr", "rPr", "sectPr", "tblPr", "tcPr", "trPr"}
)
BREAKS = {"br": "\n", "cr": "\n", "tab": " ", "noBreakHyphen": "-"}
DEEPEST = 60
UNSEEN = frozenset({"vanish", "webHidden", "strike", "dstrike"})
"""Of a run's properties those of what is hidden or struck out."""
OFF = frozenset({"0", "false", "off", "none"})
RAISED = frozenset({"superscript", "subscript"})


def read_docx(data: bytes, limits: Limits) -> Document:
    """The document. Raises UnreadableError for what is damaged, encrypted or beyond the limits."""
    package = open_package(data, limits)
    root = read_tree(package.read(MAIN), MAIN, limits)
    items = _Walk()
    items.inside(root, (), 0)
    return Document(tuple(items.found[:MOST_ITEMS]), "docx")


def is_docx(data: bytes, limits: Limits) -> bool:
    """Whether a packed file is a Word document. Raises UnreadableError as `read_docx` does."""
    return MAIN in open_package(data, limits)


def _name(element: Element) -> str:
    return element.tag.rpartition("}")[2] if isinstance(element.tag, str) else ""


class _Walk:
    """Goes through the body in order."""

    def __init__(self) -> None:
        self.found: list[Item] = []
        self._pieces = 0

    def inside(self, element: Element, within: tuple[int, ...], depth: int) -> None:
        """What stands in an element."""
        if depth > DEEPEST:
            return
        for child in element:
            name = _name(child)
            if name == "p":
                self._paragraph(child, within, depth)
            elif name == "tbl":
                self._table(child, within, depth)
            elif name not in LEFT_OUT:
                self.inside(child, within, depth + 1)

    def _paragraph(self, element: Element, within: tuple[int, ...], depth: int) -> None:
        text = "".join(_texts(element, 0))
        self.found += [Paragraph(line.strip(), within) for line in text.split("\n") if line.strip()]
        for inner in element.iter():
            name = _name(inner)
            if name in DRAWN:
                self.found.append(Picture(within))
            elif name == "txbxContent":
                self.inside(inner, within, depth + 1)

    def _table(self, table: Element, within: tuple[int, ...], depth: int) -> None:
        nested = any(_name(inner) == "tbl" for inner in table.iter() if inner is not table)
        pieces = [] if nested else list(_pieces(table))
        self._pieces += len(pieces)
        if nested or len(pieces) <= 1:
            self.inside(table, within, depth + 1)
        elif self._pieces <= MOST_PIECES:
            self.found.append(Grid.of(pieces, within))
        if any(_name(inner) in DRAWN for inner in table.iter()):
            self.found.append(Picture(within))


def _texts(element: Element, depth: int) -> Iterator[str]:
    """A paragraph's words, without what was struck out and what stands in boxes."""
    for child in element:
        name = _name(child)
        if name == "t":
            yield child.text or ""
        elif name in BREAKS:
            yield BREAKS[name]
        elif name in {"p", "txbxContent"} or name in LEFT_OUT:
            continue
        elif depth < DEEPEST and not (name == "r" and _is_unseen(child)):
            inner = _texts(child, depth + 1)
            yield from inner if name != "r" or not _is_raised(child) else (f"({''.join(inner)})",)


def _run_properties(run: Element) -> Iterator[Element]:
    return (inner for holder in run if _name(holder) == "rPr" for inner in holder)


def _is_unseen(run: Element) -> bool:
    """Whether a run is hidden or struck out: it is not part of what was published."""
    return any(_name(inner) in UNSEEN and _value(inner).lower() not in OFF for inner in _run_properties(run))


def _is_raised(run: Element) -> bool:
    """Whether a run is a note's number, above or below the line."""
    raised = any(_name(inner) == "vertAlign" and _value(inner) in RAISED for inner in _run_properties(run))
    return raised and any(_name(inner) == "t" and inner.text for inner in run)


def _rows(element: Element, depth: int = 0) -> Iterator[Element]:
    for child in element:
        if _name(child) == "tr":
            if _property(child, "del") is None and _property(child, "hidden") is None:
                yield child
        elif _name(child) not in LEFT_OUT and depth < DEEPEST:
            yield from _rows(child, depth + 1)


def _cells(element: Element, depth: int = 0) -> Iterator[Element]:
    for child in element:
        if _name(child) == "tc":
            yield child
        elif _name(child) not in LEFT_OUT and depth < DEEPEST:
            yield from _cells(child, depth + 1)


def _pieces(table: Element) -> Iterator[Piece]:
    """The cells; one that goes on under another is part of it."""
    open_pieces: dict[int, Piece] = {}
    done: list[Piece] = []
    for number, row in enumerate(_rows(table)):
        column = _whole(row, "gridBefore", least=0)
        going: dict[int, Piece] = {}
        for cell in _cells(row):
            wide = _whole(cell, "gridSpan", least=1)
            above = open_pieces.get(column)
            merge = _property(cell, "vMerge")
            goes_on = merge is not None and _value(merge) != "restart"
            text = "\n".join(line for p in _paragraphs(cell) if (line := "".join(_texts(p, 0)).strip()))
            if goes_on and above is not None and above.columns == wide:
                piece = Piece(above.row, column, above.text or text, above.rows + 1, wide)
                done.remove(above)
            else:
                piece = Piece(number, column, text[:2000], 1, wide)
            done.append(piece)
            if merge is not None:
                going[column] = piece
            column += wide
        open_pieces = going
        if len(done) > MOST_PIECES:
            break
    yield from sorted(done, key=lambda piece: (piece.row, piece.column))


def _paragraphs(element: Element, depth: int = 0) -> Iterator[Element]:
    """A cell's paragraphs, those in drawn boxes with them, each once."""
    for child in element:
        if _name(child) == "p":
            yield child
        if _name(child) not in LEFT_OUT and depth < DEEPEST:
            yield from _paragraphs(child, depth + 1)


def _property(element: Element, name: str) -> Element | None:
    for holder in element:
        if _name(holder) in {"tcPr", "trPr"}:
            return next((inner for inner in holder if _name(inner) == name), None)
    return None


def _value(element: Element) -> str:
    return element.get(f"{W}val") or element.get(f"{STRICT}val") or ""


def _whole(element: Element, name: str, *, least: int) -> int:
    found = _property(element, name)
    text = _value(found) if found is not None else ""
    return min(max(int(text), least), 300) if text.isascii() and text.isdigit() and len(text) < 6 else least
