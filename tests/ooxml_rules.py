"""What Excel demands of a workbook beyond being XML: a list of everything in a file that breaks a rule.

Excel says of such a file only that its contents must be repaired. The sequences are those of ECMA-376, part 1, 18.
"""

from __future__ import annotations

import posixpath
import re
from io import BytesIO
from itertools import combinations
from typing import TYPE_CHECKING
from zipfile import ZipFile

from lxml import etree
from openpyxl.formula import Tokenizer
from openpyxl.worksheet.cell_range import CellRange

from nianbao.workbook.patching import sheet_parts

if TYPE_CHECKING:
    from collections.abc import Iterator

WORKSHEET = """
    sheetPr dimension sheetViews sheetFormatPr cols sheetData sheetCalcPr sheetProtection protectedRanges scenarios
    autoFilter sortState dataConsolidate customSheetViews mergeCells phoneticPr conditionalFormatting dataValidations
    hyperlinks printOptions pageMargins pageSetup headerFooter rowBreaks colBreaks customProperties cellWatches
    ignoredErrors smartTags drawing legacyDrawing legacyDrawingHF picture oleObjects controls webPublishItems
    tableParts extLst
"""
WORKBOOK = """
    fileVersion fileSharing workbookPr workbookProtection bookViews sheets functionGroups externalReferences
    definedNames calcPr oleSize customWorkbookViews pivotCaches
"""
FUNCTIONS = """
    ABS AND COUNT COUNTIF EXACT IF IFERROR ISERROR ISNUMBER OR ROUND SUBSTITUTE SUM SUMPRODUCT TRIM _xlfn.ISFORMULA
"""
"""The functions we use; all but the last are in Excel 2007 and every WPS, and that one stands inside IFERROR."""
NAME = re.compile(r"(_xlnm\.)?[^\W\d]\w*")
LIKE_A_CELL = re.compile(r"[A-Za-z]{1,3}[0-9]+|[Rr][0-9]*[Cc][0-9]*")
TEXT, FORMULA, VALIDATION, TITLE, HEADER, SHEET_NAME = 32_767, 8_192, 255, 32, 255, 31
DEPTH, ARGUMENTS, TALLEST, WIDEST = 64, 255, 409.5, 255


def broken_rules(data: bytes) -> list[str]:
    """A line for each thing that Excel would not take, with the part it stands in."""
    with ZipFile(BytesIO(data)) as archive:
        assert archive.testzip() is None
        parts = {name: etree.fromstring(archive.read(name)) for name in archive.namelist()}
        sheets = {part: name for name, part in sheet_parts(archive).items()}
    found = [f"package: {line}" for line in _package(parts)]
    found += [f"workbook: {line}" for line in _workbook(parts["xl/workbook.xml"])]
    found += [f"texts: {line}" for root in parts.values() for line in _texts(root)]
    for part, name in sheets.items():
        found += [f"{name}: {line}" for line in _sheet(parts[part])]
    return found


def _package(parts: dict[str, etree._Element]) -> Iterator[str]:
    """Every part has a type, every relation a target."""
    types = parts["[Content_Types].xml"]
    named = {item.get("PartName", "").removeprefix("/") for item in types.iter("{*}Override")}
    endings = {item.get("Extension") for item in types.iter("{*}Default")}
    for part in parts:
        if part != "[Content_Types].xml" and part not in named and part.rpartition(".")[2] not in endings:
            yield f"{part} has no type"
    for part, root in parts.items():
        if part.endswith(".rels"):
            folder = posixpath.dirname(posixpath.dirname(part))
            for relation in root:
                target = posixpath.normpath(posixpath.join(folder, relation.get("Target", "")))
                if relation.get("TargetMode") != "External" and target.removeprefix("/") not in parts:
                    yield f"{part}: {target} is not there"


def _workbook(root: etree._Element) -> Iterator[str]:
    """Sequence, sheet names and defined names."""
    yield from _sequence(root, WORKBOOK)
    sheets = [sheet.get("name", "") for sheet in root.iter("{*}sheet")]
    yield from (f"sheet name {name}" for name in sheets if not name or len(name) > SHEET_NAME)
    yield from (f"sheet name {name}" for name in sheets if set(name) & set(r"[]:*?/\ "[:-1]))
    yield from (f"sheet {name} twice" for name in _doubles(name.lower() for name in sheets))
    names = list(root.iter("{*}definedName"))
    yield from (
        f"name {name} twice"
        for name in _doubles((item.get("name", "").lower(), item.get("localSheetId")) for item in names)
    )
    for item in names:
        name, text = item.get("name", ""), item.text or ""
        if not NAME.fullmatch(name) or LIKE_A_CELL.fullmatch(name) or len(name) > VALIDATION:
            yield f"name {name}"
        if not any(text.startswith((f"'{sheet}'!", f"{sheet}!")) for sheet in sheets) or "#" in text:
            yield f"name {name} is {text}"


