"""A real scheduler with two worker processes reads what this process would have read itself."""

from __future__ import annotations

import os
import pickle
import signal
import subprocess
import time
from typing import TYPE_CHECKING

import pytest
from distributed import Client

from nianbao.messages import say
from nianbao.problems import OfficeError, refuse
from office import MAIN, PYTHON, SECRET, Ran, forget, make_round, run, run_apart, send_back
from test_former_round import sent, this_year

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from nianbao.rounds.rounds import Round

COPIES = 400
READY = 60
PAUSE = """
import os, time
from nianbao.returned.judging import Judge
def dask_setup(_):
    judge = Judge.judge
    def slowly(self, files, *given):
        if os.path.exists(os.environ["SLOWLY"]):
            with open(os.environ["SLOWLY"], "a") as notes:
                notes.write(f"{os.getpid()}\\n")
            time.sleep(1)
        return judge(self, files, *given)
    Judge.judge = slowly
"""
"""Loaded into the workers: while a file is there they take their time, and note who reads."""


class Cluster:
    """A scheduler and two workers on this machine, and the file that makes them slow."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.slowly = folder, folder / "slowly"
        preload = folder / "pause.py"
        preload.write_text(PAUSE)
        where = folder / "scheduler.json"
        file = ("--scheduler-file", where)
        quiet = ("--host", "127.0.0.1", "--no-dashboard")
        own = ("--local-directory", folder, "--preload", preload)
        self.programs = [self.start("scheduler", *quiet, "--port", "0", *file)]
        self.workers = [
            self.start("worker", *quiet, *file, *own, "--nthreads", "1", "--no-nanny") for _ in range(2)
        ]
        self.programs += self.workers
        self.address = wait_for_workers(where, count=2)

    def start(self, *arguments: str | Path) -> subprocess.Popen[bytes]:
        """One of Dask's programs."""
        log = (self.folder / "log").open("ab")
        with log:
            return subprocess.Popen(
                [PYTHON, "-m", "distributed.cli.dask_" + str(arguments[0]), *map(str, arguments[1:])],
                stdout=log,
                stderr=log,
                cwd=self.folder,
                env={**os.environ, "SLOWLY": str(self.slowly)},
            )

    def stop(self) -> None:
        """Ends what was started."""
        for program in reversed(self.programs):
            program.kill()
            program.wait()


def wait_for_workers(where: Path, *, count: int) -> str:
    """The scheduler's address, once it has its workers."""
    end = time.monotonic() + READY
    while not (where.exists() and where.read_text().strip().endswith("}")):
        assert time.monotonic() < end
        time.sleep(0.05)
    with Client(scheduler_file=str(where), set_as_default=False) as client:  # type: ignore[no-untyped-call]
        client.wait_for_workers(count, timeout=READY)
        return str(client.scheduler.address)


@pytest.fixture(scope="module")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cluster]:
    """A cluster with nothing to do."""
    made = Cluster(tmp_path_factory.mktemp("cluster"))
    try:
        yield made
    finally:
        made.stop()


@pytest.fixture(scope="module")
def here(tmp_path_factory: pytest.TempPathFactory) -> Round:
    """A round with enough files for several parts, right, damaged and doubled."""
    made = make_round(tmp_path_factory.mktemp("shared") / "r")
    send_back(made, "101", "102", "103")
    right = (made.returned / "101.xlsx").read_bytes()
    for number in range(COPIES):
        name = made.returned / f"copy-{number:03}.xlsx"
        name.write_bytes(right if number % 3 else right[: 100 * number])
        os.utime(name, (1_770_000_000 + number,) * 2)
    return made


def apart(here: Round, *arguments: str | Path) -> Ran:
    """A command in a process of its own, in the round's folder, that has nothing to re-use."""
    forget(here)
    return run_apart(MAIN, *arguments, "-C", here.folder)


