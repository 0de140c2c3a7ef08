"""The office's list of units (CSV or spreadsheet) becomes a Roster, or one error listing every fault."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import cached_property
from itertools import chain
from types import MappingProxyType
from typing import TYPE_CHECKING, NamedTuple

from nianbao.kinds import UnitKind
from nianbao.messages import Message, say
from nianbao.problems import OfficeError, Problem, did_you_mean, refuse
from nianbao.reading import MEGABYTE
from nianbao.roster.listing import Listing, read_listings
from nianbao.roster.units import (
    KIND_WORDS,
    Unit,
    code_faults,
    email_faults,
    file_stem,
    invisible_faults,
    kind_fault,
    word_key,
)
from nianbao.separated import HEADING_DEPTH

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from nianbao.separated import Row

__all__ = ["Roster", "Unit", "UnitKind", "file_stem", "read_roster"]

LARGEST_ROSTER = 10 * MEGABYTE
"""A list of 40,000 units takes about 4 MB."""

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
        """The unit. Raises KeyError for a kind nobody knows, which the faults have excluded."""
        return Unit(
            self.code, self.name, KIND_WORDS[word_key(self.kind)], self.email, self.contact, self.phone
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
    alone = ((entry.line, message) for entry in entries for message in _entry_faults(entry))
    faults = chain(alone, _double_faults(entries))
    problems = [Problem(message, file=file, line=line) for line, message in faults]
    if problems:
        raise OfficeError(sorted(problems, key=lambda problem: problem.line))
    return Roster(tuple(entry.unit() for entry in entries))


def _is_heading(cell: str) -> bool:
    return word_key(cell) in _FIELD_OF


def _roster_listing(listings: Sequence[Listing], *, file: str) -> Listing:
    """The one listing with a heading row; of a single listing it is asked later what its headings lack."""
    headed = [listing for listing in listings if _heading_row(listing)]
    if len(headed) == 1:
        return headed[0]
    if headed:
        names = "、".join(listing.sheet for listing in headed)
        raise refuse(
            say("几张工作表都有名录：{names}。请只留一张，其余的删除或隐藏。", names=names), file=file
        )
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
    rows = [row for row in listing.rows[:HEADING_DEPTH] if row.line <= HEADING_DEPTH]
    best = max(rows, key=lambda row: sum(map(_is_heading, row.cells)), default=None)
    return best if best and any(map(_is_heading, best.cells)) else None


def _entries(listing: Listing, *, file: str) -> Iterator[_Entry]:
    """The lines beneath the headings; one with nothing in our columns (a serial number alone) is blank."""
    heading = _heading_row(listing)
    if heading is None:
        return
    places = _places(heading, file=file)
    for row in listing.rows[listing.rows.index(heading) + 1 :]:
        values = [_trimmed(row.cells[place]) if 0 <= place < len(row.cells) else "" for place in places]
        if any(values):
            code, name, kind, email, contact, phone = values
            yield _Entry(row.line, _folded(code), name, _folded(kind), _folded(email), contact, phone)


def _places(heading: Row, *, file: str) -> list[int]:
    """The column of each field, -1 where it has none. Raises OfficeError for missing and double headings."""
    fields = [_FIELD_OF.get(word_key(cell)) for cell in heading.cells]
    problems = [
        Problem(message, file=file, line=heading.line)
        for field in _HEADINGS
        for message in _heading_faults(field, count=fields.count(field), cells=heading.cells)
    ]
    if problems:
        raise OfficeError(problems)
    return [fields.index(field) if field in fields else -1 for field in _HEADINGS]


def _heading_faults(field: str, *, count: int, cells: Iterable[str]) -> Iterator[Message]:
    """The complaint where a field stands twice, or not at all though it must."""
    words = _HEADINGS[field]
    if count > 1:
        yield say("“{heading}”这一栏有 {count} 个，请只留一个。", heading=words[0], count=count)
    if count == 0 and field in _REQUIRED:
        unknown = [cell.strip() for cell in cells if cell.strip() and not _is_heading(cell)]
        guesses = ((cell, did_you_mean(word_key(cell), words)) for cell in unknown)
        hints = (
            say("表中有“{cell}”{guess}", cell=cell, guess=guess) for cell, guess in guesses if guess.template
        )
        yield say(
            "缺少“{heading}”一栏，标题请写 {words} 之一。{hint}",
            heading=words[0],
            words="、".join(words),
            hint=next(hints, Message("")),
        )


def _trimmed(text: str) -> str:
    stripped = text.strip()
    return stripped if stripped.isascii() else _EDGES.sub("", stripped)


def _folded(text: str) -> str:
    """Full-width letters and digits as ASCII ones."""
    return text if text.isascii() else unicodedata.normalize("NFKC", text).strip()


def _entry_faults(entry: _Entry) -> Iterator[Message]:
    """All that is wrong with one line by itself."""
    for field in _REQUIRED:
        if not getattr(entry, field):
            yield say("没有填“{heading}”，请补上。", heading=_HEADINGS[field][0])
    yield from code_faults(entry.code)
    if entry.kind and word_key(entry.kind) not in KIND_WORDS:
        yield kind_fault(entry.kind)
    if entry.email:
        yield from email_faults(entry.email)
    for field in ("code", "name", "contact", "phone"):
        yield from invisible_faults(getattr(entry, field), heading=_HEADINGS[field][0])


def _double_faults(entries: Iterable[_Entry]) -> Iterator[tuple[int, Message]]:
    """Each line whose code, name or file name an earlier line has already, with that line's number."""
    codes: dict[str, int] = {}
    names: dict[str, int] = {}
    stems: dict[str, int] = {}
    for entry in entries:
        code, name = codes.get(entry.code), names.get(word_key(entry.name))
        if entry.code and code:
            yield entry.line, say("代码“{code}”与第 {other} 行重复，请改正。", code=entry.code, other=code)
        if entry.name and name:
            yield entry.line, say("名称“{name}”与第 {other} 行重复，请改正。", name=entry.name, other=name)
        stem = _stem_key(entry)
        if entry.code and entry.name and not code and not name and stem in stems:
            yield (
                entry.line,
                say(
                    "文件名与第 {other} 行的相同或只差大小写（{stem}），Windows 上会互相覆盖。请改代码。",
                    other=stems[stem],
                    stem=stem,
                ),
            )
        codes.setdefault(entry.code, entry.line)
        names.setdefault(word_key(entry.name), entry.line)
        stems.setdefault(stem, entry.line)


def _stem_key(entry: _Entry) -> str:
    """The file name as Windows compares it; the period is the same for all."""
    return file_stem(Unit(entry.code, entry.name, UnitKind.TOWN), "").casefold()