def _texts(root: etree._Element) -> Iterator[str]:
    """Texts within a cell's limits."""
    for text in root.iter("{*}t"):
        if len((text.text or "").encode("utf-16-le")) // 2 > TEXT:
            yield f"a text of {len(text.text or '')}"


def _sheet(root: etree._Element) -> Iterator[str]:
    """One sheet."""
    yield from _sequence(root, WORKSHEET)
    yield from _cells(root)
    yield from _areas(root)
    yield from _validations(root)
    for formula in root.iterfind("{*}conditionalFormatting/{*}cfRule/{*}formula"):
        text = formula.text or ""
        if "!" in text or "_xlfn" in text:
            yield f"conditional format {text}"
        yield from _formula(text)
    for header in root.iterfind("{*}headerFooter/*"):
        if len(header.text or "") > HEADER:
            yield f"header of {len(header.text or '')}"


def _cells(root: etree._Element) -> Iterator[str]:
    """Rows and cells in order and each once, their sizes, texts and formulas."""
    rows = list(root.iterfind("{*}sheetData/{*}row"))
    numbers = [int(row.get("r", "0")) for row in rows]
    if numbers != sorted(set(numbers)):
        yield "rows out of order"
    for row in rows:
        cells = [CellRange(cell.get("r", "")) for cell in row]
        columns = [cell.min_col for cell in cells]
        if columns != sorted(set(columns)) or any(str(cell.min_row) != row.get("r") for cell in cells):
            yield f"row {row.get('r')} out of order"
        if float(row.get("ht", "0")) > TALLEST:
            yield f"row {row.get('r')} is {row.get('ht')} high"
    yield from (f"column {c.get('min')}" for c in root.iter("{*}col") if float(c.get("width", "0")) > WIDEST)
    for formula in root.iterfind("{*}sheetData/{*}row/{*}c/{*}f"):
        yield from _formula(formula.text or "")


def _areas(root: etree._Element) -> Iterator[str]:
    """Merged cells and validations that overlap."""
    merged = [CellRange(item.get("ref", "")) for item in root.iter("{*}mergeCell")]
    validated = [
        CellRange(area) for item in root.iter("{*}dataValidation") for area in item.get("sqref", "").split()
    ]
    for kind, areas in (("merged", merged), ("validated", validated)):
        for one, other in combinations(areas, 2):
            if not one.isdisjoint(other):
                yield f"{one} and {other} both {kind}"


def _validations(root: etree._Element) -> Iterator[str]:
    """The lengths that Excel takes in a validation."""
    limits = {"prompt": VALIDATION, "error": VALIDATION, "promptTitle": TITLE, "errorTitle": TITLE}
    for item in root.iter("{*}dataValidation"):
        where = item.get("sqref")
        for name, most in limits.items():
            if len(item.get(name, "").encode("utf-16-le")) // 2 > most:
                yield f"{where}: {name} of {len(item.get(name, ''))}"
        for formula in item:
            if len(formula.text or "") > VALIDATION:
                yield f"{where}: validation of {len(formula.text or '')}"


def _formula(text: str) -> Iterator[str]:
    """Length, depth, arguments and functions."""
    if len(text) > FORMULA:
        yield f"formula of {len(text)}"
    depth, arguments = 0, [1]
    for token in Tokenizer(f"={text}").items:
        if token.type == "FUNC" and token.subtype == "OPEN":
            depth += 1
            arguments.append(1)
            if token.value[:-1] not in FUNCTIONS.split():
                yield f"function {token.value[:-1]}"
        elif token.type == "FUNC" and token.subtype == "CLOSE":
            depth -= 1
            arguments.pop()
        elif token.type == "SEP":
            arguments[-1] += 1
        if depth > DEPTH or arguments[-1] > ARGUMENTS:
            yield f"formula {text[:40]} too deep or wide"
            return


def _sequence(root: etree._Element, sequence: str) -> Iterator[str]:
    """Children in the order of the schema, and none that it does not have."""
    order = sequence.split()
    tags = [etree.QName(child).localname for child in root]
    yield from (f"element {tag}" for tag in tags if tag not in order)
    known = [order.index(tag) for tag in tags if tag in order]
    if known != sorted(known):
        yield f"elements out of order: {tags}"


def _doubles(items: Iterator[object]) -> Iterator[object]:
    """What is there more than once."""
    seen: set[object] = set()
    for item in items:
        if item in seen:
            yield item
        seen.add(item)
