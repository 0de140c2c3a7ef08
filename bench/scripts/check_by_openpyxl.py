"""Returns checked with openpyxl, as an office's script would: `check_by_openpyxl.py BLANK FOLDER [COUNT]`.

The same checks as ours: identity, sheets, protection, labels, formulas, locks, types, blanks, totals, rules.
"""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import openpyxl
from openpyxl.cell import MergedCell
from openpyxl.utils import column_index_from_string

if TYPE_CHECKING:
    from collections.abc import Iterator

    from openpyxl.workbook import Workbook

COVER, OPEN_T, REQUESTS, CASES, HIDDEN = "封面", "二、主动公开", "三、依申请公开", "四、复议诉讼", "_nianbao"
DECLARATION = "B11"
UNIT_CELLS = {f"B{row}" for row in range(3, 8)}
UNIT_LINE = "填报单位："
APPLICANTS = "DEFGHI"
NORMS, RULES = "BCD", ("B5", "C5", "D5")
GROUPS = ("ABCDE", "FGHIJ", "KLMNO")


def main(blank: Path, folder: Path, count: int | None) -> None:
    """Every complaint printed, and what the loop took."""
    template = openpyxl.load_workbook(blank)
    wall, processor = time.perf_counter(), time.process_time()
    paths = sorted(folder.glob("*.xlsx"))[:count]
    found = 0
    for path in paths:
        for complaint in check(path, template):
            print(path.name, complaint)
            found += 1
    wall, processor = time.perf_counter() - wall, time.process_time() - processor
    print(json.dumps({"files": len(paths), "found": found, "wall": wall, "processor": processor}))


def check(path: Path, template: Workbook) -> Iterator[str]:
    """What is wrong with one file."""
    values = openpyxl.load_workbook(path, data_only=True)
    formulas = openpyxl.load_workbook(path)
    yield from check_identity(values, template)
    for sheet in template:
        if sheet.title not in formulas.sheetnames:
            yield f"no sheet {sheet.title}"
            return
        if sheet.title != HIDDEN:
            yield from check_sheet(sheet, formulas[sheet.title])
    yield from check_figures(values, template)
    yield from check_requests(values[REQUESTS])
    yield from check_cases(values[CASES])
    yield from check_documents(values[OPEN_T])


def check_identity(values: Workbook, template: Workbook) -> Iterator[str]:
    """Form, edition, year and round are those of the blank."""
    for row in (1, 2, 3, 5):
        expected, found = template[HIDDEN].cell(row, 2).value, values[HIDDEN].cell(row, 2).value
        if expected != found:
            yield f"{found} instead of {expected}"


def check_sheet(expected: Any, found: Any) -> Iterator[str]:
    """Labels, formulas and locks are as they went out."""
    if expected.protection.sheet != found.protection.sheet:
        yield f"{found.title} is not protected"
    for row in expected.iter_rows():
        for cell in row:
            other = found[cell.coordinate]
            if cell.protection.locked != other.protection.locked:
                yield f"{found.title} {cell.coordinate} is unlocked"
            own = (expected.title == COVER and cell.coordinate in UNIT_CELLS) or UNIT_LINE in str(cell.value)
            if cell.protection.locked and not own and cell.value != other.value:
                yield f"{found.title} {cell.coordinate}: {other.value} instead of {cell.value}"


def check_figures(values: Workbook, template: Workbook) -> Iterator[str]:
    """Every input is a number, whole but for the amount, not negative, and not blank unless declared."""
    declared = values[COVER][DECLARATION].value == "是"
    for name in (OPEN_T, REQUESTS, CASES):
        for row in template[name].iter_rows():
            for cell in row:
                if not cell.protection.locked and not isinstance(cell, MergedCell):
                    yield from check_input(name, values[name][cell.coordinate], declared=declared)


def check_input(name: str, cell: Any, *, declared: bool) -> Iterator[str]:
    """One cell."""
    amount = (name, cell.coordinate) == (OPEN_T, "B16")
    if cell.value is None:
        if not declared:
            yield f"{name} {cell.coordinate} is blank"
    elif not isinstance(cell.value, int | float) or isinstance(cell.value, bool):
        yield f"{name} {cell.coordinate} is no number: {cell.value}"
    elif cell.value < 0 or (not amount and cell.value != int(cell.value)):
        yield f"{name} {cell.coordinate}: {cell.value}"


def check_requests(sheet: Any) -> Iterator[str]:
    """Totals recomputed; what came in was dealt with or is carried out."""
    figures = {
        column: [number(sheet[f"{column}{row}"].value) for row in range(6, 31)] for column in APPLICANTS
    }
    for column, rows in figures.items():
        rows[23] = sum(rows[2:23])
        if rows[0] + rows[1] != rows[23] + rows[24]:
            yield f"{column}: {rows[0]} + {rows[1]} is not {rows[23]} + {rows[24]}"
    for index in range(25):
        shown = sheet.cell(6 + index, column_index_from_string("J")).value
        total = sum(rows[index] for rows in figures.values())
        if shown not in {None, "", total}:
            yield f"J{6 + index}: {shown} instead of {total}"
    totals = [sum(rows[index] for rows in figures.values()) for index in (0, 1, 23, 24)]
    if totals[0] + totals[1] != totals[2] + totals[3]:
        yield "the totals do not balance"


def check_cases(sheet: Any) -> Iterator[str]:
    """Each group's total."""
    for group in GROUPS:
        *inputs, last = (sheet[f"{column}6"].value for column in group)
        if last not in {None, "", sum(map(number, inputs))}:
            yield f"{group[-1]}6: {last}"


def check_documents(sheet: Any) -> Iterator[str]:
    """Below a city there are no rules; what was issued is in force."""
    if any(number(sheet[cell].value) for cell in RULES):
        yield "rules without the power"
    issued, repealed, in_force = (number(sheet[f"{column}6"].value) for column in NORMS)
    if not repealed and in_force < issued:
        yield f"D6: {in_force} in force, {issued} issued"


def number(value: Any) -> float:
    """A blank is 0."""
    return value if isinstance(value, int | float) else 0


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]), int(sys.argv[3]) if len(sys.argv) > 3 else None)
