"""A few things remembered, those looked for longest ago forgotten first."""

from __future__ import annotations

from typing import Generic, TypeVar

Key = TypeVar("Key")
Kept = TypeVar("Kept")


class Recent(Generic[Key, Kept]):
    """At most `most` things by key."""

    __slots__ = ("_kept", "_most")

    def __init__(self, most: int) -> None:
        self._most = most
        self._kept: dict[Key, Kept] = {}

    def get(self, key: Key) -> Kept | None:
        """What is kept under the key, now the last to be forgotten."""
        found = self._kept.pop(key, None)
        if found is not None:
            self._kept[key] = found
        return found

    def keep(self, key: Key, what: Kept) -> None:
        """Keeps it under the key."""
        self._kept.pop(key, None)
        if len(self._kept) >= self._most:
            del self._kept[next(iter(self._kept))]
        self._kept[key] = what
