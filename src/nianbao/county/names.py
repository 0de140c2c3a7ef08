"""A name for the sheet of each unit: the unit's own, as far as a workbook lets it stand."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nianbao.definition.sheet_names import LONGEST, TAKEN_BY_EXCEL, UNFIT, sheet_key

if TYPE_CHECKING:
    from collections.abc import Iterable


def sheet_names(names: Iterable[str], taken: Iterable[str]) -> tuple[str, ...]:
    """A sheet name for each of `names`: at most 31 characters, none like another or like one already taken.

    Names alike but for case or width count as the same.
    """
    used = {sheet_key(name) for name in (*taken, *TAKEN_BY_EXCEL)}
    chosen = []
    for name in names:
        chosen.append(_free(UNFIT.sub("_", name).strip() or "单位", used))
        used.add(sheet_key(chosen[-1]))
    return tuple(chosen)


def _free(name: str, used: set[str]) -> str:
    """The name, cut, and numbered where it is in use."""
    candidate, number = _cut(name, LONGEST), 1
    while sheet_key(candidate) in used:
        number += 1
        ending = f"({number})"
        candidate = _cut(name, LONGEST - len(ending)) + ending
    return candidate


def _cut(name: str, units: int) -> str:
    """As much of the name as fits."""
    return name.encode("utf-16-le")[: 2 * units].decode("utf-16-le", "ignore").rstrip()
