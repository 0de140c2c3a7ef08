"""One worksheet part as a sheet: its cells with formulas and locks, what is hidden, merged and protected."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING

from nianbao.frozen import frozen
from nianbao.layout.addresses import column_letters, column_number
from nianbao.opening.container import COUNTED
from nianbao.opening.grid import Cell, Sheet
from nianbao.opening.ooxml_formulas import Formulas
from nianbao.opening.ooxml_strings import text_of
from nianbao.opening.ooxml_values import NOTHING
from nianbao.opening.xmlpart import MAIN, damaged, is_true, read_rows

if TYPE_CHECKING:
    from collections.abc import Mapping
    from xml.etree.ElementTree import Element

    from nianbao.opening.ooxml_values import Book

ADDRESS = re.compile(r"\$?([A-Za-z]{1,3})\$?([1-9][0-9]{0,6})")
ROWS, COLUMNS = 1_048_576, 16_384
CELL, VALUE, FORMULA, INLINE, ROW, COLUMN, MERGE, PROTECTION, EXEMPTION, DEFAULTS = (
    frozenset(f"{{{space}}}{tag}" for space in MAIN)
    for tag in (
        "c",
        "v",
        "f",
        "is",
        "row",
        "col",
        "mergeCell",
        "sheetProtection",
        "protectedRange",
        "sheetFormatPr",
    )
)
WANTED = ROW | COLUMN | MERGE | PROTECTION | EXEMPTION | DEFAULTS
DEEDS = ("formatCells", "formatColumns", "insertRows", "insertColumns", "deleteRows", "deleteColumns")
"""What protection forbids unless it says otherwise; nothing of it is allowed on our sheets."""
LOW, NARROW = 3.0, 0.5
"""Points of a row and characters of a column in which nothing can be read."""
MOST_SPREAD = 20
"""Ranges filled by one formula that are told apart; of more, whatever lies among them counts as filled."""


@frozen
class Contents:
    """What a worksheet part holds; its name and state stand elsewhere."""

    cells: Mapping[tuple[int, int], Cell]
    merges: tuple[tuple[int, int, int, int], ...] = ()
    protected: bool = False
    hidden_rows: frozenset[int] = frozenset()
    hidden_columns: frozenset[int] = frozenset()

    def filled(self, cells: Mapping[tuple[int, int], Cell], hidden: frozenset[int]) -> Contents:
        """The same with these cells and hidden rows."""
        rows = self.hidden_rows | hidden if hidden else self.hidden_rows
        return Contents(cells, self.merges, self.protected, rows, self.hidden_columns)

    def as_sheet(self, name: str, visibility: str) -> Sheet:
        """The sheet."""
        return Sheet(
            name,
            self.cells,
            visibility,
            self.merges,
            self.protected,
            self.hidden_rows,
            self.hidden_columns,
        )


def read_contents(book: Book, content: bytes, part: str) -> Contents:
    """The part's contents. A cell or row without address stands after the one before it."""
    reader = SheetReader(book)
    large = len(content) > COUNTED
    try:
        for element in read_rows(content, part, WANTED, book.limits):
            if large:
                book.take_line()
            reader.take(element)
        contents = reader.contents()
    except ValueError as error:  # an address, index or number that is none
        raise damaged(part) from error
    book.take_room(len(reader.cells))
    return contents


@lru_cache(maxsize=65536)  # the same addresses come back in every file of a round
def place(address: str) -> tuple[int, int]:
    """`D5` as row and column from 0; ValueError where a sheet has no such cell."""
    match = ADDRESS.fullmatch(address)
    if match is None:
        raise ValueError(address)
    return _checked(int(match[2]) - 1, column_number(match[1].upper()))


