"""The values that calamine finds in a workbook: read in a process of its own, which may fail without harm.

Calamine is native code that trusts what a file declares: a single wrong byte of an .xls can end the process
for want of memory. The parent sends the file, and gets one line of JSON and an exit status.
"""

from __future__ import annotations

import json
import subprocess
import sys
from datetime import date, datetime, time, timedelta
from io import BytesIO
from typing import TYPE_CHECKING

from nianbao.messages import say
from nianbao.opening.grid import Kind, UnreadableError
from nianbao.opening.serials import elapsed_text, shown_date

if TYPE_CHECKING:
    from collections.abc import Iterator

    from python_calamine import CalamineSheet, SheetVisibleEnum

Value = int | float | str | bool | time | date | datetime | timedelta
Found = tuple[str, str, list[list[int]], list[tuple[int, int, str, str]]]
"""Name, visibility, merges, and the cells that show something: row, column, kind, text."""
PATIENCE = 15  # seconds; a form takes a tenth of one
MEMORY = 1_500_000_000
PASSWORD = 3


def find_values(data: bytes) -> list[Found]:
    """The sheets; `UnreadableError` where calamine refuses, fails, or takes too long."""
    command = [
        sys.executable,
        "-P",
        "-m",
        "nianbao.opening.calamine",
    ]  # -P: never a module from the current folder
    try:
        done = subprocess.run(command, input=data, capture_output=True, timeout=PATIENCE, check=False)  # noqa: S603  # no word of it comes from outside
    except subprocess.TimeoutExpired as error:
        raise UnreadableError("too-large", say("文件内容过多，读取超时；请另存为 .xlsx 后再报送")) from error
    if done.returncode == PASSWORD:
        raise UnreadableError("encrypted", say("文件设有打开密码；请取消密码后再报送"))
    if done.returncode:
        raise UnreadableError("unreadable", say("文件已损坏，打不开；请另存为 .xlsx 后再报送"))
    return [tuple(sheet) for sheet in json.loads(done.stdout)]


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
