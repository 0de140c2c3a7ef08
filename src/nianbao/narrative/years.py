"""Years in a text: those that stand for the year of report and its neighbours, and the year that a text speaks of."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from nianbao.frozen import frozen
from nianbao.narrative.clauses import BLANKS, LONGEST_TEXT
from nianbao.narrative.numerals import DIGITS, ZEROS, narrowed

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

_CHINESE = f"[{DIGITS}{ZEROS}]"
_NUMBER = rf"(?:(?<!\d)(?:19|20)\d\d|二[零{ZEROS}]{_CHINESE}{{2}})"
_LIKE_YEAR = re.compile(rf"19|20|二[零{ZEROS}]|[１２][９０]")
"""What any text with a year has."""
YEAR = re.compile(rf"{_NUMBER}年度?", re.ASCII)
THIS, BEFORE, AFTER, OTHER = "本年", "上年", "下年", "他年"
"""What a year's number is taken for: the definition's words know these."""
_NAMES = {0: THIS, -1: BEFORE, 1: AFTER}
_WHOLE_YEAR = re.compile(f"自?{THIS}1月1日起?(?:至|到|—|-|－)(?:{THIS})?12月31日止?(?:期间)?")
_PERIOD = re.compile(rf"({_NUMBER})年1月1日起?(?:至|到|—|-|－)(?:{_NUMBER}年)?12月31日", re.ASCII)
_FIRST = re.compile(rf"(?:[^。；！？\n]{{0,20}}\n){{0,3}}({_NUMBER})年度?[，,]?(?:我|全|本)", re.ASCII)
OLDEST = 10
"""Years back that a text left over may be of."""
HEAD = 300
LONGEST_TITLE = 40


@frozen
class OtherYear:
    """A text's place that names another year as that of the report."""

    section: int
    quote: str
    year: int


def relative(sentence: str, year: int) -> str:
    """The sentence with years as 本年, 上年, 下年 and 他年."""
    if "年" not in sentence:
        return sentence
    told = YEAR.sub(lambda match: _NAMES.get(_value(match[0]) - year, OTHER), sentence)
    return _WHOLE_YEAR.sub(THIS, told) if "12月31日" in told else told


def other_year(texts: Sequence[str], year: int, reports: Iterable[str]) -> OtherYear | None:
    """The first place that names another year as the year of report, where no text names that of the form."""
    if any(str(year) in text for text in texts) or not any(map(_LIKE_YEAR.search, texts)):
        return None
    texts = [narrowed(BLANKS.sub("", text[:LONGEST_TEXT])) for text in texts]
    years = {_value(match) for text in texts for match in YEAR.findall(text)}
    if not years or year in years or any(str(year) in text for text in texts):
        return None
    title = "|".join(map(re.escape, reports))
    titled = re.compile(rf"({_NUMBER})年度?[^，。；！？\n《》〔]{{0,{LONGEST_TITLE}}}?(?:{title})", re.ASCII)
    found = [
        OtherYear(number, text[match.start() : match.end() + 20].split("\n")[0], _value(match[1]))
        for number, text in enumerate(texts)
        for match in _named(text, titled if title else None)
    ]
    named = {one.year for one in found}
    if len(named) != 1 or not year - OLDEST <= found[0].year < year:
        return None
    return found[0]


def _named(text: str, titled: re.Pattern[str] | None) -> Iterator[re.Match[str]]:
    """Where the text names the year that it speaks of: as a period, in a title, or as it opens."""
    yield from _PERIOD.finditer(text)
    if titled:
        yield from titled.finditer(text)
    if opening := _FIRST.match(text[:HEAD]):
        yield opening


def _value(text: str) -> int:
    """The year meant by 2024年 or 二〇二四年."""
    digits = ["0" if sign in ZEROS else str(DIGITS.find(sign)) if sign in DIGITS else sign for sign in text]
    return int("".join(digits)[:4])
