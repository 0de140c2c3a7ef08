"""Whether a formula computes what is expected in its cell, however it is written."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING

from nianbao.definition.form import AMOUNT_DECIMALS
from nianbao.returned.meaning import as_it_stands, meaning_of

if TYPE_CHECKING:
    from nianbao.returned.meaning import Home


@lru_cache(maxsize=1024)
def same(formula: str, expected: str, own: str) -> bool:
    """Whether a formula on the sheet `own` computes what is expected there; both begin with `=`."""
    return same_moved(formula, expected, own)


def same_moved(formula: str, expected: str, own: str, home: Home = as_it_stands) -> bool:
    """The same where cells were moved: `home` gives the place that a cell named in `formula` had.

    What is expected may be wrapped, to show nothing before anything is typed, and rounded to what an amount has: the
    bare sum computes the same.
    """
    if formula == expected and home is as_it_stands:
        return True
    meaning = meaning_of(formula, own, home)
    return meaning is not None and meaning in _accepted(expected, own)


@lru_cache(maxsize=256)
def _accepted(expected: str, own: str) -> frozenset[str]:
    """The meanings of what is expected, with its wrapping and without."""
    found = {meaning_of(expected, own)}
    wrapped = re.fullmatch(r'=IF\((.*),"",(.*)\)', expected)
    if wrapped:
        bare = wrapped[2]
        found.add(meaning_of(f"={bare}", own))
        rounded = re.fullmatch(rf"ROUND\((.*),{AMOUNT_DECIMALS}\)", bare)
        found |= {meaning_of(f"={rounded[1]}", own)} if rounded else set()
    return frozenset(meaning for meaning in found if meaning is not None)
