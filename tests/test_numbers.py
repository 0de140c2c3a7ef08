"""What clerks type into number cells, and what is read from it."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nianbao.opening.grid import Cell, Kind
from nianbao.opening.numbers import Reading, read_number


def cell(text: str, kind: Kind = Kind.TEXT, formula: str | None = None) -> Cell:
    """An unlocked cell at A1."""
    return Cell(row=0, column=0, kind=kind, text=text, formula=formula, locked=False)


def count(text: str, kind: Kind = Kind.TEXT) -> Reading:
    """The cell read as a number of cases: whole, not negative."""
    return read_number(cell(text, kind), signed=False, decimals=0)


def amount(text: str, kind: Kind = Kind.NUMBER) -> Reading:
    """The cell read as a sum in 万元: up to six decimals, not negative."""
    return read_number(cell(text, kind), signed=False, decimals=6)


@pytest.mark.parametrize("nothing", [None, cell("", Kind.EMPTY), cell("  \u3000"), cell("\u200b\xa0")])
def test_nothing_typed_is_blank_and_no_fault(nothing: Cell | None) -> None:
    """A cell that is not there, is empty, or holds only spaces has neither value nor fault."""
    assert read_number(nothing, signed=False, decimals=0) == Reading()


@pytest.mark.parametrize(
    ("stored", "value"),
    [("12", 12), ("12.0", 12), ("1e3", 1000), ("11398889", 11398889), ("-0", 0), ("0.0", 0), ("1E+2", 100)],
)
def test_a_stored_whole_number_is_an_int(stored: str, value: int) -> None:
    """However the program wrote it, a whole number reads as an int, and not as typed text."""
    reading = count(stored, Kind.NUMBER)
    assert (reading.value, type(reading.value), reading.fault, reading.as_text) == (value, int, None, False)


@pytest.mark.parametrize(
    ("stored", "value"),
    [
        ("59237.244899999998", "59237.2449"),
        ("96171.6", "96171.6"),
        ("0.30000000000000004", "0.3"),
        ("1e-06", "0.000001"),
        ("3", "3"),
        ("999999999999999", "999999999999999"),
    ],
)
def test_a_stored_amount_is_the_decimal_that_was_typed(stored: str, value: str) -> None:
    """The digits that binary numbers add at the end are no part of the amount."""
    reading = amount(stored)
    assert (reading.value, reading.fault) == (Decimal(value), None)
    assert isinstance(reading.value, Decimal)


@pytest.mark.parametrize(
    ("typed", "value"),
    [
        ("12", 12),
        ("０", 0),
        ("１２", 12),
        ("１2", 12),
        (" 7 ", 7),
        ("\u30007\xa0", 7),
        ("\u200b7\ufeff", 7),
        ("1,234", 1234),
        ("１，２３４", 1234),
        ("1,234,567", 1234567),
        ("007", 7),
        ("5.0", 5),
    ],
)
def test_text_that_is_a_number_beyond_doubt_is_read_and_noted(typed: str, value: int) -> None:
    """Full width, spaces around and thousands separators are read, with the notice that it was text."""
    assert count(typed) == Reading(value=value, as_text=True, found=count(typed).found)


@pytest.mark.parametrize("typed", ["-5", "－５", "\u22125", "\ufe635"])
def test_every_minus_is_a_minus(typed: str) -> None:
    """A negative text is read where a sign may stand, and is the fault `negative` where it may not."""
    assert read_number(cell(typed), signed=True, decimals=0).value == -5
    assert count(typed).fault == "negative"


@pytest.mark.parametrize("typed", ["+5", "＋５"])
def test_a_plus_stands_only_where_a_sign_may(typed: str) -> None:
    """「+5」 is 5 in a signed cell and no number in another."""
    assert read_number(cell(typed), signed=True, decimals=0).value == 5
    assert count(typed).fault == "not-a-number"


DOUBTFUL = """3件|/|—|-|–|22（其中修订16件）|1e3|1,23|1 234|减4|十二|0x10|1/2|١٢|½|²|1,2345|,123|0,123|1,|1.|.5|.|+|- 5
1.2.3|1_000|nan|inf|Infinity|12%|￥5|"5"|'5|1，23|１２．|五|无|1\u200b2|--5|(5)|①|〇|Ⅻ|1\t2|5。0|—5"""


@pytest.mark.parametrize("typed", [text for line in DOUBTFUL.split("\n") for text in line.split("|")])
def test_text_with_any_doubt_is_no_number(typed: str) -> None:
    """What could mean something else is asked back, never guessed; the message shows what was typed."""
    reading = count(typed)
    assert (reading.value, reading.fault, reading.found) == (None, "not-a-number", typed)


