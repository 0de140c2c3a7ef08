"""`make bench`: everything made, proved exact, measured in rounds, and written to RESULTS.md.

Status 1: a file is read differently from openpyxl; nothing is measured then. A missed target is told, no failure.
"""

from __future__ import annotations

import argparse
import random
import shutil
import subprocess
import sys
import time
from pathlib import Path

from bench import commands, nation
from bench.job import EMPTY, KINDS, ROUND
from bench.measuring import ROOT, Measured, Subject, run_command, run_pass
from bench.plan import Sizes, groups, targets
from bench.results import (
    MET,
    MISSED,
    RESULTS,
    Row,
    Runs,
    judge,
    machine,
    measurements_table,
    put,
    targets_table,
)

FOLDER = Path(__file__).parent / ".data"
PROOFS = 25
"""Files of each kind that openpyxl reads too; all are read by the reference reader."""
SEED = 20261123
TOWNSHIPS = 40_000


def main(arguments: list[str] | None = None) -> int:
    """1 where a file is read differently."""
    given = _arguments(arguments)
    if given.quick:
        given.units, given.files, given.rounds = 20, 20, 1
    given.files = min(given.files, given.units)
    given.rounds = given.rounds or (2 if given.nation else 5)
    begin = time.monotonic()
    _nation(given) if given.nation else _bench(given)
    print(f"{(time.monotonic() - begin) / 60:.1f} minutes; written: {given.out}")
    return 0


def _arguments(arguments: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="bench", description="Speed side by side.")
    parser.add_argument("--units", type=int, default=1000, help="units of the round")
    parser.add_argument(
        "--files", type=int, default=240, help="files of each kind; slow peers read 20 of them"
    )
    parser.add_argument("--rounds", type=int, default=0, help="5; of a nation 2")
    parser.add_argument(
        "--only", nargs="+", default=[], help="groups by name or beginning, e.g. read:fill blank"
    )
    parser.add_argument("--quick", action="store_true", help="20 files, one round: does it run?")
    parser.add_argument("--nation", action="store_true", help=f"{TOWNSHIPS:,} units against --units instead")
    parser.add_argument("--townships", type=int, default=TOWNSHIPS, help="units of the nation")
    parser.add_argument("--data", type=Path, default=FOLDER, help="where the files are kept from run to run")
    parser.add_argument("--out", type=Path, default=RESULTS)
    return parser.parse_args(arguments)


def _bench(given: argparse.Namespace) -> None:
    """The default run."""
    sizes = Sizes(given.units, given.files)
    wanted = {
        name: subjects
        for name, subjects in groups(sizes).items()
        if not given.only or name.startswith(tuple(given.only))
    }
    kinds = [kind for kind in KINDS if f"read:{kind}" in wanted]
    files = _made(given.data, given.units, given.files, kinds)
    _prove(files, kinds)
    commands.blank(files / ROUND)
    runs = _rounds(wanted, files, given.rounds)
    rows = [*(judge(target, runs) for target in targets(sizes)), *_imports(files)]
    text = "\n\n".join(
        (_heading(given), targets_table(rows), *_profiles(runs, rows, sizes, files), _notes(sizes))
    )
    put(given.out, "bench", f"{text}\n\n## Everything measured, for each file\n\n{measurements_table(runs)}")
    print(targets_table(rows))


def _nation(given: argparse.Namespace) -> None:
    """The nation's rows only."""
    small = _made(given.data, given.units, 0, [])
    large = _made(given.data, given.townships, 0, [])
    rows = nation.compare(small, large, (given.units, given.townships), given.rounds)
    put(given.out, "nation", f"## A nation\n\n{machine()} {given.rounds} rounds.\n\n{targets_table(rows)}")
    print(targets_table(rows))


