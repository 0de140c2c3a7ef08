"""A command's help as text, in the user's language, folded to the terminal.

Typer's own help is in English, and its panels cost 100 ms more than all else that `--help` does.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from nianbao.frozen import frozen
from nianbao.messages import catalogue, mark
from nianbao.wrapping import hanging, padded, width

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

_MARGIN = "  "
_WIDEST_NAME = 30
_TYPERS_OWN: Mapping[str, str] = {
    "help": mark("显示用法。"),
    "install_completion": mark("为当前的命令行安装命令补全。"),
    "show_completion": mark("显示命令补全的脚本，以便复制或修改。"),
}


def help_text(context: Any, *, commands: Iterable[tuple[str, str]] = (), language: str, columns: int) -> str:
    """The help of the context's command; `commands` are the names and help texts of those beneath it."""
    return "\n".join(_lines(context, list(commands), language=language, columns=columns))


def _lines(
    context: Any, commands: Sequence[tuple[str, str]], *, language: str, columns: int
) -> Iterator[str]:
    words = _Words(language)
    command = context.command
    pieces = [
        words(mark("[选项]")),
        *_arguments(command, context, words),
        *([words(mark("命令 …"))] if commands else []),
    ]
    usage = " ".join([context.command_path, *pieces])
    yield from hanging(usage, columns, first=words(mark("用法：")), rest=_MARGIN * 2)
    yield ""
    yield from hanging(words(command.help or ""), columns)
    shown = [param for param in command.get_params(context) if not getattr(param, "hidden", False)]
    arguments = [param for param in shown if param.param_type_name == "argument"]
    options = [param for param in shown if param.param_type_name == "option"]
    yield from _section(words(mark("参数：")), [_entry(param, words) for param in arguments], columns)
    yield from _section(words(mark("选项：")), [_entry(param, words) for param in options], columns)
    yield from _section(words(mark("命令：")), [(name, words(text)) for name, text in commands], columns)


@frozen
class _Words:
    """Marked texts in one language."""

    language: str

    def __call__(self, text: str) -> str:
        return catalogue(self.language).gettext(text) if text else ""


def _arguments(command: Any, context: Any, words: _Words) -> Iterator[str]:
    """What follows the options in the usage line."""
    for param in command.get_params(context):
        if param.param_type_name == "argument":
            yield _name(param, words) if param.required else f"[{_name(param, words)}]"


def _name(param: Any, words: _Words) -> str:
    """`--year 年`, `-o, --output FILE`, `PATH…`."""
    metavar = words(str(param.metavar or ""))
    if param.param_type_name == "argument":
        return metavar + ("…" if param.nargs == -1 else "")
    opts = ", ".join(sorted(param.opts, key=len))
    return f"{opts} {metavar}".rstrip()


def _entry(param: Any, words: _Words) -> tuple[str, str]:
    """The parameter's name and what it does."""
    text = words(_TYPERS_OWN.get(param.name, param.help or ""))
    must = words(mark("（必填）")) if param.required and param.param_type_name == "option" else ""
    return _name(param, words), text + must


def _section(title: str, entries: Sequence[tuple[str, str]], columns: int) -> Iterator[str]:
    """A heading with entries beneath it, names and texts in two columns."""
    if not entries:
        return
    room = min(_WIDEST_NAME, max(width(name) for name, _ in entries))
    rest = _MARGIN + " " * room + _MARGIN
    yield ""
    yield title
    for name, text in entries:
        if width(name) > room:
            yield _MARGIN + name
            yield from hanging(text, columns, first=rest, rest=rest)
        else:
            yield from hanging(text, columns, first=_MARGIN + padded(name, room) + _MARGIN, rest=rest)