def test_check_gives_the_same(cluster: Cluster, here: Round) -> None:
    """Byte for byte, and nothing on standard error."""
    assert apart(here, "check", "--cluster", cluster.address) == apart(here, "check", "--jobs", "1")


def test_merge_gives_the_same(cluster: Cluster, here: Round, tmp_path: Path) -> None:
    """The county workbook, too."""
    for name, options in {"a": ("--cluster", cluster.address), "b": ("--jobs", "1")}.items():
        assert apart(here, "merge", "-o", tmp_path / f"{name}.xlsx", *options).status == 0
    assert (tmp_path / "a.xlsx").read_bytes() == (tmp_path / "b.xlsx").read_bytes()


def test_workers_know_last_year(cluster: Cluster, tmp_path: Path) -> None:
    """What is known of the period before goes with the judges, whatever machine they are on."""
    last = make_round(tmp_path / "last", year=2024)
    send_back(last, "101", "102")
    made = this_year(tmp_path, last.folder)
    sent(made, "101")
    sent(made, "102", t3__carried_in__natural=2, t3__granted__natural=13)
    alone, by_workers = (
        apart(made, "check", "--json", *way) for way in (("--jobs", "1"), ("--cluster", cluster.address))
    )
    assert by_workers.document == alone.document
    assert "carry-over" in by_workers.out


def test_paths_from_the_working_folder_are_found_by_workers_elsewhere(
    cluster: Cluster, here: Round, monkeypatch: pytest.MonkeyPatch
) -> None:
    """They run in another folder."""
    monkeypatch.chdir(here.folder)
    ran = run("check", "returned/102.xlsx", "--cluster", cluster.address)
    assert (ran.status, ran.err) == (0, "")


def test_urls_are_read_by_the_workers(cluster: Cluster, here: Round) -> None:
    """The same is found as by one process."""
    url = here.returned.absolute().as_uri()
    one, other = (
        apart(here, "check", url, "--json", *way) for way in (("--jobs", "1"), ("--cluster", cluster.address))
    )
    assert len(one.document["files"]) > COPIES
    assert one == other


def test_a_folder_that_workers_do_not_see_is_told(cluster: Cluster, here: Round) -> None:
    """Once, not for each file."""
    hide = "import sys\nfrom pathlib import Path\nPath.absolute = lambda self: Path('/nowhere') / self.name\n"
    ran = run_apart(hide + MAIN, "check", here.returned, "--cluster", cluster.address)
    assert (ran.status, ran.out) == (2, "")
    assert "/nowhere: 工作进程" in ran.err


@pytest.mark.parametrize(
    ("other", "told"),
    [
        ("import nianbao\nnianbao.__version__ = '9.9'\n", "9.9"),
        ("from nianbao import assets\nassets.PACKAGE /= 'cli'\n", "请装成同一版本"),
    ],
    ids=["version", "modules"],
)
def test_another_program_is_told(other: str, told: str, cluster: Cluster, here: Round) -> None:
    """What it found might differ, also where its version is the same."""
    ran = run_apart(other + MAIN, "check", "-C", here.folder, "--cluster", cluster.address)
    assert (ran.status, ran.out) == (2, "")
    assert told in ran.err


