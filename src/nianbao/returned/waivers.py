"""The office's waivers put to what was found: a finding for which one holds blocks no longer.

A waiver is for the figures that it was given for. Where they have changed it has lapsed, and the finding says so.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from functools import reduce
from typing import TYPE_CHECKING

from nianbao.beijing import day
from nianbao.complaints import CATALOGUE, NEVER_WAIVED, RULE_WORDINGS, Severity
from nianbao.frozen import frozen
from nianbao.messages import Message, say
from nianbao.returned.answers import digits

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from nianbao.layout.formulas import Shown
    from nianbao.returned.findings import Finding, Spot
    from nianbao.returned.returns import Checked


@frozen
class Waiver:
    """A decision to accept a finding. `cells`: what stood in each of its cells, by id, else by sheet and address.

    `found` and `expected` are the finding's own. `at`: when, as records have it.
    """

    code: str
    cells: Mapping[str, str]
    found: str
    expected: str
    why: str
    at: str = ""

    @property
    def subject(self) -> str:
        """What it is about, whatever the figures: a later one about the same takes its place."""
        return " ".join((self.code, *sorted(self.cells)))


def waived(checked: Checked, waivers: Sequence[Waiver]) -> Checked:
    """The file with its unit's waivers: those that hold are in its findings, those that lapsed are told there."""
    if not waivers:
        return checked
    findings = (part for finding in checked.findings for part in _settled(finding, checked, waivers))
    return replace(checked, findings=tuple(findings))


def may_be_waived(finding: Finding) -> bool:
    """Whether the office may accept it: neither a mere notice nor one of those that it never can."""
    return finding.severity is not Severity.NOTICE and finding.code not in NEVER_WAIVED


def waiver_for(finding: Finding, cells: Iterable[str], checked: Checked, *, why: str) -> Waiver:
    """The waiver of a finding as it stands: for some of its cells, or for all where it is one matter."""
    wanted = set(cells)
    spots = [spot for spot in finding.spots if is_one_matter(finding) or cell_key(finding, spot) in wanted]
    return Waiver(finding.code, _contents(finding, spots, checked), finding.found, finding.expected, why)


def is_one_matter(finding: Finding) -> bool:
    """Whether its cells are one relation that fails, rather than several with the same complaint."""
    return finding.code not in CATALOGUE or finding.code in RULE_WORDINGS


def cell_key(finding: Finding, spot: Spot) -> str:
    """How a waiver names a cell: by its id, else by sheet and address."""
    return spot.id or f"{finding.sheet}!{spot.cell}"


def _settled(finding: Finding, checked: Checked, waivers: Sequence[Waiver]) -> Iterator[Finding]:
    """The finding, its waived cells apart from the others."""
    about = [one for one in waivers if one.code == finding.code] if may_be_waived(finding) else []
    rest = list(finding.spots)
    for one in about:
        spots = _meant(finding, rest, one)
        if spots is None:
            continue
        if _contents(finding, spots, checked) == one.cells and _says_the_same(finding, one):
            yield replace(finding, spots=tuple(spots), waived=one.why)
            rest = [spot for spot in rest if spot not in spots]
            if not rest:
                return
        else:
            finding = replace(finding, what=_lapsed(finding, spots, checked, waiver=one))
    yield replace(finding, spots=tuple(rest))


def _meant(finding: Finding, spots: Sequence[Spot], waiver: Waiver) -> list[Spot] | None:
    """The cells that the waiver is about; None where it is about others."""
    by_key = {cell_key(finding, spot): spot for spot in spots}
    known = (
        waiver.cells.keys() == by_key.keys()
        if is_one_matter(finding)
        else waiver.cells.keys() <= by_key.keys()
    )
    if not known or (by_key and not waiver.cells):
        return None
    return [spot for key, spot in by_key.items() if key in waiver.cells]


def _says_the_same(finding: Finding, waiver: Waiver) -> bool:
    return (finding.found, finding.expected) == (waiver.found, waiver.expected)


def _contents(finding: Finding, spots: Iterable[Spot], checked: Checked) -> dict[str, str]:
    """What stands in the cells, by their keys."""
    return {cell_key(finding, spot): spot.shows or _text(checked.values.get(spot.id)) for spot in spots}


def _lapsed(finding: Finding, spots: Sequence[Spot], checked: Checked, *, waiver: Waiver) -> Message:
    """What is wrong, and that a waiver for other figures is no longer one."""
    now = _contents(finding, spots, checked)
    changes = [
        say("{cell} {then} → {now}", cell=spot.cell, then=_shown(waiver.cells[key]), now=_shown(now[key]))
        for spot in spots
        if now[key := cell_key(finding, spot)] != waiver.cells[key]
    ]
    if not changes:
        then, present = f"{waiver.found}／{waiver.expected}", f"{finding.found}／{finding.expected}"
        changes = [say("{then} → {now}", then=then, now=present)]
    return say(
        "{what}（{day} 核准过（{why}），此后数值变了（{changes}），核准已失效；仍要放行的，请重新核准。）",
        what=finding.what,
        day=day(datetime.fromisoformat(waiver.at)) if waiver.at else "",
        why=waiver.why,
        changes=reduce(_and, changes),
    )


def _text(shown: Shown) -> str:
    """A value as it is kept with a waiver."""
    return shown if isinstance(shown, str) else "" if shown is None else digits(shown)


def _and(first: Message, second: Message) -> Message:
    return say("{first}；{second}", first=first, second=second)


def _shown(text: str) -> Message | str:
    return text or say("空")
