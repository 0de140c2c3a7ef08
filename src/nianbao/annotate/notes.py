"""The note on a marked cell: what the unit wrote there itself, then what is wrong, why, and what to do."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from nianbao.definition.sheet_names import REMARKS
from nianbao.layout.tables import text_width
from nianbao.messages import LANGUAGES, catalogue, mark, say
from nianbao.returned.findings import SEVERITY_WORDS
from nianbao.returned.placing import plain
from nianbao.returned.remarks import REMARK_COLUMN
from nianbao.workbook.cell_text import cell_text

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from nianbao.opening.grid import Workbook
    from nianbao.opening.notes import Notes
    from nianbao.returned.findings import Finding

HEAD = mark("【审核意见】")
AUTHOR = "nianbao"
LONGEST = 4_000
"""Characters of a note; nobody reads more beside a cell."""
NARROW, WIDE, LONG = 250, 420, 200
"""Widths of a note in pixels; the second for notes of more characters than LONG."""
CHARACTER, LINE, MARGIN, TALLEST = 6.6, 16, 14, 600
"""Pixels of half a Chinese character at 9 points, of a line, of the margins together; a note's greatest height."""
SHORTEST = 4


def remark(findings: Iterable[Finding], language: str) -> str:
    """Our part of a note: a line for each finding."""
    words = catalogue(language).gettext
    lines = [_line(finding, language) for finding in findings]
    return "\n".join([words(HEAD), *lines])


def _line(finding: Finding, language: str) -> str:
    """How grave it is, and what is wrong with what to do."""
    severity = catalogue(language).gettext(SEVERITY_WORDS[finding.severity])
    return flat(say("{where}：{what}", where=severity, what=finding.what).text(language))


def flat(text: str) -> str:
    """The text as one line."""
    return " ".join(text.split("\n")).strip()


def written_by_unit(notes: Notes, workbook: Workbook) -> dict[str, dict[tuple[int, int], str]]:
    """The notes without our part. A line put between ours by hand is the unit's, as far as our list can tell."""
    sheet = workbook.sheet(REMARKS)
    cells = sheet.cells.items() if sheet else ()
    texts = (plain(cell.text) for (_, column), cell in cells if column == REMARK_COLUMN)
    known = frozenset(text for text in texts if len(text) >= SHORTEST)
    own = {
        name: {at: kept for at, text in listed.items() if (kept := _without_remark(text, known))}
        for name, listed in notes.items()
    }
    return {name: listed for name, listed in own.items() if listed}


def together(own: str, ours: str) -> str:
    """One note: the unit's own words first."""
    return "\n".join(filter(None, (own, ours)))


def options(text: str) -> Mapping[str, Any]:
    """How large the note must be for all of it to be read, and how it looks."""
    width = WIDE if len(text) > LONG else NARROW
    columns = (width - MARGIN) / CHARACTER
    lines = sum(max(1, math.ceil(text_width(line) * 1.05 / columns)) for line in text.split("\n"))
    return {
        "author": AUTHOR,
        "width": width,
        "height": min(TALLEST, lines * LINE + MARGIN),
        "font_name": "宋体",
        "font_size": 9,
        "color": "#FFF8DC",
    }


def kept_short(text: str) -> str:
    """The note as a program takes it."""
    return cell_text(text)[:LONGEST]


def _without_remark(text: str, known: frozenset[str]) -> str:
    """What the unit wrote: before our heading, and lines after it that are none of ours."""
    heads = [text.find(catalogue(language).gettext(HEAD)) for language in LANGUAGES]
    start = min((at for at in heads if at >= 0), default=-1)
    if start < 0:
        return text.strip()
    _, *lines = text[start:].split("\n")
    added = [line for line in lines if known and plain(line) and not any(w in plain(line) for w in known)]
    return "\n".join(filter(None, (text[:start].strip(), *added)))
