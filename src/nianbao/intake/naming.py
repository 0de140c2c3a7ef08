"""Whose report it is and of which year, as its title tells."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from nianbao.frozen import frozen
from nianbao.intake.document import Paragraph
from nianbao.intake.labels import likeness

if TYPE_CHECKING:
    from collections.abc import Sequence

    from nianbao.intake.document import Item

YEAR = re.compile(r"(?<![0-9])(20[0-9]{2})\s*年?度?")
PERIOD = re.compile(
    r"自?\s*(20[0-9]{2})\s*年\s*1\s*月\s*1\s*日[^0-9]{0,6}至?\s*(20[0-9]{2})?\s*年?\s*12\s*月\s*31\s*日"
)
CHINESE_YEAR = re.compile(r"二[〇○零O0]([一二三四五六七八九〇○零O0])([一二三四五六七八九〇○零O0])年")
DIGITS = {c: str(n) for n, c in enumerate("一二三四五六七八九", 1)} | dict.fromkeys("〇○零O0", "0")
NAME = re.compile(r"[\u4e00-\u9fff（）()·]{2,40}")
LONGEST_TITLE = 80
ALIKE = 0.62
AUTHORITY = re.compile(
    r"(人民政府|办公室|办公厅|委员会|办事处|局|厅|院|中心|管委会|总队|支队|大队|公司|学校|镇|乡|街道|县|区|市|旗|省|办|委|会|部|社|所|站|队|台|馆|校)$"
)


@frozen
class Naming:
    """What the title tells; empty or None where it does not for certain."""

    title: str = ""
    unit: str = ""
    year: int | None = None


def naming(before: Sequence[Item], subject: str, page_title: str = "") -> Naming:
    """The title among what stands before the first section. `subject`: the form's own title."""
    items = [item for item in before if isinstance(item, Paragraph) and item.text.strip()]
    lines = [_plain(item.text) for item in items]
    told = []
    for number, line in enumerate(lines):
        beside = number and items[number - 1].within[:-1] == items[number].within[:-1]
        if found := _title(line, lines[number - 1] if beside else "", subject):
            told.append(found)
    own = [*told[-1:], *_page_titles(page_title, subject)]  # the others may be of other reports
    year = next((found.year for found in own if found.year), None) or _period("".join(lines))
    alike = {found.unit for found in told if found.unit and found.year == year}
    units = [found.unit for found in own if found.unit] or (list(alike) if len(alike) == 1 else [])
    title = next((found.title for found in own if found.title), "")
    return Naming(title, units[0] if units else "", year)


def _page_titles(page_title: str, subject: str) -> list[Naming]:
    """What the page's own title tells."""
    parts = re.split(r"[_|]", page_title)
    return [found for part in parts if (found := _title(_plain(part), "", subject))]


def _plain(text: str) -> str:
    joined = "".join(text.split())
    return CHINESE_YEAR.sub(lambda m: f"20{DIGITS[m[1]]}{DIGITS[m[2]]}年", joined)


def _title(line: str, above: str, subject: str) -> Naming | None:
    """A line that is the report's title; its unit may stand on the line above."""
    if len(line) > LONGEST_TITLE or ("报告" not in line and "年报" not in line and "报" not in line[-3:]):
        return None
    match = YEAR.search(line)
    before, rest = (line[: match.start()], line[match.end() :]) if match else ("", line)
    start = rest.find(subject[:4])
    inner, rest = (rest[:start], rest[start:]) if start >= 0 else ("", rest)
    if likeness(rest[: len(subject) + 6], subject) < ALIKE:
        return None
    if not match:
        before, inner = inner, ""
    unit = next((name for name in map(_name, (before, inner, above)) if name), "")
    title = line if (before or inner) else f"{unit}{line}"
    return Naming(title, unit, int(match[1]) if match else None)


def _name(text: str) -> str:
    """The name in a title's part: nothing else may stand in it."""
    name = text.strip("《》“”\"'：:关于的—-")
    bare = re.sub(r"[（(][^（()）]*[)）]$", "", name)
    return name if NAME.fullmatch(name) and AUTHORITY.search(bare) else ""


def _period(text: str) -> int | None:
    """The year of the period that the report is about."""
    years = {int(m[1]) for m in PERIOD.finditer(text) if m[2] in {None, m[1]}}
    return next(iter(years)) if len(years) == 1 else None
