"""The unit roster as the office keeps it (CSV or spreadsheet) becomes a Roster, or one error listing every fault."""

from __future__ import annotations

import csv
import io
import re
import unicodedata
from dataclasses import dataclass
from functools import cached_property
from itertools import chain
from types import MappingProxyType
from typing import TYPE_CHECKING, NamedTuple

from nianbao.listing import HEADING_DEPTH, Listing, Row, read_listings
from nianbao.messages import Message, say
from nianbao.problems import OfficeError, Problem, did_you_mean, refuse
from nianbao.units import (
    Unit,
    UnitKind,
    code_faults,
    email_faults,
    file_stem,
    invisible_faults,
    kind_fault,
    word_key,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

__all__ = ["Roster", "Unit", "UnitKind", "file_stem", "read_roster", "roster_csv"]

_HEADINGS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "code": ("代码", "单位代码", "code"),
        "name": ("名称", "单位名称", "name"),
        "kind": ("类型", "单位类型", "kind"),
        "email": ("邮箱", "电子邮箱", "email"),
        "contact": ("联系人", "contact"),
        "phone": ("电话", "联系电话", "phone"),
    }
)
_REQUIRED = ("code", "name", "kind")
_FIELD_OF = MappingProxyType({word: field for field, words in _HEADINGS.items() for word in words})
_EDGE = r"[\s\u200b-\u200f\u202a-\u202e\u2060\ufeff]+"
_EDGES = re.compile(rf"^{_EDGE}|{_EDGE}$")
"""Spaces, and what comes along unseen when text is pasted from a web page or a chat."""


@dataclass(frozen=True)
class Roster:
    """Who reports, in the order of the office's list. Codes and names are unique."""

    units: tuple[Unit, ...]

    def unit(self, code: str) -> Unit | None:
        """The unit of that code, spelled exactly so."""
        return self._by_code.get(code)

    def by_name(self, name: str) -> Unit | None:
        """The unit of that name; width, case and spaces do not count."""
        return self._by_name.get(word_key(name))

    @cached_property
    def _by_code(self) -> dict[str, Unit]:
        return {unit.code: unit for unit in self.units}

    @cached_property
    def _by_name(self) -> dict[str, Unit]:
        return {word_key(unit.name): unit for unit in self.units}


class _Entry(NamedTuple):
    """One line of the roster as typed, trimmed; "" where a cell is blank or its column is missing."""

    line: int
    code: str
    name: str
    kind: str
    email: str
    contact: str
    phone: str

    def unit(self) -> Unit:
        """The unit, once nothing is wrong with the line."""
        return Unit(
            self.code, self.name, UnitKind(_kind(self.kind)), self.email, self.contact, self.phone
        )


def read_roster(data: bytes, file: str) -> Roster:
    """The roster in `data`; `file` is only the name that complaints give.

    Raises OfficeError with every fault and its line: unreadable bytes, missing headings, or all that is
    wrong with the lines.
    """
    listing = _roster_listing(read_listings(data, file=file, is_heading=_is_heading), file=file)
    entries = list(_entries(listing, file=file))
    if not entries:
        raise refuse(say("名录里没有单位。请在标题行下面每行填一个单位。"), file=file)
    faults = chain(_line_faults(entries), _double_faults(entries))
    problems = [Problem(message, file=file, line=line) for line, message in faults]
    if problems:
        raise OfficeError(sorted(problems, key=lambda problem: problem.line))
    return Roster(tuple(entry.unit() for entry in entries))


def roster_csv(roster: Roster) -> bytes:
    """The roster as CSV with Chinese headings, in UTF-8 with the mark by which Excel and WPS know it."""
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow(words[0] for words in _HEADINGS.values())
    writer.writerows(
        (unit.code, unit.name, unit.kind.label, unit.email, unit.contact, unit.phone) for unit in roster.units
    )
    return text.getvalue().encode("utf-8-sig")


def _is_heading(cell: str) -> bool:
    return word_key(cell) in _FIELD_OF


def _kind(word: str) -> UnitKind | None:
    return UnitKind.from_word(word)


def _roster_listing(listings: Sequence[Listing], *, file: str) -> Listing:
    """The one listing with a heading row; of a single listing it is asked later what its headings lack."""
    headed = [listing for listing in listings if _heading_row(listing)]
    if len(headed) == 1:
        return headed[0]
    if headed:
        names = "、".join(listing.sheet for listing in headed)
        raise refuse(say("几张工作表都有名录：{names}。请只留一张，其余的删除或隐藏。", names=names), file=file)
    if not any(any(map(str.strip, row.cells)) for listing in listings for row in listing.rows):
        raise refuse(say("文件是空的。请填写单位名录。"), file=file)
    raise refuse(
        say(
            "前 {depth} 行里没有标题行。请加一行标题，至少有：{wanted}。",
            depth=HEADING_DEPTH,
            wanted="、".join(_HEADINGS[field][0] for field in _REQUIRED),
        ),
        file=file,
    )


def _heading_row(listing: Listing) -> Row | None:
    """The row of the first ten with the most headings; None where none has any."""
    rows = listing.rows[:HEADING_DEPTH]
    best = max(rows, key=lambda row: sum(map(_is_heading, row.cells)), default=None)
    return best if best and any(map(_is_heading, best.cells)) else None
