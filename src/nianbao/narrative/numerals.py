"""Numbers as texts have them: digits of either width with thousands parted, and Chinese numerals."""

from __future__ import annotations

import re

DIGITS = "零一二三四五六七八九"
ZEROS = "〇○"
CHINESE = f"{DIGITS}{ZEROS}两十百千万亿"
SHAPE = re.compile(r"\d{1,12}|\d{1,3}(?:,\d{3}){1,3}", re.ASCII)
"""Whole numbers as typed, thousands parted or not."""
LARGEST = 10**12
_WIDE = re.compile(r"(?<=[０-９])，(?=[０-９]{3}(?![０-９]))")
_HAS_WIDE = re.compile("[０-９]")
_NARROW = {ord("０") + digit: str(digit) for digit in range(10)} | {ord("．"): "."}
_UNITS = {"十": 10, "百": 100, "千": 1000}
_SECTIONS = {"万": 10**4, "亿": 10**8}
_SAME = str.maketrans({"〇": "零", "○": "零", "两": "二"})
_BARE_TEN = re.compile("(?:^|(?<=[零百千万亿]))十")
LONGEST = 24
"""More than any numeral below 10^12 has."""


def narrowed(text: str) -> str:
    """The text with full-width digits as ASCII ones."""
    return _WIDE.sub(",", text).translate(_NARROW) if _HAS_WIDE.search(text) else text


def value_of(numeral: str) -> int | None:
    """The whole number meant; None where it is not certain."""
    if numeral[:1].isascii():
        return int(numeral.replace(",", "")) if SHAPE.fullmatch(numeral) else None
    return _chinese(numeral)


def in_chinese(number: int) -> str:
    """A number below 10^12 in Chinese numerals: 3607 is 三千六百零七."""
    if number == 0:
        return DIGITS[0]
    said, gap = "", False
    for power, name in ((10**8, "亿"), (10**4, "万"), (1, "")):
        section, number = divmod(number, power)
        if section:
            said += (DIGITS[0] if said and (gap or section < 1000) else "") + _section(section) + name
        gap = not section
    return said.removeprefix("一") if said.startswith("一十") else said


def _section(number: int) -> str:
    """1 to 9999."""
    said, gap = "", False
    for power, name in ((1000, "千"), (100, "百"), (10, "十"), (1, "")):
        digit, number = divmod(number, power)
        if digit:
            said += (DIGITS[0] if said and gap else "") + DIGITS[digit] + name
        gap = not digit
    return said


def _chinese(numeral: str) -> int | None:
    """The number, if it is written as it should be: 一百五 and 一三四 are not certain."""
    if len(numeral) > LONGEST:
        return None
    plain = _BARE_TEN.sub("一十", numeral.translate(_SAME))
    total = section = digit = 0
    for sign in plain:
        if sign in _UNITS:
            section, digit = section + digit * _UNITS[sign], 0
        elif sign in _SECTIONS:
            total, section, digit = total + (section + digit) * _SECTIONS[sign], 0, 0
        else:
            digit = DIGITS.index(sign)
    total += section + digit
    if total >= LARGEST:
        return None
    return total if _BARE_TEN.sub("一十", in_chinese(total)) == plain else None
