"""A round's accepted returns as its county workbook on disk."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

from nianbao import __version__
from nianbao.county import CountyFacts, write_county
from nianbao.merge import merge
from nianbao.saving import save

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime
    from pathlib import Path

    from nianbao.merge import Consolidation, Number
    from nianbao.protection import Password
    from nianbao.review import Review
    from nianbao.rounds import Round


@dataclass(frozen=True, slots=True)
class County:
    """What was written. `totals`: every id that adds up over the units."""

    path: Path
    sha256: str
    units: int
    totals: Mapping[str, Number]


def consolidate(here: Round, found: Review, path: Path, *, password: Password | None = None) -> County:
    """The county workbook at `path`; it says of itself that it is not complete where units are missing.

    Raises OfficeError where no return counts, OSError where it cannot be written.
    """
    entries = [(unit, found.counted[unit.code]) for unit in here.roster.units if unit.code in found.counted]
    consolidation = merge(here.layout.form, entries)
    data = write_county(consolidation, here.layout, _facts(here, found, password))
    save(path, data)
    return County(path, hashlib.sha256(data).hexdigest(), len(entries), _totals(consolidation))


def _facts(here: Round, found: Review, password: Password | None) -> CountyFacts:
    """What the workbook tells besides the figures."""
    complete = all(unit.code in found.counted for unit in here.roster.units)
    return CountyFacts(
        identity=here.county_identity(complete=complete),
        roster=here.roster.units,
        files=found.files,
        local=_local,
        program=f"nianbao {__version__}",
        unit_sheets=here.settings.unit_sheets,
        password=password,
    )


def _local(time: datetime) -> str:
    """A time on this computer's clock."""
    return time.astimezone().strftime("%Y-%m-%d %H:%M")


def _totals(consolidation: Consolidation) -> dict[str, Number]:
    return {key: total for key, total in consolidation.totals.items() if total is not None}
