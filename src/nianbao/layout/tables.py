"""A table's sheet: title, merged multi-level headers and cells as the form prints them."""

from __future__ import annotations

import math
import unicodedata
from functools import lru_cache
from typing import TYPE_CHECKING

from nianbao.layout.boxes import Answer, Box, Computed, Role, SheetPlan, Slot, Words
from nianbao.layout.formulas import Total

if TYPE_CHECKING:
    from collections.abc import Iterator

    from nianbao.definition.form import Block, Form, Label, Table

TITLE_HEIGHT, BANNER_HEIGHT, LINE_HEIGHT, ROW_HEIGHT = 34.0, 20.0, 15.0, 21.0
HEAD_HEIGHT = 24.0
TALLEST = 409.0
"""Excel's highest row."""
PIXELS, EDGES, LETTER = 7, 12, 7.5
"""Pixels to a character of width, beside a text (an indent among them), to half a Chinese character of 11 points."""
FIRST_ROW = 2
TEXTS_REMEMBERED = 4096
"""Lists of many units say the same words in most of their cells."""


def plan_table(form: Form, table: Table) -> SheetPlan:
    """The table's sheet."""
    levels = len(table.label_widths)
    columns = max(len(block.ids[0]) for block in table.blocks)
    width = levels + columns
    units = "、".join(dict.fromkeys(f.unit for f in form.fields.values() if f.table == table.key and f.unit))
    boxes = [
        Box(0, 0, Role.TITLE, Words(table.title), columns=width),
        banner(table.sheet, columns=width, default=f"单位：{units}" if units else ""),
    ]
    heights = {0: TITLE_HEIGHT, 1: BANNER_HEIGHT}
    row = FIRST_ROW
    for block in table.blocks:
        built, tall = _plan_block(form, table, block, row)
        boxes += built
        heights |= tall
        row = max(heights) + 1
    widths = table.label_widths + (table.column_width,) * columns
    return SheetPlan(table.sheet, tuple(boxes), widths, heights, landscape=table.landscape)


def banner(sheet: str, *, row: int = 1, columns: int = 1, default: str = "") -> Box:
    """The line under a title that says what a reader must know of this copy."""
    return Box(row, 0, Role.BANNER, Slot(f"banner.{sheet}", default), columns=columns)


@lru_cache(maxsize=TEXTS_REMEMBERED)
def text_height(text: str, width: float) -> float:
    """The height in points that `text` needs in a column of that width, as far as a row can have it."""
    letters = max(1.0, (PIXELS * width - EDGES) / LETTER)
    lines = sum(max(1, math.ceil(text_width(line) / letters)) for line in text.split("\n"))
    return min(TALLEST, max(ROW_HEIGHT, LINE_HEIGHT * lines + 6))


def text_width(text: str) -> int:
    """The width in characters; a Chinese character takes two."""
    if text.isascii():
        return len(text)
    return sum(2 if unicodedata.east_asian_width(char) in "WFA" else 1 for char in text)


def _plan_block(form: Form, table: Table, block: Block, top: int) -> tuple[list[Box], dict[int, float]]:
    """The block's band, header, row labels and cells, and its row heights."""
    levels = len(table.label_widths)
    grid = max(len(other.ids[0]) for other in table.blocks)
    boxes: list[Box] = []
    heights: dict[int, float] = {}
    if block.heading:
        boxes.append(Box(top, 0, Role.BAND, Words(block.heading), columns=levels + grid))
        heights[top] = HEAD_HEIGHT
        top += 1
    depth = max(label.depth for label in block.columns)
    if levels:
        boxes.append(Box(top, 0, Role.CORNER, Words(block.corner), rows=depth, columns=levels))
    spans = _spans(len(block.ids[0]), grid)
    boxes += _heads(block.columns, (top, levels), depth, spans)
    heights |= dict.fromkeys(range(top, top + depth), HEAD_HEIGHT)
    heights[top + depth - 1] = _head_height(table, block)
    body = top + depth
    boxes += _row_heads(block.rows, (body, 0), levels, leaf=Role.ROW_HEAD if levels == 1 else Role.ROW_ITEM)
    boxes += _cells(form, block, (body, levels), spans)
    for index, line in enumerate(_lines(block.rows)):
        heights[body + index] = _row_height(line, table.label_widths)
    return boxes, heights


def _spans(columns: int, grid: int) -> list[tuple[int, int]]:
    """For each column of a block its offset and width on the table's grid; the last takes what is left."""
    return [(index, 1 if index < columns - 1 else grid - columns + 1) for index in range(columns)]


def _heads(
    labels: tuple[Label, ...], start: tuple[int, int], depth: int, spans: list[tuple[int, int]]
) -> Iterator[Box]:
    """Column labels: a group over its columns, a leaf down to the cells."""
    row, left = start
    index = 0
    for label in labels:
        covered = spans[index : index + label.leaves]
        width = covered[-1][0] + covered[-1][1] - covered[0][0]
        rows = 1 if label.children else depth
        yield Box(row, left + covered[0][0], Role.HEAD, Words(label.text), rows=rows, columns=width)
        yield from _heads(label.children, (row + 1, left), depth - 1, covered)
        index += label.leaves


def _row_heads(
    labels: tuple[Label, ...], start: tuple[int, int], levels: int, *, leaf: Role
) -> Iterator[Box]:
    """Row labels: a group beside its rows, a leaf over to the cells."""
    row, column = start
    if not levels:
        return
    for label in labels:
        columns = 1 if label.children else levels
        role = Role.ROW_HEAD if label.children else leaf
        yield Box(row, column, role, Words(label.text), rows=label.leaves, columns=columns)
        yield from _row_heads(label.children, (row, column + 1), levels - 1, leaf=leaf)
        row += label.leaves


def _cells(form: Form, block: Block, start: tuple[int, int], spans: list[tuple[int, int]]) -> Iterator[Box]:
    """The inputs and totals."""
    for down, ids in enumerate(block.ids):
        for (offset, width), cell in zip(spans, ids, strict=True):
            field = form.fields[cell]
            role = Role.TOTAL if field.terms else Role.INPUT
            content = Computed(Total(field), cell) if field.terms else Answer(cell)
            yield Box(start[0] + down, start[1] + offset, role, content, columns=width)


def _lines(labels: tuple[Label, ...], above: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    """The labels beside each row, from the outside in."""
    for label in labels:
        if label.children:
            yield from _lines(label.children, (*above, label.text))
        else:
            yield (*above, label.text)


def _row_height(labels: tuple[str, ...], widths: tuple[float, ...]) -> float:
    """The height that the row's own label needs in the columns that are left for it."""
    return text_height(labels[-1], sum(widths[len(labels) - 1 :]) or 10)


def _head_height(table: Table, block: Block) -> float:
    """The height of the last header row: narrow columns break their labels over lines."""
    if len(block.ids[0]) == 1:
        return HEAD_HEIGHT
    longest = max(text_width(line[-1]) for line in _lines(block.columns))
    lines = math.ceil(longest / max(2.0, table.column_width - 2))
    return min(TALLEST, max(HEAD_HEIGHT, LINE_HEIGHT * lines + 6))
