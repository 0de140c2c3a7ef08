"""Values put into a blank: everything else stays as it was, and every cached result is true afterwards."""

from __future__ import annotations

from decimal import Decimal
from itertools import zip_longest
from math import isfinite
from typing import TYPE_CHECKING

from nianbao.definition.sheet_names import IDENTITY
from nianbao.layout.boxes import Answer, Computed, Given, Words
from nianbao.layout.formulas import YES, ErrorValue
from nianbao.layout.identity import read_identity
from nianbao.layout.planning import DECLARATION
from nianbao.layout.prose import height, split
from nianbao.layout.results import work_out
from nianbao.messages import say
from nianbao.opening.grid import Kind, UnreadableError
from nianbao.opening.numbers import stored_number
from nianbao.opening.workbooks import read_workbook
from nianbao.problems import OfficeError, refuse
from nianbao.workbook.filling import Filling, as_typed, plain, take
from nianbao.workbook.patching import Fitted, Result, patch

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from nianbao.layout.formulas import Shown, State
    from nianbao.layout.identity import Identity
    from nianbao.layout.places import Layout, Place
    from nianbao.opening.grid import Cell, Workbook
    from nianbao.workbook.patching import Change
    from nianbao.workbook.values import Value


def fill(
    data: bytes,
    values: Mapping[str, Value],
    *,
    find_layout: Callable[[Identity], Layout],
    as_given: bool = False,
) -> bytes:
    """The blank with the values in it; None leaves a cell empty.

    `as_given` types what cannot be right as well: words into number cells, wrong totals over their formulas.
    Raises OfficeError that names every id that cannot go in, or says why the file is no blank.
    """
    book = _open(data)
    identity = _identity(book)
    layout = find_layout(identity)
    layout = layout.beside if identity.previous else layout
    _check_labels(book, layout)
    filling = Filling(layout, as_given)
    for key, value in values.items():
        take(filling, key, value)
    cells = _standing(book, layout)
    cells |= {key: _as_shown(change) for key, change in filling.inputs.items()}
    state = _state(layout, identity, cells, filling)
    if filling.problems:
        raise OfficeError(filling.problems)
    return patch(data, _changes(layout, filling, state, cells))


def _open(data: bytes) -> Workbook:
    """The blank as a grid."""
    try:
        book = read_workbook(data)
    except UnreadableError as error:
        raise refuse(say("空白表打不开：{detail}", detail=error.detail)) from error
    if book.format != "xlsx":
        raise refuse(say("空白表应是 .xlsx 文件"))
    return book


def _identity(book: Workbook) -> Identity:
    """Whose blank it is."""
    sheet = book.sheet(IDENTITY)
    rows = sorted(sheet.cells) if sheet else []
    entries = {
        sheet.cells[row, 0].text: sheet.cells[row, 1].text
        for row, column in rows
        if sheet and column == 0 and (row, 1) in sheet.cells
    }
    identity = read_identity(entries)
    if identity is None:
        raise refuse(say("不是 nianbao 生成的空白表"))
    return identity


def _check_labels(book: Workbook, layout: Layout) -> None:
    """The blank's printed labels stand where the form has them, so that every value goes into its cell."""
    for plan in layout.sheets:
        sheet = book.sheet(plan.name)
        if sheet is None:
            raise refuse(say("空白表缺少工作表「{sheet}」", sheet=plan.name))
        for box in plan.boxes:
            if isinstance(box.content, Words) and box.content.text:
                cell = sheet.cells.get((box.row, box.column))
                if cell is None or cell.text.strip() != box.content.text.strip():
                    raise refuse(say("空白表「{sheet}」的文字被改动过，请换用新的空白表", sheet=plan.name))


def _standing(book: Workbook, layout: Layout) -> dict[str, Shown]:
    """What stands in the blank's inputs already, and in totals that are no formula any more."""
    cells: dict[str, Shown] = {}
    for key, box in layout.box_of.items():
        cell = _cell(book, layout.cells_of(key))
        content = box.content
        typed_over = isinstance(content, Computed) and key in layout.form.fields and cell and not cell.formula
        if isinstance(content, Answer | Given) or typed_over:
            cells[key] = _shown(cell)
    return cells


def _cell(book: Workbook, places: tuple[Place, ...]) -> Cell | None:
    """What stands there; of a section in words the first cell that holds something."""
    sheet = book.sheet(places[0].sheet)
    cells = [sheet.cells.get((place.row, place.column)) for place in places] if sheet else []
    return next((cell for cell in cells if cell and cell.text.strip()), cells[0] if cells else None)


def _shown(cell: Cell | None) -> Shown:
    """A grid cell as a formula would take it."""
    if cell is None or cell.kind is Kind.EMPTY:
        return None
    if cell.kind is Kind.NUMBER and isfinite(number := stored_number(cell.text)):
        return plain(Decimal(repr(number)))
    return ErrorValue(cell.text) if cell.kind is Kind.ERROR else cell.text


def _as_shown(change: Change) -> Shown:
    """A change as a formula would take it; a truth value counts as nothing typed in numbers."""
    match change:
        case bool():
            return str(change).upper()
        case Fitted(text=text):
            return text
        case Result(shown=shown):
            return shown
        case _:
            return change


def _state(layout: Layout, identity: Identity, cells: dict[str, Shown], filling: Filling) -> State:
    """What the workbook shows; totals given in `filling` are judged against it and typed over where wanted."""
    kind = identity.kind
    if kind is None:
        raise refuse(say("空白表里的单位类型「{kind}」不认识", kind=identity.judged_as))
    declared = cells.get(DECLARATION) == YES
    state = work_out(layout, cells, declared=declared, kind=kind)
    for total in layout.form.totals():
        given = filling.totals.get(total.id)
        if given is None or as_typed(given) == state.cells.get(total.id):
            continue
        if not filling.as_given:
            computed = state.cells.get(total.id)
            shown = say("空") if computed is None else computed
            filling.refuse(
                total.id, say("给的总计是 {given}，按各项相加是 {computed}", given=given, computed=shown)
            )
            continue
        cells[total.id] = filling.inputs[total.id] = as_typed(given)
        state = work_out(layout, cells, declared=declared, kind=kind)
    return state


def _changes(
    layout: Layout, filling: Filling, state: State, cells: Mapping[str, Shown]
) -> dict[Place, Change]:
    """Every cell that is typed, and every formula's result."""
    changes: dict[Place, Change] = {}
    for key, change in filling.inputs.items():
        if layout.box_of[key].stacked and (change is None or isinstance(change, str)):
            changes |= dict(_stacked(layout.cells_of(key), change or ""))
        else:
            changes[layout.places[key]] = change
    for key, box in layout.box_of.items():
        if isinstance(box.content, Computed) and key not in cells:
            shown = box.content.live.show(state)
            changes[layout.places[key]] = Result("" if shown is None else shown)
    return changes


def _stacked(places: tuple[Place, ...], text: str) -> Iterator[tuple[Place, Change]]:
    """A section's text over its cells; the cells that it does not need are emptied."""
    for place, piece in zip_longest(places, split(text)):
        yield place, Fitted(piece, height(piece)) if piece else Fitted(None)
