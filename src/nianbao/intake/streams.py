"""A table that came as lines of text, without cells: runs of figures, each by the label that it stands with.

Nothing is placed unless the heads are all there in the form's order, and each row's figures are as many as its columns.
A run whose label is torn from it is placed only between neighbours that are certain and leave no other room.
"""

from __future__ import annotations

import itertools
import re
from collections import Counter
from typing import TYPE_CHECKING

from nianbao.frozen import frozen
from nianbao.intake.axes import best
from nianbao.intake.figures import is_figure, unit_in
from nianbao.intake.labels import PROBABLE, likeness, plain_text
from nianbao.intake.placed import Altered, Doubt, Entry, Placed
from nianbao.intake.stream_heads import ENOUGH, heads_in_order

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from nianbao.intake.axes import Axes, Head, Line

PAGE = re.compile(r"\s*[-—–]\s*[0-9]{1,3}\s*[-—–]\s*")
FUSED = re.compile(r"[0-9]{2,}")
"""Figures that stand in words without a space: no label has them."""
SHOWN = 40
MOST_RUNS = 400
_Lines = tuple[tuple[str, ...], ...]


@frozen
class _Run:
    """Figures one after another. `beside`: the words before them on their line; `above`: all since the last run.

    `torn`: the last of them stand before other words on their line, and may be the number of the next row.
    """

    figures: tuple[str, ...]
    beside: str
    above: tuple[tuple[str, ...], ...]
    torn: bool = False

    @property
    def before(self) -> str:
        """The words since the last run as one."""
        return "".join(word for words in self.above for word in words)


def read_stream(texts: Iterable[str], axes: Sequence[Axes]) -> Placed:
    """The cells of a table whose blocks are given, from its lines."""
    lines = [line for text in texts for line in text.split("\n") if line.strip() and not PAGE.fullmatch(line)]
    runs, after = _runs(lines)
    placed = Placed()
    if not runs or len(runs) > MOST_RUNS:
        return placed
    if axes[0].is_unlabelled:
        _take_unlabelled(runs, axes[0], placed)
        return placed
    rows = [(block, line) for block in axes for line in block.lines]
    named = _known(runs, rows, after)
    known = _filled(named, runs, rows, after)
    uneven = _uneven(known, runs, rows)
    for number, run in enumerate(runs):
        if number not in known:
            placed.strange.append((axes[0].table, " ".join((run.beside, *run.figures)).strip()[:SHOWN]))
            continue
        block, line = rows[known[number]]
        others = {n for n, row in known.items() if rows[row][0] is not block}
        top = None if block in uneven else _heads_over(runs, number, others, block)
        _take(run, line, placed, label=number in named, top=top, block=block)
    return placed


def _uneven(known: dict[int, int], runs: Sequence[_Run], rows: Sequence[tuple[Axes, Line]]) -> list[Axes]:
    """The blocks most of whose rows have more or fewer figures than columns: one that has as many lacks another."""
    told: Counter[str] = Counter()
    blocks = {}
    for number, row in known.items():
        block, line = rows[row]
        blocks[block.lines[0].ids[0]] = block
        told[block.lines[0].ids[0]] += 1 if len(runs[number].figures) == len(line.ids) else -1
    return [blocks[key] for key, sum_ in told.items() if sum_ < 0]


def _heads_over(runs: Sequence[_Run], number: int, others: set[int], block: Axes) -> _Lines | None:
    """The words with the block's heads over a run: above it, or above those before it that are of no other block."""
    while number >= 0 and number not in others:
        if heads_in_order(runs[number].above, block):
            return runs[number].above
        number -= 1
    return None


def _runs(lines: Sequence[str]) -> tuple[list[_Run], str]:
    """The runs of figures in the lines, and the words after the last."""
    runs: list[_Run] = []
    figures: list[str] = []
    above: list[tuple[str, ...]] = []
    beside: list[str] = []
    start = ""
    for line in lines:
        beside, held = [], len(figures)
        for token in line.split():
            if is_figure(token):
                start = start if figures else "".join(beside)
                figures.append(token)
                continue
            if figures:
                runs.append(_Run(tuple(figures), start, tuple(above), 0 < held < len(figures)))
                held = 0
                figures, above, beside = [], [], []
            beside.append(token)
        if beside:
            above.append(tuple(beside))
    if figures:
        runs.append(_Run(tuple(figures), start, tuple(above)))
        above = []
    return runs, "".join(word for words in above for word in words)


def _known(runs: Sequence[_Run], rows: Sequence[tuple[Axes, Line]], after: str) -> dict[int, int]:
    """Which row of the form each run is."""
    choices = [line.names for _, line in rows]
    groups = {group for block, _ in rows for group in (*block.groups, block.corner, block.heading)}
    heads = {name for block, _ in rows for head in block.heads for name in (*head.names, *head.parents)}
    words = {plain_text(word) for word in groups | heads} - {""}
    beside = {n: r for n, run in enumerate(runs) if (r := _row(run.beside, choices, words)) is not None}
    loose = {
        n: r
        for n, run in enumerate(runs)
        if n not in beside and (r := _row(run.before, choices, words if n else None)) is not None
    }
    if loose and (len(beside) > len(loose) or _row(after, choices, words) is not None or 0 not in loose):
        loose = {}
    return _rising({**beside, **loose})


