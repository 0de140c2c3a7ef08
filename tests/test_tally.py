"""The 明细 sheet of a county workbook one level up: what was done to it, and what is still read."""

from __future__ import annotations

import time
from dataclasses import replace
from decimal import Decimal
from typing import TYPE_CHECKING

import pytest

from build import consolidated, expectation, right_answers, typed
from conftest import KEY, make_identity
from nianbao.kinds import UnitKind
from nianbao.layout.addresses import column_letters
from nianbao.layout.detail import DETAIL, FIRST_UNIT_ROW, ID_ROW, TOTAL_ROW, TOTAL_WORD, Detail
from nianbao.opening.grid import Cell, Kind, Sheet
from nianbao.returned.checks import check, figures
from nianbao.returned.findings import Severity
from nianbao.returned.reader import read_return
from nianbao.returned.tally import MOST_FAULTS, add_up

if TYPE_CHECKING:
    from collections.abc import Callable

    from nianbao.layout.formulas import Shown
    from nianbao.layout.identity import Identity
    from nianbao.layout.places import Layout

    At = tuple[int, int]
    Cells = dict[At, Cell]
    Change = Callable[[Cells], object]

UNITS = 3
LAST = FIRST_UNIT_ROW + UNITS - 1
NEW, FEES, TOTAL = "t3.new.natural", "t2.fees.amount", "t3.new.total"


def county(layout: Layout, units: str = str(UNITS)) -> Identity:
    """The identity of 西山县's workbook over so many units."""
    identity = replace(make_identity(layout, kind=UnitKind.COUNTY), unit_name="西山县", unit_code="400")
    return replace(identity, role="county", round_id="theirs", units=units).signed(b"their key")


def unit_values(layout: Layout) -> list[dict[str, Shown]]:
    """Figures of three units."""
    some: dict[str, Shown] = {FEES: Decimal("0.1"), "t3.new.legal": 1, "t3.granted.legal": 1}
    return [right_answers(layout), right_answers(layout) | some, right_answers(layout)]


def complaints(layout: Layout, change: Change, *, units: str = str(UNITS)) -> list[tuple[str, str]]:
    """Code and cell of what is found on 明细 after the change; nothing else may be found, twice."""
    book = consolidated(layout, county(layout, units), unit_values(layout))
    cells = dict(book.sheets[-1].cells)
    change(cells)
    changed = replace(book, sheets=(*book.sheets[:-1], replace(book.sheets[-1], cells=cells)))
    reads = [read_return(changed, expectation(layout)) for _ in range(2)]
    found = [
        (*read.findings, *(check(read.answers, layout, UnitKind.COUNTY) if read.answers else ()))
        for read in reads
    ]
    assert found[0] == found[1]
    assert {finding.sheet for finding in found[0]} <= {DETAIL}
    return [(finding.code, ",".join(finding.cells)) for finding in found[0]]


def put(row: int, column: int, value: Shown, formula: str | None = None) -> Change:
    """Types something into a cell."""
    return lambda cells: cells.update({(row, column): typed(row, column, value, formula)})


def drop(row: int, column: int) -> Change:
    """Empties a cell."""
    return lambda cells: cells.pop((row, column))


def shift(rows: int = 0, columns: int = 0, *, beyond: At) -> Change:
    """Moves every cell at or after a place down or to the right."""

    def change(cells: Cells) -> None:
        moving = [at for at in cells if at[0] >= beyond[0] and at[1] >= beyond[1]]
        moved = {(row + rows, column + columns): cells.pop((row, column)) for row, column in moving}
        cells.update(moved)

    return change


def swap_heads(cells: Cells) -> None:
    """Exchanges two ids, so that each names the other's figures."""
    first, second = (ID_ROW, 3), (ID_ROW, 4)
    cells[first], cells[second] = cells[second], cells[first]


def without_last(cells: Cells) -> None:
    """Deletes the last unit's row."""
    for at in [at for at in cells if at[0] == LAST]:
        del cells[at]


def with_one_more(cells: Cells) -> None:
    """Adds a unit's row, a copy with another code and name."""
    for (row, column), cell in list(cells.items()):
        if row == LAST:
            cells[row + 1, column] = cell
    cells[LAST + 1, 0] = typed(LAST + 1, 0, "u9")
    cells[LAST + 1, 1] = typed(LAST + 1, 1, "第九镇")


