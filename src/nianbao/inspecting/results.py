"""What the formulas of a finished workbook give, worked out from its bytes alone.

Written without a look at the layout's own reckoning, so that the two, and the results in the file, hold each other.
"""

from __future__ import annotations

import operator
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from typing import TYPE_CHECKING, Any

from nianbao.inspecting.expressions import Call, Constant, Reference, UnknownFormulaError, parse
from nianbao.opening.grid import Kind

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from nianbao.inspecting.expressions import Expression
    from nianbao.inspecting.finished import At
    from nianbao.opening.grid import Cell, Workbook


class Error(str):
    """An error value, which goes through whatever is worked out with it."""

    __slots__ = ()


Value = Decimal | str | bool | Error | None
"""What a cell holds; None for nothing."""
Values = list[Value]
"""A range in reading order."""
VALUE, DIVISION = Error("#VALUE!"), Error("#DIV/0!")
COMPARE: Mapping[str, Callable[[Any, Any], bool]] = {
    "=": operator.eq,
    "<>": operator.ne,
    "<": operator.lt,
    ">": operator.gt,
    "<=": operator.le,
    ">=": operator.ge,
}
ADD: Mapping[str, Callable[[Decimal, Decimal], Decimal]] = {
    "+": operator.add,
    "-": operator.sub,
    "*": operator.mul,
}
DEEPEST = 50


class Results:
    """The results of a workbook's formulas, each worked out when it is first asked for."""

    def __init__(self, workbook: Workbook) -> None:
        self._cells = {sheet.name: sheet.cells for sheet in workbook.sheets}
        self._names = workbook.names
        self._known: dict[tuple[str, At], Value] = {}
        self._under: list[tuple[str, At]] = []
        self._trees: dict[tuple[str, str], Expression] = {}

    def tree(self, formula: str, sheet: str) -> Expression:
        """The formula on that sheet as a tree. Raises UnknownFormulaError."""
        if (formula, sheet) not in self._trees:
            self._trees[formula, sheet] = parse(formula, sheet, self._names)
        return self._trees[formula, sheet]

    def at(self, sheet: str, at: At) -> Value:
        """What stands in a cell: its formula's result, or what was typed. Raises UnknownFormulaError."""
        cell = self._cells[sheet].get(at)
        if cell is None or cell.formula is None:
            return _typed(cell)
        key = (sheet, at)
        if key not in self._known:
            if key in self._under or len(self._under) > DEEPEST:
                raise UnknownFormulaError(cell.formula)
            self._under.append(key)
            try:
                result = self._value(self.tree(cell.formula, sheet))
            finally:
                self._under.pop()
            self._known[key] = Decimal(0) if result is None else result
        return self._known[key]

    def _value(self, tree: Expression) -> Value:
        found = self._each(tree)
        return found[0] if isinstance(found, list) else found

    def _each(self, tree: Expression) -> Value | Values:
        """One value, or one for each cell of a range."""
        match tree:
            case Constant(value):
                return value
            case Reference(sheet):
                return _one([self.at(sheet, at) for at in tree.cells])
            case Call("IF", (test, then, otherwise)):
                chosen = self._value(test)
                return chosen if isinstance(chosen, Error) else self._value(then if chosen else otherwise)
            case Call("IFERROR", (first, other)):
                tried = self._value(first)
                return self._value(other) if isinstance(tried, Error) else tried
            case Call(name, parts):
                return self._called(name, parts)

    def _called(self, name: str, parts: Sequence[Expression]) -> Value | Values:
        """A function that looks at all that is in it."""
        if name == "ISFORMULA" and isinstance(parts[0], Reference):
            cells = self._cells[parts[0].sheet]
            return _one([bool((cell := cells.get(at)) and cell.formula) for at in parts[0].cells])
        if name in WHOLE:
            return WHOLE[name]([self._list(part) for part in parts])
        return _spread(name, [self._each(part) for part in parts])

    def _list(self, tree: Expression) -> Values:
        found = self._each(tree)
        return found if isinstance(found, list) else [found]


def _one(values: Values) -> Value | Values:
    """A range of one cell as that cell's value."""
    return values if len(values) > 1 else values[0]


def _typed(cell: Cell | None) -> Value:
    """What a cell without a formula holds."""
    if cell is None or cell.kind is Kind.EMPTY:
        return None
    if cell.kind is Kind.NUMBER:
        return Decimal(cell.text)
    if cell.kind is Kind.BOOLEAN:
        return cell.text == "TRUE"
    return Error(cell.text) if cell.kind is Kind.ERROR else cell.text


def shown(cell: Cell | None) -> Value:
    """The result that the file holds for a cell; an empty text where it has none."""
    found = _typed(cell)
    return "" if found is None else found


