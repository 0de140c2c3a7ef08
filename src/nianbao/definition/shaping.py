"""A source to its typed shape: every mistake noted, the mistaken part replaced so that meaning can be judged."""

from __future__ import annotations

from copy import deepcopy
from typing import TYPE_CHECKING, Any

from pydantic import ValidationError

from nianbao.definition.mistakes import shown
from nianbao.definition.schema import FormSource
from nianbao.definition.source import EXTENDS
from nianbao.definition.stand_ins import INVENTED, annotation_at, choices_of, stand_in, words_of
from nianbao.definition.wrong_shape import wording
from nianbao.messages import say
from nianbao.problems import closest, did_you_mean

if TYPE_CHECKING:
    from pydantic_core import ErrorDetails

    from nianbao.definition.mistakes import Mistakes, PartPath
    from nianbao.definition.source import Source

ROUNDS_OF_REPAIR = 12
"""A part put in another's place may be found wrong in turn, a level deeper each time."""


def shape(source: Source, mistakes: Mistakes) -> FormSource | None:
    """The shape; None where it cannot be made out even with parts replaced."""
    repair = _Repair(deepcopy(source.data), mistakes)
    for path in source.lost:
        mistakes.doubt(path)
    for _ in range(ROUNDS_OF_REPAIR):
        try:
            return FormSource.model_validate(repair.data)
        except ValidationError as error:
            for detail in sorted(error.errors(), key=_unknown_words_first):
                repair.mend(detail)
    return None


def _unknown_words_first(detail: ErrorDetails) -> bool:
    """A word written wrong may be the one that is missed."""
    return detail["type"] != "extra_forbidden"


class _Repair:
    """The data while it is mended."""

    def __init__(self, data: dict[str, Any], mistakes: Mistakes) -> None:
        self.data = data
        self._mistakes = mistakes

    def mend(self, detail: ErrorDetails) -> None:
        """One complaint of the validator: noted, and the part replaced."""
        path = self._written(detail)
        if detail["type"] == "extra_forbidden":
            self._unknown_word(path)
        elif detail["type"] != "missing":
            self._wrong(path, detail)
        elif path[-1] not in self._part(path[:-1]):
            self._mistakes.add(path[:-1], say("缺少「{word}」", word=path[-1]))
            self._put(path)

    def _written(self, detail: ErrorDetails) -> PartPath:
        """The path in the data: a bare sentence stands for both languages."""
        path: PartPath = detail["loc"]
        return path[:-1] if path and isinstance(self._part(path[:-1]), str) else path

    def _unknown_word(self, path: PartPath) -> None:
        """A key that means nothing there; taken as the one it resembles, else away."""
        *around, word = path
        known = words_of(annotation_at(tuple(around))) | ({EXTENDS} if not around else set())
        hint = did_you_mean(str(word), known)
        self._mistakes.add(path, say("不认识的项「{word}」{hint}", word=shown(word), hint=hint))
        part = self._part(tuple(around))
        value = part.pop(word)
        meant = closest(str(word), known)
        if meant and meant not in part and meant != EXTENDS:
            part[meant] = value
            self._mistakes.renamed[(*around, meant)] = path
        elif isinstance(value, dict | list):
            self._mistakes.doubt(tuple(around))

    def _wrong(self, path: PartPath, detail: ErrorDetails) -> None:
        """A value that may not stand there; taken as the one it resembles, else as none."""
        found = self._part(path)
        annotation = annotation_at(path)
        self._mistakes.add(path, wording(path, detail))
        self._mistakes.guess(path)
        meant = closest(str(found), choices_of(annotation)) if isinstance(found, str) else ""
        if meant:
            self._part(path[:-1])[path[-1]] = meant
        else:
            self._put(path)

    def _put(self, path: PartPath) -> None:
        """The neutral value at `path`."""
        value = stand_in(annotation_at(path))
        self._mistakes.guess(path)
        if INVENTED in str(value):
            self._mistakes.doubt(path)
        if path:
            self._part(path[:-1])[path[-1]] = value
        else:
            self.data = value

    def _part(self, path: PartPath) -> Any:
        """What stands at the path."""
        part: Any = self.data
        for step in path:
            part = part[step]
        return part
