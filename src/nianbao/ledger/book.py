"""The ledger's database: opened where it is there, made when the first thing is to be recorded."""

from __future__ import annotations

import os
import sqlite3
import stat
import time
from contextlib import ExitStack, contextmanager, suppress
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self
from urllib.parse import quote

from nianbao.ledger.faults import Fault, LedgerError, ledger_error
from nianbao.ledger.schema import APPLICATION, PAGE, VERSION, stand_ins, statements, tables_after

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from types import TracebackType

PATIENCE = 10.0
"""Seconds that a command waits for another one that is writing."""
LOGGED = 4096
"""Pages written ahead (32 MB) before they are moved into the database, which takes two syncs of the disk."""
KEPT = 16_000
"""Kilobytes of pages kept in memory: as many as one transaction writes, else SQLite writes some of them twice."""
NO_ROWS: Sequence[Any] = ()


class Book:
    """One database, open from the first question to the end of the `with`.

    A ledger that is not there has no rows, and is made by the first writing. Every method raises LedgerError.
    `adds`: whether it is to be written. `synced`: what is added is on the disk before the next step, come what may;
    else a power failure may take the last of it. `lacks`: something was to be recorded, and could not be.
    """

    def __init__(self, path: Path, *, adds: bool = True, synced: bool = False) -> None:
        self.path = path
        self.lacks = False
        self._adds = adds
        self._synced = synced
        self._version = VERSION
        self._base: sqlite3.Connection | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._base:
            with self._told():
                self._base.close()
            self._base = None

    @property
    def takes_more(self) -> bool:
        """Whether it may be written."""
        return self._adds and self._may_be_written

    @cached_property
    def _may_be_written(self) -> bool:
        """Whether the system lets it be."""
        there = self.path if self.path.exists() else self.path.parent
        return os.access(there, os.W_OK) and os.access(self.path.parent, os.W_OK)

    def rows(self, query: str, values: Sequence[Any] = ()) -> Sequence[Any]:
        """The rows asked for."""
        base = self._reading()
        if base is None:
            return NO_ROWS
        with self._told():
            return base.execute(query, values).fetchall()

    def row(self, query: str, values: Sequence[Any] = ()) -> Any:
        """The first row asked for; None where there is none."""
        base = self._reading()
        if base is None:
            return None
        with self._told():
            return base.execute(query, values).fetchone()

    @contextmanager
    def writing(self) -> Iterator[Writer]:
        """What is added in it is recorded whole, or not at all."""
        with self._told():
            base = self._written()
            base.execute("BEGIN IMMEDIATE")
            try:
                yield Writer(base)
            except BaseException:
                base.rollback()
                raise
            base.commit()

    def settle(self) -> None:
        """Moves what was added into the database now, while others work, and not at the end, when all wait for it.

        Where that cannot be done it is left to the end: what was added is safe where it is.
        """
        if self._base:
            with suppress(sqlite3.Error):
                self._base.execute("PRAGMA wal_checkpoint(PASSIVE)").fetchall()

    @contextmanager
    def understood(self) -> Iterator[None]:
        """What records say is read in it: LedgerError where they are not as we write them."""
        try:
            yield
        except (ValueError, LookupError, TypeError, AttributeError, ArithmeticError, RecursionError) as error:
            raise LedgerError(Fault.DAMAGED, self.path) from error

    @contextmanager
    def _told(self) -> Iterator[None]:
        """SQLite's complaints as the office is told."""
        try:
            yield
        except sqlite3.Error as error:
            raise ledger_error(error, self.path) from error

    def _reading(self) -> sqlite3.Connection | None:
        """The database; None where there is none yet."""
        if self._base is None and self._is_there():
            with self._told():
                self._base = self._opened("rw" if self._may_be_written else "ro&immutable=1")
        return self._base

    def _opened(self, mode: str) -> sqlite3.Connection | None:
        """The database; None where the making of it was cut short. Closed again where it is not taken."""
        base = self._connected(mode)
        with ExitStack() as refused:
            refused.callback(base.close)
            if not self._is_ledger(base):
                return None
            for statement in stand_ins(self._version):
                base.execute(statement)
            refused.pop_all()
        return base

    def _written(self) -> sqlite3.Connection:
        """The database, made where there is none yet."""
        base = self._reading()
        if not self.takes_more:
            raise LedgerError(Fault.READ_ONLY, self.path)
        if base is None:
            base = self._base = self._connected("rwc")
            _make(base)
        elif self._version != VERSION:
            _renew(base, self._version)
            self._version = VERSION
        return base

    def _is_there(self) -> bool:
        """Whether something stands at its path. Raises LedgerError for what is no file of its own."""
        try:
            mode = self.path.lstat().st_mode
        except FileNotFoundError:
            return False
        except OSError as error:
            raise LedgerError(Fault.CLOSED, self.path) from error
        if not stat.S_ISREG(mode):
            raise LedgerError(Fault.FOREIGN, self.path)
        return True

    def _connected(self, mode: str) -> sqlite3.Connection:
        """A connection. Nothing in the file is run but our own triggers."""
        address = f"file:{quote(Path(os.path.abspath(self.path)).as_posix())}?mode={mode}"  # noqa: PTH100 -- links are looked at elsewhere
        base = sqlite3.connect(address, uri=True, timeout=PATIENCE, isolation_level=None)
        with ExitStack() as refused:
            refused.callback(base.close)
            base.execute("PRAGMA trusted_schema = OFF")
            base.execute(f"PRAGMA synchronous = {'FULL' if self._synced else 'NORMAL'}")
            base.execute(f"PRAGMA wal_autocheckpoint = {LOGGED}")
            base.execute(f"PRAGMA cache_size = -{KEPT}")
            refused.pop_all()
        return base

    def _is_ledger(self, base: sqlite3.Connection) -> bool:
        """Whether it is one; not yet where the making of it was cut short. Raises LedgerError for anything else."""
        version, application, tables = (
            base.execute(f"SELECT {what}").fetchone()[0]
            for what in (
                "user_version FROM pragma_user_version",
                "application_id FROM pragma_application_id",
                "count(*) FROM sqlite_master",
            )
        )
        if application == APPLICATION and version > VERSION:
            raise LedgerError(Fault.NEWER, self.path)
        if tables and (application != APPLICATION or version < 1):
            raise LedgerError(Fault.FOREIGN, self.path)
        self._version = version if tables else VERSION
        return bool(tables)


