"""Values given by id, each judged against the form: what is typed into which cell, and what cannot go in."""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal
from typing import TYPE_CHECKING

from nianbao.definition.form import FieldType
from nianbao.layout.boxes import Answer
from nianbao.layout.explaining import MOST_CHARACTERS as REASON_CHARACTERS
from nianbao.layout.explaining import is_reason
from nianbao.layout.formulas import NO, YES, ErrorValue
from nianbao.layout.planning import DECLARATION
from nianbao.messages import Message, say
from nianbao.opening.numbers import INTEGER_DIGITS
from nianbao.problems import Problem, did_you_mean
from nianbao.workbook.cell_text import LONGEST

if TYPE_CHECKING:
    from nianbao.definition.form import Field
    from nianbao.layout.formulas import Shown
    from nianbao.layout.places import Layout
    from nianbao.workbook.patching import Change
    from nianbao.workbook.values import Value

LARGEST_EXPONENT = 307
"""Of ten: spreadsheets take up to 9.99999999999999E+307."""
LONGEST_SHOWN = 24
ERRORS = {"#REF!", "#DIV/0!", "#VALUE!", "#NAME?", "#N/A", "#NUM!", "#NULL!"}


@dataclass(slots=True)
class Filling:
    """What is to be typed, while it is being worked out."""

    layout: Layout
    as_given: bool
    inputs: dict[str, Change] = field(default_factory=dict)
    totals: dict[str, Value] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)

    def refuse(self, key: str, message: Message) -> None:
        """A value that cannot go in."""
        self.problems.append(Problem(say("{id}：{message}", id=key, message=message)))


def take(filling: Filling, key: str, value: Value) -> None:
    """One value judged and kept."""
    form_field = filling.layout.form.fields.get(key)
    box = filling.layout.box_of.get(key)
    complaint = _beyond_cells(value, as_given=filling.as_given) if form_field else None
    if complaint:
        filling.refuse(key, complaint)
    elif form_field and form_field.terms:
        filling.totals[key] = value
    elif form_field:
        _take_figure(filling, form_field, value)
    elif box is not None and isinstance(box.content, Answer):
        _take_words(filling, key, value)
    else:
        hint = did_you_mean(key, _fillable(filling.layout))
        advice = hint if hint.template else say("。请用 nianbao forms show 查看编号。")
        filling.refuse(key, say("没有这个编号{advice}", advice=advice))


def _beyond_cells(value: Value, *, as_given: bool) -> Message | None:
    """Why a spreadsheet cannot keep the number: too large for a cell, or with more digits than it has.

    Given as it is, a number may have more digits: some programs write them, and a check has to cope.
    """
    if not isinstance(value, int | Decimal) or isinstance(value, bool):
        return None
    number = Decimal(value)
    shown = str(value) if len(str(value)) <= LONGEST_SHOWN else f"{str(value)[:LONGEST_SHOWN]}…"
    most = LARGEST_EXPONENT if as_given else INTEGER_DIGITS
    if number and not -LARGEST_EXPONENT < number.adjusted() < most:
        return say("{value} 这样大或这样小的数，单元格放不下。请核对数字和单位。", value=shown)
    digits = "".join(map(str, number.as_tuple().digits)).strip("0")
    if len(digits) > INTEGER_DIGITS and not as_given:
        return say(
            "{value} 有 {digits} 位有效数字，表格软件只能存 {most} 位。请核对，或四舍五入后再填。",
            value=shown,
            digits=len(digits),
            most=INTEGER_DIGITS,
        )
    return None


def _fillable(layout: Layout) -> list[str]:
    """Every id that may be given."""
    return [
        key
        for key, box in layout.box_of.items()
        if isinstance(box.content, Answer) or key in layout.form.fields
    ]


def _take_figure(filling: Filling, form_field: Field, value: Value) -> None:
    """A value for an input cell of a table."""
    complaint = None if value is None or filling.as_given else _complaint(form_field, value)
    if complaint:
        filling.refuse(form_field.id, complaint)
        return
    if isinstance(value, str):
        filling.inputs[form_field.id] = ErrorValue(value) if value in ERRORS else value
    else:
        filling.inputs[form_field.id] = plain(value)


def plain(value: int | Decimal | None) -> int | Decimal | None:
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


def _take_words(filling: Filling, key: str, value: Value) -> None:
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
    elif text is not None and len(text) > LONGEST:
        filling.refuse(key, say("文字超过 {most} 个字，一个单元格放不下", most=LONGEST))
    elif text is not None and len(text) > REASON_CHARACTERS and is_reason(key) and not filling.as_given:
        filling.refuse(key, say("情况说明最多 {most} 个字，请写得简要些", most=REASON_CHARACTERS))
    else:
        filling.inputs[key] = text


def as_typed(value: Value) -> Shown:
    """A given total as it would be typed."""
    if isinstance(value, str):
        return ErrorValue(value) if value in ERRORS else value
    return plain(value)
