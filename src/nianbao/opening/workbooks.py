"""Bytes in, a workbook out, whatever program wrote it; the file's name plays no part."""

from __future__ import annotations

from nianbao.opening.by_heart import PartsByHeart
from nianbao.opening.container import open_container
from nianbao.opening.grid import Limits, Workbook
from nianbao.opening.listings import Listings
from nianbao.opening.ooxml import Parts, read_xlsx

LIMITS = Limits()


class Opener:
    """Opens many workbooks: what it has met before it reads by heart, exactly as the parser would."""

    def __init__(self, limits: Limits = LIMITS) -> None:
        self.limits = limits
        self._parts = PartsByHeart(limits)
        self._listings = Listings()

    def open(self, data: bytes) -> Workbook:
        """The workbook; `UnreadableError` where the bytes are none, are encrypted, damaged, or beyond the limits."""
        return _opened(data, self._parts, self._listings)


def read_workbook(data: bytes, limits: Limits = LIMITS) -> Workbook:
    """One workbook, each part by a real XML parser: the reference for `Opener`, and as quick for a single file."""
    return _opened(data, Parts(limits))


def _opened(data: bytes, parts: Parts, met: Listings | None = None) -> Workbook:
    container = open_container(data, parts.limits, met)
    if container.kind == "xlsx":
        return read_xlsx(container, parts)
    from nianbao.opening.legacy import read_values  # noqa: PLC0415 -- few rounds have an old format

    return read_values(container, parts.limits)
