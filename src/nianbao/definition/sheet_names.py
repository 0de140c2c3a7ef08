"""The names of the sheets that every workbook has besides its tables."""

from __future__ import annotations

COVER, TEXTS, CHECKS, HELP, IDENTITY = "封面", "文字部分", "校验", "填报说明", "_nianbao"
FRAME_SHEETS = (COVER, TEXTS, CHECKS, HELP, IDENTITY)
"""Those of a unit's workbook."""
DETAIL, RETURNED, FINDINGS, CHARTS, SOURCES = "明细", "收表情况", "审核问题", "图表", "来源"
REMARKS = "审核意见"
RESERVED = (*FRAME_SHEETS, DETAIL, RETURNED, FINDINGS, CHARTS, SOURCES, REMARKS)
"""Names that a form's tables may not take."""
