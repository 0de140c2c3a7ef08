"""The sheets that the office put into a workbook with its remarks: known by a seal, never by their name alone.

What somebody typed there breaks the seal; then the sheet is one of the unit's own, to be reported like any other.
"""

from __future__ import annotations

import hashlib
import hmac
from typing import TYPE_CHECKING

from nianbao.definition.sheet_names import REMARKS
from nianbao.opening.grid import Kind
from nianbao.opening.numbers import stored_number
from nianbao.returned.placing import plain

if TYPE_CHECKING:
    from collections.abc import Mapping

    from nianbao.opening.grid import Cell, Workbook

    Cells = Mapping[tuple[int, int], Cell]

LINK_COLUMN, REMARK_COLUMN, SEAL_COLUMN = 2, 7, 10
"""On 审核意见, from 0: where a place (or the name of a sheet that is attached) stands, what is said of it, and the
seals: of the sheet itself in its first row, of each attached sheet beside its name."""
SEAL = "nianbao:"
SEALED_AT = (0, SEAL_COLUMN)


def own_sheets(workbook: Workbook, key: bytes | None) -> frozenset[str]:
    """The names of the sheets that are the office's: 审核意见 and what is attached to it, all as they were written.

    `key` is the round's. Outside a round (None) a seal cannot be judged, as a signature cannot: there only the
    attached sheets are held against theirs.
    """
    sheet = workbook.sheet(REMARKS)
    if sheet is None or not _is_sealed(sheet.cells, key):
        return frozenset()
    attached = ((workbook.sheet(name), its_seal) for name, its_seal in _attached(sheet.cells).items())
    intact = {own.name for own, its_seal in attached if own and digest(own.cells) == its_seal}
    return frozenset({REMARKS, *intact})


def seal(cells: Cells, key: bytes | None) -> str:
    """What stands in the sheet's sealed cell: a keyed digest of all others."""
    others = {at: cell for at, cell in cells.items() if at != SEALED_AT}
    return SEAL + hmac.new(key or b"", _spelled(others).encode(), hashlib.sha256).hexdigest()


def digest(cells: Cells) -> str:
    """What a sheet's contents are, in short; the same whatever program saved it."""
    return SEAL + hashlib.sha256(_spelled(cells).encode()).hexdigest()


def _is_sealed(cells: Cells, key: bytes | None) -> bool:
    """Whether the sheet has a seal that fits it."""
    stamp = cells.get(SEALED_AT)
    if stamp is None or not stamp.text.startswith(SEAL) or any(cell.formula for cell in cells.values()):
        return False
    return key is None or hmac.compare_digest(seal(cells, key).encode(), stamp.text.strip().encode())


def _attached(cells: Cells) -> dict[str, str]:
    """The seals of attached sheets by the sheet's name."""
    return {
        cells[row, LINK_COLUMN].text: cell.text.strip()
        for (row, column), cell in cells.items()
        if column == SEAL_COLUMN and row and (row, LINK_COLUMN) in cells
    }


def _spelled(cells: Cells) -> str:
    """Every cell that shows something, with its length, so that none can run into another."""
    shown = ((at, _value(cell)) for at, cell in sorted(cells.items()))
    return "".join(f"{row},{column}:{len(text)}:{text};" for (row, column), text in shown if text)


def _value(cell: Cell) -> str:
    """A number by its value; words as they are compared, without spaces and line ends, which programs change."""
    return repr(stored_number(cell.text)) if cell.kind is Kind.NUMBER else plain(cell.text)
