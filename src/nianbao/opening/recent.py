"""A few things remembered, those looked for longest ago forgotten first."""

from __future__ import annotations

from typing import Generic, TypeVar

Key = TypeVar("Key")
Kept = TypeVar("Kept")


class Recent(Generic[Key, Kept]):
    """At most `most` things by key, and together no larger than `room`, in whatever they are measured."""

    __slots__ = ("_filled", "_kept", "_most", "_room", "_sizes")

    def __init__(self, most: int, *, room: int = 0) -> None:
        self._most = most
        self._room = room
        self._kept: dict[Key, Kept] = {}
        self._sizes: dict[Key, int] = {}
        self._filled = 0

    def get(self, key: Key) -> Kept | None:
        """What is kept under the key, now the last to be forgotten."""
        found = self._kept.pop(key, None)
        if found is not None:
            self._kept[key] = found
        return found

    def keep(self, key: Key, what: Kept, *, size: int = 0) -> None:
        """Keeps it under the key; what is larger than the whole room is not kept."""
        self._forget(key)
        if size > self._room:
            return
        while self._kept and (len(self._kept) >= self._most or self._filled + size > self._room):
            self._forget(next(iter(self._kept)))
        self._kept[key] = what
        if size:
            self._sizes[key] = size
            self._filled += size

    def _forget(self, key: Key) -> None:
        """Nothing is kept under the key any more."""
        self._kept.pop(key, None)
        self._filled -= self._sizes.pop(key, 0)
