"""The figures of the period before, as the round knows them: by unit, and beside a return's own."""

from __future__ import annotations

from dataclasses import field
from types import MappingProxyType
from typing import TYPE_CHECKING

from nianbao.definition.rules import PREVIOUS, is_earlier, of_field
from nianbao.frozen import frozen
from nianbao.layout.former import stamp
from nianbao.returned.rows import Row

if TYPE_CHECKING:
    from collections.abc import Mapping
    from decimal import Decimal

    from nianbao.definition.form import Rule
    from nianbao.layout.formulas import Shown
    from nianbao.layout.places import Layout

NOTHING: Mapping[str, Shown] = MappingProxyType({})


@frozen
class Former:
    """What is known of the period before, by unit code: a number for each of `columns`, None where none is known.

    `digest` changes whenever anything of it does: what was judged with another digest was judged by other figures.
    It is empty where nothing is known of any unit, and all that the value shows of itself (`repr`).
    """

    columns: Mapping[str, int] = field(default_factory=dict, repr=False)
    units: Mapping[str, tuple[int | Decimal | None, ...]] = field(default_factory=dict, repr=False)
    digest: str = ""

    def of(self, code: str) -> Mapping[str, Shown] | None:
        """The unit's figures by field; None where nothing is known of it."""
        cells = self.units.get(code)
        return None if cells is None else Row(self.columns, cells)


NO_FORMER = Former()


@frozen
class Both:
    """A return's own figures, and those of the period before under `previous.`."""

    own: Mapping[str, Shown]
    former: Mapping[str, Shown] | None

    def __getitem__(self, key: str, /) -> Shown:
        """The figure; None where there is none."""
        if is_earlier(key):
            return self.former.get(of_field(key)) if self.former else None
        return self.own[key]

    def knows(self, rule: Rule) -> bool:
        """Whether every former figure that the rule asks for is there."""
        return self.former is not None and all(
            self[PREVIOUS + cell] is not None for relation in rule.relations for cell in relation.earlier_ids
        )


def shown_beside(layout: Layout, former: Mapping[str, Shown] | None) -> Mapping[str, Shown]:
    """The figures that a workbook shows of a unit's period before, by field; none where nothing is to be shown."""
    if not former or layout.form.previous is None:
        return NOTHING
    figures = {of_field(key): former.get(of_field(key)) for key in layout.beside.given}
    return figures if any(figure is not None for figure in figures.values()) else NOTHING


def stamp_of(layout: Layout, former: Mapping[str, Shown] | None) -> str:
    """What a workbook that shows them says of these figures; nothing where it shows none."""
    figures = shown_beside(layout, former)
    return stamp(figures) if figures else ""
