"""A form laid out on sheets: cover, one sheet for each table, texts, checks, instructions, identity."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nianbao.definition.form import AMOUNT_DECIMALS, FieldType
from nianbao.definition.rules import is_earlier, of_field
from nianbao.definition.sheet_names import CHECKS, COVER, HELP, IDENTITY, TEXTS
from nianbao.layout import prose
from nianbao.layout.boxes import Answer, Box, Computed, Role, SheetPlan, Slot, Words
from nianbao.layout.count_lines import BlankLine, EmptyLine, FaultyLine
from nianbao.layout.explaining import (
    ROW_HEIGHT,
    TITLE,
    explaining_heights,
    explaining_rows,
    explanation_of,
    other_explanations,
)
from nianbao.layout.former import former_word, plan_former
from nianbao.layout.formulas import NO, YES, LinePart, Status
from nianbao.layout.identity import rows
from nianbao.layout.places import LINE_PARTS, UNIT_NAME, Layout, line_key
from nianbao.layout.rule_line import RuleLine
from nianbao.layout.tables import banner, plan_table, text_height
from nianbao.messages import say
from nianbao.problems import refuse

if TYPE_CHECKING:
    from collections.abc import Iterator

    from nianbao.definition.form import Form, Previous, Rule
    from nianbao.layout.explaining import Explanation
    from nianbao.layout.formulas import Line

COVER_SLOTS = {
    UNIT_NAME: "填报单位",
    "unit.code": "单位代码",
    "unit.kind": "单位类型",
    "period": "统计期间",
    "office": "汇总单位",
}
COVER_ENTRIES = {"cover.contact": "联系人", "cover.phone": "联系电话", "cover.filled_on": "填表日期"}
DECLARATION = "cover.blank_is_zero"
DECLARATION_LABEL = "空白单元格均为 0"
STATUS = "cover.status"
CHOICES = (YES, NO)
TYPING = f"从第一格起，每段填一格；一格最多 {prose.MOST_CHARACTERS} 字左右，多了打印不全。"
LONGEST_FORMULA = 8192
"""Excel's most characters in a formula."""


def lay_out(form: Form) -> Layout:
    """Every cell of the form, placed on its sheet. The same form gives the same layout.

    Raises OfficeError for a table whose check would be a longer formula than Excel takes.
    """
    layout = _laid_out(form, None)
    _refuse_long_formulas(layout)
    return layout


def lay_out_beside(form: Form) -> Layout:
    """The same for workbooks that show the figures of the period before: with their sheet and the rules on them."""
    return _laid_out(form, form.previous)


def _laid_out(form: Form, previous: Previous | None) -> Layout:
    """The sheets in order, check lines and cells for reasons; `previous` where the period before is shown."""
    between = form.previous.rules if form.previous else ()
    lines = tuple(_lines(form, between if previous else ()))
    beside = tuple(one for line in lines if (one := explanation_of(line)))
    others = other_explanations((*form.rules, *between), lines)
    sheets = (
        _cover(form),
        *(plan_table(form, table) for table in form.tables),
        _texts(form),
        *((plan_former(form, previous),) if previous else ()),
        _checks(form, lines, others),
        _help(form),
        _identity(beside=previous is not None),
    )
    plan_beside = lay_out_beside if form.previous and not previous else None
    return Layout(form, sheets, lines, (*beside, *others), plan_beside)


def _refuse_long_formulas(layout: Layout) -> None:
    """Only the count of faulty entries grows with the number of separate ranges that a table's inputs form."""
    view = layout.seen_from(CHECKS)
    for line in layout.lines:
        if isinstance(line, FaultyLine) and len(line.left_excel(view)) > LONGEST_FORMULA:
            sheet = _table_sheet(layout.form, line)
            raise refuse(
                say("「{sheet}」的填写格太零散，校验公式超出 Excel 的长度上限，请拆成几张表", sheet=sheet)
            )


def _table_sheet(form: Form, line: BlankLine | FaultyLine) -> str:
    """The sheet whose inputs the line counts."""
    return next(table.sheet for table in form.tables if table.key == line.fields[0].table)


