"""A PDF with text as a document: ruled tables as grids with merged cells, all else as paragraphs."""

from __future__ import annotations

import re
from io import BytesIO
from typing import TYPE_CHECKING, Any

import pdfplumber
from pdfminer.pdfdocument import PDFPasswordIncorrect
from pdfplumber.utils.exceptions import PdfminerException
from pdfplumber.utils.text import extract_text

from nianbao.frozen import frozen
from nianbao.intake.document import Document, Grid, Paragraph, Picture, Piece, loosened
from nianbao.intake.labels import begins_anew
from nianbao.messages import say
from nianbao.opening.grid import UnreadableError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from nianbao.intake.document import Item

MAGIC = b"%PDF"
MOST_PAGES = 80
MOST_CHARACTERS = 400_000
MOST_EDGES = 6_000
PAGE_NUMBER = re.compile(r"[-—–\s]*第?\s*[0-9]{1,3}\s*页?(\s*[/共]\s*[0-9]{1,3}\s*页?)?[-—–\s]*")
CLOSE = 3.0
CUT, NEAR = "…", 1.5
"""Stands after what a cell shows only part of; points from an edge."""
OTHER_SIZE = 1.5
"""Points by which the characters of a title differ from those of the text."""
BROKEN = (ArithmeticError, AssertionError, AttributeError, LookupError, RecursionError, TypeError, ValueError)
"""What the library raises over files that are no good: it has no error of its own for most."""
ACROSS, DOWN = 2, 3
"""How far characters of a word, and of a line, may be apart."""


_Box = tuple[float, float, float, float]


@frozen
class _Line:
    """A line of text as set, or a grid, on a page."""

    top: float
    left: float
    right: float
    text: str
    grid: Grid | None = None
    edges: tuple[float, ...] = ()
    size: float = 0.0


def read_pdf(data: bytes) -> Document:
    """The document. Raises UnreadableError for what is encrypted, damaged or too long."""
    try:
        with pdfplumber.open(BytesIO(data)) as pdf:
            pages = _pages(pdf)
    except UnreadableError:
        raise
    except PdfminerException as error:
        if isinstance(error.args[0] if error.args else None, PDFPasswordIncorrect):
            raise UnreadableError("encrypted", say("PDF 设有打开密码；请取消密码后再用")) from error
        raise UnreadableError("unreadable", say("PDF 已损坏，读不出内容")) from error
    except BROKEN as error:
        raise UnreadableError("unreadable", say("PDF 已损坏，读不出内容")) from error
    return Document(tuple(_items(pages)), "pdf")


def _pages(pdf: Any) -> list[_Page]:
    if len(pdf.pages) > MOST_PAGES:
        raise UnreadableError("too-large", say("PDF 超过 {most} 页，不像一份年度报告", most=MOST_PAGES))
    return [_page(page) for page in pdf.pages]


@frozen
class _Page:
    """What stands on a page, from the top down."""

    lines: tuple[_Line, ...]
    pictures: int


def _page(page: Any) -> _Page:
    """The page's lines and grids."""
    if len(page.chars) > MOST_CHARACTERS:
        raise UnreadableError("too-large", say("PDF 一页里的字太多，不像一份年度报告"))
    page = page.dedupe_chars(tolerance=1)
    tables = page.find_tables() if len(page.edges) <= MOST_EDGES else []
    found: list[_Line] = []
    boxes = []
    for table in tables:
        for grid, box, edges in _grids(page, table):
            boxes.append(box)
            found.append(_Line(box[1], box[0], box[2], "", grid, edges))
    rest = page.filter(lambda item: not _is_in(item, boxes))
    lines = rest.extract_text_lines(x_tolerance=ACROSS, y_tolerance=DOWN)
    found += [
        _Line(line["top"], line["x0"], line["x1"], line["text"], size=line["chars"][0]["size"])
        for line in lines
    ]
    found.sort(key=lambda line: line.top)
    if found and found[-1].grid is None and PAGE_NUMBER.fullmatch(found[-1].text):
        found.pop()
    large = [i for i in page.images if i["width"] > page.width / 4 and i["height"] > 40]
    return _Page(tuple(found), len(large))


def _is_in(item: dict[str, Any], boxes: Sequence[_Box]) -> bool:
    if "x0" not in item or "top" not in item:
        return False
    across, down = (item["x0"] + item["x1"]) / 2, (item["top"] + item["bottom"]) / 2
    return any(left <= across <= right and top <= down <= bottom for left, top, right, bottom in boxes)


