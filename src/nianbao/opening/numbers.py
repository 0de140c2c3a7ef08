"""The number that a cell holds, or why it holds none: the one place where a clerk's typing is normalised."""

from __future__ import annotations

import re
from decimal import Decimal

from nianbao.frozen import frozen
from nianbao.messages import Message, say
from nianbao.opening.grid import Cell, Kind

INTEGER_DIGITS = 15
"""Excel and WPS keep 15 significant digits: what lies beyond is noise of the binary number, and is not read."""
LONGEST = 64
SHOWN = 40
INVISIBLE = "".join(
    chr(code)
    for code in (
        *range(0x09, 0x0E), 0x20, 0x85, 0xA0, 0xAD, 0x1680, 0x180E, *range(0x2000, 0x2010), 0x2028, 0x2029,
        *range(0x202A, 0x2030), *range(0x205F, 0x2065), *range(0x2066, 0x206A), 0x3000, 0xFEFF,
    )
)  # fmt: skip
"""Spaces of every width, zero-width and direction marks: what a copy from a web page or chat leaves at the ends."""
HALF_WIDTH = str.maketrans(
    "０１２３４５６７８９，．＋－\N{MINUS SIGN}\N{SMALL HYPHEN-MINUS}", "0123456789,.+---"
)
STORED = re.compile(r"[+-]?([0-9]{1,400}(\.[0-9]{0,400})?|\.[0-9]{1,400})([eE][+-]?[0-9]{1,4})?")
TYPED = re.compile(r"([+-]?)([0-9]+|[1-9][0-9]{0,2}(?:,[0-9]{3})+)(\.[0-9]+)?")


@frozen
class Reading:
    """What a cell holds: a value, or a fault (the code of a finding), or neither where it is blank.

    `as_text` tells that the number was typed as text; `found` is what to show of the cell in a message.
    """

    value: int | Decimal | None = None
    fault: str | None = None
    as_text: bool = False
    found: str | Message = ""


def read_number(cell: Cell | None, *, signed: bool, decimals: int) -> Reading:
    """The cell as an int where `decimals` is 0, else as a Decimal with at most that many places.

    A fault is one of not-a-number, cell-error, not-whole, too-many-decimals, negative. A formula is a fault:
    whoever accepts one does not ask here.
    """
    if cell is None or (cell.kind is Kind.EMPTY and cell.formula is None):
        return Reading()
    if cell.formula is not None and cell.kind is not Kind.ERROR:
        return Reading(fault="not-a-number", found=shown_formula(cell))
    if cell.kind is Kind.TEXT and not cell.text.strip(INVISIBLE):
        return Reading()
    digits = _digits(cell, signed=signed)
    if digits is None:
        no_number = "cell-error" if cell.kind is Kind.ERROR else "not-a-number"
        return Reading(fault=no_number, found=_shown(cell))
    fault = _fault(digits, signed=signed, decimals=decimals)
    if fault:
        return Reading(fault=fault, found=_shown(cell))
    value = Decimal(digits) if decimals else int(digits)
    return Reading(value=value, as_text=cell.kind is Kind.TEXT, found=_shown(cell))


def is_same(found: int | Decimal, expected: int | Decimal) -> bool:
    """Equal; where there are more digits than a spreadsheet keeps, equal in those."""
    if found == expected or len(Decimal(expected).normalize().as_tuple().digits) <= INTEGER_DIGITS:
        return found == expected
    return abs(Decimal(found) - Decimal(expected)) <= abs(Decimal(expected)).scaleb(1 - INTEGER_DIGITS)


def _digits(cell: Cell, *, signed: bool) -> str | None:
    """`-1234.5`: a sign, digits without needless zeros, a point; None where the cell holds no number."""
    if cell.kind is Kind.NUMBER:
        return _stored_digits(cell.text)
    return _typed_digits(cell.text.strip(INVISIBLE), signed=signed) if cell.kind is Kind.TEXT else None


def stored_number(text: str) -> float:
    """The number in a file's cell, NaN where its text is none."""
    return float(text) if STORED.fullmatch(text) else float("nan")


def _stored_digits(text: str) -> str | None:
    """59237.2449 for 59237.244899999998, as the spreadsheet shows it."""
    number = stored_number(text)
    if not abs(number) < 10**INTEGER_DIGITS:  # nan is not less either
        return None
    return _canonical(format(Decimal(format(number, f".{INTEGER_DIGITS}g")), "f"))


def _typed_digits(text: str, *, signed: bool) -> str | None:
    """The digits of a text that is a number beyond doubt: full width, grouped by thousands, or plain."""
    match = TYPED.fullmatch(text.translate(HALF_WIDTH)) if len(text) <= LONGEST else None
    if match is None or (match[1] == "+" and not signed):
        return None
    whole = match[2].replace(",", "")
    if len(whole.lstrip("0")) > INTEGER_DIGITS:
        return None
    return _canonical(match[1].replace("+", "") + whole + (match[3] or ""))


def _canonical(digits: str) -> str:
    if "." in digits:
        digits = digits.rstrip("0").removesuffix(".")
    number = digits.removeprefix("-").lstrip("0")
    number = f"0{number}" if not number or number.startswith(".") else number
    return f"-{number}" if digits.startswith("-") and number != "0" else number


def _fault(digits: str, *, signed: bool, decimals: int) -> str | None:
    places = len(digits.partition(".")[2])
    if places > decimals:
        return "too-many-decimals" if decimals else "not-whole"
    return "negative" if digits.startswith("-") and not signed else None


def _shown(cell: Cell) -> str | Message:
    if cell.kind is Kind.DATE:
        return say("日期 {date}", date=cell.text)
    text = cell.text.strip(INVISIBLE)
    return text if len(text) <= SHOWN else f"{text[:SHOWN]}…"


def shown_formula(cell: Cell) -> Message:
    """A cell's formula, and what it shows, for a message."""
    formula = cell.formula or ""
    formula = formula if len(formula) <= SHOWN else f"{formula[:SHOWN]}…"
    if cell.kind is Kind.EMPTY:
        return say("公式 {formula}", formula=formula)
    return say("公式 {formula}（显示为 {shown}）", formula=formula, shown=_shown(cell))
