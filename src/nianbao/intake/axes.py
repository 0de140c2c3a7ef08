"""What a form's tables are known by in print: the rows and columns of each block, with every name that they have."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nianbao.frozen import frozen
from nianbao.intake.labels import CERTAIN, MARGIN, PROBABLE, likeness

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from nianbao.definition.form import Block, Form

CLOSE = 0.02


@frozen
class Line:
    """A printed row. `names`: its label as it may stand; `ids`: its cells by column.

    `stands_for`: it is printed in place of several rows; a figure in it is kept in `ids`, and is those rows' together.
    """

    names: tuple[str, ...]
    ids: tuple[str, ...]
    stands_for: tuple[tuple[str, ...], ...] = ()

    def prints(self, found: str) -> bool:
        """Whether a label is the form's own, perhaps with those of its groups before it."""
        own = (name for name in self.names if name.endswith(self.names[0]))
        return any(likeness(found, name) >= CERTAIN for name in own)


@frozen
class Head:
    """A printed column: its label, and the labels over it from the inside out."""

    names: tuple[str, ...]
    parents: tuple[str, ...]


@frozen
class Axes:
    """A block: its rows and columns. `over`: labels over several columns; `heading`: its band."""

    table: str
    heading: str
    corner: str
    lines: tuple[Line, ...]
    heads: tuple[Head, ...]
    over: tuple[str, ...]
    groups: tuple[str, ...]

    @property
    def is_unlabelled(self) -> bool:
        """Whether its row has no label."""
        return not any(line.names for line in self.lines)

    @property
    def plain_lines(self) -> int:
        """How many rows it has where none stands for several."""
        return sum(not line.stands_for for line in self.lines)


def axes_of(form: Form) -> tuple[Axes, ...]:
    """Every block of the form."""
    return tuple(_axes(form, table.key, block) for table in form.tables for block in table.blocks)


def _axes(form: Form, table: str, block: Block) -> Axes:
    fields = form.fields
    also = form.published.also if form.published else {}
    lines = []
    for key, ids in zip(block.row_keys, block.ids, strict=True):
        path = [label for label in fields[ids[0]].row if label]
        names = (path[-1], *also.get(f"{table}.{key}", ()), *_joined(path)) if path else ()
        lines.append(Line(names, ids))
    lines += _standing(form, table, block)
    heads = []
    for number, key in enumerate(block.column_keys):
        path = [label for label in fields[block.ids[0][number]].column if label]
        more = (*also.get(f"{table}.{key}", ()), *also.get(f"{table}.*.{key}", ()))
        heads.append(Head((path[-1], *more), tuple(reversed(path[:-1]))))
    over = tuple(dict.fromkeys(label for head in heads for label in head.parents))
    groups = tuple(dict.fromkeys(label for ids in block.ids for label in fields[ids[0]].row[:-1] if label))
    return Axes(table, block.heading, block.corner, tuple(lines), tuple(heads), over, groups)


def _joined(path: Sequence[str]) -> tuple[str, ...]:
    """The row's label with those of its groups before it, as where they share a cell."""
    return tuple("".join(path[start:]) for start in range(len(path) - 1))


def _standing(form: Form, table: str, block: Block) -> Iterable[Line]:
    """The rows that some print in place of several."""
    alone = form.published.alone if form.published else {}
    for group, kept in alone.items():
        rows = [
            (key, ids)
            for key, ids in zip(block.row_keys, block.ids, strict=True)
            if f"{table}.{key}".startswith(f"{group}.")
        ]
        target = next((ids for key, ids in rows if f"{table}.{key}" == kept), None)
        if target is None:
            continue
        path = form.fields[target[0]].row
        yield Line((path[-2],), target, tuple(ids for _, ids in rows))


def best(found: str, choices: Sequence[Sequence[str]]) -> tuple[int | None, float]:
    """Which of the choices a label is for certain, and how like it is to the likeliest."""
    scores = [max((likeness(found, name) for name in names), default=0.0) for names in choices]
    order = sorted(range(len(scores)), key=lambda index: -scores[index])
    if not order:
        return None, 0.0
    first = scores[order[0]]
    second = scores[order[1]] if len(order) > 1 else 0.0
    clear = first - second >= (CLOSE if first >= CERTAIN else MARGIN)
    return (order[0] if clear and first >= PROBABLE else None), first
