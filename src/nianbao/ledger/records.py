"""An examined file as a record: JSON that a person can read, and back again to the very same value.

What a file is called and when it came is not in it: the same bytes may come again under another name. Texts are apart
from the rest, since they are seldom wanted. Entries are taken by name from `Checked`, so a new one is recorded as it
stands; a kind of value that is new to records has a line in `_MAKERS`. What cannot be recorded, or not be read any
more, is None: then the file is examined again.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from decimal import Decimal
from enum import StrEnum
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from nianbao.definition.form import Wording
from nianbao.frozen import frozen
from nianbao.kinds import UnitKind
from nianbao.layout.identity import ENTRIES, Identity
from nianbao.messages import Message
from nianbao.returned.findings import Finding, Severity, Spot
from nianbao.returned.returns import Checked
from nianbao.returned.rows import Row

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from nianbao.layout.places import Layout

_VALUES = (Decimal, Finding, Identity, Message, Severity, Spot, UnitKind, Wording)
_MAKERS: Mapping[str, Callable[..., Any]] = MappingProxyType({value.__name__: value for value in _VALUES})
_OF_FILE = frozenset({"path", "sha256", "received"})
_ENTRIES = tuple(entry.name for entry in fields(Checked) if entry.name not in _OF_FILE)
_IN_COMMON = frozenset(ENTRIES) - {"unit_code", "unit_name", "signature"}


@frozen
class Record:
    """A file's record as it is stored: everything but its texts, and its texts."""

    kept: str
    texts: str


class Records:
    """Records of the returns of one form. Texts that files have in common are kept once."""

    def __init__(self, layout: Layout) -> None:
        self._columns = layout.columns
        self._texts: dict[str, str] = {}
        self._nothing: Mapping[str, Any] = {}

    def record(self, checked: Checked) -> Record | None:
        """The file's record."""
        entries = {name: getattr(checked, name) for name in _ENTRIES}
        texts = entries.pop("texts")
        identity, values = checked.identity, checked.values
        if not isinstance(values, Row) and values:
            return None
        entries["values"] = values.cells if isinstance(values, Row) else ()
        entries["identity"] = identity and [getattr(identity, name) for name in ENTRIES]
        entries["kind"] = checked.kind and checked.kind.value
        try:
            return Record(_ENCODER.encode(entries), _ENCODER.encode(dict(texts)))
        except TypeError:
            return None

    def checked(self, kept: str, *, path: str, sha256: str, received: datetime) -> Checked | None:
        """The file with that record, without its texts."""
        try:
            entries = _DECODER.decode(kept)
            values, kind, identity = entries["values"], entries["kind"], entries["identity"]
            entries["values"] = Row(self._columns, values) if values else self._nothing
            entries["identity"] = identity and self._identity(identity)
            entries["kind"] = UnitKind(kind) if kind else None
            entries["findings"] = tuple(entries["findings"])
            if entries.keys() != _KEPT or (values and len(values) != len(self._columns)):
                return None
            if not (set(map(type, values)) <= _SHOWN and set(map(type, entries["findings"])) <= _FOUND):
                return None
            return Checked(path, sha256, received, texts=self._nothing, **entries)
        except (ValueError, KeyError, TypeError, ArithmeticError, RecursionError):
            return None

    def _identity(self, entries: list[str]) -> Identity:
        """The identity; what those of other files say too, each the first of its kind."""
        share = self._texts.setdefault
        named = zip(ENTRIES, entries, strict=True)
        return Identity(*(share(text, text) if name in _IN_COMMON else text for name, text in named))


_SHOWN = frozenset({int, str, Decimal, type(None)})
_FOUND = frozenset({Finding})
_KEPT = frozenset(_ENTRIES) - {"texts"}


def texts_in(texts: str) -> Mapping[str, str]:
    """The texts of a record. ValueError and its like where they are none."""
    return dict(json.loads(texts).items())


def _tagged(value: Any) -> Any:
    """A value that JSON lacks, under the name of what makes it; any mapping as one of JSON's."""
    if isinstance(value, Mapping):
        return dict(value)
    if is_dataclass(value):
        name, parts = type(value).__name__, {part.name: getattr(value, part.name) for part in fields(value)}
        made: Any = {key: _enum(part) for key, part in parts.items()}
    elif isinstance(value, Decimal):
        name, made = "Decimal", str(value)
    else:
        raise TypeError(value)
    if name not in _MAKERS:
        raise TypeError(value)
    return {name: made}


def _enum(value: Any) -> Any:
    """A choice under its name: for JSON it would be a text."""
    return {type(value).__name__: value.value} if isinstance(value, StrEnum) else value


def _made(found: dict[str, Any]) -> Any:
    """What `_tagged` was given; any other mapping as it is."""
    if len(found) != 1:
        return found
    [(name, value)] = found.items()
    if name not in _MAKERS:
        return found
    if isinstance(value, dict):
        return _MAKERS[name](**{key: _fixed(part) for key, part in value.items()})
    return _MAKERS[name](value)


def _fixed(value: Any) -> Any:
    """A list as a tuple, down to its last."""
    return tuple(map(_fixed, value)) if isinstance(value, list) else value


_ENCODER = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), default=_tagged)
_DECODER = json.JSONDecoder(object_hook=_made)
