"""A nation of townships: time per unit against a thousand, two processes against one, the largest process."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bench import commands
from bench.job import ROUND
from bench.measuring import WALL, Measured, median, ratio
from bench.results import MET, MISSED, OPEN, Row, milliseconds

if TYPE_CHECKING:
    from pathlib import Path

STEPS = ("blank", "check", "merge")
SLOWER, FASTER, MOST = 1.2, 1.5, 400
Steps = dict[str, Measured]


def compare(small: Path, large: Path, sizes: tuple[int, int], rounds: int) -> list[Row]:
    """The nation's rows of the targets."""
    option = commands.processes_option()
    runs = [(_steps(small / ROUND, sizes[0]), _steps(large / ROUND, sizes[1])) for _ in range(rounds)]
    rows = [_per_unit(step, sizes, runs) for step in STEPS]
    pairs = [_pair(large / ROUND, option) for _ in range(rounds)] if option else []
    rows.append(_two_against_one(pairs, sizes[1]))
    largest = max(steps[name].peak for _, steps in runs for name in ("check", "merge")) / 1e6
    met = MET if largest <= MOST else MISSED
    what = f"peak memory of check + merge, {sizes[1]:,} units, largest process"
    return [*rows, Row(what, f"{MOST} MB", f"{largest:.0f} MB", met=met)]


def _steps(here: Path, units: int) -> Steps:
    """The three commands, per unit."""
    took = {"blank": commands.blank(here), "check": commands.check(here), "merge": commands.merge(here)}
    return {name: Measured(one.wall / units, one.processor / units, one.peak) for name, one in took.items()}


def _per_unit(step: str, sizes: tuple[int, int], runs: list[tuple[Steps, Steps]]) -> Row:
    small, large = ([pair[index][step] for pair in runs] for index in (0, 1))
    found = ratio(large, small, WALL)
    return Row(
        f"`{step}`, time per unit at {sizes[1]:,} against {sizes[0]:,}",
        f"within {SLOWER}×",
        milliseconds(min(run.wall for run in large)),
        milliseconds(min(run.wall for run in small)),
        f"{found.median:.3g} ({found.least:.3g}-{found.most:.3g})",
        MET if found.median <= SLOWER else MISSED,
    )


def _pair(here: Path, option: str) -> tuple[Measured, Measured]:
    """The work of one process and of two, one after the other."""
    return _processes(here, option, 1), _processes(here, option, 2)


def _processes(here: Path, option: str, number: int) -> Measured:
    """Check and merge with that many processes."""
    check, merge = (step(here, option, str(number)) for step in (commands.check, commands.merge))
    return Measured(check.wall + merge.wall, check.processor + merge.processor, max(check.peak, merge.peak))


def _two_against_one(pairs: list[tuple[Measured, Measured]], units: int) -> Row:
    what, target = f"check + merge of {units:,}, two processes against one", f"{FASTER}× faster"
    if not pairs:
        return Row(what, target, met=f"{OPEN}: the program offers no number of processes")
    one, two = [pair[0] for pair in pairs], [pair[1] for pair in pairs]
    gain = ratio(one, two, WALL)
    return Row(
        what,
        target,
        f"{median(two, WALL):.1f} s",
        f"{median(one, WALL):.1f} s",
        f"{gain.median:.3g} ({gain.least:.3g}-{gain.most:.3g})",
        MET if gain.median >= FASTER else MISSED,
    )
