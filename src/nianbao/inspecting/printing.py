"""How a finished workbook prints: A4, each sheet as the layout wants its pages, all of it, and no text cut."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from nianbao.inspecting.faults import at_cell, on_sheet, part_of_rule, part_of_sheet
from nianbao.layout.addresses import column_letters
from nianbao.layout.boxes import Words
from nianbao.layout.places import line_key
from nianbao.layout.rule_line import RuleLine
from nianbao.layout.tables import text_width
from nianbao.messages import say

if TYPE_CHECKING:
    from collections.abc import Iterator

    from nianbao.definition.mistakes import PartPath
    from nianbao.inspecting.faults import Fault
    from nianbao.inspecting.finished import Finished, Look, Page
    from nianbao.layout.boxes import Box, SheetPlan
    from nianbao.layout.places import Layout

A4_PAPER, A4_INCHES = "9", (8.27, 11.69)
POINTS_AN_INCH, POINTS_A_PIXEL = 72, 0.75
PIXELS_A_CHARACTER = 7
"""The width of a digit, in which columns are measured."""
PADDING, INDENT = 3, 9
"""Pixels at both sides of a text, and for each step of indent."""
LINE = 1.25
"""The height of a line, in sizes of its letters."""
SMALLEST_SCALE = 0.4
"""Letters of 11 points come to less than 5 below this."""
MOST_PAGES = 200


def printing_faults(finished: Finished, layout: Layout) -> Iterator[Fault]:
    """What is wrong with the pages of each sheet that people see."""
    for plan in layout.sheets:
        if not plan.hidden and plan.name in finished.pages:
            page = finished.pages[plan.name]
            yield from _set_up_faults(page, plan, layout)
            yield from _cut_texts(finished, plan, layout)


def _set_up_faults(page: Page, plan: SheetPlan, layout: Layout) -> Iterator[Fault]:
    part = part_of_sheet(layout, plan.name)
    if page.paper != A4_PAPER or page.landscape is not plan.landscape:
        yield on_sheet(plan.name, say("打印纸张或方向不对，应为 A4"), part=part)
    if page.pages != ("1", "1" if plan.one_page else "0"):
        yield on_sheet(plan.name, say("打印没有设成一页宽"), part=part)
    last = max((box.row + box.rows for box in plan.boxes), default=1)
    whole = f"{plan.name}!$A$1:${column_letters(len(plan.widths) - 1)}${last}"
    if page.print_area.replace("'", "") != whole:
        message = say("打印区域应为 {area}（现在是 {now}）", area=whole, now=page.print_area or say("无"))
        yield on_sheet(plan.name, message, part=part)
    yield from _too_small(page, plan, last, layout)


def _too_small(page: Page, plan: SheetPlan, rows: int, layout: Layout) -> Iterator[Fault]:
    """The sheet that cannot be read once it is made to fit, or would never end."""
    part = part_of_sheet(layout, plan.name)
    across, down = _room(page, landscape=plan.landscape)
    scale = min(1.0, across / _points(page.width(0, len(plan.widths) - 1)))
    tall = page.height(0, rows - 1)
    if plan.one_page and not plan.explains:
        scale = min(scale, down / tall)
    if scale < SMALLEST_SCALE:
        message = say(
            "打印要缩到 {scale}%，看不清；请少排几行几栏或分成几张表", scale=math.floor(scale * 100)
        )
        yield on_sheet(plan.name, message, part=part)
    pages = 1 if plan.one_page else math.ceil(tall * scale / down)
    if pages > MOST_PAGES:
        yield on_sheet(plan.name, say("打印有 {pages} 页之多", pages=pages), part=part)


def _room(page: Page, *, landscape: bool) -> tuple[float, float]:
    """What the margins leave of the paper, in points."""
    width, height = reversed(A4_INCHES) if landscape else A4_INCHES
    margins = page.margins
    across = width - margins.get("left", 0) - margins.get("right", 0)
    down = height - margins.get("top", 0) - margins.get("bottom", 0)
    return across * POINTS_AN_INCH, down * POINTS_AN_INCH


def _points(characters: float) -> float:
    return characters * PIXELS_A_CHARACTER * POINTS_A_PIXEL


def _cut_texts(finished: Finished, plan: SheetPlan, layout: Layout) -> Iterator[Fault]:
    """Every printed text for which its cells have no room."""
    page = finished.pages[plan.name]
    sheet = finished.workbook.sheet(plan.name)
    for box in plan.boxes:
        at = (box.row, box.column)
        if isinstance(box.content, Words) and box.content.text and sheet:
            there = sheet.cells[at].text if at in sheet.cells else ""
            look = finished.look(plan.name, at)
            if there.strip() != box.content.text.strip():
                message = say("印的文字应是「{text}」", text=box.content.text)
                yield at_cell(plan.name, at, message, text=box.content.text)
            elif not look.shrinks and _is_cut(page, box, look, there):
                message = say("「{text}」写不下，打印会缺字；请缩短文字或加宽", text=there)
                yield at_cell(plan.name, at, message, part=_part(layout, plan, box), text=there)


def _part(layout: Layout, plan: SheetPlan, box: Box) -> PartPath:
    """The part of the definition that a printed text comes from: of a check line its rule's title, else the table."""
    rules = (line for line in layout.lines if isinstance(line, RuleLine))
    beside = (line.rule for line in rules if layout.places[line_key(line.number, "left")].row == box.row)
    rule = next(beside, None) if plan.name == layout.line_sheet else None
    return (*part_of_rule(rule), "title") if rule else part_of_sheet(layout, plan.name)


def _is_cut(page: Page, box: Box, look: Look, text: str) -> bool:
    """Whether the text needs more lines than the box has room for; one line where it does not break."""
    pixels = page.width(box.column, box.column + box.columns - 1) * PIXELS_A_CHARACTER
    room = max(1.0, pixels - 2 * PADDING - look.indent * INDENT)
    letter = look.size / POINTS_A_PIXEL / 2
    lines = sum(max(1, math.ceil(text_width(line) * letter / room)) for line in text.split("\n"))
    if not look.wraps:
        return lines > 1
    if box.rows == 1 and box.columns == 1 and box.row not in page.heights:
        return False
    return lines * look.size * LINE > page.height(box.row, box.row + box.rows - 1)
