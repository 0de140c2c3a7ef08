"""The tables of the ledger, and the triggers that let rows be added and nothing else (docs/formats.md, 台账)."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

APPLICATION = 0x6E69616E
"""What marks a database as a ledger (`nian`), beside SQLite's own mark."""
VERSION = 2
"""1 had no tables for mail; they are added to such a ledger when it is first written."""
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
        "message": (
            *("at TEXT", "message_id TEXT", "unit TEXT", "kind TEXT", "address TEXT"),
            *("subject TEXT", "in_reply_to TEXT", "digest TEXT", "sha256 TEXT"),
        ),
        "delivery": ("at TEXT", "message INTEGER", "event TEXT", "detail TEXT"),
        "letter": (
            *("at TEXT", "source TEXT", "sha256 TEXT", "message_id TEXT"),
            *("sender TEXT", "sent_on TEXT", "subject TEXT"),
        ),
        "enclosure": ("letter INTEGER", "name TEXT", "sha256 TEXT", "outcome TEXT", "detail TEXT"),
        "mailbox": ("at TEXT", "account TEXT", "folder TEXT", "uidvalidity INTEGER", "uid INTEGER"),
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
        "message": ("message_id",),
        "letter": ("source", "sha256"),
    }
)
"""What stands together in one row only."""
SINCE: Mapping[str, int] = MappingProxyType(
    dict.fromkeys(("message", "delivery", "letter", "enclosure", "mailbox"), 2)
)
"""The version that brought a table; 1 where it is not named."""
INDEXES: Mapping[str, Sequence[str]] = MappingProxyType(
    {
        "arrival": ("CREATE INDEX arrival_of ON arrival (sha256)",),
        "judged": ("CREATE INDEX judged_of ON judged (unit)",),
        "decision": ("CREATE INDEX decision_of ON decision (kind, unit, subject)",),
        "message": ("CREATE INDEX message_of ON message (unit, kind)",),
        "delivery": ("CREATE INDEX delivery_of ON delivery (message)",),
        "letter": ("CREATE INDEX letter_of ON letter (message_id)",),
        "enclosure": (
            "CREATE INDEX enclosure_in ON enclosure (letter)",
            "CREATE INDEX enclosure_of ON enclosure (sha256)",
        ),
    }
)


def statements(version: int = 0) -> Iterator[str]:
    """What makes a ledger of an older version, or an empty database (0), one of this version."""
    for table in tables_after(version):
        parts = _columns(table)
        if table in ONCE:
            parts.append(f"UNIQUE ({', '.join(ONCE[table])})")
        yield f"CREATE TABLE {table} ({', '.join(parts)})"
        yield from _guards(table)
        yield from INDEXES.get(table, ())
    yield f"PRAGMA application_id = {APPLICATION}"
    yield f"PRAGMA user_version = {VERSION}"


def stand_ins(version: int) -> Iterator[str]:
    """What lets a ledger of an older version be read: its missing tables, empty, for as long as it is open."""
    for table in tables_after(version):
        yield f"CREATE TEMP TABLE {table} ({', '.join(_columns(table))})"


def tables_after(version: int) -> Sequence[str]:
    """The tables that a ledger of this version does not have."""
    return [table for table in TABLES if SINCE.get(table, 1) > version]


def _columns(table: str) -> list[str]:
    return ["id INTEGER PRIMARY KEY", *(f"{column} NOT NULL" for column in TABLES[table])]


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