def _row(words: str, choices: Sequence[Sequence[str]], around: set[str] | None) -> int | None:
    """The form's row whose label the words are, or end with after those of groups and heads (None: after any)."""
    if not words:
        return None
    number, score = best(words, choices)
    if number is not None and score >= ENOUGH:
        return number
    plain = plain_text(words)
    ends = []
    for index, names in enumerate(choices):
        for name in names:
            label = plain_text(name)
            before = plain[: len(plain) - len(label)]
            if plain.endswith(label) and (around is None or _is_made_of(before, around)):
                ends.append((len(label), index))
    if not ends:
        return None
    longest = max(ends)
    return longest[1] if sum(end[0] == longest[0] for end in ends) == 1 else None


def _is_made_of(text: str, words: set[str]) -> bool:
    """Whether nothing is in the text but those words, however often."""
    for word in sorted(words, key=len, reverse=True):
        text = text.replace(word, "|")
    return not text.replace("|", "") or (
        not set(text.replace("|", "")) - set("".join(words)) and len(text) <= 400
    )


def _rising(known: dict[int, int]) -> dict[int, int]:
    """The rows, if they come in the form's order, each once; else those that are named once."""
    numbers = [known[run] for run in sorted(known)]
    counts = Counter(numbers)
    return {run: row for run, row in known.items() if counts[row] == 1}


def _filled(
    known: dict[int, int], runs: Sequence[_Run], rows: Sequence[tuple[Axes, Line]], after: str
) -> dict[int, int]:
    """The rows, and those between two that are certain where as many runs as rows stand and all labels are told."""
    done = dict(known)
    plain = _sequence(rows, set(known.values()))
    place = {number: index for index, number in enumerate(plain)}
    order = sorted(run for run in known if known[run] in place)
    for first, second in itertools.pairwise(order):
        start, end = place[known[first]], place[known[second]]
        if end - start != second - first or end - start < 2:
            continue
        told = plain_text("".join(run.before for run in runs[first + 1 : second + 1]))
        told += plain_text(runs[second + 1].before if second + 1 < len(runs) else after)
        gap = range(first + 1, second)
        if all(_told(rows[plain[start + run - first]][1], told) for run in gap):
            done |= {run: plain[start + run - first] for run in gap}
    return done


def _sequence(rows: Sequence[tuple[Axes, Line]], known: set[int]) -> list[int]:
    """The rows in printed order; one that stands for several in their place, where the report has it."""
    standing = {rows[n][1].ids: n for n in known if rows[n][1].stands_for}
    hidden = {ids for n in standing.values() for ids in rows[n][1].stands_for if ids != rows[n][1].ids}
    order = []
    for number, (_, line) in enumerate(rows):
        if not line.stands_for and line.ids not in hidden:
            order.append(standing.get(line.ids, number))
    return order


def _told(line: Line, text: str) -> bool:
    """Whether a label's characters are in the text, in whatever order they were torn."""
    if FUSED.search(text):
        return False
    label, there = Counter(plain_text(line.names[0])), Counter(text)
    found = sum(min(count, there[c]) for c, count in label.items())
    return found >= ENOUGH * sum(label.values())


def _take(  # noqa: PLR0913 -- what is known of a row
    run: _Run, line: Line, placed: Placed, *, label: bool, top: _Lines | None, block: Axes
) -> None:
    """A row's figures, where the heads are the form's and they are as many."""
    shown = " ".join(run.figures)[:SHOWN]
    found = run.beside or "".join(run.above[-1] if run.above else ())
    if len(run.figures) != len(line.ids) or run.torn or FUSED.search(plain_text(found)):
        placed.doubts.append(Doubt("split", line.ids, shown))
        return
    if top is None:
        placed.doubts.append(Doubt("columns", line.ids, shown))
        return
    score = max(likeness(found, name) for name in line.names)
    if label and score >= PROBABLE and not line.prints(found):
        placed.altered.append(Altered(line.ids, found[:SHOWN], line.names[0]))
    for head, text in enumerate(run.figures):
        together = tuple(ids[head] for ids in line.stands_for)
        unit = _unit_over(top, block.heads[head])
        placed.take(Entry(line.ids[head], text, unit, together, max(score, PROBABLE)))


def _unit_over(top: _Lines, head: Head) -> str:
    """The unit of money that the column's head names."""
    words = ["".join(tokens) for tokens in top] + [token for tokens in top for token in tokens]
    told = [unit for word in words if (unit := unit_in(word)) and likeness(word, head.names[0]) >= PROBABLE]
    return told[0] if told else ""


def _take_unlabelled(runs: Sequence[_Run], block: Axes, placed: Placed) -> None:
    """The one row of a table without row labels: all the figures that it has."""
    ids = block.lines[0].ids
    whole = len(runs) == 1 and not runs[0].torn and len(runs[0].figures) == len(ids)
    shown = " ".join(text for run in runs for text in run.figures)[:SHOWN]
    if not whole or not heads_in_order(runs[0].above, block):
        placed.doubts.append(Doubt("columns" if whole else "split", ids, shown))
        return
    for key, text in zip(ids, runs[0].figures, strict=True):
        placed.take(Entry(key, text))
