"""The heads of a table that came as lines of text: whether all are there, in the form's order."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from nianbao.intake.labels import PROBABLE, likeness, plain_text

if TYPE_CHECKING:
    from collections.abc import Sequence

    from nianbao.intake.axes import Axes, Head

ENOUGH = 0.8
"""How like a label has to be, and the share of its characters that has to be there."""


def heads_in_order(top: Sequence[Sequence[str]], axes: Axes) -> bool:
    """Whether the heads are all among the words, and no line has them in another order than the form."""
    return _all_told(top, axes) and _over_in_order(top, axes) and all(_rises(tokens, axes) for tokens in top)


def _over_in_order(top: Sequence[Sequence[str]], axes: Axes) -> bool:
    """Whether the labels over several columns come in the form's order, and heads on lines of their own do, too."""
    text = plain_text("".join(word for tokens in top for word in tokens))
    place = 0
    for label in dict.fromkeys(head.parents[0] for head in axes.heads if head.parents):
        place = text.find(plain_text(label), place)
        if place < 0:
            return False
    alone = [tokens[0] for tokens in top if len(tokens) == 1]
    return len(alone) < len(top) or _lines_in_order(alone, axes)


def _lines_in_order(alone: Sequence[str], axes: Axes) -> bool:
    """Whether heads that stand each on a line of its own come as the form prints them, level by level."""
    deepest = max(len(head.parents) for head in axes.heads)
    levels: list[list[str]] = [[] for _ in range(deepest + 1)]
    for head in axes.heads:
        path = [*reversed(head.parents), head.names[0]]
        for level, label in enumerate(path):
            if not (levels[level] and levels[level][-1] == label and level < len(path) - 1):
                levels[level].append(label)
    wanted = [plain_text(label) for level in levels for label in level]
    found = [plain_text(word) for word in alone]
    place = 0
    for word in found:
        if place < len(wanted) and word == wanted[place]:
            place += 1
    return place == len(wanted)


def _all_told(top: Sequence[Sequence[str]], axes: Axes) -> bool:
    there = Counter(plain_text("".join("".join(tokens) for tokens in top)))
    for head in axes.heads:
        label = Counter(plain_text(head.names[0]))
        found = sum(min(count, there[c]) for c, count in label.items())
        if found < ENOUGH * sum(label.values()):
            return False
        there -= label
    return True


def _alike(token: str, heads: Sequence[Head]) -> list[int]:
    """The heads that a word in other characters is likest to."""
    scores = [max(likeness(token, name) for name in head.names) for head in heads]
    return [number for number, score in enumerate(scores) if score == max(scores) and score >= PROBABLE]


def _rises(tokens: Sequence[str], axes: Axes) -> bool:
    """Whether the pieces of labels on a line can be those of columns from the left to the right."""
    last = 0
    for token in tokens:
        plain = plain_text(token)
        fits = [n for n, head in enumerate(axes.heads) if plain and plain in plain_text(head.names[0])]
        fits = fits or _alike(token, axes.heads)
        if not fits:
            continue
        later = [n for n in fits if n >= last]
        if not later:
            return False
        last = later[0]
    return True
