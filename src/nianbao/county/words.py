"""The Chinese words of a county workbook for what files and findings are."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nianbao.layout.tables import text_width

if TYPE_CHECKING:
    from collections.abc import Sequence

    from nianbao.roster.units import Unit

NAMES_WIDTH = 44
"""Room for the names of missing units in a banner, in characters."""


def coverage(counted: int, missing: Sequence[Unit]) -> str:
    """What the workbook covers: `汇总 14 个单位`, or that it is incomplete and who lacks."""
    if not missing:
        return f"汇总 {counted} 个单位"
    return f"不完整：缺 {len(missing)} 个单位（{_named(missing)}）"


def _named(units: Sequence[Unit]) -> str:
    """As many names as fit a line; at least one."""
    named = units[0].name
    for number, unit in enumerate(units[1:], start=1):
        longer = f"{named}、{unit.name}"
        if text_width(longer) > NAMES_WIDTH:
            return named + "…" if number < len(units) else named
        named = longer
    return named
