"""What Excel says when a unit enters a cell, and what it refuses to take."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from nianbao.definition.form import FieldType
from nianbao.layout.planning import CHOICES, DECLARATION

if TYPE_CHECKING:
    from nianbao.definition.form import Field

TITLE_LENGTH, TEXT_LENGTH = 32, 255
LARGEST = 999_999_999_999


def field_validation(field: Field) -> dict[str, Any]:
    """The validation of an input: its kind of number or its choices, the prompt in Chinese."""
    prompt = " ".join(filter(None, (_asks(field), field.help)))
    rules: dict[str, Any] = {
        "input_title": _cut(field.label, TITLE_LENGTH),
        "input_message": _cut(prompt, TEXT_LENGTH),
        "error_title": "填得不对",
        "error_message": _cut(_refuses(field), TEXT_LENGTH),
        "ignore_blank": True,
    }
    if field.type is FieldType.CHOICE:
        return rules | {"validate": "list", "source": list(field.choices)}
    kind = "decimal" if field.type is FieldType.DECIMAL else "integer"
    least = -LARGEST if field.type is FieldType.SIGNED else 0
    return rules | {"validate": kind, "criteria": "between", "minimum": least, "maximum": LARGEST}


def entry_validation(key: str) -> dict[str, Any]:
    """The validation of a cover entry; none for texts."""
    if key == DECLARATION:
        return {
            "validate": "list",
            "source": list(CHOICES),
            "input_title": "空白单元格均为 0",
            "input_message": "选「是」：没填的单元格都按 0 计。",
            "error_title": "填得不对",
            "error_message": "请从下拉列表中选「是」或「否」。",
        }
    if key.endswith("_on"):
        return {"validate": "any", "input_title": "填表日期", "input_message": "如 2026-01-20。"}
    return {}


def _asks(field: Field) -> str:
    """What belongs in the cell."""
    unit = f"（{field.unit}）" if field.unit else ""
    match field.type:
        case FieldType.CHOICE:
            return "请从下拉列表中选。"
        case FieldType.DECIMAL:
            return f"填数字{unit}，可以有小数；没有的填 0。"
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
            return "只能填不小于 0 的数字，不要填单位或文字。"
        case FieldType.SIGNED:
            return "只能填整数，不要填单位或文字。"
        case _:
            return "只能填不小于 0 的整数，不要填单位或文字。"


def _cut(text: str, length: int) -> str:
    """The text within Excel's limit."""
    return text if len(text) <= length else text[: length - 1] + "…"
