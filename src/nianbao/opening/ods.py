"""A survey of an .ods file: size and error values of each sheet, and what could run or fetch something."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from nianbao.messages import say
from nianbao.opening.grid import UnreadableError
from nianbao.opening.survey import Survey, check_room
from nianbao.opening.xmlpart import damaged, local, read_tree

if TYPE_CHECKING:
    from collections.abc import Iterator
    from xml.etree.ElementTree import Element

    from nianbao.opening.container import Container
    from nianbao.opening.grid import Limits

CONTENT, MANIFEST = "content.xml", "META-INF/manifest.xml"
OFFICE = "{urn:oasis:names:tc:opendocument:xmlns:office:1.0}"
TABLE = "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}"
TEXT = "{urn:oasis:names:tc:opendocument:xmlns:text:1.0}"
SHOWN_TYPE = "{urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0}value-type"
LINK = "{http://www.w3.org/1999/xlink}href"
ONCE = frozenset({f"{TABLE}table", f"{TABLE}table-row"})
NO_TAGS: frozenset[str] = frozenset()
MOST_SPACES = 1_000_000
MACRO_FOLDERS = ("Basic/", "Scripts/")
EMPTY_LIBRARY = re.compile(r"/(script|dialog)-l[bc]\.xml$|/$")
ACTIVE_ELEMENTS = frozenset(
    {"event-listener", "table-source", "cell-range-source", "dde-source", "object-ole", "plugin", "applet"}
)
ERROR_TEXT = re.compile(r"#[A-Z/0]+[!?]?|(Err|错误)[:：]\s?[0-9]{3}")


def survey_ods(container: Container, limits: Limits) -> tuple[list[Survey], tuple[str, ...]]:
    """A survey of each sheet, and the names of active parts and elements."""
    if MANIFEST in container and b"encryption-data" in container.read(MANIFEST):
        raise UnreadableError("encrypted", say("文件设有打开密码；请取消密码后再报送"))
    root = read_tree(container.read(CONTENT), CONTENT, limits)
    macros = {
        name for name in container.names if name.startswith(MACRO_FOLDERS) and not EMPTY_LIBRARY.search(name)
    }
    active = macros | {local(element) for element in root.iter() if _is_active(element)}
    try:
        if _nested(root) or _spaces(root) > MOST_SPACES:
            raise damaged(CONTENT)
        surveys = [_survey_table(table, limits) for table in root.iter(f"{TABLE}table")]
    except ValueError as error:
        raise damaged(CONTENT) from error
    return surveys, tuple(sorted(active))


def _nested(root: Element) -> bool:
    """Whether a table stands within a table, or a row within a row, as no spreadsheet program writes them."""
    waiting = [(root, NO_TAGS)]
    while waiting:
        element, within = waiting.pop()
        inner = within | {element.tag} if element.tag in ONCE else within
        for child in element:
            if child.tag in inner:
                return True
            if len(child):
                waiting.append((child, inner))
    return False


def _spaces(root: Element) -> int:
    """How many spaces the texts ask for by number."""
    return sum(_count(element, f"{TEXT}c") for element in root.iter(f"{TEXT}s"))


def _count(element: Element, name: str) -> int:
    """The number in an attribute, 1 where it has none; ValueError for one that counts nothing."""
    count = int(element.get(name, "1"))
    if count < 0:
        raise ValueError(count)
    return count


def _is_active(element: Element) -> bool:
    """Whether it runs or fetches; a chart is an object that names its ranges, a picture mostly lies inside."""
    name = local(element)
    if name == "object":
        return not any("notify-on-update-of-ranges" in key for key in element.keys())  # noqa: SIM118
    return name in ACTIVE_ELEMENTS or (name == "image" and "://" in element.get(LINK, ""))


def _survey_table(table: Element, limits: Limits) -> Survey:
    survey = Survey()
    for row, column, rows, columns, cell in _filled_cells(table):
        survey.note(row, column, rows=rows, columns=columns)
        check_room([survey], limits)  # before a repeated error is written out
        name = _error(cell)
        if name:
            places = ((r, c) for r in range(row, row + rows) for c in range(column, column + columns))
            survey.errors.update(dict.fromkeys(places, name))
    return survey


def _filled_cells(table: Element) -> Iterator[tuple[int, int, int, int, Element]]:
    """Row, column, and how often it is repeated down and across, of each cell that shows something."""
    row = 0
    for line in table.iter(f"{TABLE}table-row"):
        column = 0
        rows = _count(line, f"{TABLE}number-rows-repeated")
        for cell in line:
            columns = _count(cell, f"{TABLE}number-columns-repeated")
            if f"{OFFICE}value-type" in cell.attrib or cell.find(f"{TEXT}p") is not None:
                yield row, column, rows, columns, cell
            column += columns
        row += rows


def _error(cell: Element) -> str:
    """The error value that a cell shows, if it does: LibreOffice says so, other programs only show it."""
    shown = "".join(text for paragraph in cell.iterfind(f"{TEXT}p") for text in paragraph.itertext())
    said = cell.get(SHOWN_TYPE) == "error"
    return shown if said or (f"{TABLE}formula" in cell.attrib and ERROR_TEXT.fullmatch(shown)) else ""