CHANGES: dict[str, tuple[Change, str]] = {
    "a gap, and units after it": (shift(1, beyond=(FIRST_UNIT_ROW + 1, 0)), "A9"),
    "a code gone": (drop(FIRST_UNIT_ROW + 1, 0), "B8"),
    "the last code gone": (drop(LAST, 0), "B9"),
    "a word beneath the table": (put(LAST + 3, 4, "合计"), "E12"),
    "a formula beneath the table": (put(LAST + 1, 5, None, "=SUM(F7:F9)"), "F10"),
    "a figure far beneath": (put(5000, 40, 7), "AO5001"),
    "a code twice": (put(LAST, 0, "u0"), "A9"),
    "a name twice": (put(LAST, 1, "第0镇"), "B9"),
    "a number for a code": (put(LAST, 0, 12), "A9"),
    "no name": (drop(LAST, 1), "B9"),
    "a formula for a name": (put(LAST, 1, "第9镇", "=B7"), "B9"),
    "no kind": (put(LAST, 2, " "), "C9"),
    "the head of the codes gone": (drop(ID_ROW, 0), "A6"),
    "an id gone": (drop(ID_ROW, 7), "H6"),
    "an id twice": (put(ID_ROW, 7, "t2.regulations.issued"), "H6"),
    "an unknown id": (put(ID_ROW, 7, "t9.x"), "H6"),
    "two ids exchanged": (swap_heads, "D6"),
    "a column put in": (shift(columns=1, beyond=(ID_ROW, 9)), "J6"),
    "a unit's row deleted": (without_last, "A7"),
    "a unit's row added": (with_one_more, "A7"),
}
"""What is done, and where the one `structure-changed` points."""


@pytest.mark.parametrize("name", CHANGES)
def test_a_changed_table_is_not_read(layout: Layout, name: str) -> None:
    """Nothing is guessed of units, ids or what stands elsewhere; no figure is read, and no rule judged."""
    change, cell = CHANGES[name]
    assert complaints(layout, lambda _: None) == []
    assert complaints(layout, change) == [("structure-changed", cell)]


@pytest.mark.parametrize("row", [ID_ROW, FIRST_UNIT_ROW, LAST + 1])
def test_a_column_more_is_seen(layout: Layout, row: int) -> None:
    """With a head, without one, beneath it all."""
    width = len(Detail(layout.form, UNITS).heads)
    (found,) = complaints(layout, put(row, width, 5))
    assert found[0] == "structure-changed"
    assert found[1].endswith(str(row + 1))


def test_a_table_without_units_is_not_read(layout: Layout) -> None:
    """No workbook is written over no unit: the rows were deleted."""

    def empty(cells: Cells) -> None:
        for at in [at for at in cells if at[0] >= FIRST_UNIT_ROW]:
            del cells[at]

    assert complaints(layout, empty, units="0") == [("structure-changed", "A7")]


def test_a_workbook_that_does_not_count_its_units_is_read(layout: Layout) -> None:
    """Made before the identity said how many there are."""
    assert complaints(layout, lambda _: None, units="") == []
    assert complaints(layout, without_last, units="") == []
    assert complaints(layout, lambda _: None, units="4") == [("structure-changed", "A7")]


@pytest.mark.parametrize("row", [FIRST_UNIT_ROW, LAST])
@pytest.mark.parametrize(
    ("key", "value", "code"),
    [
        (NEW, None, "blank"),
        (NEW, "  ", "blank"),
        (NEW, "若干", "not-a-number"),
        (NEW, -1, "negative"),
        (NEW, Decimal("1.5"), "not-whole"),
        (FEES, Decimal("0.1234567"), "too-many-decimals"),
        (TOTAL, None, "blank"),
        (TOTAL, "共12", "not-a-number"),
        (TOTAL, 99, "total-differs"),
    ],
)
def test_a_figure_at_fault_is_found_at_its_cell(
    layout: Layout, row: int, key: str, value: Shown, code: str
) -> None:
    """A number in every cell that asks for one, and of a total the right one; nothing follows from the fault."""
    change = put(row, Detail(layout.form, UNITS).column(key), value)
    letter = {NEW: "N", FEES: "M", TOTAL: "T"}[key]
    assert complaints(layout, change) == [(code, f"{letter}{row + 1}")]


def test_a_figure_altered_alone_differs_from_its_total(layout: Layout) -> None:
    """A unit's row holds together, or it is seen at the total."""
    sheet = many_units(layout, UNITS)
    at = (LAST, Detail(layout.form, UNITS).column(NEW))
    cells = dict(sheet.cells) | {at: typed(*at, 99)}
    (finding,) = add_up(layout, replace(sheet, cells=cells)).findings
    assert (finding.code, finding.sheet, finding.cells, finding.ids) == (
        "total-differs",
        DETAIL,
        (f"T{LAST + 1}",),
        (TOTAL,),
    )
    assert (finding.found, finding.expected) == ("12", "99")


