"""A table of a definition to a `Table` and its fields: ids from keys, sums to ids, types inherited."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from nianbao.definition.form import Block, Field, FieldType, Table
from nianbao.definition.leaves import check_keys, id_of, labels_of, leaves_of
from nianbao.messages import say

if TYPE_CHECKING:
    from nianbao.definition.leaves import Leaf
    from nianbao.definition.mistakes import Mistakes, PartPath
    from nianbao.definition.schema import BlockSource, CellSource, TableSource

MOST_FIELDS = 16_000
"""明细 has a column for each, and Excel 16,384."""


def build_table(key: str, source: TableSource, mistakes: Mistakes) -> tuple[Table, list[Field]]:
    """The table and its fields in printed order."""
    path: PartPath = ("tables", key)
    blocks, fields = [], []
    check_keys((*path, "blocks"), source.blocks, mistakes)
    for block_key, block in source.blocks.items():
        built, own = _block(key, block_key, (source, block), mistakes)
        blocks.append(built)
        fields += own
    _check_widths(path, source, blocks, mistakes)
    table = Table(
        key=key,
        title=source.title,
        sheet=source.sheet,
        landscape=source.landscape,
        label_widths=tuple(float(width) for width in source.widths.labels),
        column_width=float(source.widths.columns),
        blocks=tuple(blocks),
    )
    return table, fields


def _block(
    table: str, key: str, sources: tuple[TableSource, BlockSource], mistakes: Mistakes
) -> tuple[Block, list[Field]]:
    """One block: the product of its rows and columns."""
    block = sources[1]
    path: PartPath = ("tables", table, "blocks", key)
    rows = list(leaves_of(block.rows, (*path, "rows"), mistakes))
    columns = list(leaves_of(block.columns, (*path, "columns"), mistakes))
    if len(rows) * len(columns) > MOST_FIELDS:
        mistakes.add(path, say("格子太多：一张报表最多 {most} 格", most=MOST_FIELDS))
        rows, columns = rows[:1], columns[:1]
    fields = [_field(table, row, column, sources, mistakes) for row in rows for column in columns]
    ids = [field.id for field in fields]
    width = len(columns)
    built = Block(
        key=key,
        heading=block.heading,
        corner=block.corner,
        columns=labels_of(block.columns),
        rows=labels_of(block.rows),
        row_keys=tuple(row.key for row in rows),
        column_keys=tuple(column.key for column in columns),
        ids=tuple(tuple(ids[start : start + width]) for start in range(0, len(ids), width)),
    )
    return built, fields


def _field(
    table: str,
    row: Leaf,
    column: Leaf,
    sources: tuple[TableSource, BlockSource],
    mistakes: Mistakes,
) -> Field:
    """The cell where a row and a column meet."""
    inherited = (*column.sources, *row.sources, sources[1], sources[0])
    kind = _first(inherited, "type") or FieldType.WHOLE
    choices = tuple(_first(inherited, "choices") or ())
    unsure = {(*column.path, "type"), (*column.path, "choices")}
    if (kind is FieldType.CHOICE) != bool(choices) and mistakes.guessed.isdisjoint(unsure):
        mistakes.add(column.path, say("type: choice 和 choices 要一起写"))
    terms = tuple(id_of(table, row.key, part) for part in column.terms)
    return Field(
        id=id_of(table, row.key, column.key),
        table=table,
        type=kind,
        unit=_first(inherited, "unit") or "",
        heading=sources[1].heading,
        row=row.labels,
        column=column.labels,
        terms=terms or tuple(id_of(table, part, column.key) for part in row.terms),
        choices=choices,
        help=_first((*column.sources, *row.sources), "help") or "",
        adds_up=_first(inherited, "adds_up") is not False and kind is not FieldType.CHOICE,
    )


def _first(sources: tuple[CellSource, ...], name: str) -> Any:
    """What the innermost source that speaks of it says."""
    return next((value for source in sources if (value := getattr(source, name)) is not None), None)


def _check_widths(path: PartPath, source: TableSource, blocks: list[Block], mistakes: Mistakes) -> None:
    """There is a width for every level of row labels."""
    depth = max((label.depth for block in blocks for label in block.rows if label.text), default=0)
    if len(source.widths.labels) < depth:
        message = say(
            "行标题有 {depth} 级，widths.labels 只给了 {given} 个宽度",
            depth=depth,
            given=len(source.widths.labels),
        )
        mistakes.add((*path, "widths", "labels"), message)
