"""Parts of files given to an executor a few at a time, their results taken in the order of the parts."""

from __future__ import annotations

from collections import deque
from concurrent.futures import Future
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from nianbao.returned.parts import Part
    from nianbao.returned.travel import Packed

    Wait = Callable[[Future[list[Packed]]], list[Packed]]
    Give = Callable[[Part], Future[list[Packed]]]


class InTurn:
    """Parts on their way. When an executor breaks, what it had not given back can be given to another."""

    def __init__(self, parts: Iterator[Part]) -> None:
        self._parts = parts
        self._given: deque[Part] = deque()

    def results(
        self, give: Give, ahead: Callable[[], int], wait: Wait = Future.result
    ) -> Iterator[list[Packed]]:
        """Each part's result; never more than `ahead` parts are given out. Raises what a part's reading raised."""
        futures = deque(give(part) for part in self._given)
        while True:
            while len(futures) < ahead() and (part := next(self._parts, None)) is not None:
                self._given.append(part)
                futures.append(give(part))
            if not futures:
                return
            result = wait(futures.popleft())
            self._given.popleft()
            yield result

    @property
    def next_path(self) -> str:
        """The first file whose result is still wanted."""
        return self._given[0][0].path if self._given else ""
