"""The county workbook: its sheets, its live figures, its lists; given out only when it agrees with itself."""

from __future__ import annotations

import re
from dataclasses import replace
from decimal import Decimal
from io import BytesIO
from typing import TYPE_CHECKING
from zipfile import ZipFile

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from python_calamine import CalamineWorkbook

from consolidations import (
    NAMES,
    county,
    edited,
    make_checked,
    make_entries,
    make_units,
    office_identity,
)
from nianbao.county import agreement, finished
from nianbao.county.agreement import DisagreementError, agree
from nianbao.county.merge import merge
from nianbao.county.names import sheet_names
from nianbao.definition.sheet_names import CHARTS, FINDINGS, IDENTITY, RETURNED, SOURCES
from nianbao.kinds import UnitKind
from nianbao.layout.boxes import Words
from nianbao.layout.detail import (
    DETAIL,
    FIRST_UNIT_ROW,
    ID_ROW,
    TOTAL_ROW,
    TOTAL_WORD,
    UNIT_COLUMNS,
    Detail,
)
from nianbao.layout.formulas import Total
from nianbao.layout.planning import COVER_ENTRIES, DECLARATION
from nianbao.layout.results import work_out
from nianbao.opening.workbooks import read_workbook
from nianbao.problems import OfficeError
from nianbao.returned.findings import found, found_at
from nianbao.roster.units import Unit
from nianbao.workbook.blank import BlankWriter
from nianbao.workbook.patching import sheet_parts
from nianbao.workbook.protection import Password

if TYPE_CHECKING:
    from collections.abc import Callable

    from openpyxl.workbook import Workbook
    from openpyxl.worksheet.worksheet import Worksheet

    from nianbao.layout.places import Layout
    from nianbao.returned.returns import Checked

CHANGES: dict[str, Callable[[str], str]] = {
    "another number": lambda cell: cell.replace("<v>", "<v>9"),
    "a fraction": lambda cell: cell.replace("</v>", ".5</v>"),
    "nothing": lambda cell: re.sub("<v>.*</v>", "", cell),
    "words": lambda cell: re.sub(r"><v>(\d+)</v>", r' t="inlineStr"><is><t>\1</t></is>', cell),
    "a comment": lambda cell: f"<!--{cell}-->",
}
"""What may be wrong with a figure of 明细."""
NEW, FEES = "t3.new.natural", "t2.fees.amount"
OWN = (RETURNED, FINDINGS, CHARTS, SOURCES)


@pytest.fixture(scope="module")
def entries(layout: Layout) -> list[tuple[Unit, Checked]]:
    """Five units."""
    return make_entries(layout, 5)


@pytest.fixture(scope="module")
def data(layout: Layout, entries: list[tuple[Unit, Checked]]) -> bytes:
    """Their county workbook."""
    return county(layout, entries)


@pytest.fixture(scope="module")
def book(data: bytes) -> Workbook:
    """The same as openpyxl has it, with formulas."""
    return opened(data)


@pytest.fixture(scope="module")
def shown(data: bytes) -> Workbook:
    """The same as openpyxl has it, with stored results."""
    return openpyxl.load_workbook(BytesIO(data), data_only=True)


def opened(data: bytes) -> Workbook:
    """The workbook as openpyxl has it, with formulas."""
    return openpyxl.load_workbook(BytesIO(data))


def rows(data: bytes, sheet: str) -> list[list[object]]:
    """A sheet's values row by row as calamine has them (quick), None for empty cells."""
    grid = CalamineWorkbook.from_filelike(BytesIO(data)).get_sheet_by_name(sheet)
    return [[None if cell == "" else cell for cell in row] for row in grid.to_python(skip_empty_area=False)]


def value_at(data: bytes, layout: Layout, key: str) -> object:
    """What an id's cell shows."""
    place = layout.places[key]
    return rows(data, place.sheet)[place.row][place.column]


def links(sheet: Worksheet) -> dict[str, str]:
    """The targets within the workbook, by the cell that leads there; a link out of it fails the test."""
    linked = {cell.coordinate: cell.hyperlink for row in sheet.iter_rows() for cell in row if cell.hyperlink}
    assert not any(link.target for link in linked.values())
    return {cell: str(link.location) for cell, link in linked.items()}


