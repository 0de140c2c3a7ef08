"""What the sections in words tell, held against the figures: only what is certain is complained of (decision 26)."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from nianbao.narrative.amounts import Purse
from nianbao.narrative.clauses import BLANKS
from nianbao.narrative.hearing import Ear
from nianbao.narrative.listening import listen
from nianbao.narrative.numerals import narrowed
from nianbao.narrative.years import other_year
from nianbao.returned.answers import digits
from nianbao.returned.findings import Spot, found_at

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from decimal import Decimal

    from nianbao.definition.texts import Claim, Claims, Text
    from nianbao.layout.places import Layout
    from nianbao.narrative.amounts import Contradiction
    from nianbao.narrative.listening import Said
    from nianbao.returned.findings import Finding
    from nianbao.returned.returns import Return

YEARLY = "year"
RECOGNISED = 15
"""Characters of a quotation by which its paragraph is found again; the rest may stand in the next cell."""
YEAR = re.compile("[0-9]{4}")
Told = tuple["Text", "Said"]
Readings = list[tuple[str, "Decimal | int"]]


class Hearing:
    """Hears the texts of returns. It keeps an ear for each form, and nothing of the texts but what an ear does."""

    def __init__(self) -> None:
        self._ears: dict[int, tuple[Claims, Ear, Purse]] = {}

    def findings(self, layout: Layout, ret: Return) -> Iterator[Finding]:
        """The figures that fit no reading, and a year that is not that of the report."""
        claims, written = layout.form.claims, ret.identity.year
        if claims is None or layout.form.period != YEARLY or not YEAR.fullmatch(written):
            return
        year = int(written)
        (ear, purse), name = self._ear(claims), ret.identity.unit_name
        heard = {
            text: listen(ear, ret.texts[text.id], year=year, name=name)
            for text in layout.form.texts
            if text.compared and ret.texts.get(text.id)
        }
        told = [(text, said) for text, listed in heard.items() for said in listed]
        if told:
            yield from _differing(layout, ret, told)
        for text, listed in heard.items():
            for one in purse.contradictions(ret.texts[text.id], listed, year):
                yield _at(layout, ret, _contradiction(layout, text, one), one.quote)
        yield from _wrong_year(layout, ret, year, claims)

    def _ear(self, claims: Claims) -> tuple[Ear, Purse]:
        """What hears these claims and sums of money, made once."""
        known = self._ears.get(id(claims))
        if known is None:
            known = self._ears[id(claims)] = (claims, Ear(claims), Purse(claims))
        return known[1:]


def _differing(layout: Layout, ret: Return, told: Sequence[Told]) -> Iterator[Finding]:
    """A finding for each figure that fits nothing; none where another place tells the same with a figure that fits."""
    unknown = ret.faulty | ret.unread | (frozenset() if ret.declared else ret.blank)
    judged = [(text, said, _readings(said, ret, unknown)) for text, said in told]
    right = {claim.name for _, said, known in judged if _fits(said, known) for claim in said.claims}
    doubted: set[str] = set()
    seen: set[tuple[str, int]] = set()
    for text, said, known in judged:
        names = {claim.name for claim in said.claims}
        one = (said.claims[0].name, said.value)
        if not known or names & right or one in seen or _doubtful(said.claims, doubted):
            continue
        doubted |= names
        seen.add(one)
        yield _at(layout, ret, _finding(layout, text, said, known), said.quote)


def _readings(said: Said, ret: Return, unknown: frozenset[str]) -> Readings:
    """What the figure may be, each with its value; empty where one of these is not known."""
    readings: Readings = []
    for label, ids in dict(reading for claim in said.claims for reading in claim.readings).items():
        numbers = [ret.answers.get(key) or 0 for key in ids]
        if not unknown.isdisjoint(ids):
            return []
        readings.append((label, sum(number for number in numbers if not isinstance(number, str))))
    return readings


def _fits(said: Said, readings: Readings) -> bool:
    return any(value == said.value for _, value in readings)


def _doubtful(claims: Sequence[Claim], doubted: set[str]) -> bool:
    """Whether a figure divides one that was of something else already."""
    return any(not doubted.isdisjoint(claim.within) for claim in claims)


def _finding(layout: Layout, text: Text, said: Said, readings: Readings) -> Finding:
    listed = "；".join(f"{label} {digits(value)}" for label, value in readings)
    code = "text-differs:none" if said.is_flat else "text-differs"
    return found_at(layout, code, [text.id], quote=said.quote, found=str(said.value), expected=listed)


def _contradiction(layout: Layout, text: Text, one: Contradiction) -> Finding:
    """The finding of a sum of money that the text itself contradicts."""
    code = "text-differs:denied" if one.denied else "text-differs:parts"
    expected = one.denied or one.parts
    return found_at(layout, code, [text.id], quote=one.quote, found=one.written, expected=expected)


def _wrong_year(layout: Layout, ret: Return, year: int, claims: Claims) -> Iterator[Finding]:
    """A finding where the texts speak of another year as that of the report, and nowhere of the right one."""
    written = [(text.id, ret.texts[text.id]) for text in layout.form.texts if ret.texts.get(text.id)]
    other = other_year([text for _, text in written], year, claims.reports)
    if other:
        where = written[other.section][0]
        places = {"quote": other.quote, "found": str(other.year), "expected": str(year)}
        yield _at(layout, ret, found_at(layout, "text-wrong-year", [where], **places), other.quote)


def _at(layout: Layout, ret: Return, finding: Finding, quote: str) -> Finding:
    """The finding at the cell of the paragraph that is quoted; at the section's first where it is in several."""
    (key,) = finding.ids
    places, start = layout.cells_of(key), quote.strip("…")[:RECOGNISED]
    cells = (BLANKS.sub("", narrowed(cell)) for cell in ret.prose.get(key, ()))
    row = next((row for row, cell in enumerate(cells) if start in cell), 0)
    return replace(finding, spots=(Spot(key, places[row].address),))
