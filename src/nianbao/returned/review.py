"""The files that came in, each read and checked, and which of them counts for its unit."""

from __future__ import annotations

import re
from dataclasses import replace
from types import MappingProxyType
from typing import TYPE_CHECKING

from nianbao.frozen import frozen
from nianbao.returned.duplicates import settle
from nianbao.returned.findings import found
from nianbao.returned.parts import alone
from nianbao.returned.waivers import waived
from nianbao.roster.units import unit_title

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from nianbao.gathering.found import Found, Trouble
    from nianbao.returned.findings import Finding
    from nianbao.returned.parts import Crew, Reading
    from nianbao.returned.returns import Checked
    from nianbao.returned.waivers import Waiver
    from nianbao.roster.units import Unit


@frozen
class Review:
    """Every file in path order; the units without an acceptable one; and the file that counts, by unit code.

    Outside a round a unit may have files of several periods; `counted` then holds the first of them by path.
    """

    files: tuple[Checked, ...]
    missing: tuple[Unit, ...]
    counted: Mapping[str, Checked]


def review(  # noqa: PLR0913 -- who reads, and what to do meanwhile
    files: Iterable[Found | Trouble],
    reading: Reading,
    *,
    crew: Crew = alone,
    complete: bool = False,
    texts_of: int | None = None,
    picks: Mapping[str, str] = MappingProxyType({}),
    waivers: Mapping[str, Sequence[Waiver]] = MappingProxyType({}),
    on_file: Callable[[int], None] | None = None,
) -> Review:
    """Every file examined, whatever is wrong with another. `complete`: units without a return are missing.

    `texts_of`: sections and cover entries are wanted where no more units than these have sent in a return; None for
    always. `picks`: the SHA-256 of the file that the office wants to count, by the unit's code. `waivers`: what it
    accepts as it is, likewise. `on_file` is told after each file, or part of them, how many are done.
    """
    desk = _Desk(texts_of, on_file)
    for examined in crew(reading, iter(files), desk.tell):
        desk.take(examined)
    done = sorted(desk.files, key=lambda checked: checked.path.split("/"))
    if waivers:
        done = [waived(checked, waivers.get(checked.unit_code, ())) for checked in done]
    expectation = reading.expectation
    settled, counted = settle(_told_apart(done), in_round=expectation is not None, picks=picks)
    units = expectation.roster.units if expectation and complete else ()
    return Review(settled, tuple(unit for unit in units if unit.code not in counted), counted)


class _Desk:
    """The files examined so far."""

    def __init__(self, texts_of: int | None, on_file: Callable[[int], None] | None) -> None:
        self.files: list[Checked] = []
        self._texts_of = texts_of
        self._on_file = on_file
        self._units: set[str] = set()
        self._over = False
        self._read = 0

    def tell(self, more: int) -> None:
        """So many more were read."""
        self._read += more
        if self._on_file:
            self._on_file(self._read)

    def take(self, files: list[Checked]) -> None:
        """Keeps them; their texts only as long as they may be wanted."""
        if self._texts_of is not None and not self._over:
            self._units.update(checked.unit_code for checked in files if checked.acceptable)
            self._over = len(self._units) > self._texts_of
            if self._over:
                self.files[:] = map(_without_texts, self.files)
        self.files += map(_without_texts, files) if self._over else files


def _without_texts(checked: Checked) -> Checked:
    return replace(checked, texts={}) if checked.texts else checked


def _told_apart(files: list[Checked]) -> list[Checked]:
    """The files with every path once: two members of an archive, or two odd names, may show alike."""
    taken: set[str] = set()
    told = []
    for file in files:
        path, number = file.path, 1
        while path in taken:
            number += 1
            path = f"{file.path} ({number})"
        taken.add(path)
        told.append(file if path == file.path else replace(file, path=path))
    return told


def path_found(path: str) -> str:
    """The path as it was found: without the number by which it was told apart from another one."""
    return re.sub(r" \([0-9]+\)$", "", path)


def missing_return(unit: Unit, *, rejected: bool) -> Finding:
    """The finding for a unit without an acceptable return; `rejected`: what came from it has to be corrected."""
    code = "missing-return:rejected" if rejected else "missing-return"
    return found(code, found=unit_title(unit.name, unit.code))