@pytest.mark.parametrize("address", ["tcp://127.0.0.1:1", "nowhere://x", "x"])
def test_a_cluster_that_does_not_answer_is_told(
    address: str, here: Round, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As misuse."""
    monkeypatch.setattr("nianbao.returned.cluster.CONNECT", "1s")
    ran = run("check", "-C", here.folder, "--cluster", address)
    assert (ran.status, ran.out) == (2, "")
    assert f"连不上集群 {address}" in ran.err


def test_a_scheduler_lost_in_mid_run_is_told(here: Round, tmp_path: Path) -> None:
    """In one sentence; what Dask says of it by the way does not reach the office."""
    lonely = Cluster(tmp_path)
    try:
        lonely.slowly.touch()
        forget(here)
        command = [str(PYTHON), "-c", MAIN, "check", "-C", str(here.folder), "--cluster", lonely.address]
        running = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        end = time.monotonic() + READY
        while not lonely.slowly.read_text():
            assert time.monotonic() < end
            time.sleep(0.05)
        lonely.programs[0].kill()
        out, err = running.communicate(timeout=READY)
    finally:
        lonely.stop()
    assert (running.returncode, out) == (2, "")
    assert len(err.splitlines()) == 1
    assert f"与集群 {lonely.address} 的连接断了" in err


@pytest.mark.parametrize(
    ("address", "told"),
    [
        ("tls://127.0.0.1:1", "要用证书（TLS）"),
        ("", "--cluster 后面没有地址"),
        (" ", "--cluster 后面没有地址"),
    ],
)
def test_an_address_that_cannot_be_used_is_told_at_once(address: str, told: str, here: Round) -> None:
    """Certificates that Dask was not given, a variable that was never set."""
    ran = run("check", "-C", here.folder, "--cluster", address)
    assert (ran.status, ran.out) == (2, "")
    assert told in ran.err


def test_without_the_extra_the_way_to_it_is_told(here: Round) -> None:
    """Dask is not installed with the program."""
    lacking = "import sys\nsys.modules['distributed'] = None\n"
    ran = run_apart(lacking + MAIN, "check", "-C", here.folder, "--cluster", "tcp://127.0.0.1:1")
    assert (ran.status, ran.out) == (2, "")
    assert "pip install 'nianbao[cluster]'" in ran.err


def test_processes_and_a_cluster_exclude_each_other(here: Round) -> None:
    """The number is this machine's."""
    ran = run("check", "-C", here.folder, "--cluster", "x", "--jobs", "2")
    assert ran.status == 2
    assert "--jobs" in ran.err


def test_a_complaint_comes_back_whole_from_a_worker() -> None:
    """With every problem, in any language."""
    error = pickle.loads(pickle.dumps(refuse(say("没有命令「{word}」{hint}", word="x", hint=""), file="f")))  # noqa: S301 -- our own
    assert isinstance(error, OfficeError)
    assert [problem.text() for problem in error.problems] == ["f: 没有命令「x」"]


def reading(cluster: Cluster) -> list[int]:
    """The workers that read at the moment."""
    for _ in range(READY * 100):
        seen = list(map(int, cluster.slowly.read_text().split()))
        if seen:
            return seen
        time.sleep(0.01)
    raise AssertionError(seen)


def slow_check(cluster: Cluster, here: Round) -> subprocess.Popen[str]:
    """The command, while the workers take their time."""
    cluster.slowly.write_text("")
    return subprocess.Popen(
        [PYTHON, "-c", MAIN, "check", "-C", str(here.folder), "--cluster", cluster.address],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        encoding="utf-8",
        env={**os.environ, "NIANBAO_OFFICE_KEY": SECRET},
    )


def test_ctrl_c_is_quiet(cluster: Cluster, here: Round) -> None:
    """The workers go on to serve others."""
    with slow_check(cluster, here) as program:
        reading(cluster)
        program.send_signal(signal.SIGINT)
        out, err = program.communicate(timeout=20)
    cluster.slowly.unlink()
    assert (program.returncode, out, err) == (130, "", "")
    assert all(worker.poll() is None for worker in cluster.workers)


def test_a_worker_killed_while_it_reads_changes_nothing(cluster: Cluster, here: Round) -> None:
    """The other one reads its part."""
    with slow_check(cluster, here) as program:
        lost = reading(cluster)[0]
        os.kill(lost, signal.SIGKILL)
        out, err = program.communicate(timeout=60)
    cluster.slowly.unlink()
    assert [worker.pid for worker in cluster.workers if worker.poll() is not None] == [lost]
    assert Ran(program.returncode, out, err) == apart(here, "check", "--jobs", "1")
