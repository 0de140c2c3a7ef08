"""An .xlsx file of whatever program as a grid: values, formulas, locks, and what is hidden."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from nianbao.messages import say
from nianbao.opening.grid import Limits, Sheet, UnreadableError, Workbook
from nianbao.opening.ooxml_sheet import read_contents
from nianbao.opening.ooxml_strings import read_strings
from nianbao.opening.ooxml_styles import read_styles
from nianbao.opening.ooxml_values import Book
from nianbao.opening.relations import Links, Relation, active_parts, read_relations
from nianbao.opening.xmlpart import is_true, local, read_tree

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from xml.etree.ElementTree import Element

    from nianbao.opening.container import Container
    from nianbao.opening.ooxml_sheet import Contents
    from nianbao.opening.ooxml_styles import Style

LINK_ATTRIBUTES = (
    "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id",
    "{http://purl.oclc.org/ooxml/officeDocument/relationships}id",
)
VISIBILITIES = frozenset({"visible", "hidden", "veryHidden"})
BUILTIN_NAME = "_xlnm."


@dataclass(slots=True)
class Outline:
    """What the workbook part says: its sheets as (name, visibility, link), names and settings."""

    sheets: list[tuple[str, str, str]] = field(default_factory=list)
    names: dict[str, str] = field(default_factory=dict)
    epoch_1904: bool = False
    structure_locked: bool = False
    writer: str = ""


class Parts:
    """How the parts of a workbook are read: each by a real XML parser, every time. `Remembered` knows some by heart."""

    def __init__(self, limits: Limits) -> None:
        self.limits = limits

    def links(self, container: Container) -> tuple[Links, tuple[str, ...]]:
        """How the parts hang together, and those that could run or fetch something."""
        links = read_relations(container, self.limits)
        return links, active_parts(container, links)

    def outline(self, container: Container, part: str) -> Outline:
        """What the workbook part says."""
        return _read_outline(container.read(part), part, self.limits)

    def styles(self, container: Container, part: str) -> tuple[Style, ...]:
        """The cell formats."""
        return read_styles(container.read(part), part, self.limits)

    def strings(self, container: Container, part: str) -> Sequence[str]:
        """The shared strings."""
        return read_strings(container.read(part), part, self.limits)

    def sheet(self, container: Container, part: str, book: Book) -> Contents:
        """What is on a worksheet."""
        return read_contents(book, container.read(part), part)


def read_xlsx(container: Container, parts: Parts) -> Workbook:
    """The workbook. No macro runs, no link is followed; `UnreadableError` for a missing or wrong part."""
    every_link, active = parts.links(container)
    part = workbook_part(container, every_link)
    outline = parts.outline(container, part)
    links = every_link.get(part.casefold(), {})
    book = _book(container, links, parts, epoch_1904=outline.epoch_1904)
    return Workbook(
        sheets=tuple(_sheets(container, outline, parts, links=links, book=book)),
        names=outline.names,
        structure_locked=outline.structure_locked,
        writer=outline.writer,
        active=active,
    )


def workbook_part(container: Container, every_link: Links) -> str:
    """The part that lists the sheets."""
    links = every_link.get("", {}).values()
    part = next((link.target for link in links if link.kind == "officeDocument"), "xl/workbook.xml")
    if part not in container:
        raise UnreadableError("unreadable", say("文件内没有工作簿，已损坏；请重新保存后再报送"))
    return part


def _book(container: Container, links: Mapping[str, Relation], parts: Parts, *, epoch_1904: bool) -> Book:
    by_kind = {link.kind: link.target for link in links.values() if link.target in container}
    strings, styles = by_kind.get("sharedStrings"), by_kind.get("styles")
    return Book(
        strings=parts.strings(container, strings) if strings else (),
        styles=parts.styles(container, styles) if styles else (),
        epoch_1904=epoch_1904,
        limits=parts.limits,
        room=parts.limits.cells,
        lines=parts.limits.cells,
    )


def _sheets(
    container: Container, outline: Outline, parts: Parts, *, links: Mapping[str, Relation], book: Book
) -> Iterator[Sheet]:
    seen: set[str] = set()
    for name, visibility, link in outline.sheets:
        relation = links.get(link)
        if relation is None or not {name.casefold(), relation.target.casefold()}.isdisjoint(seen):
            raise UnreadableError("unreadable", say("工作表「{sheet}」的内容缺失或重复", sheet=name))
        seen |= {name.casefold(), relation.target.casefold()}
        if relation.kind == "worksheet":
            yield parts.sheet(container, relation.target, book).as_sheet(name, visibility)
        else:  # a chart, dialog or macro sheet: it has no cells of ours, but it is there
            yield Sheet(name=name, cells={}, visibility=visibility)


def _read_outline(content: bytes, part: str, limits: Limits) -> Outline:
    outline = Outline()
    for group in read_tree(content, part, limits):
        tag = local(group)
        if tag == "sheets":
            outline.sheets += [_sheet_entry(sheet) for sheet in group]
        elif tag == "definedNames":
            outline.names.update(_global_names(group))
        elif tag == "workbookPr":
            outline.epoch_1904 = is_true(group.get("date1904"))
        elif tag == "workbookProtection":
            outline.structure_locked = is_true(group.get("lockStructure"))
        elif tag == "fileVersion":
            outline.writer = group.get("appName", "")
    return outline


def _sheet_entry(sheet: Element) -> tuple[str, str, str]:
    link = next((sheet.get(key, "") for key in LINK_ATTRIBUTES if key in sheet.attrib), "")
    state = sheet.get("state", "visible")
    return sheet.get("name", ""), state if state in VISIBILITIES else "visible", link


def _global_names(group: Element) -> dict[str, str]:
    """Names that hold in the whole workbook, without those that spreadsheet programs make."""
    return {
        name.get("name", ""): name.text or ""
        for name in group
        if "localSheetId" not in name.attrib and not name.get("name", "").startswith(BUILTIN_NAME)
    }
