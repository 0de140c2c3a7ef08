"""The validator's complaints about a value, in the words of people who write definitions."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nianbao.definition.mistakes import shown
from nianbao.definition.nodes import LONGEST_NUMBER
from nianbao.definition.stand_ins import annotation_at, choices_of
from nianbao.messages import Message, mark, say
from nianbao.problems import did_you_mean

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pydantic_core import ErrorDetails

    from nianbao.definition.mistakes import PartPath

_NUMBER = mark("要填数字，不加引号")
_ADVICE: Mapping[str, str] = {
    "string_type": mark("要写文字；看上去是数字的，两边加引号"),
    "int_type": mark("要填整数，不加引号"),
    "float_type": _NUMBER,
    "finite_number": _NUMBER,
    "bool_type": mark("要填 true 或 false"),
    "bool_parsing": mark("要填 true 或 false"),
    "dict_type": mark("这里要写下一级的各项，每项一个名称、冒号和内容"),
    "model_type": mark("这里要写下一级的各项，每项一个名称、冒号和内容"),
    "list_type": mark("要写成列表，如 [甲, 乙]"),
    "string_too_long": mark("最多 {max_length} 个字"),
    "string_pattern_mismatch": mark("只用小写字母、数字和规定的符号，也不能太长"),
    "greater_than_equal": mark("不能小于 {ge:g}"),
    "less_than_equal": mark("不能大于 {le:g}"),
}
_NUMBERS = {"int_type", "float_type"}
_VALUES = {"enum", "literal_error"}


def wording(path: PartPath, detail: ErrorDetails) -> Message:
    """The complaint about the value at `path`."""
    word = str(next((step for step in reversed(path) if isinstance(step, str)), ""))
    value = detail["input"]
    if detail["type"] == "too_short":
        return say("「{word}」里至少要有一项", word=word)
    if detail["type"] in _VALUES:
        known = choices_of(annotation_at(path))
        return say(
            '「{word}」里未知的值 "{value}"{hint}（可用：{known}）',
            word=word,
            value=shown(value),
            hint=did_you_mean(str(value), known),
            known=" / ".join(known),
        )
    if detail["type"] in _NUMBERS and isinstance(value, str) and len(value) > LONGEST_NUMBER:
        return say("「{word}」写的是「{value}」：太长，不像是数字", word=word, value=shown(value))
    advice = Message(_ADVICE.get(detail["type"], detail["msg"]), tuple(sorted(detail.get("ctx", {}).items())))
    if isinstance(value, dict | list) or value is None:
        return say("「{word}」写得不对：{advice}", word=word, advice=advice)
    return say("「{word}」写的是「{value}」：{advice}", word=word, value=shown(value), advice=advice)