def test_sheets_stand_in_order(layout: Layout, book: Workbook) -> None:
    """The form's sheets, 明细, a sheet for each unit, the lists; nothing but the identity is hidden."""
    assert book.sheetnames == [*(plan.name for plan in layout.sheets), DETAIL, *NAMES[:5], *OWN]
    assert [name for name in book.sheetnames if book[name].sheet_state != "visible"] == [IDENTITY]


def test_the_forms_sheets_are_those_of_a_blank(layout: Layout, book: Workbook) -> None:
    """Same texts, merged cells, widths, heights and print set-up: only inputs, slots and results differ."""
    blank = opened(BlankWriter(layout).write(replace(office_identity(layout, units=5), role="return")))
    for plan in layout.sheets:
        ours, theirs = book[plan.name], blank[plan.name]
        assert {str(area) for area in ours.merged_cells.ranges} == {
            str(area) for area in theirs.merged_cells.ranges
        }
        assert ours.page_setup.orientation == theirs.page_setup.orientation
        assert ours.column_dimensions["A"].width == theirs.column_dimensions["A"].width
        words = [box for box in plan.boxes if isinstance(box.content, Words)]
        for box in words:
            at = (box.row + 1, box.column + 1)
            assert ours.cell(*at).value == theirs.cell(*at).value


def test_inputs_are_live_sums_with_true_results(
    layout: Layout, data: bytes, book: Workbook, shown: Workbook
) -> None:
    """Each input adds up its column; both other readers see the exact sum, and the totals, as stored results."""
    consolidation = merge(layout.form, make_entries(layout, 5))
    grids = {table.sheet: rows(data, table.sheet) for table in layout.form.tables}
    for field in layout.form.fields.values():
        place, total = layout.places[field.id], consolidation.totals[field.id]
        assert shown[place.sheet][place.address].value == float(total or 0)
        assert grids[place.sheet][place.row][place.column] == float(total or 0)
        if not field.terms:
            formula = book[place.sheet][place.address].value
            assert formula == "=" + Detail(layout.form, 5).total(field.id)


def test_check_lines_and_status_are_true(layout: Layout) -> None:
    """A county whose figures balance may report; one out of balance sees it on its cover."""
    unit = make_units(1)[0]
    good = make_checked(layout, unit, {NEW: 2, "t3.granted.natural": 2})
    bad = make_checked(layout, unit, {NEW: 2})
    workbooks = (county(layout, [(unit, checked)]) for checked in (good, bad))
    statuses = [value_at(data, layout, "cover.status") for data in workbooks]
    assert statuses == ["可以上报", "还有 2 处问题"]


def test_detail_is_a_table_of_units_by_ids(
    layout: Layout, entries: list[tuple[Unit, Checked]], data: bytes, book: Workbook
) -> None:
    """The ids are the head of an Excel table that can be filtered; every value stands as it was read."""
    sheet = book[DETAIL]
    table = next(iter(sheet.tables.values()))
    assert table.autoFilter is not None
    assert table.column_names == [*UNIT_COLUMNS, *layout.form.fields]
    grid = rows(data, DETAIL)
    assert grid[ID_ROW][: len(table.column_names)] == table.column_names
    for row, (unit, checked) in zip(grid[FIRST_UNIT_ROW:], entries, strict=True):
        assert row[:3] == [unit.code, unit.name, unit.kind.label]
        numbers = [float(value) for value in row[3:] if isinstance(value, int | float)]
        assert numbers == [float(value) for value in checked.values.values()]  # type: ignore[arg-type]
    assert sheet.freeze_panes == "D7"
    assert sheet.protection.autoFilter is False  # False: not forbidden


def test_sums_stand_over_the_units(layout: Layout, data: bytes, book: Workbook, shown: Workbook) -> None:
    """Live, with true results, above the head of the table: whoever sorts or filters it leaves them alone."""
    consolidation = merge(layout.form, make_entries(layout, 5))
    detail = Detail(layout.form, 5)
    assert rows(data, DETAIL)[TOTAL_ROW][0] == TOTAL_WORD
    for key, total in consolidation.totals.items():
        at = (TOTAL_ROW + 1, detail.column(key) + 1)
        assert book[DETAIL].cell(*at).value == "=" + detail.total(key)
        assert shown[DETAIL].cell(*at).value == float(total or 0)
    table = next(iter(book[DETAIL].tables.values()))
    assert table.ref.startswith(f"A{ID_ROW + 1}:")


