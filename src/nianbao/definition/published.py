"""The `published` of a definition: how reports that are none of ours print what the form has."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nianbao.definition.form import Published
from nianbao.definition.mistakes import shown
from nianbao.messages import say
from nianbao.problems import did_you_mean

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from nianbao.definition.form import Table
    from nianbao.definition.mistakes import Mistakes
    from nianbao.definition.schema import FormSource

HERE = "published"


def build_published(shape: FormSource, tables: Sequence[Table], mistakes: Mistakes) -> Published | None:
    """The other labels and the rows printed as one; None where the definition says nothing of them."""
    source = shape.published
    if source is None:
        return None
    rows = {
        f"{table.key}.{key}" for table in tables for block in table.blocks for key in block.row_keys if key
    }
    known = {*rows, *_columns(tables), *shape.tables, *(f"text.{key}" for key in shape.texts)}
    for key in source.also:
        if key not in known:
            _unknown(("also", key), key, known, mistakes)
    for group, kept in source.alone.items():
        within = {row for row in rows if row.startswith(f"{group}.")}
        if kept not in within:
            _unknown(("alone", group), kept, within or rows, mistakes)
    return Published({key: tuple(words) for key, words in source.also.items()}, dict(source.alone))


def _columns(tables: Sequence[Table]) -> Iterator[str]:
    for table in tables:
        for block in table.blocks:
            yield from (f"{table.key}.*.{key}" for key in block.column_keys if key)


def _unknown(path: tuple[str, str], key: str, known: set[str], mistakes: Mistakes) -> None:
    message = say("报表里没有「{id}」{hint}", id=shown(key), hint=did_you_mean(key, sorted(known)))
    mistakes.add((HERE, *path), message)
