"""What a section in words tells of the tables' figures.

A figure is heard only where every word of its clause is known: whatever else stands there (another unit, a channel,
an estimate) may make it the figure of something else. A mistaken complaint is worse than a missed one (decision 26).
"""

from __future__ import annotations

import re
from itertools import chain
from typing import TYPE_CHECKING

from nianbao.frozen import frozen
from nianbao.narrative.clauses import CLAUSE, JOINED, LISTED, LONGEST_TEXT, clauses, paragraphs, sentences
from nianbao.narrative.numerals import CHINESE, LONGEST, narrowed, value_of
from nianbao.narrative.years import relative

if TYPE_CHECKING:
    from collections.abc import Iterable

    from nianbao.definition.form import Claim, Claims

LONGEST_CLAUSE, LONGEST_HEADING = 80, 24
NEAR = 400
AROUND = 60
SHORTEST_NAME, LONGEST_NAME = 3, 40


@frozen
class Said:
    """A figure told, and what it may be the figure of."""

    claims: tuple[Claim, ...]
    value: int
    quote: str


@frozen
class _Known:
    """A claim as it is looked for."""

    claim: Claim
    groups: tuple[frozenset[str], ...]
    allowed: frozenset[str]


class Ear:
    """Hears texts by the words of one definition. It remembers nothing of them."""

    def __init__(self, claims: Claims) -> None:
        measures = _any(claims.measures)
        chinese = rf"[{CHINESE}]{{1,{LONGEST}}}"
        self.worth_hearing = re.compile(rf"[\d０-９{CHINESE}][^\S\n]*(?:{measures})").search
        self._number = re.compile(rf"\d[\d,.]*|{chinese}(?={measures})", re.ASCII)
        self._figure = re.compile(rf"(\d[\d,.]*|{chinese})(?:{measures})", re.ASCII)
        self._known = tuple(map(_known, claims.figures))
        self._whole = _with_marks(claims)
        words = _any({word for one in self._known for word in one.allowed})
        self._words = re.compile(words)
        self._is_known = re.compile(f"(?>{words})*+").fullmatch
        self.parts, self.elsewhere, self.here, self.never = (
            re.compile(_any(words)).search
            for words in (claims.parts, claims.elsewhere, claims.here, claims.never)
        )

    def hear(self, text: str, *, year: int, name: str) -> list[Said]:
        """The figures that are certain, in the order of the text; `name` is the unit's own."""
        text = text[:LONGEST_TEXT]
        if not self.worth_hearing(text):
            return []
        listening = _Listening(self, year, name)
        for paragraph in paragraphs(narrowed(text)):
            listening.take(paragraph)
        return listening.said

    def joined(self, sentence: str) -> str:
        """The sentence with those of the definition's words made whole that have a mark in them."""
        for word, whole in self._whole:
            sentence = sentence.replace(word, whole)
        return sentence

    def numbers(self, clause: str) -> int:
        """How many numbers stand in the clause."""
        return len(self._number.findall(clause))

    def words(self, clause: str) -> set[str] | None:
        """The clause's words; None where one is not known."""
        if len(clause) > LONGEST_CLAUSE:
            return None
        return set(self._words.findall(clause)) if self._is_known(clause) else None

    def is_telling(self, words: set[str]) -> bool:
        """Whether the words name a figure that the tables have."""
        return any(not any(map(words.isdisjoint, one.groups)) for one in self._known)

    def figure(self, clause: str, name: str) -> tuple[int, str, set[str]] | None:
        """The clause's figure, as written, and its other words; None where it is not certain."""
        match = self._figure.search(clause) if len(clause) <= LONGEST_CLAUSE else None
        value = value_of(match[1]) if match else None
        if match is None or value is None:
            return None
        before, after = self._words_or_name(clause[: match.start()], name), self.words(clause[match.end() :])
        return None if before is None or after is None else (value, match[0], before | after)

    def claims(self, words: set[str], near: str, sentence: str) -> tuple[Claim, ...]:
        """What a figure with these words may be the figure of."""
        return tuple(
            one.claim
            for one in self._known
            if words <= one.allowed
            and not any(map(words.isdisjoint, one.groups))
            and _is_on(one.claim, near, sentence)
        )

    def _words_or_name(self, clause: str, name: str) -> set[str] | None:
        """The words, the unit's own name left out."""
        words = self.words(clause)
        if words is None:
            own = next((own for own in _names(name) if own in clause), None)
            words = self.words(clause.replace(own, "", 1)) if own else None
        return words