def test_what_does_not_add_up_has_no_sum(safety: Layout) -> None:
    """A choice, a total over nothing that adds up: an empty cell."""
    grid = rows(county(safety, make_entries(safety, 3)), DETAIL)
    assert grid[TOTAL_ROW][Detail(safety.form, 3).column("b.self.value")] is None


def test_empty_cells_stay_empty(layout: Layout) -> None:
    """What a unit left blank is an empty cell, in 明细 and on its sheet."""
    unit = make_units(1)[0]
    data = county(layout, [(unit, make_checked(layout, unit, {NEW: None}))])
    assert rows(data, DETAIL)[FIRST_UNIT_ROW][Detail(layout.form, 1).column(NEW)] is None


def test_only_what_the_county_writes_is_open(layout: Layout, data: bytes) -> None:
    """Every sheet is protected, the structure locked; cover entries, texts and explanations are open, nothing else."""
    book = read_workbook(data)
    assert book.structure_locked
    assert all(sheet.protected for sheet in book.sheets)
    unlocked = {
        (sheet.name, at) for sheet in book.sheets for at, cell in sheet.cells.items() if not cell.locked
    }
    expected = set()
    for key in (
        *COVER_ENTRIES,
        DECLARATION,
        *(text.id for text in layout.form.texts),
        *(one.id for one in layout.explanations),
    ):
        place, box = layout.places[key], layout.box_of[key]
        expected |= {
            (place.sheet, (row, column))
            for row in range(box.row, box.row + box.rows)
            for column in range(box.column, box.column + box.columns)
        }
    assert unlocked == expected


def test_a_password_locks_every_sheet(layout: Layout, entries: list[tuple[Unit, Checked]]) -> None:
    """The hash stands in every sheet and in the workbook's structure."""
    password = Password(b"0" * 16, b"1" * 64)
    with ZipFile(BytesIO(county(layout, entries, password=password))) as archive:
        parts = [name for name in archive.namelist() if name.startswith("xl/worksheets/sheet")]
        assert all(b"SHA-512" in archive.read(part) for part in [*parts, "xl/workbook.xml"])


def test_the_banner_of_a_whole_county_says_how_many(data: bytes, book: Workbook) -> None:
    """Every sheet that is seen says what it covers."""
    for sheet in book.worksheets:
        if sheet.sheet_state == "visible":
            assert any("汇总 5 个单位" in str(value) for row in rows(data, sheet.title)[:2] for value in row)


def test_incomplete_is_written_on_every_sheet(layout: Layout) -> None:
    """A county that lacks units says so everywhere, with names as far as they fit."""
    units = make_units(30)
    entries = [(unit, make_checked(layout, unit, {})) for unit in units[:2]]
    data = county(layout, entries, roster=units)
    names = [sheet.name for sheet in read_workbook(data).sheets if sheet.visibility == "visible"]
    assert len(names) == len(layout.sheets) - 1 + 2 + 5
    for name in names:
        banner = next(value for row in rows(data, name)[:2] for value in row if "不完整" in str(value))
        assert "不完整：缺 28 个单位（城关街道、高新区、教育局、" in str(banner)
        assert str(banner).endswith("…）")
    assert any("no" in row for row in rows(data, IDENTITY))


def test_same_facts_give_the_same_bytes(
    layout: Layout, entries: list[tuple[Unit, Checked]], data: bytes
) -> None:
    """Nothing of the clock or of chance is in the file."""
    assert county(layout, entries) == data


def test_links_lead_to_cells_that_are_there(book: Workbook) -> None:
    """Every link names a sheet of the workbook and a cell on it."""
    targets = [target for sheet in book.worksheets for target in links(sheet).values()]
    assert len(targets) == 5 + 5 + 5
    for target in targets:
        match = re.fullmatch(r"'([^']+)'!([A-Z]+\d+)", target)
        assert match is not None
        assert book[match[1]][match[2]].value is not None  # type: ignore[union-attr]


