"""A workbook that came back, as the answers in it and what is wrong with them.

Judged in this order, and no further where the rest would be meaningless: what could run, who it says it is,
whether each sheet stands as laid out, the values. Cells that cannot be placed for certain are unread, not blank.
"""

from __future__ import annotations

from dataclasses import field, replace
from typing import TYPE_CHECKING

from nianbao.definition.form import FieldType
from nianbao.definition.sheet_names import CHECKS
from nianbao.frozen import frozen
from nianbao.layout.detail import DETAIL, FIRST_UNIT_ROW, ID_ROW
from nianbao.layout.formulas import YES
from nianbao.layout.identity import CONSOLIDATED
from nianbao.layout.planning import COVER_ENTRIES, DECLARATION
from nianbao.layout.prose import join
from nianbao.returned.answers import (
    Reading,
    is_choice,
    read_declaration,
    read_input,
    read_total,
    read_words,
)
from nianbao.returned.claims import judge_claim, sheets_by_name
from nianbao.returned.findings import Spot, found, found_at
from nianbao.returned.given import as_given
from nianbao.returned.integrity import STRAYS_NAMED, hidden_lines
from nianbao.returned.moved import Moves
from nianbao.returned.pages import Pages, lay_open
from nianbao.returned.reasons import read_reason
from nianbao.returned.returns import Return
from nianbao.returned.tally import Tally, add_up

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from nianbao.definition.form import Field
    from nianbao.layout.formulas import Shown
    from nianbao.layout.identity import Identity
    from nianbao.layout.places import Layout
    from nianbao.opening.grid import Sheet, Workbook
    from nianbao.returned.claims import Claim, Expectation
    from nianbao.returned.findings import Finding
    from nianbao.returned.glance import Glance


@frozen
class Received:
    """A workbook after reading. `answers` is None where it cannot be taken for a return at all.

    `findings` are in the file's addresses; `moves` tells those of what is found later in its answers.
    """

    claim: Claim
    answers: Return | None
    findings: tuple[Finding, ...]
    moves: Moves = field(default_factory=Moves)


def read_return(
    workbook: Workbook,
    expectation: Expectation | None = None,
    *,
    layout: Layout | None = None,
    glance: Glance | None = None,
) -> Received:
    """The answers and findings of one workbook. Outside a round `layout` is the form expected, None for any.

    `glance`: what was seen of other workbooks; it makes the reading quicker and changes nothing in it.
    """
    claim = judge_claim(workbook, expectation, layout)
    if claim.finding or claim.identity is None or claim.layout is None:
        return Received(claim, None, (claim.finding,) if claim.finding else ())
    consolidated = claim.identity.role == CONSOLIDATED
    key = expectation.key if expectation else None
    pages, findings = lay_open(workbook, claim.layout, claim.identity, glance, key=key, given=as_given(claim))
    if consolidated and claim.identity.complete == "no":
        findings.insert(0, found("missing-return:incomplete", found=claim.identity.unit_name))
    detail = sheets_by_name(workbook).get(DETAIL)
    tally = add_up(claim.layout, detail, units=claim.identity.units) if consolidated else None
    if consolidated and detail:
        findings += _hidden_units(detail)
    answers, complaints = _answers(pages, claim.identity, tally)
    if not consolidated and claim.identity.template_version != claim.layout.template_version:
        from nianbao.returned.earlier_reasons import earlier_reasons  # noqa: PLC0415 -- few are of another version

        reasons, unread = earlier_reasons(workbook, claim.layout)
        answers, findings = replace(answers, reasons=reasons), [*findings, *unread]
    return Received(claim, answers, (*findings, *pages.moves.told(complaints)), pages.moves)


def _hidden_units(detail: Sheet) -> Iterator[Finding]:
    """The notices of rows of units (a filter left on) and columns of 明细 that are hidden, though they count."""
    cells = detail.cells
    rows = sorted(row for row in detail.hidden_rows if row >= FIRST_UNIT_ROW and (row, 0) in cells)
    columns = sorted(column for column in detail.hidden_columns if (ID_ROW, column) in cells)
    yield from hidden_lines(detail, rows[:STRAYS_NAMED], columns)


def standing_sheets(workbook: Workbook, layout: Layout, identity: Identity) -> Mapping[str, Sheet]:
    """The sheets whose cells are read, each cell where the layout has it."""
    pages, _ = lay_open(workbook, layout, identity)
    there = sheets_by_name(workbook)
    if not pages.moves:
        return {name: there[name] for name in pages.sheets}
    return {
        name: replace(
            there[pages.moves.name(name)],
            name=name,
            cells={at: cell._replace(row=at[0], column=at[1]) for at, cell in cells.items()},
        )
        for name, cells in pages.sheets.items()
    }


def moves_in(workbook: Workbook, layout: Layout, identity: Identity) -> Moves:
    """Where the form's sheets and cells are in a workbook."""
    return lay_open(workbook, layout, identity)[0].moves


