"""The rows of units on the 明细 sheet of a consolidated workbook, where it stands for certain as it was written."""

from __future__ import annotations

from dataclasses import replace
from itertools import chain, count, takewhile
from typing import TYPE_CHECKING

from nianbao.layout.detail import DETAIL, FIRST_UNIT_ROW, ID_ROW, UNIT_COLUMNS, Detail
from nianbao.layout.places import Place
from nianbao.messages import say
from nianbao.opening.grid import Kind
from nianbao.returned.findings import Spot
from nianbao.returned.findings import found as complaint

if TYPE_CHECKING:
    from collections.abc import Iterator

    from nianbao.definition.form import Form
    from nianbao.messages import Message
    from nianbao.opening.grid import Cell, Sheet
    from nianbao.returned.findings import Finding

CODE, NAME = 0, 1
"""The columns whose texts no two units share."""


def unit_rows(form: Form, sheet: Sheet, *, units: str) -> range | Finding:
    """The rows, one right beneath the other, or the first thing that makes them uncertain.

    `units` is how many the identity says there are, empty where it does not say. The heads are the form's ids in
    its order, each once; every row has a code, a name and a kind; nothing stands beneath or beside. A hidden row
    (a filter that was left on) counts like any other, as in the sums that people see.
    """
    heads = Detail(form, 0).heads
    rows = range(FIRST_UNIT_ROW, FIRST_UNIT_ROW + _coded(sheet))
    faults = chain(
        _wrong_heads(sheet, heads),
        _outside(sheet, rows, len(heads)),
        _nameless(sheet, rows),
        _doubled(sheet, rows),
        _miscounted(rows, units),
    )
    return next(faults, rows)


def _coded(sheet: Sheet) -> int:
    """How many rows there are down to the first without a code."""
    return sum(1 for _ in takewhile(lambda row: _text(sheet, row, CODE), count(FIRST_UNIT_ROW)))


def _wrong_heads(sheet: Sheet, heads: tuple[str, ...]) -> Iterator[Finding]:
    """A complaint for each head that is not the form's."""
    for column, head in enumerate(heads):
        now = _text(sheet, ID_ROW, column)
        if now != head:
            detail = say(
                "{at} 应是「{text}」，现在是「{now}」", at=_address(ID_ROW, column), text=head, now=now
            )
            yield _changed(ID_ROW, column, detail, expected=head, found=now)


def _outside(sheet: Sheet, rows: range, width: int) -> Iterator[Finding]:
    """The complaint about the first thing beneath the last unit or beside the last column."""
    strays = [
        at
        for at, cell in sheet.cells.items()
        if at[0] >= ID_ROW and (at[0] >= rows.stop or at[1] >= width) and _holds(cell)
    ]
    if strays:
        row, column = min(strays)
        now = _text(sheet, row, column)
        detail = say("{at} 在各单位的行和栏以外，有内容「{now}」", at=_address(row, column), now=now)
        yield _changed(row, column, detail, found=now)
    elif not rows:
        yield _changed(FIRST_UNIT_ROW, CODE, say("没有一个单位"))


def _nameless(sheet: Sheet, rows: range) -> Iterator[Finding]:
    """A complaint for each unit whose code, name or kind is no text."""
    for row in rows:
        for column, head in enumerate(UNIT_COLUMNS):
            cell = sheet.cells.get((row, column))
            if cell is None or cell.kind is not Kind.TEXT or cell.formula or not cell.text.strip():
                detail = say("{at} 应是{head}", at=_address(row, column), head=head)
                yield _changed(row, column, detail, found=_text(sheet, row, column))


def _doubled(sheet: Sheet, rows: range) -> Iterator[Finding]:
    """A complaint for each code or name that stands in a row above already."""
    for column in (CODE, NAME):
        seen: dict[str, int] = {}
        for row in rows:
            word = _text(sheet, row, column)
            first = seen.setdefault(word, row)
            if first != row:
                places = {"first": _address(first, column), "second": _address(row, column)}
                yield _changed(row, column, say("{first} 和 {second} 都是「{word}」", **places, word=word))


def _miscounted(rows: range, units: str) -> Iterator[Finding]:
    """The complaint about more or fewer units than the identity says."""
    if units and int(units) != len(rows):
        detail = say("识别信息写明 {units} 个单位，明细里有 {rows} 个", units=units, rows=len(rows))
        yield _changed(FIRST_UNIT_ROW, CODE, detail, expected=units, found=str(len(rows)))


def _changed(row: int, column: int, detail: Message, *, expected: str = "", found: str = "") -> Finding:
    """The complaint, at a cell."""
    finding = complaint("structure-changed:detail", detail=detail, expected=expected, found=found)
    return replace(finding, sheet=DETAIL, spots=(Spot("", _address(row, column)),))


def _text(sheet: Sheet, row: int, column: int) -> str:
    """What a cell says; nothing where there is none."""
    cell = sheet.cells.get((row, column))
    return cell.text.strip() if cell else ""


def _holds(cell: Cell) -> bool:
    """Whether anything stands in the cell."""
    return bool(cell.formula or cell.text.strip())


def _address(row: int, column: int) -> str:
    return Place(DETAIL, row, column).address
