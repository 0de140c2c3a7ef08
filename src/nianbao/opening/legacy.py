"""The values of .xls, .xlsb and .ods files, read by calamine within limits; formulas and locks stay unseen.

Calamine shows an error value as empty text: those come from the survey that precedes it.
"""

from __future__ import annotations

from io import BytesIO
from typing import TYPE_CHECKING
from zipfile import ZipFile

from nianbao.messages import say
from nianbao.opening.biff import survey_xls
from nianbao.opening.calamine import find_values
from nianbao.opening.grid import Cell, Kind, Limits, Sheet, UnreadableError, Workbook
from nianbao.opening.ods import survey_ods
from nianbao.opening.survey import Survey, check_room
from nianbao.opening.xlsb import survey_xlsb

if TYPE_CHECKING:
    from nianbao.opening.calamine_apart import Found
    from nianbao.opening.container import Container

KEPT = (".xml", ".bin", ".rels", "mimetype")
"""What calamine reads of a packed file: no pictures."""


def read_values(container: Container, limits: Limits) -> Workbook:
    """The workbook as far as values tell: every cell that shows something, without formula, counted as locked."""
    surveys, active = _survey(container, limits)
    check_room(surveys, limits)
    found = find_values(_safe_bytes(container))
    if len(found) != len(surveys):
        raise UnreadableError("unreadable", say("文件已损坏，打不开；请另存为 .xlsx 后再报送"))
    sheets = (_sheet(sheet, survey) for sheet, survey in zip(found, surveys, strict=True))
    return Workbook(sheets=tuple(sheets), active=active, format=container.kind, sees_formulas=False)


def _survey(container: Container, limits: Limits) -> tuple[list[Survey], tuple[str, ...]]:
    if container.kind == "xls":
        return survey_xls(container.data)
    return survey_xlsb(container, limits) if container.kind == "xlsb" else survey_ods(container, limits)


def _safe_bytes(container: Container) -> bytes:
    """The file for calamine, which inflates without limit: packed anew from parts that kept within theirs."""
    if container.kind == "xls":
        return container.data
    packed = BytesIO()
    with ZipFile(packed, "w") as archive:
        for name in container.names:
            if name.endswith(KEPT):
                archive.writestr(name, container.read(name))
    return packed.getvalue()


def _sheet(found: Found, survey: Survey) -> Sheet:
    name, visibility, merges, shown = found
    cells = {(row, column): Cell(row, column, Kind(kind), text) for row, column, kind, text in shown}
    for at, error in survey.errors.items():
        cells[at] = Cell(*at, kind=Kind.ERROR, text=error)
    return Sheet(
        name=name,
        cells=dict(sorted(cells.items())),
        visibility=visibility,
        merges=tuple((a, b, c, d) for a, b, c, d in merges),
    )
