"""Work begun in a second process: its result is the same as by one, whatever becomes of that process."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time

import pytest

from nianbao import aside as module
from nianbao.aside import aside, by_itself

HERE = os.getpid()
forked = pytest.mark.skipif(
    sys.platform != "linux", reason="elsewhere the work is always done by the same process"
)


@pytest.fixture(autouse=True)
def two_processors(monkeypatch: pytest.MonkeyPatch) -> None:
    """A machine on which it pays, whatever else the tests have started."""
    monkeypatch.setattr(module, "_can_fork", lambda: sys.platform == "linux")


@forked
def test_the_work_is_done_by_another_process() -> None:
    """Its result comes back as it is; small work is done here, and all where that is wanted."""
    with aside(os.getpid, pays=True) as there, aside(os.getpid, pays=False) as here:
        assert there() != HERE
        assert here() == HERE
    with by_itself(wanted=True), aside(os.getpid, pays=True) as alone:
        assert alone() == HERE


@forked
def test_a_process_that_is_ended_has_its_work_done_here() -> None:
    """By the system, for want of memory, or by somebody: nobody notices."""

    def work() -> int:
        if os.getpid() != HERE:
            os.kill(os.getpid(), signal.SIGKILL)
        return os.getpid()

    with aside(work, pays=True) as done:
        assert done() == HERE


def test_what_is_wrong_is_raised_here(capfd: pytest.CaptureFixture[str]) -> None:
    """A fault of the work is that of whoever asks for its result; the other process says nothing."""

    def work() -> None:
        raise ValueError("the county workbook")

    with aside(work, pays=True) as done, pytest.raises(ValueError, match="the county workbook"):
        done()
    assert capfd.readouterr() == ("", "")


@forked
def test_who_leaves_ends_the_work(monkeypatch: pytest.MonkeyPatch) -> None:
    """After a fault or Ctrl-C no process goes on by itself."""
    started: list[int] = []
    fork = os.fork

    def noted() -> int:
        started.append(fork())
        return started[0]

    monkeypatch.setattr(os, "fork", noted)
    with pytest.raises(KeyboardInterrupt), aside(lambda: time.sleep(60), pays=True):
        raise KeyboardInterrupt
    with pytest.raises(ProcessLookupError):
        os.kill(started[0], 0)


@forked
def test_no_process_is_begun_beside_threads(monkeypatch: pytest.MonkeyPatch) -> None:
    """What a thread holds would be held in the new process for ever."""
    monkeypatch.undo()
    stop = threading.Event()
    thread = threading.Thread(target=stop.wait)
    thread.start()
    try:
        with aside(os.getpid, pays=True) as done:
            assert done() == HERE
    finally:
        stop.set()
        thread.join()


@forked
def test_the_other_process_ends_with_this_one() -> None:
    """However much it has to give: else it would wait for ever, and keep open what it shares with this one."""
    script = """
import os, signal
from nianbao import aside
aside._can_fork = lambda: True
with aside.aside(lambda: bytes(1_000_000), pays=True):
    os.kill(os.getpid(), signal.SIGKILL)
"""
    ran = subprocess.run([sys.executable, "-c", script], capture_output=True, timeout=20, check=False)
    assert ran.returncode == -signal.SIGKILL
