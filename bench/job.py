"""One thing to be measured: prepared untimed, then run once and timed, in a process of its own."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

FILL, LIBREOFFICE, OPENPYXL, EXCEL, BLANKS = "fill", "libreoffice", "openpyxl", "excel", "blanks"
KINDS = (FILL, LIBREOFFICE, OPENPYXL, EXCEL, BLANKS)
"""As `fill` writes them; saved by LibreOffice, by openpyxl; in Excel's way; and `fill`'s with random blanks."""
ROUND, EMPTY, WARM, VALUES = "round", "empty", "warm", "values.jsonl"

Run = Callable[[], float]
"""Does the work and gives a sum over what it read, so that those who read the same can be compared."""


@dataclass(frozen=True, slots=True)
class Job:
    """What a pass works on: the bench's files, the kind of file, how many, and a fresh folder to write into."""

    files: Path
    kind: str
    count: int
    out: Path

    def paths(self) -> list[Path]:
        """The files to be read, each once."""
        paths = sorted((self.files / self.kind).glob("*.xlsx"))[: self.count]
        assert len(paths) == self.count, f"{self.kind}: {len(paths)} files, not {self.count}"
        return paths

    def warm(self) -> list[Path]:
        """A workbook of another edition, for what a program does once."""
        return list((self.files / WARM).iterdir())


def reading(job: Job, read: Callable[[Path], float]) -> Run:
    """A pass over the files by a reader that is awake, but has not seen the form."""
    for path in job.warm():
        read(path)
    paths = job.paths()
    return lambda: total(map(read, paths))


def total(numbers: Iterable[float]) -> float:
    """The sum, to a few decimals that no order of adding changes."""
    return round(sum(numbers), 3)


def is_number(value: object) -> bool:
    """Whether a cell holds a number."""
    return isinstance(value, int | float) and not isinstance(value, bool)
