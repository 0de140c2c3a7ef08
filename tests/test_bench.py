"""The bench runs, its table has the right shape, and a file read wrongly ends it. Nothing is timed here."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

ROOT = Path(__file__).parent.parent
sys.path.append(str(ROOT))

from bench import commands, exactness, making  # noqa: E402 -- the bench is no package that is installed
from bench.measuring import Measured, Subject, ratio, run_command  # noqa: E402
from bench.plan import FASTER, WITHIN, Target  # noqa: E402
from bench.results import MET, MISSED, OPEN, judge, put  # noqa: E402

from build import blank, filled  # noqa: E402
from nianbao.opening.workbooks import Opener, read_workbook  # noqa: E402

if TYPE_CHECKING:
    from nianbao.layout.places import Layout

OURS, PEER = Subject("read", "fill", 9, 9), Subject("read:openpyxl", "fill", 9, 3)
SLOW, FAST = [Measured(8, 6, 1), Measured(4, 4, 1)], [Measured(1, 2, 1), Measured(1, 1, 1)]


def test_a_quick_run_writes_the_table_of_targets(tmp_path: Path) -> None:
    """Every target has a row of six columns; those of the groups left out are not measured."""
    out = tmp_path / "RESULTS.md"
    sizes = ["--units", "2", "--files", "1", "--rounds", "1"]
    command = [sys.executable, "-m", "bench.run", *sizes, "--only", "read:blanks"]
    done = subprocess.run(
        [*command, "--data", tmp_path, "--out", out], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    rows = [
        line for line in out.read_text(encoding="utf-8").split("## Not met")[0].splitlines() if "|" in line
    ]
    assert len(rows) > 30
    assert {line.count(" |") for line in rows[2:]} == {6}
    states = {line.rpartition(" | ")[2].removesuffix(" |") for line in rows[2:]}
    assert OPEN in states
    assert states <= {MET, MISSED, OPEN}


def test_the_scripts_accept_what_check_accepts(tmp_path: Path) -> None:
    """The peers' scripts find nothing wrong with right returns of several units: else they would not be peers."""
    making.make_round_with_returns(tmp_path / "round", 4)
    blanks = run_command([*commands.nianbao(), "blank", "-C", tmp_path / "round"])
    assert blanks.status == 0
    for script in ("$ check:openpyxl", "$ check+merge:pandas"):
        assert commands.run(Subject(script, "", 4, 4), tmp_path).wall > 0


def test_a_file_read_differently_is_told(
    tmp_path: Path, layout: Layout, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """A reader that gives one cell of another file is found out by both comparisons; the right one passes."""
    (tmp_path / "a.xlsx").write_bytes(filled(layout))
    assert exactness.main([tmp_path], 1) == 0
    other = read_workbook(filled(layout, {"t3.new.natural": 13}))
    monkeypatch.setattr(Opener, "open", lambda *_: other)
    assert exactness.main([tmp_path], 1) == 1
    monkeypatch.setattr(exactness, "reference_reader", lambda _: other)
    assert exactness.main([tmp_path], 1) == 1
    assert "D6" in capsys.readouterr().out


def test_openpyxl_finds_a_lock_and_a_formula(tmp_path: Path, layout: Layout) -> None:
    """Not only values are compared."""
    path = tmp_path / "a.xlsx"
    path.write_bytes(blank())
    book = read_workbook(blank())
    cells = dict(book.sheets[1].cells)
    at = next(at for at, cell in cells.items() if cell.kind == "text")
    cells[at] = cells[at]._replace(locked=not cells[at].locked, formula="=1")
    object.__setattr__(book.sheets[1], "cells", cells)
    assert len(list(exactness.unlike_openpyxl(book, path))) == 2
    assert layout


@pytest.mark.parametrize(
    ("way", "need", "met"),
    [(FASTER, 3.5, MET), (FASTER, 3.6, MISSED), (WITHIN, 0.3, MET), (WITHIN, 0.2, MISSED)],
)
def test_ratios_are_taken_inside_a_round(way: str, need: float, met: str) -> None:
    """Rounds of 3 and 4 times give 3.5, whatever the medians alone would give."""
    assert ratio(SLOW, FAST, "processor") == (3.5, 3, 4)
    row = judge(Target("reading", OURS, PEER, way, need), {OURS: FAST, PEER: SLOW})
    assert row.met == met


def test_a_run_replaces_its_own_block_only(tmp_path: Path) -> None:
    """The nation's rows stay when the default run writes anew."""
    path = tmp_path / "RESULTS.md"
    for block, text in (("bench", "one"), ("nation", "forty"), ("bench", "two")):
        put(path, block, text)
    text = path.read_text(encoding="utf-8")
    assert "two" in text
    assert "forty" in text
    assert "one" not in text.replace("nation", "")
