"""A survey of an .xlsb file ([MS-XLSB]): the size and the error values of each sheet."""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING

from nianbao.messages import say
from nianbao.opening.grid import UnreadableError
from nianbao.opening.relations import active_parts, read_relations
from nianbao.opening.survey import Patience, Survey, error_name

if TYPE_CHECKING:
    from collections.abc import Iterator

    from nianbao.opening.container import Container
    from nianbao.opening.grid import Limits

BOOK_PART = "xl/workbook.bin"
ROW, SHEET = 0, 156
CELLS = frozenset({*range(1, 12), 62})
ERRORS = frozenset({3, 11})
WORKSHEET = "worksheet"


def survey_xlsb(container: Container, limits: Limits) -> tuple[list[Survey], tuple[str, ...]]:
    """A survey of each sheet in the workbook's order, and the names of active parts."""
    every_link = read_relations(container, limits)
    links = every_link.get(BOOK_PART, {})
    surveys = []
    seen: set[str] = set()
    patience = Patience()
    for kind, record in _records(container.read(BOOK_PART), patience):
        if kind == SHEET:
            link = links.get(_link(record))
            if link is None or link.target.casefold() in seen:
                raise _damaged()
            seen.add(link.target.casefold())
            is_sheet = link.kind == WORKSHEET
            surveys.append(_survey_sheet(container.read(link.target), patience) if is_sheet else Survey())
    return surveys, active_parts(container, every_link)


def _link(record: bytes) -> str:
    length = struct.unpack_from("<I", record, 8)[0] if len(record) >= 12 else 0
    return record[12 : 12 + 2 * length].decode("utf-16-le", "replace")


def _survey_sheet(content: bytes, patience: Patience) -> Survey:
    survey, row = Survey(), 0
    for kind, record in _records(content, patience):
        if kind == ROW and len(record) >= 4:
            (row,) = struct.unpack_from("<I", record)
        elif kind in CELLS and len(record) >= 8:
            (column,) = struct.unpack_from("<I", record)
            survey.note(row, column)
            if kind in ERRORS and len(record) >= 9:
                survey.errors[row, column] = error_name(record[8])
    return survey


def _records(content: bytes, patience: Patience) -> Iterator[tuple[int, bytes]]:
    at = 0
    while at < len(content):
        patience.take()
        kind, at = _varying(content, at, most=2)
        size, at = _varying(content, at, most=4)
        if at + size > len(content):
            raise _damaged()
        yield kind, content[at : at + size]
        at += size


def _varying(content: bytes, at: int, *, most: int) -> tuple[int, int]:
    """A number of seven bits a byte, and where it ends."""
    number = 0
    for place, byte in enumerate(content[at : at + most]):
        number |= (byte & 0x7F) << (7 * place)
        if not byte & 0x80:
            return number, at + place + 1
    if at + most > len(content):
        raise _damaged()
    return number, at + most


def _damaged() -> UnreadableError:
    return UnreadableError("unreadable", say("文件已损坏，打不开；请重新保存后再报送"))
