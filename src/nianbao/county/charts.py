"""The 图表 sheet: the form's charts, each beside live figures taken from the tables and from 明细."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING, Any

from nianbao.county.pages import number_format
from nianbao.definition.form import AMOUNT_DECIMALS, FieldType
from nianbao.definition.sheet_names import CHARTS
from nianbao.frozen import frozen
from nianbao.layout.detail import DETAIL, FIRST_UNIT_ROW, Detail
from nianbao.layout.places import Place, Role
from nianbao.layout.tables import text_height
from nianbao.workbook.cell_text import cell_text
from nianbao.workbook.looks import HEI, SONG

if TYPE_CHECKING:
    from collections.abc import Sequence

    from nianbao.county.merge import Consolidation, Number
    from nianbao.county.pages import Page, Pages
    from nianbao.definition.form import Chart, Form
    from nianbao.layout.places import Layout

LABEL_WIDTH, VALUE_WIDTH, GAP_WIDTH, CHART_COLUMNS = 26.0, 14.0, 3.0, 12
CHART_WIDTH = 760
ROW_HEIGHT = 22.0
ROW_PIXELS = 29
CHART_OFFSET = 4
"""Pixels under a page's edge: a frame right on it would be printed on both pages."""
SMALLEST_LABELLED = 0.03
"""Slices smaller than this part of a pie have no label: they would cover each other."""
LEAST_ROWS = 13
MOST_UNITS = 30
COLOURS = ("#2F6DB5", "#C8762B", "#5B8C5A", "#8E5EA2", "#B54848", "#5F7F8C")


@frozen
class Figure:
    """A number of a chart: its formula and the result."""

    formula: str
    value: Number
    number_format: str


@frozen
class Drawing:
    """A chart's data area: a label and a figure for each series in every line."""

    chart: Chart
    title: str
    series: tuple[str, ...]
    lines: tuple[tuple[str, tuple[Figure, ...]], ...]

    @property
    def rows(self) -> int:
        """How many rows it takes, its heading and the space after it included."""
        return max(LEAST_ROWS, len(self.lines) + 3) + 2


def write_charts(pages: Pages, layout: Layout, consolidation: Consolidation) -> None:
    """The sheet; one without charts says so."""
    drawings = [_draw(chart, layout, consolidation) for chart in layout.form.charts]
    series = max((len(drawing.series) for drawing in drawings), default=1)
    widths = (LABEL_WIDTH, *(VALUE_WIDTH,) * series, GAP_WIDTH, *(9.0,) * CHART_COLUMNS)
    page = pages.add(CHARTS, CHARTS, widths)
    row = 3
    for drawing in drawings:
        _write_lines(page, drawing, row)
        _insert(page, drawing, (row, series + 2))
        row += drawing.rows
    if not drawings:
        page.text((row, 0), "这张报表没有设图表。", Role.NOTE)
    page.sheet.set_h_pagebreaks(_breaks(drawings))


def _draw(chart: Chart, layout: Layout, consolidation: Consolidation) -> Drawing:
    """The chart's data."""
    if chart.kind == "by unit":
        return _by_unit(chart, consolidation)
    lines = tuple((label, (_sum_figure(layout, consolidation, ids),)) for label, ids in chart.values)
    return Drawing(chart, chart.title, ("数量",), lines)


def _sum_figure(layout: Layout, consolidation: Consolidation, ids: Sequence[str]) -> Figure:
    """The sum of some cells of the tables."""
    view = layout.seen_from(CHARTS)
    by_sheet = groupby(sorted(ids, key=layout.order), key=lambda key: layout.places[key].sheet)
    areas = ",".join(view.ranges(run) for _, run in by_sheet)
    value = _add(consolidation.totals[key] for key in ids)
    return _figure(layout.form, ids, f"SUM({areas})", value)


def _by_unit(chart: Chart, consolidation: Consolidation) -> Drawing:
    """The largest units, each with a figure for each series."""
    order = sorted(
        range(len(consolidation.units)),
        key=lambda index: -_add(_value(consolidation, index, key) for _, ids in chart.values for key in ids),
    )[:MOST_UNITS]
    lines = tuple(
        (
            consolidation.units[index].name,
            tuple(_unit_figure(consolidation, index, ids) for _, ids in chart.values),
        )
        for index in order
    )
    cut = len(consolidation.units) > MOST_UNITS
    title = f"{chart.title}（前 {MOST_UNITS} 位）" if cut else chart.title
    return Drawing(chart, title, tuple(label for label, _ in chart.values), lines)


