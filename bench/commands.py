"""Whole commands, ours and the scripts that do the same, as a clerk waits for them."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from bench.job import EMPTY, ROUND
from bench.measuring import Measured, Subject, added, run_command, scaled

if TYPE_CHECKING:
    from collections.abc import Callable

SCRIPTS = Path(__file__).parent / "scripts"
HEAVY = ("pandas", "numpy", "openpyxl", "xlsxwriter", "lxml", "pydantic")
IMPORTED = """
import sys
from nianbao.cli import main
try:
    main(sys.argv[1:])
finally:
    print("imported:", *sorted({name.partition(".")[0] for name in sys.modules}))
"""
PROCESSES = re.compile(r"--(?:jobs|workers|processes)\b")
FINE_OR_FINDINGS = (0, 1)


def nianbao() -> list[str]:
    """The installed program."""
    program = Path(sys.executable).with_name("nianbao")
    start = "import sys; from nianbao.cli import main; sys.exit(main())"
    return [str(program)] if program.exists() else [sys.executable, "-c", start]


def run(subject: Subject, files: Path) -> Measured:
    """The command of that name run once."""
    return COMMANDS[subject.name](subject, files)


def blank(here: Path) -> Measured:
    """`nianbao blank` into an empty folder."""
    shutil.rmtree(here / "blank")
    (here / "blank").mkdir()
    return run_command([*nianbao(), "blank", "-C", here]).took


def check(here: Path, *options: str) -> Measured:
    """`nianbao check` of returns that it has not seen before; every one is acceptable."""
    for path in here.glob("ledger.sqlite*"):
        path.unlink()
    return run_command([*nianbao(), "check", "-C", here, *options]).took


def merge(here: Path, *options: str) -> Measured:
    """`nianbao merge`."""
    out = here / "results" / "county.xlsx"
    out.unlink(missing_ok=True)
    return run_command([*nianbao(), "merge", "-C", here, "-o", out, *options]).took


def processes_option() -> str:
    """The option by which `check` takes a number of processes; empty where it has none."""
    found = PROCESSES.search(run_command([*nianbao(), "check", "--help"]).out)
    return found[0] if found else ""


def imported(*arguments: str) -> set[str]:
    """The heavy packages that a command has imported when it is done."""
    command = [sys.executable, "-c", IMPORTED, *arguments]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    return set(HEAVY) & set(done.stdout.splitlines()[-1].split())


def _check(subject: Subject, files: Path) -> Measured:
    return _each(check(files / ROUND), subject)


def _check_and_merge(subject: Subject, files: Path) -> Measured:
    return _each(added(check(files / ROUND), merge(files / ROUND)), subject)


def _blank(subject: Subject, files: Path) -> Measured:
    return _each(blank(files / ROUND), subject)


def _check_by_openpyxl(subject: Subject, files: Path) -> Measured:
    """Over the first returns, scaled to all."""
    sent = min((files / ROUND / "blank").glob("*.xlsx"))
    script: list[str | Path] = [
        sys.executable,
        SCRIPTS / "check_by_openpyxl.py",
        sent,
        files / ROUND / "returned",
    ]
    return scaled(run_command([*script, str(subject.count)]), subject.count, subject.size)


def _merge_by_pandas(subject: Subject, files: Path) -> Measured:
    """Over the first returns, scaled to all."""
    script: list[str | Path] = [sys.executable, SCRIPTS / "merge_by_pandas.py", files / ROUND / "returned"]
    done = run_command([*script, files / ROUND / "results" / "pandas.xlsx", str(subject.count)])
    return scaled(done, subject.count, subject.size)


def _help(_: Subject, __: Path) -> Measured:
    return run_command([*nianbao(), "--help"]).took


def _status(_: Subject, files: Path) -> Measured:
    """Of three units that have sent nothing: all there is to it is its start."""
    return run_command([*nianbao(), "status", "-C", files / EMPTY], fine=FINE_OR_FINDINGS).took


def _typer(_: Subject, __: Path) -> Measured:
    return run_command([sys.executable, SCRIPTS / "one_command.py", "--help"]).took


def _python(_: Subject, __: Path) -> Measured:
    return run_command([sys.executable, "-c", ""]).took


def _each(took: Measured, subject: Subject) -> Measured:
    return Measured(took.wall / subject.size, took.processor / subject.size, took.peak)


COMMANDS: dict[str, Callable[[Subject, Path], Measured]] = {
    "$ blank": _blank,
    "$ check": _check,
    "$ check:openpyxl": _check_by_openpyxl,
    "$ check+merge": _check_and_merge,
    "$ check+merge:pandas": _merge_by_pandas,
    "$ --help": _help,
    "$ status": _status,
    "$ typer --help": _typer,
    "$ python": _python,
}
