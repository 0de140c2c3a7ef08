"""Whether what a definition names fits into workbooks: sheets, choices, cells' names, sums."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from nianbao.definition.form import FieldType
from nianbao.definition.mistakes import shown
from nianbao.definition.sheet_names import LONGEST, RESERVED, TAKEN_BY_EXCEL, UNFIT, excel_length, sheet_key
from nianbao.definition.tabling import MOST_FIELDS
from nianbao.messages import say

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from nianbao.definition.form import Field
    from nianbao.definition.mistakes import Mistakes, PartPath
    from nianbao.definition.schema import CellSource, ColumnSource, FormSource, RowSource
    from nianbao.messages import Message

CHOICES_LENGTH = 255
"""Excel's most characters in a drop-down list."""
FORMULA_SIGNS = ("=", "+", "-", "@")
NAME_LENGTH = 200
"""A workbook's names have 255 at most, ours a few for the program."""
RESERVED_KEYS = frozenset(
    {
        "banner",
        "cell",
        "change",
        "cover",
        "explain",
        "identity",
        "line",
        "now",
        "office",
        "period",
        "previous",
        "slot",
        "text",
        "unit",
    }
)
"""First parts of ids that are no table's: what stands on a workbook's other sheets."""
NAMED = ("cover_", "explain_", "line_", "text_")
"""What the workbook's names of other cells begin with."""


def check_sheets(shape: FormSource, mistakes: Mistakes) -> None:
    """Every table has a key and a sheet name that nothing else has."""
    taken = {sheet_key(name): name for name in (*RESERVED, *TAKEN_BY_EXCEL)}
    for key, table in shape.tables.items():
        if key in RESERVED_KEYS or key.startswith(NAMED):
            mistakes.add(("tables", key), say("「{key}」归程序使用，表请另取一个编号", key=key))
        path = ("tables", key, "sheet")
        if fault := _sheet_fault(table.sheet):
            mistakes.add(path, fault)
        elif sheet_key(table.sheet) in taken:
            other = taken[sheet_key(table.sheet)]
            message = say("工作表名「{sheet}」重复或已有他用（{other}）", sheet=table.sheet, other=other)
            mistakes.add(path, message)
        taken.setdefault(sheet_key(table.sheet), table.sheet)


def _sheet_fault(name: str) -> Message | None:
    """Why no sheet can have the name."""
    if not name.strip() or name != name.strip():
        return say("工作表名「{sheet}」不能为空，前后不能有空格", sheet=shown(name))
    if UNFIT.search(name):
        return say("工作表名「{sheet}」不能换行，也不能含有 [ ] : * ? / \\ '", sheet=shown(name))
    if excel_length(name) > LONGEST:
        return say("工作表名「{sheet}」太长，最多 {most} 个字", sheet=shown(name), most=LONGEST)
    return None


def check_choices(shape: FormSource, mistakes: Mistakes) -> None:
    """Every list of choices makes a drop-down list from which each can be chosen."""
    for path, cell in _cells(shape):
        choices = cell.choices or []
        for index, choice in enumerate(choices):
            if fault := _choice_fault(choice):
                mistakes.add((*path, "choices", index), fault)
            elif sheet_key(choice) in map(sheet_key, choices[:index]):
                mistakes.add((*path, "choices", index), say("选项「{choice}」重复", choice=shown(choice)))
        if excel_length(",".join(choices)) > CHOICES_LENGTH:
            message = say("选项太多或太长：合起来最多 {most} 个字", most=CHOICES_LENGTH)
            mistakes.add((*path, "choices"), message)


def _choice_fault(choice: str) -> Message | None:
    """Why it cannot be chosen as it is."""
    if not choice.strip() or choice != choice.strip() or "\n" in choice or "\t" in choice:
        return say("选项「{choice}」不能为空，前后不能有空格，中间不能换行", choice=shown(choice))
    if choice.startswith(FORMULA_SIGNS):
        return say("选项「{choice}」不能以 = + - @ 开头，表格软件会当作公式", choice=shown(choice))
    if "," in choice or '"' in choice:
        return say("选项「{choice}」里不能有英文逗号和英文引号", choice=shown(choice))
    return None


def _cells(shape: FormSource) -> Iterator[tuple[PartPath, CellSource]]:
    """Every part that says something of its cells."""
    for key, table in shape.tables.items():
        yield ("tables", key), table
        for name, block in table.blocks.items():
            path: PartPath = ("tables", key, "blocks", name)
            yield path, block
            yield from _nodes(block.rows, (*path, "rows"))
            yield from _nodes(block.columns, (*path, "columns"))


def _nodes(
    nodes: Mapping[str, RowSource] | Mapping[str, ColumnSource], path: PartPath
) -> Iterator[tuple[PartPath, CellSource]]:
    """Rows or columns, and those in groups."""
    for key, node in nodes.items():
        yield (*path, key), node
        for level in ("rows", "columns"):
            yield from _nodes(getattr(node, level, None) or {}, (*path, key, level))


def check_fields(fields: Mapping[str, Field], mistakes: Mistakes) -> None:
    """Cells are not too many, have a name each in a workbook, and sums add up different numbers."""
    if len(fields) > MOST_FIELDS:
        mistakes.add(("tables",), say("格子太多：一张报表最多 {most} 格", most=MOST_FIELDS))
    names: dict[str, str] = {}
    for field in fields.values():
        path: PartPath = ("tables", field.table)
        if field.terms and FieldType.CHOICE in {field.type, *(fields[term].type for term in field.terms)}:
            mistakes.add(path, say("「{id}」是合计，选项不能相加", id=field.id))
        name = field.id.replace(".", "_")
        if len(name) > NAME_LENGTH:
            mistakes.add(
                path, say("编号「{id}」太长，最多 {most} 个字", id=shown(field.id), most=NAME_LENGTH)
            )
        if names.setdefault(name, field.id) != field.id:
            message = say("「{id}」和「{other}」在工作簿里重名，请改一个编号", id=field.id, other=names[name])
            mistakes.add(path, message)


def check_sums(fields: Mapping[str, Field], mistakes: Mistakes) -> None:
    """No total is, by however many steps, a part of itself, or counts a cell twice."""
    added: dict[str, Counter[str]] = {
        field.id: Counter([field.id]) for field in fields.values() if not field.terms
    }
    waiting = [field for field in fields.values() if field.terms]
    while ready := [field for field in waiting if added.keys() >= set(field.terms)]:
        for field in ready:
            added[field.id] = _added(field, added, mistakes)
        waiting = [field for field in waiting if field.id not in added]
    if waiting:
        mistakes.add(("tables", waiting[0].table), say("合计绕成了圈：「{id}」", id=waiting[0].id))


def _added(field: Field, added: Mapping[str, Counter[str]], mistakes: Mistakes) -> Counter[str]:
    """The inputs that a total adds up, each once."""
    counts: Counter[str] = sum((added[term] for term in field.terms), Counter())
    twice = next((cell for cell, count in counts.items() if count > 1), None)
    if twice:
        message = say(
            "合计「{id}」把「{cell}」加了两次：既写了它，又写了含有它的合计", id=field.id, cell=twice
        )
        mistakes.add(("tables", field.table), message)
    return Counter(dict.fromkeys(counts, 1))
