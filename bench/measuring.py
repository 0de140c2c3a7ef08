"""Measurements: a pass or a whole command in a process of its own, and ratios taken inside a round.

This module and its process import nothing large, so that a child's memory is its own.
"""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Sequence

ROOT = Path(__file__).parent.parent
WALL, PROCESSOR = "wall", "processor"


@dataclass(frozen=True, order=True, slots=True)
class Subject:
    """What is measured: a pass or command by name, on a kind of file, `count` of them, standing for `size`.

    A slow peer is run on fewer files than we are (`count` below `size`).
    """

    name: str
    kind: str
    size: int
    count: int


@dataclass(frozen=True, slots=True)
class Measured:
    """One run. Seconds for one file (of a start-up: for the process), bytes of the largest process."""

    wall: float
    processor: float
    peak: int
    sum: float | None = None

    def seconds(self, clock: str) -> float:
        """By that clock."""
        return self.wall if clock == WALL else self.processor


@dataclass(frozen=True, slots=True)
class Finished:
    """A command that has run, with what it took in all."""

    status: int
    out: str
    took: Measured


class Ratio(NamedTuple):
    """How many times as long the one took as the other, in each round."""

    median: float
    least: float
    most: float


def run_pass(subject: Subject, files: Path) -> Measured:
    """The pass run once in a fresh process."""
    command = [
        sys.executable,
        "-m",
        "bench.passes",
        subject.name,
        str(files),
        subject.kind,
        str(subject.count),
    ]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    if done.returncode:
        raise SystemExit(f"bench: {subject.name} failed\n{done.stderr}")
    took = json.loads(done.stdout.splitlines()[-1])
    return Measured(
        took["wall"] / subject.count, took["processor"] / subject.count, took["peak"], took["sum"]
    )


def run_command(command: Sequence[str | Path], *, fine: Sequence[int] = (0,)) -> Finished:
    """The command run once; a status that is not `fine` ends the bench."""
    with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
        begin = time.perf_counter()
        process = subprocess.Popen([*map(str, command)], stdout=out, stderr=err, env=_as_installed())
        _, status, used = os.wait4(process.pid, 0)
        wall = time.perf_counter() - begin
        process.returncode = os.waitstatus_to_exitcode(status)
        out.seek(0)
        err.seek(0)
        text, complaint = out.read().decode(errors="replace"), err.read().decode(errors="replace")
    if process.returncode not in fine:
        raise SystemExit(
            f"bench: {' '.join(map(str, command))} ended with {process.returncode}\n{complaint}{text[-2000:]}"
        )
    took = Measured(wall, used.ru_utime + used.ru_stime, used.ru_maxrss * 1024)
    return Finished(process.returncode, text, took)


def _as_installed() -> dict[str, str]:
    """The environment, in which Python keeps its bytecode as it does for users: else each start compiles us anew."""
    return {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}


def ratio(slow: Sequence[Measured], fast: Sequence[Measured], clock: str) -> Ratio:
    """Of runs in the same rounds."""
    each = [one.seconds(clock) / other.seconds(clock) for one, other in zip(slow, fast, strict=True)]
    return Ratio(statistics.median(each), min(each), max(each))


def median(runs: Sequence[Measured], clock: str) -> float:
    """Seconds."""
    return statistics.median(run.seconds(clock) for run in runs)


def added(*parts: Measured) -> Measured:
    """Commands run one after the other."""
    return Measured(sum(p.wall for p in parts), sum(p.processor for p in parts), max(p.peak for p in parts))


def scaled(finished: Finished, count: int, size: int) -> Measured:
    """A script's run over `count` files as it would be over `size`: its start once, its loop in proportion."""
    loop = json.loads(finished.out.splitlines()[-1])
    if loop["found"] or loop["files"] != count:
        raise SystemExit(f"bench: the script found something wrong\n{finished.out[-2000:]}")
    took, factor = finished.took, size / count
    wall = took.wall - loop["wall"] + loop["wall"] * factor
    processor = took.processor - loop["processor"] + loop["processor"] * factor
    return Measured(wall / size, processor / size, took.peak)
