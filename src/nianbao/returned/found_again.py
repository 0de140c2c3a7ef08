"""Sheets, rows and columns that were moved, found by what is printed, by names and by formulas; certain, or not at all.

Certain is: every label of the form stands on the row and column found for it, every total has its formula there, every
input is open. Rows and columns that changed their order are only believed where all names of cells moved with them.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import pairwise
from typing import TYPE_CHECKING

from nianbao.layout.addresses import column_letters
from nianbao.layout.boxes import Computed
from nianbao.layout.names import defined_name, named
from nianbao.messages import say
from nianbao.opening.grid import Kind
from nianbao.opening.ooxml_sheet import place as cell_place
from nianbao.returned.findings import Spot, found
from nianbao.returned.moved import Moved, Moves
from nianbao.returned.placing import plain

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from nianbao.messages import Message
    from nianbao.opening.grid import Cell, Workbook
    from nianbao.returned.findings import Finding
    from nianbao.returned.moved import At
    from nianbao.returned.placing import Placement

NAMED_CELL = re.compile(r"(?:'((?:[^']|'')+)'|([^'!]+))!\$?([A-Z]{1,3})\$?([0-9]{1,7})")
MOST_LINES = 2_000
"""Rows of a sheet in which anything is looked for."""
ROUNDS = 3
Lines = dict[int, int]
Pins = tuple[Lines, Lines]
"""For rows and for columns of the form, the file's, as far as found."""


def named_place(workbook: Workbook, name: str) -> tuple[str, At | None]:
    """Sheet and cell that a name of the workbook points to; no cell where it points to none."""
    match = NAMED_CELL.fullmatch(workbook.names.get(name, ""))
    if not match:
        return "", None
    return (match[1] or match[2]).replace("''", "'"), cell_place(f"{match[3]}{match[4]}")


class _AstrayError(Exception):
    """Two things say that a row or column is in different places."""


def find_again(placement: Placement, workbook: Workbook) -> Moved | None:
    """Where the sheet's cells are now; None where that is not certain."""
    search = _Search(placement, workbook)
    for by_names in (True, False):
        moved = search.lines(by_names=by_names)
        if moved and search.proves(moved, any_order=by_names and search.has_names):
            return moved
    return None


def moved_notice(placement: Placement, moved: Moved) -> Finding:
    """What was moved, at the first cell of each row and column that the form does not have."""
    sheet, plan = placement.sheet, placement.plan
    rows, columns = _inserted(moved.rows), _inserted(moved.columns)
    if not rows and not columns:
        rows, columns = _shuffled(moved.rows), _shuffled(moved.columns)
    spots = [Spot("", f"A{row + 1}") for row in rows]
    spots += [Spot("", f"{column_letters(column)}1") for column in columns]
    finding = found("structure-changed:found", detail=_told(plan.name, moved))
    return replace(finding, sheet=sheet.name, spots=tuple(spots))


def _inserted(lines: Mapping[int, int]) -> list[int]:
    """The file's rows or columns among those of the form that are none of them."""
    return sorted(set(range(max(lines.values(), default=-1) + 1)) - set(lines.values()))


def _shuffled(lines: Mapping[int, int]) -> list[int]:
    """The file's rows or columns that are others than the form's."""
    return sorted(now for line, now in lines.items() if now != line)


def _told(plan: str, moved: Moved) -> Message:
    rows, columns = _inserted(moved.rows), _inserted(moved.columns)
    if moved.name != plan:
        return say("工作表「{old}」改名为「{new}」", old=plan, new=moved.name)
    if rows and columns:
        return say("多出第 {rows} 行和 {columns} 列", rows=_numbers(rows), columns=_letters(columns))
    if rows:
        return say("多出第 {rows} 行", rows=_numbers(rows))
    if columns:
        return say("多出 {columns} 列", columns=_letters(columns))
    return say("行、列的次序变了")


def _numbers(rows: list[int]) -> str:
    return "、".join(str(row + 1) for row in rows)


def _letters(columns: list[int]) -> str:
    return "、".join(map(column_letters, columns))


