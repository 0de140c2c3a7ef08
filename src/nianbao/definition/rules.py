"""Relations between cells: text like `t3.new[column] + t3.carried_in[column] == …` as values.

`previous.t3.carried_out.total` is the figure of the period before.

Parsed with Python's own grammar (`ast`), never evaluated by Python. The same value gives the check over one
return (numbers), the check over many (columns of them: only + − × and comparisons are used), the Excel formula
and the sentence.
"""

from __future__ import annotations

import ast
import operator
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Protocol

from nianbao.definition.form import AMOUNT_DECIMALS
from nianbao.definition.mistakes import shown
from nianbao.frozen import frozen
from nianbao.messages import Message, say

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

LARGEST = 10**12
MOST_TIMES = 1000
"""An input has 15 digits: a thousand times as much is still exact in machine integers."""
PREVIOUS = "previous."
"""What stands before an id that means the figure of the period before."""
CELL = "cell"
"""The word of `for each` that stands for a whole id."""
OPERATORS: Mapping[type[ast.cmpop], str] = {
    ast.Eq: "==",
    ast.NotEq: "!=",
    ast.Lt: "<",
    ast.LtE: "<=",
    ast.Gt: ">",
    ast.GtE: ">=",
}
_COMPARE: Mapping[str, Callable[[Any, Any], Any]] = {
    "==": operator.eq,
    "!=": operator.ne,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}
_EXCEL = {"==": "=", "!=": "<>", "<": "<", "<=": "<=", ">": ">", ">=": ">="}
_SPOKEN = {"==": "=", "!=": "≠", "<": "<", "<=": "≤", ">": ">", ">=": "≥"}


class ExpressionError(Exception):
    """The text is no relation; `message` says why."""

    def __init__(self, message: Message) -> None:
        self.message = message
        super().__init__(message.text())


class Values(Protocol):
    """Numbers (or columns of numbers) by cell id."""

    def __getitem__(self, key: str, /) -> Any: ...


def is_earlier(cell: str) -> bool:
    """Whether the id means the figure of the period before."""
    return cell.startswith(PREVIOUS)


def of_field(cell: str) -> str:
    """The field that an id means, of whichever period."""
    return cell.removeprefix(PREVIOUS)


@frozen
class Linear:
    """A sum of cells, each so many times, and a constant."""

    terms: tuple[tuple[int, str], ...]
    constant: Decimal = Decimal(0)

    @property
    def ids(self) -> tuple[str, ...]:
        """The cells in it, as written."""
        return tuple(cell for _, cell in self.terms)

    def value(self, values: Values) -> Any:
        """The sum over `values`; of columns a column. Decimals stay exact."""
        whole = self.constant == self.constant.to_integral_value()
        result: Any = int(self.constant) if whole else self.constant
        for times, cell in self.terms:
            if times == 1:
                result = result + values[cell]
            elif times == -1:
                result = result - values[cell]
            else:
                result = result + times * values[cell]
        return result

    def excel(self, address: Callable[[str], str]) -> str:
        """`SUM(C5,C6)-SUM(C7)`: SUM passes over blanks and words as our engine does."""
        plus = [address(cell) for times, cell in self.terms if times == 1]
        minus = [address(cell) for times, cell in self.terms if times == -1]
        text = f"SUM({','.join(plus)})" if plus else ""
        text += f"-SUM({','.join(minus)})" if minus else ""
        text += "".join(f"{n:+}*SUM({address(cell)})" for n, cell in self.terms if abs(n) != 1)
        text = text.removeprefix("+")
        return text + (f"{self.constant:+}" if text else str(self.constant)) * bool(self.constant or not text)

    def sentence(self, name: Callable[[str], str]) -> str:
        """`「一、…」+「二、…」`."""
        spoken = "".join(
            f" {'+' if times > 0 else '−'} {f'{abs(times)} × ' * (abs(times) != 1)}「{name(cell)}」"
            for times, cell in self.terms
        )
        if self.constant or not self.terms:
            spoken += f" {'−' if self.constant < 0 else '+'} {abs(self.constant)}"
        return spoken.removeprefix(" + ").strip()


@frozen
class Comparison:
    """Two sums and what must hold between them."""

    left: Linear
    sign: str
    right: Linear

    @property
    def ids(self) -> tuple[str, ...]:
        """The cells on both sides, each once."""
        return tuple(dict.fromkeys(self.left.ids + self.right.ids))

    @property
    def own_ids(self) -> tuple[str, ...]:
        """The cells of the period reported on."""
        return tuple(cell for cell in self.ids if not is_earlier(cell))

    @property
    def earlier_ids(self) -> tuple[str, ...]:
        """The fields whose figures of the period before are in it, without the prefix."""
        return tuple(of_field(cell) for cell in self.ids if is_earlier(cell))

    def holds(self, values: Values) -> Any:
        """True where it holds; a column of truths for columns."""
        return _COMPARE[self.sign](self.left.value(values), self.right.value(values))

    def accepts(self, difference: Decimal | int) -> bool:
        """Whether it holds where left − right is that."""
        return bool(_COMPARE[self.sign](difference, 0))

    def excel_holds(self, difference: str) -> str:
        """The comparison of an Excel difference (left − right) with 0."""
        return f"{difference}{_EXCEL[self.sign]}0"

    def excel(self, address: Callable[[str], str]) -> str:
        """The whole relation as an Excel truth."""
        difference = f"ROUND({self.left.excel(address)}-({self.right.excel(address)}),6)"
        return self.excel_holds(difference)

    def sentence(self, name: Callable[[str], str]) -> str:
        """The relation in the form's own labels."""
        return f"{self.left.sentence(name)} {_SPOKEN[self.sign]} {self.right.sentence(name)}"


