"""Times as an office in China reads them, whatever zone this computer is in: Beijing time, eight hours before UTC."""

from __future__ import annotations

from datetime import date, datetime, timedelta, timezone

BEIJING = timezone(timedelta(hours=8))
"""China has one zone, and no summer time since 1991."""


def moment(at: str) -> str:
    """`2026-01-05 09:30`, by the clock in Beijing."""
    return datetime.fromisoformat(at).astimezone(BEIJING).strftime("%Y-%m-%d %H:%M")


def day_in_words(time: date) -> str:
    """`2026年1月5日`, as a letter has it; of a moment its day in Beijing."""
    if isinstance(time, datetime):
        time = time.astimezone(BEIJING)
    return f"{time.year}年{time.month}月{time.day}日"


def day(time: datetime) -> str:
    """`2026-01-05`, the day in Beijing."""
    return time.astimezone(BEIJING).strftime("%Y-%m-%d")