@pytest.mark.parametrize(
    "stored", ["nan", "inf", "1e999", "1e15", "-1e15", "1" * 16, "abc", "1_0", "1" * 9999]
)
def test_a_stored_number_out_of_reach_is_no_number(stored: str) -> None:
    """Not a number, infinite, or beyond the 15 digits that a spreadsheet keeps."""
    assert count(stored, Kind.NUMBER).fault == "not-a-number"


@pytest.mark.parametrize("length", [16, 64, 65, 5000, 1_000_000])
def test_text_of_any_length_is_read_in_no_time(length: int) -> None:
    """Too many digits are no number, however many; the message shows the first forty."""
    reading = count("9" * length)
    assert reading.fault == "not-a-number"
    assert len(str(reading.found)) <= 41


@pytest.mark.parametrize(("text", "kind"), [("1.5", Kind.NUMBER), ("1.5", Kind.TEXT), ("-1.5", Kind.NUMBER)])
def test_a_fraction_is_not_whole(text: str, kind: Kind) -> None:
    """A count with a fraction is `not-whole`, negative or not; a fault outweighs the notice."""
    assert count(text, kind) == Reading(fault="not-whole", found=text)


def test_a_count_may_not_be_negative_unless_signed() -> None:
    """-1 is `negative`; 0 and -0 are not; a signed cell takes it."""
    assert count("-1", Kind.NUMBER).fault == "negative"
    assert count("-0").value == 0
    assert read_number(cell("-1", Kind.NUMBER), signed=True, decimals=0).value == -1


def test_an_amount_has_six_decimals_at_most() -> None:
    """Six decimals are read, a seventh is the fault `too-many-decimals`; zeros at the end do not count."""
    assert amount("1.234567").value == Decimal("1.234567")
    assert amount("1.2345678").fault == "too-many-decimals"
    assert str(amount("1.2340000000", Kind.TEXT).value) == "1.234"


@pytest.mark.parametrize(
    ("text", "kind", "fault", "found"),
    [
        ("TRUE", Kind.BOOLEAN, "not-a-number", "TRUE"),
        ("2026-01-05", Kind.DATE, "not-a-number", "日期 2026-01-05"),
        ("#REF!", Kind.ERROR, "cell-error", "#REF!"),
    ],
)
def test_other_kinds_are_faults_in_plain_words(text: str, kind: Kind, fault: str, found: str) -> None:
    """A truth value, a date and an error value are no numbers, whatever number stands behind them."""
    reading = count(text, kind)
    assert (reading.value, reading.fault, str(reading.found)) == (None, fault, found)


@pytest.mark.parametrize(
    ("kind", "text", "found"),
    [
        (Kind.NUMBER, "8", "公式 =3+5（显示为 8）"),
        (Kind.EMPTY, "", "公式 =3+5"),
    ],
)
def test_a_formula_in_an_input_is_no_number(kind: Kind, text: str, found: str) -> None:
    """The message shows the formula and what it showed."""
    reading = read_number(cell(text, kind, formula="=3+5"), signed=False, decimals=0)
    assert (reading.fault, str(reading.found)) == ("not-a-number", found)


def test_a_formula_that_shows_an_error_is_an_error() -> None:
    """What the clerk sees is the error value."""
    reading = read_number(cell("#N/A", Kind.ERROR, formula="=1/0"), signed=False, decimals=0)
    assert (reading.fault, str(reading.found)) == ("cell-error", "#N/A")


@given(
    st.integers(min_value=-(10**15) + 1, max_value=10**15 - 1), st.sampled_from(["{}", "{:,}", " {}\u3000"])
)
def test_any_int_written_reads_back(number: int, style: str) -> None:
    """Plain, grouped or with spaces around: the same int, and as a stored number too."""
    assert read_number(cell(style.format(number)), signed=True, decimals=0).value == number
    assert read_number(cell(repr(float(number)), Kind.NUMBER), signed=True, decimals=0).value == number


@given(st.decimals(min_value=-(10**9), max_value=10**9, places=6))
def test_any_amount_written_reads_back(number: Decimal) -> None:
    """As text, as the shortest digits of a double, and as the seventeen that Excel writes."""
    shown = format(number, "f")
    for text, kind in (
        (shown, Kind.TEXT),
        (repr(float(number)), Kind.NUMBER),
        (f"{float(number):.17g}", Kind.NUMBER),
    ):
        assert read_number(cell(text, kind), signed=True, decimals=6).value == number


@given(st.text(max_size=80), st.sampled_from(list(Kind)), st.booleans(), st.integers(0, 6))
def test_any_text_gives_one_answer(text: str, kind: Kind, signed: bool, decimals: int) -> None:  # noqa: FBT001
    """Whatever stands in a cell: a value, or a fault with something to show, or a blank; never an exception."""
    reading = read_number(cell(text, kind), signed=signed, decimals=decimals)
    assert reading.value is None or reading.fault is None
    assert reading.fault is None or not reading.as_text
