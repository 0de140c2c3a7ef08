"""Of several files of one unit the one that stands for it, and a notice on each of the others."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from types import MappingProxyType
from typing import TYPE_CHECKING

from nianbao.messages import say
from nianbao.returned.findings import found

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from nianbao.messages import Message
    from nianbao.returned.findings import Finding
    from nianbao.returned.returns import Checked

LONG_AGO = datetime.fromtimestamp(0, UTC)
Sender = tuple[str, ...]
"""Whose return for what a file is: files with the same compete. Empty where nothing is known of it."""


def settle(
    files: Sequence[Checked], *, in_round: bool, picks: Mapping[str, str] = MappingProxyType({})
) -> tuple[tuple[Checked, ...], Mapping[str, Checked]]:
    """The files with their notices, and the one that counts by unit code: the newest acceptable one.

    Where none is acceptable, none counts, and one still stands for the unit: the newest whose figures could be read,
    else the newest. `picks`: by unit code the SHA-256 of the file that the office wants to count; it does while it is
    acceptable.

    Identical files are one: the first in `files` stands for them. In a round all files of a unit compete;
    outside one only those for the same form, period and round, and the first such counts under the code.
    """
    rivals: dict[Sender, list[Checked]] = {}
    for checked in files:
        rivals.setdefault(_sender(checked, in_round=in_round), []).append(checked)
    rivals.pop((), None)
    chosen = {sender: _chosen(group, picks.get(sender[0], "")) for sender, group in rivals.items()}
    notices = {
        checked.path: _notice(checked, chosen[sender], picks)
        for sender, group in rivals.items()
        for checked in group
        if checked is not chosen[sender]
    }
    settled = tuple(_with(checked, notices.get(checked.path)) for checked in files)
    paths = {checked.path for checked in chosen.values() if checked.acceptable}
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


def _chosen(group: Sequence[Checked], picked: str) -> Checked:
    """The first of those identical to the file picked, else to the newest of the best: acceptable, readable, any."""
    acceptable = [checked for checked in group if checked.acceptable]
    wanted = [checked for checked in acceptable if checked.sha256 == picked]
    readable = [checked for checked in group if checked.values]
    best = wanted or acceptable or readable or group
    return _first_like(max(best, key=lambda checked: checked.received or LONG_AGO), group)


def _first_like(checked: Checked, group: Sequence[Checked]) -> Checked:
    """The first file with the same bytes, perhaps the file itself."""
    return next(other for other in group if other.sha256 == checked.sha256)


def _notice(checked: Checked, chosen: Checked, picks: Mapping[str, str]) -> Finding:
    """The notice on a file instead of which another one stands for the unit."""
    code = "duplicate-return" if chosen.acceptable else "duplicate-return:rejected"
    return found(code, counted=chosen.path, detail=_reason(checked, chosen, picks))


def _reason(checked: Checked, chosen: Checked, picks: Mapping[str, str]) -> Message:
    """Why the other one."""
    if chosen.sha256 == checked.sha256:
        return say("内容相同")
    if chosen.acceptable and not checked.acceptable:
        return say("这一份有必须改正的问题")
    if chosen.values and not checked.values:
        return say("这一份没有读到数")
    if chosen.acceptable and picks.get(checked.unit_code) == chosen.sha256:
        return say("已指定那一份")
    return say("那一份更新")


def _with(checked: Checked, notice: Finding | None) -> Checked:
    """The file with the notice among the findings that have no cell."""
    if notice is None:
        return checked
    whole = [finding for finding in checked.findings if not finding.spots]
    rest = [finding for finding in checked.findings if finding.spots]
    return replace(checked, findings=(*whole, notice, *rest))
