"""Words as a workbook's cell can hold them."""

from __future__ import annotations

import re

LONGEST = 32_767
"""Excel's most characters in a cell."""
ILLEGAL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
SURROGATES = re.compile("[\ud800-\udfff]")


def cell_text(text: str) -> str:
    """The text without what XML cannot carry, its line ends as cells have them, cut to the longest.

    XlsxWriter takes a text from `<r>` to `</r>` for ready-made XML; a space keeps it a text.
    """
    if text.isprintable() and not text.startswith("<r>"):  # as nearly every text is
        return text[:LONGEST]
    kept = SURROGATES.sub("\ufffd", ILLEGAL.sub("", text.replace("\r\n", "\n").replace("\r", "\n")))
    if kept.startswith("<r>") and kept.endswith("</r>"):
        kept += " "
    return kept[:LONGEST]
