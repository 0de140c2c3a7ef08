"""A survey of an .xls file ([MS-XLS]): size and error values of each sheet, and what could run or fetch something."""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING

from nianbao.messages import say
from nianbao.opening.grid import UnreadableError
from nianbao.opening.ole import read_directory
from nianbao.opening.survey import Patience, Survey, error_name

if TYPE_CHECKING:
    from collections.abc import Iterator

    from nianbao.opening.ole import Directory

STREAMS = frozenset({"workbook", "book"})
MOST_SHEETS = 255
"""More than any program opens."""
BOF, EOF, FILEPASS, BOUNDSHEET, SUPBOOK, DIMENSIONS = 0x0809, 0x000A, 0x002F, 0x0085, 0x01AE, 0x0200
FORMULAS, BOOLERR, MULRK, MULBLANK = frozenset({0x0006, 0x0206, 0x0406}), 0x0205, 0x00BD, 0x00BE
CELLS = FORMULAS | {BOOLERR, MULRK, MULBLANK, 0x0201, 0x0203, 0x0204, 0x00D6, 0x00FD, 0x027E}
MACRO_SHEET = 1
OWN_SHEETS, ADD_IN = 0x0401, 0x3A01
MACRO_STORAGES = frozenset({"_vba_project_cur", "_vba_project", "vba"})
OBJECT_STORAGE = "mbd"
SHEET_BOX = 1 << 24
"""Places of the largest sheet that .xls can hold: the library reserves memory for what a sheet declares."""


def survey_xls(data: bytes) -> tuple[list[Survey], tuple[str, ...]]:
    """A survey of each sheet, and the names of active parts; `UnreadableError` where it is encrypted or cut off."""
    directory = read_directory(data)
    book = directory.stream(STREAMS)
    surveys, active = [], _storages(directory)
    offsets: set[int] = set()
    patience = Patience()
    for kind, start, size in _records(book, 0, patience):
        if kind == FILEPASS:
            raise UnreadableError("encrypted", say("文件设有打开密码；请取消密码后再报送"))
        if kind == BOUNDSHEET and size >= 6:
            offset, _, sheet_kind = struct.unpack_from("<IBB", book, start)
            if offset in offsets or len(offsets) >= MOST_SHEETS:
                raise UnreadableError("unreadable", say("文件已损坏，打不开；请重新保存后再报送"))
            offsets.add(offset)
            surveys.append(_survey_sheet(book, offset, patience))
            active += ["macro sheet"] * (sheet_kind == MACRO_SHEET)
        if (
            kind == SUPBOOK
            and size >= 4
            and struct.unpack_from("<H", book, start + 2)[0] not in (OWN_SHEETS, ADD_IN)
        ):
            active.append("external link")
    return surveys, tuple(sorted(set(active)))


def _storages(directory: Directory) -> list[str]:
    return [
        entry.name
        for entry in directory.entries
        if entry.name.casefold() in MACRO_STORAGES or entry.name.casefold().startswith(OBJECT_STORAGE)
    ]


def _survey_sheet(book: bytes, offset: int, patience: Patience) -> Survey:
    survey = Survey()
    for kind, start, size in _records(book, offset, patience):
        if kind in CELLS and size >= 6:
            _note_cell(survey, book, kind=kind, start=start, size=size)
        elif kind == DIMENSIONS:
            _check_dimensions(book[start : start + size])
    return survey


def _note_cell(survey: Survey, book: bytes, *, kind: int, start: int, size: int) -> None:
    row, column = struct.unpack_from("<HH", book, start)
    last = column
    if kind in (MULRK, MULBLANK):
        (last,) = struct.unpack_from("<H", book, start + size - 2)
    survey.note(row, column, columns=max(1, last - column + 1))
    if kind == BOOLERR and size >= 8 and book[start + 7]:
        survey.errors[row, column] = error_name(book[start + 6])
    elif (
        kind in FORMULAS
        and size >= 14
        and book[start + 6] == 2
        and book[start + 12 : start + 14] == b"\xff\xff"
    ):
        survey.errors[row, column] = error_name(book[start + 8])


def _check_dimensions(declared: bytes) -> None:
    if len(declared) < 10:
        return
    shape = "<IIHH" if len(declared) >= 12 else "<HHHH"
    first_row, last_row, first_column, last_column = struct.unpack_from(shape, declared)
    if abs(last_row - first_row) * abs(last_column - first_column) > SHEET_BOX:
        raise UnreadableError("too-large", say("单元格过多；请删去多余内容后再报送"))


def _records(book: bytes, offset: int, patience: Patience) -> Iterator[tuple[int, int, int]]:
    """Kind, start and size of each record from `offset` to the end of its part, those of charts within included."""
    depth = 0
    while offset + 4 <= len(book):
        kind, size = struct.unpack_from("<HH", book, offset)
        patience.take()
        start = offset + 4
        if start + size > len(book):
            raise UnreadableError("unreadable", say("文件已损坏，打不开；请重新保存后再报送"))
        depth += (kind == BOF) - (kind == EOF)
        yield kind, start, size
        if kind == EOF and depth <= 0:
            return
        offset = start + size
