"""What a county workbook tells besides the figures: whose it is, who reports, and every file that came in."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nianbao.beijing import day
from nianbao.frozen import frozen
from nianbao.returned.duplicates import LONG_AGO
from nianbao.returned.former import NO_FORMER
from nianbao.returned.returns import REJECTED
from nianbao.rounds.settings import UNIT_SHEETS

if TYPE_CHECKING:
    from nianbao.county.merge import Consolidation
    from nianbao.layout.identity import Identity
    from nianbao.ledger.decisions import Decision
    from nianbao.returned.former import Former
    from nianbao.returned.returns import Checked
    from nianbao.roster.units import Unit
    from nianbao.workbook.protection import Password


@frozen
class CountyFacts:
    """The facts. `identity`: role `county`, signed. `files`: every file checked, rejected and double ones too.

    `issued`: what the level above said of this office on the blank that it sent, where it is known.
    `former`: the units' figures of the period before, as far as the round knows them.
    `decisions`: what the office decided and has not taken back, in the order in which it did.
    `program`: name and version of what wrote the workbook.
    """

    identity: Identity
    roster: tuple[Unit, ...]
    files: tuple[Checked, ...]
    program: str
    unit_sheets: int = UNIT_SHEETS
    password: Password | None = None
    issued: Identity | None = None
    former: Former = NO_FORMER
    decisions: tuple[Decision, ...] = ()

    def missing(self, consolidation: Consolidation) -> tuple[Unit, ...]:
        """The units of the roster that are not in the consolidation."""
        counted = {unit.code for unit in consolidation.units}
        return tuple(unit for unit in self.roster if unit.code not in counted)

    def rejected(self) -> dict[str, Checked]:
        """The newest rejected file of each unit that sent one, by the unit's code."""
        files = [entry for entry in self.files if entry.unit_code and entry.status == REJECTED]
        files.sort(key=lambda entry: (entry.received or LONG_AGO, entry.path))
        return {entry.unit_code: entry for entry in files}


def day_received(entry: Checked) -> str:
    """The day on which a file came, by the file's time; to the day, so that copying returns about changes nothing."""
    return day(entry.received) if entry.received else ""
