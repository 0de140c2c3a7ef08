"""Which figure of the tables a clause tells, by the words of a definition.

A figure is heard only where every word of its clause is known: whatever else stands there (another unit, a channel,
an estimate) may make it the figure of something else. A mistaken complaint is worse than a missed one (decision 26).
"""

from __future__ import annotations

import re
from itertools import chain
from typing import TYPE_CHECKING

from nianbao.frozen import frozen
from nianbao.narrative.clauses import CLAUSE
from nianbao.narrative.numerals import CHINESE, LONGEST, value_of

if TYPE_CHECKING:
    from collections.abc import Iterable

    from nianbao.definition.texts import Claim, Claims

LONGEST_CLAUSE = 80
LONGEST_LIST = 12
MOST_SENSES = 4_000
"""Clauses without figures remembered, none longer than `LONGEST_CLAUSE`: units write the same ones."""
SHORTEST_NAME, LONGEST_NAME = 3, 40


@frozen
class Heard:
    """A clause's figure: as written, its measure, and the words beside it."""

    value: int
    written: str
    measure: str
    words: frozenset[str]


@frozen
class Sense:
    """What a clause says whatever stands around it.

    How many numbers are in it; whether it begins a part of something (其中), speaks of this time and office, or of
    another. Of one without numbers: whether it ends what was spoken of, may deny, and is one word known after the other
    (None: it is not), and whether these name a figure that the tables have.
    """

    numbers: int
    is_part: bool
    is_here: bool
    is_elsewhere: bool
    is_never: bool = False
    denies: bool = False
    words: frozenset[str] | None = None
    is_telling: bool = False


@frozen
class Told:
    """What stands before a clause: what was said of the same matter, in its sentence, in the whole text.

    `last`: the claims that the sentence's last figure may be of.
    """

    near: str
    sentence: str
    text: str
    last: frozenset[str]


@frozen
class _Known:
    """A claim as it is looked for."""

    claim: Claim
    groups: tuple[frozenset[str], ...]
    allowed: frozenset[str]


