"""Every cell of a form that has an id, with its place: what `forms show` lists."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nianbao.definition.form import FieldType
from nianbao.frozen import frozen
from nianbao.layout.boxes import Answer
from nianbao.layout.planning import COVER_ENTRIES, DECLARATION, DECLARATION_LABEL

if TYPE_CHECKING:
    from collections.abc import Iterator

    from nianbao.layout.places import Layout

_TEXT = "text"


@frozen
class FormCell:
    """One cell. `kind`: input, formula, text (a section in words) or cover; `type`: what may stand in it."""

    id: str
    kind: str
    type: str
    sheet: str
    cell: str
    label: str


def form_cells(layout: Layout) -> Iterator[FormCell]:
    """The cells in printed order: the tables, the texts, then the cover."""
    form = layout.form
    for field in form.fields.values():
        yield _cell(layout, field.id, field.kind, field.type, field.full_label)
    for text in form.texts:
        yield _cell(layout, text.id, _TEXT, _TEXT, text.title)
    for key, box in layout.box_of.items():
        if isinstance(box.content, Answer) and key in COVER_ENTRIES:
            yield _cell(layout, key, "cover", _TEXT, COVER_ENTRIES[key])
    yield _cell(layout, DECLARATION, "cover", FieldType.CHOICE, DECLARATION_LABEL)


def _cell(layout: Layout, key: str, kind: str, type_: str, label: str) -> FormCell:
    place = layout.places[key]
    return FormCell(key, kind, str(type_), place.sheet, place.address, label)
