"""The office's own mistakes (definition, roster, settings, a command's words), all of them at once."""

from __future__ import annotations

from difflib import get_close_matches
from typing import TYPE_CHECKING

from nianbao.frozen import frozen
from nianbao.messages import Message, say

if TYPE_CHECKING:
    from collections.abc import Iterable


@frozen
class Problem:
    """One mistake: what, and where it stands (`file`, `line` from 1; 0 where there is no line)."""

    message: Message
    file: str = ""
    line: int = 0

    def text(self, language: str = "zh") -> str:
        """`units.csv:3: …`, as editors and people read it."""
        where = f"{self.file}:{self.line}: " if self.line else f"{self.file}: " if self.file else ""
        return where + self.message.text(language)


class OfficeError(Exception):
    """What the office gave cannot be used. Holds every mistake found; the command ends with status 2."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(problem.text() for problem in self.problems))

    def __reduce__(self) -> tuple[type[OfficeError], tuple[tuple[Problem, ...]]]:
        """For pickling: raised on another machine, it comes back whole."""
        return type(self), (self.problems,)


def refuse(message: Message, *, file: str = "", line: int = 0) -> OfficeError:
    """The error with one mistake in it, to be raised by the caller."""
    return OfficeError([Problem(message, file=file, line=line)])


def closest(word: str, known: Iterable[str]) -> str:
    """The known word that was probably meant; empty where none is like it."""
    return next(iter(get_close_matches(word, list(known), n=1, cutoff=0.6)), "")


def did_you_mean(word: str, known: Iterable[str]) -> Message:
    """`，是否为 "…"？` when a known word is close, else nothing."""
    meant = closest(word, known)
    return say('，是否为 "{word}"？', word=meant) if meant else Message("")
