"""How far each unit of a roster has come with its return."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nianbao.frozen import frozen
from nianbao.returned.returns import MISSING, REJECTED

if TYPE_CHECKING:
    from nianbao.returned.returns import Checked
    from nianbao.returned.review import Review
    from nianbao.roster.roster import Roster
    from nianbao.roster.units import Unit


@frozen
class UnitProgress:
    """A unit, all the files it sent, and `accepted`, `explained`, `rejected` or `missing`."""

    unit: Unit
    files: tuple[Checked, ...]
    status: str


def unit_progress(roster: Roster, review: Review) -> list[UnitProgress]:
    """Every unit in the roster's order. One with several files is as far as the one that counts."""
    sent: dict[str, list[Checked]] = {}
    for checked in review.files:
        sent.setdefault(checked.unit_code, []).append(checked)
    return [
        UnitProgress(unit, tuple(sent.get(unit.code, ())), _status(unit, review, sent))
        for unit in roster.units
    ]


def _status(unit: Unit, review: Review, sent: dict[str, list[Checked]]) -> str:
    if unit.code in review.counted:
        return review.counted[unit.code].status
    return REJECTED if unit.code in sent else MISSING
