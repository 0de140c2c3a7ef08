"""What the copies are called: by unit where it is known, never so that a file leaves its folder."""

from __future__ import annotations

import unicodedata
from typing import TYPE_CHECKING

from nianbao.definition.sheet_names import REMARKS
from nianbao.roster.units import LONGEST_CODE

if TYPE_CHECKING:
    from collections.abc import Iterable

    from nianbao.returned.returns import Checked

LONGEST_NAME = 180
"""In bytes, of which a name may have 255: the ending, a number and the temporary file's affixes have to fit."""
FORBIDDEN = frozenset('/\\:*?"<>|')


def copy_names(files: Iterable[Checked]) -> dict[str, str]:
    """A name for each file's copy by the file's path: `101_东河镇_审核意见.xlsx`, the unit's next one with `_2`."""
    taken: set[str] = set()
    names = {}
    for checked in files:
        stem, number = _stem(checked), 1
        name = f"{stem}.xlsx"
        while name.casefold() in taken:
            number += 1
            name = f"{stem}_{number}.xlsx"
        taken.add(name.casefold())
        names[checked.path] = name
    return names


def _stem(checked: Checked) -> str:
    """By code and name of the unit; of a file whose sender is not known by its own name."""
    parts = [_plain(checked.unit_code)[:LONGEST_CODE], _plain(checked.unit_name)]
    file = checked.path.rpartition("/")[2]
    named = "_".join(filter(None, parts)) or _plain(file.rpartition(".")[0] or file) or "_"
    return f"{named.encode()[:LONGEST_NAME].decode(errors='ignore')}_{REMARKS}"


def _plain(text: str) -> str:
    """The text without what cannot stand in a file's name, or cannot be seen there; it begins with no dot."""
    shown = (
        c if c.isprintable() and c not in FORBIDDEN else "_"
        for c in unicodedata.normalize("NFC", text[:LONGEST_NAME])
    )
    return "".join(shown).strip().lstrip(".~$ ").rstrip(". ")
