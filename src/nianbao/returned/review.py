"""The files that came in, each read and checked, and which of them counts for its unit."""

from __future__ import annotations

from dataclasses import replace
from itertools import count, islice
from typing import TYPE_CHECKING

from nianbao.frozen import frozen
from nianbao.opening.workbooks import Opener
from nianbao.returned.duplicates import settle
from nianbao.returned.findings import found
from nianbao.returned.judging import Judge
from nianbao.roster.units import unit_title

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from nianbao.gathering.found import Found, Trouble
    from nianbao.layout.places import Layout
    from nianbao.opening.grid import Limits
    from nianbao.returned.claims import Expectation
    from nianbao.returned.findings import Finding
    from nianbao.returned.returns import Checked
    from nianbao.roster.units import Unit

TOGETHER = 256
"""Files read before their figures are checked as one matrix."""


@frozen
class Review:
    """Every file in path order; the units without an acceptable one; and the file that counts, by unit code.

    Outside a round a unit may have files of several periods; `counted` then holds the first of them by path.
    """

    files: tuple[Checked, ...]
    missing: tuple[Unit, ...]
    counted: Mapping[str, Checked]


def review(  # noqa: PLR0913 -- how to read, and what to do meanwhile
    files: Iterable[Found | Trouble],
    expectation: Expectation | None,
    *,
    limits: Limits,
    layout: Layout | None = None,
    complete: bool = False,
    keep_texts: bool = True,
    on_file: Callable[[int], None] | None = None,
) -> Review:
    """Every file examined, whatever is wrong with another. `complete`: units without a return are missing.

    `keep_texts`: sections and cover entries are wanted. `on_file` is told after each file how many are done.
    """
    judge = Judge(expectation, Opener(limits), layout=layout, keep_texts=keep_texts)
    waiting, read = iter(files), count(1)
    done: list[Checked] = []
    while together := list(islice(waiting, TOGETHER)):
        done += judge.judge(together, (lambda: on_file(next(read))) if on_file else None)
    done.sort(key=lambda checked: checked.path.split("/"))
    settled, counted = settle(_told_apart(done), in_round=expectation is not None)
    units = expectation.roster.units if expectation and complete else ()
    return Review(settled, tuple(unit for unit in units if unit.code not in counted), counted)


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


def missing_return(unit: Unit, *, rejected: bool) -> Finding:
    """The finding for a unit without an acceptable return; `rejected`: what came from it has to be corrected."""
    code = "missing-return:rejected" if rejected else "missing-return"
    return found(code, found=unit_title(unit.name, unit.code))
