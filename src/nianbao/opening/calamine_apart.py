"""The child process that calamine runs in: a file from standard input, one line of JSON to standard output.

Its start is most of what an old file costs, so it imports next to nothing.
"""

from __future__ import annotations

import json
import sys
from datetime import date, datetime, time, timedelta
from io import BytesIO
from typing import TYPE_CHECKING

from nianbao.opening.grid import Kind
from nianbao.opening.serials import elapsed_text, shown_date

if TYPE_CHECKING:
    from collections.abc import Iterator

    from python_calamine import CalamineSheet, SheetVisibleEnum

Value = int | float | str | bool | time | date | datetime | timedelta
Found = tuple[str, str, list[list[int]], list[tuple[int, int, str, str]]]
"""Name, visibility, merges, and the cells that show something: row, column, kind, text."""
MEMORY = 1_000_000_000
LONGEST_TEXT, MOST_CHARACTERS = 32_767, 20_000_000
"""What a cell can hold, as in an .xlsx file, and all cells of a file together."""
PASSWORD, TOO_LARGE = 3, 4


def main() -> int:
    """The child's side: the file from standard input, the sheets to standard output."""
    from python_calamine import PasswordError, load_workbook  # noqa: PLC0415  # the parent does without

    _limit_memory()
    try:
        book = load_workbook(BytesIO(sys.stdin.buffer.read()))
        found = [
            _found(book.get_sheet_by_index(index), sheet.visible)
            for index, sheet in enumerate(book.sheets_metadata)
        ]
    except PasswordError:
        return PASSWORD
    lengths = [len(text) for *_, cells in found for *_, text in cells]
    if max(lengths, default=0) > LONGEST_TEXT or sum(lengths) > MOST_CHARACTERS:
        return TOO_LARGE
    sys.stdout.write(json.dumps(found))
    return 0


def _limit_memory() -> None:
    if sys.platform != "win32":
        import resource  # noqa: PLC0415  # Windows has none

        resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))


def _found(sheet: CalamineSheet, visible: SheetVisibleEnum) -> Found:
    merges = [[*first, *last] for first, last in sheet.merged_cell_ranges or ()]
    visibility = {"Visible": "visible", "Hidden": "hidden"}.get(str(visible).rpartition(".")[2], "veryHidden")
    return sheet.name, visibility, merges, list(_cells(sheet))


def _cells(sheet: CalamineSheet) -> Iterator[tuple[int, int, str, str]]:
    for row, values in enumerate(sheet.to_python(skip_empty_area=False)):
        for column, value in enumerate(values):
            if value != "":
                yield row, column, *_shown(value)


def _shown(value: Value) -> tuple[Kind, str]:
    if isinstance(value, str):
        return Kind.TEXT, value
    if isinstance(value, bool):
        return Kind.BOOLEAN, str(value).upper()
    if isinstance(value, datetime):
        return Kind.DATE, shown_date(value)
    if isinstance(value, timedelta):
        return Kind.DATE, elapsed_text(round(value.total_seconds()))
    if isinstance(value, date | time):
        return Kind.DATE, value.isoformat()
    return Kind.NUMBER, repr(value).removesuffix(".0")


if __name__ == "__main__":
    sys.exit(main())
