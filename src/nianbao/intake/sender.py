"""Whose report it is, for its workbook: a unit of the roster, or one made up from its name."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from nianbao.kinds import UnitKind
from nianbao.roster.units import Unit

if TYPE_CHECKING:
    from collections.abc import Iterable

    from nianbao.roster.roster import Roster

GOVERNMENT = re.compile(r"(人民政府|政府|办公室|办公厅|政府办)+$")
KINDS: tuple[tuple[re.Pattern[str], UnitKind], ...] = (
    (re.compile(r"(镇|乡|苏木)(人民政府|政府)?$"), UnitKind.TOWN),
    (re.compile(r"街道(办事处|办)?$"), UnitKind.STREET),
    (re.compile(r"(开发区|园区|新区|示范区|保税区|管委会|管理委员会)$"), UnitKind.ZONE),
    (re.compile(r"(省|自治区)(人民政府|政府)$"), UnitKind.PROVINCE),
    (re.compile(r"(县|区|旗)(人民政府|政府)$"), UnitKind.COUNTY),
    (re.compile(r"(局|委员会|委|厅|中心|院|大队|支队|总队|公司)$"), UnitKind.BUREAU),
)
"""What a unit's name ends with where that says what it is; a 市 may be one of either level."""


def kind_of(name: str) -> UnitKind | None:
    """The kind that a unit's name tells; None where it may be several."""
    return next((kind for pattern, kind in KINDS if pattern.search(name)), None)


def unit_named(name: str, roster: Roster, others: Iterable[str] = ()) -> Unit | None:
    """The roster's unit of a name for certain: by the whole name, else as the only one whose name it ends with.

    `others`: further names for it, such as that of its file.
    """
    for told in (name, *others):
        unit = roster.by_name(told) or roster.unit(told) if told else None
        if unit:
            return unit
    core = GOVERNMENT.sub("", name)
    if not core:
        return None
    fits = [unit for unit in roster.units if _is_same(core, GOVERNMENT.sub("", unit.name))]
    return fits[0] if len(fits) == 1 else None


def _is_same(told: str, known: str) -> bool:
    """Whether one is the other, or that with the places before it that it lies in."""
    if not told or not known:
        return False
    if told == known:
        return True
    longer, shorter = (told, known) if len(told) > len(known) else (known, told)
    return longer.endswith(shorter) and longer[: -len(shorter)][-1] in "省市县区旗州盟"


def made_up(name: str, kind: UnitKind | None) -> Unit:
    """A unit that no roster has; of unknown kind it is held to what holds for all."""
    return Unit("", name, kind or kind_of(name) or UnitKind.PROVINCE)