class SheetReader:
    """What was found in a sheet so far."""

    def __init__(self, book: Book) -> None:
        self.book = book
        self.formulas = Formulas()
        self.cells: dict[tuple[int, int], Cell] = {}
        self.merges: list[tuple[int, int, int, int]] = []
        self.protected = False
        self.exempt = False
        self.rows_hidden = False
        self.hidden_rows: set[int] = set()
        self.hidden_columns: set[int] = set()
        self.spanned = 0
        self.row = -1

    def take(self, element: Element) -> None:
        """One element of the part; those that say nothing here are passed over."""
        tag = element.tag
        if tag in ROW:
            self._take_row(element)
        elif tag in COLUMN:
            self._take_columns(element)
        elif tag in MERGE:
            ref = element.get("ref", "")
            if ":" in ref:
                self.merges.append(_area(ref))
        elif tag in PROTECTION:
            loosened = any(not is_true(element.get(deed, "1")) for deed in DEEDS)
            self.protected = is_true(element.get("sheet")) and not loosened
        elif tag in DEFAULTS:
            self.rows_hidden = is_true(element.get("zeroHeight")) or _is_less(
                element.get("defaultRowHeight"), LOW
            )
        elif tag in EXEMPTION:  # cells that may be changed although they are locked
            self.exempt = True

    def contents(self) -> Contents:
        """All that was found."""
        self._spread_formulas()
        return Contents(
            self.cells,
            tuple(self.merges),
            self.protected and not self.exempt,
            frozenset(self.hidden_rows),
            frozenset(self.hidden_columns),
        )

    def _take_row(self, row: Element) -> None:
        number = row.get("r")
        self.row = _checked(self.row + 1 if number is None else int(number) - 1, 0)[0]
        height = row.get("ht")
        low = self.rows_hidden if height is None else _is_less(height, LOW)
        if low or is_true(row.get("hidden")):
            self.hidden_rows.add(self.row)
        at = (self.row, -1)
        expected = len(self.cells)
        for cell in row:
            if cell.tag in CELL:
                address = cell.get("r")
                at = place(address) if address else _checked(at[0], at[1] + 1)
                self.cells[at] = self._cell(cell, at)
                expected += 1
        self.row = at[0]
        self._check_cells(expected)

    def _spread_formulas(self) -> None:
        """A formula that fills several cells is in each of them that shows something."""
        areas = [(_area(ref), text) for ref, text in self.formulas.spread.items()]
        if len(areas) > MOST_SPREAD:
            tops, lefts, bottoms, rights = zip(*(area for area, _ in areas), strict=True)
            areas = [((min(tops), min(lefts), max(bottoms), max(rights)), areas[0][1])]
        for (top, left, bottom, right), text in areas:
            for at, cell in self.cells.items():
                if cell.text and cell.formula is None and top <= at[0] <= bottom and left <= at[1] <= right:
                    self.cells[at] = cell._replace(formula=text)

    def _check_cells(self, expected: int) -> None:
        if len(self.cells) != expected:  # two cells at one address
            raise ValueError(expected)
        self.book.check_room(expected)

    def _cell(self, cell: Element, at: tuple[int, int]) -> Cell:
        value, formula, get, book = "", None, cell.get, self.book
        for child in cell:
            tag = child.tag
            if tag in VALUE:
                value = child.text or ""
            elif tag in FORMULA:
                formula = self.formulas.formula(child, get("r") or f"{column_letters(at[1])}{at[0] + 1}")
            elif tag in INLINE:
                value = text_of(child)
        number = get("s", "0")
        style = book.met.get(number) or book.style(number)
        kind, text = book.shown(get("t", "n"), value, style) if value else NOTHING
        return Cell(at[0], at[1], kind, text, formula, style.locked, style.hides)

    def _take_columns(self, element: Element) -> None:
        first, last = int(element.get("min", "")) - 1, min(int(element.get("max", "")), COLUMNS)
        self.spanned += last - _checked(0, first)[1]
        if self.spanned > COLUMNS:  # the ranges of a sheet never overlap
            raise ValueError(self.spanned)
        if is_true(element.get("hidden")) or _is_less(element.get("width"), NARROW):
            self.hidden_columns.update(range(first, last))


def _area(ref: str) -> tuple[int, int, int, int]:
    """`D6:I7` as first row and column, last row and column."""
    first, _, last = ref.partition(":")
    return (*place(first), *place(last))


def _checked(row: int, column: int) -> tuple[int, int]:
    if not (0 <= row < ROWS and 0 <= column < COLUMNS):
        raise ValueError((row, column))
    return row, column


def _is_less(size: str | None, least: float) -> bool:
    """Whether a height or width is given and less than that, which hides as well."""
    return size is not None and float(size) < least
