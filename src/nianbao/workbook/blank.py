"""The locked workbook of one unit."""

from __future__ import annotations

from datetime import UTC, datetime
from io import BytesIO
from typing import TYPE_CHECKING

import xlsxwriter

from nianbao.layout.results import work_out
from nianbao.layout.slots import banners, slots
from nianbao.workbook.protection import lock
from nianbao.workbook.sheets import Contents, write_sheets
from nianbao.workbook.template import Template, gap

if TYPE_CHECKING:
    from collections.abc import Mapping

    from nianbao.kinds import UnitKind
    from nianbao.layout.identity import Identity
    from nianbao.layout.places import Layout
    from nianbao.workbook.protection import Password

CREATED = datetime(2000, 1, 1, tzinfo=UTC)
"""A fixed date in every workbook's properties, so that the same round gives the same bytes."""


class BlankWriter:
    """Writes a form's blanks: the form's workbook once for each kind of unit, then the parts that differ."""

    def __init__(self, layout: Layout, password: Password | None = None) -> None:
        self._layout = layout
        self._password = password
        self._templates: dict[UnitKind, Template] = {}

    def write(self, identity: Identity) -> bytes:
        """The unit's blank. The same form and identity give the same bytes."""
        kind = identity.kind
        if kind is None:
            raise ValueError(identity.judged_as)
        texts = slots(self._layout.form, identity) | banners(self._layout, identity)
        if kind not in self._templates:
            master = write_master(self._layout, kind, {name: gap(name) for name in texts})
            self._templates[kind] = Template(lock(master, self._password))
        return self._templates[kind].fill(texts)


def write_master(layout: Layout, kind: UnitKind, texts: Mapping[str, str]) -> bytes:
    """The form's workbook with nothing filled in, and these texts in its slots."""
    stream = BytesIO()
    book = new_book(stream, title=layout.form.title.zh)
    state = work_out(layout, {}, declared=False, kind=kind)
    write_sheets(book, layout, Contents(state, texts))
    book.close()
    return stream.getvalue()


def new_book(stream: BytesIO, *, title: str) -> xlsxwriter.Workbook:
    """An empty workbook whose bytes depend on its contents only."""
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    book = xlsxwriter.Workbook(stream, options)
    book.set_properties({"title": title, "author": "nianbao", "created": CREATED.replace(tzinfo=None)})
    book.set_calc_mode("auto")
    return book
