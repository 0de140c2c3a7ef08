"""How a command that runs on and on ends: on Ctrl-C or SIGTERM, at once or after the message that is on its way."""

from __future__ import annotations

import signal
import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

SIGNALS = (signal.SIGINT, signal.SIGTERM)


class Stopping(KeyboardInterrupt):
    """The user wants the command to end. What was done until now is recorded."""


class Stop:
    """Hears the signals. At once they raise Stopping; inside `gently` only where a sleep begins or goes on."""

    def __init__(self) -> None:
        self._asked = threading.Event()
        self._gentle = False

    @contextmanager
    def heard(self) -> Iterator[None]:
        """The signals come here until the end of the `with`."""
        before = {number: signal.signal(number, self._hear) for number in SIGNALS}
        try:
            yield
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)

    @contextmanager
    def gently(self) -> Iterator[None]:
        """What is in it is cut short at a `sleep` only. Raises Stopping at its end where that was asked for."""
        self._gentle = True
        try:
            yield
        finally:
            self._gentle = False
        self.sleep(0)

    def sleep(self, seconds: float) -> None:
        """Until the seconds are over. Raises Stopping."""
        if self._asked.wait(seconds):
            raise Stopping

    def _hear(self, _number: int, _frame: Any) -> None:
        again = self._asked.is_set()
        self._asked.set()
        if again or not self._gentle:
            raise Stopping
