"""What the units' rows on the 明细 sheet of a consolidated workbook add up to, input by input."""

from __future__ import annotations

from dataclasses import field, replace
from decimal import Decimal
from typing import TYPE_CHECKING

from nianbao.definition.form import FieldType
from nianbao.frozen import frozen
from nianbao.layout.detail import DETAIL, TOTAL_ROW, TOTAL_WORD, UNIT_COLUMNS, Detail
from nianbao.layout.places import Place
from nianbao.opening.grid import Kind
from nianbao.opening.numbers import INTEGER_DIGITS, is_same, read_number
from nianbao.returned.answers import TOTAL_DECIMALS, digits, read_input, read_total
from nianbao.returned.findings import Spot, found
from nianbao.returned.unit_rows import unit_rows

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from nianbao.definition.form import Field
    from nianbao.layout.formulas import Shown
    from nianbao.layout.places import Layout
    from nianbao.opening.grid import Cell, Sheet
    from nianbao.returned.findings import Finding

Number = int | Decimal
At = tuple[int, int]
MOST_FAULTS = 200
"""Faults after which reading stops: a small file may have a hundred thousand units without a single figure."""


@frozen
class Tally:
    """The sums by id. `faulty`: ids with a row that is no number; what is in neither could not be read."""

    values: Mapping[str, Shown] = field(default_factory=dict)
    faulty: frozenset[str] = frozenset()
    findings: tuple[Finding, ...] = ()


def add_up(layout: Layout, sheet: Sheet | None, *, units: str = "") -> Tally:
    """The sums of every input that adds up, exact, over rows that hold together.

    They do with a number in every cell that asks for one, and each total what its own row's inputs add up to.
    `units` is how many the identity says there are, empty where it does not say. Nothing is read from a sheet
    that is not certain to stand as it was written.
    """
    if sheet is None:
        return Tally(findings=(replace(found("sheet-missing", expected=DETAIL), sheet=DETAIL),))
    rows = unit_rows(layout.form, sheet, units=units)
    if not isinstance(rows, range):
        return Tally(findings=(rows,))
    sums = _Sums(layout, sheet)
    for row in rows:
        sums.add(row)
        if len(sums.findings) >= MOST_FAULTS:
            sums.faulty |= sums.values.keys()
            break
    adding = {item.id for item in layout.form.inputs() if item.adds_up}
    kept = {key: sums.values[key] for key in adding - sums.faulty}
    return Tally(kept, frozenset(sums.faulty & adding), (*sums.findings, *_typed_sums(layout, sheet, kept)))


def _typed_sums(layout: Layout, sheet: Sheet, sums: Mapping[str, Number]) -> Iterator[Finding]:
    """The complaint about each number typed over a sum over the head that is not the sum; an older sheet has none."""
    word = sheet.cells.get((TOTAL_ROW, 0))
    if word is None or word.text.strip() != TOTAL_WORD:
        return
    known = dict(sums)
    _add_totals(layout.form.totals(), known)
    for column, item in enumerate(layout.form.fields.values(), start=len(UNIT_COLUMNS)):
        at = (TOTAL_ROW, column)
        reading = read_total(layout, item, sheet.cells.get(at)) if item.id in known else None
        if reading and reading.finding:
            yield _at(item, at, reading.finding)
        elif reading and isinstance(reading.value, int | Decimal):
            yield from _differing(item, at, reading.value, known[item.id], code="total-differs")


class _Sums:
    """The sums so far, row by row; of a row only its own figures are kept while it is added."""

    def __init__(self, layout: Layout, sheet: Sheet) -> None:
        form, column = layout.form, Detail(layout.form, 0).column
        self.layout = layout
        self.sheet = sheet
        self.inputs = [(f, column(f.id)) for f in form.inputs() if f.type is not FieldType.CHOICE]
        self.total_fields = tuple(form.totals())
        self.totals = [(f, column(f.id)) for f in self.total_fields]
        self.values: dict[str, Number] = {item.id: 0 for item, _ in self.inputs}
        self.faulty: set[str] = set()
        self.findings: list[Finding] = []

    def add(self, row: int) -> None:
        """One unit's figures added; those at fault are complained of."""
        figures: dict[str, Number] = {}
        for item, column in self.inputs:
            number = self._figure(item, row, column)
            if number is None:
                self.faulty.add(item.id)
            else:
                figures[item.id] = number
                self.values[item.id] += number
        _add_totals(self.total_fields, figures)
        for item, column in self.totals:
            if item.id in figures:
                self.findings += self._wrong_total(item, (row, column), figures[item.id])

    def _figure(self, item: Field, row: int, column: int) -> Number | None:
        """The number in an input's cell; None, and a complaint, where there is none that may stand there."""
        cell = self.sheet.cells.get((row, column))
        whole = _whole(cell)
        if whole is not None:
            return whole
        reading = read_input(self.layout, item, cell)
        if isinstance(reading.value, int | Decimal):
            return reading.value
        self.findings.append(_at(item, (row, column), reading.finding or found("blank:detail")))
        return None

    def _wrong_total(self, item: Field, at: At, computed: Number) -> Iterator[Finding]:
        """The complaint about a total that is not the sum of its row's inputs."""
        cell = self.sheet.cells.get(at)
        if _whole(cell) == computed:
            return
        read = read_number(cell, signed=True, decimals=TOTAL_DECIMALS)
        if read.fault:
            yield _at(item, at, found(read.fault, found=read.found))
        elif read.value is None:
            yield _at(item, at, found("blank:detail"))
        else:
            yield from _differing(item, at, read.value, computed, code="total-differs:detail")


def _add_totals(totals: Iterable[Field], figures: dict[str, Number]) -> None:
    """Every total whose parts are all among the figures, put there too."""
    for item in totals:
        if all(term in figures for term in item.terms):
            figures[item.id] = sum(figures[term] for term in item.terms)


def _differing(item: Field, at: At, shown: Number, computed: Number, *, code: str) -> Iterator[Finding]:
    """The complaint where a cell does not show what was computed."""
    if not is_same(shown, computed):
        yield _at(item, at, found(code, found=digits(shown), expected=digits(computed)))


def _whole(cell: Cell | None) -> int | None:
    """A plain whole number, as nearly every figure is: `read_input` gives the same, in ten times the time."""
    if cell is None or cell.kind is not Kind.NUMBER or cell.formula is not None:
        return None
    text = cell.text
    return int(text) if len(text) <= INTEGER_DIGITS and text.isascii() and text.isdigit() else None


def _at(item: Field, at: At, finding: Finding) -> Finding:
    """The finding at a cell of the sheet, with the id of its column."""
    return replace(finding, sheet=DETAIL, spots=(Spot(item.id, Place(DETAIL, *at).address, item.label),))
