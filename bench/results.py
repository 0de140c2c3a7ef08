"""RESULTS.md: the targets with both numbers, everything measured, and where and with what."""

from __future__ import annotations

import os
import platform
import re
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from bench.measuring import PROCESSOR, WALL, Measured, Subject, median, ratio
from bench.plan import FASTER, Target

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

RESULTS = Path(__file__).parent / "RESULTS.md"
PACKAGES = ("nianbao", "openpyxl", "XlsxWriter", "pandas", "numpy", "python-calamine", "typer", "lxml")
MET, MISSED, OPEN = "met", "**not met**", "not measured"
HEADS = ("what", "target", "ours", "other", "ratio (range)", "")
Runs = dict[Subject, list[Measured]]


class Row(NamedTuple):
    """A line of the targets' table."""

    what: str
    target: str
    ours: str = ""
    other: str = ""
    ratio: str = ""
    met: str = OPEN


def judge(target: Target, runs: Mapping[Subject, Sequence[Measured]]) -> Row:
    """A target held against the runs; not measured where one of the two was left out."""
    wanted = f"{target.need:g}× faster" if target.way == FASTER else f"within {target.need:g}×"
    ours, other = runs.get(target.ours), runs.get(target.other)
    if not ours or not other:
        return Row(target.what, wanted)
    slow, fast = (other, ours) if target.way == FASTER else (ours, other)
    found = ratio(slow, fast, target.clock)
    met = found.median >= target.need if target.way == FASTER else found.median <= target.need
    return Row(
        target.what,
        wanted,
        milliseconds(median(ours, target.clock)),
        milliseconds(median(other, target.clock)),
        f"{found.median:.3g} ({found.least:.3g}-{found.most:.3g})",
        MET if met else MISSED,
    )


def milliseconds(seconds: float) -> str:
    """Three digits."""
    return f"{seconds * 1000:.3g} ms" if seconds < 1 else f"{seconds * 1000:.0f} ms"


def targets_table(rows: Sequence[Row]) -> str:
    """The rows as Markdown."""
    return table(HEADS, rows)


def measurements_table(runs: Mapping[Subject, Sequence[Measured]]) -> str:
    """Every subject: medians, least processor time, peak memory."""
    heads = ("what", "files", "of", "wall, median", "CPU, median", "CPU, least", "peak MB")
    lines = []
    for subject, each in runs.items():
        least = min(run.processor for run in each)
        times = (median(each, WALL), median(each, PROCESSOR), least)
        peak = f"{max(run.peak for run in each) / 1e6:.0f}"
        name = f"{subject.name} {subject.kind}".strip()
        lines.append((name, str(subject.count), str(subject.size), *map(milliseconds, times), peak))
    return table(heads, lines)


def table(heads: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """A Markdown table."""
    lines = [heads, ["---"] * len(heads), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def machine() -> str:
    """Date, machine, versions."""
    info = Path("/proc/cpuinfo")
    model = re.search(r"model name\s*: (.*)", info.read_text()) if info.exists() else None
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    here = f"{os.cpu_count()} × {model[1] if model else platform.machine()}, {memory:.0f} GiB, {platform.system()}"
    versions = ", ".join(f"{name} {_version(name)}" for name in PACKAGES)
    return f"{datetime.now(UTC):%d %b %Y %H:%M} UTC. {here}. Python {platform.python_version()}, {versions}."


def _version(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return "?"


def put(path: Path, block: str, text: str) -> None:
    """The file with that block in it, in place of what a run before wrote there."""
    begin, end = f"<!-- {block} -->", f"<!-- /{block} -->"
    new = f"{begin}\n{text}\n{end}\n"
    old = path.read_text(encoding="utf-8") if path.exists() else "# Speed, measured\n\n"
    pattern = re.compile(f"{re.escape(begin)}.*?{re.escape(end)}\n", re.DOTALL)
    whole = pattern.sub(lambda _: new, old) if pattern.search(old) else f"{old}{new}\n"
    path.write_text(whole, encoding="utf-8")
