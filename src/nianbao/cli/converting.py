"""Texts, switches and paths of the command line taken as they are given.

Typer converts every value with pydantic, whose import takes longer than all else that `status` does. A text is no
other text afterwards, and what is wrong with a path is told better by the command that opens it.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, get_args

from nianbao.frozen import frozen

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

_PLAIN: Mapping[type, Callable[[Any], object]] = {str: str, bool: bool, Path: Path}
"""A switch comes as a truth value already, or not at all: no option of ours is read from the environment."""


@frozen
class _Plain:
    """What typer asks for a value: one of a text or path, or a tuple of them where there may be many."""

    convert: Callable[[Any], object]

    def coerce(self, value: Any, *, param: Any, ctx: Any) -> object:  # noqa: ARG002 -- typer's signature
        """The value; None for one that was not given."""
        if param.multiple or param.nargs == -1:
            return tuple(map(self.convert, value or ()))
        return None if value is None else self.convert(value)


def take_plainly(params: Iterable[Any]) -> Iterator[Any]:
    """The parameters: texts, switches and paths are converted here, all others (and those with a parser) by typer.

    A typer that keeps its converter elsewhere takes no notice: commands then start more slowly, no more.
    """
    for param in params:
        wanted = param.type_descriptor
        one, *_ = (*get_args(wanted.annotation), wanted.annotation)
        convert = _PLAIN.get(one)
        if convert and wanted.parameter_info.parser is None:
            param._runtime_param = _Plain(convert)  # noqa: SLF001 -- typer has no public place for it
        yield param
