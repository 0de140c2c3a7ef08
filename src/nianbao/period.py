"""The time that a report is about: a year, or a quarter or month of it."""

from __future__ import annotations

import calendar

from nianbao.frozen import frozen
from nianbao.messages import Message, say

PARTS = {"year": 0, "quarter": 4, "month": 12}


@frozen
class Period:
    """`year`, and `part` 1-12 (months) or 1-4 (quarters); 0 for the whole year."""

    year: int
    part: int = 0

    @classmethod
    def of(cls, year: str, part: str) -> Period | None:
        """The period that the two texts name; None where they name none."""
        if not (year.isascii() and year.isdigit() and len(year) == 4):
            return None
        if part and not (part.isascii() and part.isdigit() and len(part) <= 2):
            return None
        return cls(int(year), int(part or 0))

    def before(self, kind: str) -> Period:
        """The one before it: last year, or the month or quarter before."""
        if self.part > 1:
            return Period(self.year, self.part - 1)
        return Period(self.year - 1, PARTS[kind])

    def key(self, kind: str) -> str:
        """`2025`, `2025-03`, `2025Q1`: sorts by time, fits in a file name."""
        if kind == "month":
            return f"{self.year}-{self.part:02}"
        return f"{self.year}Q{self.part}" if kind == "quarter" else str(self.year)

    def fits(self, kind: str) -> bool:
        """Whether the part is one that a form of this kind has."""
        return 1 <= self.part <= PARTS[kind] if PARTS[kind] else self.part == 0

    def label(self, kind: str) -> Message:
        """`2025年`, `2025年3月`, `2025年第1季度`."""
        if kind == "month":
            return say("{year}年{part}月", year=self.year, part=self.part)
        if kind == "quarter":
            return say("{year}年第{part}季度", year=self.year, part=self.part)
        return say("{year}年", year=self.year)

    def span(self, kind: str) -> Message:
        """`2025年1月1日至2025年12月31日`."""
        months = 12 // PARTS[kind] if PARTS[kind] else 12
        last = months * (self.part or 1)
        first = last - months + 1
        day = calendar.monthrange(self.year, last)[1]
        return say(
            "{year}年{first}月1日至{year}年{last}月{day}日", year=self.year, first=first, last=last, day=day
        )
