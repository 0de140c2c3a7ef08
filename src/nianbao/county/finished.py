"""A finished county workbook, read back without ever holding the rows of its long sheets at once."""

from __future__ import annotations

from functools import cached_property
from io import BytesIO
from typing import TYPE_CHECKING
from zipfile import ZipFile

from nianbao.layout.detail import DETAIL, FIRST_UNIT_ROW
from nianbao.workbook.patching import sheet_parts
from nianbao.workbook.zipping import Start, copied, deflate, deflated

if TYPE_CHECKING:
    from collections.abc import Iterator

BLOCK = 4_000_000
"""Characters of rows that are looked at together: about 500 units."""
TOP = 100_000
"""Characters of what stands over the units' rows, more or less."""
BEGIN, END, ROW_END = b"<sheetData>", b"</sheetData>", b"</row>"
FIRST_UNIT = b'<row r="%d"' % (FIRST_UNIT_ROW + 1)
STORED = 0


class Finished:
    """The file's bytes, of which 明细 is taken in blocks. `shown`: the other sheets that are looked at."""

    def __init__(self, data: bytes, shown: frozenset[str]) -> None:
        self._archive = ZipFile(BytesIO(data))
        parts = sheet_parts(self._archive)
        self._detail = parts[DETAIL]
        self._unseen = {part for name, part in parts.items() if name not in shown}

    def blocks(self, size: int = BLOCK) -> Iterator[bytes]:
        """The rows of 明细 in order, whole rows in each block. Raises BadZipFile where they are damaged."""
        with self._archive.open(self._detail) as part:
            part.read(len(self._head))
            rest = b""
            while chunk := part.read(size):
                rows, end, rest = (rest + chunk).rpartition(ROW_END)
                if end:
                    yield rows + end
            if rows := rest.partition(END)[0]:
                yield rows

    def with_detail(self, rows: bytes) -> bytes:
        """The workbook with these rows in 明细; the sheets that are not looked at are empty."""
        part = deflated(self._detail, (self._head, rows, END, b"</worksheet>"), STORED)
        return self._start.followed_by([part]).closed()

    @cached_property
    def heads(self) -> bytes:
        """The rows of 明细 over those of the units."""
        rows = b""
        for block in self.blocks(TOP):
            rows += block
            first = rows.find(FIRST_UNIT)
            if first >= 0:
                return rows[:first]
        return rows

    @cached_property
    def _head(self) -> bytes:
        """What stands before the rows of 明细."""
        head = b""
        with self._archive.open(self._detail) as part:
            while BEGIN not in head and (chunk := part.read(TOP)):
                head += chunk
        return b"".join(head.partition(BEGIN)[:2])

    @cached_property
    def _start(self) -> Start:
        """All parts but 明细, as compressed, or empty."""
        empty = self._head + END + b"</worksheet>"
        return Start().followed_by(
            deflate(info.filename, empty) if info.filename in self._unseen else copied(self._archive, info)
            for info in self._archive.infolist()
            if info.filename != self._detail
        )
