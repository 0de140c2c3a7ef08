"""What a formula computes, as one text for all its spellings: two formulas of one meaning have the same.

Sums are written out cell by cell, so that `SUM(C5:G5)` and `$C$5+D5+SUM(E5,F5:G5)` are one. Spaces, case, `$`, prefixes
of newer functions, quotes round a sheet's name, and the order of what is added, multiplied or counted do not matter.
"""

from __future__ import annotations

import re
from decimal import Decimal
from typing import TYPE_CHECKING

from nianbao.layout.addresses import column_number

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    Home = Callable[[str, int, int], tuple[str, int, int]]
    Sum = dict[str, Decimal]

LONGEST, DEEPEST, MOST_CELLS, MOST_DIGITS = 8_192, 40, 2_048, 64
"""Excel's most characters; brackets within brackets; cells that ranges are written out to; digits of a number."""
TOKEN = re.compile(
    r"""\s*(?:
    (?P<text>"(?:[^"]|"")*")
    |(?P<area>(?P<sheet>(?:'(?:[^']|'')+'|[^\W\d][\w.]*)!)?
        \$?(?P<c1>[A-Za-z]{1,3})\$?(?P<r1>[1-9][0-9]{0,6})
        (?:\s*:\s*\$?(?P<c2>[A-Za-z]{1,3})\$?(?P<r2>[1-9][0-9]{0,6}))?(?![\w.(!]))
    |(?P<number>[0-9]+(?:\.[0-9]*)?(?:[Ee][+-]?[0-9]{1,3})?)
    |(?P<name>[^\W\d][\w.]*)
    |(?P<error>\#[A-Za-z/0]+[!?]?)
    |(?P<sign><>|<=|>=|[-+*/^&=<>%(),;])
    )""",
    re.VERBOSE,
)
NEWER = re.compile(r"_XLFN\.(_XLWS\.)?")
COMPARED = {">": "<", ">=": "<="}
"""Comparisons written the other way round."""
UNORDERED = frozenset({"COUNT", "COUNTA", "AND", "OR", "MAX", "MIN", "PRODUCT"})
"""Functions whose arguments may stand in any order, and as ranges or cell by cell."""
UNFIT_NAME = re.compile(r"[\[\]!]")
CONSTANT = ""
ONE, NONE = Decimal(1), Decimal(0)


def as_it_stands(sheet: str, row: int, column: int) -> tuple[str, int, int]:
    """A cell that was not moved."""
    return sheet, row, column


def meaning_of(formula: str, own: str, home: Home = as_it_stands) -> str | None:
    """The meaning; None for what is no formula of ours in any spelling."""
    if len(formula) > LONGEST:
        return None
    try:
        return _text(_Parser(formula.removeprefix("="), own, home).whole())
    except (_OtherError, ArithmeticError):
        return None


class _OtherError(Exception):
    """It is none of the formulas that a form has."""


