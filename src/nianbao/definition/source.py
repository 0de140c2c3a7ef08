"""A YAML definition as plain data with the file and line of every part; `extends` already resolved."""

from __future__ import annotations

from hashlib import sha256
from typing import TYPE_CHECKING, Any

from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap, CommentedSeq
from ruamel.yaml.error import MarkedYAMLError, YAMLError

from nianbao.frozen import frozen
from nianbao.messages import say
from nianbao.problems import refuse

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from nianbao.problems import OfficeError

PartPath = tuple[str | int, ...]
DEPTH, PARTS = 40, 200_000
"""More than any form has: aliases within aliases would fill the memory."""


@frozen
class Source:
    """`data` is mappings, lists and scalars; `places` gives (file, line from 1) for the path to each part.

    `files` are those that were read, each with the SHA-256 of its bytes.
    """

    data: dict[str, Any]
    places: Mapping[PartPath, tuple[str, int]]
    files: Mapping[Path, str]

    def place(self, path: PartPath) -> tuple[str, int]:
        """Where the part stands, or the nearest part around it that is written."""
        while path and path not in self.places:
            path = path[:-1]
        return self.places.get(path, ("", 0))


def read_source(path: Path, *, _seen: tuple[Path, ...] = ()) -> Source:
    """The definition at `path`, merged over what it extends. Raises OfficeError."""
    if path in _seen:
        raise refuse(say("extends 绕成了圈"), file=str(path), line=1)
    own = _parse(path)
    base_name = own.data.pop("extends", None)
    if base_name is None:
        return own
    base_path = path.parent / str(base_name)
    if not base_path.is_file():
        file, line = own.place(("extends",))
        raise refuse(say("找不到 extends 所指的文件「{name}」", name=base_name), file=file, line=line)
    base = read_source(base_path, _seen=(*_seen, path))
    places = dict(base.places)
    return Source(_merge(base.data, own, (), places), places, {**own.files, **base.files})


def _parse(path: Path) -> Source:
    """One file, as YAML 1.2."""
    content = path.read_bytes()
    try:
        tree = YAML(typ="rt").load(content.decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        raise refuse(say("文件不是 UTF-8 编码"), file=str(path)) from error
    except YAMLError as error:
        raise _yaml_error(error, path) from error
    if not isinstance(tree, CommentedMap):
        raise refuse(say("文件里没有报表定义"), file=str(path), line=1)
    places: dict[PartPath, tuple[str, int]] = {(): (str(path), 1)}
    data = _plain(tree, (), places, str(path))
    return Source(data, places, {path: sha256(content).hexdigest()})


def _yaml_error(error: YAMLError, path: Path) -> OfficeError:
    """The parser's complaint, with its line."""
    mark = error.problem_mark or error.context_mark if isinstance(error, MarkedYAMLError) else None
    reason = (error.problem or "") if isinstance(error, MarkedYAMLError) else str(error)
    message = say("不是正确的 YAML：{reason}", reason=reason.splitlines()[0] if reason else "")
    return refuse(message, file=str(path), line=mark.line + 1 if mark else 1)


def _plain(node: Any, path: PartPath, places: dict[PartPath, tuple[str, int]], file: str) -> Any:
    """The node without the parser's types; lines noted in `places`."""
    if len(path) > DEPTH or len(places) > PARTS:
        raise refuse(say("层次太深或内容太多"), file=file, line=places[path[:-1]][1])
    if isinstance(node, CommentedMap):
        result = {}
        for key, value in node.items():
            places[(*path, str(key))] = (file, _line(node, key))
            result[str(key)] = _plain(value, (*path, str(key)), places, file)
        return result
    if isinstance(node, CommentedSeq):
        for index in range(len(node)):
            places[(*path, index)] = (file, node.lc.item(index)[0] + 1)
        return [_plain(value, (*path, index), places, file) for index, value in enumerate(node)]
    return str(node) if isinstance(node, str) else node


def _line(node: CommentedMap, key: object) -> int:
    """The line of a key; one that comes in by a YAML merge has the mapping's own."""
    try:
        return int(node.lc.key(key)[0]) + 1
    except KeyError:
        return int(node.lc.line) + 1


def _merge(
    base: dict[str, Any], own: Source, path: PartPath, places: dict[PartPath, tuple[str, int]]
) -> dict[str, Any]:
    """`base` with what `own` says at `path` laid over it; null takes an entry away.

    A new entry stands before the next entry named beside it that `base` has, else at the end.
    """
    mine: Any = own.data
    for step in path:
        mine = mine[step]
    result = dict(base)
    for key, value in mine.items():
        here = (*path, key)
        if isinstance(value, dict) and isinstance(base.get(key), dict):
            result[key] = _merge(base[key], own, here, places)
            continue
        result[key] = value
        places |= {spot: place for spot, place in own.places.items() if spot[: len(here)] == here}
    kept = {key: value for key, value in result.items() if value is not None}
    return {key: kept[key] for key in _order(list(base), list(mine)) if key in kept}


def _order(base: list[str], mine: list[str]) -> list[str]:
    """`base` with the new keys of `mine` put in their places."""
    order = list(base)
    for index, key in enumerate(mine):
        if key in order:
            continue
        follower = next((other for other in mine[index + 1 :] if other in base), None)
        order.insert(order.index(follower) if follower else len(order), key)
    return order