def _grids(page: Any, table: Any) -> Iterator[tuple[Grid, _Box, tuple[float, ...]]]:
    """The table's runs of rows with several cells, each with its place and the edges of its columns.

    A row that is one cell over the whole width is text.
    """
    columns = _levels([edge for cell in table.cells for edge in (cell[0], cell[2])])
    rows = _levels([edge for cell in table.cells for edge in (cell[1], cell[3])])
    if len(columns) < 3 or len(columns) > 200 or len(rows) > 500:
        return
    cells = [
        (_index(rows, c[1]), _index(columns, c[0]), _index(rows, c[3]), _index(columns, c[2]), c)
        for c in table.cells
    ]
    whole = {
        top
        for top, left, bottom, right, _ in cells
        if left == 0 and right == len(columns) - 1 and bottom == top + 1
    }
    start = 0
    for row in [*sorted(whole), len(rows) - 1]:
        inside = [cell for cell in cells if start <= cell[0] < row]
        if inside:
            pieces = [_piece(page, cell, start) for cell in inside]
            box = (columns[0] - 1, rows[start] - 1, columns[-1] + 1, rows[row] + 1)
            yield Grid.of(sorted(pieces, key=lambda p: (p.row, p.column))), box, tuple(columns)
        start = row + 1


def _piece(page: Any, cell: tuple[int, int, int, int, Any], start: int) -> Piece:
    top, left, bottom, right, box = cell
    chars = [c for c in page.chars if _is_in(c, [box])]
    text = extract_text(chars, x_tolerance=ACROSS, y_tolerance=DOWN) if chars else ""
    if text and _is_cut(page, box):
        text += CUT
    return Piece(top - start, left, text, max(1, bottom - top), max(1, right - left))


def _is_cut(page: Any, box: _Box) -> bool:
    """Whether a cell runs out of the page, or a character over the cell's edge: some of its figure may be elsewhere."""
    left, top, right, bottom = box
    if left < NEAR or right > page.width - NEAR:
        return True
    beside = (c for c in page.chars if top <= (c["top"] + c["bottom"]) / 2 <= bottom)
    return any(c["x0"] < edge - NEAR and c["x1"] > edge + NEAR for c in beside for edge in (left, right))


def _levels(edges: Sequence[float]) -> list[float]:
    """The edges, those that are almost one as one."""
    levels: list[float] = []
    for edge in sorted(edges):
        if not levels or edge - levels[-1] > CLOSE:
            levels.append(edge)
    return levels


def _index(levels: Sequence[float], edge: float) -> int:
    return min(range(len(levels)), key=lambda number: abs(levels[number] - edge))


def _items(pages: Sequence[_Page]) -> Iterator[Item]:
    """The pages as one text; a table that goes on over the page is one grid, lines are put together."""
    lines: list[_Line | None] = []
    for page in pages:
        own = list(page.lines)
        last = lines[-1] if lines else None
        if last and last.grid and own and own[0].grid and _goes_on(last, own[0]):
            lines[-1] = _joined(last, own.pop(0))
        lines += own
        lines += [None] * page.pictures
    yield from loosened(_paragraphs(lines))


def _goes_on(before: _Line, after: _Line) -> bool:
    """Whether a table at the top of a page is as wide as the one at the end of the page before."""
    ends = zip((before.edges[0], before.edges[-1]), (after.edges[0], after.edges[-1]), strict=True)
    return all(abs(one - other) <= CLOSE for one, other in ends)


def _joined(before: _Line, after: _Line) -> _Line:
    """Both as one grid over the edges of either."""
    first, second = before.grid, after.grid
    if first is None or second is None:
        return before
    edges = _levels([*before.edges, *after.edges])
    pieces = [_moved(piece, before.edges, edges, 0) for piece in first.pieces]
    pieces += [_moved(piece, after.edges, edges, first.height) for piece in second.pieces]
    return _Line(before.top, before.left, before.right, "", Grid.of(pieces), tuple(edges))


def _moved(piece: Piece, old: Sequence[float], new: Sequence[float], down: int) -> Piece:
    """A piece where its edges are among the new ones."""
    left, right = _index(new, old[piece.column]), _index(new, old[piece.column + piece.columns])
    return Piece(piece.row + down, left, piece.text, piece.rows, max(1, right - left))


def _paragraphs(lines: Sequence[_Line | None]) -> Iterator[Item]:
    """Lines put together to paragraphs: one that is set in from the left begins anew, as does one after a short one."""
    texts = [line for line in lines if line is not None and line.grid is None]
    left = _usual([round(line.left) for line in texts])
    right = max((line.right for line in texts), default=0.0)
    held: list[str] = []
    ended, size = True, 0.0
    for line in lines:
        if line is None or line.grid is not None:
            if held:
                yield Paragraph("".join(held))
            held, ended = [], True
            yield Picture() if line is None or line.grid is None else line.grid
            continue
        ended = ended or abs(line.size - size) > OTHER_SIZE
        if held and (ended or line.left > left + 8 or begins_anew(held[-1], line.text)):
            yield Paragraph("".join(held))
            held = []
        held.append(line.text.strip())
        ended, size = line.right < right - 40 or line.left > left + 120, line.size
    if held:
        yield Paragraph("".join(held))


def _usual(numbers: Sequence[int]) -> int:
    """The left edge that most lines have."""
    return max(set(numbers), key=numbers.count) if numbers else 0
