"""A finished workbook with gaps for texts: many workbooks that differ in a few cells, each made in microseconds."""

from __future__ import annotations

import re
from html import escape
from io import BytesIO
from typing import TYPE_CHECKING
from zipfile import ZipFile

from nianbao.workbook.cell_text import cell_text
from nianbao.workbook.patching import patch
from nianbao.workbook.zipping import Start, copied, deflate

if TYPE_CHECKING:
    from collections.abc import Mapping

    from nianbao.layout.places import Place

OPEN, CLOSE = "\ue000", "\ue001"
"""Private characters that no text of a form has: they mark a gap in the XML until it is cut there."""
GAP = re.compile(f"{OPEN}([^{CLOSE}]*){CLOSE}")


class Template:
    """A workbook whose cells at `gaps` get their text later. The other parts are compressed once."""

    def __init__(self, data: bytes, gaps: Mapping[str, Place]) -> None:
        marked = patch(data, {place: f"{OPEN}{name}{CLOSE}" for name, place in gaps.items()})
        constant = []
        self._pieces: dict[str, list[str]] = {}
        with ZipFile(BytesIO(marked)) as archive:
            for info in archive.infolist():
                text = archive.read(info).decode("utf-8", errors="replace")
                if OPEN in text:
                    self._pieces[info.filename] = GAP.split(text)
                else:
                    constant.append(copied(archive, info))
        self._start = Start().followed_by(constant)

    def fill(self, texts: Mapping[str, str]) -> bytes:
        """The workbook with each gap's text in it. Raises KeyError for a gap that has none."""
        parts = (deflate(name, _joined(pieces, texts)) for name, pieces in self._pieces.items())
        return self._start.followed_by(parts).closed()


def _joined(pieces: list[str], texts: Mapping[str, str]) -> bytes:
    """The part with its gaps closed; every second piece is a gap's name."""
    filled = list(pieces)
    filled[1::2] = [escape(cell_text(texts[name]), quote=False) for name in pieces[1::2]]
    return "".join(filled).encode()
