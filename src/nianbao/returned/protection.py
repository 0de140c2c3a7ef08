"""What was changed on a workbook as a whole: protection taken off, sheets that the form does not have."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from nianbao.returned.findings import found
from nianbao.returned.remarks import own_sheets

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence

    from nianbao.opening.grid import Sheet, Workbook
    from nianbao.returned.findings import Finding

LOSES_STRUCTURE = "Calc"
"""How LibreOffice names itself: it drops the protection of the workbook's structure whenever it saves."""


def removed_protection(workbook: Workbook, ours: Sequence[Sheet]) -> Iterator[Finding]:
    """The complaints about the form's sheets that are not protected, and about the workbook's structure."""
    if not workbook.sees_formulas:
        return
    if not workbook.structure_locked and workbook.writer != LOSES_STRUCTURE:
        yield found("protection-removed:structure")
    open_sheets = [sheet.name for sheet in ours if not sheet.protected]
    if len(open_sheets) == 1:
        yield replace(found("protection-removed"), sheet=open_sheets[0])
    elif open_sheets:
        yield found("protection-removed:sheets", found="、".join(open_sheets))


def foreign_sheets(workbook: Workbook, ours: Collection[int], key: bytes | None) -> Iterator[Finding]:
    """A complaint for each sheet that is neither the form's (`ours`: the `id` of each) nor of the office's remarks."""
    if len(workbook.sheets) == len(ours):
        return
    remarks = own_sheets(workbook, key)
    for sheet in workbook.sheets:
        if id(sheet) not in ours and sheet.name not in remarks:
            hidden = sheet.visibility != "visible"
            finding = found("foreign-sheet:hidden" if hidden else "foreign-sheet", found=sheet.name)
            yield replace(finding, sheet=sheet.name)
