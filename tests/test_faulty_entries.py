from __future__ import annotations

from collections import Counter
from decimal import Decimal
from io import BytesIO
from typing import TYPE_CHECKING, Any

import openpyxl
import pytest
import xlsxwriter

from build import grid, right_words
from conftest import make_identity
from libreoffice import recalculated
from nianbao.definition.form import FieldType
from nianbao.kinds import UnitKind
from nianbao.layout.count_lines import BlankLine, FaultyLine, faulty_excel
from nianbao.layout.formulas import ErrorValue
from nianbao.layout.places import line_key
from nianbao.layout.results import work_out
from nianbao.returned.answers import read_input
from nianbao.returned.reader import read_return
from nianbao.workbook.blank import BlankWriter
from nianbao.workbook.fill import fill

if TYPE_CHECKING:
    from pathlib import Path

    from nianbao.definition.form import Field
    from nianbao.layout.formulas import Shown
    from nianbao.layout.places import Layout

ENTRIES: list[Any] = [
    None, " ", "\u3000", "3件", "/", "—", "减4", "2026-01-20", "12", " 12 ", "１２", "1,234", "好", " 好 ", "很好",
    0, 12, -1, 1.5, -1.5, 0.1 + 0.2, 0.1234567, 59237.2449, 96171.1234567, 12345678.1234567, 1e-7, -1e-7,
    12.000000000000002, 11.999999999999998, 11398889, 999999999999999, 1e15, -1e15, True, False, ErrorValue("#REF!"),
]  # fmt: skip
COUNTED = {"blank", "not-a-number", "cell-error", "not-whole", "negative", "too-many-decimals"}


@pytest.fixture(scope="module")
def samples(layout_2019: Layout, safety: Layout) -> list[tuple[Layout, Field]]:
    """A field of each type with its form: whole, signed, an amount, a choice."""
    fields = [(form, field) for form in (layout_2019, safety) for field in form.form.inputs()]
    return [next(pair for pair in fields if pair[1].type is kind) for kind in FieldType]


def book_of(entries: list[Any], samples: list[tuple[Layout, Field]]) -> bytes:
    """The entries down column A, and beside each what the in-sheet test for each sample says of it."""
    stream = BytesIO()
    with xlsxwriter.Workbook(stream) as book:
        sheet = book.add_worksheet()
        for row, entry in enumerate(entries):
            if isinstance(entry, ErrorValue):
                sheet.write_formula(row, 0, str(entry), None, str(entry))
            else:
                sheet.write(row, 0, entry)
            for column, (_, sample) in enumerate(samples, start=1):
                sheet.write_formula(row, column, f"={faulty_excel(f'A{row + 1}', sample)}")
    return stream.getvalue()


def is_faulty_on_return(layout: Layout, sample: Field, cell: Any) -> bool:
    """Whether the reader takes the cell for faulty, or for a number only with a notice."""
    reading = read_input(layout, sample, cell)
    return not reading.blank and reading.finding is not None


@pytest.mark.oracle
def test_the_sheets_test_of_an_entry_is_the_readers(
    samples: list[tuple[Layout, Field]], tmp_path: Path
) -> None:
    """Entry by entry and type by type: LibreOffice finds faulty what `check` finds faulty.

    Truth values apart, which LibreOffice reads as the formulas TRUE() and FALSE(): the count of formulas has them.
    """
    data = book_of(ENTRIES, samples)
    sheet = openpyxl.load_workbook(BytesIO(recalculated(data, tmp_path)), data_only=True).active
    cells = grid(data).sheets[0].cells
    assert sheet is not None
    for row, entry in enumerate(ENTRIES):
        for column, (form, sample) in enumerate(samples, start=1):
            ours = is_faulty_on_return(form, sample, cells.get((row, 0)))
            theirs = sheet.cell(row + 1, column + 1).value
            assert theirs == ours or isinstance(entry, bool), (entry, sample.type, theirs)


