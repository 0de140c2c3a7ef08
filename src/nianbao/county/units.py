"""The sheet of each unit: its figures, texts and findings, as plain values."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nianbao.county.figures import FIGURE_WIDTH, LABEL_WIDTH, plan_figures
from nianbao.county.names import sheet_names
from nianbao.county.pages import number_format
from nianbao.frozen import frozen
from nianbao.layout.boxes import Role
from nianbao.layout.detail import DETAIL
from nianbao.layout.tables import ROW_HEIGHT, text_height
from nianbao.returned.findings import SEVERITY_WORDS
from nianbao.returned.returns import STATUS_WORDS
from nianbao.workbook.cell_text import cell_text

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from nianbao.county.figures import FigurePlan
    from nianbao.county.merge import Consolidation
    from nianbao.county.pages import Page, Pages
    from nianbao.definition.form import Form
    from nianbao.returned.findings import Finding
    from nianbao.returned.returns import Checked
    from nianbao.roster.units import Unit

BACK_ROW, FACTS_ROW, FIGURES_ROW = 2, 3, 7
CHUNK = 1200
"""Characters of a text in one cell, so that a row tall enough for them is possible."""
LEAST_COLUMNS = 6


@frozen
class UnitSheets:
    """The unit sheets of a workbook: each unit's sheet by code, and where an id stands on all of them."""

    names: Mapping[str, str]
    plan: FigurePlan

    def target(self, unit_code: str, ids: Sequence[str]) -> tuple[str, str] | None:
        """Sheet and cell where a finding on `ids` leads; None where the unit has no sheet."""
        if unit_code not in self.names:
            return None
        cells = (self.plan.address(key) for key in ids if key in self.plan.places)
        return self.names[unit_code], next(cells, "A1")


def name_units(form: Form, units: Sequence[Unit], taken: Sequence[str], *, limit: int) -> UnitSheets:
    """The sheets to be written: one for each unit, none at all where there are more than `limit`."""
    shown = units if len(units) <= limit else ()
    names = sheet_names([unit.name for unit in shown], taken)
    codes = [unit.code for unit in shown]
    return UnitSheets(dict(zip(codes, names, strict=True)), plan_figures(form, FIGURES_ROW))


def write_units(pages: Pages, consolidation: Consolidation, sheets: UnitSheets) -> None:
    """Every unit's sheet, in the units' order."""
    width = max(LEAST_COLUMNS, sheets.plan.columns)
    for unit, entry in zip(consolidation.units, consolidation.entries, strict=True):
        if unit.code in sheets.names:
            widths = (LABEL_WIDTH, *(FIGURE_WIDTH,) * width)
            page = pages.add(sheets.names[unit.code], f"{unit.name}（{unit.code}）", widths, upright=True)
            _write_facts(page, unit, entry)
            _write_figures(page, consolidation.form, entry, sheets.plan)
            row = _write_texts(page, consolidation.form, entry, sheets.plan.end)
            _write_findings(page, entry.findings, row)


def _write_facts(page: Page, unit: Unit, entry: Checked) -> None:
    """The way back, and where the figures come from."""
    last = len(page.widths) - 1
    page.jump((BACK_ROW, 0), f"返回{DETAIL}", DETAIL)
    page.sheet.set_row(BACK_ROW, ROW_HEIGHT)
    facts = {"单位类型": unit.kind.label, "文件": entry.path, "状态": STATUS_WORDS[entry.status]}
    for row, (label, text) in enumerate(facts.items(), start=FACTS_ROW):
        page.text((row, 0), label, Role.NAME)
        page.text((row, 1), text, until=(row, last))
        page.sheet.set_row(row, text_height(cell_text(text), sum(page.widths[1:])))


def _write_figures(page: Page, form: Form, entry: Checked, plan: FigurePlan) -> None:
    """The matrices."""
    last = len(page.widths) - 1
    for label in plan.printed:
        at = (label.row, label.column)
        page.text(at, label.text, label.role, until=(label.row, last) if label.wide else None)
    for row, height in plan.heights.items():
        page.sheet.set_row(row, height)
    for key, at in plan.places.items():
        page.shown(at, entry.values.get(key), number_format(form.fields[key]))


def _write_texts(page: Page, form: Form, entry: Checked, row: int) -> int:
    """The sections in words, a row for each paragraph; the first free row."""
    for section in form.texts:
        row = _write_band(page, row, section.title)
        for paragraph in _paragraphs(entry.texts.get(section.id, "")):
            _write_wide(page, row, paragraph)
            row += 1
        row += 1
    return row


def _write_findings(page: Page, findings: Sequence[Finding], row: int) -> None:
    """What was found in the file, a row for each."""
    row = _write_band(page, row, "审核问题")
    lines = [f"【{SEVERITY_WORDS[item.severity]}】{item.message}{_settled(item)}" for item in findings]
    for number, line in enumerate(lines or ["没有发现问题。"]):
        _write_wide(page, row + number, line)


def _settled(finding: Finding) -> str:
    """How the office or the unit has answered it."""
    parts = (("情况说明", finding.explained), ("核准放行", finding.waived))
    return "".join(f"　{label}：{text}" for label, text in parts if text)


def _write_band(page: Page, row: int, title: str) -> int:
    """A heading over all columns; the row beneath it."""
    page.text((row, 0), title, Role.BAND, until=(row, len(page.widths) - 1))
    page.sheet.set_row(row, 22)
    return row + 1


def _write_wide(page: Page, row: int, text: str) -> None:
    """A text over all columns, the row as tall as it needs."""
    page.text((row, 0), text, until=(row, len(page.widths) - 1))
    page.sheet.set_row(row, text_height(cell_text(text), sum(page.widths)))


def _paragraphs(text: str) -> Iterator[str]:
    """The lines of a text, long ones in pieces; a dash for nothing."""
    lines = [line for line in cell_text(text).split("\n") if line.strip()]
    for line in lines or ["（未填）"]:
        yield from (line[start : start + CHUNK] for start in range(0, len(line), CHUNK))
