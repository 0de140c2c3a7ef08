"""The formula of each cell; one written once for many cells (shared) is moved to each of them."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import lru_cache
from typing import TYPE_CHECKING

from nianbao.messages import say
from nianbao.opening.grid import UnreadableError
from nianbao.opening.ooxml_strings import plain_text

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

LONGEST_FORMULA = 8_192
"""Excel's most characters in a formula."""
SPREAD = frozenset({"array", "dataTable"})
"""The formulas that fill a range of cells."""
SHARED_TEXT = 500_000
"""Characters of shared formulas moved in one sheet: these take about a second and a half."""


@dataclass(slots=True)
class Formulas:
    """The shared formulas of one sheet, by their number: the text and the cell it was written for."""

    shared: dict[str, tuple[str, str]] = field(default_factory=dict)
    spent: int = 0
    spread: dict[str, str] = field(default_factory=dict)
    """By the cells that it fills (`D6:I6`), a formula that stands in one of them: what the others show is its too."""

    def formula(self, element: Element, address: str) -> str:
        """`=SUM(B5:F5)` for the cell at `address`; "=" where the sheet lacks the shared formula meant."""
        kind = element.get("t", "normal")
        if kind == "dataTable":
            text = f"=TABLE({element.get('r1', '')},{element.get('r2', '')})"
        else:
            text = f"={plain_text(element.text or '', longest=LONGEST_FORMULA)}"
        if kind in SPREAD and ":" in element.get("ref", ""):
            self.spread[element.get("ref", "")] = text
        if kind != "shared":
            return text
        number, address = element.get("si", ""), address.upper()
        if text != "=":
            self.shared[number] = (text, address)
        return self._moved(*self.shared.get(number, ("=", address)), address)

    def _moved(self, text: str, origin: str, address: str) -> str:
        self.spent += len(text)
        if self.spent > SHARED_TEXT:
            raise UnreadableError("too-large", say("文件内的公式过多；请删去多余内容后再报送"))
        return text if origin == address else _translated(text, origin, address)


@lru_cache(maxsize=4096)  # the same cells of the same form come back from every unit
def _translated(text: str, origin: str, address: str) -> str:
    """The formula as it reads at `address`; as it is where it is none (so it differs from any form's)."""
    from openpyxl.formula.tokenizer import TokenizerError  # noqa: PLC0415  # importing openpyxl takes 0.2 s
    from openpyxl.formula.translate import Translator  # noqa: PLC0415

    try:
        return str(Translator(text, origin=origin).translate_formula(address))
    except (TokenizerError, IndexError):  # IndexError: brackets closed that were never opened
        return text
