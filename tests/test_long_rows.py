"""Rows put into a sheet that XlsxWriter began: what every reader finds there."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from io import BytesIO
from typing import TYPE_CHECKING
from zipfile import ZipFile

import openpyxl
import pytest
import xlsxwriter
from hypothesis import given, settings
from hypothesis import strategies as st
from python_calamine import CalamineWorkbook

from nianbao.opening.workbooks import read_workbook
from nianbao.workbook import long_rows
from nianbao.workbook.cell_text import cell_text
from nianbao.workbook.long_rows import Line, LongRows, ahead, number_of, with_rows

if TYPE_CHECKING:
    from collections.abc import Sequence

    from openpyxl.worksheet.worksheet import Worksheet


NAME = "明细"
CREATED = datetime(2026, 1, 1, tzinfo=UTC)
"""Else a workbook differs from one that is written a second later."""


def written(
    lines: Sequence[Line], *, count: int | None = None, words: frozenset[int] = frozenset({0})
) -> bytes:
    """A workbook with a head and these rows of words in A and numbers in B and C; beside it another sheet."""
    stream = BytesIO()
    book = xlsxwriter.Workbook(stream, {"in_memory": True})
    book.set_properties({"created": CREATED})
    sheet, plain, link = (
        book.add_worksheet(NAME),
        book.add_format({"bold": True}),
        book.add_format({"italic": True}),
    )
    looks, lead = [number_of(plain)] * 3, number_of(link)
    sheet.write_row(0, 0, ["名称", "数", "数"])
    sheet.add_table(0, 0, 1, 2, {"columns": [{"header": head} for head in "甲乙丙"]})
    book.add_worksheet("别的").write_string(0, 0, "原样")
    long = {NAME: LongRows(1, len(lines) if count is None else count, lines, looks, words, lead)}
    with ahead(long) as begun:
        book.close()
        return with_rows(stream.getvalue(), long, begun)


def opened(data: bytes) -> Worksheet:
    """The sheet as openpyxl has it."""
    return openpyxl.load_workbook(BytesIO(data))[NAME]


def readings(data: bytes) -> list[list[list[object]]]:
    """The rows as openpyxl, calamine and our own reader have them, None for nothing, numbers as floats."""
    grid = CalamineWorkbook.from_filelike(BytesIO(data)).get_sheet_by_name(NAME)
    ours = read_workbook(data).sheets[0].cells
    last = max(row for row, _ in ours)
    found: list[list[list[object]]] = [
        [[cell.value for cell in row] for row in opened(data).iter_rows(min_row=2)],
        [list(row) for row in grid.to_python(skip_empty_area=False)[1:]],
        [[ours[row, column].text for column in range(3)] for row in range(1, last + 1)],
    ]
    return [[[_plain(value) for value in row] for row in rows] for rows in found]


def _plain(value: object) -> object:
    if value in ("", None):
        return None
    try:
        return float(str(value))
    except ValueError:
        return value


def test_every_reader_finds_the_same() -> None:
    """Words, whole numbers, amounts and empty cells; styles, heights and the sheet's size too."""
    data = written([Line(("东河镇", 12, Decimal("0.000001")), 22.5), Line(("", None, -3), 30)])
    expected = [["东河镇", 12.0, 1e-06], [None, None, -3.0]]
    assert readings(data) == [expected] * 3
    sheet = opened(data)
    assert sheet.dimensions == "A1:C3"
    assert [sheet.row_dimensions[row].height for row in (2, 3)] == [22.5, 30]
    assert all(cell.font.b for row in sheet["A2:C3"] for cell in row)


def test_other_parts_stay_as_they_are() -> None:
    """The head, the table, the other sheet and the shared strings."""
    data = written([Line(("甲镇", 1, 2), 22)])
    book = openpyxl.load_workbook(BytesIO(data))
    assert book["别的"]["A1"].value == "原样"
    assert [cell.value for cell in book[NAME][1]] == ["甲", "乙", "丙"]
    assert written([Line(("甲镇", 1, 2), 22)]) == data


def test_a_second_process_writes_the_same_bytes(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whether the rows are made there or here; rows that are not as many as was said are refused there, too."""
    lines = [Line((f"{number}镇", number, Decimal(number) / 8), 22) for number in range(100)]
    here = written(lines)
    monkeypatch.setattr(long_rows, "MANY", 0)
    assert written(lines) == here
    with pytest.raises(ValueError, match="100 rows, not 99"):
        written(lines, count=99)


@pytest.mark.parametrize(("rows", "area"), [(0, "A1:C2"), (1, "A1:C2"), (12, "A1:C13")])
def test_a_table_holds_every_row(rows: int, area: str) -> None:
    """And one where there is none, as a table must."""
    table = next(iter(opened(written([Line(("甲镇", 1, 2), 22)] * rows)).tables.values()))
    assert (table.ref, table.autoFilter.ref) == (area, area)


def test_links_lead_within_the_workbook() -> None:
    """Only the cells that have one, in their own look."""
    data = written([Line(('甲"镇', 1, 2), 22, {0: ("别的", "A1")}), Line(("乙镇", 3, 4), 22)])
    sheet = opened(data)
    links = {cell.coordinate: cell.hyperlink.location for row in sheet for cell in row if cell.hyperlink}
    assert links == {"A2": "'别的'!A1"}
    assert [sheet[cell].font.i for cell in ("A2", "A3")] == [True, False]
    assert sheet["A2"].value == '甲"镇'


@settings(max_examples=40, deadline=None)
@given(st.lists(st.text(max_size=12), min_size=1, max_size=6))
def test_any_words_stay_words(words: list[str]) -> None:
    """Markup, formulas, gaps of the template: nothing becomes anything else."""
    data = written([Line((word, 1, 1), 22) for word in [*words, "#", "%s", "<v>1</v>", "None", "=1"]])
    cells = read_workbook(data).sheets[0].cells
    found = [cells[row, 0].text for row in range(1, len(words) + 6)]
    assert found[-5:] == ["#", "%s", "<v>1</v>", "None", "=1"]
    assert found[:-5] == [cell_text(word) for word in words]


def test_words_that_excel_would_take_for_an_escape_are_escaped() -> None:
    """`_x0041_` is an A to Excel, `_x005F_x0041_` these seven characters."""
    data = written([Line(("_x0041_", 1, 1), 22)])
    with ZipFile(BytesIO(data)) as archive:
        assert b">_x005F_x0041_</t>" in archive.read("xl/worksheets/sheet1.xml")


def test_rows_that_are_more_or_fewer_than_said_are_refused() -> None:
    """The table and the sheet's size would be wrong."""
    with pytest.raises(ValueError, match="1 rows, not 2"):
        written([Line(("甲镇", 1, 2), 22)], count=2)


def test_the_file_is_a_sound_archive() -> None:
    """Sizes and checksums of every member hold, over many pieces."""
    data = written([Line((f"第{number}镇", number, number), 22) for number in range(1000)])
    with ZipFile(BytesIO(data)) as archive:
        assert archive.testzip() is None
    assert opened(data).max_row == 1001