class Writer:
    """What adds rows while a transaction lasts. A row that is there already is passed over."""

    def __init__(self, base: sqlite3.Connection) -> None:
        self._base = base

    def add(self, table: str, rows: Iterable[Sequence[Any]], *, columns: str) -> None:
        """The rows added."""
        places = ", ".join("?" * len(columns.split(", ")))
        self._base.executemany(f"INSERT INTO {table} ({columns}) VALUES ({places})", rows)  # noqa: S608 -- our own names

    def row(self, query: str, values: Sequence[Any] = ()) -> Any:
        """The first row asked for; None where there is none."""
        return self._base.execute(query, values).fetchone()


def now() -> str:
    """This moment as records have it: UTC, to the second."""
    return datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _make(base: sqlite3.Connection) -> None:
    """The tables in a new database, all at once; another command may be making them at the same time."""
    base.execute(f"PRAGMA page_size = {PAGE}")
    _log_ahead(base)
    _add_tables(base)


def _renew(base: sqlite3.Connection, version: int) -> None:
    """The tables that a ledger of an older version lacks, in the place of their stand-ins."""
    for table in tables_after(version):
        base.execute(f"DROP TABLE IF EXISTS temp.{table}")
    _add_tables(base)


def _add_tables(base: sqlite3.Connection) -> None:
    """What the ledger lacks as it now is: another command may have been quicker."""
    base.execute("BEGIN IMMEDIATE")
    try:
        made = base.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]
        version = base.execute("PRAGMA user_version").fetchone()[0] if made else 0
        if version < VERSION:
            for statement in statements(version):
                base.execute(statement)
    except BaseException:
        base.rollback()
        raise
    base.commit()


def _log_ahead(base: sqlite3.Connection) -> None:
    """Write-ahead logging. SQLite does not wait here for another command that does the same."""
    until = time.monotonic() + PATIENCE
    while True:
        try:
            base.execute("PRAGMA journal_mode = WAL")
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode & 0xFF != sqlite3.SQLITE_BUSY or time.monotonic() > until:
                raise
            time.sleep(0.02)
        else:
            return
