"""Returns of two consecutive years for tests: what a round knows of the year before, and workbooks that show it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from build import expectation, right_words
from conftest import KEY, figures, make_identity
from nianbao.kinds import UnitKind
from nianbao.layout.formulas import State
from nianbao.layout.results import add_totals
from nianbao.returned.former import Former, shown_beside, stamp_of
from nianbao.roster.units import Unit
from nianbao.workbook.blank import BlankWriter
from nianbao.workbook.fill import fill

if TYPE_CHECKING:
    from collections.abc import Mapping

    from nianbao.layout.formulas import Shown
    from nianbao.layout.identity import Identity
    from nianbao.layout.places import Layout
    from nianbao.returned.claims import Expectation
    from nianbao.workbook.values import Value

CODE = "101"


def published(layout: Layout, name: str) -> dict[str, Shown]:
    """A sample report's figures, its totals added up anew."""
    return whole(layout, figures(name)["values"])


def whole(layout: Layout, values: Mapping[str, Shown]) -> dict[str, Shown]:
    """The inputs among `values` with every total added up."""
    inputs = {key: value for key, value in values.items() if not layout.form.fields[key].terms}
    state = State(dict(inputs), declared=True, kind=UnitKind.TOWN)
    add_totals(layout.form, state, typed={})
    return state.cells


def inputs(layout: Layout, values: Mapping[str, Shown]) -> dict[str, Value]:
    """What a unit types: figures, and its sections."""
    typed = {key: values[key] for key in layout.inputs}
    return {key: value for key, value in typed.items() if value is not None} | words(layout)


def words(layout: Layout) -> dict[str, Value]:
    """Sections with nothing wrong."""
    return {key: text for key, text in right_words(layout).items() if isinstance(text, str)}


def known(layout: Layout, **units: Mapping[str, Shown]) -> Former:
    """What a round knows of units' year before; codes with a letter in front."""
    cells = {code[1:]: tuple(values.get(key) for key in layout.columns) for code, values in units.items()}
    return Former(layout.columns, cells, "digest")  # type: ignore[arg-type]


def knowing(layout: Layout, former: Mapping[str, Shown], *, kind: UnitKind = UnitKind.TOWN) -> Expectation:
    """A round of 2025 that knows unit 101's year before."""
    expected = expectation(layout, [Unit(CODE, "东河镇", kind)])
    return replace(expected, former=known(layout, u101=former), level=UnitKind.CITY)


def beside(
    layout: Layout, former: Mapping[str, Shown], *, kind: UnitKind = UnitKind.TOWN, **entries: str
) -> bytes:
    """Unit 101's blank that shows its year before and has 上年结转 prefilled."""
    shown = shown_beside(layout, former)
    pairs = layout.form.previous.prefilled.items() if layout.form.previous else ()
    prefilled: dict[str, Value] = {key: former[source] for key, source in pairs}
    return BlankWriter(layout.beside).write_prefilled(
        identity(layout, former, kind, **entries), prefilled, shown
    )


def identity(layout: Layout, former: Mapping[str, Shown], kind: UnitKind, **entries: str) -> Identity:
    """What that blank says of itself."""
    own = make_identity(layout.beside, kind=kind)
    return replace(own, previous=stamp_of(layout, former), **entries).signed(KEY)


def answered(layout: Layout, blank: bytes, values: Mapping[str, Shown]) -> bytes:
    """The blank with these figures typed in."""
    return fill(blank, inputs(layout, values), find_layout=lambda _: layout)
