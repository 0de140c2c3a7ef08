"""What the command line does not understand, said in the user's language."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from nianbao.messages import Message, say
from nianbao.problems import did_you_mean

if TYPE_CHECKING:
    from collections.abc import Iterator

    from typer import TyperException

_EXTRA = re.compile(r"unexpected extra argument\S* \((.*)\)", re.DOTALL)
_WRONG = re.compile(r"Invalid value for ('.*?'): (.*)", re.DOTALL)


def misuse(error: TyperException) -> Iterator[Message]:
    """What is wrong, and where to read on. Typer tells its complaints apart by class."""
    given: Any = error
    match type(error).__name__:
        case "MissingParameter":
            yield say("缺少 {name}。", name=_name(given.param))
        case "NoSuchOption":
            hint = did_you_mean(given.option_name, given.possibilities or ())
            yield say("没有选项 {name}{hint}", name=given.option_name, hint=hint)
        case "BadOptionUsage":
            yield say("选项 {name} 用得不对：后面要跟一个值，或者不能跟值。", name=given.option_name)
        case _:
            yield _worded(error.format_message())
    context = getattr(error, "ctx", None)
    if context is not None:
        yield say("运行 {command} --help 查看用法。", command=context.command_path)


def _worded(complaint: str) -> Message:
    """The complaints that have no class of their own."""
    if extra := _EXTRA.search(complaint):
        return say("多出来的内容：{found}。名称里有空格时，两边要加引号。", found=extra[1])
    if wrong := _WRONG.search(complaint):
        return say("{name} 的值不对：{reason}", name=wrong[1].strip("'"), reason=wrong[2])
    return say("用法不对：{reason}", reason=complaint)


def _name(param: Any) -> str:
    """`--year`, or what an argument is called."""
    if param is None:
        return ""
    return str(max(param.opts, key=len) if param.param_type_name == "option" else param.metavar)
