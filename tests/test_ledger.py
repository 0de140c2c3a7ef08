"""The ledger: what came in is kept and judged once; nothing recorded ever changes."""

from __future__ import annotations

import hashlib
import os
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import time
import zipfile
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from nianbao.ledger.book import Book
from nianbao.ledger.letters import Enclosure, Letter, Place, letters, letters_with, place_in, take_in
from nianbao.ledger.messages import Event, Message, attempt, compose, message_by_id, record, sent
from nianbao.ledger.records import texts_in
from nianbao.ledger.schema import INDEXES, SINCE, TABLES
from nianbao.rounds.examining import Examining, examine
from nianbao.rounds.rounds import open_round
from office import MAIN, PYTHON, SECRET, Ran, forget, make_round, run, run_apart, send_back

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

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
        if table in {"decision", *SINCE}:
            base.execute(f"INSERT INTO {table} VALUES (1{', 0' * len(TABLES[table])})")  # noqa: S608 -- one of ours
            base.commit()
        before = everything(base, table)
        for deed in (f"UPDATE {table} SET id = 99", f"DELETE FROM {table}"):  # noqa: S608 -- one of ours
            with pytest.raises(sqlite3.IntegrityError, match="只能增加"):
                base.execute(deed)
        base.execute(f"INSERT OR REPLACE INTO {table} SELECT * FROM {table}")  # noqa: S608 -- one of ours
        assert before
        assert everything(base, table) == before


def test_the_same_county_workbook_with_and_without_what_was_recorded(here: Round, tmp_path: Path) -> None:
    """And the same document, whether merge reads the files or takes what check found."""
    made = []
    for name, first in (("a.xlsx", "merge"), ("b.xlsx", "check")):
        forget(here)
        if first == "check":
            check(here)
        ran = run("merge", "-C", here.folder, "-o", tmp_path / name, "--json")
        document = {**ran.document, "county": {**ran.document["county"], "path": ""}}
        made.append((document, (tmp_path / name).read_bytes()))
    assert made[0] == made[1]


def test_merge_after_check_reads_no_workbook(here: Round, monkeypatch: pytest.MonkeyPatch) -> None:
    """It takes what check found; a file that has changed is read."""
    check(here)
    monkeypatch.setattr("nianbao.returned.judging.Judge._read", None)
    assert run("merge", "-C", here.folder).status == 0
    (here.returned / "101.xlsx").write_bytes(b"new")
    with pytest.raises(TypeError):
        run("merge", "-C", here.folder)


@pytest.mark.parametrize(("most", "looked_up"), [(None, 3), (3, 3), (2, 2), (0, 0)])
def test_texts_are_looked_up_while_units_are_few_enough(
    here: Round, monkeypatch: pytest.MonkeyPatch, most: int | None, looked_up: int
) -> None:
    """All are there as long as anybody may ask; of more units than that no further ones."""
    check(here)
    asked = []

    def noted(texts: str) -> Mapping[str, str]:
        asked.append(texts)
        return texts_in(texts)

    monkeypatch.setattr("nianbao.ledger.recording.texts_in", noted)
    found, _ = examine(here, Examining(texts_of=most))
    assert [bool(checked.texts) for checked in found.files] == [looked_up == 3] * 3
    assert len(asked) == looked_up


def test_another_basis_is_judged_anew(here: Round) -> None:
    """Another kind of a unit on the roster, other limits: not what was found before."""
    check(here)
    roster = here.folder / here.settings.roster
    roster.write_text(
        roster.read_text(encoding="utf-8").replace("102,西山街道", "109,西山街道"), encoding="utf-8"
    )
    files = {Path(file["path"]).name: file for file in check(here).document["files"]}
    assert [finding["code"] for finding in files["102.xlsx"]["findings"]] == ["unknown-unit"]
    assert len(rows(here)["judged"]) == 4
    settings = here.folder / "nianbao.toml"
    settings.write_text(
        settings.read_text(encoding="utf-8").replace("file = 20", "file = 0.1"), encoding="utf-8"
    )
    check(here)
    assert len(rows(here)["judged"]) == 7


