"""What stands in a cell that the unit fills, as an answer: a value, nothing, or a fault with its finding."""

from __future__ import annotations

import re
import unicodedata
from decimal import Decimal
from typing import TYPE_CHECKING

from nianbao.definition.form import AMOUNT_DECIMALS, FieldType
from nianbao.frozen import frozen
from nianbao.layout.planning import CHOICES, DECLARATION
from nianbao.opening.grid import Kind
from nianbao.opening.numbers import read_number, shown_formula
from nianbao.returned.findings import found_at

if TYPE_CHECKING:
    from nianbao.definition.form import Field
    from nianbao.layout.formulas import Shown
    from nianbao.layout.places import Layout
    from nianbao.opening.grid import Cell
    from nianbao.returned.findings import Finding

TOTAL_DECIMALS = 40
"""A total is read as it stands; whether it is right, the sum tells."""
NUMBERS_LOST = frozenset({"not-a-number", "cell-error"})


LONGEST_CHOICE = 256
PLAIN = re.compile(r"-?[0-9]{1,30}(\.[0-9]{1,30})?")
"""A number that is safe to write out; a file may hold anything between its tags."""


@frozen
class Reading:
    """One cell read, or all `cells` of a section. `value` is None where it is `blank` or `faulty`, not for a notice."""

    id: str
    value: Shown = None
    blank: bool = False
    faulty: bool = False
    finding: Finding | None = None
    cells: tuple[str, ...] = ()


def read_input(layout: Layout, field: Field, cell: Cell | None) -> Reading:
    """An input's answer. A blank number gives no finding yet: the declaration may make it 0."""
    if cell is None or (cell.kind is Kind.EMPTY and cell.formula is None):
        return _blank(layout, field)
    return _choice(layout, field, cell) if field.type is FieldType.CHOICE else _number(layout, field, cell)


def read_total(layout: Layout, field: Field, cell: Cell | None) -> Reading | None:
    """The number typed where a formula belongs, or a fault; None for a formula and for nothing.

    A formula's result is never looked at. Where a format shows no formulas every number counts as typed.
    """
    if cell is None or cell.formula or not cell.text.strip():
        return None
    read = read_number(cell, signed=True, decimals=TOTAL_DECIMALS)
    if read.fault in NUMBERS_LOST:
        finding = found_at(layout, read.fault, [field.id], found=read.found)
        return Reading(field.id, faulty=True, finding=finding)
    if read.value is None:
        return None
    return Reading(field.id, value=round(Decimal(read.value), AMOUNT_DECIMALS))


def read_words(layout: Layout, key: str, cell: Cell | None) -> Reading:
    """A text or cover entry as it shows: lines kept, a date as ISO, a number (a telephone) in all its digits.

    No figure rests on these, so a formula (a date of today) is taken for what it shows; an error value is not.
    """
    if cell is None:
        return Reading(key, value="")
    if cell.kind is Kind.ERROR:
        finding = found_at(layout, "cell-error:words", [key], found=cell.text)
        return Reading(key, value="", faulty=True, finding=finding)
    plain = cell.kind is Kind.NUMBER and PLAIN.fullmatch(cell.text)
    return Reading(key, value=digits(Decimal(cell.text)) if plain else cell.text)


def read_declaration(layout: Layout, cell: Cell | None) -> Reading:
    """The declaration as typed. Figures rest on it, so a formula there declares nothing, whatever it shows."""
    if cell is None or cell.formula is None or cell.kind is Kind.ERROR:
        return read_words(layout, DECLARATION, cell)
    places = {"found": shown_formula(cell), "expected": "、".join(CHOICES)}
    finding = found_at(layout, "not-a-choice", [DECLARATION], **places)
    return Reading(DECLARATION, value="", faulty=True, finding=finding)


def is_choice(text: str, choice: str) -> bool:
    """Whether the text says that choice; width and spaces around it do not count."""
    return _folded(text) == _folded(choice)


def digits(number: Decimal | float) -> str:
    """The number without exponent or trailing zeros: `7730.28`, `1000`."""
    text = format(number, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


def _blank(layout: Layout, field: Field) -> Reading:
    """Nothing typed; a choice cannot be declared 0."""
    if field.type is not FieldType.CHOICE:
        return Reading(field.id, blank=True)
    finding = found_at(layout, "blank:choice", [field.id], expected="、".join(field.choices))
    return Reading(field.id, blank=True, finding=finding)


def _choice(layout: Layout, field: Field, cell: Cell) -> Reading:
    """One of the field's words; a formula is none, whatever it shows."""
    if not cell.text.strip() and cell.formula is None:
        return _blank(layout, field)
    chosen = next((choice for choice in field.choices if is_choice(cell.text, choice)), None)
    if chosen is not None and cell.formula is None:
        return Reading(field.id, value=chosen)
    found = cell.text.strip() if cell.formula is None else shown_formula(cell)
    places = {"found": found, "expected": "、".join(field.choices)}
    return Reading(field.id, faulty=True, finding=found_at(layout, "not-a-choice", [field.id], **places))


def _number(layout: Layout, field: Field, cell: Cell) -> Reading:
    """A number that may stand in the field."""
    decimals = field.type.decimals
    read = read_number(cell, signed=field.type is FieldType.SIGNED, decimals=decimals)
    if read.fault:
        finding = found_at(
            layout, read.fault, [field.id], found=read.found, expected=_most(read.fault, decimals)
        )
        return Reading(field.id, faulty=True, finding=finding)
    if read.value is None:
        return _blank(layout, field)
    if not read.as_text:
        return Reading(field.id, value=read.value)
    places = {"found": read.found, "expected": digits(read.value)}
    return Reading(field.id, read.value, finding=found_at(layout, "read-as-number", [field.id], **places))


def _most(fault: str, decimals: int) -> str:
    """What is expected, where the complaint says it: how many decimals at most."""
    return str(decimals) if fault == "too-many-decimals" else ""


def _folded(text: str) -> str:
    return unicodedata.normalize("NFKC", text.strip()[:LONGEST_CHOICE]).strip()
