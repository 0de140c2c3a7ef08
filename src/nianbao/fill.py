"""Values put into a blank: everything else stays as it was, and every cached result is true afterwards."""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal
from typing import TYPE_CHECKING

from nianbao.form import FieldType
from nianbao.formulas import NO, YES, ErrorValue
from nianbao.grid import Kind, UnreadableError
from nianbao.identity import read_identity
from nianbao.layout import Answer, Computed, Words
from nianbao.messages import Message, say
from nianbao.patching import Result, patch
from nianbao.planning import DECLARATION
from nianbao.problems import OfficeError, Problem, did_you_mean, refuse
from nianbao.results import work_out
from nianbao.sheet_names import IDENTITY
from nianbao.workbooks import read_workbook

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from nianbao.form import Field
    from nianbao.formulas import Shown, State
    from nianbao.grid import Cell, Workbook
    from nianbao.identity import Identity
    from nianbao.layout import Layout, Place
    from nianbao.patching import Change
    from nianbao.values import Value

ERRORS = {"#REF!", "#DIV/0!", "#VALUE!", "#NAME?", "#N/A", "#NUM!", "#NULL!"}
TEXT_LIMIT = 32_767
"""Excel's most characters in a cell."""


@dataclass(slots=True)
class _Filling:
    """What is to be typed, while it is being worked out."""

    layout: Layout
    as_given: bool
    inputs: dict[str, Change] = field(default_factory=dict)
    totals: dict[str, Value] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)

    def refuse(self, key: str, message: Message) -> None:
        """A value that cannot go in."""
        self.problems.append(Problem(say("{id}：{message}", id=key, message=message)))


def fill(
    data: bytes,
    values: Mapping[str, Value],
    *,
    find_layout: Callable[[Identity], Layout],
    as_given: bool = False,
) -> bytes:
    """The blank with the values in it; None leaves a cell empty.

    `as_given` types what cannot be right as well: words into number cells, wrong totals over their formulas.
    Raises OfficeError that names every id that cannot go in, or says why the file is no blank.
    """
    book = _open(data)
    identity = _identity(book)
    layout = find_layout(identity)
    _check_labels(book, layout)
    filling = _Filling(layout, as_given)
    for key, value in values.items():
        _take(filling, key, value)
    cells = _standing(book, layout)
    cells |= {key: _as_shown(change) for key, change in filling.inputs.items()}
    state = _state(layout, identity, cells, filling)
    if filling.problems:
        raise OfficeError(filling.problems)
    return patch(data, _changes(layout, filling, state, cells))


def _open(data: bytes) -> Workbook:
    """The blank as a grid."""
    try:
        book = read_workbook(data)
    except UnreadableError as error:
        raise refuse(say("空白表打不开：{detail}", detail=error.detail)) from error
    if book.format != "xlsx":
        raise refuse(say("空白表应是 .xlsx 文件"))
    return book


def _identity(book: Workbook) -> Identity:
    """Whose blank it is."""
    sheet = book.sheet(IDENTITY)
    rows = sorted(sheet.cells) if sheet else []
    entries = {
        sheet.cells[row, 0].text: sheet.cells[row, 1].text
        for row, column in rows
        if sheet and column == 0 and (row, 1) in sheet.cells
    }
    identity = read_identity(entries)
    if identity is None:
        raise refuse(say("不是 nianbao 生成的空白表"))
    return identity


def _check_labels(book: Workbook, layout: Layout) -> None:
    """The blank's printed labels stand where the form has them, so that every value goes into its cell."""
    for plan in layout.sheets:
        sheet = book.sheet(plan.name)
        if sheet is None:
            raise refuse(say("空白表缺少工作表「{sheet}」", sheet=plan.name))
        for box in plan.boxes:
            if isinstance(box.content, Words) and box.content.text:
                cell = sheet.cells.get((box.row, box.column))
                if cell is None or cell.text.strip() != box.content.text.strip():
                    raise refuse(say("空白表「{sheet}」的文字被改动过，请换用新的空白表", sheet=plan.name))


def _take(filling: _Filling, key: str, value: Value) -> None:
    """One value judged and kept."""
    form_field = filling.layout.form.fields.get(key)
    box = filling.layout.box_of.get(key)
    if form_field and form_field.terms:
        filling.totals[key] = value
    elif form_field:
        _take_figure(filling, form_field, value)
    elif box is not None and isinstance(box.content, Answer):
        _take_words(filling, key, value)
    else:
        hint = did_you_mean(key, _fillable(filling.layout))
        filling.refuse(key, say("没有这个编号{hint}", hint=hint))


def _fillable(layout: Layout) -> list[str]:
    """Every id that may be given."""
    return [
        key
        for key, box in layout.box_of.items()
        if isinstance(box.content, Answer) or key in layout.form.fields
    ]


