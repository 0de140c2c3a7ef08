"""A finished workbook with gaps for texts: many workbooks that differ in a few cells, each made in microseconds."""

from __future__ import annotations

import re
from html import escape
from io import BytesIO
from typing import TYPE_CHECKING
from zipfile import ZipFile

from nianbao.workbook.cell_text import cell_text
from nianbao.workbook.zipping import Pressed, Start, assembled, copied

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

OPEN, CLOSE = "\ue000", "\ue001"
"""Private characters that no text of a form has: they mark a gap in the XML until it is cut there."""
KEPT = '<t xml:space="preserve">'
"""A text whose spaces at the ends belong to it."""
WORTH_PRESSING = 200
"""Bytes between two gaps from which on compressing them saves more than the blocks cost."""
GAP = re.compile(f"{OPEN}([^{CLOSE}]*){CLOSE}")


def gap(name: str) -> str:
    """The mark to write where the text of that name belongs."""
    return f"{OPEN}{name}{CLOSE}"


class Template:
    """A workbook with gaps among its texts. All but these is compressed once."""

    def __init__(self, data: bytes) -> None:
        constant = []
        self._parts: dict[str, list[Pressed | bytes | str]] = {}
        with ZipFile(BytesIO(data)) as archive:
            for info in archive.infolist():
                text = archive.read(info).decode("utf-8", errors="replace")
                if OPEN in text:
                    self._parts[info.filename] = _cut(text)
                else:
                    constant.append(copied(archive, info))
        self._start = Start().followed_by(constant)

    def fill(self, texts: Mapping[str, str]) -> bytes:
        """The workbook with each gap's text in it. Raises KeyError for a gap that has none."""
        parts = (assembled(name, _joined(pieces, texts)) for name, pieces in self._parts.items())
        return self._start.followed_by(parts).closed()


def _cut(text: str) -> list[Pressed | bytes | str]:
    """The part at its gaps: what is long enough compressed, what is short as it is, each gap's name."""
    pieces: list[Pressed | bytes | str] = list(GAP.split(text.replace(f"<t>{OPEN}", f"{KEPT}{OPEN}")))
    for index, piece in enumerate(pieces):
        if index % 2 == 0 and isinstance(piece, str):
            content = piece.encode()
            pieces[index] = Pressed.of(content) if len(content) >= WORTH_PRESSING else content
    return pieces


def _joined(pieces: list[Pressed | bytes | str], texts: Mapping[str, str]) -> Iterator[Pressed | bytes]:
    """The part with its gaps closed; what is not compressed joined as far as it goes."""
    loose = b""
    for piece in pieces:
        if isinstance(piece, Pressed):
            yield from (loose, piece)
            loose = b""
        else:
            loose += (
                escape(cell_text(texts[piece]), quote=False).encode() if isinstance(piece, str) else piece
            )
    yield loose