def test_every_finding_comes_back_as_it_was(tmp_path: Path) -> None:
    """Those of the sample round, of a damaged file and of a member of an archive; in English, too."""
    run("demo", tmp_path / "d")
    here = open_round(tmp_path / "d")
    (here.returned / "broken.xlsx").write_bytes(b"PK\3\4 broken")
    said = []
    for language in ("zh", "en"):
        forget(here)
        said += [check(here, "--lang", language) for _ in range(2)]
    assert said[0] == said[1]
    assert said[2] == said[3] != said[0]
    origins = {path: member for _, _, path, member, *_ in rows(here)["arrival"]}
    assert origins["returned/新城街道报送材料.zip"].endswith(".xlsx")
    assert not origins["returned/城关街道.xlsx"]


def test_a_round_that_was_moved_goes_on(here: Round, tmp_path: Path) -> None:
    """Paths are seen from the round: nothing new is recorded elsewhere."""
    check(here)
    before = rows(here)
    shutil.copytree(here.folder, tmp_path / "else")
    there = open_round(tmp_path / "else")
    check(there)
    assert rows(there) == before


def test_a_look_from_outside_records_nothing(
    here: Round, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nor does a file of the round's that did not come in through `returned/`."""
    monkeypatch.chdir(tmp_path)
    run("check", here.returned)
    shutil.copy(here.returned / "101.xlsx", here.folder / "101.xlsx")
    monkeypatch.chdir(here.folder)
    run("check", "101.xlsx")
    assert not here.ledger_path.exists()
    run("check", "returned/101.xlsx")
    assert [row[2] for row in rows(here)["arrival"]] == ["returned/101.xlsx"]


def newer(here: Round, name: str, code: str) -> Path:
    """A newer return of the unit, which differs in nothing but its bytes."""
    path = here.returned / name
    shutil.copy(here.returned / f"{code}.xlsx", path)
    with zipfile.ZipFile(path, "a") as workbook:
        workbook.comment = b"later"
    moment = time.time() + 60
    os.utime(path, (moment, moment))
    return path


def test_the_office_picks_which_return_counts(here: Round) -> None:
    """Against the rule, until it is undone; each said once."""
    later = newer(here, "later.xlsx", "101")

    def counted() -> list[str]:
        files = check(here).document["files"]
        doubles = {file["path"] for file in files if "duplicate-return" in str(file["findings"])}
        return [Path(file["path"]).name for file in files if file["path"] not in doubles]

    assert counted() == ["102.xlsx", "103.xlsx", "later.xlsx"]
    assert run("pick", "东河镇", here.returned / "101.xlsx", "-C", here.folder).status == 0
    assert counted() == ["101.xlsx", "102.xlsx", "103.xlsx"]
    run("pick", "101", "101.xlsx", "-C", here.folder)
    assert len(rows(here)["decision"]) == 1
    assert "已指定那一份" in check(here).out
    digest = hashlib.sha256(later.read_bytes()).hexdigest()
    assert run("pick", "101", digest[:10], "-C", here.folder).status == 0
    for _ in range(2):
        assert run("pick", "101", "--undo", "-C", here.folder).status == 0
    assert counted() == ["102.xlsx", "103.xlsx", "later.xlsx"]
    assert [row[5] for row in rows(here)["decision"]] == [0, 0, 1]
    told = run("log", "101", "-C", here.folder).out
    assert told.index("收到 returned/101.xlsx") < told.index("指定「东河镇」") < told.index("撤销")


@pytest.mark.parametrize("word", ["102.xlsx", "gone.xlsx", "ffffffff"])
def test_a_pick_of_another_units_file_is_refused(here: Round, word: str) -> None:
    """Or of none; and one with faults."""
    ran = run("pick", "101", word, "-C", here.folder)
    assert (ran.status, ran.out) == (2, "")
    assert word in ran.err


def test_a_figure_is_traced_to_every_file(here: Round) -> None:
    """Of every id the units' figures add up to the county's; files and cells are named."""
    county = run("merge", "-C", here.folder, "--json").document["county"]
    for key, total in county["totals"].items():
        document = run("trace", key, "-C", here.folder, "--json").document
        assert (
            document["total"] == total == pytest.approx(sum(unit["value"] or 0 for unit in document["units"]))
        )
        assert [unit["path"] for unit in document["units"]] == [f"returned/{n}.xlsx" for n in (101, 102, 103)]
    place = here.layout.places["t3.new.natural"]
    shown = run("trace", "t3.new.natural", "-C", here.folder)
    for address in ("三、依申请公开!D6", "三、依申请公开!d6"):
        assert run("trace", address, "-C", here.folder).out == shown.out
    assert run("trace", "三、依申请公开!A1", "-C", here.folder).status == 2
    several = run("trace", "D6", "-C", here.folder)
    assert (several.status, several.out) == (2, "")
    assert "「三、依申请公开」D6" in several.err
    assert shown.status == 0
    assert f"{place.sheet} {place.address}" in shown.out
    assert document["county"]["sha256"] == county["sha256"]
    assert hashlib.sha256((here.returned / "101.xlsx").read_bytes()).hexdigest() in shown.out


def test_kept_files_are_written_out_again(here: Round, tmp_path: Path) -> None:
    """Byte for byte, though the files themselves are gone; a second time nothing is written."""
    check(here)
    sent = {hashlib.sha256(path.read_bytes()).hexdigest() for path in here.returned.rglob("*.xlsx")}
    shutil.rmtree(here.returned)
    here.returned.mkdir()
    folder = tmp_path / "kept"
    for word, count in (("写出 1 份", 1), ("写出 0 份", 1)):
        ran = run("log", "101", "--save", folder, "-C", here.folder)
        (path,) = folder.iterdir()
        assert (ran.status, word in ran.err) == (0, True)
        assert len(list(folder.iterdir())) == count
        assert path.name.startswith("101_20")
        assert hashlib.sha256(path.read_bytes()).hexdigest() in sent


def test_kept_files_never_go_over_others(here: Round, tmp_path: Path) -> None:
    """Not over a file of that name, nor through a link, nor among the returns; a unit must be named."""
    check(here)
    folder = tmp_path / "kept"
    run("log", "101", "--save", folder, "-C", here.folder)
    (path,) = folder.iterdir()
    path.write_bytes(b"mine")
    assert run("log", "101", "--save", folder, "-C", here.folder).status == 2
    assert path.read_bytes() == b"mine"
    path.unlink()
    path.symlink_to(tmp_path / "elsewhere")
    assert run("log", "101", "--save", folder, "-C", here.folder).status == 2
    assert not (tmp_path / "elsewhere").exists()
    assert run("log", "101", "--save", here.returned, "-C", here.folder).status == 2
    assert run("log", "--save", folder, "-C", here.folder).status == 2


def test_what_cannot_be_traced_is_said(here: Round) -> None:
    """An id that is none, and a round without a merge."""
    assert "t3.new.natural" in run("trace", "t3.new.natura", "-C", here.folder).err
    assert "nianbao merge" in run("trace", "t3.new.natural", "-C", here.folder).err


def test_a_merge_again_records_nothing(here: Round) -> None:
    """Until something else is merged."""
    for _ in range(2):
        run("merge", "-C", here.folder)
    assert len(rows(here)["merged"]) == 1
    (here.returned / "103.xlsx").unlink()
    run("merge", "-C", here.folder, "--partial")
    assert [row[4:6] for row in rows(here)["merged"]] == [(3, 1), (2, 0)]


DAMAGES: dict[str, tuple[Callable[[bytes], bytes], str]] = {
    "damaged": (lambda data: data[:5000] + bytes(len(data) - 5000), "已损坏"),
    "cut": (lambda data: data[: len(data) // 2], "已损坏"),
    "foreign": (lambda _: b"something else, but long enough to be a file of a database" * 20, "不是 nianbao"),
}


@pytest.mark.parametrize("name", DAMAGES)
def test_a_ledger_that_cannot_be_read(here: Round, name: str) -> None:
    """Said in a sentence with status 2; `status` goes on without it, and the file stays as it is."""
    check(here)
    run("merge", "-C", here.folder)
    change, complaint = DAMAGES[name]
    here.ledger_path.write_bytes(change(here.ledger_path.read_bytes()))
    broken = here.ledger_path.read_bytes()
    for command in (["check"], ["merge"], ["log"], ["trace", "t3.new.natural"], ["pick", "101", "101.xlsx"]):
        ran = run(*command, "-C", here.folder)
        assert (ran.status, ran.out) == (2, ""), command
        assert complaint in ran.err
    ran = run("status", "-C", here.folder)
    assert (ran.status, complaint in ran.err, "没有用到台账" in ran.err) == (0, True, True)
    assert here.ledger_path.read_bytes() == broken


DAY_ONE = "2026-01-01T00:00:00Z"
JUNK = {
    "a decision's facts": f"decision VALUES (9, '{DAY_ONE}', 'pick', '101', '', 0, '', '{{')",
    "facts that are a list": f"decision VALUES (9, '{DAY_ONE}', 'pick', '101', '', 0, '', '[]')",
    "a pick of nothing": f"decision VALUES (9, '{DAY_ONE}', 'pick', '101', '', 0, '', '{{}}')",
    "a waiver of nothing": f"decision VALUES (9, '{DAY_ONE}', 'waiver', '101', 'x', 0, '', '{{}}')",
    "bytes for words": f"decision VALUES (9, '{DAY_ONE}', 'pick', '101', '', 0, '', x'ff')",
    "a moment": "decision VALUES (9, 'yesterday', 'pick', '101', '', 0, '', '{}')",
    "a record": "judged SELECT 99, at, sha256, 99, sender, unit, status, '[[', texts FROM judged WHERE id = 1",
    "a file's time": "arrival SELECT 99, at, path || 'x', member, 'noon', sha256 FROM arrival WHERE id = 1",
    "a merge's time": "merged VALUES (9, 'noon', 'c.xlsx', '', 1, 1, 1)",
}
"""What a ledger may hold that we never wrote."""


@pytest.mark.parametrize("name", JUNK)
def test_records_that_are_not_ours(here: Round, name: str) -> None:
    """Damage that SQLite does not see is said like any other by the commands that come upon it, with status 2."""
    check(here)
    with sqlite3.connect(here.ledger_path) as base:
        base.execute(f"INSERT INTO {JUNK[name]}")
    commands: list[tuple[str | Path, ...]] = [("log",), ("merge", "-o", here.folder / "c.xlsx")]
    refused = [ran for words in commands if (ran := run(*words, "-C", here.folder)).status == 2]
    assert refused
    assert all("台账已损坏" in ran.err for ran in refused)


@pytest.mark.parametrize("name", DAMAGES)
def test_a_ledger_that_is_refused_is_closed(here: Round, name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Windows lets nobody move a file that a program has open."""
    check(here)
    here.ledger_path.write_bytes(DAMAGES[name][0](here.ledger_path.read_bytes()))
    opened: list[sqlite3.Connection] = []
    connect = sqlite3.connect

    def kept(*where: Any, **how: Any) -> sqlite3.Connection:
        opened.append(connect(*where, **how))
        return opened[-1]

    monkeypatch.setattr(sqlite3, "connect", kept)
    assert check(here).status == 2
    assert opened
    for base in opened:
        with pytest.raises(sqlite3.ProgrammingError, match="closed"):
            base.execute("SELECT 1")


def test_another_programs_database_and_a_newer_ledger(here: Round) -> None:
    """They are told apart from damage."""
    with sqlite3.connect(here.ledger_path) as base:
        base.execute("CREATE TABLE notes (text)")
    assert "不是 nianbao" in check(here).err
    forget(here)
    check(here)
    with sqlite3.connect(here.ledger_path) as base:
        base.execute("PRAGMA user_version = 99")
    assert "更新版本" in check(here).err


def test_a_ledger_in_use(here: Round, monkeypatch: pytest.MonkeyPatch) -> None:
    """After some patience check goes on and records nothing; merge does not."""
    monkeypatch.setattr("nianbao.ledger.book.PATIENCE", 0.1)
    check(here)
    newer(here, "later.xlsx", "101")
    with sqlite3.connect(here.ledger_path, isolation_level=None) as base:
        base.execute("BEGIN IMMEDIATE")
        ran = check(here)
        assert (ran.status, "没有记入台账" in ran.err) == (0, True)
        assert run("merge", "-C", here.folder).status == 2
        base.execute("ROLLBACK")
    assert len(rows(here)["arrival"]) == 3
    assert (check(here).err, len(rows(here)["arrival"])) == ("", 4)


def test_two_commands_at_once_lose_nothing(here: Round) -> None:
    """They wait for each other, also while the ledger is being made."""
    for number in range(30):
        newer(here, f"more-{number}.xlsx", "101")
    command = [str(PYTHON), "-c", MAIN, "check", "-C", str(here.folder), "--json"]
    environment = {**os.environ, "NIANBAO_OFFICE_KEY": SECRET}
    both = [
        subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=environment)
        for _ in range(2)
    ]
    one, other = (program.communicate(timeout=120) for program in both)
    assert one == other
    assert one[1] == b""
    assert len(rows(here)["arrival"]) == 33
    assert len(rows(here)["judged"]) == 4


class Countdown:
    """Ends this process at the n-th writing: a statement or commit of SQLite's, a file renamed or removed."""

    def __init__(self, steps: int) -> None:
        self.steps = steps

    def step(self) -> None:
        """One more."""
        self.steps -= 1
        if self.steps == 0:
            os._exit(KILLED)

    def watch(self) -> None:
        """From now on, in this process."""
        step = self.step

        class Watched(sqlite3.Connection):
            def execute(self, sql: str, *given: Any) -> sqlite3.Cursor:
                if not sql.startswith("SELECT"):
                    step()
                return super().execute(sql, *given)

            def executemany(self, *given: Any) -> sqlite3.Cursor:
                step()
                return super().executemany(*given)

            def commit(self) -> None:
                step()
                super().commit()
                step()

        connect = sqlite3.connect
        sqlite3.connect = lambda *given, **named: connect(*given, factory=Watched, **named)  # type: ignore[assignment]
        events = {"os.rename", "os.remove"}
        sys.addaudithook(lambda event, _: step() if event in events else None)


KILLED = 9


def run_until(step: int, *arguments: str | Path) -> int:
    """The status of the command in a copy of this process that ends at that step; KILLED where it does."""
    number = os.fork()
    if number == 0:
        try:
            Countdown(step).watch()
            os._exit(run(*arguments).status)
        finally:
            os._exit(99)
    return os.waitstatus_to_exitcode(os.waitpid(number, 0)[1])


def test_killed_at_any_write_the_round_goes_on(here: Round) -> None:
    """Check, pick and merge ended at each step of SQLite's and each file's; then done again, all is as if never cut."""
    newer(here, "later.xlsx", "101")
    commands = (["check"], ["pick", "101", "101.xlsx"], ["merge"])
    whole = [run(*command, "-C", here.folder) for command in commands]
    right, county = told(here), here.county_path.read_bytes()
    cut = 0
    for number, command in enumerate(commands):
        for step in range(1, 400):
            forget(here)
            here.county_path.unlink(missing_ok=True)
            for earlier in commands[:number]:
                run(*earlier, "-C", here.folder)
            if (status := run_until(step, *command, "-C", here.folder)) != KILLED:
                assert status == whole[number].status
                break
            cut += 1
            again = [run(*later, "-C", here.folder) for later in commands[number:]]
            assert [ran.status for ran in again] == [ran.status for ran in whole[number:]], (command, step)
            assert told(here) == right, (command, step)
            assert here.county_path.read_bytes() == county
    assert cut > 30


def test_what_was_added_is_moved_into_place_in_mid_run(tmp_path: Path) -> None:
    """And left where it is, without a word, where that cannot be done: the disk is full, or somebody reads."""
    path = tmp_path / "ledger.sqlite"
    with Book(path) as book:
        with book.writing() as writer:
            writer.add("content", [("0" * 64, 1_000_000, bytes(1_000_000))], columns="sha256, size, data")
        reading = book._reading()
        assert reading is not None
        cursor = reading.execute("SELECT data FROM content UNION ALL SELECT data FROM content")
        cursor.fetchone()
        with pytest.raises(sqlite3.OperationalError):
            reading.execute("PRAGMA wal_checkpoint(PASSIVE)").fetchall()
        book.settle()
        assert path.stat().st_size < 1_000_000
        cursor.close()
        book.settle()
        assert path.stat().st_size > 1_000_000
    assert Book(path).row("SELECT count(*) FROM content") == (1,)


def told(here: Round) -> dict[str, list[Any]]:
    """Every row but for its number and moment, in an order of its own."""
    kept = {table: [row[2:] for row in found] for table, found in rows(here).items()}
    kept["content"], kept["counted"] = (
        [row[1:] for row in rows(here)[table]] for table in ("content", "counted")
    )
    return {table: sorted(found, key=repr) for table, found in kept.items()}


UNPRIVILEGED = """
import os, sys
from nianbao.cli import main
import contextlib, io
import nianbao.cli.log, nianbao.cli.merge, nianbao.county.consolidating, nianbao.ledger.story
with contextlib.redirect_stdout(io.StringIO()):
    main(["log", *sys.argv[2:]])
if os.geteuid() == 0:
    os.setuid(65534)
sys.exit(main())
"""


@pytest.mark.parametrize("new", [False, True])
def test_a_round_that_can_only_be_read(here: Round, *, new: bool) -> None:
    """Check and status tell what they find, and where that is new, that it is not recorded; merge is refused."""
    top = Path(tempfile.mkdtemp())
    try:
        check(here)
        if new:
            newer(here, "later.xlsx", "101")
        shutil.copytree(here.folder, top / "r")
        top.chmod(0o755)
        for path in (top / "r", *(top / "r").rglob("*")):
            path.chmod(0o555 if path.is_dir() else 0o444)
        for command in ("check", "status", "log", "merge"):
            ran = run_apart(UNPRIVILEGED, command, "-C", top / "r")
            said = command == "merge" or (new and command != "log")
            assert (ran.status, "只读" in ran.err) == (2 if command == "merge" else 0, said), ran.err
            assert ("没有记入台账" in ran.err) == (said and command != "merge")
            assert "Traceback" not in ran.err
    finally:
        for path in (top, *top.rglob("*")):
            path.chmod(0o755)
        shutil.rmtree(top)


def older(here: Round) -> None:
    """The round's ledger as version 1 had it."""
    with sqlite3.connect(here.ledger_path) as base:
        for table in SINCE:
            base.execute(f"DROP TABLE {table}")
        base.execute("PRAGMA user_version = 1")


def names(here: Round) -> set[str]:
    """Every table, index and trigger."""
    with sqlite3.connect(here.ledger_path) as base:
        return {name for (name,) in base.execute("SELECT name FROM sqlite_master")}


MESSAGE = Message("<1@example.cn>", "101", "blank", "a@example.cn", "表", "d")


def test_a_ledger_of_version_1_keeps_working(here: Round) -> None:
    """Reading leaves it as it is, also where it may not be written; writing adds what it lacks."""
    check(here)
    new = names(here)
    assert {table for table in new if table in INDEXES} == set(INDEXES)
    older(here)
    old = names(here)
    assert check(here).status == 0
    assert run("log", "-C", here.folder).status == 0
    with Book(here.ledger_path) as book:
        assert sent(book) == []
        assert names(here) == old
        number = compose(book, MESSAGE, b"x")
        assert [one.number for one in sent(book)] == [number]
    assert names(here) == new
    with Book(here.ledger_path) as book:
        assert sent(book)[0].message.digest == "d"


def test_two_commands_may_renew_a_ledger_at_once(here: Round) -> None:
    """The second finds it renewed."""
    check(here)
    older(here)
    with Book(here.ledger_path) as one, Book(here.ledger_path) as other:
        assert sent(one) == sent(other) == []
        assert compose(one, MESSAGE, b"x") == 1
        record(other, 1, Event.REFUSED, "no")
    with Book(here.ledger_path) as book:
        assert [(each.event, each.detail) for each in sent(book)] == [(Event.REFUSED, "no")]


def test_a_message_is_attempted_once(here: Round) -> None:
    """Again only once the server has said that it did not take it; its id is one message's."""
    with Book(here.ledger_path, synced=True) as book:
        number = compose(book, MESSAGE, b"x")
        with pytest.raises(ValueError, match="1@example"):
            compose(book, MESSAGE, b"y")
        for event, again in (
            (Event.DEFERRED, True),
            (Event.REFUSED, True),
            (Event.UNCERTAIN, False),
            (Event.ACCEPTED, False),
            (Event.BOUNCED, False),
        ):
            record(book, number, event)
            assert attempt(book, number) is again
        assert attempt(book, compose(book, replace(MESSAGE, message_id="<2@example.cn>"), b"x"))
        assert not attempt(book, 2)
        found = message_by_id(book, "<1@example.cn>")
        assert found
        assert (found.event, found.message.sha256) == (Event.BOUNCED, hashlib.sha256(b"x").hexdigest())
        assert message_by_id(book, "<3@example.cn>") is None


def test_a_letter_is_taken_in_once_with_what_was_in_it(here: Round) -> None:
    """And with how far the mailbox was read."""
    letter = Letter("imap:a@b.cn/INBOX/7/3", "<x@y>", "甲 <a@b.cn>", "", "表")
    inside = [Enclosure("表.xlsx", "f" * 64, "taken", "returned/表.xlsx"), Enclosure("a.rar", "", "unread")]
    with Book(here.ledger_path) as book:
        read = ("a@b.cn", "INBOX", Place(7, 3))
        assert take_in(book, letter, b"raw", inside, read=read)
        assert not take_in(book, letter, b"raw", inside, read=read)
        [(kept, found)] = letters(book)
        assert (kept.subject, list(found)) == ("表", inside)
        assert [one.message_id for one in letters_with(book, "f" * 64)] == ["<x@y>"]
        assert place_in(book, "a@b.cn", "INBOX") == Place(7, 3)
        assert place_in(book, "a@b.cn", "Junk") is None
    assert len(rows(here)["mailbox"]) == 1