def _made(folder: Path, units: int, count: int, kinds: list[str]) -> Path:
    """The files, made anew where what `fill` writes has changed since."""
    making = [sys.executable, "-m", "bench.making"]
    stamp = subprocess.run(
        [*making, "--stamp"], cwd=ROOT, check=True, capture_output=True, text=True
    ).stdout.strip()
    files = folder / f"{units}-{count}-{stamp}"
    for old in folder.glob(f"{units}-{count}-*"):
        if old != files:
            shutil.rmtree(old)
    files.mkdir(parents=True, exist_ok=True)
    subprocess.run([*making, str(files), str(units), str(count), *kinds], cwd=ROOT, check=True)
    return files


def _prove(files: Path, kinds: list[str]) -> None:
    """Nothing, or the end of the bench where a file is read differently."""
    if kinds:
        proof = [sys.executable, "-m", "bench.exactness", *(str(files / kind) for kind in kinds)]
        done = subprocess.run(
            [*proof, "-n", str(PROOFS)], cwd=ROOT, capture_output=True, text=True, check=False
        )
        if done.returncode:
            print(done.stdout, done.stderr, "bench: our reader differs", file=sys.stderr)
            raise SystemExit(1)


def _rounds(wanted: dict[str, list[Subject]], files: Path, rounds: int) -> Runs:
    """Every subject once a round, those of a group side by side in shuffled order."""
    chance = random.Random(SEED)  # noqa: S311 -- an order, no secret
    runs: Runs = {subject: [] for subjects in wanted.values() for subject in subjects}
    for number in range(1, rounds + 1):
        for name, subjects in wanted.items():
            print(f"  round {number}/{rounds} {name}", file=sys.stderr, flush=True)
            for subject in chance.sample(subjects, len(subjects)):
                runs[subject].append(_measured(subject, files))
    return runs


def _measured(subject: Subject, files: Path) -> Measured:
    return commands.run(subject, files) if subject.name in commands.COMMANDS else run_pass(subject, files)


def _imports(files: Path) -> list[Row]:
    """Whether the quick commands import what they do not use."""
    rows = []
    for arguments in (("--help",), ("status", "-C", str(files / EMPTY))):
        heavy = commands.imported(*arguments)
        what, found = (
            f"`nianbao {arguments[0]}` imports none of {', '.join(commands.HEAVY)}",
            ", ".join(sorted(heavy)),
        )
        rows.append(Row(what, "none", found or "none", met=MISSED if heavy else MET))
    return rows


def _profiles(runs: Runs, rows: list[Row], sizes: Sizes, files: Path) -> list[str]:
    """Where the time goes in each of our passes that missed a target."""
    missed = {target.ours for target, row in zip(targets(sizes), rows, strict=False) if row.met == MISSED}
    shown = []
    for subject in sorted(
        subject for subject in missed if subject in runs and not subject.name.startswith("$")
    ):
        count = min(subject.count, 1000)
        command: list[str | Path] = [
            sys.executable,
            "-m",
            "bench.profiling",
            subject.name,
            files,
            subject.kind,
            str(count),
        ]
        text = run_command(command).out.strip()
        shown.append(f"### Where the time goes: {subject.name} {subject.kind}\n\n```\n{text}\n```")
    return ["## Not met", *shown] if shown else []


def _heading(given: argparse.Namespace) -> str:
    words = f"{given.units:,} units, {given.files} files of each kind, {given.rounds} rounds"
    return f"{machine()} {words}.\n\n## Targets\n\nTime for each file; ratios of the same round, median and range."


def _notes(sizes: Sizes) -> str:
    return (
        f"Processor time, but for whole commands and start-up: there wall time. Readers that take milliseconds read "
        f"{sizes.middle} files, openpyxl and pandas {sizes.slow}; XlsxWriter writes {sizes.slow} blanks, and the "
        f"scripts read {sizes.scripts} returns, their loops scaled to {sizes.units:,}. A pass starts in a fresh "
        "process with empty caches, after a workbook of another edition."
    )


if __name__ == "__main__":
    sys.exit(main())
