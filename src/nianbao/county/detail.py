"""The 明细 sheet: a row for each unit, a column for each id, as a table that can be filtered."""

from __future__ import annotations

from bisect import bisect_right
from itertools import groupby
from math import ceil
from typing import TYPE_CHECKING

from nianbao.county.merge import adding_ids
from nianbao.county.pages import BANNER_ROW, TITLE_ROW, number_format
from nianbao.definition.form import FieldType
from nianbao.definition.sheet_names import DETAIL as TITLE
from nianbao.layout.boxes import Role
from nianbao.layout.detail import (
    DETAIL,
    FIRST_UNIT_ROW,
    ID_ROW,
    TOTAL_ROW,
    TOTAL_WORD,
    UNIT_COLUMNS,
    Detail,
)
from nianbao.layout.tables import ROW_HEIGHT, text_height, text_width
from nianbao.workbook.long_rows import Line

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from nianbao.county.merge import Cells, Consolidation
    from nianbao.county.pages import Page, Pages
    from nianbao.definition.form import Field, Form

TABLE_NAME = "nianbao_units"
TABLE_ROW, GROUP_ROW, COLUMN_ROW = BANNER_ROW, BANNER_ROW + 1, BANNER_ROW + 2
"""The tables' titles stand beside the banner, which has the units' columns for itself."""
NAME_COLUMN = 1
UNIT_WIDTHS = (14.0, 26.0, 10.0)
NARROWEST = {FieldType.DECIMAL: 14.0}
NARROW = 10.0
SMALL_LINE, FILTER_BUTTON = 11.0, 14.0
"""Heights in points: of a line of small type, of the button under it."""
PRINT_SCALE, PRINTED_WIDTH = 50, 196.0
"""Percent; characters that fit across an A4 page at that scale."""


def write_detail(pages: Pages, consolidation: Consolidation, sheets: Mapping[str, str], *, note: str) -> None:
    """The sheet. `sheets`: the sheet of each unit by code, as far as there are any; `note` goes by the banner."""
    form = consolidation.form
    widths = (*UNIT_WIDTHS, *map(_width, form.fields.values(), consolidation.columns()))
    page = pages.add(DETAIL, f"{form.title.zh}{TITLE}", widths, note=note, banner_columns=len(UNIT_COLUMNS))
    _write_labels(page, form)
    _write_totals(page, consolidation)
    _write_table(page, form)
    page.lines(FIRST_UNIT_ROW, len(consolidation.units), _lines(page, consolidation, sheets), _formats(form))
    _set_print(page, form)


def _width(field: Field, cells: Cells) -> float:
    """As wide as the longest value needs."""
    return max(NARROWEST.get(field.type, NARROW), _longest(cells) + 2.0)


def _longest(cells: Cells) -> int:
    """The width of the longest value; of whole numbers the largest and the smallest tell it."""
    if set(map(type, cells)) == {int}:
        cells = (max(cells), min(cells))  # type: ignore[type-var]
    return max((text_width(str(cell)) for cell in set(cells) if cell is not None), default=0)


def _write_labels(page: Page, form: Form) -> None:
    """The printed labels over the ids: table, row, column; each over all its columns."""
    first = len(UNIT_COLUMNS)
    for column, word in enumerate(UNIT_COLUMNS):
        page.text((GROUP_ROW, column), word, Role.HEAD, until=(COLUMN_ROW, column))
    titles = _write_spans(page, TABLE_ROW, _table_titles(page, form), role=Role.BAND)
    page.sheet.set_row(TABLE_ROW, max(titles, page.banner_height))
    groups = [(_group(field), 0) for field in form.fields.values()]
    page.sheet.set_row(GROUP_ROW, _write_spans(page, GROUP_ROW, groups, role=Role.HEAD))
    for column, field in enumerate(form.fields.values(), start=first):
        page.text((COLUMN_ROW, column), _leaf(field), Role.HEAD)
    leaves = [text_height(_leaf(field), width) for field, width in _with_widths(page, form)]
    page.sheet.set_row(COLUMN_ROW, max(leaves, default=0))


def _table_titles(page: Page, form: Form) -> list[tuple[str, int]]:
    """Each column's table, and the printed page it is on: the title stands on every page."""
    titles = {table.key: table.title for table in form.tables}
    breaks = _breaks(page, form)
    columns = enumerate(form.fields.values(), start=len(UNIT_COLUMNS))
    return [(titles[field.table], bisect_right(breaks, column)) for column, field in columns]


