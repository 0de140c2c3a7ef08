"""Everything that a finished workbook must be, looked at in its bytes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nianbao.inspecting.cells import lock_faults, name_faults, validation_faults
from nianbao.inspecting.finished import read_finished
from nianbao.inspecting.live import live_faults
from nianbao.inspecting.printing import printing_faults
from nianbao.inspecting.wordings import wording_faults
from nianbao.problems import OfficeError, Problem

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from nianbao.inspecting.faults import Fault
    from nianbao.inspecting.finished import Finished
    from nianbao.layout.places import Layout

MOST_TOLD = 50
"""Faults of one kind often come by the hundred; the first tell enough."""


def inspect(data: bytes, layout: Layout, closed: Collection[str] = ()) -> tuple[Fault, ...]:
    """Everything that is wrong with the workbook: a blank of that layout in which the inputs `closed` are locked."""
    finished = read_finished(data)
    faults = (
        *wording_faults(layout.form),
        *_wrong(finished, layout, closed),
        *printing_faults(finished, layout),
    )
    return faults[:MOST_TOLD]


def refuse_faulty(data: bytes, layout: Layout, closed: Collection[str] = ()) -> None:
    """Raises OfficeError for a workbook that would not work as it should, so that it is not given out.

    How it prints and what it says in English is for the definition's author (`forms lint`): that stops no round.
    """
    faults = tuple(_wrong(read_finished(data), layout, closed))[:MOST_TOLD]
    if faults:
        raise OfficeError([Problem(fault.message, file=layout.form.name) for fault in faults])


def _wrong(finished: Finished, layout: Layout, closed: Collection[str]) -> Iterator[Fault]:
    """What is wrong with a workbook that is filled on screen."""
    yield from lock_faults(finished, layout, closed)
    yield from name_faults(finished, layout)
    yield from validation_faults(finished, layout, closed)
    yield from live_faults(finished, layout)
