"""Sums of money in a text, held against what the same text says of them: what cannot both be, where that is certain.

As in hearing, a clause counts only where every word of it is known.
"""

from __future__ import annotations

import re
from decimal import Decimal
from typing import TYPE_CHECKING

from nianbao.frozen import frozen
from nianbao.narrative.clauses import CLAUSE, LONGEST_TEXT, paragraphs, sentences
from nianbao.narrative.hearing import any_of
from nianbao.narrative.numerals import CHINESE, LONGEST, narrowed, value_of
from nianbao.narrative.years import relative

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from nianbao.definition.texts import Amount, Claims
    from nianbao.narrative.listening import Said

LONGEST_SENTENCE = 160
MOST_PARTS = 12
NUMBER = rf"\d[\d,]*(?:\.\d{{1,6}})?|[{CHINESE}]{{1,{LONGEST}}}"
DIGITS = re.compile(r"(?:\d{1,12}|\d{1,3}(?:,\d{3}){1,3})(?:\.\d+)?", re.ASCII)


@frozen
class Contradiction:
    """A sum that is said to be nothing elsewhere (`denied` there), or that its `parts` do not make."""

    quote: str
    written: str
    denied: str = ""
    parts: str = ""


class Purse:
    """Knows the words for one definition's sums of money. It remembers nothing of the texts."""

    def __init__(self, claims: Claims) -> None:
        self._kinds = tuple(_Kind(amount, claims) for amount in claims.amounts)
        self._elsewhere = re.compile(any_of(claims.elsewhere)).search

    def contradictions(self, text: str, told: Sequence[Said], year: int) -> Iterator[Contradiction]:
        """What the text says of a sum that cannot be; `told`: what was heard in it otherwise."""
        text = text[:LONGEST_TEXT]
        kinds = [kind for kind in self._kinds if kind.is_told(text)]
        if not kinds:
            return
        for paragraph in paragraphs(narrowed(text)):
            for sentence in sentences(paragraph):
                seen = relative(sentence, year) if len(sentence) <= LONGEST_SENTENCE else ""
                if seen and not self._elsewhere(seen):
                    for kind in kinds:
                        yield from kind.against_itself(sentence, seen)
                        yield from kind.against_denials(sentence, seen, told)


class _Kind:
    """One kind of sum as it is looked for."""

    def __init__(self, amount: Amount, claims: Claims) -> None:
        self._amount = amount
        self._worth = dict(amount.measures)
        known = [*amount.beside, *(word for group in amount.words for word in group)]
        words = rf"(?>{any_of(known)}|\d{{1,6}}(?:{any_of(claims.measures)}))*+"
        one, each, ways = rf"(?:{NUMBER})(?:{any_of(self._worth)})", any_of(claims.each), any_of(amount.ways)
        part = rf"(?:{ways})?{one}"
        parts = rf"(?P<parts>{part}(?:[、，和与及]{part}){{1,{MOST_PARTS}}})"
        head = rf"(?P<head>(?:{words}，)?{words})"
        open_ = rf"(?:[，：（]?(?:{each})|（|(?P<some>[，：（](?:{any_of(claims.parts)})?(?={ways})))"
        self._clause = re.compile(rf"(?P<head>{words})(?P<sum>{one})").fullmatch
        self._sum_first = re.compile(rf"{head}(?P<sum>{one}){open_}{parts}）?").fullmatch
        self._sum_last = re.compile(
            rf"{head}，?(?:{each}){parts}，(?:{any_of(amount.sums)})(?P<sum>{one})"
        ).fullmatch
        self._parts = re.compile(rf"(?P<way>{ways})?(?P<one>{one})").finditer

    def is_told(self, text: str) -> bool:
        """Whether the text may have such a sum, and has nothing that makes all of them doubtful."""
        named = any(measure in text for measure in self._worth) and self._is_named(text)
        return named and not any(word in text for word in self._amount.without)

    def against_itself(self, sentence: str, seen: str) -> Iterator[Contradiction]:
        """A sum that is not what its parts make."""
        match = self._sum_first(seen) or self._sum_last(seen)
        if not match or not self._is_named(match["head"]):
            return
        found = list(self._parts(match["parts"]))
        ways = [part["way"] for part in found]
        if match.groupdict().get("some") is not None and (not all(ways) or len(set(ways)) < len(ways)):
            return
        values = [self._value(part["one"]) for part in found]
        known = [value for value in values if value is not None]
        total = self._value(match["sum"])
        if total is not None and len(known) == len(values) and sum(known) != total:
            made = f"{format(sum(known, Decimal(0)).normalize(), 'f')}{self._least}"
            yield Contradiction(sentence, match["sum"], parts=made)

    def against_denials(self, sentence: str, seen: str, told: Sequence[Said]) -> Iterator[Contradiction]:
        """A sum where the text says elsewhere that there is none."""
        denied = [
            said.quote
            for said in told
            if said.value == 0 and any(claim.name in self._amount.against for claim in said.claims)
        ]
        for clause in CLAUSE.split(seen) if denied else ():
            match = self._clause(clause)
            if match and self._is_named(match["head"]) and self._value(match["sum"]):
                yield Contradiction(sentence, match["sum"], denied=denied[0])

    @property
    def _least(self) -> str:
        """The measure that is worth least, in which sums are told."""
        return min(self._worth, key=self._worth.__getitem__)

    def _is_named(self, head: str) -> bool:
        return all(any(word in head for word in group) for group in self._amount.words)

    def _value(self, written: str) -> Decimal | None:
        """What the written sum is worth; None where it is not certain."""
        measure = max((measure for measure in self._worth if written.endswith(measure)), key=len)
        number = written.removesuffix(measure)
        if number[:1].isascii():
            exact = Decimal(number.replace(",", "")) if DIGITS.fullmatch(number) else None
        else:
            whole = value_of(number)
            exact = None if whole is None else Decimal(whole)
        return None if exact is None else exact * self._worth[measure]
