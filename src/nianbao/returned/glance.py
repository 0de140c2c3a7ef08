"""Sheets judged at a glance: what was found of a sheet's surroundings once holds wherever they come again.

Only what is in order is told here: every label where it is printed, every formula there and meant so, every input
open, or locked with a number in it (prefilled), all else locked, nothing typed elsewhere, nothing hidden. The rest is
for `placing` and `integrity`, which look at each cell and say what is wrong.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from nianbao.definition.form import FieldType
from nianbao.frozen import frozen
from nianbao.layout.boxes import Answer, Computed, Given, Role, Slot, Words
from nianbao.opening.grid import Cell
from nianbao.opening.lazy_cells import LazyCells
from nianbao.opening.ooxml_styles import NUMBER
from nianbao.opening.recent import Recent
from nianbao.opening.recipes import Hole
from nianbao.returned.integrity import merged_over, telling
from nianbao.returned.meaning import same
from nianbao.returned.placing import plain, shown_text

if TYPE_CHECKING:
    from collections.abc import Mapping

    from nianbao.layout.boxes import Box, SheetPlan
    from nianbao.layout.places import Layout
    from nianbao.opening.grid import Sheet
    from nianbao.opening.recipes import Recipe

At = tuple[int, int]
Merges = tuple[tuple[int, int, int, int], ...]
WHOLE = frozenset({FieldType.WHOLE, FieldType.SIGNED})
UNKNOWN = -1
"""No number as it is typed: these have no sign."""
DIGITS = 15
"""Whole numbers of so many digits stand in a file as they are typed."""
VISIBLE = "visible"
MOST_SIGHTS, MOST_TEXTS, MOST_NUMBERS = 256, 512, 50_000


@frozen
class Sight:
    """A sheet's surroundings beside its plan, where all is in order whatever the values are.

    `words`: the texts printed, each by the place of its value among the sheet's, its cell, and as compared. `slots`:
    the cells with texts of this workbook, by name. `whole`: inputs for whole numbers, by id and the place of the value.
    `empty`: inputs with nothing in them. `others`: inputs to be looked at one by one. `locked`: where the values stand
    of inputs that are locked, which is in order while they are numbers.
    `reasons`: the ids of cells for a unit's reasons, and the places of their values (-1: always the same). `written`:
    for each section and cover entry, which of its cells hold something or may, each with the place of its value
    (likewise). `given`: former figures, by id and the place of the value; `lacking`: those that are not there.
    """

    words: tuple[tuple[int, At, str], ...]
    slots: tuple[tuple[At, str], ...]
    whole: tuple[tuple[str, int], ...]
    empty: tuple[str, ...]
    others: tuple[str, ...]
    locked: tuple[int, ...]
    reasons: tuple[tuple[str, int], ...]
    written: tuple[tuple[str, tuple[tuple[int, int], ...]], ...]
    given: tuple[tuple[str, int], ...]
    lacking: tuple[str, ...]


@frozen
class Plain:
    """Answers that need no second look: whole numbers by id, inputs left empty, and the ids of all other inputs.

    `reasons`: the ids of the cells where the unit may have given a reason. `written`: which cells of a section or
    cover entry hold something.
    """

    answers: dict[str, int]
    empty: list[str]
    others: list[str]
    reasons: tuple[str, ...]
    written: dict[str, list[int]]


class Glance:
    """What was seen so far in a run."""

    def __init__(self) -> None:
        self._sights: Recent[tuple[object, int], tuple[Sight | None, SheetPlan]] = Recent(MOST_SIGHTS)
        self._clean: Recent[tuple[object, int], tuple[bool, SheetPlan]] = Recent(MOST_SIGHTS)
        self._texts: Recent[tuple[int, tuple[str, ...]], Sight] = Recent(MOST_TEXTS)
        self._merges: Recent[tuple[int, int], tuple[bool, Merges, SheetPlan]] = Recent(MOST_SIGHTS)
        self._numbers: dict[str, int] = {}

    def at(
        self, sheet: Sheet, plan: SheetPlan, layout: Layout, slots: Mapping[str, str]
    ) -> tuple[Sight, LazyCells] | None:
        """The sheet, where it stands in every point as laid out; None where it must be looked at closely."""
        cells = sheet.cells
        if not isinstance(cells, LazyCells):
            return None
        if not sheet.protected or sheet.visibility != VISIBLE or sheet.hidden_rows or sheet.hidden_columns:
            return None
        if not self._apart(sheet.merges, plan):
            return None
        sight = self._sight(cells.recipe, plan, layout)
        if sight is None or not self._printed(sight, cells) or not _prefilled(sight, cells):
            return None
        as_sent = all(_reads(cells, at, plain(slots.get(name, ""))) for at, name in sight.slots)
        as_sent = as_sent and _given(sight, cells, slots)
        return (sight, cells) if as_sent else None

    def answers(self, sight: Sight, cells: LazyCells) -> Plain:
        """The inputs' answers."""
        if len(self._numbers) > MOST_NUMBERS:
            self._numbers.clear()
        values = cells.values_in_order
        reasons = tuple([key for key, order in sight.reasons if order < 0 or values[order]])
        typed = {key: values[order] for key, order in sight.whole}
        known = {key: self._numbers.get(value, UNKNOWN) for key, value in typed.items()}
        written = {
            key: [number for number, order in parts if order < 0 or values[order]]
            for key, parts in sight.written
        }
        found = Plain(known, list(sight.empty), list(sight.others), reasons, written)
        if UNKNOWN in known.values():
            for key in [key for key, number in known.items() if number == UNKNOWN]:
                self._look_closer(found, key, typed[key])
        return found

    def is_clean(self, sheet: Sheet, plan: SheetPlan, layout: Layout) -> bool:
        """Whether the sheet is known to hold nothing but what the form has there."""
        if not isinstance(sheet.cells, LazyCells):
            return False
        recipe = sheet.cells.recipe
        seen = self._clean.get((recipe.mark, id(plan)))
        if seen is None:
            seen = (_nothing_else(recipe, layout.filled[plan.name]), plan)
            self._clean.keep((recipe.mark, id(plan)), seen)
        return seen[0]

    def _look_closer(self, found: Plain, key: str, value: str) -> None:
        """A number that was not met before, or none."""
        if _is_number(value):
            found.answers[key] = self._numbers[value] = int(value)
            return
        del found.answers[key]
        (found.others if value else found.empty).append(key)

    def _apart(self, merges: Merges, plan: SheetPlan) -> bool:
        """Whether no merged area covers figures or answers."""
        key = (id(merges), id(plan))
        seen = self._merges.get(key)
        if seen is None:
            seen = (not any(merged_over(merges, telling(plan))), merges, plan)
            self._merges.keep(key, seen)
        return seen[0]

    def _sight(self, recipe: Recipe, plan: SheetPlan, layout: Layout) -> Sight | None:
        key = (recipe.mark, id(plan))
        seen = self._sights.get(key)
        if seen is None:
            seen = (_look(recipe, plan, layout), plan)
            self._sights.keep(key, seen)
        return seen[0]

    def _printed(self, sight: Sight, cells: LazyCells) -> bool:
        """Whether every label reads as printed."""
        texts = tuple([cells.values_in_order[order] for order, _, _ in sight.words])
        key = (id(sight), texts)
        if self._texts.get(key) is not None:
            return True
        right = all(_reads(cells, at, expected) for _, at, expected in sight.words)
        if right:
            self._texts.keep(key, sight)
        return right


