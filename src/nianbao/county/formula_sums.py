"""A county workbook's figures by its own formulas: the text of each, worked out over 明细 as it stands in the file."""

from __future__ import annotations

import re
from collections import defaultdict
from decimal import Decimal
from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

from nianbao.definition.form import AMOUNT_DECIMALS
from nianbao.frozen import frozen
from nianbao.layout.addresses import column_number
from nianbao.layout.detail import DETAIL, TOTAL_ROW, Detail
from nianbao.layout.formulas import State, Total
from nianbao.layout.places import Place
from nianbao.layout.results import add_totals
from nianbao.opening.grid import Limits

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from nianbao.county.finished import Finished
    from nianbao.county.merge import Number
    from nianbao.layout.formulas import Shown
    from nianbao.layout.places import Layout
    from nianbao.opening.grid import Workbook

SUM_FORM = re.compile(
    rf"=(?:(ROUND\()SUM\({{0}}\),{AMOUNT_DECIMALS}\)|SUM\({{0}}\))".replace("{0}", "([^()]*)")
)
AREA = re.compile(rf"'{DETAIL}'!([A-Z]{{1,3}})([1-9]\d*)(?::([A-Z]{{1,3}})([1-9]\d*))?")
CELL = re.compile(r"([A-Z]{1,3})([1-9]\d*)")
UNLIMITED = 2**62
OWN_FILE = Limits(file=UNLIMITED, part=UNLIMITED, inflated=UNLIMITED, parts=UNLIMITED, cells=UNLIMITED)
"""A file that we have just written ourselves may be of any size."""
ROW = re.compile(r'<row r="(\d+)"')
NUMBER = re.compile(r"<v>([-+.0-9Ee]+)</v>")
WORDS, NO_WORDS = re.compile(r'(<t xml:space="preserve">)[^<]*</t>'), r"\1</t>"
GAP, ROW_GAP = "\x00", '\x01"'

Rows = tuple[int, int]


@frozen
class Area:
    """A sum over 明细: its columns and rows from 1 on, the last ones included."""

    columns: range
    rows: Rows
    rounded: bool


@frozen
class Worked:
    """Figures by the text of their formulas: of the form's cells, and of the sums over 明细's head."""

    cells: Mapping[str, Number]
    sums: Mapping[str, Number]


def by_formulas(finished: Finished, layout: Layout, state: State) -> Worked:
    """The inputs' and the sums' formulas worked out, and the totals over inputs where their own are the form's."""
    from nianbao.opening.workbooks import read_workbook  # noqa: PLC0415 -- while another process goes on (`agreement`)

    book = read_workbook(finished.with_detail(finished.heads), OWN_FILE)
    detail = Detail(layout.form, 0)
    cells = _areas(book, {field.id: layout.places[field.id] for field in layout.form.inputs()})
    sums = _areas(book, {key: Place(DETAIL, TOTAL_ROW, detail.column(key)) for key in layout.form.fields})
    found = _worked_out({*cells.values(), *sums.values()}, finished)
    typed: dict[str, Shown] = {key: found[area] for key, area in cells.items()}
    again = State(dict(typed), declared=state.declared, kind=state.kind)
    add_totals(layout.form, again, typed=typed)
    intact = {field.id for field in layout.form.totals() if _is_intact(book, layout, field.id)}
    shown = {key: again.cells.get(key) for key in typed.keys() | intact}
    numbers = {key: value for key, value in shown.items() if isinstance(value, int | Decimal)}
    return Worked(numbers, {key: found[area] for key, area in sums.items()})


def _areas(book: Workbook, places: Mapping[str, Place]) -> dict[str, Area]:
    """What each of those cells adds up, as far as it is a plain sum over 明细."""
    areas = {key: _area(_formula(book, place)) for key, place in places.items()}
    return {key: area for key, area in areas.items() if area is not None}


def _formula(book: Workbook, place: Place) -> str:
    """The formula in a cell; nothing where there is none."""
    sheet = book.sheet(place.sheet)
    cell = sheet.cells.get((place.row, place.column)) if sheet else None
    return (cell.formula or "") if cell else ""


