"""Sheets judged at a glance: what was found of a sheet's surroundings once holds wherever they come again.

Only what is in order is told here: every label where it is printed, every formula there and meant so, every input
open, or locked with a number in it (prefilled), all else locked, nothing typed elsewhere, nothing hidden. The rest is
for `placing` and `integrity`, which look at each cell and say what is wrong.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from nianbao.frozen import frozen
from nianbao.opening.lazy_cells import LazyCells
from nianbao.opening.recent import Recent
from nianbao.returned.integrity import merged_over, telling
from nianbao.returned.placing import plain, shown_text
from nianbao.returned.sights import nothing_else, sight_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from nianbao.layout.boxes import SheetPlan
    from nianbao.layout.places import Layout
    from nianbao.opening.grid import Sheet
    from nianbao.opening.recipes import Recipe
    from nianbao.returned.sights import At, Sight

Merges = tuple[tuple[int, int, int, int], ...]
UNKNOWN = -1
"""No number as it is typed: these have no sign."""
DIGITS = 15
"""Whole numbers of so many digits stand in a file as they are typed."""
VISIBLE = "visible"
MOST_SIGHTS, MOST_TEXTS, MOST_NUMBERS = 256, 512, 50_000


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
            seen = (nothing_else(recipe, layout.filled[plan.name]), plan)
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
            seen = (sight_of(recipe, plan, layout), plan)
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