@pytest.mark.parametrize(("key", "right"), [(NEW, 36), (TOTAL, 37), (FEES, Decimal("0.1"))])
def test_a_sum_over_the_head_that_was_typed_over_is_compared(
    layout: Layout, key: str, right: int | Decimal
) -> None:
    """Its formula is never looked at, nor what stands there on a sheet that has no such row."""
    column = Detail(layout.form, UNITS).column(key)

    def over(value: Shown, formula: str | None = None, word: str = TOTAL_WORD) -> list[tuple[str, str]]:
        def change(cells: Cells) -> None:
            put(TOTAL_ROW, 0, word)(cells)
            put(TOTAL_ROW, column, value, formula)(cells)

        return complaints(layout, change)

    cell = f"{column_letters(column)}{TOTAL_ROW + 1}"
    assert over(right) == over(None) == over(99, "=SUM(A1)") == over(99, word="代码") == []
    assert over(99) == [("total-differs", cell)]
    assert over("约百件") == [("not-a-number", cell)]


def test_a_formula_is_no_figure(layout: Layout) -> None:
    """Neither in an input nor in a total: both are written as numbers."""
    for key in (NEW, TOTAL):
        at = (LAST, Detail(layout.form, UNITS).column(key))
        assert [code for code, _ in complaints(layout, put(*at, 12, "=11+1"))] == ["not-a-number"]


def test_hidden_rows_and_columns_count(layout: Layout) -> None:
    """A filter that was left on hides units from the eye, not from the sums; it is told of units only."""
    book = consolidated(layout, county(layout), unit_values(layout))
    hidden = replace(book.sheets[-1], hidden_rows=frozenset({ID_ROW, LAST}), hidden_columns=frozenset({13}))
    read = read_return(replace(book, sheets=(*book.sheets[:-1], hidden)), expectation(layout))
    told = [(one.code, one.severity, one.sheet, one.cells) for one in read.findings]
    assert told == [
        ("hidden-content", Severity.NOTICE, DETAIL, (f"A{LAST + 1}",)),
        ("hidden-content", Severity.NOTICE, DETAIL, ("N1",)),
    ]
    assert read.answers
    assert figures(layout, read.answers).values[NEW] == 36


def test_a_total_of_more_digits_than_are_kept_is_right(safety: Layout) -> None:
    """A spreadsheet keeps fifteen digits of the sum of two amounts that have sixteen."""
    identity = replace(county(safety), part="3").signed(KEY)
    amounts: dict[str, Shown] = {
        "b.units.amount": Decimal("1234567890.1"),
        "b.people.amount": Decimal("0.000001"),
    }
    book = consolidated(safety, identity, [right_answers(safety) | amounts])
    column = Detail(safety.form, 1).column("b.total.amount")
    for text, codes in (("1234567890.1", []), ("1234567890.2", ["total-differs"])):
        cells = dict(book.sheets[-1].cells)
        cells[FIRST_UNIT_ROW, column] = Cell(FIRST_UNIT_ROW, column, Kind.NUMBER, text)
        tally = add_up(safety, replace(book.sheets[-1], cells=cells))
        assert [finding.code for finding in tally.findings] == codes


def many_units(layout: Layout, units: int, *, filled: bool = True) -> Sheet:
    """A sheet of so many units with right figures, or with none."""
    book = consolidated(layout, county(layout), [right_answers(layout)])
    model = [cell for at, cell in book.sheets[-1].cells.items() if at[0] == FIRST_UNIT_ROW]
    cells = {at: cell for at, cell in book.sheets[-1].cells.items() if at[0] == ID_ROW}
    for row in range(FIRST_UNIT_ROW, FIRST_UNIT_ROW + units):
        words = [cell for cell in model if cell.column < 3]
        for cell in model if filled else words:
            text = f"{cell.text}{row}" if cell.column < 2 else cell.text
            cells[row, cell.column] = cell._replace(row=row, text=text)
    return Sheet(DETAIL, cells)


def test_reading_stops_where_enough_is_wrong(layout: Layout) -> None:
    """A small file can name a multitude of units and give no figure: it is sent back soon."""
    tally = add_up(layout, many_units(layout, 3000, filled=False))
    assert {finding.code for finding in tally.findings} == {"blank"}
    assert MOST_FAULTS <= len(tally.findings) < MOST_FAULTS + len(layout.form.fields)
    assert tally.values == {}
    assert tally.faulty == {item.id for item in layout.form.inputs() if item.adds_up}


def test_time_grows_with_the_units(layout: Layout) -> None:
    """Eight times the units take about eight times the time."""
    taken = []
    for units in (100, 800):
        sheet = many_units(layout, units)
        start = time.process_time()
        assert add_up(layout, sheet).findings == ()
        taken.append(time.process_time() - start)
    assert taken[1] < 8 * taken[0] * 4 + 0.1