def test_a_finding_leads_to_the_units_cell(layout: Layout) -> None:
    """From 审核问题 to the figure on the unit's own sheet; a rejected file's figures are not there to see."""
    units = make_units(2)
    finding = replace(
        found_at(layout, "label-changed", [NEW], found="甲", expected="乙"), explained="有新口径"
    )
    good = make_checked(layout, units[0], {NEW: 41}, findings=(finding,))
    bad = make_checked(layout, units[1], {}, findings=(found_at(layout, "blank", [NEW]),), values={})
    data = county(layout, [(units[0], good)], roster=units, files=(good, bad))
    book, grid = opened(data), rows(data, FINDINGS)[4:]
    place = layout.places[NEW].address
    assert [line[:2] + line[3:9] for line in grid if line[0]] == [
        ["101", "东河镇", "有说明", "警告", "表内文字被改", "label-changed", "三、依申请公开", place],
        ["102", "西山乡", "退回", "错误", "没有填", "blank", "三、依申请公开", place],
        ["102", "西山乡", "退回", "错误", "没有可接收的表", "missing-return", None, None],
        ["—", "汇总数", None, "错误", "数量不平衡", "balance", None, None],
        ["—", "汇总数", None, "错误", "数量不平衡", "balance", None, None],
    ]
    assert grid[0][13] == "有新口径"
    leads = links(book[FINDINGS])
    assert list(leads) == ["I5"]
    sheet, _, cell = leads["I5"].partition("!")
    assert book[sheet.strip("'")][cell].value == 41


def test_who_returned_what(layout: Layout) -> None:
    """Accepted, explained, rejected, missing: each unit of the roster with its state and counts, sums on top."""
    units = make_units(4)
    warned = replace(found("label-changed", found="甲", expected="乙"), explained="有新口径")
    waived = replace(found("blank"), waived="电话核实")
    files = (
        make_checked(layout, units[0], {}, findings=(found("read-as-number", found="１", expected="1"),)),
        make_checked(layout, units[1], {}, findings=(warned, waived)),
        make_checked(layout, units[2], {}, findings=(found("blank"),)),
    )
    entries = list(zip(units[:2], files[:2], strict=True))
    grid = rows(county(layout, entries, roster=units, files=files), RETURNED)
    assert grid[2][0] == "名录 4 个单位：已接收 1，有说明 1，退回 1，未报 1"
    assert [(line[0], line[3], line[4], line[6:11]) for line in grid[4:]] == [
        ("101", "已接收", "returned/101.xlsx", [0, 0, 1, 0, 0]),
        ("102", "有说明", "returned/102.xlsx", [1, 1, 0, 1, 1]),
        ("103", "退回", "returned/103.xlsx", [1, 0, 0, 0, 0]),
        ("104", "未报", None, [None] * 5),
    ]


def test_a_file_that_could_not_be_looked_at_is_listed(layout: Layout) -> None:
    """It has neither time nor sender, only its finding."""
    unit = make_units(1)[0]
    good = make_checked(layout, unit, {})
    lost = replace(
        good, path="x.xlsx", received=None, identity=None, unit_code="", findings=(found("encrypted"),)
    )
    grid = rows(county(layout, [(unit, good)], files=(good, lost)), FINDINGS)
    assert [(line[6], line[2]) for line in grid[4:]] == [("encrypted", "x.xlsx")]


def test_sources_name_file_hash_time_and_versions(layout: Layout, data: bytes) -> None:
    """Enough to find every figure again."""
    grid = rows(data, SOURCES)
    flat = [value for line in grid for value in line]
    assert {"nianbao 0.1.0", layout.template_version, "round-1"} <= set(flat)
    first = next(line for line in grid if line[0] == "101")
    assert first[2:] == [
        "returned/101.xlsx",
        "2026-01-09",
        "16dc368a89b428b2485484313ba67a3912ca03f2b2b42429174a4f8b3dc84e44",
        layout.template_version,
        "round-1",
    ]


