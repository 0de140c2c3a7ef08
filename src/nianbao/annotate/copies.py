"""A returned workbook as the copy that goes back: the unit's blank again, with all that the unit had put into it.

The copy is written anew from the definition, not altered in place (docs/decisions/0020): so locks, formulas, results,
checks and protection are those of a blank, whatever program had saved the file, and nothing that runs comes along.
"""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from io import BytesIO
from typing import TYPE_CHECKING

from nianbao.annotate.attached import Attached, attach
from nianbao.annotate.marks import fill, marks
from nianbao.annotate.notes import kept_short, options, remark, together, written_by_unit
from nianbao.annotate.opinion import Opinion, OpinionSheet, Target
from nianbao.annotate.typed import standing, typed_in
from nianbao.definition.sheet_names import REMARKS
from nianbao.frozen import frozen
from nianbao.layout.formulas import YES
from nianbao.layout.identity import CONSOLIDATED
from nianbao.layout.places import Place
from nianbao.layout.planning import DECLARATION
from nianbao.layout.results import work_out
from nianbao.layout.slots import banners, slots
from nianbao.messages import say
from nianbao.opening.grid import UnreadableError
from nianbao.opening.notes import SEEN_IN, read_notes
from nianbao.opening.ooxml_sheet import place
from nianbao.opening.workbooks import read_workbook
from nianbao.returned.claims import judge_claim
from nianbao.returned.findings import Severity
from nianbao.returned.former import stamp_of
from nianbao.returned.given import known_figures, shown_figures, still_prefilled
from nianbao.returned.reader import moves_in, standing_sheets
from nianbao.workbook.blank import new_book
from nianbao.workbook.patching import patch
from nianbao.workbook.protection import lock
from nianbao.workbook.sheets import Contents, write_sheets, write_shown

if TYPE_CHECKING:
    from collections.abc import Mapping

    import xlsxwriter
    from xlsxwriter.worksheet import Worksheet

    from nianbao.annotate.marks import Marks
    from nianbao.annotate.typed import Typed
    from nianbao.layout.formulas import Shown
    from nianbao.layout.identity import Identity
    from nianbao.layout.places import Layout
    from nianbao.messages import Message
    from nianbao.opening.grid import Cell, Limits, Workbook
    from nianbao.opening.notes import Notes
    from nianbao.returned.claims import Expectation
    from nianbao.returned.findings import Finding
    from nianbao.returned.returns import Checked
    from nianbao.workbook.protection import Password

REPLACED = frozenset({"structure-changed"})
"""A workbook with a finding of this code on a sheet gets that sheet empty, and the unit's own attached."""


@frozen
class Desk:
    """What is known where copies are written. `layout`: the form to judge by outside a round."""

    expectation: Expectation | None
    limits: Limits
    layout: Layout | None = None
    password: Password | None = None
    language: str = "zh"

    @property
    def key(self) -> bytes | None:
        """The round's."""
        return self.expectation.key if self.expectation else None


@frozen
class _Source:
    """A returned workbook beside what was found in it. `given`: the former figures, by the ids of their cells."""

    checked: Checked
    file: str
    workbook: Workbook
    layout: Layout
    identity: Identity
    typed: Typed
    given: Mapping[str, Shown]
    notes: Notes
    attached: tuple[Attached, ...]
    remarks: tuple[Message, ...]

    def name_of(self, sheet: str) -> str:
        """What a sheet is called in the copy: another name where it is attached, nothing where it is not there."""
        for one in self.attached:
            if one.instead and one.original.strip() == sheet.strip():
                return one.name
        return sheet if any(plan.name == sheet and not plan.hidden for plan in self.layout.sheets) else ""


def copy_of(data: bytes, checked: Checked, desk: Desk, *, file: str) -> bytes | None:
    """The copy; None where the file cannot be placed, so that there is nothing to correct in it.

    `file`: the name under which it came. The same bytes, findings and desk give the same copy.
    """
    source = _opened(data, checked, desk, file)
    if source is None:
        return None
    stream = BytesIO()
    book = new_book(stream, title=source.layout.form.title.zh)
    opinion = OpinionSheet(book, desk.language)
    marked = marks(source.checked.findings)
    _write_form(book, source, marked)
    for sheet in source.attached:
        _write_attached(book, sheet, marked)
    _write_notes(book, source, marked, desk.language)
    period = _period(source.identity, source.layout, desk.language)
    told = Opinion(
        source.checked, file, period, correctable=True, attached=source.attached, remarks=source.remarks
    )
    opinion.write(told, partial(_target, source), desk.key)
    book.close()
    return lock(patch(stream.getvalue(), source.typed.cells), desk.password)


def opinion_alone(checked: Checked, desk: Desk, *, file: str) -> bytes:
    """The findings of a file that cannot be placed, on a sheet of their own."""
    stream = BytesIO()
    book = new_book(stream, title=REMARKS)
    layout = desk.expectation.layout if desk.expectation else None
    period = _period(checked.identity, layout, desk.language) if checked.identity and layout else ""
    sheet = OpinionSheet(book, desk.language)
    sheet.write(Opinion(checked, file, period, correctable=False), lambda _: None, desk.key)
    book.close()
    return lock(stream.getvalue(), desk.password)


