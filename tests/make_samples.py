"""What the sample round has ready-made, into samples/demo/shipped (`make samples`).

Returns saved anew by LibreOffice, and the county workbook of the year before.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING

from libreoffice import convert
from nianbao.county.consolidating import consolidate
from nianbao.demo.sample import FIRST, SampleRound, Sending
from nianbao.demo.story import SECRET, make_round, write_blanks
from nianbao.kinds import UnitKind
from nianbao.rounds.examining import Examining, examine
from nianbao.rounds.new_round import create_round

if TYPE_CHECKING:
    from collections.abc import Mapping

    from nianbao.workbook.values import Value

SHIPPED = Path(__file__).parent.parent / "samples" / "demo" / "shipped"


RECEIVED = 1_737_331_200
"""The moment at which last year's returns came: 20 January 2025, Beijing time."""
GREW = {"103": {"t2.licences.decisions": 3_904}}
"""What was much less than this year."""
SHORT = "104"
"""The unit whose report had one application too few, among the new ones and among those carried over."""


def main() -> None:
    """The county workbook of the year before, and the returns of this year, which need it."""
    SHIPPED.mkdir(exist_ok=True)
    write_former()
    save_anew()


def write_former() -> None:
    """The year before: returns made from the sample's own figures, all in order, merged."""
    sample = SampleRound()
    year = sample.year - 1
    before = {code: last_year(code, figures) for code, figures in sample.figures.items()}
    sample.figures, sample.year = before, year
    with tempfile.TemporaryDirectory() as folder:
        lines = sample.roster.read_text(encoding="utf-8").splitlines(keepends=True)
        roster = Path(folder) / "units.csv"
        roster.write_text("".join(one for one in lines if one[:3] not in sample.founded), encoding="utf-8")
        here = create_round(
            Path(folder) / "round",
            name=sample.name,
            year=year,
            roster_path=roster,
            form=sample.form,
            level=UnitKind.COUNTY,
            secret=SECRET,
        )
        write_blanks(here)
        for unit in here.roster.units:
            path = here.returned / here.blank_path(unit).name
            path.write_bytes(sample.filled(here, Sending(unit.code)))
            os.utime(path, (RECEIVED, RECEIVED))
        found, _ = examine(here, Examining(texts_of=None))
        wrong = [finding for file in found.files for finding in file.findings]
        if wrong or found.missing:
            raise ValueError([str(finding.message) for finding in wrong])
        consolidate(here, found, sample.former)


def last_year(code: str, figures: Mapping[str, Value]) -> dict[str, Value]:
    """A unit's figures of the year before: what this year's begin with, and a little less of all else."""
    less = Decimal(95 - int(code) % 7 * 3) / 100
    former = dict(figures)
    for key, value in figures.items():
        if (
            key.startswith("t2.")
            and key.endswith((".decisions", ".amount"))
            and isinstance(value, int | Decimal)
        ):
            former[key] = round(value * less, 4) if isinstance(value, Decimal) else int(value * less)
    for kind in ("rules", "norms"):
        issued, repealed, now = (
            number(figures, f"t2.{kind}.{x}") for x in ("issued", "repealed", "in_force")
        )
        former |= {f"t2.{kind}.in_force": now - issued + repealed, f"t2.{kind}.issued": 0}
        former[f"t2.{kind}.repealed"] = 0
    granted = number(figures, "t3.granted.natural")
    fewer = granted // 5
    carried_in, carried_out = (number(figures, f"t3.{row}.natural") for row in ("carried_in", "carried_out"))
    new = number(figures, "t3.new.natural") - fewer + 2 * (carried_in - carried_out)
    former |= {"t3.granted.natural": granted - fewer, "t3.new.natural": new}
    former |= {"t3.carried_in.natural": carried_out, "t3.carried_out.natural": carried_in}
    if code == SHORT:
        former |= {"t3.new.natural": new - 1, "t3.carried_out.natural": carried_in - 1}
    former |= GREW.get(code, {})
    for row in ("new", "carried_in", "carried_out"):
        former[f"t3.{row}.total"] = sum(
            number(former, key)
            for key in former
            if key.startswith(f"t3.{row}.") and not key.endswith(".total")
        )
    return former


def number(figures: Mapping[str, Value], key: str) -> int:
    """A figure that counts something."""
    return int(str(figures[key]))


def save_anew() -> None:
    """Every sending marked `shipped`, filled and saved by LibreOffice in the format that its name says."""
    sample = SampleRound()
    with tempfile.TemporaryDirectory() as folder:
        here = make_round(Path(folder) / "round", sample)
        write_blanks(here)
        for sending in sample.sendings(FIRST):
            if sending.made != "shipped":
                continue
            filled = Path(folder) / "in" / f"{Path(sending.file).stem}.xlsx"
            filled.parent.mkdir(exist_ok=True)
            filled.write_bytes(sample.filled(here, replace(sending, made="fill")))
            saved = convert(filled, Path(sending.file).suffix[1:], Path(folder) / "out")
            shutil.copy(saved, SHIPPED / sending.file)


if __name__ == "__main__":
    main()