@dataclass(frozen=True)
class _Search:
    """One sheet in which the form's rows and columns are looked for."""

    placement: Placement
    workbook: Workbook

    def lines(self, *, by_names: bool) -> Moved | None:
        """Every row and column of the form in the file; None where one is not found, or two things disagree."""
        try:
            rows, columns = self._pins(by_names=by_names)
            tall, wide = self._extent
            rows, columns = _completed(rows, tall), _completed(columns, wide)
        except _AstrayError:
            return None
        return Moved(self.placement.sheet.name, rows, columns)

    def proves(self, moved: Moved, *, any_order: bool) -> bool:
        """Whether everything is where that says."""
        if not any_order and not all(
            first < second
            for lines in (moved.rows, moved.columns)
            for first, second in pairwise(_values(lines))
        ):
            return False
        plan = self.placement.plan
        sheet = self.placement.sheet
        cells = Moves({plan.name: moved}).cells(plan.name, sheet)
        if not self.placement.sees_formulas and _numbers_in(cells) < _numbers_in(sheet.cells):
            return False  # a figure beside the form may be one of its own
        return replace(self.placement, sheet=replace(sheet, cells=cells)).is_whole

    @property
    def has_names(self) -> bool:
        """Whether names tell where every cell is."""
        return bool(self._named)

    def _pins(self, *, by_names: bool) -> Pins:
        """What is found of rows and columns: by names, by labels that are there once, by rows and columns of labels."""
        pins: Pins = ({}, {})
        for at, now in self._named if by_names else ():
            _pin(pins, at, now)
        for at, now in self._unique:
            _pin(pins, at, now)
        for _ in range(ROUNDS):
            for at, now in [*self._in_line(pins, 0), *self._in_line(pins, 1)]:
                _pin(pins, at, now)
        for at, now in self._by_formula(pins):
            _pin(pins, at, now)
        return pins

    @cached_property
    def _extent(self) -> tuple[int, int]:
        """How many rows and columns the form's sheet has."""
        boxes = self.placement.plan.boxes
        return max(box.row + box.rows for box in boxes), max(box.column + box.columns for box in boxes)

    @cached_property
    def _expected(self) -> Mapping[At, str]:
        return {at: plain(text) for at, text in self.placement.labels.items()}

    @cached_property
    def _there(self) -> Mapping[At, str]:
        """The texts of the file that are labels of the form."""
        known = set(self._expected.values())
        return {at: text for at, text in self.placement.texts.items() if text in known and at[0] < MOST_LINES}

    @cached_property
    def _unique(self) -> list[tuple[At, At]]:
        """Each label that the form and the file have once, with where it is."""
        printed, there = Counter(self._expected.values()), Counter(self._there.values())
        now = {text: at for at, text in self._there.items()}
        return [
            (at, now[text]) for at, text in self._expected.items() if printed[text] == 1 and there[text] == 1
        ]

    @cached_property
    def _named(self) -> list[tuple[At, At]]:
        """Each named cell of the sheet with where its name says it is; nothing unless all names are there."""
        layout, plan = self.placement.layout, self.placement.plan
        found_at = []
        for key in named(layout):
            if layout.places[key].sheet != plan.name:
                continue
            sheet, now = named_place(self.workbook, defined_name(key))
            if now is None or sheet != self.placement.sheet.name:
                return []
            place = layout.places[key]
            found_at.append(((place.row, place.column), now))
        return found_at

    def _in_line(self, pins: Pins, axis: int) -> Iterator[tuple[At, At]]:
        """The labels of each row (axis 0) or column that was found, where the file has the same ones in that order."""
        for line, now in list(pins[axis].items()):
            expected = _along(self._expected, axis, line)
            there = _along(self._there, axis, now)
            if [text for _, text in expected] == [text for _, text in there]:
                yield from ((at, elsewhere) for (at, _), (elsewhere, _) in zip(expected, there, strict=True))

    def _by_formula(self, pins: Pins) -> Iterator[tuple[At, At]]:
        """A row without labels whose totals are the only formulas left over in their columns."""
        rows, columns = pins
        taken = set(rows.values())
        for row in {at[0] for at in self._totals} - rows.keys():
            wanted = [at for at in self._totals if at[0] == row and at[1] in columns]
            spots = [self._left_over(columns[at[1]], taken) for at in wanted]
            if wanted and spots[0] and all(spot == spots[0] and len(spot) == 1 for spot in spots):
                now = next(iter(spots[0]))
                yield from ((at, (now, columns[at[1]])) for at in wanted)

    def _left_over(self, column: int, taken: set[int]) -> frozenset[int]:
        """The rows with a formula in that column that are no row of the form's yet."""
        cells = self.placement.sheet.cells
        return frozenset(at[0] for at, cell in cells.items() if at[1] == column and cell.formula) - taken

    @cached_property
    def _totals(self) -> list[At]:
        boxes = self.placement.plan.boxes
        return [(box.row, box.column) for box in boxes if isinstance(box.content, Computed)]


def _numbers_in(cells: Mapping[At, Cell]) -> int:
    return sum(cell.kind is Kind.NUMBER for cell in cells.values())


def _pin(pins: Pins, at: At, now: At) -> None:
    for lines, line, place in zip(pins, at, now, strict=True):
        if lines.setdefault(line, place) != place:
            raise _AstrayError


def _along(texts: Mapping[At, str], axis: int, line: int) -> list[tuple[At, str]]:
    """The texts of a row or column, in order."""
    return sorted((at, text) for at, text in texts.items() if at[axis] == line)


def _completed(found_lines: Lines, count: int) -> Lines:
    """Every line: one that nothing tells of keeps its place beside its neighbours, where these stayed together."""
    if not found_lines:
        raise _AstrayError
    lines = dict(found_lines)
    pinned = sorted(lines)
    for line in range(count):
        if line in lines:
            continue
        before = [other for other in pinned if other < line][-1:]
        after = [other for other in pinned if other > line][:1]
        offsets = {lines[other] - other for other in before + after}
        if len(offsets) != 1:
            raise _AstrayError
        lines[line] = line + offsets.pop()
    if min(lines.values()) < 0 or len(set(lines.values())) < len(lines):
        raise _AstrayError
    return lines


def _values(lines: Mapping[int, int]) -> list[int]:
    """The file's lines in the form's order."""
    return [lines[line] for line in sorted(lines)]
