"""Where each cell of a form stands: the only agreement between what writes workbooks and what reads them."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING

from nianbao.frozen import frozen
from nianbao.layout.addresses import area_address, column_letters, rectangles
from nianbao.layout.boxes import Answer, Computed, Given, Role, Slot, Words

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from nianbao.definition.form import Field, Form
    from nianbao.layout.boxes import Box, SheetPlan
    from nianbao.layout.explaining import Explanation
    from nianbao.layout.formulas import Line

UNIT_NAME = "unit.name"
"""The slot with the unit's name."""
LINE_PARTS = ("left", "right", "difference", "result", "count")


@frozen
class Place:
    """A cell of a sheet; row and column from 0."""

    sheet: str
    row: int
    column: int

    @property
    def address(self) -> str:
        """`D5`."""
        return f"{column_letters(self.column)}{self.row + 1}"


@dataclass(frozen=True)
class Layout:
    """Every cell of a form, placed on its sheet. `lines` are the check lines in the order of 校验.

    `explanations`: the cells for a unit's reasons.
    `plan_beside` lays the same form out for workbooks that show the figures of the period before; None where this
    is such a layout, or the form knows no period before.
    """

    form: Form
    sheets: tuple[SheetPlan, ...]
    lines: tuple[Line, ...]
    explanations: tuple[Explanation, ...] = ()
    plan_beside: Callable[[Form], Layout] | None = None

    @cached_property
    def beside(self) -> Layout:
        """The layout of workbooks that show the figures of the period before; made when it is first wanted."""
        return self.plan_beside(self.form) if self.plan_beside else self

    @cached_property
    def given(self) -> tuple[str, ...]:
        """The ids of the figures that the office knows, in sheet order."""
        return tuple(box.content.id for _, box in self.boxes() if isinstance(box.content, Given))

    def field_at(self, key: str) -> Field | None:
        """The field whose figure stands at `key`, of whichever period; None where none does."""
        return self.form.fields.get(key) or self.form.fields.get(key.partition(".")[2])

    @cached_property
    def places(self) -> Mapping[str, Place]:
        """The place of every cell by id; slots stand under `slot.` and their name."""
        return {
            key: Place(plan.name, box.row, box.column) for plan, box in self.boxes() for key in _keys(box)
        }

    @cached_property
    def banners(self) -> tuple[tuple[Slot, bool], ...]:
        """The banner of every sheet, and whether the sheet names the unit elsewhere."""
        found = []
        for plan in self.sheets:
            slots = {box.content.name for box in plan.boxes if isinstance(box.content, Slot)}
            banners = (box.content for box in plan.boxes if box.role is Role.BANNER)
            found += [(banner, UNIT_NAME in slots) for banner in banners if isinstance(banner, Slot)]
        return tuple(found)

    def cells_of(self, key: str) -> tuple[Place, ...]:
        """Every cell that holds a part of an id's contents: one, but for a section in words."""
        return self._cells[key]

    @cached_property
    def _cells(self) -> Mapping[str, tuple[Place, ...]]:
        """What `cells_of` gives, for every id."""
        return {
            key: tuple(
                replace(place, row=place.row + down)
                for down in range(self.box_of[key].rows if self.box_of[key].stacked else 1)
            )
            for key, place in self.places.items()
            if key in self.box_of
        }

    @cached_property
    def box_of(self) -> Mapping[str, Box]:
        """The box of every cell by id."""
        return {key: box for _, box in self.boxes() for key in _keys(box)}

    @cached_property
    def id_at(self) -> Mapping[Place, str]:
        """The id of every cell by place."""
        return {place: key for key, place in self.places.items()}

    @cached_property
    def template_version(self) -> str:
        """What a workbook says of the definition, and of the program's own words, that it was made from.

        It changes with every change of meaning of the definition, with every printed text, and with the cover's word.
        """
        texts = [
            f"{plan.name}:{box.row}:{box.column}:{box.content.text}"
            for plan, box in self.boxes()
            if isinstance(box.content, Words)
        ]
        texts += [
            box.content.live.excel(self.seen_from(plan.name))
            for plan, box in self.boxes()
            if box.role is Role.STATUS and isinstance(box.content, Computed)
        ]
        digest = hashlib.sha256("\n".join((self.form.fingerprint, *texts)).encode())
        return f"{self.form.version}-{digest.hexdigest()[:10]}"

    @cached_property
    def filled(self) -> Mapping[str, frozenset[tuple[int, int]]]:
        """Row and column of every cell that may hold something, by sheet: of a merged box the first, of a stack all."""
        return {
            plan.name: frozenset(
                (row, box.column)
                for box in plan.boxes
                for row in range(box.row, box.row + (box.rows if box.stacked else 1))
            )
            for plan in self.sheets
        }

    @cached_property
    def formulas(self) -> Mapping[str, Mapping[tuple[int, int], str]]:
        """What every live cell reads, by sheet, then by row and column; a formula begins with `=`."""
        return {
            plan.name: {
                (box.row, box.column): f"={box.content.live.excel(self.seen_from(plan.name))}"
                for box in plan.boxes
                if isinstance(box.content, Computed)
            }
            for plan in self.sheets
        }

    @cached_property
    def columns(self) -> Mapping[str, int]:
        """The number of every field of the form, in its order."""
        return {key: number for number, key in enumerate(self.form.fields)}

    @cached_property
    def inputs(self) -> tuple[str, ...]:
        """The ids of the fields that a unit fills."""
        return tuple(field.id for field in self.form.inputs())

    @cached_property
    def totals(self) -> tuple[Field, ...]:
        """The fields computed from others, each after those it adds up."""
        return tuple(self.form.totals())

    @cached_property
    def fields_on(self) -> Mapping[str, tuple[Field, ...]]:
        """The fields on each sheet, in the form's order."""
        fields = self.form.fields.values()
        return {
            plan.name: tuple(field for field in fields if self.places[field.id].sheet == plan.name)
            for plan in self.sheets
        }

    @cached_property
    def line_sheet(self) -> str:
        """The name of the sheet with the check lines."""
        return next(
            (
                plan.name
                for plan, box in self.boxes()
                if box.role is Role.MARK and isinstance(box.content, Computed)
            ),
            "",
        )

    def boxes(self) -> Iterator[tuple[SheetPlan, Box]]:
        """Every box with its sheet."""
        return ((plan, box) for plan in self.sheets for box in plan.boxes)

    def plan(self, sheet: str) -> SheetPlan:
        """The plan of a sheet by name."""
        return next(plan for plan in self.sheets if plan.name == sheet)

    def order(self, key: str) -> tuple[int, int, int]:
        """A sort key: sheets in workbook order, then row, then column."""
        place = self.places[key]
        return ([plan.name for plan in self.sheets].index(place.sheet), place.row, place.column)

    def seen_from(self, sheet: str) -> View:
        """Addresses as formulas on that sheet write them."""
        return View(self, sheet)


