"""An office at its desk: a round of three units in a folder, and commands run in this process."""

from __future__ import annotations

import contextlib
import io
import json
import os
import subprocess
import sys
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from build import sent_by
from nianbao.cli import main
from nianbao.kinds import UnitKind
from nianbao.layout.shelf import find_form
from nianbao.rounds.new_round import create_round
from nianbao.rounds.rounds import Round, open_round

ROSTER = "代码,名称,类型\n101,东河镇,乡镇\n102,西山街道,街道\n103,县政府办,本级机关\n"
SECRET = "ab" * 32
PYTHON = Path(sys.executable)
MAIN = "import sys; from nianbao.cli import main; sys.exit(main())"
"""The program, for `run_apart`."""


@dataclass(frozen=True)
class Ran:
    """What a command gave."""

    status: int
    out: str
    err: str

    @property
    def document(self) -> Any:
        """Its JSON."""
        return json.loads(self.out)


def run(*arguments: str | Path) -> Ran:
    """The command run in this process."""
    out, err = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        status = main([str(argument) for argument in arguments])
    return Ran(status, out.getvalue(), err.getvalue())


def run_apart(code: str, *arguments: str | Path, **environment: str) -> Ran:
    """Python code run in a process of its own."""
    done = subprocess.run(
        [PYTHON, "-c", code, *map(str, arguments)],
        capture_output=True,
        check=False,
        encoding="utf-8",
        env={**os.environ, "NIANBAO_OFFICE_KEY": SECRET, **environment},
    )
    return Ran(done.returncode, done.stdout, done.stderr)


def make_round(folder: Path, *, year: int = 2025, form: str = "zfxxgk-2021", name: str = "示例县") -> Round:
    """A round of a town, a street and the county's own office."""
    roster = folder.parent / "list.csv"
    roster.write_text(ROSTER, encoding="utf-8")
    return create_round(
        folder,
        name=name,
        year=year,
        roster_path=roster,
        form=form,
        level=UnitKind.COUNTY,
        secret=bytes.fromhex(SECRET),
    )


@cache
def _right_return(form: str, round_folder: Path, code: str) -> bytes:
    here = open_round(round_folder)
    unit = here.roster.unit(code)
    assert unit is not None
    return sent_by(find_form(form), here.identity(unit))


def forget(here: Round) -> None:
    """The round without its ledger: every file is read again."""
    for path in here.folder.glob("ledger.sqlite*"):
        path.unlink()


def right_return(here: Round, code: str) -> bytes:
    """The unit's blank, filled in right."""
    return _right_return("2021", here.folder, code)


def send_back(here: Round, *codes: str) -> None:
    """Right returns of those units put into `returned/`."""
    for code in codes:
        (here.returned / f"{code}.xlsx").write_bytes(right_return(here, code))
