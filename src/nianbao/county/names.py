"""A name for the sheet of each unit: the unit's own, as far as a workbook lets it stand."""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

LONGEST = 31
"""Excel's limit, in UTF-16 units: a character outside the basic plane takes two."""
TAKEN_BY_EXCEL = ("History",)
_UNFIT = re.compile(r"[\[\]:*?/\\'\x00-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")
"""What Excel refuses; apostrophes too, so that no reference has to double them."""


def sheet_names(names: Iterable[str], taken: Iterable[str]) -> tuple[str, ...]:
    """A sheet name for each of `names`: at most 31 characters, none like another or like one already taken.

    Names alike but for case or width count as the same.
    """
    used = {_key(name) for name in (*taken, *TAKEN_BY_EXCEL)}
    chosen = []
    for name in names:
        chosen.append(_free(_UNFIT.sub("_", name).strip() or "单位", used))
        used.add(_key(chosen[-1]))
    return tuple(chosen)


def _free(name: str, used: set[str]) -> str:
    """The name, cut, and numbered where it is in use."""
    candidate, number = _cut(name, LONGEST), 1
    while _key(candidate) in used:
        number += 1
        ending = f"({number})"
        candidate = _cut(name, LONGEST - len(ending)) + ending
    return candidate


def _cut(name: str, units: int) -> str:
    """As much of the name as fits."""
    return name.encode("utf-16-le")[: 2 * units].decode("utf-16-le", "ignore").rstrip()


def _key(name: str) -> str:
    """What two names have in common that a program may hold to be the same."""
    return unicodedata.normalize("NFKC", name).casefold()
