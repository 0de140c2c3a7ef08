"""What the charts of a county workbook are drawn from: a label and figures in every line, live where they can be."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING

from nianbao.county.pages import number_format
from nianbao.definition.form import AMOUNT_DECIMALS, FieldType
from nianbao.definition.sheet_names import CHARTS
from nianbao.frozen import frozen
from nianbao.layout.detail import DETAIL, FIRST_UNIT_ROW, Detail
from nianbao.layout.former import WORDS
from nianbao.layout.places import Place

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from nianbao.county.beside import Beside
    from nianbao.county.merge import Consolidation, Number
    from nianbao.definition.form import Chart, Form
    from nianbao.layout.formulas import Shown
    from nianbao.layout.places import Layout

LEAST_ROWS = 13
MOST_UNITS = 30
PIE, BAR = "pie", "bar"


@frozen
class Figure:
    """A number of a chart: its formula (none for a number that stands nowhere else) and the result."""

    formula: str
    value: Number | None
    number_format: str


@frozen
class Drawing:
    """A chart's data area: a label and a figure for each series in every line. `kind`: `pie` or `bar`."""

    kind: str
    title: str
    series: tuple[str, ...]
    lines: tuple[tuple[str, tuple[Figure, ...]], ...]

    @property
    def rows(self) -> int:
        """How many rows it takes, its heading and the space after it included."""
        bars = len(self.lines) * (len(self.series) + 1) // 2
        return max(LEAST_ROWS, len(self.lines) + 3, bars + 3) + 2


def draw(chart: Chart, layout: Layout, consolidation: Consolidation, beside: Beside | None) -> Drawing:
    """The chart's data; with the period before where its figures are known."""
    if chart.kind == "by unit":
        return _by_unit(chart, consolidation, beside)
    if beside and all(key in beside.rows for _, ids in chart.values for key in ids):
        lines = tuple((label, _both(layout.form, beside, ids)) for label, ids in chart.values)
        return Drawing(BAR, chart.title, beside.heads, lines)
    lines = tuple((label, (_sum_figure(layout, consolidation, ids),)) for label, ids in chart.values)
    return Drawing(PIE if chart.kind == PIE else BAR, chart.title, ("数量",), lines)


def _sum_figure(layout: Layout, consolidation: Consolidation, ids: Sequence[str]) -> Figure:
    """The sum of some cells of the tables."""
    view = layout.seen_from(CHARTS)
    by_sheet = groupby(sorted(ids, key=layout.order), key=lambda key: layout.places[key].sheet)
    areas = ",".join(view.ranges(run) for _, run in by_sheet)
    return _figure(layout.form, ids, areas, (consolidation.totals[key] for key in ids))


def _both(form: Form, beside: Beside, ids: Sequence[str]) -> tuple[Figure, ...]:
    """The former and the present sum of some fields, as they stand side by side."""
    return (
        _figure(form, ids, beside.former_cells(ids), (beside.former[key] for key in ids)),
        _figure(form, ids, beside.present_cells(ids), (beside.present[key] for key in ids)),
    )


def _by_unit(chart: Chart, consolidation: Consolidation, beside: Beside | None) -> Drawing:
    """The largest units, each with a figure for each series; of a single one the former figure before it."""
    order = sorted(
        range(len(consolidation.units)),
        key=lambda index: -add(_value(consolidation, index, key) for _, ids in chart.values for key in ids),
    )[:MOST_UNITS]
    earlier = beside if beside and len(chart.values) == 1 else None
    lines = tuple(
        (consolidation.units[index].name, tuple(_unit_figures(chart, consolidation, index, earlier)))
        for index in order
    )
    cut = len(consolidation.units) > MOST_UNITS
    title = f"{chart.title}（前 {MOST_UNITS} 位）" if cut else chart.title
    labels = tuple(label for label, _ in chart.values)
    series = WORDS[consolidation.form.period] if earlier else labels
    return Drawing(BAR, title, series, lines)


def _unit_figures(
    chart: Chart, consolidation: Consolidation, index: int, beside: Beside | None
) -> Iterable[Figure]:
    """A unit's figure for each series."""
    form = consolidation.form
    for _, ids in chart.values:
        if beside:
            known = beside.of_unit(consolidation.units[index].code)
            former = add(known.get(key) for key in ids) if known is not None else None
            yield Figure("", former, _number_format(form, ids))
        yield _unit_figure(consolidation, index, ids)


def _unit_figure(consolidation: Consolidation, index: int, ids: Sequence[str]) -> Figure:
    """The sum of some cells of a unit's row on 明细."""
    form = consolidation.form
    detail = Detail(form, len(consolidation.units))
    cells = (Place(DETAIL, FIRST_UNIT_ROW + index, detail.column(key)).address for key in ids)
    areas = ",".join(f"'{DETAIL}'!{cell}" for cell in cells)
    return _figure(form, ids, areas, (_value(consolidation, index, key) for key in ids))


def _value(consolidation: Consolidation, index: int, key: str) -> Shown:
    """One unit's value of an id."""
    return consolidation.entries[index].values.get(key)


def _figure(form: Form, ids: Sequence[str], areas: str, values: Iterable[Shown]) -> Figure:
    """The sum over some areas, exact where amounts are among the cells."""
    amount = any(form.fields[key].type is FieldType.DECIMAL for key in ids)
    formula = f"ROUND(SUM({areas}),{AMOUNT_DECIMALS})" if amount else f"SUM({areas})"
    return Figure(formula, add(values), _number_format(form, ids))


def _number_format(form: Form, ids: Sequence[str]) -> str:
    """How a sum of these fields is shown."""
    fields = [form.fields[key] for key in ids]
    return number_format(next((field for field in fields if field.type is FieldType.DECIMAL), fields[0]))


def add(values: Iterable[Shown]) -> Number:
    """The sum of the numbers; words and blanks are nothing."""
    total: Number = sum(value for value in values if value is not None and not isinstance(value, str))
    return total
