"""`read_workbook` as the tests call it: the reference reader, and the one that reads by heart must say the same."""

from __future__ import annotations

import re
import zlib
from io import BytesIO
from zipfile import BadZipFile, ZipFile

from nianbao.opening import workbooks
from nianbao.opening.grid import Limits, UnreadableError, Workbook
from nianbao.opening.workbooks import Opener
from sample_workbooks import packed

VALUE = re.compile(rb"<v>([0-9]+)</v>")
SHEETS = "xl/worksheets/"
LARGE = 5_000_000


def read_workbook(data: bytes, limits: Limits = workbooks.LIMITS) -> Workbook:
    """The workbook, or the error, that every way of reading gives: by other values, by the same bytes, cold."""
    opener = Opener(limits)
    outcome(opener, revalued(data))
    ways = [*(outcome(opener, data) for _ in range(3)), outcome(Opener(limits), data)]
    try:
        reference = workbooks.read_workbook(data, limits)
    except UnreadableError as error:
        reason = str(error)
    else:
        reason = ""
    if reason:
        assert ways == [reason] * 4
        return workbooks.read_workbook(data, limits)
    for way in ways:
        assert isinstance(way, Workbook), way
        assert way == reference
        for sheet, its in zip(way.sheets, reference.sheets, strict=True):
            assert list(sheet.cells.items()) == list(its.cells.items())
            assert [sheet.cells[at] for at in its.cells] == list(its.cells.values())
    return reference


def outcome(opener: Opener, data: bytes) -> Workbook | str:
    """What the opener gives: a workbook, or why there is none."""
    try:
        return opener.open(data)
    except UnreadableError as error:
        return str(error)


def revalued(data: bytes) -> bytes:
    """The same workbook with other numbers in its cells, so that its sheets are known but for their values."""
    try:
        with ZipFile(BytesIO(data)) as archive:
            if sum(info.file_size for info in archive.infolist()) > LARGE:
                return data
            parts = {name: archive.read(name) for name in archive.namelist()}
    except (BadZipFile, NotImplementedError, OSError, RuntimeError, ValueError, EOFError, zlib.error):
        return data
    return packed(
        {
            name: VALUE.sub(lambda match: b"<v>%d</v>" % (int(match[1][:9]) // 2), content)
            if name.startswith(SHEETS)
            else content
            for name, content in parts.items()
        }
    )
