"""The files that the bench reads: a round with every unit's return, and the same returns of other programs.

`python -m bench.making FOLDER UNITS COUNT KIND...`: FOLDER/round holds UNITS returns, FOLDER/<kind> COUNT of them.
"""

from __future__ import annotations

import hashlib
import shutil
import sys
import tempfile
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from bench import invented
from bench.excel_way import as_excel
from bench.job import BLANKS, EMPTY, EXCEL, FILL, LIBREOFFICE, OPENPYXL, ROUND, VALUES, WARM
from bench.mould import Mould
from bench.producers import save_by_libreoffice, save_by_openpyxl
from bench.remembered import remember
from nianbao.kinds import UnitKind
from nianbao.layout.shelf import find_form
from nianbao.rounds.new_round import create_round
from nianbao.rounds.rounds import Round, open_round
from nianbao.workbook.blank import BlankWriter, write_master
from nianbao.workbook.fill import fill

if TYPE_CHECKING:
    from collections.abc import Callable

    from nianbao.layout.formulas import Shown
    from nianbao.layout.identity import Identity

YEAR = 2025
SECRET = b"the bench's key, which everybody may know"
MANY = 10
"""So many times the round's units have figures, for the larger of the two county sheets."""
SOURCES = ("invented.py", "excel_way.py", "making.py", "mould.py", "producers.py")
PROOFS = 12
"""Returns that are compared with what `fill` makes, spread over the round."""


def main(files: Path, units: int, count: int, kinds: list[str]) -> None:
    """Everything that is not there yet."""
    _once(files / ROUND, lambda new: make_round_with_returns(new, units))
    if not count:
        return
    here = open_round(files / ROUND)
    sources = sorted(here.returned.iterdir())[:count]
    makers: dict[str, Callable[[Path], object]] = {
        FILL: lambda new: [shutil.copy(source, new) for source in sources],
        LIBREOFFICE: lambda new: save_by_libreoffice(sources, new),
        OPENPYXL: lambda new: save_by_openpyxl(sources, new),
        EXCEL: lambda new: _rewrite(sources, new),
        BLANKS: lambda new: make_returns(here, new, range(count), blanks=True),
    }
    for kind in kinds:
        _once(files / kind, makers[kind])
    _once(files / WARM, _write_warm)
    _once(files / EMPTY, lambda new: make_round(new, 3))
    _remember(here, files / VALUES, units * MANY)


def stamp() -> str:
    """What tells these files from those of another version: a return as `fill` makes it, and how this is done."""
    with tempfile.TemporaryDirectory(prefix="bench-stamp-") as folder:
        here = make_round(Path(folder) / ROUND, 3)
        writer = BlankWriter(here.layout)
        values = invented.answers(here.layout.form, 1)
        made = _filled(here, writer, here.identity(invented.unit(1)), values)
    sources = [(Path(__file__).parent / name).read_bytes() for name in SOURCES]
    return hashlib.sha256(b"".join((made, *sources))).hexdigest()[:10]


def make_round(folder: Path, units: int) -> Round:
    """A county's round with so many units."""
    rows = [(unit.code, unit.name, unit.kind.label) for unit in map(invented.unit, range(units))]
    roster = folder.parent / f"{folder.name}.csv"
    lines = ["代码,名称,类型", *map(",".join, rows)]
    roster.write_text("\n".join(lines) + "\n", encoding="utf-8")
    here = create_round(
        folder,
        name="示例县",
        year=YEAR,
        roster_path=roster,
        form="zfxxgk-2021",
        level=UnitKind.COUNTY,
        secret=SECRET,
    )
    roster.unlink()
    return here


def make_returns(here: Round, folder: Path, numbers: range, *, blanks: bool = False) -> None:
    """The returns of those units, as their blanks filled in by `fill`; some are proved to be just that."""
    moulds: dict[str, Mould] = {}
    writer = BlankWriter(here.layout)
    for number in numbers:
        unit = invented.unit(number)
        identity, values = here.identity(unit), invented.answers(here.layout.form, number, blanks=blanks)
        if identity.judged_as not in moulds:
            moulds[identity.judged_as] = Mould(_filled(here, writer, identity, values), here.layout)
        data = moulds[identity.judged_as].fill(writer.write(identity), identity, values)
        proved = number % max(1, len(numbers) // PROOFS) == 0
        if proved and data != _filled(here, writer, identity, values):
            raise SystemExit(f"bench: the mould does not give what `fill` gives for unit {unit.code}")
        (folder / f"{unit.code}.xlsx").write_bytes(data)


def make_round_with_returns(folder: Path, units: int) -> None:
    """The round, its returns made by two processes."""
    here = make_round(folder, units)
    half = units // 2
    with ProcessPoolExecutor(2) as pool:
        parts = [range(half), range(half, units)]
        list(pool.map(partial(make_returns, here, here.returned), parts))


def _filled(here: Round, writer: BlankWriter, identity: Identity, values: dict[str, Shown]) -> bytes:
    """The return by the program's own ways."""
    return fill(writer.write(identity), values, find_layout=lambda _: here.layout)


def _write_warm(folder: Path) -> None:
    """A workbook of another edition: reading it wakes a reader up without showing it the form."""
    (folder / "warm.xlsx").write_bytes(write_master(find_form("2019"), UnitKind.TOWN, {}))


def _remember(here: Round, path: Path, units: int) -> None:
    """The figures of many units, written whole or not at all."""
    if not path.exists():
        new = path.with_suffix(".new")
        with new.open("w", encoding="utf-8") as file:
            remember(here, units, file)
        new.rename(path)


def _rewrite(sources: list[Path], folder: Path) -> None:
    for source in sources:
        (folder / source.name).write_bytes(as_excel(source.read_bytes()))


def _once(folder: Path, make: Callable[[Path], object]) -> None:
    """The folder made whole, unless it is there."""
    if folder.exists():
        return
    print(f"  making {folder.name}", file=sys.stderr, flush=True)
    new = folder.with_name(f"{folder.name}.new")
    shutil.rmtree(new, ignore_errors=True)
    new.mkdir(parents=True)
    make(new)
    new.rename(folder)


if __name__ == "__main__":
    if sys.argv[1] == "--stamp":
        print(stamp())
    else:
        main(Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]), sys.argv[4:])
