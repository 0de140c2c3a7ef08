"""Of several files of one unit the one that counts, and a notice on each of the others."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from types import MappingProxyType
from typing import TYPE_CHECKING

from nianbao.messages import say
from nianbao.returned.findings import found

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from nianbao.returned.findings import Finding
    from nianbao.returned.returns import Checked

LONG_AGO = datetime.fromtimestamp(0, UTC)
Sender = tuple[str, ...]
"""Whose return for what a file is: files with the same compete. Empty where nothing is known of it."""


def settle(
    files: Sequence[Checked], *, in_round: bool, picks: Mapping[str, str] = MappingProxyType({})
) -> tuple[tuple[Checked, ...], Mapping[str, Checked]]:
    """The files with their notices, and the one that counts by unit code: the newest acceptable one.

    `picks`: by unit code the SHA-256 of the file that the office wants to count; it does while it is acceptable.

    Identical files are one: the first in `files` stands for them. In a round all files of a unit compete;
    outside one only those for the same form, period and round, and the first such counts under the code.
    """
    rivals: dict[Sender, list[Checked]] = {}
    for checked in files:
        rivals.setdefault(_sender(checked, in_round=in_round), []).append(checked)
    rivals.pop((), None)
    chosen = {sender: _chosen(group, picks.get(sender[0], "")) for sender, group in rivals.items()}
    notices = {
        checked.path: notice
        for sender, group in rivals.items()
        for checked in group
        if (notice := _notice(checked, group, chosen[sender], picks))
    }
    settled = tuple(_with(checked, notices.get(checked.path)) for checked in files)
    paths = {checked.path for checked in chosen.values() if checked}
    counted = {checked.unit_code: checked for checked in reversed(settled) if checked.path in paths}
    return settled, counted


def _sender(checked: Checked, *, in_round: bool) -> Sender:
    """The unit; outside a round with what it reports on."""
    identity = checked.identity
    if identity is None:
        return ()
    if in_round:
        return (checked.unit_code,)
    about = (identity.form, identity.edition, identity.year, identity.part, identity.round_id)
    return (checked.unit_code, *about)


def _chosen(group: Sequence[Checked], picked: str) -> Checked | None:
    """The first of those identical to the file picked, else to the newest acceptable one; None where there is none."""
    acceptable = [checked for checked in group if checked.acceptable]
    wanted = [checked for checked in acceptable if checked.sha256 == picked] or acceptable
    newest = max(wanted, key=lambda checked: checked.received or LONG_AGO, default=None)
    return _first_like(newest, group) if newest else None


def _first_like(checked: Checked, group: Sequence[Checked]) -> Checked:
    """The first file with the same bytes, perhaps the file itself."""
    return next(other for other in group if other.sha256 == checked.sha256)


def _notice(
    checked: Checked, group: Sequence[Checked], chosen: Checked | None, picks: Mapping[str, str]
) -> Finding | None:
    """The notice on a file that does not count; none where the unit has no file that does, copies apart."""
    counting = chosen or _first_like(checked, group)
    if counting is checked:
        return None
    if counting.sha256 == checked.sha256:
        detail = say("内容相同")
    elif not checked.acceptable:
        detail = say("这一份有必须改正的问题")
    elif picks.get(checked.unit_code) == counting.sha256:
        detail = say("已指定那一份")
    else:
        detail = say("那一份更新")
    return found("duplicate-return", counted=counting.path, detail=detail)


def _with(checked: Checked, notice: Finding | None) -> Checked:
    """The file with the notice among the findings that have no cell."""
    if notice is None:
        return checked
    whole = [finding for finding in checked.findings if not finding.spots]
    rest = [finding for finding in checked.findings if finding.spots]
    return replace(checked, findings=(*whole, notice, *rest))
