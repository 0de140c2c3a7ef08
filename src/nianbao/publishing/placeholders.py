"""Placeholders in a text: 「新收 {{ t3.new.total }} 件」 with the checked figure in its place.

A text is no template: of what stands in braces only names of figures, sums and differences of them, and the functions
of `figures` are understood; all else is an error that names its place.
"""

from __future__ import annotations

import ast
import re
from typing import TYPE_CHECKING

from nianbao.frozen import frozen
from nianbao.messages import say
from nianbao.publishing.figures import FUNCTIONS, Figure, SourceError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from nianbao.messages import Message
    from nianbao.publishing.figures import Figures, Names

PLACE = re.compile(r"\{\{(.*?)\}\}", re.DOTALL)
BRACES = re.compile(r"\{\{|\}\}|\{%|%\}")
LONGEST = 300
SHOWN = 40


@frozen
class Told:
    """A piece of a text: as written, or a figure with the expression that it came from."""

    text: str
    expression: str = ""


def told(text: str, figures: Figures) -> tuple[Told, ...]:
    """The text in pieces. Raises SourceError for the first placeholder that has no source."""
    pieces, end = [], 0
    for found in PLACE.finditer(text):
        pieces += [
            Told(_plain(text[end : found.start()])),
            Told(value_of(found[1], figures), found[1].strip()),
        ]
        end = found.end()
    return (*pieces, Told(_plain(text[end:])))


def shown(pieces: tuple[Told, ...]) -> str:
    """The text as it reads."""
    return "".join(piece.text for piece in pieces)


def faults(text: str, figures: Figures) -> Iterator[SourceError]:
    """What is wrong with each placeholder of the text."""
    for found in PLACE.finditer(text):
        try:
            value_of(found[1], figures)
        except SourceError as error:
            yield error
    try:
        _plain(PLACE.sub("", text))
    except SourceError as error:
        yield error


def value_of(expression: str, figures: Figures) -> str:
    """The figure, share or change that an expression names. Raises SourceError."""
    if len(expression) > LONGEST:
        raise SourceError(say("「{{{{」和「}}}}」之间太长"))
    try:
        tree = ast.parse(expression.strip(), mode="eval").body
        return str(_value(tree, figures))
    except (SyntaxError, ValueError, TypeError, RecursionError, MemoryError):
        raise SourceError(_odd(expression)) from None


def _value(node: ast.expr, figures: Figures) -> Figure | Names | str | int:
    match node:
        case ast.Name() | ast.Attribute():
            return figures.at(_name(node))
        case ast.BinOp(left=left, op=ast.Add() | ast.Sub() as op, right=right):
            one, other = _value(left, figures), _value(right, figures)
            if isinstance(one, Figure) and isinstance(other, Figure):
                return one + other if isinstance(op, ast.Add) else one - other
            raise TypeError
        case ast.Call(func=ast.Name(id=name), args=arguments, keywords=named) if name in FUNCTIONS:
            given = {word.arg or "": _value(word.value, figures) for word in named}
            return FUNCTIONS[name](*(_value(argument, figures) for argument in arguments), **given)
        case ast.Constant(value=int(number)) if not isinstance(number, bool):
            return number
        case _:
            raise TypeError


def _name(node: ast.expr) -> str:
    """`t3.new.total`."""
    if isinstance(node, ast.Name):
        return node.id
    if isinstance(node, ast.Attribute):
        return f"{_name(node.value)}.{node.attr}"
    raise TypeError


def _plain(text: str) -> str:
    """Text without braces that are open or closed only."""
    found = BRACES.search(text)
    if found:
        raise SourceError(_odd(text[found.start() :]))
    return text


def _odd(expression: str) -> Message:
    return say(
        "「{text}」看不懂。请写成 {{{{ t3.new.total }}}} 或 {{{{ percent(t3.granted.total, of=t3.handled.total) }}}}",
        text=expression.strip()[:SHOWN],
    )
