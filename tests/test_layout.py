from __future__ import annotations

from itertools import combinations
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nianbao.layout import planning
from nianbao.layout.addresses import area_address, column_letters, rectangles
from nianbao.layout.boxes import Answer, Computed, Role, Words
from nianbao.problems import OfficeError

if TYPE_CHECKING:
    from nianbao.layout.boxes import Box
    from nianbao.layout.places import Layout


def covered(box: Box) -> set[tuple[int, int]]:
    """The cells of a box."""
    return {
        (row, column)
        for row in range(box.row, box.row + box.rows)
        for column in range(box.column, box.column + box.columns)
    }


def test_no_two_boxes_share_a_cell(any_layout: Layout) -> None:
    """Merged headers, labels and cells never overlap."""
    for plan in any_layout.sheets:
        for one, other in combinations(plan.boxes, 2):
            assert not covered(one) & covered(other), (plan.name, one, other)


def test_a_tables_box_is_filled_without_gaps(any_layout: Layout) -> None:
    """From its first to its last row a table has a box over every cell, as the printed form has."""
    for table in any_layout.form.tables:
        plan = any_layout.plan(table.sheet)
        cells = set().union(*(covered(box) for box in plan.boxes))
        rows, width = max(row for row, _ in cells), len(plan.widths)
        assert cells == {(row, column) for row in range(rows + 1) for column in range(width)}


def test_every_field_has_one_place(any_layout: Layout) -> None:
    """Ids and places are one to one; inputs are answers, totals are computed."""
    assert len(set(any_layout.places.values())) == len(any_layout.places)
    for key, field in any_layout.form.fields.items():
        assert isinstance(any_layout.box_of[key].content, Computed if field.terms else Answer)


def test_the_statutory_table_stands_as_printed(layout: Layout) -> None:
    """Table 三: the group labels span the rows that the notice prints them over."""
    boxes = {
        box.content.text: box for box in layout.plan("三、依申请公开").boxes if isinstance(box.content, Words)
    }
    results, refused, applicants = boxes["三、本年度办理结果"], boxes["（三）不予公开"], boxes["申请人情况"]
    assert (results.rows, results.columns) == (22, 1)
    assert (refused.rows, refused.column) == (8, 1)
    assert (applicants.rows, applicants.columns) == (1, 7)
    assert (boxes["自然人"].rows, boxes["法人或其他组织"].columns) == (2, 5)
    assert (boxes["（七）总计"].columns, boxes["一、本年新收政府信息公开申请数量"].columns) == (2, 3)
    assert layout.places["t3.new.natural"].address == "D6"


def test_the_2019_table_has_one_row_for_other(layout_2019: Layout) -> None:
    """Edition 2019: （六）其他处理 is one row, so 三 spans 20 rows."""
    boxes = {
        box.content.text: box
        for box in layout_2019.plan("三、依申请公开").boxes
        if isinstance(box.content, Words)
    }
    assert boxes["三、本年度办理结果"].rows == 20
    assert (boxes["（六）其他处理"].rows, boxes["（六）其他处理"].columns) == (1, 2)


def test_titles_and_banners_span_their_sheet(any_layout: Layout) -> None:
    """Every sheet that is seen has a banner for what a reader must know of the copy."""
    for plan in any_layout.sheets:
        assert plan.hidden or any(box.role is Role.BANNER for box in plan.boxes), plan.name


@given(st.sets(st.tuples(st.integers(0, 12), st.integers(0, 12)), min_size=1))
def test_rectangles_cover_just_the_cells(cells: set[tuple[int, int]]) -> None:
    """Whatever cells are named, the rectangles hold these and no others, each once."""
    areas = rectangles(cells)
    found = [
        (row, column)
        for first, left, last, right in areas
        for row in range(first, last + 1)
        for column in range(left, right + 1)
    ]
    assert len(found) == len(set(found))
    assert set(found) == cells


def test_addresses() -> None:
    """Columns count as spreadsheets count them."""
    assert [column_letters(number) for number in (0, 25, 26, 701, 702)] == ["A", "Z", "AA", "ZZ", "AAA"]
    assert area_address((4, 2, 6, 6)) == "C5:G7"


def test_a_table_too_scattered_for_one_formula_is_refused(
    layout: Layout, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Excel takes 8,192 characters; the office is told which table to split, where a blank would be a broken file."""
    monkeypatch.setattr(planning, "LONGEST_FORMULA", 100)
    with pytest.raises(OfficeError, match="「二、主动公开」的填写格太零散"):
        planning.lay_out(layout.form)
