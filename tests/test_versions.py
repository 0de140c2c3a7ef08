"""Returns made from another version of the template: what may differ in them, and what may not."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from build import complaints, expectation, judged, sent_by
from conftest import make_identity
from nianbao.definition.sheet_names import CHECKS, COVER, HELP, TEXTS
from nianbao.layout.boxes import Role, Words
from nianbao.layout.places import Place
from nianbao.layout.planning import COVER_ENTRIES, DECLARATION, lay_out
from nianbao.layout.shelf import find_form
from nianbao.workbook.patching import patch

if TYPE_CHECKING:
    from nianbao.layout.boxes import Box
    from nianbao.layout.places import Layout

REQUESTS = "三、依申请公开"


def reworded_definition(layout: Layout) -> Layout:
    """An earlier definition: other instructions, other titles of rules, one rule and one instruction less."""
    form = layout.form
    rules = tuple(
        replace(rule, title=replace(rule.title, zh=f"原先的{rule.title.zh}")) for rule in form.rules[:-1]
    )
    instructions = tuple(f"原先的{text}" for text in form.instructions[1:])
    texts = tuple(replace(text, help=f"原先的{text.help}") for text in form.texts)
    return lay_out(replace(form, fingerprint="earlier", rules=rules, instructions=instructions, texts=texts))


def reworded_program(layout: Layout, role: Role, sheet: str) -> Layout:
    """A program whose own words in boxes of that role on that sheet were others; the definition is the same."""

    def reworded(box: Box) -> Box:
        if box.role is role and isinstance(box.content, Words):
            return replace(box, content=Words(f"原先的{box.content.text}"))
        return box

    plans = (
        replace(plan, boxes=tuple(map(reworded, plan.boxes))) if plan.name == sheet else plan
        for plan in layout.sheets
    )
    return replace(layout, sheets=tuple(plans))


def found(layout: Layout, earlier: Layout) -> list[tuple[str, str]]:
    """Code and sheet of what the layout finds in a right return made from the earlier one."""
    assert earlier.template_version != layout.template_version
    checked = judged(sent_by(earlier, make_identity(earlier)), expectation(layout))
    return [(code, sheet) for code, sheet, _ in complaints(checked)]


def test_an_earlier_definition_may_explain_otherwise(layout: Layout) -> None:
    """The unit changed nothing, and nothing is held against it: 填报说明, 校验, the notes of the texts."""
    assert found(layout, reworded_definition(layout)) == []


@pytest.mark.parametrize(
    ("role", "sheet"),
    [(Role.NOTE, COVER), (Role.NOTE, TEXTS), (Role.HEAD, CHECKS), (Role.TITLE, CHECKS), (Role.TITLE, HELP)],
)
def test_an_earlier_program_may_explain_otherwise(layout: Layout, role: Role, sheet: str) -> None:
    """Its own words are part of the version that a workbook carries."""
    assert found(layout, reworded_program(layout, role, sheet)) == []


@pytest.mark.parametrize(
    ("role", "sheet"), [(Role.NAME, COVER), (Role.BAND, TEXTS), (Role.HEAD, REQUESTS), (Role.TITLE, REQUESTS)]
)
def test_what_figures_mean_is_compared_in_any_version(layout: Layout, role: Role, sheet: str) -> None:
    """Labels of entries, sections and tables."""
    codes = found(layout, reworded_program(layout, role, sheet))
    assert codes
    assert set(codes) == {("label-changed", sheet)}


def test_structure_is_judged_in_any_version(layout: Layout) -> None:
    """A row more in a table: figures cannot be placed."""
    plan = layout.plan(REQUESTS)
    moved = tuple(replace(box, row=box.row + (box.row >= 9)) for box in plan.boxes)
    heights = {row + (row >= 9): height for row, height in plan.heights.items()}
    changed = replace(plan, boxes=moved, heights=heights)
    sheets = tuple(changed if each is plan else each for each in layout.sheets)
    assert found(layout, replace(layout, sheets=sheets)) == [("structure-changed", REQUESTS)]


@pytest.mark.parametrize("sheet", [HELP, CHECKS, COVER])
def test_of_the_same_version_every_text_is_compared(layout: Layout, sheet: str) -> None:
    """An instruction that a unit retyped is none that we wrote."""
    roles = {Role.NOTE, Role.ROW_ITEM}
    box = next(box for box in layout.plan(sheet).boxes if box.role in roles)
    data = patch(sent_by(layout, make_identity(layout)), {Place(sheet, box.row, box.column): "另一种说法"})
    assert [(code, at) for code, at, _ in complaints(judged(data, expectation(layout)))] == [
        ("label-changed", sheet)
    ]


PLACES = {"2019": "74c36f57057a", "2021": "51ab250f8c11"}
"""The digest of where an edition's cells stand."""


@pytest.mark.parametrize("edition", PLACES)
def test_the_cells_of_an_edition_never_move(edition: str) -> None:
    """Blanks that are out could no longer be read. Whoever changes this changes what an edition is."""
    layout = find_form(edition)
    keys = [*layout.form.fields, *(text.id for text in layout.form.texts), *COVER_ENTRIES, DECLARATION]
    places = (f"{key} {layout.places[key].sheet} {layout.places[key].address}" for key in sorted(keys))
    assert hashlib.sha256("\n".join(places).encode()).hexdigest()[:12] == PLACES[edition]


FEES = "t2.fees.amount"
REASON = "explain.amount-unit.fee_unit_town"


def explained(layout: Layout, earlier: Layout, key: str) -> list[tuple[str, str | None]]:
    """The findings, with their reasons, of a return made from the earlier version, in which that cell has one."""
    data = patch(
        sent_by(earlier, make_identity(earlier)),
        {earlier.places[FEES]: 1001, earlier.places[key]: "今年另有一次性收入"},
    )
    return [(finding.code, finding.explained) for finding in judged(data, expectation(layout)).findings]


def test_a_reason_is_found_by_its_checks_name(layout: Layout) -> None:
    """Though 校验 had a line less above it, so that it stood elsewhere."""
    rules = tuple(rule for rule in layout.form.rules if rule.family != "rulemaking")
    earlier = lay_out(replace(layout.form, fingerprint="earlier", rules=rules))
    assert earlier.places[REASON] != layout.places[REASON]
    assert explained(layout, earlier, REASON) == [("amount-unit", "今年另有一次性收入")]


def test_a_reason_of_a_check_that_is_gone_is_said_not_to_be_read(layout: Layout) -> None:
    """The unit wrote it in vain, and is told so."""
    rules = tuple(
        replace(rule, family="fees_of_towns") if rule.family == "fee_unit_town" else rule
        for rule in layout.form.rules
    )
    earlier = lay_out(replace(layout.form, fingerprint="earlier", rules=rules))
    told = explained(layout, earlier, "explain.amount-unit.fees_of_towns")
    assert sorted(told, key=str) == [("amount-unit", None), ("stray-content", None)]
