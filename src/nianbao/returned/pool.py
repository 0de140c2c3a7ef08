"""The files read by several processes of this machine, where there are enough files to pay for starting them."""

from __future__ import annotations

import multiprocessing
import os
import signal
import sys
import threading
from concurrent.futures import BrokenExecutor, ProcessPoolExecutor
from contextlib import contextmanager
from contextvars import ContextVar
from itertools import chain
from math import ceil
from typing import TYPE_CHECKING

from nianbao.messages import say
from nianbao.problems import refuse
from nianbao.returned.in_turn import InTurn
from nianbao.returned.parts import parts
from nianbao.returned.travel import Travel

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from multiprocessing.process import BaseProcess

    from nianbao.gathering.found import Found, Trouble
    from nianbao.problems import OfficeError
    from nianbao.returned.judging import Judge
    from nianbao.returned.parts import Part, Reading
    from nianbao.returned.returns import Checked
    from nianbao.returned.travel import Packed

MOST = 128
"""Files of a part: enough for a matrix, few enough that no process waits long for the last one."""
AHEAD = 4
"""Parts given out for each process: while the first of them takes long, the others have something to do."""
TRIES = 3
"""So often a part is read whose process was ended before the office is told."""


_judge: ContextVar[Judge] = ContextVar("judge")
"""A worker's own; it remembers the makings of files from part to part."""


def pooled(
    reading: Reading, files: Iterator[Found | Trouble], tell: Callable[[int], None], *, jobs: int
) -> Iterator[list[Checked]]:
    """The files read by so many processes. Raises OfficeError where the system ends them again and again."""
    way, here = InTurn(_spread(files, jobs)), Travel()
    tries = 0
    while tries < TRIES:
        try:
            with _workers(reading, jobs) as pool:
                for result in way.results(lambda part: pool.submit(_read, part), lambda: AHEAD * jobs):
                    tries = 0
                    tell(len(result))
                    yield here.unpacked(result)
        except BrokenExecutor:
            tries += 1
        else:
            return
    raise _ended(way.next_path)


def _spread(files: Iterator[Found | Trouble], jobs: int) -> Iterator[Part]:
    """The files in parts; where they are few, as many parts as there are processes."""
    first = next(parts(files, MOST * jobs), [])
    second = next(parts(files, 1), [])
    size = MOST if second else min(MOST, max(1, ceil(len(first) / jobs)))
    return parts(chain(first, second, files), size)


@contextmanager
def _workers(reading: Reading, jobs: int) -> Iterator[ProcessPoolExecutor]:
    """The processes, ended when they are no longer needed; at once where something stops the command."""
    import nianbao.returned.judging  # noqa: F401, PLC0415 -- once for all processes that are forked

    others = set(multiprocessing.active_children())
    context = multiprocessing.get_context("fork" if sys.platform == "linux" else "spawn")
    pool = ProcessPoolExecutor(jobs, mp_context=context, initializer=_start, initargs=(reading,))
    try:
        yield pool
    except BaseException:
        for worker in set(multiprocessing.active_children()) - others:
            worker.terminate()
        raise
    finally:
        pool.shutdown(cancel_futures=True)


def _start(reading: Reading) -> None:
    """A worker's beginning. Ctrl-C ends it without a word, and so does the end of the process that started it."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    parent = multiprocessing.parent_process()
    if parent:
        threading.Thread(target=_follow, args=(parent,), daemon=True).start()
    _judge.set(reading.judge())


def _follow(parent: BaseProcess) -> None:
    """Ends this process when the other one has ended: it would wait for work for ever."""
    parent.join()
    os._exit(1)


def _read(part: Part) -> list[Packed]:
    """A worker's task."""
    return Travel().packed(_judge.get().judge(part))


def _ended(path: str) -> OfficeError:
    return refuse(
        say(
            "读文件的进程连续 {times} 次被系统结束，可能是内存不够。请关闭别的程序再试；还不行，请移走这个文件",
            times=TRIES,
        ),
        file=path,
    )
