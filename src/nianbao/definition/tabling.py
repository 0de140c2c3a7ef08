"""A table of a definition to a `Table` and its fields: ids from keys, sums to ids, types inherited."""

from __future__ import annotations

import re
from keyword import iskeyword
from typing import TYPE_CHECKING, Any

from nianbao.definition.form import Block, Field, FieldType, Label, Table
from nianbao.definition.schema import CellSource, ColumnSource, RowSource
from nianbao.frozen import frozen
from nianbao.messages import Message, say
from nianbao.problems import did_you_mean

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from nianbao.definition.schema import BlockSource, TableSource
    from nianbao.definition.source import PartPath

Mistake = tuple["PartPath", Message]
Node = RowSource | ColumnSource
KEY = re.compile(r"^_?[a-z][a-z0-9_]*$")


@frozen
class Leaf:
    """One row or column: its part of the id, its labels from the outside in, the leaves it adds up."""

    key: str
    labels: tuple[str, ...]
    sources: tuple[CellSource, ...]
    path: PartPath
    terms: tuple[str, ...] = ()


def build_table(key: str, source: TableSource, mistakes: list[Mistake]) -> tuple[Table, list[Field]]:
    """The table and its fields in printed order."""
    path: PartPath = ("tables", key)
    blocks, fields = [], []
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


def check_keys(path: PartPath, keys: Mapping[str, object], mistakes: list[Mistake]) -> None:
    """Keys become parts of ids: small letters, digits, underscores, and no word of the rule language."""
    for key in keys:
        if not KEY.match(key) or iskeyword(key):
            message = say(
                "编号「{key}」只能是小写字母开头的字母、数字和下划线，且不能是 in、is、not 等保留字", key=key
            )
            mistakes.append(((*path, key), message))


def _block(
    table: str, key: str, sources: tuple[TableSource, BlockSource], mistakes: list[Mistake]
) -> tuple[Block, list[Field]]:
    """One block: the product of its rows and columns."""
    block = sources[1]
    path: PartPath = ("tables", table, "blocks", key)
    rows = list(_leaves(block.rows, (*path, "rows"), mistakes))
    columns = list(_leaves(block.columns, (*path, "columns"), mistakes))
    fields = [_field(table, row, column, sources, mistakes) for row in rows for column in columns]
    ids = [field.id for field in fields]
    width = len(columns)
    built = Block(
        key=key,
        heading=block.heading,
        corner=block.corner,
        columns=_labels(block.columns),
        rows=_labels(block.rows),
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
    mistakes: list[Mistake],
) -> Field:
    """The cell where a row and a column meet."""
    inherited = (*column.sources, *row.sources, sources[1], sources[0])
    kind = _first(inherited, "type") or FieldType.WHOLE
    choices = tuple(_first(inherited, "choices") or ())
    if (kind is FieldType.CHOICE) != bool(choices):
        mistakes.append((column.path, say("type: choice 和 choices 要一起写")))
    terms = tuple(_join(table, row.key, part) for part in column.terms)
    return Field(
        id=_join(table, row.key, column.key),
        table=table,
        type=kind,
        unit=_first(inherited, "unit") or "",
        heading=sources[1].heading,
        row=row.labels,
        column=column.labels,
        terms=terms or tuple(_join(table, part, column.key) for part in row.terms),
        choices=choices,
        help=_first((*column.sources, *row.sources), "help") or "",
        adds_up=_first(inherited, "adds_up") is not False and kind is not FieldType.CHOICE,
    )


def _first(sources: tuple[CellSource, ...], name: str) -> Any:
    """What the innermost source that speaks of it says."""
    return next((value for source in sources if (value := getattr(source, name)) is not None), None)


def _join(*parts: str) -> str:
    """Parts of an id with dots; groups that only print have no part."""
    return ".".join(part for part in parts if part)


def _children(node: Node) -> Mapping[str, Node] | None:
    """The nodes under a group."""
    return node.rows if isinstance(node, RowSource) else node.columns


def _level(node: Node) -> str:
    """The word under which children stand in the file."""
    return "rows" if isinstance(node, RowSource) else "columns"


def _leaves(  # noqa: PLR0913 -- a walk down the tree carries what it has met
    nodes: Mapping[str, Node],
    path: PartPath,
    mistakes: list[Mistake],
    *,
    keys: str = "",
    labels: tuple[str, ...] = (),
    sources: tuple[CellSource, ...] = (),
) -> Iterator[Leaf]:
    """The rows or columns under `nodes`, in printed order."""
    check_keys(path, nodes, mistakes)
    scope = dict(_scope(nodes))
    for key, node in nodes.items():
        here = _join(keys, "" if key.startswith("_") else key)
        around = {"labels": (*labels, node.label), "sources": (node, *sources)}
        children = _children(node)
        if children:
            yield from _leaves(children, (*path, key, _level(node)), mistakes, keys=here, **around)  # type: ignore[arg-type]
            continue
        terms = _terms(node, (*path, key, "sum"), scope, mistakes)
        yield Leaf(here, path=(*path, key), terms=tuple(_join(keys, term) for term in terms), **around)  # type: ignore[arg-type]


def _scope(nodes: Mapping[str, Node]) -> Iterator[tuple[str, Node]]:
    """What a sum beside these nodes may name: they themselves, and what stands in groups that only print."""
    for key, node in nodes.items():
        if key.startswith("_"):
            yield from _scope(_children(node) or {})
        else:
            yield key, node


def _terms(node: Node, path: PartPath, scope: Mapping[str, Node], mistakes: list[Mistake]) -> Iterator[str]:
    """The leaf keys that the node's sum names; a group stands for all under it."""
    for index, name in enumerate(node.sum or ()):
        if name not in scope or scope[name] is node:
            hint = did_you_mean(name, scope)
            mistakes.append(
                ((*path, index), say("合计里没有「{name}」这一行或栏{hint}", name=name, hint=hint))
            )
            continue
        yield from _leaf_keys(name, scope[name])


def _leaf_keys(key: str, node: Node) -> Iterator[str]:
    """The keys of the leaves under a node."""
    children = _children(node)
    if not children:
        yield key
    for name, child in (children or {}).items():
        yield from _leaf_keys(_join(key, "" if name.startswith("_") else name), child)


def _labels(nodes: Mapping[str, Node]) -> tuple[Label, ...]:
    """The printed labels as a tree."""
    return tuple(Label(node.label, _labels(_children(node) or {})) for node in nodes.values())


def _check_widths(path: PartPath, source: TableSource, blocks: list[Block], mistakes: list[Mistake]) -> None:
    """There is a width for every level of row labels."""
    depth = max((label.depth for block in blocks for label in block.rows if label.text), default=0)
    if len(source.widths.labels) < depth:
        message = say(
            "行标题有 {depth} 级，widths.labels 只给了 {given} 个宽度",
            depth=depth,
            given=len(source.widths.labels),
        )
        mistakes.append(((*path, "widths"), message))