def _is_intact(book: Workbook, layout: Layout, key: str) -> bool:
    """Whether a total's formula is the form's."""
    place = layout.places[key]
    expected = Total(layout.form.fields[key]).excel(layout.seen_from(place.sheet))
    return _formula(book, place) == "=" + expected


def _area(formula: str) -> Area | None:
    """What `=SUM('明细'!D7:D20)`, or the same rounded, adds up; None for any other text."""
    match = SUM_FORM.fullmatch(formula)
    area = AREA.fullmatch(match[2] or match[3] or "") if match else None
    if match is None or area is None:
        return None
    columns = range(column_number(area[1]) + 1, column_number(area[3] or area[1]) + 2)
    return Area(columns, (int(area[2]), int(area[4] or area[2])), rounded=bool(match[1]))


def _worked_out(areas: set[Area], finished: Finished) -> dict[Area, Number]:
    """Each area's exact sum."""
    sums = _Sums({area.rows for area in areas})
    for block in finished.blocks():
        sums.add(block.decode())
    totals = {area: Decimal(sum(sums.found[area.rows, column] for column in area.columns)) for area in areas}
    return {area: round(total, AMOUNT_DECIMALS) if area.rounded else total for area, total in totals.items()}


class _Sums:
    """The sum of each column within each range of rows, over blocks of rows.

    A row's *skeleton* is all of it but numbers, words and its own number. The first row of a skeleton is read by a
    real XML parser; the numbers of others that have the same are in the same columns.
    """

    def __init__(self, ranges: set[Rows]) -> None:
        self.found: defaultdict[tuple[Rows, int], Number] = defaultdict(int)
        self._ranges = ranges
        self._columns: dict[str, tuple[int, ...]] = {}

    def add(self, block: str) -> None:
        """The rows of a block, those alike column by column."""
        alike: defaultdict[tuple[tuple[int, ...], tuple[Rows, ...]], list[list[str]]] = defaultdict(list)
        for row in block.split("</row>")[:-1]:
            number, columns, numbers = self._read(row + "</row>")
            alike[columns, self._around(number)].append(numbers)
        for (columns, ranges), rows in alike.items():
            for column, texts in zip(columns, zip(*rows, strict=True), strict=True):
                total = _total(texts)
                for rows_ in ranges:
                    self.found[rows_, column] += total

    def _around(self, number: int) -> tuple[Rows, ...]:
        """The ranges that a row is in."""
        return tuple(rows for rows in self._ranges if rows[0] <= number <= rows[1])

    def _read(self, row: str) -> tuple[int, tuple[int, ...], list[str]]:
        """A row's number, and the columns and texts of its numbers."""
        begin = ROW.match(row)
        if begin is None:
            raise ValueError(row[:80])
        pieces = NUMBER.split(WORDS.sub(NO_WORDS, row))
        skeleton = GAP.join(pieces[::2]).replace(begin[1] + '"', ROW_GAP)
        if skeleton in self._columns:
            return int(begin[1]), self._columns[skeleton], pieces[1::2]
        cells = [*_cells(row, int(begin[1]))]
        columns, numbers = tuple(column for column, _ in cells), [text for _, text in cells]
        if numbers == pieces[1::2]:
            self._columns[skeleton] = columns
        return int(begin[1]), columns, numbers


def _cells(row: str, number: int) -> Iterator[tuple[int, str]]:
    """Column and text of every number in a row, which must have it in the row's own address."""
    for cell in ET.fromstring(row).iter("c"):  # noqa: S314 -- written by ourselves a moment ago
        address, text = CELL.fullmatch(cell.get("r", "")), cell.findtext("v")
        if address is None or int(address[2]) != number:
            raise ValueError(cell.get("r"))
        if text and cell.get("t", "n") == "n":
            yield column_number(address[1]) + 1, text


def _total(texts: Iterable[str]) -> Number:
    """The exact sum of numbers as a file has them."""
    try:
        return sum(map(int, texts))
    except ValueError:
        return sum(map(Decimal, texts), start=Decimal(0))
