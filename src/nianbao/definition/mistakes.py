"""What is wrong with a definition, noted on the way: each mistake with the path to the part that holds it."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from nianbao.messages import Message, say

if TYPE_CHECKING:
    from collections.abc import Collection

    from nianbao.definition.schema import WordingSource

PartPath = tuple[str | int, ...]
Mistake = tuple[PartPath, Message]
LONGEST_SHOWN = 60
_WORD = re.compile(r"\{(\w+)\}")


@dataclass(slots=True)
class Mistakes:
    """The list so far.

    `guessed`: parts that had no usable shape and were taken as something else: what follows from them is no mistake.
    `renamed`: parts whose key was taken for another, with the path as it is written.
    `doubtful`: tables that may have lost rows, columns or blocks in this way; an id that they lack may be theirs.
    """

    found: list[Mistake] = field(default_factory=list)
    guessed: set[PartPath] = field(default_factory=set)
    renamed: dict[PartPath, PartPath] = field(default_factory=dict)
    doubtful: set[str] = field(default_factory=set)
    all_doubtful: bool = False

    def add(self, path: PartPath, message: Message) -> None:
        """Notes a mistake, unless it lies in a guessed part."""
        if not any(path[:length] in self.guessed for length in range(len(path) + 1)):
            self.found.append((path, message))

    def add_unknown(self, path: PartPath, name: str, message: Message) -> None:
        """Notes that nothing has the name (an id, or a table's), unless it may be one that was lost."""
        if not (self.all_doubtful or name.partition(".")[0] in self.doubtful):
            self.add(path, message)

    def written(self, path: PartPath) -> PartPath:
        """The path as the file has it."""
        for meant, written in reversed(self.renamed.items()):
            if path[: len(meant)] == meant:
                path = written + path[len(meant) :]
        return path

    def guess(self, path: PartPath) -> None:
        """Notes that the part at `path` was taken as something else."""
        self.guessed.add(path)

    def doubt(self, path: PartPath) -> None:
        """Notes that ids may be missing under `path`."""
        if path in {(), ("tables",)}:
            self.all_doubtful = True
        elif path[0] == "tables":
            self.doubtful.add(str(path[1]))


def shown(value: object) -> str:
    """A value as a message quotes it: short, and as the file has it."""
    text = str(value).lower() if isinstance(value, bool) else str(value)
    return text if len(text) <= LONGEST_SHOWN else f"{text[:LONGEST_SHOWN]}…"


def check_words(
    path: PartPath, sentence: WordingSource | str, mistakes: Mistakes, *, known: Collection[str] = ()
) -> None:
    """What stands in braces is a word that is filled in there."""
    text = sentence if isinstance(sentence, str) else f"{sentence.zh}\n{sentence.en}"
    for word in dict.fromkeys(_WORD.findall(text)):
        if word not in known:
            can = "、".join(f"{{{name}}}" for name in known)
            message = say("不认识的 {word}，这里可用：{known}", word=f"{{{word}}}", known=can or say("无"))
            mistakes.add(path, message)
