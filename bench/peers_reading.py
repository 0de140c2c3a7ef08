"""Reading as people do it today. Each looks at every cell of every sheet, and sums the numbers of table 二."""

from __future__ import annotations

import struct
import zlib
from typing import TYPE_CHECKING, Any

from bench.job import Job, Run, is_number, reading, total

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

TABLE = "二、主动公开"
END, ENTRY, LOCAL_NAME = b"PK\x05\x06", struct.Struct("<4s6H3L5H2L"), 26


def openpyxl_twice(job: Job) -> Run:
    """`read:openpyxl`: a load for the values, a load for formulas and locks."""
    import openpyxl  # noqa: PLC0415 -- each pass pays for its own imports, before the clock starts

    def read(path: Path) -> float:
        values = openpyxl.load_workbook(path, data_only=True)
        formulas = openpyxl.load_workbook(path)
        for sheet in formulas:
            for row in sheet.iter_rows():
                for cell in row:
                    _ = (cell.value, cell.protection.locked)
            _ = (sheet.protection.sheet, sheet.sheet_state)
        return _table(
            (cell.value for row in sheet.iter_rows() for cell in row) for sheet in values if _is(sheet)
        )

    return reading(job, read)


def openpyxl_once(job: Job) -> Run:
    """`read:openpyxl-values`: the values only."""
    import openpyxl  # noqa: PLC0415

    def read(path: Path) -> float:
        book = openpyxl.load_workbook(path, data_only=True)
        return _table(
            (cell.value for row in sheet.iter_rows() for cell in row) for sheet in book if _is(sheet)
        )

    return reading(job, read)


def pandas_openpyxl(job: Job) -> Run:
    """`read:pandas-openpyxl`: every sheet as a frame."""
    return _pandas(job, "openpyxl")


def pandas_calamine(job: Job) -> Run:
    """`read:pandas-calamine`."""
    return _pandas(job, "calamine")


def _pandas(job: Job, engine: Any) -> Run:
    import pandas as pd  # noqa: PLC0415

    def read(path: Path) -> float:
        frames = pd.read_excel(path, sheet_name=None, header=None, engine=engine)
        return _table([frames[TABLE].to_numpy().ravel()]) if TABLE in frames else 0.0

    return reading(job, read)


def calamine(job: Job) -> Run:
    """`read:calamine`: python-calamine alone, values only."""
    import python_calamine  # noqa: PLC0415

    def read(path: Path) -> float:
        book = python_calamine.CalamineWorkbook.from_path(path)
        rows = {
            name: book.get_sheet_by_name(name).to_python(skip_empty_area=False) for name in book.sheet_names
        }
        return _table(rows.get(TABLE, []))

    return reading(job, read)


def inflating(job: Job) -> Run:
    """`read:inflate`: the floor, every member's bytes inflated and nothing looked at."""
    return reading(job, lambda path: float(bool(inflated(path.read_bytes()))))


def inflated(data: bytes) -> int:
    """How many bytes come out; by the central directory, as little work as can be."""
    end = data.rfind(END)
    count, at = (
        int.from_bytes(data[end + 10 : end + 12], "little"),
        int.from_bytes(data[end + 16 : end + 20], "little"),
    )
    size = 0
    for _ in range(count):
        entry = ENTRY.unpack_from(data, at)
        start = entry[16] + 30 + sum(struct.unpack_from("<2H", data, entry[16] + LOCAL_NAME))
        content = data[start : start + entry[8]]
        size += len(zlib.decompress(content, -15) if entry[4] else content)
        at += ENTRY.size + entry[10] + entry[11] + entry[12]
    return size


def _is(sheet: Any) -> bool:
    return bool(sheet.title == TABLE)


def _table(rows: Iterable[Iterable[Any]]) -> float:
    """The sum of the numbers; NaN and text are none."""
    return total(float(value) for row in rows for value in row if is_number(value) and value == value)  # noqa: PLR0124
