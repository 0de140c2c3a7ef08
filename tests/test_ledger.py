"""The ledger: what came in is kept and judged once; nothing recorded ever changes."""

from __future__ import annotations

import sqlite3
from typing import TYPE_CHECKING, Any

import pytest

from nianbao.ledger.schema import TABLES
from office import Ran, make_round, run, send_back

if TYPE_CHECKING:
    from pathlib import Path

    from nianbao.rounds.rounds import Round


def rows(here: Round) -> dict[str, list[Any]]:
    """Every row of every table."""
    with sqlite3.connect(here.ledger_path) as base:
        return {table: everything(base, table) for table in TABLES}


def everything(base: sqlite3.Connection, table: str) -> list[Any]:
    """Every row of a table."""
    return base.execute(f"SELECT * FROM {table} ORDER BY id").fetchall()  # noqa: S608 -- one of ours


def check(here: Round, *options: str) -> Ran:
    """The round checked."""
    return run("check", "-C", here.folder, "--json", *options)


@pytest.fixture
def here(tmp_path: Path) -> Round:
    """A round of three units with all returns in it."""
    here = make_round(tmp_path / "round")
    send_back(here, "101", "102", "103")
    return here


def test_a_check_again_says_the_same_and_records_nothing(here: Round) -> None:
    """The document, and every byte of the ledger."""
    first = check(here)
    there, recorded = here.ledger_path.read_bytes(), rows(here)
    assert check(here) == first
    assert here.ledger_path.read_bytes() == there
    assert [len(recorded[table]) for table in ("content", "arrival", "judged")] == [3, 3, 3]


@pytest.mark.parametrize("table", TABLES)
def test_no_row_is_changed_deleted_or_replaced(here: Round, table: str) -> None:
    """Whoever tries."""
    check(here)
    run("merge", "-C", here.folder)
    with sqlite3.connect(here.ledger_path) as base:
        if table == "decision":
            base.execute("INSERT INTO decision VALUES (1, '', '', '', '', 0, '', '')")
            base.commit()
        before = everything(base, table)
        for deed in (f"UPDATE {table} SET id = 99", f"DELETE FROM {table}"):  # noqa: S608 -- one of ours
            with pytest.raises(sqlite3.IntegrityError, match="只能增加"):
                base.execute(deed)
        base.execute(f"INSERT OR REPLACE INTO {table} SELECT * FROM {table}")  # noqa: S608 -- one of ours
        assert before
        assert everything(base, table) == before
