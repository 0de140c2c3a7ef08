"""Work begun in a process of its own while this one goes on, where the machine can do both at once.

A process that was forked knows all that this one knows, so nothing but the result has to travel. Whatever becomes of
it (a fault, a lack of memory, somebody who ends it), the work is then done here, and what is wrong is raised here.
"""

from __future__ import annotations

import gc
import os
import signal
import sys
import threading
from contextlib import contextmanager
from contextvars import ContextVar
from typing import TYPE_CHECKING, NoReturn, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

Result = TypeVar("Result")
_by_itself: ContextVar[bool] = ContextVar("by_itself", default=False)


@contextmanager
def by_itself(*, wanted: bool) -> Iterator[None]:
    """Within it, where that is wanted, this process does all the work."""
    before = _by_itself.set(wanted)
    try:
        yield
    finally:
        _by_itself.reset(before)


@contextmanager
def aside(work: Callable[[], Result], *, pays: bool) -> Iterator[Callable[[], Result]]:
    """What gives the work's result when it is asked, once. `pays`: whether it takes longer than a start of some 10 ms.

    Whoever leaves without asking ends the work. Result and work must not lean on what either process does meanwhile.
    """
    if not pays or _by_itself.get() or not _can_fork():
        yield work
        return
    reading, writing = os.pipe()
    others = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    with os.fdopen(reading, "rb") as pipe:
        child = _forked()
        if child == 0:
            os.close(reading)  # else it would wait for ever to be heard where this process is killed
            _give(work, writing)
        try:
            os.close(writing)
            signal.pthread_sigmask(signal.SIG_SETMASK, others)
            yield lambda: _given(pipe.read(), work)
        finally:
            if child:
                os.kill(child, signal.SIGKILL)
                os.waitpid(child, 0)


def _can_fork() -> bool:
    """Whether there is a second processor, and no thread that might hold something for ever in the new process."""
    if sys.platform != "linux":
        return False
    return len(os.sched_getaffinity(0)) > 1 and threading.active_count() == 1


def _forked() -> int | None:
    """The new process; 0 in the new one itself, None where the system has no more of them."""
    try:
        return os.fork()
    except OSError:
        return None


def _give(work: Callable[[], Result], writing: int) -> NoReturn:
    """The work done and given to the process that waits for it; nothing else is seen of this one, whatever happens.

    Ctrl-C does not reach it: it is the other process that then ends it.
    """
    try:
        gc.freeze()
        import pickle  # noqa: PLC0415 -- where something travels

        result = pickle.dumps(work(), pickle.HIGHEST_PROTOCOL)
        with os.fdopen(writing, "wb") as pipe:
            pipe.write(result + _WHOLE)
    finally:
        os._exit(0)


def _given(sent: bytes, work: Callable[[], Result]) -> Result:
    """What the other process has sent; the work done here where that is not all of it."""
    if not sent.endswith(_WHOLE):
        return work()
    import pickle  # noqa: PLC0415 -- as above

    result: Result = pickle.loads(sent)  # noqa: S301 -- from a process that we have started ourselves
    return result


_WHOLE = b"whole"