def _write_spans(page: Page, row: int, labels: list[tuple[str, int]], *, role: Role) -> float:
    """Each label over the run of columns that share it; given back is the height that the narrowest run needs."""
    column, tallest = len(UNIT_COLUMNS), 0.0
    for (label, _), run in groupby(labels):
        last = column + len(list(run)) - 1
        page.text((row, column), label, role, until=(row, last))
        tallest = max(tallest, text_height(label, sum(page.widths[column : last + 1])))
        column = last + 1
    return tallest


def _write_totals(page: Page, consolidation: Consolidation) -> None:
    """The sum of every column that adds up, live."""
    form, detail = consolidation.form, Detail(consolidation.form, len(consolidation.units))
    page.text((TOTAL_ROW, 0), TOTAL_WORD, Role.TOTAL, until=(TOTAL_ROW, len(UNIT_COLUMNS) - 1))
    adding = adding_ids(form)
    for column, field in enumerate(form.fields.values(), start=len(UNIT_COLUMNS)):
        if field.id in adding:
            total = consolidation.totals[field.id] or 0
            page.live((TOTAL_ROW, column), detail.total(field.id), total, number_format(field), Role.TOTAL)
        else:
            page.text((TOTAL_ROW, column), "", Role.TOTAL)
    page.sheet.set_row(TOTAL_ROW, ROW_HEIGHT)


def _group(field: Field) -> str:
    """The printed row; where a table has no rows, the outer column labels."""
    row = " / ".join(filter(None, field.row))
    return row or " / ".join(field.column[:-1]) or field.heading


def _leaf(field: Field) -> str:
    """The printed column, with its unit where it is not the table's usual one."""
    return field.column[-1] if field.column else field.label


def _with_widths(page: Page, form: Form) -> list[tuple[Field, float]]:
    """Each field with its column's width."""
    return list(zip(form.fields.values(), page.widths[len(UNIT_COLUMNS) :], strict=True))


def _write_table(page: Page, form: Form) -> None:
    """The ids as the head of an Excel table; over one row until those of the units are put in."""
    names = Detail(form, 0).heads
    columns = [{"header": name, "header_format": page.pages.small} for name in names]
    options = {"name": TABLE_NAME, "style": "Table Style Light 1", "columns": columns}
    page.sheet.add_table(ID_ROW, 0, FIRST_UNIT_ROW, len(names) - 1, options)
    tallest = max(
        SMALL_LINE * ceil(len(name) / width) for name, width in zip(names, page.widths, strict=True)
    )
    page.sheet.set_row(ID_ROW, tallest + FILTER_BUTTON)
    page.sheet.freeze_panes(FIRST_UNIT_ROW, len(UNIT_COLUMNS))


def _lines(page: Page, consolidation: Consolidation, sheets: Mapping[str, str]) -> Iterator[Line]:
    """Each unit's row: who it is about, and the figures; the name leads to the unit's sheet."""
    for unit, cells in zip(consolidation.units, consolidation.rows, strict=True):
        sheet = sheets.get(unit.code)
        yield Line(
            (unit.code, unit.name, unit.kind.label, *cells),
            page.height((unit.code, unit.name)),
            {NAME_COLUMN: (sheet, "A1")} if sheet else {},
        )


def _formats(form: Form) -> list[str | None]:
    """How the numbers of each column are shown; None where there are words."""
    fields = form.fields.values()
    figures = [None if field.type is FieldType.CHOICE else number_format(field) for field in fields]
    return [*(None for _ in UNIT_COLUMNS), *figures]


def _set_print(page: Page, form: Form) -> None:
    """Several pages across, broken between groups of columns; heads and units stand on each."""
    page.sheet.set_print_scale(PRINT_SCALE)
    page.sheet.repeat_rows(TITLE_ROW, ID_ROW)
    page.sheet.repeat_columns(0, len(UNIT_COLUMNS) - 1)
    page.sheet.set_v_pagebreaks(_breaks(page, form))


def _breaks(page: Page, form: Form) -> list[int]:
    """The columns before which a new page begins."""
    room = PRINTED_WIDTH - sum(UNIT_WIDTHS)
    breaks, used, column = [], 0.0, len(UNIT_COLUMNS)
    for _, run in groupby(_with_widths(page, form), key=lambda pair: (pair[0].table, _group(pair[0]))):
        widths = [width for _, width in run]
        if used and used + sum(widths) > room:
            breaks.append(column)
            used = 0.0
        used += sum(widths)
        column += len(widths)
    return breaks
