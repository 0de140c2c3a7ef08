"""The tables of the ledger, and the triggers that let rows be added and nothing else (docs/formats.md, 台账)."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

APPLICATION = 0x6E69616E
"""What marks a database as a ledger (`nian`), beside SQLite's own mark."""
VERSION = 1
PAGE = 8_192
"""Bytes of a page: most returned files take two."""

TABLES: Mapping[str, Sequence[str]] = MappingProxyType(
    {
        "content": ("sha256 TEXT", "size INTEGER", "data BLOB"),
        "arrival": ("at TEXT", "path TEXT", "member TEXT", "received TEXT", "sha256 TEXT"),
        "basis": ("at TEXT", "digest TEXT", "program TEXT", "words TEXT"),
        "judged": (
            *("at TEXT", "sha256 TEXT", "basis INTEGER", "sender TEXT"),
            *("unit TEXT", "status TEXT", "kept TEXT", "texts TEXT"),
        ),
        "decision": (
            *(
                "at TEXT",
                "kind TEXT",
                "unit TEXT",
                "subject TEXT",
                "undone INTEGER",
                "why TEXT",
                "facts TEXT",
            ),
        ),
        "merged": (
            *("at TEXT", "path TEXT", "sha256 TEXT", "units INTEGER", "complete INTEGER", "basis INTEGER"),
        ),
        "counted": (
            *("merged INTEGER", "unit TEXT", "name TEXT", "path TEXT", "sha256 TEXT", "judged INTEGER"),
        ),
    }
)
"""Columns of each table; each has a running number `id` as well. Nothing is empty (NULL)."""
ONCE: Mapping[str, Sequence[str]] = MappingProxyType(
    {
        "content": ("sha256",),
        "arrival": ("path", "member", "received", "sha256"),
        "basis": ("digest",),
        "judged": ("sha256", "basis", "sender"),
        "counted": ("merged", "unit"),
    }
)
"""What stands together in one row only."""
INDEXES = (
    "CREATE INDEX arrival_of ON arrival (sha256)",
    "CREATE INDEX judged_of ON judged (unit)",
    "CREATE INDEX decision_of ON decision (kind, unit, subject)",
)


def statements() -> Iterator[str]:
    """What makes an empty database a ledger."""
    for table, columns in TABLES.items():
        parts = ["id INTEGER PRIMARY KEY", *(f"{column} NOT NULL" for column in columns)]
        if table in ONCE:
            parts.append(f"UNIQUE ({', '.join(ONCE[table])})")
        yield f"CREATE TABLE {table} ({', '.join(parts)})"
        yield from _guards(table)
    yield from INDEXES
    yield f"PRAGMA application_id = {APPLICATION}"
    yield f"PRAGMA user_version = {VERSION}"


def _guards(table: str) -> Iterator[str]:
    """Nothing is changed, deleted or replaced. A row that is there already is passed over."""
    for deed in ("UPDATE", "DELETE"):
        yield (
            f"CREATE TRIGGER {table}_no_{deed.lower()} BEFORE {deed} ON {table}"
            " BEGIN SELECT RAISE(ABORT, '台账只能增加，不能改动'); END"
        )
    known = " AND ".join(f"{name} = NEW.{name}" for name in ONCE.get(table, ()))
    there = f"id = NEW.id OR ({known})" if known else "id = NEW.id"
    found = f"SELECT 1 FROM {table} WHERE {there}"  # noqa: S608 -- our own names
    yield (
        f"CREATE TRIGGER {table}_once BEFORE INSERT ON {table} WHEN EXISTS ({found})"
        " BEGIN SELECT RAISE(IGNORE); END"
    )
