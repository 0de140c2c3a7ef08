"""The county workbook: the form's own sheets over live sums of 明细, and everything that explains them."""

from __future__ import annotations

from io import BytesIO
from typing import TYPE_CHECKING

from nianbao.county.agreement import agree
from nianbao.county.beside import compared, write_beside
from nianbao.county.charts import write_charts
from nianbao.county.detail import write_detail
from nianbao.county.drawings import draw
from nianbao.county.facts import CountyFacts
from nianbao.county.findings import write_findings
from nianbao.county.lists import Lists, write_returned, write_sources
from nianbao.county.merge import adding_ids
from nianbao.county.pages import Pages
from nianbao.county.progress import draw_progress
from nianbao.county.units import name_units, write_units
from nianbao.county.words import coverage
from nianbao.definition.sheet_names import (
    CHARTS,
    FINDINGS,
    IDENTITY,
    LAST_PERIOD,
    LAST_YEAR,
    RETURNED,
    SOURCES,
)
from nianbao.frozen import frozen
from nianbao.layout.detail import DETAIL, Detail
from nianbao.layout.identity import CONSOLIDATED, ISSUED_COLUMN, rows
from nianbao.layout.results import work_out
from nianbao.layout.slots import banners, slots
from nianbao.messages import say
from nianbao.problems import refuse
from nianbao.workbook.blank import new_book
from nianbao.workbook.cell_text import cell_text
from nianbao.workbook.long_rows import ahead, with_rows
from nianbao.workbook.protection import lock
from nianbao.workbook.sheets import Contents, write_sheets

if TYPE_CHECKING:
    from xlsxwriter.workbook import Workbook

    from nianbao.county.merge import Consolidation
    from nianbao.county.units import UnitSheets
    from nianbao.layout.formulas import Addresses, Computable, Shown, State
    from nianbao.layout.identity import Identity
    from nianbao.layout.places import Layout
    from nianbao.roster.units import Unit

__all__ = ["CountyFacts", "DetailSum", "write_county"]

OWN_SHEETS = (DETAIL, RETURNED, FINDINGS, CHARTS, SOURCES, LAST_YEAR, LAST_PERIOD)


@frozen
class DetailSum:
    """An input of the form as the sum of its column on 明细."""

    detail: Detail
    id: str

    def excel(self, at: Addresses) -> str:
        """The formula, without the leading equals sign."""
        del at
        return self.detail.total(self.id)

    def show(self, state: State) -> Shown:
        """The sum."""
        return state.cells[self.id]


def write_county(consolidation: Consolidation, layout: Layout, facts: CountyFacts) -> bytes:
    """The workbook's bytes, the same for the same facts, after its figures agreed three ways.

    Raises OfficeError where no unit is counted, `DisagreementError` where the workbook would not say what
    was counted, ValueError for facts that do not fit the consolidation.
    """
    if not consolidation.units:
        raise refuse(say("没有可以汇总的上报表"))
    missing = facts.missing(consolidation)
    _check_facts(consolidation, facts, missing)
    state = _state(consolidation, layout, facts)
    banner = coverage(len(consolidation.units), missing)
    stream = BytesIO()
    book = new_book(stream, title=layout.form.title.zh)
    looks = write_sheets(book, layout, _contents(consolidation, layout, facts, state=state, banner=banner))
    pages = Pages.of(book, looks, banner)
    sheets = _write_detail(pages, layout, consolidation, facts)
    with ahead(pages.long) as begun:
        _write_others(Lists(pages, consolidation, facts, sheets), layout)
        if facts.issued:
            _write_issued(book, facts.issued)
        book.close()
        data = with_rows(lock(stream.getvalue(), facts.password), pages.long, begun)
    agree(data, layout, state, units=len(consolidation.units))
    return data


def _check_facts(consolidation: Consolidation, facts: CountyFacts, missing: tuple[Unit, ...]) -> None:
    """The units are the roster's, in its order, and the identity says truly how many, and whether they are all."""
    counted = {unit.code for unit in consolidation.units}
    if consolidation.units != tuple(unit for unit in facts.roster if unit.code in counted):
        raise ValueError("the units are not those of the roster, in its order")
    said = (facts.identity.role, facts.identity.complete, facts.identity.units)
    true = (CONSOLIDATED, "no" if missing else "yes", str(len(counted)))
    if said != true:
        raise ValueError(f"identity: {said}, not {true}")


def _state(consolidation: Consolidation, layout: Layout, facts: CountyFacts) -> State:
    """What every live cell shows; nothing is declared, as the county has yet to fill in the cover."""
    kind = facts.identity.kind
    if kind is None:
        raise ValueError(facts.identity.judged_as)
    sums: dict[str, Shown] = {
        field.id: consolidation.totals[field.id] for field in layout.form.inputs() if field.adds_up
    }
    return work_out(
        layout, sums, declared=False, kind=kind, consolidated=True, complete=facts.identity.complete == "yes"
    )


def _contents(
    consolidation: Consolidation, layout: Layout, facts: CountyFacts, *, state: State, banner: str
) -> Contents:
    """What stands on the form's sheets."""
    detail = Detail(layout.form, len(consolidation.units))
    adding = adding_ids(layout.form)
    live: dict[str, Computable] = {
        field.id: DetailSum(detail, field.id) for field in layout.form.inputs() if field.id in adding
    }
    closed = frozenset(field.id for field in layout.form.inputs() if field.id not in adding)
    texts = slots(layout.form, facts.identity) | banners(layout, facts.identity, banner)
    return Contents(state, texts, live=live, closed=closed)


def _write_issued(book: Workbook, issued: Identity) -> None:
    """What the level above said of this office, beside what the workbook says of itself, for it to know it again."""
    sheet = book.get_worksheet_by_name(IDENTITY)
    if sheet is None:
        raise KeyError(IDENTITY)
    for row, name in enumerate(rows(beside=bool(issued.previous))):
        sheet.write_string(row, 0, name)
        sheet.write_string(row, ISSUED_COLUMN, cell_text(getattr(issued, name)))


def _write_detail(
    pages: Pages, layout: Layout, consolidation: Consolidation, facts: CountyFacts
) -> UnitSheets:
    """明细, and what the units' own sheets are called, to which it leads."""
    taken = (*(plan.name for plan in layout.sheets), *OWN_SHEETS)
    sheets = name_units(layout.form, consolidation.units, taken, limit=facts.unit_sheets)
    note = "" if sheets.names else f"单位超过 {facts.unit_sheets} 个，没有各单位的工作表"
    write_detail(pages, consolidation, sheets.names, note=note)
    return sheets


def _write_others(lists: Lists, layout: Layout) -> None:
    """The other sheets that no blank has."""
    pages, consolidation = lists.pages, lists.consolidation
    write_units(pages, consolidation, lists.sheets)
    write_returned(lists)
    write_findings(lists)
    beside = compared(consolidation, lists.facts.former)
    if beside:
        write_beside(pages, layout, beside)
    drawings = [draw(chart, layout, consolidation, beside) for chart in layout.form.charts]
    write_charts(pages, [*drawings, *draw_progress(lists)])
    write_sources(lists)