def _spread(name: str, parts: Sequence[Value | Values]) -> Value | Values:
    """A function or operator over single values, or cell by cell."""
    if name not in SINGLE:
        raise UnknownFormulaError(name)
    lengths = {len(part) for part in parts if isinstance(part, list)}
    if not lengths:
        return SINGLE[name](*parts)
    if len(lengths) > 1:
        raise UnknownFormulaError(name)
    columns = [part if isinstance(part, list) else [part] * max(lengths) for part in parts]
    rows = list(zip(*columns, strict=True))
    known = {row: SINGLE[name](*row) for row in set(rows)}  # most cells of a blank hold the same
    return [known[row] for row in rows]


def _number(value: Value) -> Decimal | Error:
    """A value as a number: nothing is 0, words are an error unless they say one."""
    if isinstance(value, Error | Decimal):
        return value
    if isinstance(value, str):
        try:
            return Decimal(value.strip())
        except InvalidOperation:
            return VALUE
    return Decimal(int(value or 0))


def _arithmetic(sign: str) -> Callable[[Value, Value], Value]:
    def worked(left: Value, right: Value) -> Value:
        first, second = _number(left), _number(right)
        if isinstance(first, Error) or isinstance(second, Error):
            return first if isinstance(first, Error) else second
        return ADD[sign](first, second)

    return worked


def _divided(left: Value, right: Value) -> Value:
    first, second = _number(left), _number(right)
    if isinstance(first, Error) or isinstance(second, Error):
        return first if isinstance(first, Error) else second
    return first / second if second else DIVISION


def _compared(sign: str) -> Callable[[Value, Value], Value]:
    """Numbers come before words, words before truths; nothing is what it is held against."""

    def worked(left: Value, right: Value) -> Value:
        if isinstance(left, Error) or isinstance(right, Error):
            return left if isinstance(left, Error) else right
        return COMPARE[sign](_rank(left, right), _rank(right, left))

    return worked


def _rank(value: Value, beside: Value) -> tuple[int, Any]:
    if value is None:
        value = "" if isinstance(beside, str) else Decimal(0)
    if isinstance(value, bool):
        return (2, value)
    return (1, value.casefold()) if isinstance(value, str) else (0, value)


def _text(value: Value) -> str:
    if isinstance(value, Decimal):
        return format(value.normalize(), "f")
    return "" if value is None else str(value)


def _worded(function: Callable[..., Value]) -> Callable[..., Value]:
    """A function over words; an error among them is its result."""

    def worked(*values: Value) -> Value:
        error = next((value for value in values if isinstance(value, Error)), None)
        return function(*map(_text, values)) if error is None else error

    return worked


def _rounded(value: Value, decimals: Value) -> Value:
    number, places = _number(value), _number(decimals)
    if isinstance(number, Error) or isinstance(places, Error):
        return number if isinstance(number, Error) else places
    try:
        return number.quantize(Decimal(1).scaleb(-int(places)), ROUND_HALF_UP)
    except InvalidOperation:
        return number


def _absolute(value: Value) -> Value:
    number = _number(value)
    return number if isinstance(number, Error) else abs(number)


def _summed(parts: list[Values]) -> Value:
    """SUM: numbers only; words and nothing in ranges are passed over."""
    values = [value for part in parts for value in part]
    error = next((value for value in values if isinstance(value, Error)), None)
    numbers = (value for value in values if isinstance(value, Decimal))
    return sum(numbers, Decimal(0)) if error is None else error


def _counted(parts: list[Values]) -> Value:
    return Decimal(sum(isinstance(value, Decimal) for part in parts for value in part))


def _all_or_any(decide: Callable[[list[bool]], bool]) -> Callable[[list[Values]], Value]:
    def worked(parts: list[Values]) -> Value:
        values = [value for part in parts for value in part]
        error = next((value for value in values if isinstance(value, Error)), None)
        return decide([bool(value) for value in values]) if error is None else error

    return worked


SINGLE: Mapping[str, Callable[..., Value]] = {
    **{sign: _arithmetic(sign) for sign in ADD},
    **{sign: _compared(sign) for sign in COMPARE},
    "/": _divided,
    "&": _worded(lambda left, right: left + right),
    "TRIM": _worded(lambda text: " ".join(filter(None, text.split(" ")))),
    "SUBSTITUTE": _worded(lambda text, old, new: text.replace(old, new)),
    "EXACT": _worded(operator.eq),
    "ROUND": _rounded,
    "ABS": _absolute,
    "ISERROR": lambda value: isinstance(value, Error),
    "ISNUMBER": lambda value: isinstance(value, Decimal),
}
"""Functions and operators of single values."""
WHOLE: Mapping[str, Callable[[list[Values]], Value]] = {
    "SUM": _summed,
    "SUMPRODUCT": _summed,
    "COUNT": _counted,
    "AND": _all_or_any(all),
    "OR": _all_or_any(any),
}
"""Functions of whole ranges; of SUMPRODUCT the kind with one array, which must be of numbers."""
SPECIAL = frozenset({"IF", "IFERROR", "ISFORMULA"})
"""Functions that do not look at all that is in them, or not at its values."""
KNOWN = SINGLE.keys() | WHOLE.keys() | SPECIAL
