"""Several processes read: nothing but the time shows it, and nothing is lost when they are stopped."""

from __future__ import annotations

import os
import signal
import subprocess
import time
from pathlib import Path
from typing import TYPE_CHECKING
from zipfile import ZipFile

import pytest

from nianbao.gathering.found import Found, Trouble
from nianbao.gathering.gather import gather
from nianbao.messages import say
from nianbao.opening.grid import Limits
from nianbao.returned import parts as sizes
from nianbao.returned.parts import Reading, alone, as_it_pays, parts
from nianbao.returned.review import review
from office import MAIN, PYTHON, SECRET, Ran, forget, make_round, run, run_apart, send_back

if TYPE_CHECKING:
    from collections.abc import Iterator

    from nianbao.returned.parts import Part
    from nianbao.returned.returns import Checked
    from nianbao.rounds.rounds import Round

COPIES = 40
SLOW = """
import os, sys, time
from nianbao.cli import main
from nianbao.returned.judging import Judge
judge, mark = Judge.judge, sys.argv.pop(1)
def slowly(self, *given):
    with open(mark, "a") as file:
        file.write(f"{os.getpid()}\\n")
    time.sleep(float(os.environ["PAUSE"]))
    return judge(self, *given)
Judge.judge = slowly
sys.exit(main())
"""
"""The program with a pause before each part; each process that reads notes its number in a file."""


@pytest.fixture(scope="module")
def here(tmp_path_factory: pytest.TempPathFactory) -> Round:
    """A round with right, doubled, damaged and packed files."""
    made = make_round(tmp_path_factory.mktemp("pool") / "r")
    send_back(made, "101", "102", "103")
    right = (made.returned / "101.xlsx").read_bytes()
    for number in range(COPIES):
        name = made.returned / f"{number % 7}" / f"copy-{number}.xlsx"
        name.parent.mkdir(exist_ok=True)
        name.write_bytes(right if number % 3 else right[: 1000 * number])
        os.utime(name, (1_770_000_000 + number,) * 2)
    with ZipFile(made.returned / "more.zip", "w") as archive:
        archive.writestr("in/a.xlsx", right)
        archive.writestr("in/b.txt", "x")
    return made


def read_with(here: Round, *arguments: str | Path) -> Ran:
    """A command in a process of its own that has nothing to re-use."""
    forget(here)
    return run_apart(MAIN, *arguments, "-C", here.folder)


@pytest.mark.parametrize("options", [["check"], ["check", "--json"], ["status"], ["--lang", "en", "check"]])
def test_output_does_not_depend_on_the_number_of_processes(here: Round, options: list[str]) -> None:
    """The same bytes with one, two and three."""
    one, two, three = (read_with(here, *options, "--jobs", jobs) for jobs in "123")
    assert "copy-1.xlsx" in one.out
    assert one == two == three


def test_the_county_workbook_does_not_depend_on_it_either(here: Round, tmp_path: Path) -> None:
    """Its units' texts travel, too."""
    made = []
    for jobs in "123":
        path = tmp_path / f"{jobs}.xlsx"
        assert read_with(here, "merge", "-o", path, "--jobs", jobs).status == 0
        made.append(path.read_bytes())
    assert made[0] == made[1] == made[2]


@pytest.mark.parametrize("word", ["0", "-1", "zwei", "1.5", "99999999999999999999", "65", "２"])
def test_a_number_of_processes_that_is_none_is_refused(here: Round, word: str) -> None:
    """As misuse."""
    ran = run("check", "-C", here.folder, "--jobs", word)
    assert (ran.status, ran.out) == (2, "")
    assert f"「{word}」" in ran.err


