"""A return as desktop Excel would have written it: shared strings, shared formulas, its attributes and parts.

Made from what is known of Excel's files; it is not Excel's own output.
"""

from __future__ import annotations

import re
from functools import lru_cache
from io import BytesIO
from typing import TYPE_CHECKING
from xml.sax.saxutils import escape, unescape
from zipfile import ZIP_DEFLATED, ZipFile

from openpyxl.formula.translate import Translator, TranslatorError

if TYPE_CHECKING:
    from collections.abc import Mapping

SPACES = (
    'xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006" mc:Ignorable="x14ac xr" '
    'xmlns:x14ac="http://schemas.microsoft.com/office/spreadsheetml/2009/9/ac" '
    'xmlns:xr="http://schemas.microsoft.com/office/spreadsheetml/2014/revision">'
)
MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\r\n'
STRINGS, SHEETS, TYPES = "xl/sharedStrings.xml", "xl/worksheets/", "[Content_Types].xml"
RELATIONS = "xl/_rels/workbook.xml.rels"
DECLARATION = re.compile(r"^<\?xml[^>]*\?>\s*")
CELL = re.compile(r'<c r="([A-Z]+)([0-9]+)"([^>]*)><f>([^<]*)</f>')
INLINE = re.compile(r' t="inlineStr"><is><t[^>]*>([^<]*)</t></is></c>')
ITEM = re.compile(r"<si><t[^>]*>([^<]*)</t></si>")
CHAIN_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.calcChain+xml"
CHAIN_LINK = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/calcChain"

Formulas = tuple[tuple[str, str], ...]


def as_excel(data: bytes) -> bytes:
    """The same workbook in Excel's way of writing."""
    with ZipFile(BytesIO(data)) as archive:
        parts = {name: archive.read(name).decode() for name in archive.namelist()}
    strings = ITEM.findall(parts[STRINGS])
    chain: list[str] = []
    for name in [name for name in parts if name.startswith(SHEETS)]:
        sheet = int(re.sub(r"\D", "", name))
        chain += [f'<c r="{column}{row}" i="{sheet}"/>' for column, row, *_ in CELL.findall(parts[name])]
        parts[name] = _sheet(parts[name], strings)
    parts[STRINGS] = _strings(strings)
    parts["xl/calcChain.xml"] = f'{HEAD}<calcChain xmlns="{MAIN}">{"".join(chain)}</calcChain>'
    link = f'<Relationship Id="rId99" Type="{CHAIN_LINK}" Target="calcChain.xml"/></Relationships>'
    kind = f'<Override PartName="/xl/calcChain.xml" ContentType="{CHAIN_TYPE}"/></Types>'
    parts[RELATIONS] = parts[RELATIONS].replace("</Relationships>", link)
    parts[TYPES] = parts[TYPES].replace("</Types>", kind)
    return _packed(parts)


def _packed(parts: Mapping[str, str]) -> bytes:
    stream = BytesIO()
    with ZipFile(stream, "w", ZIP_DEFLATED) as archive:
        for name, text in parts.items():
            archive.writestr(name, text)
    return stream.getvalue()


def _sheet(text: str, strings: list[str]) -> str:
    """Strings moved out, formulas shared, rows and root with Excel's attributes."""

    def moved(match: re.Match[str]) -> str:
        if match[1] not in strings:
            strings.append(match[1])
        return f' t="s"><v>{strings.index(match[1])}</v></c>'

    text = DECLARATION.sub(HEAD, INLINE.sub(moved, text))
    text = re.sub(r"(<worksheet [^>]*)>", rf"\1 {SPACES}", text, count=1)
    text = re.sub(r"(<row [^>]*?)(/?)>", r'\1 x14ac:dyDescent="0.15"\2>', text)
    shared = _shared(tuple((f"{match[1]}{match[2]}", match[4]) for match in CELL.finditer(text)))
    return CELL.sub(lambda m: f'<c r="{m[1]}{m[2]}"{m[3]}>{shared[m[1] + m[2]]}', text)


def _strings(strings: list[str]) -> str:
    """The table of texts, each with the phonetic mark that a Chinese Excel adds."""
    items = "".join(
        f'<si><t{_preserve(text)}>{text}</t><phoneticPr fontId="2" type="noConversion"/></si>'
        for text in strings
    )
    return f'{HEAD}<sst xmlns="{MAIN}" count="{len(strings)}" uniqueCount="{len(strings)}">{items}</sst>'


def _preserve(text: str) -> str:
    return ' xml:space="preserve"' if text != text.strip() or "\n" in text else ""


@lru_cache(maxsize=64)  # the same formulas stand in every return
def _shared(formulas: Formulas) -> Mapping[str, str]:
    """The formula element of each cell: runs that say the same relative to their cells are shared."""
    elements: dict[str, str] = {}
    runs: list[list[tuple[str, str]]] = []
    for address, formula in formulas:
        plain = unescape(formula, {"&quot;": '"'})
        if runs and _continues(*runs[-1][0], address, plain):
            runs[-1].append((address, plain))
        else:
            runs.append([(address, plain)])
    for number, run in enumerate(runs):
        first, formula = run[0]
        if len(run) == 1:
            elements[first] = f"<f>{escape(formula)}</f>"
            continue
        elements[first] = f'<f t="shared" ref="{first}:{run[-1][0]}" si="{number}">{escape(formula)}</f>'
        elements |= {address: f'<f t="shared" si="{number}"/>' for address, _ in run[1:]}
    return elements


def _continues(origin: str, formula: str, address: str, here: str) -> bool:
    """Whether the cell is in one line with the origin and its formula is the origin's, moved."""
    if origin.strip("0123456789") != address.strip("0123456789"):
        return False
    try:
        return bool(Translator(f"={formula}", origin=origin).translate_formula(address) == f"={here}")
    except TranslatorError:
        return False
