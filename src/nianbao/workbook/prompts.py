"""What Excel says when a unit enters a cell, and what it refuses to take."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from nianbao.definition.form import FieldType
from nianbao.layout.explaining import MOST_CHARACTERS as MOST_OF_A_REASON
from nianbao.layout.explaining import TITLE, is_reason
from nianbao.layout.planning import CHOICES, COVER_ENTRIES, DECLARATION, DECLARATION_LABEL
from nianbao.layout.prose import MOST_CHARACTERS

if TYPE_CHECKING:
    from nianbao.definition.form import Field
    from nianbao.definition.texts import Text
    from nianbao.layout.places import Layout

TITLE_LENGTH, TEXT_LENGTH = 32, 255
LARGEST = 999_999_999_999
WRONG = "填得不对"
ENTRY_PROMPTS = {
    "cover.contact": "填表人的姓名。",
    "cover.phone": "填表人的电话，如 0527-80000000。",
    "cover.filled_on": "如 2026-01-20。",
}


def validation(layout: Layout, key: str) -> dict[str, Any]:
    """The validation of what the unit fills, by id; every one has a prompt in Chinese."""
    field = layout.form.fields.get(key)
    if field:
        return _field_validation(field, layout.places[key].address)
    if key == DECLARATION:
        return _declaration()
    if key in COVER_ENTRIES:
        return {"validate": "any", **_prompt(COVER_ENTRIES[key], ENTRY_PROMPTS[key])}
    if is_reason(key):
        return _explanation_validation()
    return _prose_validation(next(text for text in layout.form.texts if text.id == key))


def _field_validation(field: Field, address: str) -> dict[str, Any]:
    """The validation of an input of a table: its kind of number or its choices."""
    prompt = " ".join(filter(None, (_asks(field), field.help)))
    rules = {**_prompt(field.label, prompt), **_refusal(_refuses(field)), "ignore_blank": True}
    match field.type:
        case FieldType.CHOICE:
            return rules | {"validate": "list", "source": list(field.choices)}
        case FieldType.DECIMAL:
            return rules | {"validate": "custom", "value": _amount_test(address)}
        case _:
            least = -LARGEST if field.type is FieldType.SIGNED else 0
            limits = {"criteria": "between", "minimum": least, "maximum": LARGEST}
            return rules | {"validate": "integer", **limits}


def _amount_test(address: str) -> str:
    """The formula that an amount must satisfy; Excel's own kind for decimals does not count them."""
    decimals = FieldType.DECIMAL.decimals
    tests = f"{address}>=0,{address}<={LARGEST},ROUND({address},{decimals})={address}"
    return f"=AND(ISNUMBER({address}),{tests})"


def _declaration() -> dict[str, Any]:
    """The validation of 「空白单元格均为 0」."""
    return {
        "validate": "list",
        "source": list(CHOICES),
        **_prompt(DECLARATION_LABEL, "选「是」：没填的单元格都按 0 计。"),
        **_refusal("请从下拉列表中选「是」或「否」。"),
    }


def _prose_validation(text: Text) -> dict[str, Any]:
    """The validation of a section's cells: a warning, as what does not show is read all the same."""
    return {
        "validate": "length",
        "criteria": "<=",
        "value": MOST_CHARACTERS,
        **_prompt(text.title, "每段填一格，从第一格起。" + text.help),
        "error_type": "warning",
        "error_title": "这一格太长",
        "error_message": f"超过 {MOST_CHARACTERS} 字，打印时可能显示不全。请把后面的段落填到下一格。",
    }


def _explanation_validation() -> dict[str, Any]:
    """The validation of a reason: short, so that it can be read where it stands."""
    most = MOST_OF_A_REASON
    return {
        "validate": "length",
        "criteria": "<=",
        "value": most,
        **_prompt(TITLE, f"属实的写明原因，不属实的改正数字；没有要说明的不填。最多 {most} 字。"),
        **_refusal(f"最多 {most} 字，请写得简要些；详细情况可写在文字部分。"),
    }


def _prompt(title: str, text: str) -> dict[str, Any]:
    """What is shown beside the cell while it is entered."""
    return {"input_title": _cut(title, TITLE_LENGTH), "input_message": _cut(text, TEXT_LENGTH)}


def _refusal(text: str) -> dict[str, Any]:
    """What is said to anything else."""
    return {"error_title": WRONG, "error_message": _cut(text, TEXT_LENGTH)}


def _asks(field: Field) -> str:
    """What belongs in the cell."""
    unit = f"（{field.unit}）" if field.unit else ""
    match field.type:
        case FieldType.CHOICE:
            return "请从下拉列表中选。"
        case FieldType.DECIMAL:
            return f"填数字{unit}，小数最多 {field.type.decimals} 位；没有的填 0。"
        case FieldType.SIGNED:
            return f"填整数{unit}，减少填负数；没有的填 0。"
        case _:
            return f"填整数{unit}；没有的填 0。"


def _refuses(field: Field) -> str:
    """What Excel says to anything else."""
    match field.type:
        case FieldType.CHOICE:
            return f"只能选：{'、'.join(field.choices)}。"
        case FieldType.DECIMAL:
            return f"只能填不小于 0 的数字，小数最多 {field.type.decimals} 位，不要填单位或文字。"
        case FieldType.SIGNED:
            return "只能填整数，不要填单位或文字。"
        case _:
            return "只能填不小于 0 的整数，不要填单位或文字。"


def _cut(text: str, length: int) -> str:
    """The text within Excel's limit."""
    return text if len(text) <= length else text[: length - 1] + "…"
