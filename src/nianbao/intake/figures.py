"""What stands in a cell of a published table: a figure, with or without words about it, or nothing that is one."""

from __future__ import annotations

import re
import unicodedata
from decimal import Decimal
from typing import TYPE_CHECKING

from nianbao.definition.form import FieldType
from nianbao.frozen import frozen

if TYPE_CHECKING:
    from nianbao.definition.form import Field

INVISIBLE = re.compile(r"[\s\u00a0\u00ad\u180e\u200b-\u200f\u2028-\u202f\u2060-\u2064\u3000\ufeff]+")
NUMBER = r"(?:[0-9]{1,3}(?:,[0-9]{3})+|[0-9]{1,15})(?:\.[0-9]{1,10})?"
FIGURE = re.compile(
    rf"(?P<sign>[+\-]|增加?|减少?)?(?P<number>{NUMBER})(?P<unit>万元|亿元|元|件|项|个|条|宗|起|次|份)?(?P<note>\(.*\)|\[.*\])?"
)
DASHES = frozenset("-—–―‐‑‒﹣－/／\\一_─━~～无")
MONEY = frozenset({"万元", "亿元", "元"})
EMPTY = "\u2400"
"""Stands in a line of text for a cell that is known to be empty."""


@frozen
class Figure:
    """What was read. `value` None: nothing that is a figure for certain; `text`: what stood there.

    `noted`: there were words or a unit with it.
    """

    value: int | Decimal | None = None
    text: str = ""
    noted: bool = False

    @property
    def blank(self) -> bool:
        """Whether nothing stood there."""
        return not self.text


NOTE_MARKS = re.compile(
    "[\u00b2\u00b3\u00b9\u2070-\u2089\u2460-\u2487\u24ea-\u24ff\u2776-\u2793\u3251-\u32bf]+"
)
"""Raised and encircled digits: a note's number, never part of a figure."""


def squeezed(text: str) -> str:
    """The text in plain characters, with single spaces between its parts; a note's mark stands in brackets."""
    marked = NOTE_MARKS.sub(r"(\g<0>)", INVISIBLE.sub(" ", text))
    folded = unicodedata.normalize("NFKC", marked).replace("\N{MINUS SIGN}", "-")
    return INVISIBLE.sub(" ", folded).strip()


def read_figure(text: str, field: Field, *, unit: str = "") -> Figure:
    """The figure for that field; `unit`: the one printed over the column where it is not the field's."""
    shown = squeezed(text.replace(EMPTY, ""))
    match = FIGURE.fullmatch(shown) or FIGURE.fullmatch(re.sub(r"(?<=[^0-9,.]) | (?=[^0-9,.])", "", shown))
    if match is None:
        return Figure(None, shown)
    found = match["unit"] or unit
    if found and found != field.unit and (found in MONEY or field.unit in MONEY):
        return Figure(None, shown)
    value = Decimal(match["number"].replace(",", ""))
    sign = match["sign"] or ""
    if sign and field.type is not FieldType.SIGNED:
        return Figure(None, shown)
    if sign.startswith(("-", "减")):
        value = -value
    noted = bool(match["unit"] or match["note"]) or len(sign) > 1 or sign in {"增", "减"}
    return Figure(int(value) if value == value.to_integral_value() else value, shown, noted)


def is_figure(text: str) -> bool:
    """Whether a text alone could stand in a number cell: a figure, or a dash for one."""
    shown = squeezed(text)
    return shown == EMPTY or bool(FIGURE.fullmatch(shown)) or is_dash(shown)


def is_dash(text: str) -> bool:
    """Whether it is a stroke where a figure should be."""
    shown = squeezed(text)
    return 0 < len(shown) <= 3 and all(c in DASHES for c in shown) and shown not in {"一", "无一"}


def unit_in(label: str) -> str:
    """The unit of money that a column's head names; empty where it names none."""
    found = re.search(r"[(:](?:单位:?)?(亿元|万元|元)\)?$", squeezed(label).replace(" ", ""))
    return found[1] if found else ""
