"""A text file as a document: cells that stand on lines of their own after a tab are put together to rows."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from nianbao.intake.document import Document, Paragraph
from nianbao.intake.figures import EMPTY, is_figure, squeezed

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from nianbao.intake.document import Item

RULE = re.compile("[|\u2502\u2503\uff5c]")
ENCODINGS = ("utf-8-sig", "gb18030", "utf-16")


def read_text(data: bytes) -> Document | None:
    """The document; None where the bytes are no text."""
    text = decode(data)
    if text is None:
        return None
    lines = [_without_rules(line) for line in text.replace("\r\n", "\n").replace("\r", "\n").split("\n")]
    return Document(tuple(_items(lines)), "txt", lines=True)


def _without_rules(line: str) -> str:
    """A row between drawn strokes as a row of cells with spaces between."""
    if len(RULE.findall(line)) < 2:
        return line
    if not RULE.sub("", line).strip("+-—─━┼├┤┌┐└┘┬┴: "):
        return ""
    cells = [_closed(cell) for cell in RULE.split(line.strip())]
    return " ".join(filter(None, _kept(cells[bool(not cells[0]) : len(cells) - bool(not cells[-1])])))


def decode(data: bytes) -> str | None:
    """The text, in one of the encodings in use in China."""
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return data.decode("utf-16", errors="replace")
    if b"\0" in data:
        return None
    for encoding in ENCODINGS[:2]:
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    return None


def _items(lines: Sequence[str]) -> Iterator[Item]:
    """Runs of rows in cells as lines, other lines as they are."""
    start = 0
    while start < len(lines):
        end = _end_of_cells(lines, start)
        if end > start:
            yield from _rows(lines[start:end])
            start = end
        else:
            yield Paragraph(lines[start].replace("\f", ""))
            start += 1


def _end_of_cells(lines: Sequence[str], start: int) -> int:
    """Where a run of tabbed cells that begins here ends; `start` where none does."""
    number = start
    cells = 0
    while number < len(lines):
        line = lines[number]
        if line.startswith("\t"):
            cells += 1
        elif line.strip():
            if not cells or not _goes_on(lines, number):
                break
        elif (
            number + 1 < len(lines)
            and not lines[number + 1].strip()
            and not lines[number + 1].startswith("\t")
        ):
            break
        number += 1
    return number if cells > 2 else start


def _goes_on(lines: Sequence[str], number: int) -> bool:
    """Whether a line without a tab belongs to the cell before: it is short and stands between cells."""
    before, after = lines[number - 1], lines[number + 1] if number + 1 < len(lines) else ""
    return (
        len(lines[number].strip()) <= 30
        and bool(before.strip())
        and (after.startswith("\t") or not after.strip())
    )


def _rows(lines: Sequence[str]) -> Iterator[Item]:
    """The cells between blank lines as lines; a cell without anything among figures keeps its place."""
    rows: list[list[str]] = [[]]
    for line in lines:
        if line.startswith("\t"):
            rows[-1].extend(line[1:].split("\t"))
        elif line.strip():
            rows[-1][-1:] = [(rows[-1][-1] if rows[-1] else "") + line.strip()]
        elif rows[-1]:
            rows.append([])
    for row in rows:
        cells = _kept([_closed(cell) for cell in row])
        yield Paragraph(" ".join(filter(None, cells)))


def _closed(cell: str) -> str:
    """A cell's words without spaces, but for those between two figures."""
    return re.sub(r" (?![0-9])|(?<![0-9]) ", "", squeezed(cell))


def _kept(cells: Sequence[str]) -> list[str]:
    """The cells of a row; empty ones among its figures are marked."""
    last = max((n for n, cell in enumerate(cells) if cell and not is_figure(cell)), default=-1)
    if not any(is_figure(cell) for cell in cells):
        return list(cells)
    return [*cells[: last + 1], *(cell or EMPTY for cell in cells[last + 1 :])]
