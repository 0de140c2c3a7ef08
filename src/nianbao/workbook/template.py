"""A finished workbook with gaps for texts and values: many that differ in a few cells, each made in microseconds."""

from __future__ import annotations

import re
from functools import lru_cache
from html import escape
from io import BytesIO
from types import MappingProxyType
from typing import TYPE_CHECKING
from zipfile import ZipFile

from nianbao.layout.formulas import ErrorValue
from nianbao.workbook.cell_text import cell_text
from nianbao.workbook.patching import number_text, sheet_parts
from nianbao.workbook.zipping import Pressed, Start, assembled, copied

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from nianbao.layout.formulas import Shown
    from nianbao.layout.places import Place

OPEN, CLOSE = "\ue000", "\ue001"
"""Private characters that no text of a form has: they mark a gap in the XML until it is cut there."""
KEPT = '<t xml:space="preserve">'
"""A text whose spaces at the ends belong to it."""
WORTH_PRESSING = 200
"""Bytes between two gaps from which on compressing them saves more than the blocks cost."""
GAP = re.compile(f"{OPEN}([^{CLOSE}]*){CLOSE}")
CELL = re.compile(
    r'<c r="([A-Z]+[0-9]+)"((?: s="[0-9]+")?)(?: t="[a-z]+")?(?:/>|>(<f>[^<]*</f>)?(?:<v/>|<v>[^<]*</v>)?</c>)'
)
"""A cell that is empty, or holds a number, or a formula with its result: address, style, formula."""
TYPE, VALUE = "type:", "value:"
"""How the gaps of a cell are named: its type in the cell's tag, its value after the formula."""
NONE: Mapping[str, Shown] = MappingProxyType({})


def gap(name: str) -> str:
    """The mark to write where the text of that name belongs."""
    return f"{OPEN}{name}{CLOSE}"


class Template:
    """A workbook with gaps among its texts, and for the values of `cells`. All but these is compressed once.

    Raises KeyError for a cell that is not there, or holds words of its own.
    """

    def __init__(self, data: bytes, cells: Mapping[str, Place] = MappingProxyType({})) -> None:
        constant = []
        self._parts: dict[str, list[Pressed | bytes | str]] = {}
        self._live: set[str] = set()
        with ZipFile(BytesIO(data)) as archive:
            sheets = {part: name for name, part in sheet_parts(archive).items()}
            for info in archive.infolist():
                text = archive.read(info).decode("utf-8", errors="replace")
                sheet = sheets.get(info.filename)
                wanted = {place.address: key for key, place in cells.items() if place.sheet == sheet}
                text = self._opened(text, wanted) if wanted else text
                if OPEN in text:
                    self._parts[info.filename] = _cut(text)
                else:
                    constant.append(copied(archive, info))
        self._start = Start().followed_by(constant)

    def fill(self, texts: Mapping[str, str], values: Mapping[str, Shown] = NONE) -> bytes:
        """The workbook with each gap's text and value in it. Raises KeyError for a gap that has none."""
        ready = {name: _escaped(text) for name, text in texts.items()}
        for key, shown in values.items():
            ready[TYPE + key], ready[VALUE + key] = _cell(shown, live=key in self._live)
        parts = (assembled(name, _joined(pieces, ready)) for name, pieces in self._parts.items())
        return self._start.followed_by(parts).closed()

    def _opened(self, text: str, wanted: dict[str, str]) -> str:
        """The sheet with gaps in the cells at those addresses."""

        def opened(match: re.Match[str]) -> str:
            address, style, formula = match.groups(default="")
            key = wanted.pop(address, None)
            if key is None:
                return match[0]
            if formula:
                self._live.add(key)
            return f'<c r="{address}"{style}{gap(TYPE + key)}>{formula}{gap(VALUE + key)}</c>'

        marked = CELL.sub(opened, text)
        if wanted:
            raise KeyError(*wanted.values())
        return marked


def _cut(text: str) -> list[Pressed | bytes | str]:
    """The part at its gaps: what is long enough compressed, what is short as it is, each gap's name."""
    pieces: list[Pressed | bytes | str] = list(GAP.split(text.replace(f"<t>{OPEN}", f"{KEPT}{OPEN}")))
    for index, piece in enumerate(pieces):
        if index % 2 == 0 and isinstance(piece, str):
            content = piece.encode()
            pieces[index] = Pressed.of(content) if len(content) >= WORTH_PRESSING else content
    return pieces


def _joined(pieces: list[Pressed | bytes | str], ready: Mapping[str, bytes]) -> Iterator[Pressed | bytes]:
    """The part with its gaps closed; what is not compressed joined as far as it goes."""
    loose: list[bytes] = []
    for piece in pieces:
        if isinstance(piece, Pressed):
            yield from (b"".join(loose), piece)
            loose = []
        else:
            loose.append(ready[piece] if isinstance(piece, str) else piece)
    yield b"".join(loose)


@lru_cache(maxsize=64)
def _escaped(text: str) -> bytes:
    """The text as XML has it; most of a workbook's texts are those of the one before."""
    return escape(cell_text(text), quote=False).encode()


def _cell(shown: Shown, *, live: bool) -> tuple[bytes, bytes]:
    """A cell's type and value, as patching writes them; `live`: it holds a formula, whose nothing is an empty text."""
    if shown is None and not live:
        return b"", b""
    if shown is not None and not isinstance(shown, str):
        return b"", f"<v>{number_text(shown)}</v>".encode()
    words = _escaped(shown or "")
    if live or isinstance(shown, ErrorValue):
        return b' t="e"' if isinstance(shown, ErrorValue) else b' t="str"', b"<v>%b</v>" % words
    return b' t="inlineStr"', b"<is>%b%b</t></is>" % (KEPT.encode(), words)