def test_the_cached_count_is_the_readers(samples: list[tuple[Layout, Field]]) -> None:
    """Entry by entry: a blank or a filled copy is written with the count that `check` would find."""
    cells = grid(book_of(ENTRIES, [])).sheets[0].cells
    for row, entry in enumerate(ENTRIES):
        shown: Shown = str(entry).upper() if isinstance(entry, bool) else entry
        shown = Decimal(repr(shown)) if isinstance(shown, float) else shown
        for form, sample in samples:
            state = work_out(form, {sample.id: shown}, declared=True, kind=UnitKind.TOWN)
            counted = FaultyLine(0, [sample]).show(state).count
            assert counted == is_faulty_on_return(form, sample, cells.get((row, 0))), (entry, sample.type)


FAULTS: dict[str, dict[str, Any]] = {
    "layout": {
        "t2.fees.amount": Decimal("0.1234567"), "t2.licences.decisions": "2026-01-20", "t2.penalties.decisions": " ",
        "t3.new.natural": "3件", "t3.new.business": -1, "t3.new.research": Decimal("-1.5"), "t3.granted.natural": True,
        "t3.granted.business": "#REF!", "t3.new.legal": Decimal("12.000000000000002"), "t4.review.upheld": "/",
        "t4.review.other": Decimal("1e15"), "t4.suit_direct.other": 11_398_889,
    },
    "layout_2019": {
        "t2.licences.change": -8, "t2.fees.change": Decimal("-0.5"), "t2.procurement.amount": Decimal("96171.6000001"),
        "t4.review.upheld": "—",
    },
    "safety": {
        "a.mines.planned": "五", "b.units.amount": Decimal("0.30000000000000004"), "b.people.amount": Decimal("-0.1"),
        "b.self.value": "很好",
    },
}  # fmt: skip


@pytest.mark.oracle
@pytest.mark.parametrize("form", FAULTS)
def test_the_cover_counts_what_check_finds(form: str, request: pytest.FixtureRequest, tmp_path: Path) -> None:
    """The lines of 校验 for blanks and for faulty entries say, table by table, how many cells `check` complains of."""
    layout: Layout = request.getfixturevalue(form)
    blank = BlankWriter(layout).write(make_identity(layout, part="01" if form == "safety" else ""))
    data = fill(blank, FAULTS[form], find_layout=lambda _: layout, as_given=True)
    shown = openpyxl.load_workbook(BytesIO(recalculated(data, tmp_path)), data_only=True)
    findings = read_return(grid(data), layout=layout).findings
    found = Counter(
        f"{finding.code == 'blank'} {spot.id.partition('.')[0]}"
        for finding in findings
        for spot in finding.spots
        if finding.code.partition(":")[0] in COUNTED | {"not-a-choice"}
    )
    for line in layout.lines:
        if isinstance(line, BlankLine | FaultyLine):
            place = layout.places[line_key(line.number, "left")]
            key = f"{isinstance(line, BlankLine)} {line.fields[0].table}"
            assert shown[place.sheet][place.address].value == found[key], (key, findings)


@pytest.mark.oracle
def test_a_formula_typed_into_an_input_counts(layout: Layout, tmp_path: Path) -> None:
    """=3+4 in an input is no answer to `check`; the workbook says so before it is sent."""
    blank = BlankWriter(layout).write(make_identity(layout))
    values = {"cover.blank_is_zero": True, "t3.carried_out.natural": 7, **right_words(layout)}
    data = fill(blank, values, find_layout=lambda _: layout)
    book = openpyxl.load_workbook(BytesIO(data))
    place = layout.places["t3.new.natural"]
    book[place.sheet][place.address] = "=3+4"
    stream = BytesIO()
    book.save(stream)
    shown = openpyxl.load_workbook(BytesIO(recalculated(stream.getvalue(), tmp_path)), data_only=True)
    status = layout.places["cover.status"]
    assert shown[status.sheet][status.address].value == "还有 1 处问题"
    (finding,) = read_return(grid(stream.getvalue()), layout=layout).findings
    assert (finding.code, finding.cells) == ("not-a-number", (place.address,))


def test_a_date_typed_into_an_input_stays_a_number(layout: Layout, layout_2019: Layout) -> None:
    """Number inputs are not General, so that a spreadsheet does not make a date of 1-2 that no formula could tell."""
    for form in (layout, layout_2019):
        book = openpyxl.load_workbook(BytesIO(BlankWriter(form).write(make_identity(form))))
        for field in form.form.inputs():
            place = form.places[field.id]
            assert book[place.sheet][place.address].number_format != "General", field.id
