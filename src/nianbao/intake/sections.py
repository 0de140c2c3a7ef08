"""A document cut at its headings: which items stand in which section of the form, and what comes before them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from nianbao.frozen import frozen
from nianbao.intake.document import Grid, Paragraph, Picture
from nianbao.intake.labels import ENDS, begins_anew, likeness, printed
from nianbao.layout.tables import text_width

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from nianbao.definition.form import Form
    from nianbao.intake.document import Item

LONGEST_HEADING = 60
SAME_NUMBER, OTHER_NUMBER = 0.55, 0.8
BROKEN = re.compile(r"[。；！？：，.;!?:]$")
WIDEST_SET = 110
"""Columns of a text that was broken into lines; one with longer lines has a paragraph on each."""
PAGE_NUMBER = re.compile(r"-\s*[0-9]{1,3}\s*-")


@frozen
class Sections:
    """The items of each part of the form, by its key (`t2`, `text.other`), and those `before` the first."""

    parts: Mapping[str, tuple[Item, ...]]
    before: tuple[Item, ...]


@frozen
class _Heading:
    """Where a section may begin. `rest`: what stands in the heading's paragraph after it."""

    item: int
    part: int
    score: float
    rest: str = ""


def sections_of(items: Sequence[Item], form: Form) -> Sections:
    """The document's sections; one whose heading is not there is not among them."""
    order = _parts(form)
    headings = _chosen(list(_candidates(items, order)), len(order))
    common = _common([items[h.item].within for h in headings])
    parts: dict[str, tuple[Item, ...]] = {}
    for number, heading in enumerate(headings):
        is_last = number + 1 == len(headings)
        end = len(items) if is_last else headings[number + 1].item
        within = [
            item
            for item in items[heading.item + 1 : end]
            if not is_last or item.within[: len(common)] == common
        ]
        start: list[Item] = [Paragraph(heading.rest)] if heading.rest else []
        parts[order[heading.part][0]] = (*start, *within)
    first = headings[0].item if headings else len(items)
    return Sections(parts, tuple(items[:first]))


def _parts(form: Form) -> list[tuple[str, tuple[str, ...]]]:
    """The form's parts in printed order, by the number in their titles."""
    also = form.published.also if form.published else {}
    titled = [(t.key, t.title) for t in form.tables] + [(t.id, t.title) for t in form.texts]
    titled.sort(key=lambda part: printed(part[1]).number or "99")
    return [(key, (title, *also.get(key, ()))) for key, title in titled]


def _candidates(items: Sequence[Item], order: Sequence[tuple[str, tuple[str, ...]]]) -> list[_Heading]:
    found = []
    for number, item in enumerate(items):
        if not isinstance(item, Paragraph) or not item.text.strip():
            continue
        head, rest = _cut(item.text)
        if len(head) > LONGEST_HEADING:
            continue
        for part, (_, titles) in enumerate(order):
            score = max(_score(head, title) for title in titles)
            if score:
                found.append(_Heading(number, part, score, rest))
    return found


def _cut(text: str) -> tuple[str, str]:
    """A paragraph's beginning that may be a heading, and what follows after a full stop or a colon."""
    stripped = text.strip()
    match = re.match(r"(.{4,40}?)[。：:](?=.)", stripped)
    if len(stripped) <= LONGEST_HEADING and not match:
        return stripped, ""
    return (match[1], stripped[match.end() :].strip()) if match else (stripped, "")


def _score(head: str, title: str) -> float:
    """How likely a paragraph is that heading; 0 where it is not."""
    ours, theirs = printed(title), printed(head)
    if head.lstrip().startswith(("（", "(")) and ours.text != theirs.text:
        return 0.0
    alike = likeness(head, title)
    if BROKEN.search(head) and alike < 0.9:
        return 0.0
    if ours.number == theirs.number and alike >= SAME_NUMBER:
        return alike + 0.3
    return alike if alike >= OTHER_NUMBER else 0.0


def _chosen(found: Sequence[_Heading], parts: int) -> list[_Heading]:
    """The headings that together fit best, each section once and in the form's order."""
    best: list[tuple[float, tuple[_Heading, ...]]] = [(0.0, ())] * (parts + 1)
    for heading in found:
        before = max((best[part] for part in range(heading.part + 1)), key=lambda one: one[0])
        if before[1] and before[1][-1].item == heading.item:
            continue
        score = before[0] + heading.score
        if score > best[heading.part + 1][0]:
            best[heading.part + 1] = (score, (*before[1], heading))
    return list(max(best, key=lambda one: one[0])[1])


def _common(paths: Sequence[tuple[int, ...]]) -> tuple[int, ...]:
    """What the places of all headings have in common."""
    if not paths:
        return ()
    common = paths[0]
    for path in paths[1:]:
        length = 0
        while length < min(len(common), len(path)) and common[length] == path[length]:
            length += 1
        common = common[:length]
    return common


def words_of(items: Sequence[Item], *, lines: bool) -> str:
    """The paragraphs of a section; `lines`: they are lines as set, put together where a sentence goes on."""
    texts = [item.text for item in items if isinstance(item, Paragraph)]
    if not lines:
        return "\n".join(text.strip() for text in texts if text.strip())
    return "\n".join(_joined(texts))


def _joined(lines: Sequence[str]) -> list[str]:
    """Lines put together to paragraphs: an indented one begins anew, and so does one after a blank line or an end."""
    written = [line for line in lines if line.strip()]
    usual = min((len(line) - len(line.lstrip()) for line in written), default=0)
    full = max((text_width(line.rstrip()) for line in written), default=0)
    wrapped = full <= WIDEST_SET
    done: list[str] = []
    open_line = False
    for line in lines:
        text = re.sub(r"(?<=[\u3000-\uffef]) (?=[\u3000-\uffef])", "", line.strip())
        if not text or PAGE_NUMBER.fullmatch(text):
            open_line = open_line and bool(text)
            continue
        indented = len(line) - len(line.lstrip()) > usual + 1
        if open_line and not indented and not begins_anew(done[-1], text):
            done[-1] += text
        else:
            done.append(text)
        open_line = wrapped and (text[-1] not in ENDS or text_width(line.rstrip()) >= full - 8)
    return done


def has_grid(items: Sequence[Item]) -> bool:
    """Whether a table stands in a section."""
    return any(isinstance(item, Grid) for item in items)


def pictures(items: Sequence[Item]) -> int:
    """How many pictures stand in a section."""
    return sum(isinstance(item, Picture) for item in items)