class _Parser:
    """Takes a formula apart, token by token."""

    def __init__(self, formula: str, own: str, home: Home) -> None:
        self._tokens = list(_tokens(formula))
        self._next = 0
        self._own = own.casefold()
        self._home = home
        self._depth = 0
        self._cells = 0

    def whole(self) -> Sum:
        """The whole formula."""
        found = self._comparison()
        if self._next < len(self._tokens):
            raise _OtherError
        return found

    def _sign(self, *wanted: str) -> str:
        """The next sign where it is one of those, taken; else nothing."""
        if self._next < len(self._tokens):
            match = self._tokens[self._next]
            if match["sign"] in wanted:
                self._next += 1
                return match["sign"]
        return ""

    def _comparison(self) -> Sum:
        self._depth += 1
        if self._depth > DEEPEST:
            raise _OtherError
        left = self._joined()
        sign = self._sign("=", "<>", "<", ">", "<=", ">=")
        if sign:
            sides = [_text(left), _text(self._joined())]
            if sign in COMPARED:
                sides.reverse()
            elif sign in {"=", "<>"}:
                sides.sort()
            left = _term(f"({sides[0]}{COMPARED.get(sign, sign)}{sides[1]})")
        self._depth -= 1
        return left

    def _joined(self) -> Sum:
        parts = [self._sum()]
        while self._sign("&"):
            parts.append(self._sum())
        return parts[0] if len(parts) == 1 else _term("&".join(map(_text, parts)))

    def _sum(self) -> Sum:
        found = self._product()
        while sign := self._sign("+", "-"):
            found = _added(found, self._product(), ONE if sign == "+" else -ONE)
        return found

    def _product(self) -> Sum:
        above: list[Sum] = []
        below: list[str] = []
        number, sign = ONE, "*"
        while sign:
            factor = self._power()
            if sign == "/":
                below.append(_text(factor))
            elif factor.keys() <= {CONSTANT}:
                number *= factor.get(CONSTANT, NONE)
            else:
                above.append(factor)
            sign = self._sign("*", "/")
        if not below and len(above) <= 1:
            return _added({}, above[0] if above else {CONSTANT: ONE}, number)
        factors = "*".join(sorted(map(_text, above)))
        return _added({}, _term(f"({'/'.join([factors, *sorted(below)])})"), number)

    def _power(self) -> Sum:
        negative = False
        while sign := self._sign("+", "-"):
            negative ^= sign == "-"
        found = self._atom()
        while sign := self._sign("^", "%"):
            found = (
                _added({}, found, ONE / 100)
                if sign == "%"
                else _term(f"({_text(found)}^{_text(self._atom())})")
            )
        return _added({}, found, -ONE) if negative else found

    def _atom(self) -> Sum:
        if self._sign("("):
            return self._closed()
        if self._next == len(self._tokens):
            raise _OtherError
        match = self._tokens[self._next]
        self._next += 1
        if match["number"]:
            return {CONSTANT: _number(match["number"])}
        if match["area"]:
            return self._area(match)
        if match["name"]:
            return self._named(NEWER.sub("", match["name"].upper()))
        if match["sign"]:
            raise _OtherError
        return _term(match["text"] or match["error"].upper())

    def _closed(self) -> Sum:
        found = self._comparison()
        if not self._sign(")"):
            raise _OtherError
        return found

    def _named(self, name: str) -> Sum:
        """A function with its arguments; a name for what it says."""
        if not self._sign("("):
            return _term(f"{name}()" if name in {"TRUE", "FALSE"} else name)
        arguments = self._arguments()
        if name == "SUM":
            total: Sum = {}
            for argument in arguments:
                for term, count in argument.items():
                    for cell in self._spread(term) if count == ONE else [term]:
                        total[cell] = total.get(cell, NONE) + count
            return total
        texts = [_text(argument) for argument in arguments]
        if name in UNORDERED:
            texts = sorted(cell for text in texts for cell in self._spread(text))
        return _term(f"{name}({','.join(texts)})")

    def _arguments(self) -> list[Sum]:
        """What stands between brackets; nothing between two commas is an argument, too."""
        if self._sign(")"):
            return []
        found = []
        while True:
            if self._next < len(self._tokens) and self._tokens[self._next]["sign"] in {",", ";", ")"}:
                found.append(_term(" "))
            else:
                found.append(self._comparison())
            if not self._sign(",", ";"):
                break
        if not self._sign(")"):
            raise _OtherError
        return found

    def _area(self, match: re.Match[str]) -> Sum:
        sheet = (match["sheet"] or "")[:-1]
        if sheet.startswith("'"):
            sheet = sheet[1:-1].replace("''", "'")
        if UNFIT_NAME.search(sheet):
            raise _OtherError
        corners = [self._corner(sheet, match["c1"], match["r1"])]
        if match["c2"]:
            corners.append(self._corner(sheet, match["c2"], match["r2"]))
        if len({corner[0] for corner in corners}) > 1:
            raise _OtherError
        rows, columns = sorted(corner[1] for corner in corners), sorted(corner[2] for corner in corners)
        return _term(_area_text(corners[0][0], rows[0], columns[0], rows[-1], columns[-1]))

    def _corner(self, sheet: str, column: str, row: str) -> tuple[str, int, int]:
        name, at_row, at_column = self._home(sheet, int(row) - 1, column_number(column.upper()))
        folded = name.casefold()
        return "" if folded == self._own else folded, at_row, at_column

    def _spread(self, term: str) -> Iterator[str]:
        """The cells of a range one by one, as long as they are not too many; anything else as it is."""
        area = AREA.fullmatch(term)
        if not area:
            yield term
            return
        top, left, bottom, right = (int(area[part]) for part in ("top", "left", "bottom", "right"))
        self._cells += (bottom - top + 1) * (right - left + 1)
        if self._cells > MOST_CELLS:
            raise _OtherError
        for row in range(top, bottom + 1):
            for column in range(left, right + 1):
                yield _area_text(area["sheet"], row, column, row, column)


AREA = re.compile(
    r"\[(?P<sheet>[^\[\]]*)!(?P<top>[0-9]+),(?P<left>[0-9]+):(?P<bottom>[0-9]+),(?P<right>[0-9]+)\]"
)
"""How a meaning names cells."""


def _area_text(sheet: str, top: int, left: int, bottom: int, right: int) -> str:
    return f"[{sheet}!{top},{left}:{bottom},{right}]"


def _tokens(formula: str) -> Iterator[re.Match[str]]:
    at, end = 0, len(formula.rstrip())
    while at < end:
        match = TOKEN.match(formula, at)
        if match is None:
            raise _OtherError
        at = match.end()
        yield match


def _number(text: str) -> Decimal:
    if len(text) > MOST_DIGITS:
        raise _OtherError
    return Decimal(text)


def _term(text: str) -> Sum:
    return {text: ONE}


def _added(first: Sum, second: Sum, times: Decimal) -> Sum:
    """The first and so many times the second."""
    found = dict(first)
    for term, count in second.items():
        found[term] = found.get(term, NONE) + count * times
    return found


def _text(found: Sum) -> str:
    """The sum as text: its terms in order, those that are none left out."""
    kept = {term: count for term, count in found.items() if count}
    if len(kept) == 1 and CONSTANT not in kept and ONE in kept.values():
        return next(iter(kept))
    terms = (f"{count.normalize()}{f'*{term}' if term else ''}" for term, count in sorted(kept.items()))
    return f"({'+'.join(terms)})"
