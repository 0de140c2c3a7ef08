"""The rows or columns of a block, which stand in groups, as a list of leaves; and what a sum names among them."""

from __future__ import annotations

import re
from keyword import iskeyword
from typing import TYPE_CHECKING

from nianbao.definition.form import Label
from nianbao.definition.mistakes import shown
from nianbao.definition.schema import CellSource, ColumnSource, RowSource
from nianbao.frozen import frozen
from nianbao.messages import say
from nianbao.problems import did_you_mean

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from nianbao.definition.mistakes import Mistakes, PartPath

Node = RowSource | ColumnSource
KEY = re.compile(r"^_?[a-z][a-z0-9_]{0,39}$")


@frozen
class Leaf:
    """One row or column: its part of the id, its labels from the outside in, the leaves it adds up."""

    key: str
    labels: tuple[str, ...]
    sources: tuple[CellSource, ...]
    path: PartPath
    terms: tuple[str, ...] = ()


def _children(node: Node) -> Mapping[str, Node] | None:
    """The nodes under a group."""
    return node.rows if isinstance(node, RowSource) else node.columns


def _level(node: Node) -> str:
    """The word under which children stand in the file."""
    return "rows" if isinstance(node, RowSource) else "columns"


def leaves_of(  # noqa: PLR0913 -- a walk down the tree carries what it has met
    nodes: Mapping[str, Node],
    path: PartPath,
    mistakes: Mistakes,
    *,
    keys: str = "",
    labels: tuple[str, ...] = (),
    sources: tuple[CellSource, ...] = (),
) -> Iterator[Leaf]:
    """The rows or columns under `nodes`, in printed order."""
    check_keys(path, nodes, mistakes)
    scope = dict(_scope(nodes))
    for key, node in nodes.items():
        here = id_of(keys, "" if key.startswith("_") else key)
        around = {"labels": (*labels, node.label), "sources": (node, *sources)}
        children = _children(node)
        if children:
            if node.sum:
                mistakes.add((*path, key, "sum"), say("「{key}」下面还有行或栏，自己不能有 sum", key=key))
            yield from leaves_of(children, (*path, key, _level(node)), mistakes, keys=here, **around)  # type: ignore[arg-type]
            continue
        terms = _terms(node, (*path, key, "sum"), scope, mistakes)
        yield Leaf(here, path=(*path, key), terms=tuple(id_of(keys, term) for term in terms), **around)  # type: ignore[arg-type]


def _scope(nodes: Mapping[str, Node]) -> Iterator[tuple[str, Node]]:
    """What a sum beside these nodes may name: they themselves, and what stands in groups that only print."""
    for key, node in nodes.items():
        if key.startswith("_"):
            yield from _scope(_children(node) or {})
        else:
            yield key, node


def _terms(node: Node, path: PartPath, scope: Mapping[str, Node], mistakes: Mistakes) -> Iterator[str]:
    """The leaf keys that the node's sum names; a group stands for all under it."""
    names = node.sum or []
    for index, name in enumerate(names):
        here = (*path, index)
        if name in names[:index]:
            mistakes.add(here, say("合计里「{name}」写了两次", name=shown(name)))
        elif name not in scope or scope[name] is node:
            message = say(
                "合计里没有「{name}」这一行或栏{hint}", name=shown(name), hint=did_you_mean(name, scope)
            )
            mistakes.add_unknown(here, str(path[1]), message)
        else:
            yield from _leaf_keys(name, scope[name])


def _leaf_keys(key: str, node: Node) -> Iterator[str]:
    """The keys of the leaves under a node."""
    children = _children(node)
    if not children:
        yield key
    for name, child in (children or {}).items():
        yield from _leaf_keys(id_of(key, "" if name.startswith("_") else name), child)


def labels_of(nodes: Mapping[str, Node]) -> tuple[Label, ...]:
    """The printed labels as a tree."""
    return tuple(Label(node.label, labels_of(_children(node) or {})) for node in nodes.values())


def id_of(*parts: str) -> str:
    """Parts of an id with dots; groups that only print have no part."""
    return ".".join(part for part in parts if part)


def check_keys(path: PartPath, keys: Mapping[str, object], mistakes: Mistakes) -> None:
    """Keys become parts of ids: small letters, digits, underscores, and no word of the rule language."""
    for key in keys:
        if not KEY.match(key) or iskeyword(key):
            message = say(
                "编号「{key}」只能是小写字母开头的字母、数字和下划线，最多 40 个字，且不能是 in、is、not 等保留字",
                key=shown(key),
            )
            mistakes.add((*path, key), message)
