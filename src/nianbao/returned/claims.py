"""Who a workbook says it is, and whether that can be believed: the first check of every file."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from nianbao.definition.sheet_names import FRAME_SHEETS, IDENTITY
from nianbao.frozen import frozen
from nianbao.kinds import GOVERNMENTS, judged_as
from nianbao.layout.identity import CONSOLIDATED, ISSUED_COLUMN, OWN_COLUMN, SINGLE, read_identity
from nianbao.layout.shelf import known_edition
from nianbao.messages import Message, say
from nianbao.returned.findings import found
from nianbao.returned.former import NO_FORMER, Former
from nianbao.roster.units import unit_title

if TYPE_CHECKING:
    from collections.abc import Mapping

    from nianbao.kinds import UnitKind
    from nianbao.layout.formulas import Shown
    from nianbao.layout.identity import Identity
    from nianbao.layout.places import Layout
    from nianbao.opening.grid import Sheet, Workbook
    from nianbao.period import Period
    from nianbao.returned.findings import Finding
    from nianbao.roster.roster import Roster
    from nianbao.roster.units import Unit

ACTIVE_NAMED = 3
COUNT = re.compile("[0-9]{1,9}")


@frozen
class Expectation:
    """What a round expects of a file. `level`: whose office holds the round, one of the governments.

    `former`: what it knows of the period before; its `digest` belongs to all that a judgement rests on.
    """

    layout: Layout
    period: Period
    round_id: str
    key: bytes
    roster: Roster
    level: UnitKind
    former: Former = NO_FORMER


@frozen
class Claim:
    """What is known of a file's origin. `finding` is set where it cannot be accepted as a return.

    `identity` is there as soon as the file carries one, to name the sender; `unit` is the roster's. `kind`
    is the kind whose powers count: in a round always from the roster. `former`: the unit's figures of the period
    before, as the round knows them; None where it knows none.
    """

    identity: Identity | None = None
    layout: Layout | None = None
    unit: Unit | None = None
    kind: UnitKind | None = None
    finding: Finding | None = None
    former: Mapping[str, Shown] | None = None


def judge_claim(workbook: Workbook, expectation: Expectation | None, layout: Layout | None = None) -> Claim:
    """The file's origin. Outside a round `layout` is the form expected, None for any that ships."""
    identity = carried_identity(workbook)
    expected = expectation.layout if expectation else layout
    issued = issued_identity(workbook) if identity and identity.role == CONSOLIDATED else None
    unit = _named_unit(identity, issued, expectation) if identity and expectation else None
    finding = _active(workbook) or (_no_identity(workbook) if identity is None else None)
    if finding or identity is None:
        return Claim(identity, unit=unit, finding=finding)
    used = expected or known_edition(identity.form, identity.edition)
    finding = _wrong_form(identity, used) or _senseless(identity, used)
    if expectation and not finding:
        finding = _wrong_round(identity, issued, expectation) or (None if unit else _unknown(identity))
    kind = judged_as(unit.kind, expectation.level) if unit and expectation else identity.kind
    former = expectation.former.of(unit.code) if unit and expectation else None
    return Claim(identity, used.beside if used and identity.previous else used, unit, kind, finding, former)


def sheets_by_name(workbook: Workbook) -> Mapping[str, Sheet]:
    """The sheets by name, spaces around it apart; one with the very name goes before one with spaces."""
    exact = {sheet.name: sheet for sheet in workbook.sheets}
    return {sheet.name.strip(): sheet for sheet in workbook.sheets} | exact


def carried_identity(workbook: Workbook) -> Identity | None:
    """What the workbook says of itself."""
    return read_identity(_entries(workbook, OWN_COLUMN))


def issued_identity(workbook: Workbook) -> Identity | None:
    """What the level above said of the office whose consolidated workbook it is; None where it does not tell."""
    entries = _entries(workbook, ISSUED_COLUMN)
    return read_identity(entries) if any(entries.values()) else None


