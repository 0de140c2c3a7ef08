"""The sheet 上年对照 of a county workbook: the period before beside this one, over the units that are known in both."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from nianbao.county.merge import adding_ids
from nianbao.county.pages import number_format
from nianbao.definition.form import AMOUNT_DECIMALS
from nianbao.frozen import frozen
from nianbao.layout.addresses import area_address, column_letters, rectangles
from nianbao.layout.boxes import Role
from nianbao.layout.former import WORDS, former_sheet
from nianbao.layout.tables import text_height

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from nianbao.county.merge import Consolidation, Number
    from nianbao.county.pages import Page, Pages
    from nianbao.definition.form import Field, Form
    from nianbao.layout.formulas import Shown
    from nianbao.layout.places import Layout
    from nianbao.returned.former import Former

WIDTHS = (60.0, 10.0, 15.0, 15.0, 15.0, 12.0)
UNITS, FORMER, PRESENT, CHANGE, SHARE = range(1, 6)
HEAD_ROW = 3
SHARE_FORMAT = "0.0%"


@frozen
class Beside:
    """Where each field's two figures stand, and what they are. A field is there if both of some unit are known.

    `units`: over how many units it is compared. `rows`: the row of each field, from 0.
    """

    sheet: str
    heads: tuple[str, str]
    counted: int
    rows: Mapping[str, int]
    units: Mapping[str, int]
    former: Mapping[str, Number]
    present: Mapping[str, Number]
    known: Former

    def of_unit(self, code: str) -> Mapping[str, Shown] | None:
        """A unit's former figures."""
        return self.known.of(code)

    def former_cells(self, ids: Iterable[str]) -> str:
        """The cells with the former figures of those fields, as other sheets write them."""
        return self._cells(ids, FORMER)

    def present_cells(self, ids: Iterable[str]) -> str:
        """The same of the present ones."""
        return self._cells(ids, PRESENT)

    def _cells(self, ids: Iterable[str], column: int) -> str:
        areas = rectangles((self.rows[key], column) for key in ids)
        return ",".join(f"'{self.sheet}'!{area_address(area)}" for area in areas)


def compared(consolidation: Consolidation, known: Former) -> Beside | None:
    """Both figures of every field that adds up; None where no unit's period before is known."""
    form = consolidation.form
    if form.previous is None or not any(known.of(unit.code) for unit in consolidation.units):
        return None
    former, present, units = _sums(consolidation, known, adding_ids(form))
    found = [field for field in form.fields.values() if units.get(field.id)]
    rows = {
        field.id: row for _, first, fields in _bands(form, found) for row, field in enumerate(fields, first)
    }
    return Beside(
        former_sheet(form), WORDS[form.period], len(consolidation.units), rows, units, former, present, known
    )


def _sums(
    consolidation: Consolidation, known: Former, wanted: frozenset[str]
) -> tuple[dict[str, Number], dict[str, Number], dict[str, int]]:
    """Former and present sums, and over how many units: those of which both are known."""
    former: dict[str, Number] = dict.fromkeys(wanted, 0)
    present, units = dict(former), dict.fromkeys(wanted, 0)
    for unit, entry in zip(consolidation.units, consolidation.entries, strict=True):
        earlier = known.of(unit.code)
        for key in wanted if earlier is not None else ():
            before, now = earlier.get(key) if earlier else None, entry.values.get(key)
            if isinstance(before, int | Decimal) and isinstance(now, int | Decimal):
                former[key] += before
                present[key] += now
                units[key] += 1
    return former, present, units


def _bands(form: Form, fields: Sequence[Field]) -> list[tuple[str, int, list[Field]]]:
    """Each table's title, the row of its first field, and its fields; the title stands in the row before."""
    bands, row = [], HEAD_ROW + 1
    for table in form.tables:
        own = [field for field in fields if field.table == table.key]
        if own:
            bands.append((table.title, row + 1, own))
            row += len(own) + 1
    return bands


def write_beside(pages: Pages, layout: Layout, beside: Beside) -> None:
    """The sheet."""
    earlier, now = beside.heads
    page = pages.add(beside.sheet, f"{earlier}与{now}对照", WIDTHS, upright=True, banner_columns=len(WIDTHS))
    note = (
        f"只比较两期都有数的单位：「可比单位数」少于 {beside.counted} 的，{now}数不是全部单位的合计。"
        f"{earlier}数取自建立本轮时给出的资料。"
    )
    page.text((2, 0), note, Role.NOTE, until=(2, SHARE))
    page.sheet.set_row(2, text_height(note, sum(WIDTHS)))
    page.heads(HEAD_ROW, ("项目", "可比单位数", earlier, now, "增减", "增减幅度"))
    fields = [layout.form.fields[key] for key in beside.rows]
    for title, first, own in _bands(layout.form, fields):
        page.text((first - 1, 0), title, Role.BAND, until=(first - 1, SHARE))
        for row, field in enumerate(own, first):
            _write_row(page, layout, beside, field=field, row=row)


def _write_row(page: Page, layout: Layout, beside: Beside, *, field: Field, row: int) -> None:
    """A field: both figures, the difference, and its share of the former one."""
    key, style = field.id, number_format(field)
    former, present = beside.former[key], beside.present[key]
    page.text((row, 0), field.label)
    page.shown((row, UNITS), beside.units[key])
    page.shown((row, FORMER), former, style)
    if beside.units[key] == beside.counted:
        page.live((row, PRESENT), layout.seen_from(beside.sheet).cell(key), present, style)
    else:
        page.shown((row, PRESENT), present, style)
    first, second, change = (f"{column_letters(c)}{row + 1}" for c in (FORMER, PRESENT, CHANGE))
    page.live((row, CHANGE), f"ROUND({second}-{first},{AMOUNT_DECIMALS})", present - former, style)
    share = float((present - former) / former) if former else ""
    page.live((row, SHARE), f'IF({first}=0,"",{change}/{first})', share, SHARE_FORMAT)
    page.sheet.set_row(row, text_height(field.label, WIDTHS[0]))
