"""One setting of nianbao.toml: which values it may have, and what to write instead of any other."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable

LONGEST_NAME = 60


class Entry(NamedTuple):
    """One setting: which values it may have, and the advice for any other."""

    allows: Callable[[object], bool]
    advice: str
    required: bool = True


def is_text(value: object) -> bool:
    """Whether it is a text that can be seen."""
    return isinstance(value, str) and bool(value.strip()) and value.isprintable()


def is_name(value: object) -> bool:
    """Whether it is a text of a name's length."""
    return isinstance(value, str) and is_text(value) and len(value) <= LONGEST_NAME


def is_within(value: object, *, least: float, most: float) -> bool:
    """Whether it is a number (no truth value) between the two."""
    return isinstance(value, int | float) and not isinstance(value, bool) and least <= value <= most


def is_whole(value: object, *, least: int, most: int) -> bool:
    """Whether it is a whole number between the two."""
    return isinstance(value, int) and is_within(value, least=least, most=most)