class _Listening:
    """A text as far as it has been heard.

    `near`: what was said so far of the same matter. Of the sentence: what follows is a part of something (其中), or of
    another time; the clause before was without a figure (open), and named what could have one.
    """

    def __init__(self, ear: Ear, year: int, name: str) -> None:
        self.said: list[Said] = []
        self._ear = ear
        self._year = year
        self._name = name
        self._near = ""
        self._is_part = self._is_elsewhere = self._is_open = self._is_naming = False

    def take(self, paragraph: str) -> None:
        """One paragraph; of those without figures only headings matter."""
        if not self._ear.worth_hearing(paragraph):
            self._near = paragraph if len(paragraph) <= LONGEST_HEADING else ""
            return
        listed = sentences(paragraph)
        while not self._ear.worth_hearing(listed[-1]):
            listed.pop()
        for sentence in listed:
            self._is_part = self._is_elsewhere = self._is_open = self._is_naming = False
            told = self._ear.joined(relative(sentence, self._year))
            for mark, clause in clauses(told):
                if clause:
                    self._take(mark, clause, sentence)

    def _take(self, mark: str, clause: str, sentence: str) -> None:
        ear = self._ear
        is_listed = (mark == JOINED and self._is_open) or (mark in LISTED and self._is_naming)
        if self._is_elsewhere and ear.here(clause):
            self._is_elsewhere = False
        self._is_part = self._is_part or bool(ear.parts(clause))
        numbers = ear.numbers(clause)
        if not numbers:
            self._hear_words(clause)
            return
        is_certain = numbers == 1 and not is_listed and not self._is_elsewhere
        said = self._figure(clause, sentence) if is_certain else None
        if said:
            self.said.append(said)
            self._near = (self._near + clause)[-NEAR:]
        else:
            self._near = ""
            self._is_elsewhere = self._is_elsewhere or bool(ear.elsewhere(clause))
        self._is_open = self._is_naming = False

    def _hear_words(self, clause: str) -> None:
        """A clause without figures: what the next ones are about."""
        ear = self._ear
        self._is_open, self._is_naming = True, False
        if ear.never(clause):
            self._near = ""
            return
        words = ear.words(clause)
        self._near = (clause if words is None else self._near + clause)[-NEAR:]
        self._is_elsewhere = self._is_elsewhere or bool(ear.elsewhere(clause))
        self._is_naming = words is not None and ear.is_telling(words)

    def _figure(self, clause: str, sentence: str) -> Said | None:
        """The clause's figure where every word beside it is known."""
        heard = self._ear.figure(clause, self._name)
        if heard is None:
            return None
        value, written, words = heard
        claims = self._ear.claims(words, self._near + clause, sentence)
        if not claims or (self._is_part and not all(claim.part for claim in claims)):
            return None
        return Said(claims, value, _around(sentence, written))


def _is_on(claim: Claim, near: str, sentence: str) -> bool:
    """Whether what the claim is about was named, or something in the sentence that only comes with it."""
    if any(word in near for word in claim.about) or any(word in sentence for word in claim.together):
        return True
    return not claim.about and not claim.together


def _known(claim: Claim) -> _Known:
    groups = tuple(frozenset(map(_unmarked, group)) for group in claim.words)
    return _Known(claim, groups, frozenset(map(_unmarked, claim.beside)).union(*groups))


def _with_marks(claims: Claims) -> tuple[tuple[str, str], ...]:
    """The words that a mark would cut in two, the longest first, each with what it is as a whole."""
    words = {word for claim in claims.figures for word in (*claim.beside, *chain(*claim.words))}
    cut = sorted((word for word in words if CLAUSE.search(word)), key=len, reverse=True)
    return tuple((word, _unmarked(word)) for word in cut)


def _unmarked(word: str) -> str:
    return CLAUSE.sub("", word)


def _names(name: str) -> tuple[str, ...]:
    """What the unit may call itself: its name, or the end of it, longest first."""
    name = name[:LONGEST_NAME]
    ends = [name[start:] for start in range(len(name) - SHORTEST_NAME + 1)]
    return tuple(end + rest for rest in ("人民政府", "") for end in ends)


def _around(sentence: str, written: str) -> str:
    """The sentence, or what of it stands around the figure."""
    if len(sentence) <= AROUND:
        return sentence
    start = max(0, sentence.find(written) - AROUND // 2)
    end = start + AROUND
    return f"{'…' if start else ''}{sentence[start:end]}{'…' if end < len(sentence) else ''}"


def _any(words: Iterable[str]) -> str:
    """A pattern for any of the words, the longest first; for none, one that is nowhere."""
    return "|".join(map(re.escape, sorted(words, key=len, reverse=True))) or "(?!)"
