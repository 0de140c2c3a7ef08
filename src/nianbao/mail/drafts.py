"""What each unit of a round should get: its blank, corrections, a receipt or a reminder."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime
from functools import partial
from typing import TYPE_CHECKING

from nianbao.annotate.file_names import copy_names
from nianbao.annotate.marks import wants_answer
from nianbao.annotate.returning import copies
from nianbao.beijing import day, day_in_words
from nianbao.ledger.messages import BLANK, CORRECTIONS, RECEIPT, REMINDER
from nianbao.mail.composing import Attachment
from nianbao.mail.naming import own_name
from nianbao.mail.sending import Draft
from nianbao.mail.standing import Outcome
from nianbao.returned.duplicates import LONG_AGO
from nianbao.returned.findings import Severity

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from nianbao.annotate.copies import Desk
    from nianbao.gathering.found import Found, Trouble
    from nianbao.mail.composing import Mail
    from nianbao.mail.correspondence import Correspondence
    from nianbao.returned.returns import Checked
    from nianbao.returned.review import Review
    from nianbao.roster.units import Unit
    from nianbao.rounds.blanks import Blanks

MOST_FINDINGS = 50
"""So many are told in a message; the copy has them all."""


def blank_drafts(office: Correspondence, units: Iterable[Unit], blanks: Blanks) -> Iterator[Draft]:
    """Each unit's own blank, as `nianbao blank` wrote it and would write it now."""
    for unit in units:
        path = office.here.blank_path(unit)
        try:
            data = path.read_bytes()
        except FileNotFoundError:
            yield Draft(unit, BLANK, trouble=Outcome.NO_BLANK)
            continue
        if not unit.email:
            yield Draft(unit, BLANK, trouble=Outcome.NO_ADDRESS)
        elif data != blanks.of(unit):
            yield Draft(unit, BLANK, trouble=Outcome.STALE_BLANK)
        else:
            attached = (Attachment(path.name, data),)
            mail = partial(office.mail, unit, {"附件": path.name}, attachments=attached)
            yield Draft(unit, BLANK, _digest(data.hex()), mail)


def correction_drafts(
    office: Correspondence,
    units: Iterable[Unit],
    found: Review,
    gathered: Iterable[Found | Trouble],
    desk: Desk,
) -> Iterator[Draft]:
    """To each unit whose newest return has faults that copy of it, and the faults in words."""
    own = {unit.code: unit for unit in units}
    wanted = {checked.path: checked for checked in _newest(found.files) if checked.unit_code in own}
    names = copy_names(wanted.values())
    made = copies(wanted, gathered, desk, without=[])
    for checked, data in made:
        unit = own[checked.unit_code]
        name = names[checked.path]
        words = {**_faults(checked), "附件": name, "文件": own_name(checked.path)}
        mail = partial(
            office.mail,
            unit,
            words,
            attachments=(Attachment(name, data),),
            thread=office.thread(unit, checked.sha256),
        )
        yield _draft(unit, CORRECTIONS, _digest(checked.sha256, *_fault_keys(checked)), mail)


def receipt_drafts(office: Correspondence, units: Iterable[Unit], found: Review) -> Iterator[Draft]:
    """To each unit whose return counts, that it does; once for a file."""
    for unit in units:
        checked = found.counted.get(unit.code)
        if checked is None or not checked.acceptable:
            continue
        words = {"文件": own_name(checked.path), "收到日期": day_in_words(checked.received or LONG_AGO)}
        mail = partial(office.mail, unit, words, thread=office.thread(unit, checked.sha256))
        yield _draft(unit, RECEIPT, _digest(checked.sha256), mail)


def reminder_drafts(office: Correspondence, units: Iterable[Unit], found: Review) -> Iterator[Draft]:
    """To each unit without a return that counts, what is missing or wrong; the same once a day."""
    lacking = {unit.code for unit in found.missing}
    latest = {checked.unit_code: checked for checked in _newest(found.files)}
    today = day(datetime.now(UTC))
    for unit in units:
        if unit.code not in lacking:
            continue
        checked = latest.get(unit.code)
        words = {**_faults(checked), "文件": own_name(checked.path)} if checked else {"没有报": True}
        words["发过空白表"] = office.has_blank(unit)
        digest = _digest(today, *(_fault_keys(checked) if checked else ()))
        thread = office.thread(unit, checked.sha256 if checked else "")
        yield _draft(unit, REMINDER, digest, partial(office.mail, unit, words, thread=thread))


def _draft(unit: Unit, kind: str, digest: str, mail: partial[Mail]) -> Draft:
    if not unit.email:
        return Draft(unit, kind, trouble=Outcome.NO_ADDRESS)
    return Draft(unit, kind, digest, mail)


def _newest(files: Iterable[Checked]) -> Sequence[Checked]:
    """Of each unit the newest file that wants an answer."""
    newest: dict[str, Checked] = {}
    for checked in files:
        if checked.unit_code and wants_answer(checked):
            before = newest.get(checked.unit_code)
            if before is None or (checked.received or LONG_AGO) > (before.received or LONG_AGO):
                newest[checked.unit_code] = checked
    return list(newest.values())


def _faults(checked: Checked) -> Mapping[str, object]:
    """The faults that nobody has settled, in words; the gravest first."""
    faults = [one for one in checked.findings if one.severity is not Severity.NOTICE and not one.settled]
    faults.sort(key=lambda one: tuple(Severity).index(one.severity))
    return {"问题": [one.message.text() for one in faults[:MOST_FINDINGS]], "问题数": len(faults)}


def _fault_keys(checked: Checked) -> Iterator[str]:
    for one in checked.findings:
        if one.severity is not Severity.NOTICE and not one.settled:
            yield "/".join((one.code, one.sheet, *one.cells))


def _digest(*parts: str) -> str:
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()