def test_charts_draw_live_figures(layout: Layout, book: Workbook, shown: Workbook) -> None:
    """Each chart of the form stands beside its data; the units' one begins with the largest."""
    sheet, results = book[CHARTS], shown[CHARTS]
    totals = merge(layout.form, make_entries(layout, 5)).totals
    assert len(sheet._charts) == len(layout.form.charts) + 2  # type: ignore[attr-defined]
    labels = {
        str(row[0].value): (row[1].value, results[row[1].coordinate].value) for row in sheet.iter_rows()
    }
    place = layout.places[NEW]
    assert labels["自然人"] == (f"=SUM('{place.sheet}'!{place.address})", totals[NEW])
    figures = [int(str(results.cell(row, 2).value)) for row in range(36, 41)]
    assert figures == sorted(figures, reverse=True)
    assert str(sheet["B36"].value).startswith(f"=SUM('{DETAIL}'!")


def test_the_units_chart_shows_the_largest_thirty(layout: Layout) -> None:
    """More bars than that nobody reads; the title says so."""
    units = make_units(33)
    entries = [(unit, make_checked(layout, unit, {NEW: index})) for index, unit in enumerate(units)]
    shown = rows(county(layout, entries, unit_sheets=0), CHARTS)
    top = next(number for number, row in enumerate(shown) if "（前 30 位）" in str(row[0]))
    listed = [row[:2] for row in shown[top + 2 : top + 32] if row[0]]
    assert listed == [[unit.name, 32 - index] for index, unit in enumerate(reversed(units[3:]))]


def test_unit_sheets_hold_plain_values(entries: list[tuple[Unit, Checked]], book: Workbook) -> None:
    """Figures, texts, file and state of the unit, no formula among them."""
    sheet = book["东河镇"]
    checked = entries[0][1]
    values = [cell.value for row in sheet.iter_rows() for cell in row if cell.value is not None]
    numbers = [float(value) for value in values if isinstance(value, int | float)]
    assert sorted(numbers) == sorted(float(value) for value in checked.values.values())  # type: ignore[arg-type]
    assert {"returned/101.xlsx", "已接收", "东河镇的一、总体情况", "没有发现问题。"} <= set(values)
    assert not any(str(value).startswith("=") for value in values)


def test_a_long_text_is_kept_whole(layout: Layout) -> None:
    """In as many cells as it takes, in order."""
    unit = make_units(1)[0]
    words = "".join(chr(0x4E00 + number % 5000) for number in range(9000))
    data = county(layout, [(unit, make_checked(layout, unit, {}, texts={"text.overview": words}))])
    assert words in "".join(str(row[0] or "") for row in rows(data, unit.name))


def test_above_the_limit_there_are_no_unit_sheets(
    layout: Layout, entries: list[tuple[Unit, Checked]]
) -> None:
    """And 明细 says so."""
    book = opened(county(layout, entries, unit_sheets=4))
    assert not set(book.sheetnames) & set(NAMES)
    assert "单位超过 4 个" in str(book[DETAIL]["A2"].value)
    assert not any(links(sheet) for sheet in book.worksheets)


def test_forty_units(layout: Layout) -> None:
    """Figures of every size, all three ways the same, or no bytes would come back."""
    data = county(layout, make_entries(layout, 40, seed=2025))
    assert len(rows(data, DETAIL)) == FIRST_UNIT_ROW + 40


@pytest.mark.parametrize(
    ("amounts", "total"),
    [(["0.1", "0.2"], 0.3), (["59237.2449", "72701.2578"], 131938.5027), (["999999999999.999999"] * 3, 3e12)],
)
def test_amounts_are_stored_exact(layout: Layout, amounts: list[str], total: float) -> None:
    """No binary crumbs; beyond fifteen digits the nearest number that a workbook can hold."""
    entries = [
        (unit, make_checked(layout, unit, {FEES: Decimal(amount)}))
        for unit, amount in zip(make_units(len(amounts)), amounts, strict=True)
    ]
    assert value_at(county(layout, entries), layout, FEES) == total


