"""A finished workbook's bytes as what the inspection looks at: the grid, and how each sheet is printed and guarded."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nianbao.frozen import frozen
from nianbao.opening.container import open_container
from nianbao.opening.grid import Limits
from nianbao.opening.ooxml import LINK_ATTRIBUTES, Parts, read_xlsx
from nianbao.opening.ooxml_sheet import place
from nianbao.opening.xmlpart import is_true, local, read_tree

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from xml.etree.ElementTree import Element

    from nianbao.opening.grid import Workbook

At = tuple[int, int]
Area = tuple[int, int, int, int]
"""First row and column, last row and column, from 0, inclusive."""
LIMITS = Limits()
WORKBOOK, STYLES = "xl/workbook.xml", "xl/styles.xml"
DEFAULT_HEIGHT, DEFAULT_WIDTH = 15.0, 9.14
PRINT_AREA = "_xlnm.Print_Area"


@frozen
class Look:
    """A cell format as far as texts need room in it; `size` in points."""

    size: float = 11.0
    wraps: bool = False
    shrinks: bool = False
    indent: int = 0
    locked: bool = True


@frozen
class Validation:
    """What Excel refuses and says in some areas."""

    areas: tuple[Area, ...]
    kind: str
    prompt: str
    refusal: str


@frozen
class Page:
    """One sheet. Widths in characters as the file has them, heights in points, margins in inches.

    `heights` has the rows whose height is set; `loose`: formats of whole rows or columns that are not locked.
    """

    widths: Mapping[int, float]
    heights: Mapping[int, float]
    styles: Mapping[At, int]
    loose: tuple[int, ...]
    validations: tuple[Validation, ...]
    formulas: tuple[str, ...]
    paper: str
    landscape: bool
    pages: tuple[str, str] | None
    margins: Mapping[str, float]
    print_area: str

    def width(self, first: int, last: int) -> float:
        """The columns' width together."""
        return sum(self.widths.get(column, DEFAULT_WIDTH) for column in range(first, last + 1))

    def height(self, first: int, last: int) -> float:
        """The rows' height together."""
        return sum(self.heights.get(row, DEFAULT_HEIGHT) for row in range(first, last + 1))


@frozen
class Finished:
    """The workbook; `pages` by sheet, `looks` by the number that cells call them by."""

    workbook: Workbook
    pages: Mapping[str, Page]
    looks: tuple[Look, ...]

    def look(self, sheet: str, at: At) -> Look:
        """The format of a cell."""
        return self.looks[self.pages[sheet].styles.get(at, 0)]


def read_finished(data: bytes) -> Finished:
    """The workbook as it was written, whichever of our writers did it."""
    container, parts = open_container(data, LIMITS), Parts(LIMITS)
    root = read_tree(container.read(WORKBOOK), WORKBOOK, LIMITS)
    areas = _print_areas(root)
    links = parts.links(container)[0][WORKBOOK]
    looks = tuple(_looks(read_tree(container.read(STYLES), STYLES, LIMITS)))
    pages = {}
    for number, entry in enumerate(next(group for group in root if local(group) == "sheets")):
        link = next(entry.get(key, "") for key in LINK_ATTRIBUTES if key in entry.attrib)
        part = links[link].target
        sheet = read_tree(container.read(part), part, LIMITS)
        pages[entry.get("name", "")] = _page(sheet, areas.get(number, ""), looks)
    return Finished(read_xlsx(container, parts), pages, looks)


def _print_areas(root: Element) -> dict[int, str]:
    """The print areas by the sheet's number."""
    names = (name for group in root if local(group) == "definedNames" for name in group)
    return {
        int(name.get("localSheetId", "-1")): name.text or ""
        for name in names
        if name.get("name") == PRINT_AREA
    }


def _looks(root: Element) -> Iterator[Look]:
    groups = {local(group): group for group in root}
    sizes = [_size(font) for font in groups["fonts"]]
    for entry in groups["cellXfs"]:
        parts = {local(child): child for child in entry}
        alignment = parts["alignment"].attrib if "alignment" in parts else {}
        locked = parts["protection"].get("locked", "1") if "protection" in parts else "1"
        yield Look(
            size=sizes[int(entry.get("fontId", "0"))],
            wraps=is_true(alignment.get("wrapText")),
            shrinks=is_true(alignment.get("shrinkToFit")),
            indent=int(alignment.get("indent", "0")),
            locked=is_true(locked),
        )


def _size(font: Element) -> float:
    return next((float(child.get("val", "11")) for child in font if local(child) == "sz"), 11.0)


def _page(root: Element, print_area: str, looks: tuple[Look, ...]) -> Page:
    """One sheet's part."""
    found: dict[str, list[Element]] = {}
    for element in root.iter():
        found.setdefault(local(element), []).append(element)
    rows = found.get("row", [])
    columns = found.get("col", [])
    setup = found["pageSetup"][0].attrib if "pageSetup" in found else {}
    fits = any(is_true(element.get("fitToPage")) for element in found.get("pageSetUpPr", []))
    styled = [*(row.get("s", "0") for row in rows), *(column.get("style", "0") for column in columns)]
    return Page(
        widths={at: float(c.get("width", DEFAULT_WIDTH)) for c in columns for at in _columns(c)},
        heights={int(row.get("r", "0")) - 1: float(row.get("ht", "0")) for row in rows if row.get("ht")},
        styles={place(cell.get("r", "")): int(cell.get("s", "0")) for cell in found.get("c", [])},
        loose=tuple(sorted({int(style) for style in styled if not looks[int(style)].locked})),
        validations=tuple(_validation(element) for element in found.get("dataValidation", [])),
        formulas=tuple(
            element.text or ""
            for tag in ("formula", "formula1", "formula2")
            for element in found.get(tag, [])
        ),
        paper=setup.get("paperSize", ""),
        landscape=setup.get("orientation") == "landscape",
        pages=(setup.get("fitToWidth", "1"), setup.get("fitToHeight", "1")) if fits else None,
        margins={key: float(value) for e in found.get("pageMargins", []) for key, value in e.attrib.items()},
        print_area=print_area,
    )


def _columns(column: Element) -> range:
    return range(int(column.get("min", "1")) - 1, int(column.get("max", "1")))


def _validation(element: Element) -> Validation:
    return Validation(
        areas=tuple(area(text) for text in element.get("sqref", "").split()),
        kind=element.get("type", "none"),
        prompt=element.get("prompt", "") if is_true(element.get("showInputMessage")) else "",
        refusal=element.get("error", "") if is_true(element.get("showErrorMessage")) else "",
    )


def area(text: str) -> Area:
    """`B5:D6`, or a single cell, as an area."""
    first, _, last = text.partition(":")
    return (*place(first), *place(last or first))
