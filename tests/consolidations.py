"""Units with figures from a seed, and the county workbook over them: what the tests of both start from."""

from __future__ import annotations

import hashlib
import random
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from io import BytesIO
from typing import TYPE_CHECKING, Any
from zipfile import ZipFile

from conftest import KEY, make_identity
from nianbao.county.merge import merge
from nianbao.county.workbook import CountyFacts, write_county
from nianbao.definition.form import FieldType
from nianbao.kinds import UnitKind
from nianbao.layout.formulas import State
from nianbao.layout.identity import CONSOLIDATED, Identity
from nianbao.layout.results import add_totals
from nianbao.returned.returns import Checked
from nianbao.roster.units import Unit
from nianbao.workbook.patching import sheet_parts

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from nianbao.definition.form import Field
    from nianbao.layout.formulas import Shown
    from nianbao.layout.places import Layout

FIRST_DAY = datetime(2026, 1, 5, 1, 30, tzinfo=UTC)
NAMES = ("东河镇", "西山乡", "城关街道", "高新区", "教育局", "公安局", "财政局")


def make_units(count: int) -> tuple[Unit, ...]:
    """Units with codes from 101 on, towns all."""
    names = [*NAMES, *(f"第{number}镇" for number in range(len(NAMES) + 1, count + 1))]
    return tuple(Unit(str(101 + index), name, UnitKind.TOWN) for index, name in enumerate(names[:count]))


def make_values(layout: Layout, inputs: Mapping[str, Shown]) -> dict[str, Shown]:
    """Every field of a unit whose other inputs are 0 (choices: the first)."""
    cells: dict[str, Shown] = {
        field.id: field.choices[0] if field.choices else 0 for field in layout.form.inputs()
    }
    cells |= inputs
    state = State(dict(cells), declared=True, kind=UnitKind.TOWN)
    add_totals(layout.form, state, typed=cells)
    return {key: state.cells[key] for key in layout.form.fields}


def random_inputs(layout: Layout, seed: int) -> dict[str, Shown]:
    """A value for every input, the same for the same seed."""
    chance = random.Random(seed)  # noqa: S311 -- figures, no secret
    return {field.id: _random_value(field, chance) for field in layout.form.inputs()}


def _random_value(field: Field, chance: random.Random) -> Shown:
    if field.type is FieldType.CHOICE:
        return chance.choice(field.choices)
    if field.type is FieldType.DECIMAL:
        return Decimal(chance.randint(0, 10**9)).scaleb(-chance.randint(0, 6))
    return chance.randint(-20 if field.type is FieldType.SIGNED else 0, 5000)


def make_checked(layout: Layout, unit: Unit, inputs: Mapping[str, Shown], **changes: Any) -> Checked:
    """The unit's accepted file."""
    identity = replace(
        make_identity(layout, part="6" if layout.form.period == "month" else ""),
        unit_code=unit.code,
        unit_name=unit.name,
    )
    checked = Checked(
        path=f"returned/{unit.code}.xlsx",
        sha256=hashlib.sha256(unit.code.encode()).hexdigest(),
        received=FIRST_DAY + timedelta(hours=int(unit.code) if unit.code.isdigit() else 0),
        identity=identity.signed(KEY),
        values=make_values(layout, inputs),
        texts={text.id: f"{unit.name}的{text.title}" for text in layout.form.texts},
        unit_code=unit.code,
        unit_name=unit.name,
        kind=UnitKind.TOWN,
    )
    return replace(checked, **changes)


def make_entries(layout: Layout, count: int, seed: int = 7) -> list[tuple[Unit, Checked]]:
    """So many units, each with random figures."""
    units = make_units(count)
    return [
        (unit, make_checked(layout, unit, random_inputs(layout, seed + number)))
        for number, unit in enumerate(units)
    ]


def office_identity(
    layout: Layout,
    *,
    units: int,
    complete: bool = True,
    level: UnitKind = UnitKind.COUNTY,
    code: str = "320800",
) -> Identity:
    """The county office's identity on its workbook over so many units."""
    identity = replace(
        make_identity(layout, kind=level, part="6" if layout.form.period == "month" else ""),
        unit_code=code,
        unit_name="示例县",
        role=CONSOLIDATED,
        complete="yes" if complete else "no",
        units=str(units),
    )
    return identity.signed(KEY)


def county(
    layout: Layout,
    entries: Sequence[tuple[Unit, Checked]],
    *,
    roster: Sequence[Unit] = (),
    files: Sequence[Checked] = (),
    **facts: Any,
) -> bytes:
    """The county workbook; roster and files are those of the entries unless given."""
    units = tuple(roster) or tuple(unit for unit, _ in entries)
    complete = len(units) == len(entries)
    given: dict[str, Any] = {
        "identity": office_identity(layout, units=len(entries), complete=complete),
        "roster": units,
        "files": tuple(files) or tuple(checked for _, checked in entries),
        "program": "nianbao 0.1.0",
    }
    return write_county(merge(layout.form, list(entries)), layout, CountyFacts(**given | facts))


def edited(data: bytes, sheet: str, old: str, new: str) -> bytes:
    """The workbook with a piece of one sheet's XML replaced; the piece must be there."""
    stream = BytesIO()
    with ZipFile(BytesIO(data)) as source, ZipFile(stream, "w") as target:
        part = sheet_parts(source)[sheet]
        for info in source.infolist():
            content = source.read(info)
            if info.filename == part:
                text = content.decode()
                assert old in text
                content = text.replace(old, new, 1).encode()
            target.writestr(info.filename, content)
    return stream.getvalue()
