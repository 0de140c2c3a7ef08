"""The findings as a list in a workbook: one row each, to be filtered, sorted, printed and sent on."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nianbao.messages import catalogue, mark
from nianbao.reports.lists import RED, WHITE, YELLOW, Heading, Listed, ListRow, list_workbook
from nianbao.returned.findings import Severity
from nianbao.returned.table import columns_used, finding_entries

if TYPE_CHECKING:
    from collections.abc import Sequence

    from nianbao.returned.returns import Checked
    from nianbao.roster.units import Unit

_FILLS = {Severity.ERROR: RED, Severity.WARNING: YELLOW, Severity.NOTICE: WHITE}


def findings_workbook(files: Sequence[Checked], missing: Sequence[Unit], *, language: str = "zh") -> bytes:
    """The workbook. The same findings give the same bytes."""
    words = catalogue(language).gettext
    entries = list(finding_entries(files, missing))
    columns = columns_used(entries)
    headings = [Heading(words(column.heading), column.width) for column in columns]
    rows = (ListRow(entry.texts(columns, language), _FILLS[entry.finding.severity]) for entry in entries)
    return list_workbook(Listed(words(mark("审核问题")), headings, rows))
