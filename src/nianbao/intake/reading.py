"""A document to the values and texts of a form: its tables by their labels, its edition by its tables."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from nianbao.definition.form import FieldType
from nianbao.frozen import frozen
from nianbao.intake.axes import axes_of
from nianbao.intake.document import Grid, Paragraph, loosened
from nianbao.intake.figures import is_dash, read_figure
from nianbao.intake.grids import GridReader
from nianbao.intake.labels import plain_text
from nianbao.intake.naming import naming
from nianbao.intake.outcome import Outcome, Remark
from nianbao.intake.placed import Placed
from nianbao.intake.sections import has_grid, pictures, sections_of, words_of
from nianbao.intake.several import holds_several
from nianbao.intake.streams import read_stream
from nianbao.layout.shelf import DEFAULT_FORM, find_form, form_names
from nianbao.messages import say
from nianbao.opening.grid import UnreadableError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from decimal import Decimal

    from nianbao.definition.form import Form
    from nianbao.intake.axes import Axes
    from nianbao.intake.document import Document, Item
    from nianbao.intake.placed import Entry
    from nianbao.intake.sections import Sections
    from nianbao.layout.places import Layout

SHOWN = 40


@frozen
class _Candidate:
    """The document as one edition would have it."""

    layout: Layout
    sections: Sections
    placed: Placed
    words: float = 0.0
    """How many of the edition's own labels stand anywhere in it."""


def read_report(document: Document, layout: Layout | None = None) -> Outcome:
    """What the document says. `layout`: the edition, where it is known; else the one that its tables are of."""
    items = tuple(loosened(document.items))
    layouts = (
        [layout] if layout else [find_form(name) for name in form_names() if name.startswith(DEFAULT_FORM)]
    )
    candidates = [_candidate(items, one) for one in layouts]
    told = naming(
        candidates[-1].sections.before, candidates[-1].layout.form.title.zh, document.fields.get("title", "")
    )
    chosen = max(
        candidates,
        key=lambda c: (
            round(c.placed.score(), 6),
            c.words,
            told.year is not None and c.layout.form.serves(told.year),
        ),
    )
    form = chosen.layout.form
    if holds_several(items, form):
        raise UnreadableError(
            "unreadable", say("里面有不止一份报告，分不清哪些数字是哪一份的；请每份各存一个文件后再试")
        )
    told = naming(chosen.sections.before, form.title.zh, document.fields.get("title", ""))
    values, remarks = _values(form, chosen.placed)
    remarks += _tables(form, chosen, items)
    texts = {
        text.id: words
        for text in form.texts
        if (words := words_of(chosen.sections.parts.get(text.id, ()), lines=document.lines))
    }
    return Outcome(chosen.layout, told, document.format, values, texts, tuple(remarks))


def _candidate(items: Sequence[Item], layout: Layout) -> _Candidate:
    form = layout.form
    axes = axes_of(form)
    sections = sections_of(items, form)
    reader, placed = GridReader(axes), Placed()
    for item in items:
        if isinstance(item, Grid):
            placed.add(reader.read(item))
    for table in form.tables:
        if table.key not in placed.tables():
            blocks = [block for block in axes if block.table == table.key]
            placed.add(_from_lines(sections, table.key, blocks))
    return _Candidate(layout, sections, placed, _told_labels(items, axes))


def _told_labels(items: Sequence[Item], axes: Sequence[Axes]) -> float:
    """Which part of the labels over columns stands in the document: it tells the edition where no figure does."""
    texts = [item.text for item in items if isinstance(item, Paragraph)]
    texts += [piece.text for item in items if isinstance(item, Grid) for piece in item.pieces]
    whole = plain_text("".join(texts))
    labels = {plain_text(head.names[0]) for block in axes for head in block.heads}
    return round(sum(label in whole for label in labels) / max(len(labels), 1), 6)


def _from_lines(sections: Sections, table: str, blocks: Sequence[Axes]) -> Placed:
    """The table from the lines of its section; from those of another where it got there, as in texts out of PDFs."""
    others = [key for key in sections.parts if key != table]
    tried = []
    for part in (sections.parts.get(table, ()), *map(sections.parts.__getitem__, others), sections.before):
        texts = [item.text for item in part if isinstance(item, Paragraph)]
        tried.append(read_stream(texts, blocks))
        if tried[-1].entries:
            return tried[-1]
    return tried[0]


