"""Bytes in, a workbook out, whatever program wrote it; the file's name plays no part."""

from __future__ import annotations

from nianbao.opening.container import open_container
from nianbao.opening.grid import Limits, Workbook
from nianbao.opening.legacy import read_values
from nianbao.opening.ooxml import read_xlsx

LIMITS = Limits()


def read_workbook(data: bytes, limits: Limits = LIMITS) -> Workbook:
    """The workbook; `UnreadableError` where the bytes are none, are encrypted, damaged, or beyond the limits."""
    container = open_container(data, limits)
    return read_xlsx(container, limits) if container.kind == "xlsx" else read_values(container, limits)
