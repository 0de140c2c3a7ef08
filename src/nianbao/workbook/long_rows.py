"""The rows of long sheets, written straight into the deflate stream of a finished workbook.

XlsxWriter makes the workbook, and of a long sheet all but these rows: its heads, table, filter and page. It keeps
every cell as objects until the end; here a row is one template filled in, and is forgotten once it is compressed.
Words stand in their cells (inline strings), which every program reads, so that the shared strings stay as they are.
"""

from __future__ import annotations

import re
from contextlib import contextmanager
from dataclasses import field
from html import escape
from io import BytesIO
from itertools import islice
from types import MappingProxyType
from typing import TYPE_CHECKING
from zipfile import ZipFile

from nianbao.aside import aside
from nianbao.frozen import frozen
from nianbao.layout.addresses import column_letters
from nianbao.workbook.cell_text import cell_text
from nianbao.workbook.patching import sheet_parts
from nianbao.workbook.zipping import copied, deflate, joined, stretch, zipped

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from xlsxwriter.format import Format

    from nianbao.layout.formulas import Shown
    from nianbao.workbook.zipping import Member, Stretch

    Begun = Mapping[str, Callable[[], "Rows"]]

ROW = "#"
"""Stands in a template for the number of the row."""
WORDS = ' t="inlineStr"><is><t xml:space="preserve">%s</t></is></c>'
NUMBER = "><v>%s</v></c>"
NO_WORDS, NO_NUMBER, EMPTY = WORDS % "", NUMBER % None, "/>"
ESCAPED = re.compile("_(?=x[0-9A-Fa-f]{4}_)")
"""Excel reads `_x0041_` as the character of that number; its first `_` is written so that it stays words."""
BATCH = 32
QUICK = 4
"""How hard zlib tries with rows: half the time of its usual 6 for a tenth more bytes."""
MANY = 20_000
"""Cells of a sheet from which on it is made in a process of its own, beside the others."""
END = b"</sheetData>"
DIMENSION = re.compile(rb'(<dimension ref="A1:[A-Z]+)\d+"')
TABLE_AREA = re.compile(rb'( ref="[A-Z]+\d+:[A-Z]+)\d+"')
TABLE_LINK = re.compile(rb'Target="\.\./(tables/[^"]+)"')
AFTER_LINKS = re.compile(b"<printOptions|<pageMargins")


def number_of(look: Format) -> int:
    """The number of a format, which it has from then on; alike ones share it. Only XlsxWriter's own method tells it."""
    return int(look._get_xf_index())  # noqa: SLF001


@frozen
class Line:
    """A row: words and numbers from the first column on, None for an empty cell; its height in points.

    `leads`: sheet and cell to which the words of a column are a link.
    """

    cells: Sequence[Shown]
    height: float
    leads: Mapping[int, tuple[str, str]] = field(default_factory=dict)


@frozen
class Rows:
    """Rows compressed, and the links that lead from their cells."""

    rows: Stretch
    links: str


@frozen
class LongRows:
    """`count` rows from row `first` (from 0) on. `looks`: of each column; `words`: the columns that hold words.

    Looks are told by the numbers that cells name them by (`number_of`), asked for before the workbook is closed.
    `lines` is gone through once, when its rows are put in.
    """

    first: int
    count: int
    lines: Iterable[Line]
    looks: Sequence[int]
    words: frozenset[int]
    link: int

    @property
    def size(self) -> int:
        """How many cells there are."""
        return self.count * len(self.looks)

    def made(self) -> Rows:
        """The rows compressed."""
        links: list[str] = []
        rows = self._rows(links)
        return Rows(stretch(self._batches(rows), QUICK), "".join(links))

    def reaching(self, area: re.Pattern[bytes], part: bytes) -> bytes:
        """The part with the areas that end in the first of these rows ending in the last."""
        return area.sub(rb'\g<1>%d"' % (self.first + max(1, self.count)), part)

    @staticmethod
    def _batches(rows: Iterator[str]) -> Iterator[bytes]:
        """The rows' bytes, some rows together."""
        while batch := "".join(islice(rows, BATCH)):
            yield batch.encode()

    def _rows(self, links: list[str]) -> Iterator[str]:
        """Each row's XML; its links are added to `links`."""
        template = self._template()
        number = self.first
        for number, line in enumerate(self.lines, start=self.first + 1):
            cells = list(line.cells)
            for column in self.words:
                cells[column] = _escaped(cells[column])
            xml = template.replace(ROW, str(number)) % (line.height, *cells)
            if None in cells or "" in cells:
                xml = xml.replace(NO_WORDS, EMPTY).replace(NO_NUMBER, EMPTY)
            for column, target in line.leads.items():
                xml = self._linked(xml, (number, column))
                links.append(_link((number, column), target, str(cells[column])))
            yield xml
        if number != self.first + self.count:
            raise ValueError(f"{number - self.first} rows, not {self.count}")

    def _template(self) -> str:
        """A row with gaps for its number, its height and the contents of its cells."""
        cells = (
            f'<c r="{column_letters(column)}{ROW}" s="{look}"' + (WORDS if column in self.words else NUMBER)
            for column, look in enumerate(self.looks)
        )
        return f'<row r="{ROW}" ht="%g" customHeight="1">{"".join(cells)}</row>'

    def _linked(self, xml: str, at: tuple[int, int]) -> str:
        """The row with a cell in the look of links."""
        start = f'<c r="{_address(at)}" s="'
        plain = f'{start}{self.looks[at[1]]}"'
        return xml.replace(plain, f'{start}{self.link}"', 1)


