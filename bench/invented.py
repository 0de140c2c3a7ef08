"""Figures and units from a seed: real reports with changes that keep every check whole."""

from __future__ import annotations

import csv
import json
import random
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from nianbao.kinds import UnitKind
from nianbao.layout.planning import DECLARATION
from nianbao.roster.units import Unit

if TYPE_CHECKING:
    from collections.abc import Mapping

    from nianbao.definition.form import Form
    from nianbao.layout.formulas import Shown

ROOT = Path(__file__).parent.parent
SAMPLES = ROOT / "samples"
FORM = "2021"
APPLICANTS = ("natural", "business", "research", "charity", "legal", "other_org")
REQUESTS = ("new", "carried_in", "handled", "carried_out")
KINDS = (UnitKind.TOWN, UnitKind.STREET, UnitKind.BUREAU)

Figures = dict[str, "Shown"]


def unit(number: int) -> Unit:
    """The unit of that number, from 0."""
    kind = KINDS[number % len(KINDS)]
    return Unit(f"{number + 1:06d}", f"第{number + 1}号{kind.label}", kind)


def figures(form: Form, number: int) -> Figures:
    """Every input of a unit: a real report's, changed so that all checks still hold."""
    chance = random.Random(number)  # noqa: S311 -- figures, no secret
    reports = _reports()
    values: Figures = dict(reports[chance.randrange(len(reports))])
    values |= {key: 0 for key in values if key.startswith("t2.rules.")}
    _change_requests(form, values, chance)
    _add(values, ["t2.norms.issued", "t2.norms.in_force"], chance.randrange(40))
    for key in values:
        plain = key.startswith("t4.") or key.endswith(".decisions")
        if plain and chance.random() < 0.5:
            _add(values, [key], chance.randrange(300))
    values["t2.fees.amount"] = Decimal(chance.randrange(10**7)).scaleb(-4)
    return {field.id: values[field.id] for field in form.inputs()}


def words(form: Form, number: int, values: Mapping[str, Shown]) -> dict[str, Shown]:
    """The sections, the cover's entries and the declaration (no: every cell is filled)."""
    new = values["t3.new.natural"]
    answered = f"{unit(number).name}全年收到自然人申请{new}件，均在法定期限内答复。"
    text = f"{answered}\n工作人员不足，业务培训有待加强。信息处理费按规定收取。"
    sections: dict[str, Shown] = {section.id: text for section in form.texts}
    cover: dict[str, Shown] = {
        "cover.contact": f"联系人{number}",
        "cover.phone": f"0000-{number:07d}",
        "cover.filled_on": None,
    }
    return {**sections, **cover, DECLARATION: "否"}


def answers(form: Form, number: int, *, blanks: bool = False) -> Figures:
    """Everything that a unit types."""
    values = figures(form, number)
    values |= words(form, number, values)
    return with_blanks(values, number) if blanks else values


def with_blanks(values: Figures, number: int) -> Figures:
    """The same with a tenth of the inputs, at random among those that are 0, left empty and declared 0."""
    chance = random.Random(-number - 1)  # noqa: S311 -- figures, no secret
    zeros = [key for key, value in values.items() if value == 0]
    left = chance.sample(zeros, min(len(zeros), len(values) // 10))
    return {**values, **dict.fromkeys(left), DECLARATION: "是"}


def _change_requests(form: Form, values: Figures, chance: random.Random) -> None:
    """Applications added: each is new, or carried in, and got one result, or is carried out."""
    rows = sorted(
        {field.id.rpartition(".")[0] for field in form.inputs() if field.id.startswith("t3.")}
        - {f"t3.{row}" for row in REQUESTS}
    )
    for column in APPLICANTS:
        for _ in range(chance.randrange(30)):
            source = f"t3.{chance.choice(('new', 'carried_in'))}.{column}"
            target = f"{chance.choice((*rows, 't3.carried_out'))}.{column}"
            _add(values, [source, target], chance.randrange(1, 25))


def _add(values: Figures, keys: list[str], number: int) -> None:
    for key in keys:
        before = values[key]
        assert isinstance(before, int)
        values[key] = before + number


@cache
def _reports() -> tuple[Figures, ...]:
    """The samples' figures of this edition in which applications balance, without blanks."""
    found: list[Figures] = []
    for path in sorted((SAMPLES / "figures").glob("*.json")):
        content = json.loads(path.read_text(encoding="utf-8"), parse_float=Decimal)
        if content["edition"] == FORM:
            found.append({key: value or 0 for key, value in content["values"].items()})
    with (SAMPLES / "demo" / "figures.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    for code in [key for key in rows[0] if key != "id"]:
        found += [{row["id"]: Decimal(row[code]) if "." in row[code] else int(row[code]) for row in rows}]
    return tuple(filter(_balances, found))


def _balances(values: Figures) -> bool:
    return all(_side(values, column, 0, 2) == _side(values, column, 2, 4) for column in APPLICANTS)


def _side(values: Figures, column: str, first: int, last: int) -> int:
    cells = [values[f"t3.{row}.{column}"] for row in REQUESTS[first:last]]
    return sum(cell for cell in cells if isinstance(cell, int))
