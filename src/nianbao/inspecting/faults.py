"""What an inspection finds: where in the workbook, and what part of the definition it comes from."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nianbao.frozen import frozen
from nianbao.layout.places import Place
from nianbao.messages import Message, say

if TYPE_CHECKING:
    from nianbao.definition.form import Rule
    from nianbao.definition.mistakes import PartPath
    from nianbao.inspecting.finished import At
    from nianbao.layout.places import Layout


@frozen
class Fault:
    """Something that is not as the layout has it. `part`: the definition's part; `text`: the words that it is about."""

    message: Message
    part: PartPath = ()
    text: str = ""


def at_cell(sheet: str, at: At, what: Message, *, part: PartPath = (), text: str = "") -> Fault:
    """A fault at a cell."""
    message = say("「{sheet}」{cell}：{what}", sheet=sheet, cell=Place(sheet, *at).address, what=what)
    return Fault(message, part, text)


def on_sheet(sheet: str, what: Message, *, part: PartPath = ()) -> Fault:
    """A fault of a sheet as a whole."""
    return Fault(say("「{sheet}」：{what}", sheet=sheet, what=what), part)


def part_of(layout: Layout, key: str) -> PartPath:
    """The part of the definition that a cell's id comes from, as near as an id tells: the table's row, or a text."""
    field = layout.form.fields.get(key)
    if field is None:
        kind, _, name = key.partition(".")
        return ("texts", name) if kind == "text" else ()
    steps = key.split(".")
    return ("tables", field.table, *steps[1:-1])


def part_of_sheet(layout: Layout, sheet: str) -> PartPath:
    """The table that a sheet shows; nothing for the program's own sheets."""
    return next((("tables", table.key) for table in layout.form.tables if table.sheet == sheet), ())


def part_of_rule(rule: Rule) -> PartPath:
    """The check that a rule comes from."""
    return ("checks", rule.family)
