"""Files cut into parts, each read by one judge wherever it runs; and what such a judge has to know."""

from __future__ import annotations

import os
from functools import partial
from itertools import chain
from typing import TYPE_CHECKING, Protocol

from nianbao.frozen import frozen
from nianbao.gathering.found import Found

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from nianbao.gathering.found import Trouble
    from nianbao.layout.places import Layout
    from nianbao.opening.grid import Limits
    from nianbao.returned.claims import Expectation
    from nianbao.returned.judging import Judge
    from nianbao.returned.returns import Checked

    Part = list[Found | Trouble]

TOGETHER = 256
"""Files read by one process before their figures are checked as one matrix."""
ENOUGH = 300
"""Files from which on several processes are quicker (decision 16)."""
CARRIED = 4_000_000
"""Bytes that the files of a part may hold themselves, as members of archives do, before it is closed."""


@frozen
class Reading:
    """What a judge has to know. It can be sent to another process.

    `layout`: the form to judge by outside a round. `keep_texts`: sections and cover entries are wanted.
    """

    expectation: Expectation | None
    limits: Limits
    layout: Layout | None = None
    keep_texts: bool = True

    def judge(self) -> Judge:
        """A judge who has seen nothing yet."""
        from nianbao.opening.workbooks import Opener  # noqa: PLC0415 -- what reads files, where there is one to be read
        from nianbao.returned.judging import Judge  # noqa: PLC0415

        return Judge(self.expectation, Opener(self.limits), layout=self.layout, keep_texts=self.keep_texts)


class Crew(Protocol):
    """Who reads: this process alone, several on this machine, or a cluster."""

    def __call__(
        self, reading: Reading, files: Iterator[Found | Trouble], tell: Callable[[int], None]
    ) -> Iterator[list[Checked]]:
        """The files examined, in their order; `tell` hears how many more have been read."""


def alone(
    reading: Reading, files: Iterator[Found | Trouble], tell: Callable[[int], None]
) -> Iterator[list[Checked]]:
    """The files read by this process."""
    judge: Judge | None = None
    for part in parts(files, TOGETHER):
        judge = judge or reading.judge()
        yield judge.judge(part, lambda: tell(1))


def parts(files: Iterable[Found | Trouble], most: int) -> Iterator[Part]:
    """The files by so many; fewer where they hold much data, and in the last part."""
    part: Part = []
    carried = 0
    for file in files:
        part.append(file)
        carried += len(file.data or b"") if isinstance(file, Found) else 0
        if len(part) >= most or carried >= CARRIED:
            yield part
            part, carried = [], 0
    if part:
        yield part


def as_it_pays(
    reading: Reading, files: Iterator[Found | Trouble], tell: Callable[[int], None]
) -> Iterator[list[Checked]]:
    """The files read by as many processes as the machine has processors, or by this one where they are few."""
    jobs = processors()
    first = next(parts(files, ENOUGH), []) if jobs > 1 else []
    second = next(parts(files, 1), []) if first else []
    yield from crew_of(jobs if second else 1)(reading, chain(first, second, files), tell)


def crew_of(jobs: int) -> Crew:
    """So many processes of this machine."""
    if jobs == 1:
        return alone
    from nianbao.returned.pool import pooled  # noqa: PLC0415 -- 30 ms that a few files need not wait for

    return partial(pooled, jobs=jobs)


def cluster_at(address: str) -> Crew:
    """The workers of a Dask cluster."""
    from nianbao.returned.cluster import clustered  # noqa: PLC0415 -- pickle and more, for those who ask for it

    return partial(clustered, address=address)


def processors() -> int:
    """How many processors this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1