def _take_figure(filling: _Filling, form_field: Field, value: Value) -> None:
    """A value for an input cell of a table."""
    complaint = None if value is None or filling.as_given else _complaint(form_field, value)
    if complaint:
        filling.refuse(form_field.id, complaint)
        return
    if isinstance(value, str):
        filling.inputs[form_field.id] = ErrorValue(value) if value in ERRORS else value
    else:
        filling.inputs[form_field.id] = _plain(value)


def _plain(value: int | Decimal | None) -> int | Decimal | None:
    """12.0 as 12."""
    return int(value) if isinstance(value, Decimal) and value == int(value) else value


def _complaint(form_field: Field, value: int | Decimal | str) -> Message | None:
    """Why the value does not fit the cell."""
    if form_field.type is FieldType.CHOICE:
        known = "、".join(form_field.choices)
        return (
            None
            if value in form_field.choices
            else say("「{value}」不在选项里：{known}", value=value, known=known)
        )
    if isinstance(value, str | bool):
        return say("「{value}」不是数字", value=value)
    if value < 0 and form_field.type is not FieldType.SIGNED:
        return say("{value} 是负数，这里不能填负数", value=value)
    decimals = -int(Decimal(value).normalize().as_tuple().exponent)
    if decimals > form_field.type.decimals:
        if form_field.type.decimals:
            return say("{value} 的小数超过 {most} 位", value=value, most=form_field.type.decimals)
        return say("{value} 不是整数", value=value)
    return None


def _take_words(filling: _Filling, key: str, value: Value) -> None:
    """A text, a cover entry or the declaration."""
    if key == DECLARATION and isinstance(value, bool):
        value = YES if value else NO
    if (
        value is not None
        and not isinstance(value, str)
        and not filling.as_given
        and not key.startswith("cover.")
    ):
        filling.refuse(key, say("「{value}」不是文字", value=value))
        return
    text = None if value is None else str(value)
    if key == DECLARATION and text not in {YES, NO, None} and not filling.as_given:
        filling.refuse(key, say("「{value}」不对，只能是「是」或「否」", value=value))
    elif text is not None and len(text) > TEXT_LIMIT:
        filling.refuse(key, say("文字超过 {most} 个字，一个单元格放不下", most=TEXT_LIMIT))
    else:
        filling.inputs[key] = text


def _standing(book: Workbook, layout: Layout) -> dict[str, Shown]:
    """What stands in the blank's inputs already, and in totals that are no formula any more."""
    cells: dict[str, Shown] = {}
    for key, place in layout.places.items():
        sheet = book.sheet(place.sheet)
        cell = sheet.cells.get((place.row, place.column)) if sheet else None
        content = layout.box_of[key].content
        typed_over = isinstance(content, Computed) and key in layout.form.fields and cell and not cell.formula
        if isinstance(content, Answer) or typed_over:
            cells[key] = _shown(cell)
    return cells


def _shown(cell: Cell | None) -> Shown:
    """A grid cell as a formula would take it."""
    if cell is None or cell.kind is Kind.EMPTY:
        return None
    if cell.kind is Kind.NUMBER:
        return _plain(Decimal(repr(float(cell.text))))
    return ErrorValue(cell.text) if cell.kind is Kind.ERROR else cell.text


def _as_shown(change: Change) -> Shown:
    """A change as a formula would take it; a truth value counts as nothing typed in numbers."""
    if isinstance(change, bool):
        return str(change).upper()
    return change.shown if isinstance(change, Result) else change


def _state(layout: Layout, identity: Identity, cells: dict[str, Shown], filling: _Filling) -> State:
    """What the workbook shows; totals given in `filling` are judged against it and typed over where wanted."""
    kind = identity.kind
    if kind is None:
        raise refuse(say("空白表里的单位类型「{kind}」不认识", kind=identity.judged_as))
    declared = cells.get(DECLARATION) == YES
    state = work_out(layout, cells, declared=declared, kind=kind)
    for total in layout.form.totals():
        given = filling.totals.get(total.id)
        if given is None or _plain_or_words(given) == state.cells.get(total.id):
            continue
        if not filling.as_given:
            computed = state.cells.get(total.id)
            shown = say("空") if computed is None else computed
            filling.refuse(
                total.id, say("给的总计是 {given}，按各项相加是 {computed}", given=given, computed=shown)
            )
            continue
        cells[total.id] = filling.inputs[total.id] = _plain_or_words(given)
        state = work_out(layout, cells, declared=declared, kind=kind)
    return state


def _plain_or_words(value: Value) -> Shown:
    """A given total as it would be typed."""
    if isinstance(value, str):
        return ErrorValue(value) if value in ERRORS else value
    return _plain(value)


def _changes(
    layout: Layout, filling: _Filling, state: State, cells: Mapping[str, Shown]
) -> dict[Place, Change]:
    """Every cell that is typed, and every formula's result."""
    changes: dict[Place, Change] = {layout.places[key]: change for key, change in filling.inputs.items()}
    for key, box in layout.box_of.items():
        if isinstance(box.content, Computed) and key not in cells:
            shown = box.content.live.show(state)
            changes[layout.places[key]] = Result("" if shown is None else shown)
    return changes
