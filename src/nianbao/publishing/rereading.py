"""What a finished document says, by a road of its own: tables as grids of texts, paragraphs as they read.

Nothing of what wrote the document is used: cells are told by the labels over and beside them, as the form has them.
"""

from __future__ import annotations

from io import BytesIO
from typing import TYPE_CHECKING

import docx
from lxml import html

from nianbao.frozen import frozen

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from docx.document import Document
    from docx.table import Table as WordTable
    from lxml.etree import _Element

    from nianbao.definition.form import Form, Label, Table

Grid = tuple[tuple[str, ...], ...]


@frozen
class Reread:
    """Every table as a grid, a merged cell's text in each of its places; the paragraphs outside tables.

    `heads`: what stands at the head of each kind of page (of a web page, that is one page, anywhere in it).
    """

    grids: tuple[Grid, ...]
    paragraphs: tuple[str, ...]
    heads: tuple[str, ...]


def reread_word(data: bytes) -> Reread:
    """A .docx."""
    document = docx.Document(BytesIO(data))
    return Reread(
        tuple(map(_word_grid, document.tables)),
        tuple(paragraph.text for paragraph in document.paragraphs),
        tuple(_headers(document)),
    )


def _headers(document: Document) -> Iterator[str]:
    """The text of every header that some page has."""
    for section in document.sections:
        headers = [section.header]
        headers += [section.first_page_header] if section.different_first_page_header_footer else []
        headers += [section.even_page_header] if document.settings.odd_and_even_pages_header_footer else []
        yield from ("".join(paragraph.text for paragraph in header.paragraphs) for header in headers)


def _word_grid(table: WordTable) -> Grid:
    return tuple(tuple(cell.text for cell in row.cells) for row in table.rows)


def reread_page(data: bytes) -> Reread:
    """An .html."""
    root = html.document_fromstring(data, parser=html.HTMLParser(encoding="utf-8"))
    paragraphs = tuple(map(_text, root.iter("p", "h1", "h2")))
    return Reread(tuple(map(_page_grid, root.iter("table"))), paragraphs, ("".join(paragraphs),))


def _page_grid(table: _Element) -> Grid:
    """The table's rows, every cell in each of its places."""
    taken: dict[tuple[int, int], str] = {}
    rows = list(table.iter("tr"))
    for down, row in enumerate(rows):
        across = 0
        for cell in row:
            while (down, across) in taken:
                across += 1
            wide, tall = int(cell.get("colspan", "1")), int(cell.get("rowspan", "1"))
            text = _text(cell)
            taken |= {(down + y, across + x): text for y in range(tall) for x in range(wide)}
            across += wide
    width = 1 + max(column for _, column in taken)
    return tuple(tuple(taken.get((row, column), "") for column in range(width)) for row in range(len(rows)))


def _text(element: _Element) -> str:
    """All that is written in it."""
    return "".join(map(str, element.itertext()))


def figures_in(grid: Grid, form: Form, table: Table) -> Mapping[str, str]:
    """The text of each cell of the table by id; one that the labels do not lead to is not there."""
    ids = {
        (field.heading, tuple(filter(None, field.row)), field.column): field.id
        for field in form.fields.values()
        if field.table == table.key
    }
    found: dict[str, str] = {}
    for labels, text in _labelled(grid, table):
        key = ids.get(labels)
        if key is not None:
            found.setdefault(key, text)
    return found


def _labelled(grid: Grid, table: Table) -> Iterator[tuple[tuple[str, tuple[str, ...], tuple[str, ...]], str]]:
    """The text of every place to the right of the labels, with its heading and its labels beside and over it."""
    levels, width = len(table.label_widths), len(grid[0])
    heads = {label for block in table.blocks for path in _paths(block.columns) for label in path}
    bands = {block.heading for block in table.blocks} - {""}
    heading, above, reading_head = "", list[tuple[str, ...]](), False
    for row in grid:
        if len(set(row)) == 1 and row[0] in bands:
            heading, above, reading_head = row[0], [], True
        elif row[levels] in heads:
            above = [*above, row] if reading_head else [row]
            reading_head = True
        else:
            reading_head = False
            beside = tuple(dict.fromkeys(filter(None, row[:levels])))
            for column in range(levels, width):
                over = tuple(dict.fromkeys(head[column] for head in above))
                yield (heading, beside, over), row[column]


def _paths(labels: tuple[Label, ...]) -> Iterator[tuple[str, ...]]:
    for label in labels:
        yield (label.text,)
        yield from _paths(label.children)