@frozen
class View:
    """Addresses as seen from one sheet: those of other sheets carry the sheet's name."""

    layout: Layout
    sheet: str

    def cell(self, key: str) -> str:
        """The address of a cell id, a cover entry or an identity entry (`identity.…`)."""
        return self._address(self.place(key))

    def ranges(self, ids: Iterable[str]) -> str:
        """The cells as rectangles with commas between."""
        return self._areas([self.place(cell) for cell in ids])

    def stack(self, key: str) -> str:
        """The cells of a section in words as a rectangle."""
        return self._areas(self.layout.cells_of(key))

    def line(self, number: int, part: str) -> str:
        """The address of a part of a check line."""
        return self._address(self.place(line_key(number, part)))

    def parts(self, part: str) -> str:
        """The range of that part over all check lines."""
        return self.ranges(line_key(line.number, part) for line in self.layout.lines)

    def place(self, key: str) -> Place:
        """Where the cell stands."""
        return self.layout.places[key]

    def _areas(self, places: Sequence[Place]) -> str:
        """The cells of one sheet as rectangles with commas between."""
        areas = rectangles((place.row, place.column) for place in places)
        return ",".join(self._prefix(places[0].sheet) + area_address(area) for area in areas)

    def _prefix(self, sheet: str) -> str:
        """`'校验'!` where the sheet is another."""
        return "" if sheet == self.sheet else f"'{sheet}'!"

    def _address(self, place: Place) -> str:
        """The address with its sheet where needed."""
        return self._prefix(place.sheet) + place.address


def line_key(number: int, part: str) -> str:
    """The key of a part of a check line among the places."""
    return f"line.{number}.{part}"


def _keys(box: Box) -> Iterator[str]:
    """The keys under which a box is found."""
    match box.content:
        case Answer(id=key) | Computed(id=key) | Given(id=key) if key:
            yield key
        case Slot(name=name):
            yield name
        case _:
            return
