"""Which returns become reports, each with what is known of the period before: units', or the county workbook."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from nianbao.frozen import frozen
from nianbao.messages import say
from nianbao.period import Period
from nianbao.problems import refuse

if TYPE_CHECKING:
    from collections.abc import Mapping

    from nianbao.layout.formulas import Shown
    from nianbao.layout.places import Layout
    from nianbao.returned.returns import Checked
    from nianbao.rounds.rounds import Round


@frozen
class Chosen:
    """A return, its form, and what is known of its unit's period before."""

    checked: Checked
    layout: Layout
    former: Mapping[str, Shown] | None = None


def is_office(here: Round, word: str) -> bool:
    """Whether a word means the office itself, and so the county workbook: its name or its code one level up."""
    return word in {here.settings.name, here.settings.code} - {""} and not (
        here.roster.unit(word) or here.roster.by_name(word)
    )


def former_of_office(here: Round) -> Mapping[str, Shown] | None:
    """The units' figures of the period before added up; None where they are not known of every unit."""
    known = [here.former.of(unit.code) for unit in here.roster.units]
    rows = [row for row in known if row is not None]
    if not rows or len(rows) < len(known):
        return None
    fields = here.layout.form.fields.values()
    return {field.id: _sum([row.get(field.id) for row in rows]) for field in fields if field.adds_up}


def former_in(checked: Checked, one: Chosen) -> Mapping[str, Shown]:
    """The figures of the period before in a return of it; of another edition those that mean the same.

    Raises OfficeError where it is of another period or unit, or could not be read.
    """
    form, own, before = one.layout.form, one.checked.identity, checked.identity
    if before is None or not checked.values or own is None:
        raise refuse(say("这不是能读取的上报表或汇总表。"), file=checked.path)
    period = Period.of(own.year, own.part)
    if period is None or Period.of(before.year, before.part) != period.before(form.period):
        raise refuse(say("这是 {year} 年的，不是上一期的。", year=before.year), file=checked.path)
    if (before.form, before.unit_name) != (own.form, own.unit_name):
        message = say("这是「{other}」的，不是「{own}」的。", other=before.unit_name, own=own.unit_name)
        raise refuse(message, file=checked.path)
    if before.edition == own.edition:
        return checked.values
    usable = form.previous.editions.get(before.edition, ()) if form.previous else ()
    return {key: checked.values.get(key) for key in usable}


def _sum(cells: list[Shown]) -> int | Decimal | None:
    """The sum; None where one is not known."""
    numbers = [cell for cell in cells if isinstance(cell, int | Decimal)]
    return sum(numbers[1:], numbers[0]) if numbers and len(numbers) == len(cells) else None