def _unit_figure(consolidation: Consolidation, index: int, ids: Sequence[str]) -> Figure:
    """The sum of some cells of a unit's row on 明细."""
    form = consolidation.form
    detail = Detail(form, len(consolidation.units))
    cells = (Place(DETAIL, FIRST_UNIT_ROW + index, detail.column(key)).address for key in ids)
    areas = ",".join(f"'{DETAIL}'!{cell}" for cell in cells)
    return _figure(form, ids, f"SUM({areas})", _add(_value(consolidation, index, key) for key in ids))


def _value(consolidation: Consolidation, index: int, key: str) -> Any:
    """One unit's value of an id."""
    return consolidation.entries[index].values.get(key)


def _figure(form: Form, ids: Sequence[str], formula: str, value: Number) -> Figure:
    """The figure, exact where amounts are among the cells."""
    fields = [form.fields[key] for key in ids]
    amount = next((field for field in fields if field.type is FieldType.DECIMAL), None)
    exact = f"ROUND({formula},{AMOUNT_DECIMALS})" if amount else formula
    return Figure(exact, value, number_format(amount or fields[0]))


def _add(values: Any) -> Number:
    """The sum of the numbers; words and blanks are nothing."""
    total: Number = sum(value for value in values if value is not None and not isinstance(value, str))
    return total


def _write_lines(page: Page, drawing: Drawing, top: int) -> None:
    """The data area."""
    width = len(drawing.series)
    page.text((top, 0), drawing.title, Role.BAND, until=(top, width))
    for column, label in enumerate(("项目", *drawing.series)):
        page.text((top + 1, column), label, Role.NAME)
    for row, (label, figures) in enumerate(drawing.lines, start=top + 2):
        page.text((row, 0), label)
        for column, figure in enumerate(figures, start=1):
            page.live((row, column), figure.formula, figure.value, figure.number_format)
    for row in range(top, top + drawing.rows):
        labels = [label for label, _ in drawing.lines[row - top - 2 : row - top - 1]] if row > top + 1 else []
        page.sheet.set_row(row, max(ROW_HEIGHT, *(text_height(label, LABEL_WIDTH) for label in labels), 0.0))


def _insert(page: Page, drawing: Drawing, at: tuple[int, int]) -> None:
    """The chart beside its data."""
    chart = page.pages.book.add_chart({"type": "pie" if drawing.chart.kind == "pie" else "bar"})
    font = {"name": SONG, "size": 10}
    for number, label in enumerate(drawing.series):
        chart.add_series(_series(drawing, number, label, at[0] + 2))
    chart.set_title({"name": cell_text(drawing.title), "name_font": {"name": HEI, "size": 14, "bold": False}})
    if drawing.chart.kind == "pie":
        chart.set_legend({"position": "right", "font": font})
    else:
        chart.set_legend({"position": "bottom", "font": font} if len(drawing.series) > 1 else {"none": True})
        chart.set_y_axis({"reverse": True, "num_font": font, "interval_unit": 1})
        chart.set_x_axis(
            {"num_font": font, "major_gridlines": {"visible": True, "line": {"color": "#D9D9D9"}}}
        )
    height = (drawing.rows - 2) * ROW_PIXELS - CHART_OFFSET
    chart.set_size({"width": CHART_WIDTH, "height": height})
    options = {"y_offset": CHART_OFFSET, "object_position": 2, "description": cell_text(drawing.title)}
    page.sheet.insert_chart(*at, chart, options)


def _series(drawing: Drawing, number: int, label: str, first: int) -> dict[str, Any]:
    """One series: its labels and figures on the sheet."""
    last = first + max(1, len(drawing.lines)) - 1
    series: dict[str, Any] = {
        "name": cell_text(label),
        "categories": [CHARTS, first, 0, last, 0],
        "values": [CHARTS, first, number + 1, last, number + 1],
        "data_labels": {"value": True, "font": {"name": SONG, "size": 9}},
    }
    if drawing.chart.kind == "pie":
        points = [{"fill": {"color": COLOURS[index % len(COLOURS)]}} for index in range(len(drawing.lines))]
        labels = {"percentage": True, "separator": "\n", "custom": _slice_labels(drawing)}
        return series | {"points": points, "data_labels": series["data_labels"] | labels}
    return series | {"fill": {"color": COLOURS[number % len(COLOURS)]}, "gap": 60}


def _slice_labels(drawing: Drawing) -> list[dict[str, bool] | None]:
    """For each slice of a pie nothing, or that it goes without a label."""
    values = [figures[0].value for _, figures in drawing.lines]
    least = SMALLEST_LABELLED * float(sum(values))
    return [None if value and value >= least else {"delete": True} for value in values]


def _breaks(drawings: list[Drawing]) -> list[int]:
    """The rows before which a new page begins: each chart stays whole."""
    rows, row = [], 3
    for drawing in drawings[:-1]:
        row += drawing.rows
        rows.append(row)
    return rows
