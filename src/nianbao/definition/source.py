"""A definition with what it extends, as plain data that knows the file and line of every part."""

from __future__ import annotations

from hashlib import sha256
from typing import TYPE_CHECKING, Any

from nianbao.definition.mistakes import shown
from nianbao.definition.nodes import read_nodes
from nianbao.definition.plain import PlainData
from nianbao.frozen import frozen
from nianbao.messages import say
from nianbao.problems import refuse
from nianbao.reading import MEGABYTE, read_whole

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from nianbao.definition.mistakes import PartPath
    from nianbao.problems import Problem

EXTENDS = "extends"
LARGEST = 2 * MEGABYTE
MOST_FILES = 20
LONGEST_NAME = 255


@frozen
class Source:
    """`data` is mappings, lists and scalars; `places` gives (file, line from 1) for the path to each part.

    `problems` are what the files may not hold; `lost` the mappings that an entry was left out of for that.
    `files`: the definition, then what it extends in turn, each with the SHA-256 of its bytes.
    """

    data: dict[str, Any]
    places: Mapping[PartPath, tuple[str, int]]
    files: Mapping[Path, str]
    problems: tuple[Problem, ...] = ()
    lost: frozenset[PartPath] = frozenset()

    @property
    def path(self) -> Path:
        """The definition's own file."""
        return next(iter(self.files))

    def place(self, path: PartPath) -> tuple[str, int]:
        """Where the part stands, or the nearest part around it that is written."""
        while path and path not in self.places:
            path = path[:-1]
        return self.places.get(path, ("", 0))


def read_source(path: Path) -> Source:
    """The definition at `path`, merged over what it extends. Raises OfficeError where it cannot be read at all."""
    chain = [_read(path)]
    while (base := chain[-1].data.pop(EXTENDS, None)) is not None:
        file, line = chain[-1].place((EXTENDS,))
        base_path = chain[-1].path.parent / str(base)
        if not isinstance(base, str) or len(base) > LONGEST_NAME or not base_path.is_file():
            raise refuse(say("找不到 extends 所指的文件「{name}」", name=shown(base)), file=file, line=line)
        if base_path.resolve() in {source.path.resolve() for source in chain}:
            raise refuse(say("extends 绕成了圈"), file=file, line=line)
        if len(chain) == MOST_FILES:
            raise refuse(say("extends 最多接 {most} 个文件", most=MOST_FILES), file=file, line=line)
        chain.append(_read(base_path))
    merged = chain.pop()
    while chain:
        merged = _over(merged, chain.pop())
    return merged


def _read(path: Path) -> Source:
    """One file."""
    data = read_whole(path, most=LARGEST)
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        message = say("不是 UTF-8 编码。请用记事本打开，另存时编码选 UTF-8。")
        raise refuse(message, file=str(path), line=line) from error
    node, problems = read_nodes(text, file=str(path))
    reading = PlainData(str(path), problems)
    plain = reading.mapping(node, ())
    files = {path: sha256(data).hexdigest()}
    return Source(plain, reading.places, files, tuple(reading.problems), frozenset(reading.lost))


def _over(base: Source, own: Source) -> Source:
    """`base` with what `own` says laid over it."""
    places = dict(base.places)
    data = _merge(base.data, own.data, (), (own, places))
    places[()] = own.places[()]
    problems, lost = base.problems + own.problems, base.lost | own.lost
    return Source(data, places, {**own.files, **base.files}, problems, lost)


def _merge(
    base: dict[str, Any],
    mine: dict[str, Any],
    path: PartPath,
    context: tuple[Source, dict[PartPath, tuple[str, int]]],
) -> dict[str, Any]:
    """`base` with `mine` laid over it; null takes an entry away.

    A new entry stands before the next entry named beside it that `base` has, else at the end.
    """
    own, places = context
    result = dict(base)
    for key, value in mine.items():
        here = (*path, key)
        if isinstance(value, dict) and isinstance(base.get(key), dict):
            result[key] = _merge(base[key], value, here, context)
            continue
        result[key] = value
        places |= {spot: own.places[spot] for spot in _spots(value, here)}
    return {key: result[key] for key in _order(base, mine) if result[key] is not None}


def _spots(value: Any, path: PartPath) -> Iterator[PartPath]:
    """The path to the value and to every part of it."""
    yield path
    parts = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for step, part in parts:
        yield from _spots(part, (*path, step))


def _order(base: dict[str, Any], mine: dict[str, Any]) -> Iterator[str]:
    """The keys of `base` with the new ones of `mine` in their places."""
    before: dict[str | None, list[str]] = {}
    follower: str | None = None
    for key in reversed(mine):
        if key in base:
            follower = key
        else:
            before.setdefault(follower, []).append(key)
    for key in base:
        yield from reversed(before.get(key, []))
        yield key
    yield from reversed(before.get(None, []))
