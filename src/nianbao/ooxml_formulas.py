"""The formula of each cell, with those written once for many cells (shared formulas) moved to each of them."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import lru_cache
from typing import TYPE_CHECKING

from nianbao.grid import UnreadableError
from nianbao.messages import say
from nianbao.ooxml_strings import plain_text

if TYPE_CHECKING:
    from nianbao.xmlpart import Attributes

SHARED_TEXT = 2_000_000
"""Characters of shared formulas expanded in one workbook; moving a formula takes about a second per million."""


@dataclass(slots=True)
class Formulas:
    """The shared formulas of one sheet, by their number: the text and the cell it was written for."""

    shared: dict[str, tuple[str, str]] = field(default_factory=dict)
    spent: int = 0

    def formula(self, attributes: Attributes, text: str, address: str) -> str:
        """`=SUM(B5:F5)` for the cell at `address`; "=" alone where the file names a shared formula it lacks."""
        if attributes.get("t") == "dataTable":
            return f"=TABLE({attributes.get('r1', '')},{attributes.get('r2', '')})"
        text = f"={plain_text(text)}"
        if attributes.get("t") != "shared":
            return text
        number = attributes.get("si", "")
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
    """The formula as it reads at `address`; unmoved where it is no formula (so it differs from any form's)."""
    from openpyxl.formula.tokenizer import TokenizerError  # noqa: PLC0415  # importing openpyxl takes 0.2 s
    from openpyxl.formula.translate import Translator  # noqa: PLC0415

    try:
        return str(Translator(text, origin=origin).translate_formula(address))
    except TokenizerError:
        return text
