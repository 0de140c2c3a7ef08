"""The 图表 sheet: each chart beside its figures, live where they stand on another sheet."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from nianbao.county.drawings import PIE
from nianbao.definition.sheet_names import CHARTS
from nianbao.layout.boxes import Role
from nianbao.layout.tables import text_height
from nianbao.workbook.cell_text import cell_text
from nianbao.workbook.looks import HEI, SONG

if TYPE_CHECKING:
    from collections.abc import Sequence

    from nianbao.county.drawings import Drawing
    from nianbao.county.pages import Page, Pages

LABEL_WIDTH, VALUE_WIDTH, GAP_WIDTH, CHART_COLUMNS = 26.0, 14.0, 3.0, 12
CHART_WIDTH = 760
ROW_HEIGHT = 22.0
ROW_PIXELS = 29
CHART_OFFSET = 4
"""Pixels under a page's edge: a frame right on it would be printed on both pages."""
SMALLEST_LABELLED = 0.03
"""Slices smaller than this part of a pie have no label: they would cover each other."""
COLOURS = ("#2F6DB5", "#C8762B", "#5B8C5A", "#8E5EA2", "#B54848", "#5F7F8C")


def write_charts(pages: Pages, drawings: Sequence[Drawing]) -> None:
    """The sheet."""
    series = max((len(drawing.series) for drawing in drawings), default=1)
    widths = (LABEL_WIDTH, *(VALUE_WIDTH,) * series, GAP_WIDTH, *(9.0,) * CHART_COLUMNS)
    page = pages.add(CHARTS, CHARTS, widths)
    row = 3
    for drawing in drawings:
        _write_lines(page, drawing, row)
        _insert(page, drawing, (row, series + 2))
        row += drawing.rows
    page.sheet.set_h_pagebreaks(_breaks(drawings))


def _write_lines(page: Page, drawing: Drawing, top: int) -> None:
    """The data area."""
    width = len(drawing.series)
    page.text((top, 0), drawing.title, Role.BAND, until=(top, width))
    for column, label in enumerate(("项目", *drawing.series)):
        page.text((top + 1, column), label, Role.NAME)
    for row, (label, figures) in enumerate(drawing.lines, start=top + 2):
        page.text((row, 0), label)
        for column, figure in enumerate(figures, start=1):
            if figure.formula and figure.value is not None:
                page.live((row, column), figure.formula, figure.value, figure.number_format)
            else:
                page.shown((row, column), figure.value, figure.number_format)
    for row in range(top, top + drawing.rows):
        labels = [label for label, _ in drawing.lines[row - top - 2 : row - top - 1]] if row > top + 1 else []
        page.sheet.set_row(row, max(ROW_HEIGHT, *(text_height(label, LABEL_WIDTH) for label in labels), 0.0))


def _insert(page: Page, drawing: Drawing, at: tuple[int, int]) -> None:
    """The chart beside its data."""
    chart = page.pages.book.add_chart({"type": drawing.kind})
    font = {"name": SONG, "size": 10}
    for number, label in enumerate(drawing.series):
        chart.add_series(_series(drawing, number, label, at[0] + 2))
    chart.set_title({"name": cell_text(drawing.title), "name_font": {"name": HEI, "size": 14, "bold": False}})
    if drawing.kind == PIE:
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
    if drawing.kind == PIE:
        points = [{"fill": {"color": COLOURS[index % len(COLOURS)]}} for index in range(len(drawing.lines))]
        labels = {"percentage": True, "separator": "\n", "custom": _slice_labels(drawing)}
        return series | {"points": points, "data_labels": series["data_labels"] | labels}
    return series | {"fill": {"color": COLOURS[number % len(COLOURS)]}, "gap": 60}


def _slice_labels(drawing: Drawing) -> list[dict[str, bool] | None]:
    """For each slice of a pie nothing, or that it goes without a label."""
    values = [figures[0].value for _, figures in drawing.lines]
    least = SMALLEST_LABELLED * float(sum(value for value in values if value))
    return [None if value and value >= least else {"delete": True} for value in values]


def _breaks(drawings: Sequence[Drawing]) -> list[int]:
    """The rows before which a new page begins: each chart stays whole."""
    rows, row = [], 3
    for drawing in drawings[:-1]:
        row += drawing.rows
        rows.append(row)
    return rows
