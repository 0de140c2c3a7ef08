"""Our reader against openpyxl, and the fast one against the reference: `python -m bench.exactness FOLDER... [-n N]`.

Every file is read by our reader and by the reference reader, which must agree in everything; the first N of each
folder also by openpyxl, which must agree on value, formula and lock of every cell, on names, states, protection.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import openpyxl
from openpyxl.cell import MergedCell
from openpyxl.worksheet.formula import ArrayFormula

from bench.ours import LIMITS, reference_reader
from nianbao.opening.grid import Cell, Kind, Sheet, Workbook
from nianbao.opening.workbooks import Opener

if TYPE_CHECKING:
    from collections.abc import Iterator

SHOWN = 10
Place = tuple[int, int]


def main(folders: list[Path], most: int) -> int:
    """1 where a file is read differently."""
    found = [line for folder in folders for line in differing(folder, most)]
    print(*found[:SHOWN], f"{len(found)} differences", sep="\n")
    return int(bool(found))


def differing(folder: Path, most: int) -> Iterator[str]:
    """What our reader reads differently in the folder's files, in one process as a round is read."""
    paths = sorted(folder.glob("*.xlsx"))
    assert paths, f"no files in {folder}"
    opener = Opener(LIMITS)
    for number, path in enumerate(paths):
        book = opener.open(path.read_bytes())
        lines = [*unlike_reference(book, path), *(unlike_openpyxl(book, path) if number < most else ())]
        yield from (f"{folder.name}/{path.name}: {line}" for line in lines)


def unlike_reference(book: Workbook, path: Path) -> Iterator[str]:
    """Differences from the reference reader."""
    other = reference_reader(path.read_bytes())
    if _outline(book) != _outline(other):
        yield "sheets, names or settings differ from the reference reader's"
    for mine, its in zip(book.sheets, other.sheets, strict=False):
        places = mine.cells.keys() | its.cells.keys()
        unequal = sorted(at for at in places if mine.cells.get(at) != its.cells.get(at))
        for at in unequal:
            yield f"{mine.name} {at}: {mine.cells.get(at)} instead of {its.cells.get(at)}"


def _outline(book: Workbook) -> tuple[object, ...]:
    sheets = [
        (s.name, s.visibility, sorted(s.merges), s.protected, set(s.hidden_rows), set(s.hidden_columns))
        for s in book.sheets
    ]
    return (sheets, dict(book.names), book.structure_locked, book.active, book.format, book.sees_formulas)


def unlike_openpyxl(book: Workbook, path: Path) -> Iterator[str]:
    """Differences from openpyxl's two loads."""
    values, formulas = openpyxl.load_workbook(path, data_only=True), openpyxl.load_workbook(path)
    if [sheet.name for sheet in book.sheets] != formulas.sheetnames:
        yield f"sheets {[sheet.name for sheet in book.sheets]} instead of {formulas.sheetnames}"
        return
    for sheet in book.sheets:
        yield from (
            f"{sheet.name}: {line}" for line in _sheet(sheet, values[sheet.name], formulas[sheet.name])
        )


def _sheet(sheet: Sheet, values: Any, formulas: Any) -> Iterator[str]:
    """One sheet's differences."""
    merges = sorted(
        (m.min_row - 1, m.min_col - 1, m.max_row - 1, m.max_col - 1) for m in formulas.merged_cells.ranges
    )
    mine = (sheet.visibility, sheet.protected, sorted(sheet.merges))
    its = (formulas.sheet_state, bool(formulas.protection.sheet), merges)
    if mine != its:
        yield f"{mine} instead of {its}"
    known: dict[Place, Any] = {(c.row - 1, c.column - 1): c for row in formulas.iter_rows() for c in row}
    for at in sorted(sheet.cells.keys() - known.keys()):
        yield f"{at}: a cell that openpyxl has not"
    for at, other in known.items():
        if not isinstance(other, MergedCell):
            cell = sheet.cells.get(at) or Cell(*at, Kind.EMPTY, "", None, other.protection.locked)
            yield from _cell(cell, values.cell(at[0] + 1, at[1] + 1).value, other)


def _cell(cell: Cell, value: Any, other: Any) -> Iterator[str]:
    """One cell's differences: value as shown, formula, lock."""
    formula = _formula(other)
    if cell.formula != formula:
        yield f"{other.coordinate}: formula {cell.formula} instead of {formula}"
    if cell.locked != other.protection.locked:
        yield f"{other.coordinate}: locked {cell.locked}"
    if not _shows(cell, value):
        yield f"{other.coordinate}: {cell.kind} {cell.text!r} instead of {value!r}"


def _formula(other: Any) -> str | None:
    if other.data_type != "f":
        return None
    text = other.value.text if isinstance(other.value, ArrayFormula) else other.value
    return str(text) if str(text).startswith("=") else f"={text}"


def _shows(cell: Cell, value: Any) -> bool:
    """Whether the cell shows the value."""
    if value is None or value == "":
        return cell.text == ""
    if isinstance(value, bool):
        return (cell.kind, cell.text) == (Kind.BOOLEAN, str(value).upper())
    if isinstance(value, int | float):
        return cell.kind is Kind.NUMBER and float(cell.text) == value
    if isinstance(value, str):
        return cell.kind in {Kind.TEXT, Kind.ERROR} and cell.text == value
    return cell.kind is Kind.DATE and value.isoformat().startswith(cell.text)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("folders", type=Path, nargs="+")
    parser.add_argument(
        "-n", "--most", type=int, default=10_000, help="files of each folder shown to openpyxl"
    )
    given = parser.parse_args()
    sys.exit(main(given.folders, given.most))
