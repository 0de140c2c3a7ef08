"""From town to county to city: a county workbook is a return one level up, and nothing is lost on the way."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from typing import TYPE_CHECKING

import pytest

from build import reworked, right_words
from conftest import KEY, make_identity
from libreoffice import convert
from nianbao.county.merge import merge
from nianbao.county.workbook import CountyFacts, write_county
from nianbao.gathering.found import Found
from nianbao.kinds import UnitKind, judged_as
from nianbao.layout.detail import DETAIL, FIRST_UNIT_ROW
from nianbao.layout.identity import CONSOLIDATED, ENTRIES
from nianbao.layout.planning import DECLARATION
from nianbao.opening.grid import Limits
from nianbao.period import Period
from nianbao.returned.claims import Expectation
from nianbao.returned.parts import Reading
from nianbao.returned.review import review
from nianbao.roster.roster import Roster
from nianbao.roster.units import Unit
from nianbao.workbook.blank import BlankWriter
from nianbao.workbook.fill import fill
from nianbao.workbook.patching import patch

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from nianbao.county.merge import Consolidation
    from nianbao.layout.identity import Identity
    from nianbao.layout.places import Layout
    from nianbao.returned.review import Review
    from nianbao.workbook.values import Value

NOON = datetime(2026, 1, 20, 4, 0, tzinfo=UTC)
CITY = (Unit("320801", "示例县", UnitKind.COUNTY), Unit("320802", "邻县", UnitKind.COUNTY))
FEES = "t2.fees.amount"


def balanced(seed: int) -> dict[str, Value]:
    """Figures of a unit that has nothing to correct; what is not given is declared 0."""
    chance = random.Random(seed)  # noqa: S311 -- figures, no secret
    values: dict[str, Value] = {DECLARATION: "是", FEES: Decimal(chance.randint(0, 10**9)).scaleb(-4)}
    for column in ("natural", "business", "other_org"):
        new, carried_in, granted = chance.randint(50, 90), chance.randint(0, 9), chance.randint(0, 50)
        values |= {
            f"t3.new.{column}": new,
            f"t3.carried_in.{column}": carried_in,
            f"t3.granted.{column}": granted,
            f"t3.carried_out.{column}": new + carried_in - granted,
        }
    return values


def towns(county: Unit) -> tuple[Unit, ...]:
    """A county's units, its own office among them."""
    code = county.code
    return (
        Unit(f"{code}1", f"{county.name}东河镇", UnitKind.TOWN),
        Unit(f"{code}2", f"{county.name}西山街道", UnitKind.STREET),
        Unit(f"{code}3", f"{county.name}政府办", UnitKind.OFFICE),
    )


def town_return(layout: Layout, unit: Unit, county: Unit, values: Mapping[str, Value]) -> bytes:
    """The unit's blank, filled in."""
    identity = replace(
        make_identity(layout, kind=unit.kind),
        office=county.name,
        unit_code=unit.code,
        unit_name=unit.name,
        judged_as=judged_as(unit.kind, UnitKind.COUNTY),
    )
    blank = BlankWriter(layout).write(identity.signed(KEY))
    return fill(blank, {**values, **right_words(layout)}, find_layout=lambda _: layout)


def collected(
    layout: Layout, roster: tuple[Unit, ...], returns: Mapping[str, bytes], level: UnitKind
) -> Review:
    """The files as the office of that level reviews them."""
    expectation = Expectation(layout, Period(2025), "round-1", KEY, Roster(roster), level)
    files = [
        Found(path=name, name=name, size=len(data), mtime_ns=int(NOON.timestamp()) * 10**9, data=data)
        for name, data in returns.items()
    ]
    return review(files, Reading(expectation, Limits()), complete=True)


def consolidated(
    layout: Layout,
    office: Unit,
    roster: tuple[Unit, ...],
    found: Review,
    issued: Identity | None = None,
) -> tuple[bytes, Consolidation]:
    """The office's workbook, complete or not; with what the level above said of the office, where it did."""
    entries = [(unit, found.counted[unit.code]) for unit in roster if unit.code in found.counted]
    consolidation = merge(layout.form, entries)
    identity = replace(
        make_identity(layout, kind=office.kind),
        office=office.name,
        unit_code=office.code,
        unit_name=office.name,
        round_id=f"round of {office.name}",
        role=CONSOLIDATED,
        complete="no" if found.missing else "yes",
        units=str(len(entries)),
    )
    signed = identity.signed(b"of this office")
    facts = CountyFacts(signed, roster, found.files, "nianbao 0.1.0", issued=issued)
    return write_county(consolidation, layout, facts), consolidation


def county_workbook(
    layout: Layout,
    county: Unit,
    seed: int,
    *,
    without: int = 0,
    issued: Identity | None = None,
    sections: bool = True,
) -> tuple[bytes, Consolidation]:
    """A county's workbook over its units' returns, the last `without` of them missing; with its sections or none."""
    roster = towns(county)
    sent = roster[: len(roster) - without]
    returns = {
        f"{unit.code}.xlsx": town_return(layout, unit, county, balanced(seed + number))
        for number, unit in enumerate(sent)
    }
    found = collected(layout, roster, returns, UnitKind.COUNTY)
    assert [checked.status for checked in found.files] == ["accepted"] * len(sent)
    data, consolidation = consolidated(layout, county, roster, found, issued)
    return with_sections(data, layout) if sections else data, consolidation


def with_sections(data: bytes, layout: Layout) -> bytes:
    """The workbook after the county wrote its sections."""
    return patch(data, {layout.places[key]: words for key, words in right_words(layout).items()})