@contextmanager
def ahead(long: Mapping[str, LongRows]) -> Iterator[Begun]:
    """The rows with the most cells, made aside where they are many, while within it the workbook is finished."""
    longest = max(long, key=lambda name: long[name].size, default="")
    if not longest:
        yield {}
        return
    with aside(long[longest].made, pays=long[longest].size > MANY) as made:
        yield {longest: made}


def with_rows(data: bytes, long: Mapping[str, LongRows], begun: Begun = MappingProxyType({})) -> bytes:
    """The workbook with the rows of its long sheets, by name; all other parts are copied as they are compressed.

    A table of such a sheet has been made with one row: XlsxWriter keeps an entry for every cell of a table. `begun`:
    what gives the rows that are being made already; it is asked last.
    """
    made = {name: rows.made() for name, rows in long.items() if name not in begun}
    made |= {name: rows() for name, rows in begun.items()}
    with ZipFile(BytesIO(data)) as source:
        sheets = {part: name for name, part in sheet_parts(source).items() if name in long}
        tables = {table: long[name] for part, name in sheets.items() for table in _tables(source, part)}
        return zipped(
            _with_rows(source, info.filename, long[sheets[info.filename]], made[sheets[info.filename]])
            if info.filename in sheets
            else deflate(info.filename, tables[info.filename].reaching(TABLE_AREA, source.read(info)))
            if info.filename in tables
            else copied(source, info)
            for info in source.infolist()
        )


def _with_rows(source: ZipFile, part: str, long: LongRows, made: Rows) -> Member:
    """A sheet with these rows after its own."""
    head, end, tail = source.read(part).rpartition(END)
    cut = AFTER_LINKS.search(tail)
    if made.links and cut:
        element = f"<hyperlinks>{made.links}</hyperlinks>".encode()
        tail = tail[: cut.start()] + element + tail[cut.start() :]
    return joined(part, (stretch((long.reaching(DIMENSION, head),)), made.rows, stretch((end + tail,))))


def _tables(source: ZipFile, part: str) -> Iterator[str]:
    """The parts of a sheet's tables."""
    relations = part.replace("worksheets/", "worksheets/_rels/") + ".rels"
    if relations in source.namelist():
        for link in TABLE_LINK.finditer(source.read(relations)):
            yield f"xl/{link[1].decode()}"


def _escaped(shown: Shown) -> str:
    """Words as they stand in XML."""
    text = cell_text(str(shown)) if shown else ""
    return escape(ESCAPED.sub("_x005F_", text) if "_x" in text else text, quote=False)


def _link(at: tuple[int, int], target: tuple[str, str], text: str) -> str:
    """A link within the workbook, from escaped words."""
    sheet, cell = target
    location = escape(f"'{sheet}'!{cell}")
    display = text.replace('"', "&quot;").replace("\n", "&#10;")
    return f'<hyperlink ref="{_address(at)}" location="{location}" display="{display}"/>'


def _address(at: tuple[int, int]) -> str:
    """`B7`: a row (from 1) and a column (from 0)."""
    return f"{column_letters(at[1])}{at[0]}"
