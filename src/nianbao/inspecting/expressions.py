"""A formula's text as a tree: what it calls, compares and adds, and the cells that it looks at."""

from __future__ import annotations

import re
from decimal import Decimal
from types import MappingProxyType
from typing import TYPE_CHECKING

from nianbao.frozen import frozen
from nianbao.inspecting.finished import area
from nianbao.layout.addresses import area_address

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from nianbao.inspecting.finished import Area, At

TOKEN = re.compile(
    r"""\s*(?:(?P<text>"(?:[^"]|"")*")
    |(?P<ref>(?:'[^']+'!|[^\W\d]\w*!)?\$?[A-Z]{1,3}\$?[0-9]+(?::\$?[A-Z]{1,3}\$?[0-9]+)?)(?![\w(])
    |(?P<call>[A-Za-z_][\w.]*)\(
    |(?P<number>[0-9]+(?:\.[0-9]+)?(?:E[+-]?[0-9]+)?)
    |(?P<name>[^\W\d][\w.]*)
    |(?P<sign><=|>=|<>|[-+*/&=<>(),]))""",
    re.VERBOSE,
)
BINDING: Mapping[str, int] = MappingProxyType(
    {
        **dict.fromkeys(("=", "<>", "<", ">", "<=", ">="), 1),
        "&": 2,
        **dict.fromkeys("+-", 3),
        **dict.fromkeys("*/", 4),
    }
)
"""How tightly each operator binds."""
END = ("end", "")
DEEPEST = 60


class UnknownFormulaError(Exception):
    """The text is no formula of the kinds that our workbooks have."""


@frozen
class Constant:
    """A number or words."""

    value: Decimal | str


@frozen
class Reference:
    """Cells of a sheet."""

    sheet: str
    area: Area

    @property
    def address(self) -> str:
        """`B5:D6`, or `B5` for one cell."""
        return area_address(self.area)

    @property
    def cells(self) -> Iterator[At]:
        """Every cell of the area, in reading order."""
        top, left, bottom, right = self.area
        return ((row, column) for row in range(top, bottom + 1) for column in range(left, right + 1))


@frozen
class Call:
    """A function, or an operator by its sign, over what stands in it."""

    name: str
    parts: tuple[Expression, ...]


Expression = Constant | Reference | Call


def parse(formula: str, sheet: str, names: Mapping[str, str]) -> Expression:
    """The formula on that sheet; `names` are the workbook's, with what they point to."""
    reader = _Reader(formula.removeprefix("="), sheet, names)
    tree = reader.expression(0, 0)
    if reader.ahead is not END:
        raise UnknownFormulaError(formula)
    return tree


def references(tree: Expression) -> Iterator[Reference]:
    """The cells that it looks at, in reading order."""
    return (part for part in _parts(tree) if isinstance(part, Reference))


def functions(tree: Expression) -> set[str]:
    """The functions that it calls, and its operators."""
    return {part.name for part in _parts(tree) if isinstance(part, Call)}


def _parts(tree: Expression) -> Iterator[Expression]:
    """The tree and everything in it, in reading order."""
    waiting = [tree]
    while waiting:
        part = waiting.pop()
        yield part
        if isinstance(part, Call):
            waiting.extend(reversed(part.parts))


def _tokens(text: str) -> list[tuple[str, str]]:
    """The formula's tokens as (kind, text), and the end."""
    matches = list(TOKEN.finditer(text))
    if sum(match.end() - match.start() for match in matches) != len(text.rstrip()):
        raise UnknownFormulaError(text)
    return [*((str(match.lastgroup), match[str(match.lastgroup)]) for match in matches), END]


class _Reader:
    """Reads one formula from left to right; `ahead` is the next token."""

    def __init__(self, text: str, sheet: str, names: Mapping[str, str]) -> None:
        self._text, self._waiting = text, iter(_tokens(text))
        self._sheet, self._names = sheet, names
        self.ahead = next(self._waiting)

    def expression(self, binding: int, depth: int) -> Expression:
        """What binds more tightly than that."""
        if depth > DEEPEST:
            raise UnknownFormulaError(self._text)
        left = self._single(depth)
        while self.ahead[0] == "sign" and BINDING.get(self.ahead[1], 0) > binding:
            sign = self._step()
            left = Call(sign, (left, self.expression(BINDING[sign], depth + 1)))
        return left

    def _single(self, depth: int) -> Expression:
        kind, text = self.ahead
        self._step()
        if kind == "sign":
            return self._signed(text, depth)
        if kind == "call":
            return Call(text.removeprefix("_xlfn."), tuple(self._arguments(depth)))
        if kind == "ref" or text in self._names:
            return self._reference(self._names.get(text, text))
        return _constant(kind, text)

    def _signed(self, sign: str, depth: int) -> Expression:
        """Something in parentheses, or below zero."""
        if sign == "-":
            return Call("-", (Constant(Decimal(0)), self.expression(BINDING["*"], depth + 1)))
        if sign != "(":
            raise UnknownFormulaError(self._text)
        inner = self.expression(0, depth + 1)
        self._expect(")")
        return inner

    def _arguments(self, depth: int) -> Iterator[Expression]:
        while True:
            yield self.expression(0, depth + 1)
            if self.ahead != ("sign", ","):
                break
            self._step()
        self._expect(")")

    def _reference(self, text: str) -> Reference:
        sheet, bang, cells = text.rpartition("!")
        try:
            return Reference(sheet.strip("'") if bang else self._sheet, area(cells))
        except ValueError as error:
            raise UnknownFormulaError(text) from error

    def _expect(self, sign: str) -> None:
        if self.ahead != ("sign", sign):
            raise UnknownFormulaError(self._text)
        self._step()

    def _step(self) -> str:
        """The token that was ahead; the next one is ahead then."""
        passed = self.ahead[1]
        self.ahead = next(self._waiting, END)
        return passed


def _constant(kind: str, text: str) -> Constant:
    if kind not in {"text", "number"}:
        raise UnknownFormulaError(text)
    return Constant(text[1:-1].replace('""', '"') if kind == "text" else Decimal(text))
