"""One worksheet part, read once: its cells with what they show, their formulas and locks; what is hidden, merged."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING, TypeVar

from nianbao.grid import Cell, Sheet, UnreadableError
from nianbao.messages import say
from nianbao.ooxml_formulas import Formulas
from nianbao.xmlpart import MAIN, Attributes, is_true, new_parser, read_part

if TYPE_CHECKING:
    from nianbao.ooxml_values import Book

Handled = TypeVar("Handled")
ADDRESS = re.compile("([A-Za-z]{1,3})([1-9][0-9]{0,6})")
ROWS, COLUMNS = 1_048_576, 16_384


def read_sheet(book: Book, content: bytes, part: str, *, name: str, visibility: str) -> Sheet:
    """The sheet. A cell or row without address stands after the one before it."""
    reader = _SheetReader(book, part)
    read_part(reader.parser, content, part)
    return Sheet(
        name=name,
        cells=reader.cells,
        visibility=visibility,
        merges=tuple(reader.merges),
        protected=reader.protected,
        hidden_rows=frozenset(reader.hidden_rows),
        hidden_columns=frozenset(reader.hidden_columns),
    )


@lru_cache(maxsize=65536)  # the same addresses come back in every file of a round
def place(address: str) -> tuple[int, int]:
    """`D5` as row and column from 0; ValueError where a sheet has no such cell."""
    match = ADDRESS.fullmatch(address.replace("$", ""))
    if match is None:
        raise ValueError(address)
    column = 0
    for letter in match[1].upper():
        column = column * 26 + ord(letter) - 64
    return _checked(int(match[2]) - 1, column - 1)


def _checked(row: int, column: int) -> tuple[int, int]:
    if not (0 <= row < ROWS and 0 <= column < COLUMNS):
        raise ValueError((row, column))
    return row, column


class _SheetReader:
    """The handlers of one sheet's elements, and what they found."""

    def __init__(self, book: Book, part: str) -> None:
        self.book = book
        self.cells: dict[tuple[int, int], Cell] = {}
        self.merges: list[tuple[int, int, int, int]] = []
        self.protected = False
        self.hidden_rows: set[int] = set()
        self.hidden_columns: set[int] = set()
        self.spanned = 0
        self.formulas = Formulas()
        self.row, self.column = -1, -1
        self.cell: Attributes = {}
        self.formula: Attributes | None = None
        self.value: list[str] = []
        self.inline: list[str] | None = None
        self.formula_text: list[str] = []
        self.phonetic = False
        self.parser = new_parser(part)
        self._listen()

    def _listen(self) -> None:
        starts = _both_namespaces(
            {
                "c": self.start_cell,
                "v": self.start_value,
                "f": self.start_formula,
                "row": self.start_row,
                "is": self.start_inline,
                "t": self.start_text,
                "rPh": self.start_phonetic,
                "col": self.start_column,
                "mergeCell": self.start_merge,
                "sheetProtection": self.start_protection,
            }
        )
        stop, cell_end = self.end_text, self.end_cell
        ends = _both_namespaces({"c": cell_end, "v": stop, "f": stop, "t": stop, "rPh": self.end_phonetic})

        def start(name: str, attributes: Attributes) -> None:
            handler = starts.get(name)
            if handler is not None:
                handler(attributes)

        def end(name: str) -> None:
            handler = ends.get(name)
            if handler is not None:
                handler()

        self.parser.StartElementHandler = start
        self.parser.EndElementHandler = end

    def start_row(self, attributes: Attributes) -> None:
        number = attributes.get("r")
        self.row = self.row + 1 if number is None else int(number) - 1
        self.column = -1
        if is_true(attributes.get("hidden")) or _is_nothing(attributes.get("ht")):
            self.hidden_rows.add(_checked(self.row, 0)[0])

    def start_cell(self, attributes: Attributes) -> None:
        self.cell = attributes
        address = attributes.get("r")
        if address is None:
            self.column += 1
            _checked(self.row, self.column)
        else:
            self.row, self.column = place(address)
        self.value, self.inline, self.formula = [], None, None

    def start_value(self, _: Attributes) -> None:
        self.parser.CharacterDataHandler = self.value.append

    def start_formula(self, attributes: Attributes) -> None:
        self.formula = attributes
        self.formula_text = []
        self.parser.CharacterDataHandler = self.formula_text.append

    def start_inline(self, _: Attributes) -> None:
        self.inline = []

    def start_text(self, _: Attributes) -> None:
        if self.inline is not None and not self.phonetic:
            self.parser.CharacterDataHandler = self.inline.append

    def start_phonetic(self, _: Attributes) -> None:
        self.phonetic = True

    def end_phonetic(self) -> None:
        self.phonetic = False

    def end_text(self) -> None:
        self.parser.CharacterDataHandler = None

    def end_cell(self) -> None:
        at = (self.row, self.column)
        self.book.room -= 1
        if self.book.room < 0:
            raise UnreadableError("too-large", say("单元格过多；请删去多余内容后再报送"))
        if at in self.cells:
            raise ValueError(at)
        style = self.book.style(self.cell.get("s"))
        pieces = self.value if self.inline is None else self.inline
        kind, text = self.book.shown(self.cell.get("t", "n"), "".join(pieces), style)
        formula = None if self.formula is None else self._formula(self.formula)
        self.cells[at] = Cell(self.row, self.column, kind, text, formula, style.locked)

    def _formula(self, attributes: Attributes) -> str:
        address = self.cell.get("r") or _address(self.row, self.column)
        return self.formulas.formula(attributes, "".join(self.formula_text), address.upper())

    def start_column(self, attributes: Attributes) -> None:
        first, last = int(attributes["min"]) - 1, min(int(attributes["max"]), COLUMNS)
        self.spanned += last - _checked(0, first)[1]
        if self.spanned > COLUMNS:  # the ranges of a sheet never overlap
            raise ValueError(attributes)
        if is_true(attributes.get("hidden")) or _is_nothing(attributes.get("width")):
            self.hidden_columns.update(range(first, last))

    def start_merge(self, attributes: Attributes) -> None:
        first, _, last = attributes.get("ref", "").partition(":")
        if last:
            self.merges.append((*place(first), *place(last)))

    def start_protection(self, attributes: Attributes) -> None:
        self.protected = is_true(attributes.get("sheet"))


def _both_namespaces(handlers: dict[str, Handled]) -> dict[str, Handled]:
    return {f"{space} {tag}": handler for space in MAIN for tag, handler in handlers.items()}


def _is_nothing(size: str | None) -> bool:
    """Whether a height or width is 0, which hides as well."""
    return size is not None and float(size) == 0


def _address(row: int, column: int) -> str:
    letters = ""
    column += 1
    while column:
        column, letter = divmod(column - 1, 26)
        letters = chr(65 + letter) + letters
    return f"{letters}{row + 1}"
