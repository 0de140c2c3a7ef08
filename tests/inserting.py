"""Rows and columns put into a workbook as a spreadsheet program does: formulas, names and merged cells follow."""

from __future__ import annotations

import re
from io import BytesIO
from typing import TYPE_CHECKING
from zipfile import ZipFile

from nianbao.layout.addresses import column_letters, column_number
from nianbao.workbook.patching import WORKBOOK, rewrite, sheet_parts

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from lxml import etree

AREA = re.compile(r"((?:'[^']+'|\w+)!)?(\$?[A-Z]{1,3}\$?[0-9]+(?::\$?[A-Z]{1,3}\$?[0-9]+)?)(?![\w(])")
CELL = re.compile(r"(\$?)([A-Z]{1,3})(\$?)([0-9]+)")


def inserted(data: bytes, sheet: str, *, row: int = 0, column: int = 0, count: int = 1) -> bytes:
    """The workbook with rows above a row, or columns before a column (both from 1)."""
    return renumbered(
        data,
        sheet,
        rows=lambda at: at + count if row and at >= row else at,
        columns=lambda at: at + count if column and at >= column else at,
    )


def swapped(data: bytes, sheet: str, first: int, second: int) -> bytes:
    """The workbook with two rows of a sheet in each other's place."""
    return renumbered(data, sheet, rows=lambda at: {first: second, second: first}.get(at, at))


def renumbered(
    data: bytes,
    sheet: str,
    *,
    rows: Callable[[int], int] = lambda at: at,
    columns: Callable[[int], int] = lambda at: at,
) -> bytes:
    """The workbook in which every row and column of a sheet has another number (from 1)."""

    def cell(match: re.Match[str]) -> str:
        column = column_letters(columns(column_number(match[2]) + 1) - 1)
        return f"{match[1]}{column}{match[3]}{rows(int(match[4]))}"

    def reference(own: str) -> Callable[[re.Match[str]], str]:
        def moved(match: re.Match[str]) -> str:
            name = (match[1] or f"{own}!")[:-1].strip("'")
            return (match[1] or "") + (CELL.sub(cell, match[2]) if name == sheet else match[2])

        return moved

    def formulas(own: str) -> Callable[[etree._Element], None]:
        def change(root: etree._Element) -> None:
            for formula in root.iter("{*}f"):
                formula.text = AREA.sub(reference(own), formula.text or "")
            if own == sheet:
                _renumber(root, cell, rows)

        return change

    def names(root: etree._Element) -> None:
        for name in root.iter("{*}definedName"):
            name.text = AREA.sub(reference(""), name.text or "")

    with ZipFile(BytesIO(data)) as archive:
        parts: Mapping[str, str] = sheet_parts(archive)
    edits = {part: formulas(name) for name, part in parts.items()}
    return rewrite(data, {**edits, WORKBOOK: names})


def _renumber(root: etree._Element, cell: Callable[[re.Match[str]], str], rows: Callable[[int], int]) -> None:
    """The addresses of the sheet's rows, cells and merged cells."""
    for row in root.iter("{*}row"):
        row.set("r", str(rows(int(row.get("r", "")))))
        for one in row:
            one.set("r", CELL.sub(cell, one.get("r", "")))
        row[:] = sorted(row, key=lambda one: (len(one.get("r", "")), one.get("r", "")))
        if "spans" in row.attrib:
            del row.attrib["spans"]
    for merge in root.iter("{*}mergeCell"):
        merge.set("ref", CELL.sub(cell, merge.get("ref", "")))
    for data in root.iter("{*}sheetData"):
        data[:] = sorted(data, key=lambda row: int(row.get("r", "")))