def parse_relations(text: str, bound: Mapping[str, str]) -> tuple[Comparison, ...]:
    """The relations in `text` (several joined by `and`); `[column]` is replaced from `bound`.

    Raises ExpressionError where the text is not one.
    """
    try:
        tree = ast.parse(text.strip(), mode="eval").body
        parts = tree.values if isinstance(tree, ast.BoolOp) and isinstance(tree.op, ast.And) else [tree]
        return tuple(_comparison(part, bound) for part in parts)
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        raise ExpressionError(say("看不懂的关系式「{text}」", text=shown(text))) from error


def unknown_ids(relations: Iterable[Comparison], known: Iterable[str]) -> tuple[str, ...]:
    """The ids in the relations that no cell has."""
    ids = dict.fromkeys(cell for relation in relations for cell in relation.ids)
    return tuple(cell for cell in ids if of_field(cell) not in set(known))


def _comparison(node: ast.expr, bound: Mapping[str, str]) -> Comparison:
    """One `left sign right`."""
    if not isinstance(node, ast.Compare) or len(node.ops) != 1 or type(node.ops[0]) not in OPERATORS:
        raise ExpressionError(
            say("关系式要有一个比较号（== != < <= > >=）：「{text}」", text=shown(ast.unparse(node)))
        )
    left, right = _linear(node.left, bound), _linear(node.comparators[0], bound)
    return Comparison(left=left, sign=OPERATORS[type(node.ops[0])], right=right)


def _linear(node: ast.expr, bound: Mapping[str, str]) -> Linear:
    """A side: ids, perhaps so many times, and numbers joined by + and −."""
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add | ast.Sub):
        return _join(_linear(node.left, bound), _linear(node.right, bound), sub=isinstance(node.op, ast.Sub))
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub):
        return _join(Linear(()), _linear(node.operand, bound), sub=True)
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Mult):
        return _times(node, bound)
    if isinstance(node, ast.Constant) and type(node.value) in {int, float}:
        return Linear((), _constant(str(node.value)))
    return Linear(((1, _cell_id(node, bound)),))


def _times(node: ast.BinOp, bound: Mapping[str, str]) -> Linear:
    """`5 * t2.licences.decisions`: a whole number of times."""
    number, side = node.left, _linear(node.right, bound)
    if not (
        isinstance(number, ast.Constant) and type(number.value) is int and 1 <= number.value <= MOST_TIMES
    ):
        message = say(
            "关系式里 * 前面要写 1 到 {most} 的整数：「{text}」",
            most=MOST_TIMES,
            text=shown(ast.unparse(node)),
        )
        raise ExpressionError(message)
    times = number.value
    return Linear(tuple((times * sign, cell) for sign, cell in side.terms), times * side.constant)


def _constant(number: str) -> Decimal:
    """A number as exact as Excel has it."""
    exact = Decimal(number)
    if not abs(exact) < LARGEST or exact != round(exact, AMOUNT_DECIMALS):
        message = say(
            "关系式里的数字「{text}」太大，或小数超过 {most} 位", text=shown(number), most=AMOUNT_DECIMALS
        )
        raise ExpressionError(message)
    return exact


def _join(left: Linear, right: Linear, *, sub: bool) -> Linear:
    """The two sums as one."""
    sign = -1 if sub else 1
    terms = left.terms + tuple((sign * factor, cell) for factor, cell in right.terms)
    return Linear(terms, left.constant + sign * right.constant)


def _cell_id(node: ast.expr, bound: Mapping[str, str]) -> str:
    """`t3.new[column]` as an id; `cell` alone is the whole id that it stands for."""
    if isinstance(node, ast.Name):
        return bound.get(CELL, CELL) if node.id == CELL else node.id
    if isinstance(node, ast.Attribute):
        return f"{_cell_id(node.value, bound)}.{node.attr}"
    if isinstance(node, ast.Subscript) and isinstance(node.slice, ast.Name):
        word = node.slice.id
        if word not in bound:
            raise ExpressionError(say("[{word}] 没有对应的 for each", word=word))
        return f"{_cell_id(node.value, bound)}.{bound[word]}"
    raise ExpressionError(
        say("关系式里只能有编号、数字、+、− 和 *：「{text}」", text=shown(ast.unparse(node)))
    )
