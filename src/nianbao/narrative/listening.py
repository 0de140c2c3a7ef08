"""A text listened to from its beginning: the figures that it certainly tells, or says to be none."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nianbao.frozen import frozen
from nianbao.narrative.clauses import JOINED, LISTED, LONGEST_TEXT, clauses, paragraphs, sentences
from nianbao.narrative.hearing import Told
from nianbao.narrative.numerals import narrowed
from nianbao.narrative.years import relative

if TYPE_CHECKING:
    from nianbao.definition.texts import Claim
    from nianbao.narrative.hearing import Ear, Sense

LONGEST_HEADING = 24
NEAR = 400
AROUND = 60


@frozen
class Said:
    """A figure told, and what it may be the figure of. `is_flat`: it is 0, and said without a figure."""

    claims: tuple[Claim, ...]
    value: int
    quote: str
    is_flat: bool = False


def listen(ear: Ear, text: str, *, year: int, name: str) -> list[Said]:
    """The figures that are certain, in the order of the text; `name` is the unit's own."""
    text = text[:LONGEST_TEXT]
    if not ear.worth_hearing(text):
        return []
    listening = _Listening(ear, year, name, text)
    for paragraph in paragraphs(narrowed(text)):
        listening.take(paragraph)
    return listening.said


class _Listening:
    """A text as far as it has been heard.

    `near`: what was said so far of the same matter. Of the sentence: what follows is a part of something (其中), or of
    another time; the clause before was without a figure (open), and named what could have one; what its last figure
    may be of.
    """

    def __init__(self, ear: Ear, year: int, name: str, text: str) -> None:
        self.said: list[Said] = []
        self._ear = ear
        self._year = year
        self._name = name
        self._text = text
        self._near = ""
        self._begin()

    def take(self, paragraph: str) -> None:
        """One paragraph; of those without figures only headings matter."""
        if not self._ear.worth_hearing(paragraph):
            self._near = paragraph if len(paragraph) <= LONGEST_HEADING else ""
            return
        listed = sentences(paragraph)
        while not self._ear.worth_hearing(listed[-1]):
            listed.pop()
        for sentence in listed:
            self._begin()
            told = clauses(self._ear.joined(relative(sentence, self._year)))
            marks = [mark for mark, _ in told[1:]]
            for (mark, clause), following in zip(told, [*marks, ""], strict=True):
                if clause:
                    self._take(mark, clause, following, sentence)

    def _begin(self) -> None:
        """A new sentence."""
        self._is_part = self._is_elsewhere = self._is_open = self._is_naming = False
        self._last: frozenset[str] = frozenset()

    def _take(self, mark: str, clause: str, following: str, sentence: str) -> None:
        sense = self._ear.sense(clause)
        is_listed = (mark == JOINED and self._is_open) or (mark in LISTED and self._is_naming)
        if self._is_elsewhere and sense.is_here:
            self._is_elsewhere = False
        self._is_part = self._is_part or sense.is_part
        if not sense.numbers:
            is_alone = JOINED not in (mark, following)
            self._hear_words(clause, sense, sentence, may_deny=is_alone and not self._is_elsewhere)
            return
        is_certain = sense.numbers == 1 and not is_listed and not self._is_elsewhere
        said = self._figure(clause, sentence) if is_certain else None
        if said:
            self.said.append(said)
            self._near = (self._near + clause)[-NEAR:]
            if not any(claim.after for claim in said.claims):
                self._last = frozenset(claim.name for claim in said.claims)
        else:
            self._near, self._last = "", frozenset()
            self._is_elsewhere = self._is_elsewhere or sense.is_elsewhere
        self._is_open = self._is_naming = False

    def _hear_words(self, clause: str, sense: Sense, sentence: str, *, may_deny: bool) -> None:
        """A clause without figures: what the next ones are about, or that there is nothing."""
        self._is_open, self._is_naming = True, False
        if sense.is_never:
            self._near, self._last = "", frozenset()
            return
        denied: tuple[Claim, ...] = ()
        if may_deny and sense.denies:
            denied = self._ear.denied(clause, self._name, self._told(clause, sentence))
        if denied and not (self._is_part and not all(claim.part for claim in denied)):
            self.said.append(Said(denied, 0, _around(sentence, clause), is_flat=True))
            self._near, self._is_open = (self._near + clause)[-NEAR:], False
            return
        known = sense.words is not None
        self._near = (self._near + clause if known else clause)[-NEAR:]
        if not known:
            self._last = frozenset()
        if not known or not sense.is_here:
            self._is_elsewhere = self._is_elsewhere or sense.is_elsewhere
        self._is_naming = sense.is_telling

    def _figure(self, clause: str, sentence: str) -> Said | None:
        """The clause's figure where every word beside it is known."""
        heard = self._ear.figure(clause, self._name)
        if heard is None:
            return None
        claims = self._ear.claims(heard, self._told(clause, sentence))
        if not claims or (self._is_part and not all(claim.part for claim in claims)):
            return None
        return Said(claims, heard.value, _around(sentence, heard.written))

    def _told(self, clause: str, sentence: str) -> Told:
        return Told(self._near + clause, sentence, self._text, self._last)


def _around(sentence: str, written: str) -> str:
    """The sentence, or what of it stands around the figure."""
    if len(sentence) <= AROUND:
        return sentence
    start = max(0, sentence.find(written) - AROUND // 2)
    end = start + AROUND
    return f"{'…' if start else ''}{sentence[start:end]}{'…' if end < len(sentence) else ''}"
