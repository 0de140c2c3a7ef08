"""The names of the sheets: those that every workbook has besides its tables, and what Excel takes for a name."""

from __future__ import annotations

import re
import unicodedata

COVER, TEXTS, CHECKS, HELP, IDENTITY = "封面", "文字部分", "校验", "填报说明", "_nianbao"
FRAME_SHEETS = (COVER, TEXTS, CHECKS, HELP, IDENTITY)
"""Those of a unit's workbook."""
DETAIL, RETURNED, FINDINGS, CHARTS, SOURCES = "明细", "收表情况", "审核问题", "图表", "来源"
REMARKS = "审核意见"
LAST_YEAR, LAST_PERIOD = "上年对照", "上期对照"
"""The sheet with the figures of the period before, of a yearly form and of others."""
RESERVED = (*FRAME_SHEETS, DETAIL, RETURNED, FINDINGS, CHARTS, SOURCES, REMARKS, LAST_YEAR, LAST_PERIOD)
"""Names that a form's tables may not take."""
TAKEN_BY_EXCEL = ("History",)
LONGEST = 31
"""Excel's limit, in its own count."""
UNFIT = re.compile(r"[\[\]:*?/\\'\x00-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")
"""What Excel refuses; apostrophes too, so that no reference has to double them."""


def excel_length(text: str) -> int:
    """How many characters Excel counts: UTF-16 units, of which one outside the basic plane takes two."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def sheet_key(name: str) -> str:
    """What two names have in common that a program may hold to be the same: alike but for case or width."""
    return unicodedata.normalize("NFKC", name).casefold()
