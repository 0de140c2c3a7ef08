"""What may be typed in a finished workbook: only the layout's inputs are open, each named, each with its validation."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nianbao.definition.form import FieldType
from nianbao.inspecting.faults import at_cell, on_sheet, part_of
from nianbao.layout.boxes import Answer
from nianbao.layout.names import PREFIX, defined_name, fixed_address, named
from nianbao.messages import say

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping

    from nianbao.inspecting.faults import Fault
    from nianbao.inspecting.finished import At, Finished, Validation
    from nianbao.layout.boxes import Box, SheetPlan
    from nianbao.layout.places import Layout
    from nianbao.messages import Message

KINDS: Mapping[FieldType, str] = {
    FieldType.WHOLE: "whole",
    FieldType.SIGNED: "whole",
    FieldType.DECIMAL: "custom",
    FieldType.CHOICE: "list",
}


def lock_faults(finished: Finished, layout: Layout, closed: Collection[str]) -> Iterator[Fault]:
    """Structure and sheets are protected; open are the inputs (but those `closed`), and nothing else whatever."""
    if not finished.workbook.structure_locked:
        yield on_sheet(layout.sheets[0].name, say("工作簿结构没有锁定"))
    for plan in layout.sheets:
        sheet = finished.workbook.sheet(plan.name)
        if sheet is None:
            yield on_sheet(plan.name, say("缺少这张工作表"))
            continue
        if not sheet.protected:
            yield on_sheet(plan.name, say("工作表没有保护"))
        if finished.pages[plan.name].loose:
            yield on_sheet(plan.name, say("整行或整栏的格式没有锁定"))
        meant = {at: key for key, box in open_boxes(plan, closed) for at in cells_of(box)}
        is_open = {at for at, cell in sheet.cells.items() if not cell.locked}
        for at in sorted(meant.keys() - is_open):
            yield at_cell(plan.name, at, say("是填写格，却锁定了"), part=part_of(layout, meant[at]))
        for at in sorted(is_open - meant.keys()):
            yield at_cell(plan.name, at, say("不是填写格，却没有锁定"))


def name_faults(finished: Finished, layout: Layout) -> Iterator[Fault]:
    """Every input, total, check mark and the cover's status has its name, which points to its cell; no other has."""
    names = finished.workbook.names
    meant = {defined_name(key): key for key in named(layout)}
    for name, key in meant.items():
        place = layout.places[key]
        if names.get(name, "") != fixed_address(place):
            now = names.get(name) or say("无")
            message = say("名称 {name} 应指向这一格（现在是 {now}）", name=name, now=now)
            yield at_cell(place.sheet, (place.row, place.column), message, part=part_of(layout, key))
    for name in names:
        if name.startswith(PREFIX) and name not in meant:
            yield on_sheet(layout.sheets[0].name, say("多出名称 {name}", name=name))


def validation_faults(finished: Finished, layout: Layout, closed: Collection[str]) -> Iterator[Fault]:
    """Every open cell has a validation of its kind with a prompt; tables' inputs also say what they refuse."""
    for plan in layout.sheets:
        found = {at: one for one in finished.pages[plan.name].validations for at in _covered(one)}
        for key, box in open_boxes(plan, closed):
            tops = cells_of(box) if box.stacked else [(box.row, box.column)]
            for at in tops:
                if fault := _wrong(layout, key, found.pop(at, None)):
                    yield at_cell(plan.name, at, fault, part=part_of(layout, key))
        for at in sorted(found):
            yield at_cell(plan.name, at, say("不是填写格，却有数据验证"))


def _wrong(layout: Layout, key: str, validation: Validation | None) -> Message | None:
    """What is wrong with the validation of an open cell."""
    field = layout.form.fields.get(key)
    if validation is None:
        return say("填写格没有数据验证")
    if field and validation.kind != KINDS[field.type]:
        return say("数据验证的类型不对（{kind}）", kind=validation.kind)
    if not validation.prompt or (field and not validation.refusal):
        return say("填写格没有填写提示，或没有出错提示")
    return None


def open_boxes(plan: SheetPlan, closed: Collection[str]) -> Iterator[tuple[str, Box]]:
    """The boxes of a sheet in which somebody types, with their ids."""
    for box in plan.boxes:
        if isinstance(box.content, Answer) and box.content.id not in closed:
            yield box.content.id, box


def cells_of(box: Box) -> list[At]:
    """Every cell that the box covers."""
    rows, columns = range(box.row, box.row + box.rows), range(box.column, box.column + box.columns)
    return [(row, column) for row in rows for column in columns]


def _covered(validation: Validation) -> Iterator[At]:
    for top, left, bottom, right in validation.areas:
        yield from ((row, column) for row in range(top, bottom + 1) for column in range(left, right + 1))