def issued_by_city(layout: Layout, county: Unit, **changes: str) -> Identity:
    """What stands on the blank that the city sent the county; `changes` made after it was signed."""
    identity = replace(
        make_identity(layout, kind=county.kind), office="示例市", unit_code=county.code, unit_name=county.name
    )
    return replace(identity.signed(KEY), **changes)


def test_figures_rise_from_town_to_county_to_city(layout: Layout) -> None:
    """The city's totals are the exact sums over all towns; both county workbooks are accepted without a word."""
    workbooks = [county_workbook(layout, county, 10 * number) for number, county in enumerate(CITY)]
    returns = {f"{county.name}.xlsx": data for county, (data, _) in zip(CITY, workbooks, strict=True)}
    found = collected(layout, CITY, returns, UnitKind.CITY)
    assert [(checked.status, checked.findings) for checked in found.files] == [("accepted", ())] * 2
    data, city = consolidated(layout, Unit("3208", "示例市", UnitKind.CITY), CITY, found)
    for key, total in city.totals.items():
        assert total == sum(county.totals[key] or 0 for _, county in workbooks)
    figures = [balanced(10 * county + town) for county in range(2) for town in range(3)]
    assert city.totals[FEES] == sum(values[FEES] for values in figures)  # type: ignore[misc]
    assert data.startswith(b"PK")


def test_a_county_that_has_yet_to_write_its_sections_is_told_so(layout: Layout) -> None:
    """Its figures are what the city needs: a warning for each section, and the workbook is accepted."""
    data, _ = county_workbook(layout, CITY[0], 1, sections=False)
    (file,) = collected(layout, CITY[:1], {"a.xlsx": data}, UnitKind.CITY).files
    assert file.status == "accepted"
    told = [(finding.code, finding.severity, finding.ids) for finding in file.findings]
    assert told == [("text-missing", "warning", (text.id,)) for text in layout.form.texts]


def test_a_county_that_lacks_units_is_sent_back(layout: Layout) -> None:
    """The city sees from the workbook that it is not complete."""
    data, _ = county_workbook(layout, CITY[0], 1, without=1)
    found = collected(layout, CITY[:1], {"a.xlsx": data}, UnitKind.CITY)
    assert [finding.code for finding in found.files[0].findings] == ["missing-return"]
    assert found.counted == {}


def test_a_program_that_drops_results_changes_nothing(layout: Layout) -> None:
    """Openpyxl keeps no cached values: the figures are recomputed from 明细."""
    data, county = county_workbook(layout, CITY[0], 5)
    found = collected(layout, CITY[:1], {"a.xlsx": reworked(data, lambda _: None)}, UnitKind.CITY)
    assert found.files[0].status == "accepted"
    numbers = {key: value for key, value in found.files[0].values.items() if value is not None}
    assert numbers == county.totals


def test_a_county_that_carries_the_citys_identity_is_known_by_it(layout: Layout) -> None:
    """By the code that the city gave it and signed, whatever the workbook says of itself besides."""
    own = replace(CITY[0], code="hq", name="示例县人民政府")
    data, county = county_workbook(layout, own, 4, issued=issued_by_city(layout, CITY[0]))
    for sent in (data, reworked(data, lambda _: None)):
        found = collected(layout, CITY, {"a.xlsx": sent}, UnitKind.CITY)
        assert [(file.status, file.unit_code, file.findings) for file in found.files] == [
            ("accepted", CITY[0].code, ())
        ]
        assert found.counted[CITY[0].code].values == county.totals


@pytest.mark.parametrize("name", [name for name in ENTRIES if name != "units"])
def test_a_carried_identity_that_was_edited_is_seen(layout: Layout, name: str) -> None:
    """Another county's code with the right signature, a blank of another round: not what the city signed."""
    issued = issued_by_city(layout, CITY[0], **{name: CITY[1].code})
    data, _ = county_workbook(layout, CITY[0], 4, issued=issued)
    found = collected(layout, CITY, {"a.xlsx": data}, UnitKind.CITY)
    assert [finding.code for finding in found.files[0].findings] == ["identity-changed"]
    assert found.counted == {}


def test_a_carried_identity_is_the_rosters_or_none(layout: Layout) -> None:
    """A county that the city has taken off its roster, and a town that the city sent a blank."""
    issued = issued_by_city(layout, CITY[0])
    data, _ = county_workbook(layout, CITY[0], 4, issued=issued)
    for roster in (CITY[1:], (replace(CITY[0], kind=UnitKind.TOWN),)):
        found = collected(layout, roster, {"a.xlsx": data}, UnitKind.CITY)
        assert [finding.code for finding in found.files[0].findings] == ["unknown-unit"]


def test_a_unit_that_was_deleted_is_missed(layout: Layout) -> None:
    """Its row taken out in another program: the identity says how many there were."""
    data, _ = county_workbook(layout, CITY[0], 5)
    shorter = reworked(data, lambda book: book[DETAIL].delete_rows(FIRST_UNIT_ROW + 3))
    found = collected(layout, CITY[:1], {"a.xlsx": shorter}, UnitKind.CITY)
    assert [(finding.code, finding.sheet) for finding in found.files[0].findings] == [
        ("structure-changed", DETAIL)
    ]


@pytest.mark.oracle
def test_a_county_workbook_saved_by_libreoffice_reads_the_same(layout: Layout, tmp_path: Path) -> None:
    """As a clerk sends it who opened it there to write the texts."""
    data, county = county_workbook(layout, CITY[0], 3)
    path = tmp_path / "county.xlsx"
    path.write_bytes(data)
    saved = convert(path, "xlsx", tmp_path / "saved").read_bytes()
    found = collected(layout, CITY[:1], {"a.xlsx": saved}, UnitKind.CITY)
    assert found.files[0].status == "accepted"
    assert found.files[0].values == county.totals
