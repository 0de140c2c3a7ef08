"""The locked workbook of one unit."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from io import BytesIO
from types import MappingProxyType
from typing import TYPE_CHECKING

import xlsxwriter

from nianbao.definition.rules import of_field
from nianbao.frozen import frozen
from nianbao.inspecting.passed import refuse_unless_passed
from nianbao.kinds import UnitKind
from nianbao.layout.results import work_out
from nianbao.layout.slots import banners, slots
from nianbao.layout.touched import Touched
from nianbao.problems import OfficeError
from nianbao.workbook.filling import Filling, take
from nianbao.workbook.protection import lock
from nianbao.workbook.sheets import Contents, write_sheets
from nianbao.workbook.template import Template, gap

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from nianbao.layout.formulas import Shown
    from nianbao.layout.identity import Identity
    from nianbao.layout.places import Layout
    from nianbao.workbook.protection import Password
    from nianbao.workbook.values import Value

NOTHING: Mapping[str, Shown] = MappingProxyType({})
CREATED = datetime(2000, 1, 1, tzinfo=UTC)
"""A fixed date in every workbook's properties, so that the same round gives the same bytes."""
ANY_KIND = UnitKind.TOWN
"""Whose results stand in a master; cells that show something else for another kind have gaps."""


class BlankWriter:
    """Writes a form's blanks: the form's workbook once for each set of prefilled inputs, then what differs in it."""

    def __init__(self, layout: Layout, password: Password | None = None) -> None:
        self._layout = layout
        self._password = password
        self._moulds: dict[frozenset[str], _Mould] = {}

    def write(self, identity: Identity) -> bytes:
        """The unit's blank. The same form and identity give the same bytes."""
        return self.write_prefilled(identity, {})

    def write_prefilled(
        self, identity: Identity, figures: Mapping[str, Value], former: Mapping[str, Shown] = NOTHING
    ) -> bytes:
        """The unit's blank with figures that the office knows, by the ids of inputs.

        They stand as if typed, and are locked; every total, check line and the cover's status are true of them.
        An input whose figure is None stays open. `former`: the figures of the period before by field, where the
        layout shows them; one that is not there is left empty. Raises OfficeError for figures that cannot stand in
        their cells, ValueError for an id that is no input's.
        """
        kind = identity.kind
        if kind is None:
            raise ValueError(identity.judged_as)
        typed = _judged(self._layout, figures)
        beside = {key: former.get(of_field(key)) for key in self._layout.given}
        texts = slots(self._layout.form, identity) | banners(self._layout, identity)
        closed = frozenset(typed)
        is_first = closed not in self._moulds
        mould = self._mould(closed, texts)
        known = typed | beside
        data = mould.template.fill(texts, mould.touched.shown(known, kind) | known)
        if is_first:  # what holds for it holds for all: they differ in texts and in figures
            refuse_unless_passed(data, self._layout, closed)
        return data

    def _mould(self, closed: frozenset[str], texts: Iterable[str]) -> _Mould:
        """What blanks with those inputs prefilled are made from, whatever the kind of unit."""
        if closed not in self._moulds:
            gaps = {name: gap(name) for name in texts}
            master = lock(write_master(self._layout, ANY_KIND, gaps, closed), self._password)
            given = self._layout.given
            touched = Touched.by(self._layout, (*closed, *given))
            cells = {key: self._layout.places[key] for key in closed | touched.keys | frozenset(given)}
            self._moulds[closed] = _Mould(Template(master, cells), touched)
        return self._moulds[closed]


@frozen
class _Mould:
    """A workbook with gaps, and the live cells among them."""

    template: Template
    touched: Touched


def _judged(layout: Layout, figures: Mapping[str, Value]) -> dict[str, Shown]:
    """The figures as they stand in cells, judged as `fill` judges them; without those that are None."""
    filling = Filling(layout, as_given=False)
    for key, value in figures.items():
        if key not in layout.columns or layout.form.fields[key].terms:
            raise ValueError(key)
        take(filling, key, value)
    if filling.problems:
        raise OfficeError(filling.problems)
    return {key: value for key, value in filling.inputs.items() if isinstance(value, int | Decimal | str)}


def write_master(
    layout: Layout, kind: UnitKind, texts: Mapping[str, str], closed: frozenset[str] = frozenset()
) -> bytes:
    """The form's workbook with nothing filled in, and these texts in its slots; inputs that are `closed` locked."""
    stream = BytesIO()
    book = new_book(stream, title=layout.form.title.zh)
    state = work_out(layout, {}, declared=False, kind=kind)
    write_sheets(book, layout, Contents(state, texts, closed=closed))
    book.close()
    return stream.getvalue()


def new_book(stream: BytesIO, *, title: str) -> xlsxwriter.Workbook:
    """An empty workbook whose bytes depend on its contents only."""
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    book = xlsxwriter.Workbook(stream, options)
    book.set_properties({"title": title, "author": "nianbao", "created": CREATED.replace(tzinfo=None)})
    book.set_calc_mode("auto")
    return book