def _answers(pages: Pages, identity: Identity, tally: Tally | None) -> tuple[Return, tuple[Finding, ...]]:
    """Every value on the pages; of a consolidated workbook its inputs come from the tally."""
    fields = list(pages.fields())
    typed = _typed(pages, fields, totals_only=tally is None)
    inputs = _tallied(pages, tally) if tally else _inputs(pages, fields)
    values: dict[str, Shown] = {reading.id: reading.value for reading in inputs.values()}
    empty = {reading.id for reading in inputs.values() if reading.blank}
    for plain in pages.plain.values():
        values |= plain.answers
        values |= dict.fromkeys(plain.empty)
        empty.update(plain.empty)
    words = _words(pages)
    declared = _declared(words)
    known = values.keys() - (empty if declared is None else set())
    readings = (*inputs.values(), *typed)
    answers = Return(
        identity=identity,
        answers={key: values.get(key) for key in pages.layout.inputs},
        typed={reading.id: reading.value for reading in typed if reading.value is not None},
        blank=frozenset(empty & known),
        faulty=frozenset(reading.id for reading in readings if reading.faulty),
        unread=frozenset()
        if pages.whole and len(known) == len(pages.layout.inputs)
        else _unread(pages, known),
        texts={reading.id: str(reading.value) for reading in words.values()},
        prose={reading.id: reading.cells for reading in words.values() if reading.cells},
        declared=bool(declared),
        reasons=_reasons(pages),
    )
    own = (reading.finding for reading in (*readings, *words.values()) if reading.finding)
    left_empty = _left_empty(pages.layout, answers) if not declared else ()
    return answers, (*(tally.findings if tally else ()), *own, *left_empty)


def _inputs(pages: Pages, fields: list[Field]) -> dict[str, Reading]:
    """The inputs of one unit's workbook by id, each from its cell."""
    inputs = (field for field in fields if not field.terms)
    return {field.id: read_input(pages.layout, field, pages.cell(field.id)) for field in inputs}


def _tallied(pages: Pages, tally: Tally) -> dict[str, Reading]:
    """The inputs of a consolidated workbook by id, recomputed from its 明细."""
    sums = {key: Reading(key, value) for key, value in tally.values.items() if pages.has(key)}
    return sums | {key: Reading(key, faulty=True) for key in tally.faulty}


def _typed(pages: Pages, fields: list[Field], *, totals_only: bool) -> tuple[Reading, ...]:
    """What was typed where formulas belong: in totals, and in a consolidated workbook's inputs too."""
    live = (field for field in fields if field.terms or not (totals_only or not field.adds_up))
    readings = (read_total(pages.layout, field, pages.cell(field.id)) for field in live)
    return tuple(reading for reading in readings if reading)


def _words(pages: Pages) -> dict[str, Reading]:
    """Sections and cover entries that can be read, by id."""
    keys = [text.id for text in pages.layout.form.texts] + [*COVER_ENTRIES]
    words = {key: _written(pages, key) for key in keys if pages.has(key)}
    if pages.has(DECLARATION):
        words[DECLARATION] = read_declaration(pages.layout, pages.cell(DECLARATION))
    return words


def _reasons(pages: Pages) -> dict[str, str]:
    """What the unit says of warnings, by the id of the cell; at a glance only filled cells are looked at."""
    if CHECKS in pages.plain:
        keys: Iterable[str] = pages.plain[CHECKS].reasons
    else:
        keys = (one.id for one in pages.layout.explanations if pages.has(one.id))
    read = ((key, read_reason(pages.layout, key, pages.cell(key))) for key in keys)
    return {key: text for key, text in read if text}


def _written(pages: Pages, key: str) -> Reading:
    """A cover entry, or the text of all cells of a section; a fault names its own cell."""
    places = pages.layout.cells_of(key)
    sheet = places[0].sheet
    cell_at = pages.sheets[sheet].get
    texts = [""] * len(places)
    faults: list[Finding] = []
    for number in pages.plain[sheet].written[key] if sheet in pages.plain else range(len(places)):
        place = places[number]
        part = cell_at((place.row, place.column))
        if part is None or not part.text:
            continue
        reading = read_words(pages.layout, key, part)
        texts[number] = str(reading.value)
        if reading.finding:
            faults.append(replace(reading.finding, spots=(Spot(key, place.address),)))
    value, parts = join(texts), tuple(texts) if len(texts) > 1 else ()
    if faults:
        return Reading(key, value=value, faulty=True, finding=faults[0], cells=parts)
    return Reading(key, value=value, cells=parts)


def _declared(words: Mapping[str, Reading]) -> bool | None:
    """Whether blanks are declared 0; None where the cover cannot be read."""
    return is_choice(str(words[DECLARATION].value), YES) if DECLARATION in words else None


def _unread(pages: Pages, known: set[str]) -> frozenset[str]:
    """The fields of which nothing is known."""
    fields = pages.layout.form.fields.values()
    return frozenset(
        field.id for field in fields if not pages.has(field.id) or not (field.terms or field.id in known)
    )


def _left_empty(layout: Layout, answers: Return) -> Iterator[Finding]:
    """A finding for each number left empty without the declaration."""
    for key in sorted(answers.blank, key=layout.order):
        if layout.form.fields[key].type is not FieldType.CHOICE:
            yield found_at(layout, "blank", [key])
