"""What a sheet is made of: boxes, each with its role on paper and with what stands in it."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING

from nianbao.frozen import frozen

if TYPE_CHECKING:
    from collections.abc import Mapping

    from nianbao.layout.formulas import Computable


class Role(StrEnum):
    """What a box is on paper; the writer has one look for each."""

    TITLE = "title"
    BANNER = "banner"
    BAND = "band"
    CORNER = "corner"
    HEAD = "head"
    ROW_HEAD = "row head"
    ROW_ITEM = "row item"
    NAME = "name"
    NOTE = "note"
    SLOT = "slot"
    INPUT = "input"
    ENTRY = "entry"
    PROSE = "prose"
    REASON = "reason"
    TOTAL = "total"
    FIGURE = "figure"
    MARK = "mark"
    STATUS = "status"
    HIDDEN = "hidden"


@frozen
class Words:
    """A printed, locked text."""

    text: str


@frozen
class Answer:
    """A cell that the unit fills: a field, a text or a cover entry, by id."""

    id: str


@frozen
class Slot:
    """A locked text that differs from workbook to workbook, by name; `default` where none is given."""

    name: str
    default: str = ""


@frozen
class Computed:
    """A live cell; `id` where it is a field's."""

    live: Computable
    id: str = ""


@frozen
class Given:
    """A locked number that the office knows, by id: the figure of the period before, `previous.` and the field's."""

    id: str


Content = Words | Answer | Slot | Computed | Given


@frozen
class Box:
    """A cell, or several merged, with what stands in it; of prose a stack of cells, one to a row."""

    row: int
    column: int
    role: Role
    content: Content
    rows: int = 1
    columns: int = 1

    @property
    def stacked(self) -> bool:
        """Whether its rows are cells of their own."""
        return self.role is Role.PROSE


@frozen
class SheetPlan:
    """A sheet: boxes in reading order, column widths in characters, row heights in points.

    Printed on one page (`one_page`), else fitted to the page's width, with a new page before the rows `breaks`.
    `explains`: it is there for people to read, and no figure is ever read from it.
    """

    name: str
    boxes: tuple[Box, ...]
    widths: tuple[float, ...]
    heights: Mapping[int, float]
    landscape: bool = False
    one_page: bool = True
    hidden: bool = False
    frozen_rows: int = 0
    breaks: tuple[int, ...] = ()
    explains: bool = False