def _entries(workbook: Workbook, values_in: int) -> dict[str, str]:
    """The entries of the hidden sheet: names in column A, values in another, on any row."""
    sheet = sheets_by_name(workbook).get(IDENTITY)
    cells = sheet.cells if sheet else {}
    entries = {}
    for row in [row for row, column in cells if column == 0]:
        value = cells.get((row, values_in))
        entries[cells[row, 0].text.strip()] = value.text.strip() if value else ""
    return {name: value for name, value in entries.items() if name}


def _active(workbook: Workbook) -> Finding | None:
    """The complaint about parts that could run or fetch something."""
    if not workbook.active:
        return None
    names = list(dict.fromkeys(part.rpartition("/")[2] for part in workbook.active))
    more = "…" if len(names) > ACTIVE_NAMED else ""
    return found("active-content", found="、".join(names[:ACTIVE_NAMED]) + more)


def _no_identity(workbook: Workbook) -> Finding:
    """The complaint about a file that does not say what it is."""
    ours = sheets_by_name(workbook).keys() & set(FRAME_SHEETS)
    if ours:
        return found("not-our-form", detail=say("识别信息被删掉了"))
    return found("not-our-form", detail=say("里面没有本系统的识别信息"))


def _wrong_form(identity: Identity, layout: Layout | None) -> Finding | None:
    """The complaint about another form, or another edition of it."""
    if layout is None or identity.form != layout.form.form:
        name = f"{identity.form}-{identity.edition}"
        return found("not-our-form", detail=say("是另一种报表「{name}」", name=name))
    if identity.edition != layout.form.edition:
        return found("wrong-edition", found=identity.edition, expected=layout.form.edition)
    return None


def _senseless(identity: Identity, layout: Layout | None) -> Finding | None:
    """The complaint about entries that no blank of ours can hold."""
    period = identity.period
    if period is None or (layout and not period.fits(layout.form.period)):
        return _changed(say("统计期间是「{year} {part}」", year=identity.year, part=identity.part))
    if identity.kind is None:
        return _changed(say("单位类型是「{kind}」", kind=identity.judged_as))
    if identity.role not in {SINGLE, CONSOLIDATED}:
        return _changed(say("文件类别是「{role}」", role=identity.role))
    if identity.units and not COUNT.fullmatch(identity.units):
        return _changed(say("单位数是「{units}」", units=identity.units))
    return None


def _wrong_round(identity: Identity, issued: Identity | None, expectation: Expectation) -> Finding | None:
    """The complaint about another period, or a blank that this round did not send out.

    A lower office's consolidated workbook has a round and a signature of its own, which are not ours to judge; what
    it carries as said by us is.
    """
    period = identity.period
    if period and period != expectation.period:
        kind = expectation.layout.form.period
        return found("wrong-year", found=period.label(kind), expected=expectation.period.label(kind))
    ours = identity if identity.round_id == expectation.round_id else issued or identity
    if ours.round_id == expectation.round_id:
        return None if ours.is_signed_with(expectation.key) else _changed(say("校验码不符"))
    unsigned = identity.role == CONSOLIDATED and issued is None
    return None if unsigned else _changed(say("不是本轮发出的空白表"))


def _named_unit(identity: Identity, issued: Identity | None, expectation: Expectation) -> Unit | None:
    """The roster's unit that the file is from.

    A lower office gives its consolidated workbook its own code, so there the name counts first, unless it carries
    the one that we gave it; and only a government hands in such a workbook.
    """
    by_code = expectation.roster.unit((issued or identity).unit_code)
    if identity.role != CONSOLIDATED:
        return by_code
    by_name = None if issued else expectation.roster.by_name(identity.unit_name)
    candidates = (by_name, by_code)
    return next((unit for unit in candidates if unit and unit.kind in GOVERNMENTS), None)


def _unknown(identity: Identity) -> Finding:
    """The complaint about a unit that the roster does not have."""
    return found("unknown-unit", found=unit_title(identity.unit_name, identity.unit_code))


def _changed(detail: Message) -> Finding:
    """The complaint about an identity that is not as it was sent out."""
    return found("identity-changed", detail=detail)