def _prefilled(sight: Sight, cells: LazyCells) -> bool:
    """Whether every locked input holds a number."""
    values = cells.values_in_order
    return all(_is_number(values[order]) for order in sight.locked)


def _given(sight: Sight, cells: LazyCells, texts: Mapping[str, str]) -> bool:
    """Whether every former figure stands as it was given; where that is not known, whatever stands there."""
    values = cells.values_in_order
    as_given = all(values[order] == texts.get(key, values[order]) for key, order in sight.given)
    return as_given and not any(texts.get(key) for key in sight.lacking)


def _is_number(value: str) -> bool:
    """Whether the value is a whole number as it is typed."""
    return len(value) <= DIGITS and value.isascii() and value.isdigit()


def _reads(cells: LazyCells, at: At, expected: str) -> bool:
    """Whether the cell reads so. Far longer texts are for `placing`."""
    text = shown_text(cells[at])
    return len(text) <= 2 * len(expected) + 16 and plain(text) == expected


def _look(recipe: Recipe, plan: SheetPlan, layout: Layout) -> Sight | None:
    """The surroundings beside the plan; None where something is not in order, or must be looked at closely."""
    sight = _Looking(recipe, plan, layout)
    in_order = all(sight.takes(box) for box in plan.boxes) and _nothing_else(recipe, layout.filled[plan.name])
    return sight.whole() if in_order and _all_shows(recipe, plan) else None


def _all_shows(recipe: Recipe, plan: SheetPlan) -> bool:
    """Whether no cell of the form hides what is in it."""
    places = {(box.row, box.column) for box in plan.boxes}
    shown = (cell for at, cell in recipe.placed() if at in places)
    return not any(cell.style.hides if isinstance(cell, Hole) else cell.hides for cell in shown)


def _nothing_else(recipe: Recipe, filled: frozenset[At]) -> bool:
    """Whether nothing stands outside those cells, whatever the values are."""
    return all(
        (number, column) in filled
        for number, (row, _) in recipe.rows.items()
        for column, cell in row.cells.items()
        if cell.__class__ is Hole or cell.formula
    )


