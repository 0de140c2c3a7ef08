"""Cell formats that hide what is in a cell, told from those in use everywhere."""

from __future__ import annotations

from xml.etree.ElementTree import fromstring

import pytest

from nianbao.opening.concealment import NUMBERS, TEXTS, hidden_by_code, hidden_by_look

ALL = NUMBERS | TEXTS


@pytest.mark.parametrize(
    "code",
    [
        *(
            "General",
            "0",
            "0.00",
            "#,##0",
            "#,##0.00_);[Red](#,##0.00)",
            "0_ ",
            "@",
            "0%",
            "0.00E+00",
            "# ?/?",
        ),
        '_ * #,##0.00_ ;_ * \\-#,##0.00_ ;_ * "-"??_ ;_ @_ ',
        *(
            "0;-0;;@",
            "0;;;@",
            "G/通用格式",
            "yyyy-mm-dd",
            '[$-804]yyyy"年"m"月"',
            "[h]:mm",
            '0"件"',
            "###0.000000",
        ),
        *("[>=1000]#,##0;0", "0;-0;0", ""),
    ],
)
def test_common_formats_hide_nothing(code: str) -> None:
    """Those of spreadsheet programs, and those that people make."""
    assert hidden_by_code(code) == 0


@pytest.mark.parametrize(
    ("code", "hides"),
    [
        *(
            (";;;", ALL),
            (";;;@", NUMBERS),
            (";", NUMBERS),
            ('"12"', NUMBERS),
            ('"a;b"', NUMBERS),
            ("\\5", NUMBERS),
        ),
        *(
            ("0,", NUMBERS),
            ("#,##0,,", NUMBERS),
            ('"1"0', NUMBERS),
            ("0;0;0;", TEXTS),
            ("_ ;_ ;_ ;@", NUMBERS),
        ),
    ],
)
def test_formats_that_show_nothing_or_something_else(code: str, hides: int) -> None:
    """Of numbers, of texts, or of both."""
    assert hidden_by_code(code) == hides


@pytest.mark.parametrize(
    ("font", "fill", "hides"),
    [
        ('<color rgb="FFFFFFFF"/>', "", ALL),
        ('<color theme="0"/>', '<patternFill patternType="none"/>', ALL),
        ('<color indexed="9"/>', "", ALL),
        ("", '<patternFill patternType="solid"><fgColor rgb="FF000000"/></patternFill>', ALL),
        ('<sz val="1"/>', "", ALL),
        ('<color theme="0"/>', '<patternFill patternType="solid"><fgColor rgb="FF1F497D"/></patternFill>', 0),
        ('<color theme="0"/>', '<patternFill patternType="solid"><fgColor theme="4"/></patternFill>', 0),
        ('<color theme="0" tint="-0.5"/>', "", 0),
        ('<color rgb="FF7F1D1D"/><sz val="8"/>', "", 0),
        ("", '<patternFill patternType="gray125"/>', 0),
        ('<color theme="1"/>', "", 0),
    ],
)
def test_letters_in_the_colour_of_their_ground(font: str, fill: str, hides: int) -> None:
    """Where both colours are certain; another theme colour may be anything."""
    made = (fromstring(f"<x>{part}</x>") for part in (font, fill))  # noqa: S314 -- our own text
    assert hidden_by_look(*made) == hides
