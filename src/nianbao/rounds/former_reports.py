"""Last year's figures out of published reports: each to its unit by the name in its title, or in its file's name."""

from __future__ import annotations

from pathlib import PurePath
from typing import TYPE_CHECKING

from nianbao.frozen import frozen
from nianbao.intake.opened import open_report
from nianbao.intake.reading import read_report
from nianbao.intake.sender import unit_named
from nianbao.messages import Message, say
from nianbao.opening.grid import UnreadableError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from nianbao.gathering.found import Found
    from nianbao.intake.outcome import Outcome
    from nianbao.opening.grid import Limits
    from nianbao.period import Period
    from nianbao.roster.roster import Roster
    from nianbao.roster.units import Unit

NAMED = 3


@frozen
class Report:
    """A report that is a unit's, and which of its cells were not read, as its form calls them."""

    file: Found
    data: bytes
    unit: Unit
    outcome: Outcome


def published(
    files: Iterable[Found], *, period: Period, roster: Roster, limits: Limits, tell: Callable[[Message], None]
) -> Iterator[Report]:
    """The reports of that period by units of the roster; what is said of the others goes to `tell`."""
    for file in files:
        try:
            data = file.read()
            outcome = read_report(open_report(data, limits))
        except UnreadableError as error:
            tell(_refused(file, error.detail))
            continue
        unit = unit_named(outcome.naming.unit, roster, _names(file.name))
        fault = _fault(outcome, unit, period)
        if fault or unit is None:
            tell(_refused(file, fault or Message("")))
            continue
        lacking = [
            outcome.layout.form.fields[key].label for key, value in outcome.values.items() if value is None
        ]
        if lacking:
            named = "；".join(lacking[:NAMED]) + ("…" if len(lacking) > NAMED else "")
            tell(
                say(
                    "「{path}」有 {count} 格没有读出（{named}），这些没有上期的数。",
                    path=file.path,
                    count=len(lacking),
                    named=named,
                )
            )
        yield Report(file, data, unit, outcome)


def _names(name: str) -> tuple[str, ...]:
    """What a file's name may say of its unit: all of it, or one of its parts."""
    stem = PurePath(name).stem
    return (stem, *stem.replace("-", "_").replace(" ", "_").split("_"))


def _fault(outcome: Outcome, unit: Unit | None, period: Period) -> Message | None:
    """Why a report is not used."""
    year = outcome.naming.year
    if not any(value is not None for value in outcome.values.values()):
        return say("没有读出任何一个数")
    if year is None:
        return say("没有写明是哪一年的报告")
    if year != period.year:
        return say("是 {found} 年的报告，要 {year} 年的", found=year, year=period.year)
    if unit is None:
        return say("「{unit}」在名录里没有对得上的单位；可把文件名改成单位代码", unit=outcome.naming.unit)
    return None


def _refused(file: Found, reason: Message) -> Message:
    return say("没有采用「{path}」：{reason}。", path=file.path, reason=reason)
