"""Faults of a workbook as mistakes of its definition, with file and line where they can be told."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from nianbao.problems import Problem

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from nianbao.definition.mistakes import PartPath
    from nianbao.definition.source import Source
    from nianbao.inspecting.faults import Fault


def located(faults: Iterable[Fault], source: Source) -> tuple[Problem, ...]:
    """A problem for each fault, in the order of lines; those of which no line is known first."""
    texts = dict(_texts(source.data, ()))
    found = []
    for fault in faults:
        part = texts.get(fault.text.strip()) or _written(fault.part, source)
        file, line = source.place(part) if part else (str(source.path), 0)
        found.append(Problem(fault.message, file=file, line=line))
    return tuple(sorted(found, key=lambda problem: (problem.file, problem.line)))


def _texts(data: Any, path: PartPath) -> Iterator[tuple[str, PartPath]]:
    """Every text of the definition with the path to it; of one that stands twice the first is taken."""
    parts = data.items() if isinstance(data, dict) else enumerate(data) if isinstance(data, list) else ()
    for step, part in reversed(list(parts)):
        if isinstance(part, str):
            yield part.strip(), (*path, step)
        else:
            yield from _texts(part, (*path, step))


def _written(part: PartPath, source: Source) -> PartPath:
    """The path as the file has it: rows stand within blocks and groups, of which an id says nothing."""
    if part[:1] != ("tables",) or len(part) < 3:
        return part
    inside = (
        path for path in source.places if path[:2] == part[:2] and path[-1] == part[-1] and "rows" in path
    )
    return next(inside, part)
