"""A JSON document written piece by piece: a nation's files would take gigabytes as one value."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping

Json = str | int | float | None | dict[str, "Json"] | list["Json"]
Document = Mapping[str, Json | Iterator[Json]]
"""Entries by name; a list may be given as what makes one item after the other, once."""


def written(document: Document) -> Iterator[str]:
    """The document's text in pieces, as `json.dumps` would write it whole."""
    yield "{"
    for number, (name, value) in enumerate(document.items()):
        yield f"{', ' if number else ''}{_text(name)}: "
        yield from _listed(value) if isinstance(value, Iterator) else (_text(value),)
    yield "}"


def _listed(items: Iterable[Json]) -> Iterator[str]:
    yield "["
    for number, item in enumerate(items):
        yield f"{', ' if number else ''}{_text(item)}"
    yield "]"


def _text(value: Json) -> str:
    return json.dumps(value, ensure_ascii=False)
