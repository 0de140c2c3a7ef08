"""The notes that stand on the cells of an .xlsx or .ods file, as plain text."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nianbao.opening.container import open_container
from nianbao.opening.grid import UnreadableError
from nianbao.opening.ods import CONTENT, OFFICE, TABLE, TEXT
from nianbao.opening.ooxml import Parts, workbook_part
from nianbao.opening.ooxml_sheet import place
from nianbao.opening.ooxml_strings import text_of
from nianbao.opening.xmlpart import damaged, local, read_tree

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from xml.etree.ElementTree import Element

    from nianbao.opening.container import Container
    from nianbao.opening.grid import Limits

    At = tuple[int, int]
    Notes = Mapping[str, Mapping[At, str]]

MOST_NOTES = 5_000
SEEN_IN = frozenset({"xlsx", "ods"})
"""The formats whose notes are read; of the two old binary ones they are not."""
ROWS = f"{TABLE}table-row"


def read_notes(data: bytes, limits: Limits) -> Notes:
    """The notes by sheet and cell, at most 5,000. UnreadableError where they are not as they should be."""
    container = open_container(data, limits)
    if container.kind not in SEEN_IN:
        return {}
    found: dict[str, dict[At, str]] = {}
    source = _of_xlsx(container, limits) if container.kind == "xlsx" else _of_ods(container, limits)
    for number, (sheet, at, text) in enumerate(source):
        if number >= MOST_NOTES:
            break
        if text.strip():
            found.setdefault(sheet, {})[at] = text
    return found


def _of_xlsx(container: Container, limits: Limits) -> Iterator[tuple[str, At, str]]:
    parts = Parts(limits)
    every_link, _ = parts.links(container)
    book = workbook_part(container, every_link)
    links = every_link.get(book.casefold(), {})
    for name, _, link in parts.outline(container, book).sheets:
        sheet = links.get(link)
        around = every_link.get(sheet.target.casefold(), {}) if sheet else {}
        for relation in around.values():
            if relation.kind == "comments" and relation.target in container:
                for at, text in _listed(read_tree(container.read(relation.target), relation.target, limits)):
                    yield name, at, text


def _listed(root: Element) -> Iterator[tuple[At, str]]:
    """The notes of one sheet."""
    for comment in root.iter():
        if local(comment) == "comment":
            try:
                at = place(comment.get("ref", ""))
            except ValueError as error:
                raise damaged("comments") from error
            yield at, "".join(text_of(child) for child in comment if local(child) == "text")


def _of_ods(container: Container, limits: Limits) -> Iterator[tuple[str, At, str]]:
    root = read_tree(container.read(CONTENT), CONTENT, limits)
    try:
        for table in root.iter(f"{TABLE}table"):
            for at, note in _annotated(table):
                paragraphs = ("".join(paragraph.itertext()) for paragraph in note.iterfind(f"{TEXT}p"))
                yield table.get(f"{TABLE}name", ""), at, "\n".join(paragraphs)
    except ValueError as error:
        raise UnreadableError("unreadable", damaged(CONTENT).detail) from error


def _annotated(table: Element) -> Iterator[tuple[At, Element]]:
    """The notes of a table, each at the first of the cells that it is repeated over."""
    row = 0
    for line in table.iter(ROWS):
        column = 0
        for cell in line:
            note = cell.find(f"{OFFICE}annotation")
            if note is not None:
                yield (row, column), note
            column += int(cell.get(f"{TABLE}number-columns-repeated", "1"))
        row += int(line.get(f"{TABLE}number-rows-repeated", "1"))
