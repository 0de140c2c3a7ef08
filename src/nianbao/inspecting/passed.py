"""Blanks that passed the inspection, kept between runs: the same bytes need no second look.

Kept is a digest of the bytes with a stamp of the program that looked, as a file's name in the user's cache folder,
which can be emptied at any time.
"""

from __future__ import annotations

from contextlib import suppress
from hashlib import sha256
from typing import TYPE_CHECKING

import platformdirs

from nianbao.assets import PACKAGE, program_stamp
from nianbao.problems import OfficeError
from nianbao.writing import save

if TYPE_CHECKING:
    from nianbao.layout.places import Layout

ROOMS = ("inspecting", "workbook", "layout", "opening")
"""What an inspection rests on: who looks, what was to be written, and how bytes are read."""


def refuse_unless_passed(data: bytes, layout: Layout, closed: frozenset[str] = frozenset()) -> None:
    """Raises OfficeError where a blank would not work as it should; one that passed before is taken as it is."""
    stamp = program_stamp(*(PACKAGE / room for room in ROOMS))
    said = f"{stamp}\n{layout.template_version}\n{sorted(closed)}\n".encode()
    folder = platformdirs.user_cache_path("nianbao", appauthor=False) / "inspected"
    mark = folder / sha256(said + data).hexdigest()[:40]
    if mark.is_file():
        return
    from nianbao.inspecting.inspection import refuse_faulty  # noqa: PLC0415 -- most blanks have passed before

    refuse_faulty(data, layout, closed)
    with suppress(OSError, OfficeError):  # it is as good where that cannot be kept
        save(mark, b"passed\n")
