"""The county workbook's 上年对照 and charts over two years, and how far the returns have come."""

from __future__ import annotations

from dataclasses import replace
from io import BytesIO
from typing import TYPE_CHECKING

import openpyxl
import pytest

from between_years import known
from consolidations import county, make_checked, make_entries, make_units, make_values
from nianbao.county.merge import adding_ids
from nianbao.definition.sheet_names import CHARTS, LAST_PERIOD, LAST_YEAR
from nianbao.returned.former import Former

if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

    from openpyxl.workbook import Workbook

    from nianbao.layout.formulas import Shown
    from nianbao.layout.places import Layout

NEW = "t3.new.natural"
LABEL, UNITS, BEFORE, NOW, CHANGE, SHARE = range(6)


def opened(data: bytes, *, values: bool = True) -> Workbook:
    """The workbook with its values, or its formulas."""
    return openpyxl.load_workbook(BytesIO(data), data_only=values)


def line(book: Workbook, sheet: str, label: str) -> list[Any]:
    """The row that begins with the label."""
    return next([cell.value for cell in row] for row in book[sheet].iter_rows() if row[0].value == label)


def years(layout: Layout, **before: Mapping[str, Shown]) -> bytes:
    """Three units with 10, 20 and 30 new applications of natural persons; `before`: what each had the year before."""
    units = make_units(3)
    entries = [(u, make_checked(layout, u, {NEW: 10 * n})) for n, u in enumerate(units, start=1)]
    former = known(layout, **{code: make_values(layout, inputs) for code, inputs in before.items()})
    return county(layout, entries, former=former)


def test_both_years_stand_side_by_side(layout: Layout) -> None:
    """Every field that adds up, with the difference and its share; the present figure is the table's own cell."""
    data = years(layout, u101={NEW: 8}, u102={NEW: 16}, u103={NEW: 24})
    label = layout.form.fields[NEW].label
    assert line(opened(data), LAST_YEAR, label) == [label, 3, 48, 60, 12, 0.25]
    place = layout.places[NEW]
    formulas = line(opened(data, values=False), LAST_YEAR, label)
    assert formulas[NOW] == f"='{place.sheet}'!{place.address}"
    shown = {str(row[0].value) for row in opened(data)[LAST_YEAR].iter_rows()}
    assert shown >= {layout.form.fields[key].label for key in adding_ids(layout.form)}


def test_only_units_known_in_both_years_are_compared(layout: Layout) -> None:
    """Of the third unit nothing is known: its figure is in the table, and not in the comparison."""
    data = years(layout, u101={NEW: 8}, u102={NEW: 16})
    label = layout.form.fields[NEW].label
    assert line(opened(data), LAST_YEAR, label) == [label, 2, 24, 30, 6, 0.25]
    assert "可比单位数" in str(opened(data)[LAST_YEAR]["A3"].value)


def test_a_field_without_former_figures_is_left_out(layout: Layout) -> None:
    """After a change of edition table 2 goes on from nothing; the other tables do."""
    units = make_units(1)
    cells = tuple(5 if key.startswith("t3.") else None for key in layout.columns)
    entries = [(units[0], make_checked(layout, units[0], {}))]
    data = county(layout, entries, former=Former(layout.columns, {"101": cells}, "digest"))
    labels = {row[0].value for row in opened(data)[LAST_YEAR].iter_rows()}
    assert layout.form.fields[NEW].label in labels
    assert layout.form.fields["t2.licences.decisions"].label not in labels


def test_from_nothing_there_is_no_share(layout: Layout) -> None:
    """Of 0 a difference is no part; the cell stays empty."""
    data = years(layout, u101={}, u102={}, u103={})
    label = layout.form.fields[NEW].label
    assert line(opened(data), LAST_YEAR, label)[CHANGE:] == [60, None]


def test_without_the_year_before_there_is_no_sheet(layout: Layout) -> None:
    """Nor for units that are not counted."""
    entries = make_entries(layout, 2)
    for former in (Former(), known(layout, u999=make_values(layout, {}))):
        assert LAST_YEAR not in opened(county(layout, entries, former=former)).sheetnames


def test_charts_show_both_years(layout: Layout) -> None:
    """By applicant, by result and by unit; a unit of which nothing is known has one bar."""
    data = years(layout, u101={NEW: 8}, u102={NEW: 16})
    book = opened(data)
    assert line(book, CHARTS, "自然人")[:3] == ["自然人", 24, 30]
    assert line(book, CHARTS, "项目")[:3] == ["项目", "上年", "本年"]
    assert line(book, CHARTS, "东河镇")[:3] == ["东河镇", 8, 10]
    assert line(book, CHARTS, "城关街道")[:3] == ["城关街道", None, 30]
    assert f"'{LAST_YEAR}'!" in line(opened(data, values=False), CHARTS, "自然人")[1]


def test_progress_is_counted_on_the_list_of_returns(layout: Layout) -> None:
    """Units by state, live; and how many had come by each day."""
    entries = make_entries(layout, 3)
    late = replace(entries[2][1], received=entries[2][1].received.replace(day=20))  # type: ignore[union-attr]
    entries[2] = (entries[2][0], late)
    data = county(layout, entries, roster=make_units(5))
    book = opened(data)
    assert [line(book, CHARTS, word)[1] for word in ("已接收", "有说明", "退回", "未报")] == [3, 0, 0, 2]
    assert "COUNTIF('收表情况'!D5:D9" in line(opened(data, values=False), CHARTS, "已接收")[1]
    days = [row[:2] for row in book[CHARTS].iter_rows(values_only=True) if str(row[0]).startswith("2026-")]
    assert days == [("2026-01-09", 2), ("2026-01-20", 3)]


@pytest.mark.parametrize("month", [LAST_PERIOD])
def test_a_monthly_form_has_last_month(safety: Layout, month: str) -> None:
    """Under the name that is right for it."""
    units = make_units(1)
    good = {"a.mines.hazards": 3, "a.mines.fixed": 3}
    former = known(safety, u101=make_values(safety, good))
    data = county(safety, [(units[0], make_checked(safety, units[0], good))], former=former)
    assert line(opened(data), month, "项目")[BEFORE : NOW + 1] == ["上月", "本月"]
