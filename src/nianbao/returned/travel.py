"""Examined files on their way from one process to another: what they have in common travels, and is kept, once.

Pickled as they are, 40,000 of them would become 40,000 copies of the office's name, and as many of the form's columns
as there were parts.
"""

from __future__ import annotations

from dataclasses import fields
from operator import attrgetter
from typing import TYPE_CHECKING, Any

from nianbao.layout.identity import ENTRIES, Identity
from nianbao.returned.returns import Checked
from nianbao.returned.rows import Row

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    Packed = tuple[Any, ...]
    """A file's entries in the order of `Checked`; of its identity the entries as well."""

_OF_FILE = [entry.name for entry in fields(Checked)]
_file_entries, _identity_entries = attrgetter(*_OF_FILE), attrgetter(*ENTRIES)
_IDENTITY, _VALUES = map(_OF_FILE.index, ("identity", "values"))
_SELDOM = tuple(map(_OF_FILE.index, ("texts", "unused_reasons")))
"""Mappings that are empty in nearly every file on its way."""
_OF_UNIT = tuple((_OF_FILE.index(name), ENTRIES.index(name)) for name in ("unit_code", "unit_name"))
_IN_COMMON = [name not in {"unit_code", "unit_name", "previous", "signature"} for name in ENTRIES]


class Travel:
    """One end of the way. Texts that files have in common become one: pickle writes the first and points to it."""

    def __init__(self) -> None:
        self._texts: dict[str, str] = {}
        self._columns: dict[tuple[str, ...], Mapping[str, int]] = {}
        self._nothing: Mapping[str, Any] = {}

    def packed(self, files: Iterable[Checked]) -> list[Packed]:
        """The files as plain values."""
        return [self._packed(checked) for checked in files]

    def unpacked(self, files: Iterable[Packed]) -> list[Checked]:
        """The files that were packed."""
        return [self._unpacked(entries) for entries in files]

    def _packed(self, checked: Checked) -> Packed:
        entries = list(_file_entries(checked))
        if checked.identity:
            entries[_IDENTITY] = self._shared(_identity_entries(checked.identity))
            _take_unit(entries)
        return tuple(entries)

    def _unpacked(self, packed: Packed) -> Checked:
        entries = list(packed)
        if entries[_IDENTITY]:
            entries[_IDENTITY] = Identity(*self._shared(entries[_IDENTITY]))
        entries[_VALUES] = self._values(entries[_VALUES])
        for place in _SELDOM:
            entries[place] = entries[place] or self._nothing
        return Checked(*entries)

    def _values(self, values: Mapping[str, Any]) -> Mapping[str, Any]:
        """The values over the columns that are here already."""
        if not isinstance(values, Row):
            return values or self._nothing
        columns = self._columns.setdefault(tuple(values.columns), values.columns)
        return values if columns is values.columns else Row(columns, values.cells)

    def _shared(self, texts: Iterable[str]) -> tuple[str, ...]:
        """An identity's entries; those that other files have too, each the first of its kind."""
        share = self._texts.setdefault
        return tuple(
            [share(text, text) if common else text for text, common in zip(texts, _IN_COMMON, strict=True)]
        )


def _take_unit(entries: list[Any]) -> None:
    """The sender's code and name as they stand in its file, where they are the same."""
    for place, in_file in _OF_UNIT:
        if entries[place] == entries[_IDENTITY][in_file]:
            entries[place] = entries[_IDENTITY][in_file]