def test_no_text_becomes_anything_else(layout: Layout) -> None:
    """A name, path or text is shown as it is: no formula, no link, no markup comes of it."""
    names = [
        "=1+1",
        "+1",
        "@SUM(A1)",
        "<r><t>x</t></r>",
        "{=1}",
        "http://a.example",
        "internal:x",
        "a&b<c>\"d'",
        "\x07东",
    ]
    entries = []
    for number, name in enumerate(names):
        unit = Unit(f"{number}", name, UnitKind.TOWN)
        finding = replace(found("label-changed", found=name, expected=name), explained=name)
        texts = {"text.overview": name}
        entries.append((unit, make_checked(layout, unit, {}, texts=texts, path=name, findings=(finding,))))
    data = county(layout, entries)
    book = opened(data)
    own = [sheet for sheet in book.worksheets if sheet.title in {DETAIL, RETURNED, FINDINGS, SOURCES}]
    formulas = [cell for sheet in own for row in sheet.iter_rows() for cell in row if cell.data_type == "f"]
    assert {(cell.parent.title, cell.row) for cell in formulas} == {(DETAIL, TOTAL_ROW + 1)}
    assert sum(len(links(sheet)) for sheet in book.worksheets) == 4 * len(names)
    shown = [str(row[1]).strip() for row in rows(data, DETAIL)[FIRST_UNIT_ROW:]]
    assert shown == [name.replace("\x07", "") for name in names]
    assert read_workbook(data).active == ()


def test_sheet_names_are_possible_and_differ() -> None:
    """Long, alike, forbidden, taken or empty names: each gets one that Excel takes."""
    long = "高" * 40
    names = [long, long, "a/b", "A*B", "'x'", "明细", "history", "Ａ_b", "", "𠮷" * 20]
    chosen = sheet_names(names, [DETAIL])
    assert chosen[:4] == ("高" * 31, "高" * 28 + "(2)", "a_b", "A_B(2)")
    assert chosen[4:] == ("_x_", "明细(2)", "history(2)", "Ａ_b(3)", "单位", "𠮷" * 15)


