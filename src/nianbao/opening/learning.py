"""A worksheet's XML learnt by heart: read once by a real parser, with a mark in place of each value.

Every mark must come back as the whole value of a cell, once. Then the parser is known to be in a cell's value
wherever the text was cut, and any values without markup leave the rest of its reading as it is. What cannot be
learnt is no mistake: the parser reads it, each time.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from nianbao.frozen import frozen
from nianbao.opening.cutting import BEGIN, CDATA, UncertainError, joined
from nianbao.opening.grid import Cell, Kind, UnreadableError
from nianbao.opening.ooxml_sheet import CELL, ROW, WANTED, Contents, SheetReader
from nianbao.opening.ooxml_values import Book
from nianbao.opening.recipes import Hole, Recipe, RowRecipe, assembled
from nianbao.opening.xmlpart import namespaces, read_rows, read_tree

if TYPE_CHECKING:
    from collections.abc import Iterator
    from xml.etree.ElementTree import Element

    from nianbao.opening.cutting import Cut
    from nianbao.opening.ooxml_styles import Style

PROLOGUE = re.compile(
    rb"""(<\?xml version=["']1\.0["']( encoding=["'](UTF-8|utf-8)["'])?"""
    rb"""( standalone=["'](yes|no)["'])?\s*\?>\s*)?<[A-Za-z]"""
)
"""How a part begins that is UTF-8 to the parser too."""
LETTERS = frozenset({"n", "s", "str", "inlineStr", "b", "e", "d"})
OPENING, DATA, CLOSING = b"<row ", b"<sheetData>", b"</sheetData>"
MARK = "\ue000{}\ue001"
MARKED = re.compile("\ue000([0-9]+)\ue001")
RESERVED = "\ue000".encode()
PROBE_ROW = f'<row r="1"><c r="A1" t="str"><v>{MARK.format(0)}</v></c></row>'.encode()
PART = "sheet"


@dataclass(slots=True)
class _Probe(Book):
    """Notes what the parser gives as values instead of making something of them."""

    seen: list[tuple[str, str, Style]] = field(default_factory=list)

    def shown(self, letter: str, text: str, style: Style) -> tuple[Kind, str]:
        """The number of the note."""
        self.seen.append((letter, text, style))
        return Kind.TEXT, str(len(self.seen) - 1)


@frozen
class Frame:
    """A worksheet without its rows: what stands `before` and `after` them, and what that says.

    `opening` makes any rows of it a document, with CLOSING and its end.
    """

    before: bytes
    after: bytes
    contents: Contents
    opening: bytes

    def rows(self, content: bytes) -> bytes | None:
        """The rows of a sheet with just this around them; None for another."""
        first, last = len(self.before), len(content) - len(self.after)
        if first > last or not content.startswith(self.before) or not content.endswith(self.after):
            return None
        return content[first:last]


def parted(content: bytes) -> tuple[bytes, bytes]:
    """What stands before the rows, and what stands after them; UncertainError where no rows are seen."""
    begin = content.find(OPENING)
    end = content.find(CLOSING, begin)
    if begin < 0 or end < 0:
        raise UncertainError
    return content[:begin], content[end:]


def split_rows(body: bytes) -> list[bytes]:
    """The rows; UncertainError where there is something before them."""
    nothing, *rows = body.split(OPENING)
    if nothing:
        raise UncertainError
    return [OPENING + row for row in rows]


def learn_frame(before: bytes, after: bytes, book: Book) -> Frame:
    """The worksheet without its rows.

    UncertainError where a row put in is not read as its only one, or another leans on it.
    """
    document = before + PROBE_ROW + after
    if not PROLOGUE.match(before) or not before.endswith(DATA) or CDATA in document:
        raise UncertainError
    probe = _probe(book)
    reader = SheetReader(probe)
    try:
        for element in read_rows(document, PART, WANTED, probe.limits):
            reader.take(element)
        spaces = namespaces(document, PART)
    except (UnreadableError, ValueError) as error:
        raise UncertainError from error
    notes = [(letter, found) for letter, found, _ in probe.seen]
    if (
        reader.rows_hidden
        or list(reader.cells) != [(0, 0)]
        or reader.row != 0
        or notes != [("str", MARK.format(0))]
    ):
        raise UncertainError
    contents = replace(reader.contents(), cells={})
    return Frame(before, after, contents, f"<worksheet {spaces}>".encode() + DATA)


def learn_row(opening: bytes, row: Cut, book: Book) -> RowRecipe:
    """One row for itself. UncertainError where it leans on others: a shared formula, an address left out."""
    probe = _probe(book)
    reader = SheetReader(probe)
    numbers = list(_read(opening, row, reader))
    if len(numbers) != 1 or reader.formulas.spent or any(at[0] != numbers[0] for at in reader.cells):
        raise UncertainError
    cells = {at[1]: cell for at, cell in _cells(reader, probe, len(row.values)).items()}
    return RowRecipe(numbers[0], cells, size=len(row.values), hidden=bool(reader.hidden_rows))


def learn_rows(opening: bytes, body: Cut, book: Book) -> Recipe:
    """All rows of a worksheet, which may lean on each other. UncertainError where it cannot be sure."""
    probe = _probe(book)
    reader = SheetReader(probe)
    numbers = list(_read(opening, body, reader))
    if numbers != sorted(set(numbers)):
        raise UncertainError
    rows: dict[int, dict[int, Cell | Hole]] = {number: {} for number in numbers}
    cells = _cells(reader, probe, len(body.values))
    placed = [row for row, _ in cells]
    if placed != sorted(placed) or not rows.keys() >= set(placed):
        raise UncertainError
    for (row, column), cell in cells.items():
        rows[row][column] = cell
    hidden = reader.hidden_rows
    return assembled((RowRecipe(row, found, size=0, hidden=row in hidden), 0) for row, found in rows.items())


def _read(opening: bytes, rows: Cut, reader: SheetReader) -> Iterator[int]:
    """The rows' numbers; UncertainError for anything else between them."""
    text = b"%b%b%b</worksheet>" % (opening, _marked(rows), CLOSING)
    try:
        (data,) = read_tree(text, PART, reader.book.limits)
        for element in data:
            yield _own_number(element)
            reader.take(element)
        if reader.formulas.spread:  # other rows may be filled by it
            raise UncertainError
    except (UnreadableError, ValueError) as error:
        raise UncertainError from error


def _probe(book: Book) -> _Probe:
    limits = book.limits
    return _Probe((), book.styles, book.epoch_1904, limits, room=limits.cells)


def _marked(found: Cut) -> bytes:
    """The text with a mark for each value."""
    if any(RESERVED in around or CDATA in around for around in found.around):
        raise UncertainError
    marks = (MARK.format(number) for number in range(len(found.values)))
    return joined(found.around, [_like(value, mark) for value, mark in zip(found.values, marks, strict=True)])


def _like(value: str, mark: str) -> str:
    return f"{value[0]}{mark}{value[-1]}" if value.startswith(BEGIN) else mark


def _cells(reader: SheetReader, probe: _Probe, count: int) -> dict[tuple[int, int], Cell | Hole]:
    """The cells read, with holes for marks; UncertainError unless each mark is the whole value of one cell."""
    cells = {at: _hole(cell, probe) if cell.text else cell for at, cell in reader.cells.items()}
    indexes = sorted(cell.order for cell in cells.values() if isinstance(cell, Hole))
    if indexes != list(range(count)):
        raise UncertainError
    return cells


def _hole(cell: Cell, probe: _Probe) -> Hole:
    letter, text, style = probe.seen[int(cell.text)]
    mark = MARKED.fullmatch(text)
    if mark is None or letter not in LETTERS:
        raise UncertainError
    return Hole(cell.row, cell.column, int(mark[1]), letter, style, cell.formula)


def _own_number(row: Element) -> int:
    """The row's number from 0; UncertainError for another element, or where it or a cell has no address of its own."""
    number = row.get("r", "")
    if row.tag not in ROW or not number.isdecimal():
        raise UncertainError
    if not all(child.get("r") for child in row if child.tag in CELL):
        raise UncertainError
    return int(number) - 1