def _opened(data: bytes, checked: Checked, desk: Desk, file: str) -> _Source | None:
    """The workbook taken apart; None where it is not one unit's return."""
    try:
        workbook = read_workbook(data, desk.limits)
    except UnreadableError:
        return None
    claim = judge_claim(workbook, desk.expectation, desk.layout)
    layout, identity = claim.layout, claim.identity
    if claim.finding or layout is None or identity is None or identity.role == CONSOLIDATED:
        return None
    sheets = standing_sheets(workbook, layout, identity)
    typed = typed_in(layout, sheets)
    given = known_figures(layout, claim.former) or shown_figures(layout, sheets)
    if claim.former and identity.previous:
        identity = replace(identity, previous=stamp_of(layout, claim.former))
    moves = moves_in(workbook, layout, identity)
    if moves:
        checked = replace(checked, findings=moves.at_home(checked.findings))
        renamed = (replace(sheet, name=moves.form_name(sheet.name)) for sheet in workbook.sheets)
        workbook = replace(workbook, sheets=tuple(renamed))
    replaced = frozenset(
        finding.sheet
        for finding in checked.findings
        if finding.code in REPLACED and finding.severity is Severity.ERROR
    )
    notes, remarks = _notes(data, workbook, desk.limits)
    return _Source(
        checked=checked,
        file=file,
        workbook=workbook,
        layout=layout,
        identity=_signed(identity, layout, desk.key),
        typed=typed,
        given=given,
        notes=notes,
        attached=attach(workbook, layout, key=desk.key, replaced=replaced, crowded=typed.crowded),
        remarks=remarks,
    )


def _signed(identity: Identity, layout: Layout, key: bytes | None) -> Identity:
    """What the copy says of itself: as the file did, but made from the template as it is now.

    Outside a round nothing can be signed anew; there it stays as it is, and the sheets that explain are not compared.
    """
    return (
        identity if key is None else replace(identity, template_version=layout.template_version).signed(key)
    )


def _notes(data: bytes, workbook: Workbook, limits: Limits) -> tuple[Notes, tuple[Message, ...]]:
    """The unit's own notes, and what must be said where they cannot be had."""
    if workbook.format not in SEEN_IN:
        kind = workbook.format
        return {}, (say("原文件是 .{kind}，里面的批注读不到，没有带过来，请看原来报送的文件。", kind=kind),)
    try:
        return written_by_unit(read_notes(data, limits), workbook), ()
    except UnreadableError:
        return {}, (say("原文件里的批注损坏，没有带过来，请看原来报送的文件。"),)


def _write_form(book: xlsxwriter.Workbook, source: _Source, marked: Marks) -> None:
    """The sheets of the form, as in a blank; what is typed is put in afterwards."""
    layout, identity, kind = source.layout, source.identity, source.identity.kind
    if kind is None:
        raise ValueError(identity.judged_as)
    declared = source.typed.shown.get(DECLARATION) == YES
    state = work_out(layout, {**source.given, **source.typed.shown}, declared=declared, kind=kind)
    texts = slots(layout.form, identity) | banners(layout, identity)
    fills = {
        Place(sheet, *place(address)): fill(findings)
        for (sheet, address), findings in marked.items()
        if source.name_of(sheet) == sheet
    }
    closed = still_prefilled(layout, source.given, source.typed.shown)
    write_sheets(book, layout, Contents(state, texts, answers=source.given, closed=closed, fills=fills))
    for at, cell in source.typed.strays.items():
        _write_stray(book, at, cell, fills.get(at, ""))


def _write_stray(book: xlsxwriter.Workbook, at: Place, cell: Cell, colour: str) -> None:
    """Something beside the form: in its place, and open, so that the unit can take it away."""
    look = {"locked": False, "font_name": "宋体", "font_size": 10, **({"bg_color": colour} if colour else {})}
    write_shown(_sheet(book, at.sheet), (at.row, at.column), standing(cell), book.add_format(look))


def _write_attached(book: xlsxwriter.Workbook, sheet: Attached, marked: Marks) -> None:
    """A sheet of the unit's own: what it showed, each cell in its place."""
    if not sheet.name:
        return
    page = book.add_worksheet(sheet.name)
    page.set_tab_color("#BFBFBF")
    plain = book.add_format({"font_name": "宋体", "font_size": 10})
    for (row, column), cell in sheet.cells.items():
        write_shown(page, (row, column), standing(cell), plain)
    for (name, address), findings in marked.items():
        at = place(address)
        if sheet.instead and name.strip() == sheet.original.strip():
            look = book.add_format({"font_name": "宋体", "font_size": 10, "bg_color": fill(findings)})
            write_shown(page, at, standing(sheet.cells[at]) if at in sheet.cells else None, look)
    page.protect("", {"select_locked_cells": True})


def _write_notes(book: xlsxwriter.Workbook, source: _Source, marked: Marks, language: str) -> None:
    """On each cell the unit's own note, and ours where there is something to say."""
    texts: dict[tuple[str, tuple[int, int]], str] = {
        (name, at): text
        for sheet, listed in source.notes.items()
        if (name := source.name_of(sheet))
        for at, text in listed.items()
    }
    for (sheet, address), findings in marked.items():
        name, at = source.name_of(sheet), place(address)
        if name:
            texts[name, at] = together(texts.get((name, at), ""), remark(findings, language))
    for (name, at), text in sorted(texts.items()):
        short = kept_short(text)
        _sheet(book, name).write_comment(*at, short, dict(options(short)))


def _target(source: _Source, finding: Finding) -> Target | None:
    """Where a finding's link leads: its first cell, or its sheet."""
    name = source.name_of(finding.sheet) if finding.sheet else ""
    if not name:
        return None
    return Target(name, finding.cells[0]) if finding.cells else Target(name)


def _period(identity: Identity, layout: Layout, language: str) -> str:
    """`2025年`; nothing where the file makes no sense."""
    period = identity.period
    return period.label(layout.form.period).text(language) if period else ""


def _sheet(book: xlsxwriter.Workbook, name: str) -> Worksheet:
    """A sheet that was written before."""
    sheet = book.get_worksheet_by_name(name)
    if sheet is None:
        raise KeyError(name)
    return sheet