def _values(form: Form, placed: Placed) -> tuple[dict[str, int | Decimal | None], list[Remark]]:
    """The figure of every cell, and what is to be said of it."""
    values: dict[str, int | Decimal | None] = dict.fromkeys(
        key for key, field in form.fields.items() if field.type is not FieldType.CHOICE
    )
    remarks: list[Remark] = []
    mixed = _mixed(placed)
    doubted = {key: d.text for d in placed.doubts if d.text for key in d.ids}
    for key, every in placed.entries.items():
        entries = [entry for entry in every if not _has_parts(entry, placed, doubted)]
        if not entries or key in doubted or key.partition(".")[0] in mixed:
            found = " ".join((every[0].text, doubted.get(key, ""))).strip()[:SHOWN]
            remarks.append(Remark("structure-changed:unplaced", (key,), places={"found": found}))
            continue
        texts = {entry.text.strip() for entry in entries}
        if len(texts) > 1:
            found = "」「".join(sorted(text or "空白" for text in texts))[:SHOWN]
            remarks.append(Remark("structure-changed:twice", (key,), places={"found": found}))
            continue
        remarks += _take(form, entries[0], values)
    met = set(placed.entries)
    for doubt in placed.doubts:
        ids = tuple(key for key in doubt.ids if key not in met)
        if ids:
            code = "structure-changed:unplaced" if doubt.why != "column" else "structure-changed:column"
            remarks.append(Remark(code, ids, places={"found": doubt.text}))
        met |= set(ids)
    for altered in placed.altered:
        ids = tuple(key for key in altered.ids if key in placed.entries)[:1]
        if ids:
            places = {"found": altered.found.replace("\n", "")[:SHOWN], "expected": altered.expected}
            remarks.append(Remark("label-changed", ids, places=places))
    remarks += [
        Remark("stray-content:published", table=table, places={"found": text})
        for table, text in placed.strange
    ]
    return values, remarks


def _mixed(placed: Placed) -> frozenset[str]:
    """The tables of which most cells are there with different figures: what is there once may be of either."""
    every = Counter(key.partition(".")[0] for key in placed.entries)
    differing = (key for key, found in placed.entries.items() if len({e.text.strip() for e in found}) > 1)
    twice = Counter(key.partition(".")[0] for key in differing)
    return frozenset(table for table, count in twice.items() if 2 * count > every[table])


def _has_parts(entry: Entry, placed: Placed, doubted: Mapping[str, str]) -> bool:
    """Whether the rows that are said to be printed as this one have places of their own: it is their sum."""
    return any(key != entry.id and (key in placed.entries or key in doubted) for key in entry.together)


def _take(form: Form, entry: Entry, values: dict[str, int | Decimal | None]) -> Iterator[Remark]:
    """One cell's figure put where it belongs."""
    figure = read_figure(entry.text, form.fields[entry.id], unit=entry.unit)
    if entry.together:
        yield from _together(entry, figure.value, values)
    if figure.blank:
        return
    if figure.value is None:
        code = "not-a-number:dash" if is_dash(entry.text) else "not-a-number:published"
        yield Remark(code, (entry.id,), places={"found": figure.text[:SHOWN]})
        return
    values[entry.id] = figure.value
    if figure.noted:
        yield Remark(
            "read-as-number:noted",
            (entry.id,),
            places={"found": figure.text[:SHOWN], "expected": figure.value},
        )


def _together(
    entry: Entry, value: int | Decimal | None, values: dict[str, int | Decimal | None]
) -> Iterator[Remark]:
    """A figure that is several rows' together: 0 is 0 in each; another is kept in one, the others are not known."""
    others = tuple(key for key in entry.together if key != entry.id)
    if value == 0:
        values.update(dict.fromkeys(others, 0))
        yield Remark("structure-changed:single", entry.together)
    else:
        yield Remark("structure-changed:together", others, places={"found": entry.text.strip()[:SHOWN]})


def _tables(form: Form, chosen: _Candidate, items: Sequence[Item]) -> list[Remark]:
    """What is to be said of tables as a whole, and of cells that are nowhere in them."""
    remarks = []
    for table in form.tables:
        ids = [key for key, field in form.fields.items() if field.table == table.key]
        met = set(chosen.placed.entries) | {key for doubt in chosen.placed.doubts for key in doubt.ids}
        together = {key for e in chosen.placed.entries.values() for key in e[0].together}
        lacking = tuple(key for key in ids if key not in met | together)
        if not set(ids) & met:
            remarks.append(
                Remark(
                    _absent(chosen.sections, table.key, items),
                    table=table.key,
                    places={"expected": table.title},
                )
            )
        elif lacking:
            remarks.append(Remark("structure-changed:absent", lacking))
    return remarks


def _absent(sections: Sections, table: str, items: Sequence[Item]) -> str:
    """Why a table was not found: it is a picture, is not there, or cannot be made out."""
    part = sections.parts.get(table)
    if part is None:
        return (
            "sheet-missing:picture"
            if pictures(items) and not any(isinstance(i, Grid) for i in items)
            else "sheet-missing:published"
        )
    if pictures(part) and not has_grid(part):
        return "sheet-missing:picture"
    written = sum(len(item.text) for item in part if isinstance(item, Paragraph))
    return "sheet-missing:empty" if not has_grid(part) and written < 80 else "sheet-missing:unread"