class Ear:
    """Knows the words of one definition. Of the texts it remembers some clauses without figures."""

    def __init__(self, claims: Claims) -> None:
        own = {measure for claim in claims.figures + claims.statements for measure in claim.measures}
        measures = any_of({*claims.measures, *own})
        self._measures = frozenset(claims.measures)
        chinese = rf"[{CHINESE}]{{1,{LONGEST}}}"
        denials = {word for claim in claims.statements for word in claim.words[0]}
        self.worth_hearing = re.compile(rf"[\d０-９{CHINESE}][^\S\n]*(?:{measures})|{any_of(denials)}").search
        self._denies = re.compile(any_of(map(_unmarked, denials))).search
        self._number = re.compile(rf"\d[\d,.]*|{chinese}(?={measures})", re.ASCII)
        self._figure = re.compile(rf"(\d[\d,.]*|{chinese})({measures})", re.ASCII)
        self._known = tuple(map(_known, claims.figures))
        statements = tuple(map(_known, claims.statements))
        self._flat = tuple(one for one in statements if not one.claim.measures)
        self._zero = tuple(one for one in statements if one.claim.measures)
        self._whole = _with_marks(claims)
        words = any_of({word for one in self._known + statements for word in one.allowed})
        self._words = re.compile(words)
        self._is_known = re.compile(f"(?>{words})*+").fullmatch
        self._parts, self._elsewhere, self._here, self._never = (
            re.compile(any_of(words)).search
            for words in (claims.parts, claims.elsewhere, claims.here, claims.never)
        )
        figure = rf"(?:\d[\d,.]*|{chinese})(?:{measures})"
        self._has_each = re.compile(any_of(claims.each)).search
        self._each = re.compile(
            rf"(?P<names>[^，。：（）()]{{1,{LONGEST_CLAUSE}}}?)(?:{any_of(claims.each)})(?P<figures>{figure}(?:[、，和]{figure})+)"
        )
        self._remark = re.compile(rf"[（(](?:{any_of(claims.remarks)})[^\d{CHINESE}（）()]*[）)]")
        self._open_end = re.compile(f"(?:{any_of(claims.open_ends)})$").search
        self._senses: dict[str, Sense] = {}

    def joined(self, sentence: str) -> str:
        """The sentence with each figure at its name, and words whole that have a mark in them; remarks left out."""
        sentence = self._remark.sub("", sentence)
        if self._has_each(sentence):
            sentence = self._each.sub(_at_their_names, sentence)
        for word, whole in self._whole:
            sentence = sentence.replace(word, whole)
        return sentence

    def sense(self, clause: str) -> Sense:
        """What the clause says by itself."""
        known = self._senses.get(clause)
        if known is None:
            known = self._sense(clause)
            if not known.numbers and len(clause) <= LONGEST_CLAUSE:
                if len(self._senses) >= MOST_SENSES:
                    self._senses.clear()
                self._senses[clause] = known
        return known

    def _sense(self, clause: str) -> Sense:
        numbers = len(self._number.findall(clause))
        around = (bool(self._parts(clause)), bool(self._here(clause)), bool(self._elsewhere(clause)))
        if numbers:
            return Sense(numbers, *around)
        words = self._words_of(clause)
        return Sense(
            numbers,
            *around,
            is_never=bool(self._never(clause)),
            denies=bool(self._denies(clause)) and not self._open_end(clause),
            words=words,
            is_telling=words is not None and self._is_telling(words),
        )

    def _words_of(self, clause: str) -> frozenset[str] | None:
        """The clause's words; None where one is not known."""
        if len(clause) > LONGEST_CLAUSE:
            return None
        return frozenset(self._words.findall(clause)) if self._is_known(clause) else None

    def _is_telling(self, words: frozenset[str]) -> bool:
        """Whether the words name a figure that the tables have."""
        return any(not any(map(words.isdisjoint, one.groups)) for one in self._known)

    def figure(self, clause: str, name: str) -> Heard | None:
        """The clause's figure; None where it is not certain."""
        match = self._figure.search(clause) if len(clause) <= LONGEST_CLAUSE else None
        value = value_of(match[1]) if match else None
        if match is None or value is None:
            return None
        before, after = (
            self._words_or_name(clause[: match.start()], name),
            self._words_of(clause[match.end() :]),
        )
        return None if before is None or after is None else Heard(value, match[0], match[2], before | after)

    def claims(self, heard: Heard, told: Told) -> tuple[Claim, ...]:
        """What the figure may be the figure of; 0 may be said as a statement is."""
        listed = _meant(self._known, heard.words, told)
        if not listed and heard.value == 0:
            listed = _meant(self._zero, heard.words, told)
        return tuple(one for one in listed if heard.measure in (one.measures or self._measures))

    def denied(self, clause: str, name: str, told: Told) -> tuple[Claim, ...]:
        """The figures of which a clause that denies says that there is nothing."""
        if len(clause) > LONGEST_CLAUSE:
            return ()
        words = self._words_or_name(clause, name)
        return _meant(self._flat, words, told) if words else ()

    def _words_or_name(self, clause: str, name: str) -> frozenset[str] | None:
        """The words, the unit's own name left out."""
        words = self._words_of(clause)
        if words is None:
            own = next((own for own in _names(name) if own in clause), None)
            words = self._words_of(clause.replace(own, "", 1)) if own else None
        return words


def _meant(known: Iterable[_Known], words: frozenset[str], told: Told) -> tuple[Claim, ...]:
    """The claims that are told by these words, after what was told."""
    return tuple(
        one.claim
        for one in known
        if words <= one.allowed and not any(map(words.isdisjoint, one.groups)) and _is_on(one.claim, told)
    )


def _is_on(claim: Claim, told: Told) -> bool:
    """Whether what the claim is about was named, or something in the sentence that only comes with it."""
    if claim.after and told.last.isdisjoint(claim.after):
        return False
    if any(word in told.text for word in claim.without):
        return False
    if any(word in told.near for word in claim.about) or any(
        word in told.sentence for word in claim.together
    ):
        return True
    return not claim.about and not claim.together


def _at_their_names(match: re.Match[str]) -> str:
    """甲、乙分别为1件、2件 as 甲1件、乙2件; as it was where they are not as many."""
    figures = re.split("[、，和]", match["figures"])
    for marks in ("、", "[、和及与]"):
        names = re.split(marks, match["names"])
        if len(names) == len(figures) <= LONGEST_LIST:
            return "、".join(map(str.__add__, names, figures))
    return match[0]


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


def any_of(words: Iterable[str]) -> str:
    """A pattern for any of the words, the longest first; for none, one that is nowhere."""
    return "|".join(map(re.escape, sorted(words, key=len, reverse=True))) or "(?!)"
