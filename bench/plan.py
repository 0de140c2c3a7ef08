"""What is measured in each group, and the targets that the measurements are held against (issue 3)."""

from __future__ import annotations

from dataclasses import dataclass

from bench.job import BLANKS, FILL, KINDS
from bench.measuring import PROCESSOR, WALL, Subject

FASTER, WITHIN = "faster", "within"
NONE = ""
KIND_WORDS = {
    "fill": "as `fill` writes them",
    "libreoffice": "saved by LibreOffice",
    "openpyxl": "saved by openpyxl",
    "excel": "Excel's way",
    "blanks": "random blanks",
}


@dataclass(frozen=True, slots=True)
class Sizes:
    """How much of everything: units of the round, files of each kind; slow peers read fewer."""

    units: int
    files: int

    @property
    def slow(self) -> int:
        """Files for peers that take 50 ms and more for each."""
        return min(self.files, 20)

    @property
    def middle(self) -> int:
        """Files for readers that take some milliseconds."""
        return min(self.files, 80)

    @property
    def scripts(self) -> int:
        """Returns for the scripts; their loops are scaled to all units."""
        return min(self.units, 40)


@dataclass(frozen=True, slots=True)
class Target:
    """Ours against another: at least `need` times faster, or within `need` times the other's time."""

    what: str
    ours: Subject
    other: Subject
    way: str
    need: float
    clock: str = PROCESSOR


def groups(sizes: Sizes) -> dict[str, list[Subject]]:
    """Subjects that alternate within a round, by the group's name."""
    found = {f"read:{kind}": _readers(kind, sizes) for kind in KINDS}
    for name in ("blank", "prefilled"):
        found[name] = [_written(name, sizes.units), _written(f"{name}:floor", sizes.units)]
        found[name].append(_written(f"{name}:xlsxwriter", sizes.slow, sizes.units))
    found["blank"].append(_written("blank:openpyxl", min(sizes.slow, 10), sizes.units))
    for units in (sizes.units, 10 * sizes.units):
        names = ("detail", "detail:xlsxwriter", "detail:floor")
        found[f"detail:{units}"] = [_written(name, units) for name in names]
    found["county"] = [_written("county", sizes.units), _written("county:pandas", sizes.units)]
    found["commands"] = _commands(sizes)
    found["startup"] = [
        Subject(name, NONE, 1, 1) for name in ("$ --help", "$ status", "$ typer --help", "$ python")
    ]
    return found


def targets(sizes: Sizes) -> list[Target]:
    """The table of issue 3, but for what only a nation shows."""
    found = [*_writing_targets(sizes)]
    for kind in KINDS:
        found += _reading_targets(kind, sizes)
    for units in (sizes.units, 10 * sizes.units):
        what = f"county detail rows of {units:,} units, against XlsxWriter in constant memory"
        found.append(Target(what, _written("detail", units), _written("detail:xlsxwriter", units), FASTER, 3))
    check, openpyxl, merge, pandas, _ = _commands(sizes)
    found += [
        Target("`check`, whole command, against the openpyxl script", check, openpyxl, FASTER, 30, WALL),
        Target(
            "`check` + `merge`, whole commands, against the pandas script", merge, pandas, FASTER, 20, WALL
        ),
    ]
    start, status, typer, _ = groups(sizes)["startup"]
    for name, subject in (("--help", start), ("status", status)):
        what = f"`nianbao {name}` against `--help` of a one-command typer program"
        found.append(Target(what, subject, typer, WITHIN, 1.3, WALL))
    return found


def _writing_targets(sizes: Sizes) -> list[Target]:
    blank, floor, xlsxwriter, _ = groups(sizes)["blank"]
    prefilled, _, scratch = groups(sizes)["prefilled"]
    return [
        Target("blanks, against XlsxWriter from scratch for each", blank, xlsxwriter, FASTER, 40),
        Target("blanks, against writing their bytes", blank, floor, WITHIN, 4),
        Target("blanks prefilled, against XlsxWriter from scratch for each", prefilled, scratch, FASTER, 20),
    ]


def _reading_targets(kind: str, sizes: Sizes) -> list[Target]:
    words, ours = KIND_WORDS[kind], Subject("read", kind, sizes.files, sizes.files)
    by = {subject.name: subject for subject in _readers(kind, sizes)}
    what = f"reading, {words}, every cell looked at, against openpyxl's two loads"
    found = [Target(what, by["read:cells"], by["read:openpyxl"], FASTER, 30)]
    if kind != BLANKS:
        pandas, calamine = by["read:pandas-calamine"], by["read:calamine"]
        found.append(Target(f"reading, {words}, against pandas with calamine", ours, pandas, FASTER, 3))
        found.append(Target(f"reading, {words}, against python-calamine alone", ours, calamine, FASTER, 1))
    need = 6 if kind == BLANKS else 4
    found.append(Target(f"reading, {words}, against inflating", ours, by["read:inflate"], WITHIN, need))
    what = f"the reference reader, {words}, against openpyxl's two loads"
    found.append(Target(what, by["read:reference"], by["read:openpyxl"], FASTER, 15))
    return found


def _readers(kind: str, sizes: Sizes) -> list[Subject]:
    fast = ["read", "read:cells", "read:calamine", "read:inflate"]
    middle = ["read:reference", "read:pandas-calamine"]
    slow = ["read:openpyxl"]
    if kind == FILL:
        middle.append("examine")
        slow += ["read:openpyxl-values", "read:pandas-openpyxl"]
    counts = ((fast, sizes.files), (middle, sizes.middle), (slow, sizes.slow))
    return [Subject(name, kind, sizes.files, count) for names, count in counts for name in names]


def _written(name: str, count: int, size: int = 0) -> Subject:
    return Subject(name, NONE, size or count, count)


def _commands(sizes: Sizes) -> list[Subject]:
    units, some = sizes.units, sizes.scripts
    return [
        Subject("$ check", NONE, units, units),
        Subject("$ check:openpyxl", NONE, units, some),
        Subject("$ check+merge", NONE, units, units),
        Subject("$ check+merge:pandas", NONE, units, some),
        Subject("$ blank", NONE, units, units),
    ]
