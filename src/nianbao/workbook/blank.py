"""The locked workbook of one unit."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from io import BytesIO
from typing import TYPE_CHECKING

import xlsxwriter

from nianbao.frozen import frozen
from nianbao.layout.results import work_out
from nianbao.layout.slots import banners, slots
from nianbao.layout.touched import Touched
from nianbao.problems import OfficeError
from nianbao.workbook.filling import Filling, take
from nianbao.workbook.protection import lock
from nianbao.workbook.sheets import Contents, write_sheets
from nianbao.workbook.template import Template, gap

if TYPE_CHECKING:
    from collections.abc import Mapping

    from nianbao.kinds import UnitKind
    from nianbao.layout.formulas import Shown
    from nianbao.layout.identity import Identity
    from nianbao.layout.places import Layout
    from nianbao.workbook.protection import Password
    from nianbao.workbook.values import Value

CREATED = datetime(2000, 1, 1, tzinfo=UTC)
"""A fixed date in every workbook's properties, so that the same round gives the same bytes."""


class BlankWriter:
    """Writes a form's blanks: the form's workbook once for each kind of unit, then the parts that differ."""

    def __init__(self, layout: Layout, password: Password | None = None) -> None:
        self._layout = layout
        self._password = password
        self._moulds: dict[tuple[UnitKind, frozenset[str]], _Mould] = {}

    def write(self, identity: Identity) -> bytes:
        """The unit's blank. The same form and identity give the same bytes."""
        return self.write_prefilled(identity, {})

    def write_prefilled(self, identity: Identity, figures: Mapping[str, Value]) -> bytes:
        """The unit's blank with figures that the office knows, of last year's say, by the ids of inputs.

        They stand as if typed, and are locked; every total, check line and the cover's status are true of them.
        An input whose figure is None stays open. Raises OfficeError for figures that cannot stand in their cells,
        ValueError for an id that is no input's.
        """
        kind = identity.kind
        if kind is None:
            raise ValueError(identity.judged_as)
        typed = _judged(self._layout, figures)
        texts = slots(self._layout.form, identity) | banners(self._layout, identity)
        key = (kind, frozenset(typed))
        if key not in self._moulds:
            self._moulds[key] = self._mould(kind, key[1], {name: gap(name) for name in texts})
        mould = self._moulds[key]
        return mould.template.fill(texts, mould.touched.shown(typed) | typed if typed else {})

    def _mould(self, kind: UnitKind, closed: frozenset[str], texts: Mapping[str, str]) -> _Mould:
        """What blanks of that kind of unit with those inputs prefilled are made from."""
        master = lock(write_master(self._layout, kind, texts, closed), self._password)
        touched = Touched.by(self._layout, closed, kind)
        keys = {*closed, *touched.keys} if closed else ()
        return _Mould(Template(master, {key: self._layout.places[key] for key in keys}), touched)


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
