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
from nianbao.opening.cutting import BEGIN, UncertainError, joined
from nianbao.opening.grid import Cell, Kind, UnreadableError
from nianbao.opening.ooxml_sheet import CELL, ROW, WANTED, Contents, SheetReader
from nianbao.opening.ooxml_values import Book
from nianbao.opening.recipes import Hole, Recipe, RowRecipe, assembled
from nianbao.opening.xmlpart import namespaces, read_rows, read_tree

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

    from nianbao.opening.cutting import Cut
    from nianbao.opening.ooxml_styles import Style

PROLOGUE = re.compile(
    r"""(<\?xml version=["']1\.0["']( encoding=["'](UTF-8|utf-8)["'])?"""
    r"""( standalone=["'](yes|no)["'])?\s*\?>\s*)?<[A-Za-z]"""
)
"""How a part begins that is UTF-8 to the parser too."""
LETTERS = frozenset({"n", "s", "str", "inlineStr", "b", "e", "d"})
OPENING, DATA, CLOSING = "<row ", "<sheetData>", "</sheetData>"
MARK = "\ue000{}\ue001"
MARKED = re.compile("\ue000([0-9]+)\ue001")
PROBE_ROW = f'<row r="1"><c r="A1" t="str"><v>{MARK.format(0)}</v></c></row>'
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
    """A worksheet without its rows; `opening` makes any one row of it a document, with CLOSING and its end."""

    contents: Contents
    opening: str


def split_rows(text: str) -> tuple[str, list[str], str]:
    """What stands before the rows, the rows, and what stands after; UncertainError where no rows are seen."""
    begin = text.find(OPENING)
    end = text.find(CLOSING, begin)
    if begin < 0 or end < 0:
        raise UncertainError
    return text[:begin], [OPENING + row for row in text[begin:end].split(OPENING)[1:]], text[end:]


def learn_sheet(sheet: Cut, book: Book) -> Recipe:
    """A whole worksheet, for all that has the same around its values. UncertainError where it cannot be sure."""
    text = _marked(sheet)
    if not PROLOGUE.match(text):
        raise UncertainError
    probe = _probe(book)
    reader = _read(text, probe)
    cells = _cells(reader, probe, len(sheet.values))
    rows: dict[int, dict[int, Cell | Hole]] = {}
    for (row, column), cell in cells.items():
        if row in rows and row != next(reversed(rows)):
            raise UncertainError
        rows.setdefault(row, {})[column] = cell
    recipes = [(RowRecipe(row, found, size=0), 0) for row, found in rows.items()]
    return assembled(_frame(reader), recipes)


def learn_frame(before: str, after: str, book: Book) -> Frame:
    """The worksheet without its rows.

    UncertainError where a row put in is not read as its only one, or another leans on it.
    """
    text = before + PROBE_ROW + after
    if not PROLOGUE.match(before) or not before.endswith(DATA):
        raise UncertainError
    probe = _probe(book)
    reader = _read(text, probe)
    notes = [(letter, found) for letter, found, _ in probe.seen]
    if list(reader.cells) != [(0, 0)] or reader.row != 0 or notes != [("str", MARK.format(0))]:
        raise UncertainError
    spaces = namespaces(text.encode(), PART)
    return Frame(_frame(reader), f"<worksheet {spaces}>{DATA}")


def learn_row(frame: Frame, row: Cut, book: Book) -> RowRecipe:
    """One row for itself. UncertainError where it leans on others: a shared formula, an address left out."""
    probe = _probe(book)
    reader = SheetReader(probe)
    text = f"{frame.opening}{_marked(row)}{CLOSING}</worksheet>"
    number = -1
    try:
        (data,) = read_tree(text.encode(), PART, probe.limits)
        (element,) = data
        number = _own_number(element)
        reader.take(element)
    except (UnreadableError, ValueError) as error:
        raise UncertainError from error
    if reader.formulas.spent or any(at[0] != number for at in reader.cells):
        raise UncertainError
    cells = {at[1]: cell for at, cell in _cells(reader, probe, len(row.values)).items()}
    return RowRecipe(number, cells, size=len(row.values), hidden=bool(reader.hidden_rows))


def _probe(book: Book) -> _Probe:
    limits = book.limits
    return _Probe((), book.styles, book.epoch_1904, limits, room=limits.cells)


def _marked(found: Cut) -> str:
    """The text with a mark for each value."""
    if any("\ue000" in around for around in found.around):
        raise UncertainError
    marks = (MARK.format(number) for number in range(len(found.values)))
    return joined(found.around, [_like(value, mark) for value, mark in zip(found.values, marks, strict=True)])


def _like(value: str, mark: str) -> str:
    return f"{value[0]}{mark}{value[-1]}" if value.startswith(BEGIN) else mark


def _read(text: str, probe: _Probe) -> SheetReader:
    reader = SheetReader(probe)
    try:
        for element in read_rows(text.encode(), PART, WANTED, probe.limits):
            reader.take(element)
    except (UnreadableError, ValueError) as error:
        raise UncertainError from error
    return reader


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


def _frame(reader: SheetReader) -> Contents:
    return replace(reader.contents(), cells={})


def _own_number(row: Element) -> int:
    """The row's number from 0; UncertainError for another element, or where it or a cell has no address of its own."""
    number = row.get("r", "")
    if row.tag not in ROW or not number.isdecimal():
        raise UncertainError
    if not all(child.get("r") for child in row if child.tag in CELL):
        raise UncertainError
    return int(number) - 1