class _Looking:
    """What was seen of a recipe so far."""

    def __init__(self, recipe: Recipe, plan: SheetPlan, layout: Layout) -> None:
        self._recipe = recipe
        self._plan = plan
        self._layout = layout
        self._words: list[tuple[int, At, str]] = []
        self._slots: list[tuple[At, str]] = []
        self._inputs: list[tuple[str, int]] = []
        self._empty: list[str] = []
        self._others: list[str] = []
        self._locked: list[int] = []
        self._reasons: list[tuple[str, int]] = []
        self._written: list[tuple[str, tuple[tuple[int, int], ...]]] = []
        self._given: list[tuple[str, int]] = []
        self._lacking: list[str] = []

    def whole(self) -> Sight:
        """All of it."""
        return Sight(
            tuple(self._words),
            tuple(self._slots),
            tuple(self._inputs),
            tuple(self._empty),
            tuple(self._others),
            tuple(self._locked),
            tuple(self._reasons),
            tuple(self._written),
            tuple(self._given),
            tuple(self._lacking),
        )

    def takes(self, box: Box) -> bool:  # noqa: PLR0911 -- one for each kind of content
        """Whether what stands in the box is in order."""
        row, start = self._recipe.rows.get(box.row, (None, 0))
        cell = row.cells.get(box.column) if row else None
        if isinstance(box.content, Answer):
            return cell is not None and self._takes_filled(box, cell, start)
        if cell is not None and not (cell.style.locked if isinstance(cell, Hole) else cell.locked):
            return False
        match box.content:
            case Computed():
                return cell is not None and self._computes((box.row, box.column), cell.formula)
            case Given(id=key):
                return cell is not None and self._takes_given(key, cell, start)
            case Words(text=text) if plain(text):
                return self._takes_words(cell, start, plain(text))
            case Slot(name=name):
                self._slots.append(((box.row, box.column), name))
                return isinstance(cell, Hole)
            case _:
                return True

    def _computes(self, at: At, formula: str | None) -> bool:
        name = self._plan.name
        expected = self._layout.formulas[name][at]
        return formula == expected or bool(formula and same(formula, expected, name))

    def _takes_words(self, cell: Cell | Hole | None, start: int, expected: str) -> bool:
        if not isinstance(cell, Hole):
            return False
        self._words.append((start + cell.order, (cell.row, cell.column), expected))
        return True

    def _takes_filled(self, box: Box, cell: Cell | Hole, start: int) -> bool:
        """What the unit fills."""
        match box.content:
            case Answer(id=key) if box.role is Role.REASON:
                return self._takes_reason(key, cell, start)
            case Answer(id=key):
                return self._takes_input(key, cell, start)
            case _:
                return False

    def _takes_reason(self, key: str, cell: Cell | Hole, start: int) -> bool:
        """A cell for a reason is in order where it is open."""
        if isinstance(cell, Cell):
            if cell.text:
                self._reasons.append((key, -1))
            return not cell.locked
        self._reasons.append((key, start + cell.order))
        return not cell.style.locked

    def _takes_given(self, key: str, cell: Cell | Hole, start: int) -> bool:
        """A former figure is in order where it is a number, or not there."""
        if isinstance(cell, Hole):
            self._given.append((key, start + cell.order))
            return cell.letter == "n" and cell.style.shows == NUMBER and cell.formula is None
        self._lacking.append(key)
        return not (cell.text or cell.formula)

    def _note_written(self, key: str) -> None:
        """Which cells of a section or cover entry may hold something."""
        parts = []
        for number, place in enumerate(self._layout.cells_of(key)):
            row, start = self._recipe.rows.get(place.row, (None, 0))
            cell = row.cells.get(place.column) if row else None
            if isinstance(cell, Hole):
                parts.append((number, start + cell.order))
            elif cell is not None and cell.text:
                parts.append((number, -1))
        self._written.append((key, tuple(parts)))

    def _takes_input(self, key: str, cell: Cell | Hole, start: int) -> bool:
        """An input is in order where it is open, whatever is in it; where it is locked, with a number."""
        field = self._layout.form.fields.get(key)
        if field is None:
            self._note_written(key)
        if isinstance(cell, Cell):
            if field:
                blank = cell.formula is None and field.type is not FieldType.CHOICE
                (self._empty if blank else self._others).append(key)
            return not cell.locked
        plainly = cell.letter == "n" and cell.style.shows == NUMBER and cell.formula is None
        if field and plainly and field.type in WHOLE:
            self._inputs.append((key, start + cell.order))
            if cell.style.locked:
                self._locked.append(start + cell.order)
            return True
        if field:
            self._others.append(key)
        return not cell.style.locked