@given(st.lists(st.text(max_size=40), max_size=12))
@settings(max_examples=50)
def test_any_names_make_sheets(names: list[str]) -> None:
    """Whatever units are called, the names fit and differ by more than case."""
    chosen = sheet_names(names, [DETAIL])
    assert all(0 < len(name.encode("utf-16-le")) // 2 <= 31 for name in chosen)
    assert not any(set(name) & set("[]:*?/\\'") for name in chosen)
    assert len({name.casefold() for name in (*chosen, DETAIL)}) == len(names) + 1


def test_units_that_are_called_like_a_sheet_have_their_own(layout: Layout) -> None:
    """明细, 封面, _NIANBAO, and names that differ in forbidden characters only."""
    names = ("明细", "封面", "_NIANBAO", "甲/乙", "甲*乙", "很长的名字" * 9, "很长的名字" * 10)
    units = [Unit(str(number), name, UnitKind.TOWN) for number, name in enumerate(names)]
    book = read_workbook(county(layout, [(unit, make_checked(layout, unit, {})) for unit in units]))
    called = [sheet.name for sheet in book.sheets]
    assert len(called) == len({name.casefold() for name in called}) == len(layout.sheets) + 5 + len(units)


def test_what_does_not_add_up_is_closed_and_no_fault(safety: Layout) -> None:
    """A choice stays empty and locked in the county workbook, and its checks do not ask for it."""
    units = make_units(2)
    good = {"a.mines.hazards": 3, "a.mines.fixed": 3}
    entries = [(unit, make_checked(safety, unit, good)) for unit in units]
    data = county(safety, entries)
    place = safety.places["b.self.value"]
    cell = read_workbook(data).sheets[2].cells[place.row, place.column]
    assert (cell.text, cell.locked, cell.formula) == ("", True, None)
    assert value_at(data, safety, "cover.status") == "可以上报"
    assert rows(data, DETAIL)[FIRST_UNIT_ROW][2 + len(safety.form.fields)] == "好"


def test_of_a_form_without_charts_the_progress_is_drawn(safety: Layout) -> None:
    """How many units have come is asked of every form."""
    bare = replace(safety, form=replace(safety.form, charts=()))
    assert rows(county(bare, make_entries(bare, 1)), CHARTS)[3][0] == "收表进度（名录 1 个单位）"


def test_without_any_return_there_is_nothing_to_write(layout: Layout) -> None:
    """The office is told, and gets no empty workbook."""
    with pytest.raises(OfficeError, match="没有可以汇总的上报表"):
        county(layout, [], roster=make_units(2))


@pytest.mark.parametrize("fault", ["complete", "role", "units", "order"])
def test_facts_that_do_not_fit_are_refused(layout: Layout, fault: str) -> None:
    """An identity that says another thing than the roster, units out of order: mistakes of the program."""
    entries = make_entries(layout, 2)
    identity = office_identity(layout, units=3 if fault == "units" else 2, complete=fault != "complete")
    if fault == "role":
        identity = replace(identity, role="return")
    roster = make_units(2)[:: -1 if fault == "order" else 1]
    with pytest.raises(ValueError, match=r"identity|order"):
        county(layout, entries, roster=roster, identity=identity)


class TestAgreement:
    """The three ways to a figure."""

    @staticmethod
    def judge(layout: Layout, data: bytes) -> None:
        """The agreement as the writer asks for it."""
        totals = merge(layout.form, make_entries(layout, 5)).totals
        inputs = {field.id: totals[field.id] for field in layout.form.inputs()}
        agree(
            data,
            layout,
            work_out(layout, inputs, declared=False, kind=UnitKind.COUNTY, consolidated=True),
            units=5,
        )

    def test_a_workbook_as_written_agrees(self, layout: Layout, data: bytes) -> None:
        """Nothing is raised."""
        self.judge(layout, data)

    def test_a_changed_unit_figure_is_seen(self, layout: Layout, data: bytes) -> None:
        """A digit of 明细: the formulas and the column's sum no longer give the engine's total."""
        cell = _figure(layout, data, 7)
        with pytest.raises(DisagreementError, match=NEW) as caught:
            self.judge(layout, edited(data, DETAIL, cell, cell.replace("<v>", "<v>9")))
        assert {each.id for each in caught.value.differences} == {NEW, "t3.new.total"}
        lost = next(each for each in caught.value.differences if each.id == NEW)
        assert lost.engine == lost.stored != lost.formulas == lost.detail

    def test_a_second_process_sees_the_same(
        self, layout: Layout, data: bytes, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """A workbook as written agrees, and a changed figure is told in the same words."""
        cell = _figure(layout, data, 7)
        wrong, told = edited(data, DETAIL, cell, cell.replace("<v>", "<v>9")), []
        for many in (1000, 1):
            monkeypatch.setattr(agreement, "MANY", many)
            self.judge(layout, data)
            with pytest.raises(DisagreementError) as caught:
                self.judge(layout, wrong)
            told.append(str(caught.value))
        assert told[0] == told[1]

    @pytest.mark.parametrize("where", [(7, 1000), (9, 20_000), (11, finished.BLOCK), (11, 20_000)])
    @pytest.mark.parametrize("change", [*CHANGES])
    def test_a_wrong_cell_is_seen_both_ways(
        self,
        layout: Layout,
        data: bytes,
        monkeypatch: pytest.MonkeyPatch,
        change: str,
        where: tuple[int, int],
    ) -> None:
        """In whichever block of rows it stands, by the formulas and by the other reader, each for itself."""
        row, block = where
        monkeypatch.setattr(finished, "BLOCK", block)
        cell = _figure(layout, data, row)
        with pytest.raises(DisagreementError) as caught:
            self.judge(layout, edited(data, DETAIL, cell, CHANGES[change](cell)))
        changed = next(each for each in caught.value.differences if each.id == NEW)
        assert changed.engine == changed.stored
        assert changed.engine not in (changed.formulas, changed.detail)

    def test_a_lost_row_is_seen_both_ways(self, layout: Layout, data: bytes) -> None:
        """The last unit's: every figure of it is missed."""
        with ZipFile(BytesIO(data)) as archive:
            text = archive.read(sheet_parts(archive)[DETAIL]).decode()
        last = text[text.index('<row r="11"') : text.index("</sheetData>")]
        with pytest.raises(DisagreementError, match=NEW) as caught:
            self.judge(layout, edited(data, DETAIL, last, ""))
        assert all(each.formulas == each.detail != each.engine for each in caught.value.differences)

    @pytest.mark.parametrize("block", [100, 1000, 20_000])
    def test_blocks_of_rows_make_no_difference(
        self, layout: Layout, data: bytes, monkeypatch: pytest.MonkeyPatch, block: int
    ) -> None:
        """A block may end anywhere, also before the head of the sheet is over."""
        monkeypatch.setattr(finished, "BLOCK", block)
        self.judge(layout, data)

    @pytest.mark.parametrize(
        "formula",
        ["SUM('明细'!N7:N10)", "SUM('明细'!N7:N11)+0", "SUM('明细'!N7:N11,1)", "1", "SUM('校验'!N7:N11)"],
    )
    def test_a_changed_formula_is_seen(self, layout: Layout, data: bytes, formula: str) -> None:
        """A range too short, and every formula that is not a plain sum over 明细."""
        original = Detail(layout.form, 5).total(NEW)
        assert original == "SUM('明细'!N7:N11)"
        with pytest.raises(DisagreementError, match=NEW) as caught:
            self.judge(layout, edited(data, layout.places[NEW].sheet, original, formula))
        assert all(each.formulas != each.engine for each in caught.value.differences)

    def test_a_changed_total_formula_is_seen(self, layout: Layout, data: bytes) -> None:
        """The form's own totals are compared with the form, word for word."""
        formula = Total(layout.form.fields["t3.new.total"]).excel(layout.seen_from("三、依申请公开"))
        shorter = formula.replace(":I", ":H")
        assert shorter != formula
        with pytest.raises(DisagreementError, match=r"t3\.new\.total"):
            self.judge(layout, edited(data, "三、依申请公开", xml(formula), xml(shorter)))

    def test_a_changed_stored_result_is_seen(self, layout: Layout, data: bytes) -> None:
        """A cached value that is not the formula's."""
        with ZipFile(BytesIO(data)) as archive:
            text = next(
                content
                for name in archive.namelist()
                if name.startswith("xl/worksheets/sheet")
                and "N7:N11" in (content := archive.read(name).decode())
            )
        result = re.search(r"N7:N11\)</f><v>\d+</v>", text)
        assert result is not None
        with pytest.raises(DisagreementError, match=NEW) as caught:
            self.judge(layout, edited(data, "三、依申请公开", result[0], "N7:N11)</f><v>1</v>"))
        assert [(each.id, each.stored) for each in caught.value.differences] == [(NEW, 1)]

    @pytest.mark.parametrize(
        ("old", "new"),
        [
            (r"(SUM\('明细'!N7:N)11", r"\g<1>10"),
            (r"(<f>SUM\('明细'!N7:N11\)</f>)<v>\d+</v>", r"\1<v>1</v>"),
            (r"<f>SUM\('明细'!N7:N11\)</f>", ""),
        ],
    )
    def test_a_changed_sum_over_the_head_is_seen(
        self, layout: Layout, data: bytes, monkeypatch: pytest.MonkeyPatch, old: str, new: str
    ) -> None:
        """合计 of 明细: a range too short, a stored result that is not the formula's, a number for the formula."""
        with ZipFile(BytesIO(data)) as archive:
            text = archive.read(sheet_parts(archive)[DETAIL]).decode()
        changed = re.sub(old, new, text)
        assert changed != text
        for block in (1000, finished.BLOCK):
            monkeypatch.setattr(finished, "BLOCK", block)
            with pytest.raises(DisagreementError, match=NEW) as caught:
                self.judge(layout, edited(data, DETAIL, text, changed))
            (one,) = caught.value.differences
            assert one.engine == one.formulas == one.stored == one.detail
            assert one.engine != one.sum_formula or one.engine != one.sum_stored


def xml(text: str) -> str:
    """The text as it stands in XML."""
    return text.replace("<", "&lt;").replace(">", "&gt;")


def _figure(layout: Layout, data: bytes, row: int) -> str:
    """The XML of a unit's figure."""
    column = Detail(layout.form, 5).column(NEW)
    with ZipFile(BytesIO(data)) as archive:
        text = archive.read(sheet_parts(archive)[DETAIL]).decode()
    assert column == 13
    match = re.search(rf'<c r="N{row}"[^>]*><v>\d+</v></c>', text)
    assert match is not None
    return match[0]
