"""A sheet's surroundings, seen once to be in order, with the places of the values that stand in them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nianbao.definition.form import FieldType
from nianbao.frozen import frozen
from nianbao.layout.boxes import Answer, Computed, Given, Role, Slot, Words
from nianbao.opening.grid import Cell
from nianbao.opening.ooxml_styles import NUMBER
from nianbao.opening.recipes import Hole
from nianbao.returned.as_meant import same
from nianbao.returned.placing import plain

if TYPE_CHECKING:
    from nianbao.layout.boxes import Box, SheetPlan
    from nianbao.layout.places import Layout
    from nianbao.opening.recipes import Recipe

At = tuple[int, int]
WHOLE = frozenset({FieldType.WHOLE, FieldType.SIGNED})


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


def sight_of(recipe: Recipe, plan: SheetPlan, layout: Layout) -> Sight | None:
    """The surroundings beside the plan; None where something is not in order, or must be looked at closely."""
    sight = _Looking(recipe, plan, layout)
    in_order = all(sight.takes(box) for box in plan.boxes) and nothing_else(recipe, layout.filled[plan.name])
    return sight.whole() if in_order and _all_shows(recipe, plan) else None


def nothing_else(recipe: Recipe, filled: frozenset[At]) -> bool:
    """Whether nothing stands outside those cells, whatever the values are."""
    return all(
        (number, column) in filled
        for number, (row, _) in recipe.rows.items()
        for column, cell in row.cells.items()
        if cell.__class__ is Hole or cell.formula
    )


def _all_shows(recipe: Recipe, plan: SheetPlan) -> bool:
    """Whether no cell of the form hides what is in it."""
    places = {(box.row, box.column) for box in plan.boxes}
    shown = (cell for at, cell in recipe.placed() if at in places)
    return not any(cell.style.hides if isinstance(cell, Hole) else cell.hides for cell in shown)


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
