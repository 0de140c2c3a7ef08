"""The date that a number stands for, and whether its number format makes it one."""

from __future__ import annotations

import re
from datetime import datetime, timedelta

BUILTIN_DATES = frozenset({*range(14, 23), *range(27, 37), *range(45, 48), *range(50, 59)})
BUILTIN_ELAPSED = frozenset({46})
QUIET = re.compile(r'"[^"]*"|\\.|_.|\*.|\[(?!h+\]|m+\]|s+\])[^\]]*\]', re.IGNORECASE)
"""What a format code shows without meaning it: quoted text, escapes, padding, [Red], [$-804], [>=100]."""
DATE_LETTER = re.compile(r"[dmhys]", re.IGNORECASE)
ELAPSED = re.compile(r"\[[hms]+\]", re.IGNORECASE)
EPOCHS = {False: datetime(1899, 12, 30), True: datetime(1904, 1, 1)}  # noqa: DTZ001  # a sheet has no time zone
PHANTOM_DAY = 60  # 29 February 1900 exists in Excel only
LAST_SERIAL = {False: 2958466, True: 2957004}  # 10000-01-01
DAY_SECONDS = 86400


def is_date_format(code: str) -> bool:
    """Whether the first section of a format code shows a date, a time or an elapsed time."""
    return DATE_LETTER.search(QUIET.sub("", code).split(";")[0]) is not None


def is_elapsed_format(code: str) -> bool:
    """Whether a format code shows an elapsed time, such as [h]:mm."""
    return ELAPSED.search(QUIET.sub("", code).split(";")[0]) is not None


def date_text(serial: float, *, epoch_1904: bool, elapsed: bool) -> str | None:
    """`2026-01-05`, `2026-01-05T08:30:00`, `08:30:00` for less than a day, `PT30H15M0S` for an elapsed time.

    None for a number that no date stands for (a spreadsheet shows ####).
    """
    if elapsed and abs(serial) < LAST_SERIAL[False]:
        return elapsed_text(round(serial * DAY_SECONDS))
    if not 0 <= serial < LAST_SERIAL[epoch_1904]:
        return None
    seconds = round(serial * DAY_SECONDS)
    if seconds < DAY_SECONDS:
        return (EPOCHS[False] + timedelta(seconds=seconds)).time().isoformat()
    early = not epoch_1904 and serial < PHANTOM_DAY
    return shown_date(EPOCHS[epoch_1904] + timedelta(days=int(early), seconds=seconds))


def shown_date(moment: datetime) -> str:
    """The ISO date, with the time where it is not midnight."""
    return moment.isoformat().removesuffix("T00:00:00")


def elapsed_text(seconds: int) -> str:
    """`PT30H15M0S`, the ISO duration."""
    minutes, second = divmod(abs(seconds), 60)
    hours, minute = divmod(minutes, 60)
    return f"{'-' if seconds < 0 else ''}PT{hours}H{minute}M{second}S"