def _lines(form: Form, between: tuple[Rule, ...]) -> Iterator[Line]:
    """The check lines: blanks and faulty entries of each table, empty sections, rules, those between periods."""
    number = 0
    for table in form.tables:
        fields = tuple(field for field in form.inputs() if field.table == table.key)
        yield BlankLine(number, fields)
        yield FaultyLine(number + 1, fields)
        number += 2
    for text in form.texts:
        if text.required:
            yield EmptyLine(number, text)
            number += 1
    for rule in (*form.rules, *between):
        yield RuleLine(number, rule)
        number += 1


def _cover(form: Form) -> SheetPlan:
    """Who reports, contact, declaration, status."""
    boxes = [
        Box(0, 0, Role.TITLE, Words(form.title.zh), columns=3),
        banner(COVER, columns=3),
    ]
    row = 2
    for name, label in COVER_SLOTS.items():
        boxes += [Box(row, 0, Role.NAME, Words(label)), Box(row, 1, Role.SLOT, Slot(name), columns=2)]
        row += 1
    for key, label in COVER_ENTRIES.items():
        boxes += [Box(row, 0, Role.NAME, Words(label)), Box(row, 1, Role.ENTRY, Answer(key), columns=2)]
        row += 1
    boxes += [
        Box(row, 0, Role.NAME, Words(DECLARATION_LABEL)),
        Box(row, 1, Role.ENTRY, Answer(DECLARATION)),
        Box(
            row,
            2,
            Role.NOTE,
            Words("选「是」：没填的单元格都按 0 计。选「否」或不选：每格都要填，没有的填 0。"),
        ),
        Box(row + 1, 0, Role.NAME, Words("填报状态")),
        Box(row + 1, 1, Role.STATUS, Computed(Status(), STATUS), columns=2),
        Box(
            row + 3,
            0,
            Role.NOTE,
            Words("浅黄色的单元格由填报单位填写，其余已锁定。填法见「填报说明」。"),
            columns=3,
        ),
    ]
    heights = {0: 46.0, 1: 22.0, **dict.fromkeys(range(2, row + 2), 30.0), row + 3: 24.0}
    return SheetPlan(COVER, tuple(boxes), (20, 16, 52), heights)


def _texts(form: Form) -> SheetPlan:
    """The sections in words, each with a stack of cells."""
    boxes = [banner(TEXTS, row=0)]
    heights = {0: 20.0}
    row = 1
    starts: list[int] = []
    for text in form.texts:
        starts.append(row)
        note = f"{text.help}{TYPING}" if text.help else TYPING
        boxes += [
            Box(row, 0, Role.BAND, Words(text.title)),
            Box(row + 1, 0, Role.NOTE, Words(note)),
            Box(row + 2, 0, Role.PROSE, Answer(text.id), rows=prose.CELLS),
        ]
        heights |= {row: 24.0, row + 1: text_height(note, prose.WIDTH)}
        row += 3 + prose.CELLS
    return SheetPlan(TEXTS, tuple(boxes), (prose.WIDTH,), heights, one_page=False, breaks=tuple(starts[1:]))


CHECK_HEADS = ("序号", "校验内容", "左边", "右边", "差额", "结果", "问题数")
CHECK_WIDTHS = (6, 54, 12, 12, 12, 9, 9)
EXPLAINING_WIDTH = 44


def _checks(form: Form, lines: tuple[Line, ...], others: tuple[Explanation, ...]) -> SheetPlan:
    """Every check with both sides, the difference, its mark and where it may be explained; then other explanations."""
    explains = any(map(explanation_of, lines))
    heads = (*CHECK_HEADS, TITLE) if explains else CHECK_HEADS
    widths = (*CHECK_WIDTHS, EXPLAINING_WIDTH) if explains else CHECK_WIDTHS
    boxes = [Box(0, 0, Role.TITLE, Words("校验"), columns=len(heads)), banner(CHECKS, columns=len(heads))]
    boxes += [Box(2, column, Role.HEAD, Words(head)) for column, head in enumerate(heads)]
    heights = {0: 30.0, 1: 20.0, 2: 22.0}
    for line in lines:
        boxes += _line_boxes(form, line, columns=len(heads))
        height = text_height(line_title(form, line), CHECK_WIDTHS[1])
        heights[3 + line.number] = max(height, ROW_HEIGHT) if explanation_of(line) else height
    row = 3 + len(lines) + 1
    boxes += explaining_rows(row, others, len(heads))
    heights |= explaining_heights(row, others, sum(widths))
    return SheetPlan(
        CHECKS,
        tuple(boxes),
        widths,
        heights,
        landscape=True,
        one_page=False,
        frozen_rows=3,
        explains=True,
    )


