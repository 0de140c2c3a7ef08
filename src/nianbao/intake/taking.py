"""A published report to a filled workbook with findings: read, placed, filled in, read back and checked."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from nianbao.frozen import frozen
from nianbao.intake.opened import open_report
from nianbao.intake.reading import read_report
from nianbao.intake.remarks import edition_fault, remarked, with_remarks
from nianbao.layout.identity import Identity
from nianbao.layout.shelf import form_for, known_edition
from nianbao.messages import say
from nianbao.opening.grid import Limits, UnreadableError
from nianbao.opening.workbooks import Opener
from nianbao.problems import refuse
from nianbao.returned.findings import found
from nianbao.returned.judging import Judge, arranged
from nianbao.returned.returns import Checked
from nianbao.workbook.blank import BlankWriter
from nianbao.workbook.fill import fill

if TYPE_CHECKING:
    from collections.abc import Callable

    from nianbao.intake.outcome import Outcome
    from nianbao.layout.places import Layout
    from nianbao.returned.claims import Expectation
    from nianbao.roster.units import Unit
    from nianbao.workbook.values import Value

OFFICE = "公开的报告"
LIMITS = Limits()


@frozen
class Desk:
    """What a report is taken in with. `year`: None for the one that it names; `layout`: the edition, where it is known.

    `unit_of`: whose report it is, by what was read. `blank_of`: the round's own blank of a unit; None outside one.
    """

    unit_of: Callable[[Outcome], Unit | None]
    year: int | None = None
    layout: Layout | None = None
    expectation: Expectation | None = None
    blank_of: Callable[[Unit], bytes] | None = None
    limits: Limits = LIMITS


@frozen
class Taken:
    """A report taken in. `outcome` is None where it could not be read, `workbook` where none could be filled."""

    checked: Checked
    outcome: Outcome | None = None
    workbook: bytes | None = None


def take_in(data: bytes, path: str, desk: Desk) -> Taken:
    """The report in those bytes; what cannot be read is a finding."""
    checked = Checked(path, hashlib.sha256(data).hexdigest(), datetime.now(UTC))
    try:
        outcome = read_report(open_report(data, desk.limits), desk.layout)
    except UnreadableError as error:
        return Taken(replace(checked, findings=(found(error.code, detail=error.detail),)))
    year = desk.year or outcome.naming.year
    if year is None:
        raise refuse(say("报告里没有写明是哪一年的，请用 --year 指明。"), file=path)
    unit = desk.unit_of(outcome)
    if unit is None:
        raise refuse(
            say(
                "名录里没有对得上「{unit}」的单位，请用 --unit 指明；不是本轮单位的，请到这一轮的文件夹以外运行。",
                unit=outcome.naming.unit,
            ),
            file=path,
        )
    remarks = list(remarked(outcome))
    fault = edition_fault(outcome.layout, year, _edition(outcome.layout, year))
    remarks += [fault] if fault else []
    workbook = _filled(outcome, unit, year, desk)
    judge = Judge(_expected(desk, outcome, year), Opener(desk.limits), layout=None)
    read = judge.examine(workbook, path=path, received=datetime.now(UTC))
    findings = arranged(with_remarks(remarks, read.findings), outcome.layout)
    return Taken(replace(read, sha256=checked.sha256, findings=findings), outcome, workbook)


def _edition(layout: Layout, year: int) -> str:
    """The edition that is for that year."""
    return form_for(layout.form.form, year).rpartition("-")[2]


def _expected(desk: Desk, outcome: Outcome, year: int) -> Expectation | None:
    """What the round expects, where the workbook is one of it."""
    return desk.expectation if _is_of_round(desk, outcome, year) else None


def _is_of_round(desk: Desk, outcome: Outcome, year: int) -> bool:
    """Whether the report is of the round's own edition and year."""
    expectation = desk.expectation
    if expectation is None or desk.blank_of is None:
        return False
    return expectation.layout.form.name == outcome.layout.form.name and expectation.period.year == year


def _filled(outcome: Outcome, unit: Unit, year: int, desk: Desk) -> bytes:
    """The unit's workbook with all that was read in it, wrong totals over their formulas as they were printed."""
    if desk.blank_of and _is_of_round(desk, outcome, year):
        blank = desk.blank_of(unit)
    else:
        blank = BlankWriter(outcome.layout).write(_identity(outcome.layout, unit, year))
    values: dict[str, Value] = {key: value for key, value in outcome.values.items() if value is not None}
    values |= dict(outcome.texts)
    return fill(blank, values, find_layout=_found_layout(outcome.layout), as_given=True)


def _found_layout(layout: Layout) -> Callable[[Identity], Layout]:
    def find(identity: Identity) -> Layout:
        return known_edition(identity.form, identity.edition) or layout

    return find


def _identity(layout: Layout, unit: Unit, year: int) -> Identity:
    """What a workbook outside of any round says of itself: it is not signed."""
    form = layout.form
    return Identity(
        form=form.form,
        edition=form.edition,
        year=str(year),
        part="",
        round_id="",
        office=OFFICE,
        unit_code=unit.code,
        unit_name=unit.name,
        unit_kind=unit.kind,
        judged_as=unit.kind,
        template_version=layout.template_version,
    )
