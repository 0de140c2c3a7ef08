"""Cells of a finished workbook given new contents; everything else stays byte for byte as it was."""

from __future__ import annotations

from decimal import Decimal
from io import BytesIO
from typing import TYPE_CHECKING
from zipfile import ZipFile

from lxml import etree

from nianbao.frozen import frozen
from nianbao.layout.formulas import ErrorValue
from nianbao.workbook.cell_text import cell_text
from nianbao.workbook.zipping import copied, deflate, zipped

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from nianbao.layout.formulas import Shown
    from nianbao.layout.places import Place

XML_SPACE = "{http://www.w3.org/XML/1998/namespace}space"
RELATION = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
WORKBOOK = "xl/workbook.xml"
LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"


@frozen
class Result:
    """A new cached result for a formula that stays."""

    shown: Shown


@frozen
class Fitted:
    """A text, and the height in points that its row needs; a program may still fit the row."""

    text: str | None
    height: float | None = None


Change = int | Decimal | str | None | Result | Fitted


def patch(data: bytes, changes: Mapping[Place, Change]) -> bytes:
    """The workbook with the cells at those places changed: values put in, or formulas' results renewed.

    Values replace a formula that stands there. Raises KeyError for a sheet that is not there.
    """
    by_sheet: dict[str, dict[str, Change]] = {}
    for place, change in changes.items():
        by_sheet.setdefault(place.sheet, {})[place.address] = change
    with ZipFile(BytesIO(data)) as archive:
        parts = sheet_parts(archive)
        edits = {parts[name]: _changer(cells) for name, cells in by_sheet.items()}
    return rewrite(data, edits)


def rewrite(data: bytes, edits: Mapping[str, Callable[[etree._Element], None]]) -> bytes:
    """The workbook with some XML parts edited; the others and their order are kept."""
    with ZipFile(BytesIO(data)) as source:
        return zipped(
            deflate(info.filename, _edited(source.read(info), edits[info.filename]))
            if info.filename in edits
            else copied(source, info)
            for info in source.infolist()
        )


def parse(content: bytes) -> etree._Element:
    """The XML of a part, nothing outside it fetched."""
    return etree.fromstring(
        content, etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=False)
    )


def sheet_parts(archive: ZipFile) -> dict[str, str]:
    """The part of each sheet by its name."""
    relations = parse(archive.read("xl/_rels/workbook.xml.rels"))
    targets = {relation.get("Id"): relation.get("Target", "") for relation in relations}
    book = parse(archive.read(WORKBOOK))
    sheets = book.iter("{*}sheet")
    return {sheet.get("name", ""): _part(targets[sheet.get(RELATION)]) for sheet in sheets}


def _part(target: str) -> str:
    """A relation's target as a part name."""
    return target.removeprefix("/") if target.startswith("/") else f"xl/{target}"


def _edited(content: bytes, edit: Callable[[etree._Element], None]) -> bytes:
    """The part after the edit."""
    root = parse(content)
    edit(root)
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True)


def _changer(cells: Mapping[str, Change]) -> Callable[[etree._Element], None]:
    """An edit that changes those cells of a sheet."""

    def change(root: etree._Element) -> None:
        namespace = str(root.tag).rpartition("}")[0] + "}"
        standing = {str(cell.get("r")): cell for cell in root.iter(f"{namespace}c")}
        missing = [address for address in cells if address not in standing]
        standing |= _add_cells(root, namespace, missing)
        for address, value in cells.items():
            cell = standing[address]
            if isinstance(value, Fitted):
                _fit_row(cell.getparent(), value.height)
            _set(cell, namespace, value.text if isinstance(value, Fitted) else value)

    return change


def _fit_row(row: etree._Element | None, height: float | None) -> None:
    """The row at that height, as a program's own fitting would leave it; None for the sheet's usual one."""
    if row is None:
        return
    for name in {"ht", "customHeight"} & set(row.attrib):
        del row.attrib[name]
    if height is not None:
        row.set("ht", f"{height:g}")


def _set(cell: etree._Element, namespace: str, change: int | Decimal | str | Result | None) -> None:
    """One cell's new contents; its style stays."""
    formula = cell.find(f"{namespace}f")
    shown = change.shown if isinstance(change, Result) else change
    keep = formula if isinstance(change, Result) else None
    for child in list(cell):
        cell.remove(child)
    if "t" in cell.attrib:
        del cell.attrib["t"]
    if keep is not None:
        keep.tail = None
        cell.append(keep)
    if shown is None:
        return
    if isinstance(shown, bool):
        cell.set("t", "b")
        etree.SubElement(cell, f"{namespace}v").text = str(int(shown))
        return
    if isinstance(shown, str):
        _set_text(cell, namespace, shown, in_formula=keep is not None)
        return
    etree.SubElement(cell, f"{namespace}v").text = number_text(shown)


def _set_text(cell: etree._Element, namespace: str, text: str, *, in_formula: bool) -> None:
    """Words in a cell: an error value, a formula's text result, or a text of its own."""
    clean = cell_text(text)
    if isinstance(text, ErrorValue) or in_formula:
        cell.set("t", "e" if isinstance(text, ErrorValue) else "str")
        etree.SubElement(cell, f"{namespace}v").text = clean
        return
    cell.set("t", "inlineStr")
    holder = etree.SubElement(etree.SubElement(cell, f"{namespace}is"), f"{namespace}t")
    holder.text = clean
    holder.set(XML_SPACE, "preserve")


def number_text(number: Decimal | float) -> str:
    """The number as a file holds it."""
    return format(number, "f") if isinstance(number, Decimal) else repr(number)


def _add_cells(root: etree._Element, namespace: str, addresses: Iterable[str]) -> dict[str, etree._Element]:
    """New empty cells put into their rows in order."""
    data = root.find(f"{namespace}sheetData")
    added: dict[str, etree._Element] = {}
    for address in addresses:
        if data is None:
            raise KeyError(address)
        row = _child(data, f"{namespace}row", address.lstrip(LETTERS), int)
        added[address] = _child(row, f"{namespace}c", address, _column_order)
    return added


def _column_order(address: str) -> tuple[int, str]:
    """A sort key for columns: AA stands after Z."""
    letters = address.rstrip("0123456789")
    return len(letters), letters


def _child(
    parent: etree._Element, tag: str, address: str, order: Callable[[str], int | tuple[int, str]]
) -> etree._Element:
    """The row or cell of that address, made in its place where it is not there."""
    addresses = [str(child.get("r")) for child in parent]
    if address in addresses:
        return parent[addresses.index(address)]
    child = etree.Element(tag, {"r": address})
    parent.insert(sum(order(other) < order(address) for other in addresses), child)  # type: ignore[operator]
    return child
