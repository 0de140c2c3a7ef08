"""Times as an office in China reads them, whatever zone this computer is in: Beijing time, eight hours before UTC."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone

BEIJING = timezone(timedelta(hours=8))
"""China has one zone, and no summer time since 1991."""


def day(time: datetime) -> str:
    """`2026-01-05`, the day in Beijing."""
    return time.astimezone(BEIJING).strftime("%Y-%m-%d")