def slow(here: Round, notes: Path, *, pause: float) -> subprocess.Popen[str]:
    """The program reading slowly in two processes, in a group of its own."""
    forget(here)
    return subprocess.Popen(
        [PYTHON, "-c", SLOW, str(notes), "check", "-C", str(here.folder), "--jobs", "2"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        encoding="utf-8",
        env={**os.environ, "NIANBAO_OFFICE_KEY": SECRET, "PAUSE": str(pause)},
        start_new_session=True,
    )


def readers(notes: Path) -> list[int]:
    """The processes that read, once two have begun; fails after 20 seconds."""
    seen: list[int] = []
    for _ in range(2000):
        seen = list(map(int, notes.read_text().split())) if notes.exists() else []
        if len(set(seen)) > 1:
            return seen
        time.sleep(0.01)
    raise AssertionError(seen)


def is_there(number: int) -> bool:
    """Whether the process runs; one that has ended and waits to be noticed does not."""
    try:
        return Path(f"/proc/{number}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


def all_gone(numbers: list[int]) -> bool:
    """Whether the processes end within two seconds."""
    for _ in range(200):
        if not any(map(is_there, numbers)):
            return True
        time.sleep(0.01)
    return False


@pytest.mark.parametrize("whole_group", [True, False])
def test_ctrl_c_stops_at_once(here: Round, tmp_path: Path, *, whole_group: bool) -> None:
    """Status 130, no traceback, nothing left running: sent by a terminal (to all), or to the program alone."""
    program = slow(here, tmp_path / "notes", pause=60)
    workers = readers(tmp_path / "notes")
    start = time.monotonic()
    (os.killpg if whole_group else os.kill)(program.pid, signal.SIGINT)
    out, err = program.communicate(timeout=20)
    assert (program.returncode, out, err) == (130, "", "")
    assert time.monotonic() - start < 5
    assert all_gone(workers)


def test_readers_end_with_the_program(here: Round, tmp_path: Path) -> None:
    """Killed, it has no time to tell them."""
    program = slow(here, tmp_path / "notes", pause=60)
    with program:
        workers = readers(tmp_path / "notes")
        program.kill()
    assert all_gone(workers)


def test_what_a_killed_process_was_reading_is_read_again(here: Round, tmp_path: Path) -> None:
    """The result is the same."""
    program = slow(here, tmp_path / "notes", pause=2)
    os.kill(readers(tmp_path / "notes")[0], signal.SIGKILL)
    out, err = program.communicate(timeout=60)
    right = read_with(here, "check", "--jobs", "1")
    assert Ran(program.returncode, out, err) == right
    assert len(set(readers(tmp_path / "notes"))) > 2


def test_a_file_that_ends_every_process_is_named(here: Round, tmp_path: Path) -> None:
    """After three tries; nothing is given as a result."""
    forget(here)
    deadly = SLOW.replace("time.sleep", "os.kill(os.getpid(), 9) #")
    ran = run_apart(deadly, tmp_path / "notes", "check", "-C", here.folder, "--jobs", "2", PAUSE="0")
    assert (ran.status, ran.out) == (2, "")
    assert "0/copy-0.xlsx" in ran.err
    assert "连续 3 次" in ran.err


def test_a_part_holds_so_many_files_and_so_much_data(monkeypatch: pytest.MonkeyPatch) -> None:
    """Files on disk weigh nothing."""
    monkeypatch.setattr(sizes, "CARRIED", 10)
    packed = [Found(f"{n}", "", 6, 0, data=b"123456") for n in range(3)]
    others: Part = [Found("c", "", 9999, 0, source=Path("c")), Trouble("d", "encrypted", say(""))]
    files = [*packed, *others] * 2
    assert [len(part) for part in parts(iter(files), 4)] == [2, 4, 2, 2]


@pytest.mark.parametrize(("enough", "crew"), [(4, "pool"), (5, "alone"), (6, "alone")])
def test_more_files_than_enough_are_read_by_several(
    enough: int, crew: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where the machine has more than one processor; all files are read in either case."""
    files = [Trouble(f"{number}", "encrypted", say("")) for number in range(5)]
    asked = []

    def several(reading: Reading, files: Iterator[Found | Trouble], tell: object, *, jobs: int) -> object:
        asked.append(jobs)
        assert callable(tell)
        return alone(reading, files, tell)

    monkeypatch.setattr("nianbao.returned.pool.pooled", several)
    monkeypatch.setattr(sizes, "ENOUGH", enough)
    monkeypatch.setattr(sizes, "processors", lambda: 2)
    found = review(files, Reading(None, Limits()), crew=as_it_pays)
    assert [checked.path for checked in found.files] == list("01234")
    assert asked == ([2] if crew == "pool" else [])


def texts_kept(here: Round, most: int | None) -> list[Checked]:
    """The files that have their sections in words."""
    files = gather([here.returned], limits=Limits())
    found = review(files, Reading(here.expectation(), Limits()), texts_of=most)
    return [checked for checked in found.files if checked.texts]


def test_texts_are_kept_while_units_are_few_enough(here: Round) -> None:
    """Three units sent in a return."""
    assert len(texts_kept(here, None)) == len(texts_kept(here, 3)) > 3
    assert not texts_kept(here, 2)