def _line_boxes(form: Form, line: Line, *, columns: int) -> Iterator[Box]:
    """A check line: number, what it checks, what it shows, where it may be explained."""
    row = 3 + line.number
    yield Box(row, 0, Role.CORNER, Words(str(line.number + 1)))
    yield Box(row, 1, Role.ROW_ITEM, Words(line_title(form, line)))
    for index, part in enumerate(LINE_PARTS):
        yield _line_box(row, 2 + index, line, part)
    explanation = explanation_of(line)
    if explanation:
        yield Box(row, columns - 1, Role.REASON, Answer(explanation.id))
    elif columns > len(CHECK_HEADS):
        yield Box(row, columns - 1, Role.ROW_ITEM, Words(""))


def _line_box(row: int, column: int, line: Line, part: str) -> Box:
    """One computed cell of a check line."""
    role = Role.MARK if part == "result" else Role.FIGURE
    return Box(row, column, role, Computed(LinePart(line, part), line_key(line.number, part)))


def line_title(form: Form, line: Line) -> str:
    """What a check line says it checks."""
    if isinstance(line, RuleLine):
        return f"{line.rule.title.zh}（{rule_sentence(form, line.rule)}）"
    if isinstance(line, BlankLine):
        return f"「{_table_sheet(form, line)}」没有填的单元格数"
    if isinstance(line, FaultyLine):
        return f"「{_table_sheet(form, line)}」填得不对的单元格数（{_faults_named(line)}）"
    if isinstance(line, EmptyLine):
        return f"「{TEXTS}」的「{line.text.title}」没有写"
    raise TypeError(type(line))


def _faults_named(line: FaultyLine) -> str:
    """What is wrong in the cells that the line counts."""
    if all(field.type is not FieldType.DECIMAL for field in line.fields):
        return "不是数字、是负数或小数"
    return f"不是数字、是负数，整数格里填了小数，或小数超过 {AMOUNT_DECIMALS} 位"


def rule_sentence(form: Form, rule: Rule) -> str:
    """The relation in the form's printed labels."""

    def name(cell: str) -> str:
        field = form.fields[of_field(cell)]
        when = former_word(form) if is_earlier(cell) else ""
        if not rule.bound or rule.bound in form.fields:
            return when + field.label
        return when + (field.row_label if rule.names_column(cell) else field.column_label)

    sentence = rule.require.sentence(name)
    conditions = "，且".join(condition.sentence(name) for condition in rule.when)
    return f"{conditions} 时，{sentence}" if conditions else sentence


def _help(form: Form) -> SheetPlan:
    """How to fill, and what belongs in which cell."""
    boxes = [Box(0, 0, Role.TITLE, Words("填报说明"), columns=2), banner(HELP, columns=2)]
    heights = {0: 34.0, 1: 20.0}
    notes = [("", text) for text in form.instructions]
    notes += list(
        dict.fromkeys((field.row_label or field.label, field.help) for field in form.inputs() if field.help)
    )
    for index, (name, text) in enumerate(notes):
        row = index + 2
        label = name or f"{index + 1}."
        boxes += [Box(row, 0, Role.ROW_HEAD, Words(label)), Box(row, 1, Role.ROW_ITEM, Words(text))]
        heights[row] = max(text_height(text, 70), text_height(label, 22))
    return SheetPlan(HELP, tuple(boxes), (22, 70), heights, one_page=False, explains=True)


def _identity(*, beside: bool) -> SheetPlan:
    """The very-hidden sheet: an entry a row; `previous` last, and only where the period before is shown."""
    boxes = []
    for row, name in enumerate(rows(beside=beside)):
        boxes += [
            Box(row, 0, Role.HIDDEN, Words(name)),
            Box(row, 1, Role.HIDDEN, Slot(f"identity.{name}")),
        ]
    return SheetPlan(IDENTITY, tuple(boxes), (18, 70), {}, hidden=True)
