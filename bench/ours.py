"""Our side: the package's public functions. Where their names change, only this module follows."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from datetime import UTC, datetime
from io import BytesIO
from typing import TYPE_CHECKING

from bench import invented
from bench.job import ROUND, Job, Run, reading, total
from bench.remembered import remembered
from nianbao.county.facts import CountyFacts
from nianbao.kinds import UnitKind
from nianbao.opening.grid import Kind, Limits, Workbook
from nianbao.opening.workbooks import Opener, read_workbook
from nianbao.returned.judging import Judge
from nianbao.returned.returns import Checked
from nianbao.rounds.rounds import open_round
from nianbao.workbook.blank import BlankWriter

if TYPE_CHECKING:
    from pathlib import Path

    from nianbao.county.merge import Consolidation
    from nianbao.layout.formulas import Shown
    from nianbao.roster.units import Unit
    from nianbao.rounds.rounds import Round

LIMITS = Limits()
TIME = datetime(2026, 1, 20, 9, 30, tzinfo=UTC)
CARRIED_IN = "t3.carried_in."


def reference_reader(data: bytes) -> Workbook:
    """A workbook by the reader that stands on a real XML parser, the fast one's fall-back."""
    return read_workbook(data, LIMITS)


def read_values(job: Job) -> Run:
    """`read`: values, formulas, locks and labels of every cell, as `check` opens many files and looks at them."""
    opener = Opener(LIMITS)
    return reading(job, lambda path: _sum(opener.open(path.read_bytes())))


def read_cells(job: Job) -> Run:
    """`read:cells`: the same, and every cell made an object and looked at, as openpyxl's are."""
    opener = Opener(LIMITS)

    def read(path: Path) -> float:
        book = opener.open(path.read_bytes())
        for sheet in book.sheets:
            for cell in sheet.cells.values():
                _ = (cell.text, cell.formula, cell.locked)
        return _sum(book)

    return reading(job, read)


def read_by_reference(job: Job) -> Run:
    """`read:reference`."""
    return reading(job, lambda path: _sum(reference_reader(path.read_bytes())))


def _sum(book: Workbook) -> float:
    """One look at the result, as cheap as it can be: the figures of table 二."""
    sheet = book.sheet("二、主动公开")
    cells = sheet.cells.values() if sheet else ()
    return total(float(cell.text) for cell in cells if cell.kind is Kind.NUMBER)


def examined(job: Job) -> Run:
    """`examine`: read, placed and checked; all the bench's returns are acceptable."""
    judge = Judge(open_round(job.files / ROUND).expectation(), Opener(LIMITS))

    def judged(path: Path) -> float:
        return float(judge.examine(path.read_bytes(), path=path.name, received=TIME).acceptable)

    return reading(job, judged)


def blanks(job: Job) -> Run:
    """`blank`: written one by one into a fresh folder."""
    here, units = _units(job)
    identities = [here.identity(unit) for unit in units]

    def run() -> float:
        writer = BlankWriter(here.layout)
        for identity in identities:
            (job.out / f"{identity.unit_code}.xlsx").write_bytes(writer.write(identity))
        return len(identities)

    return run


def prefilled_blanks(job: Job) -> Run:
    """`prefilled`: the same with 上年结转 in each."""
    here, units = _units(job)
    entries = [(here.identity(unit), carried_in(here, number)) for number, unit in enumerate(units)]

    def run() -> float:
        writer = BlankWriter(here.layout)
        for identity, figures in entries:
            (job.out / f"{identity.unit_code}.xlsx").write_bytes(writer.write_prefilled(identity, figures))
        return len(entries)

    return run


def carried_in(here: Round, number: int) -> dict[str, Shown]:
    """Last year's figures that stand in this year's blank."""
    figures = invented.figures(here.layout.form, number)
    return {key: value for key, value in figures.items() if key.startswith(CARRIED_IN)}


def detail_rows(job: Job) -> Run:
    """`detail`: the sheet 明细 alone, a row for each unit, as a finished workbook's bytes."""
    from nianbao.county.detail import write_detail  # noqa: PLC0415 -- XlsxWriter only where measured
    from nianbao.county.pages import Pages  # noqa: PLC0415
    from nianbao.workbook.blank import new_book  # noqa: PLC0415
    from nianbao.workbook.long_rows import ahead, with_rows  # noqa: PLC0415
    from nianbao.workbook.looks import Looks  # noqa: PLC0415

    consolidation = consolidated(job)

    def run() -> float:
        stream = BytesIO()
        book = new_book(stream, title="")
        pages = Pages.of(book, Looks(book), "")
        write_detail(pages, consolidation, {}, note="")
        with ahead(pages.long) as begun:
            book.close()
            data = with_rows(stream.getvalue(), pages.long, begun)
        (job.out / "detail.xlsx").write_bytes(data)
        return len(consolidation.units)

    return run


def county(job: Job) -> Run:
    """`county`: merge and write_county over checked returns in memory."""
    from nianbao.county.merge import merge  # noqa: PLC0415
    from nianbao.county.workbook import write_county  # noqa: PLC0415

    here, units = _units(job)
    entries = _entries(job, here, units)
    facts = CountyFacts(
        identity=replace(here.county_identity(units=len(units)), complete="yes"),
        roster=tuple(units),
        files=tuple(entry for _, entry in entries),
        program="nianbao bench",
    )

    def run() -> float:
        data = write_county(merge(here.layout.form, entries), here.layout, facts)
        (job.out / "county.xlsx").write_bytes(data)
        return len(entries)

    return run


def consolidated(job: Job) -> Consolidation:
    """The figures of so many units, merged."""
    from nianbao.county.merge import merge  # noqa: PLC0415

    here, units = _units(job)
    return merge(here.layout.form, _entries(job, here, units))


def _entries(job: Job, here: Round, units: list[Unit]) -> list[tuple[Unit, Checked]]:
    return [
        (unit, checked(here, unit, values))
        for unit, values in zip(units, remembered(job, here.layout.form), strict=True)
    ]


def checked(here: Round, unit: Unit, values: dict[str, Shown]) -> Checked:
    """The unit's return as `examine` would give it."""
    identity = here.identity(unit)
    return Checked(
        path=f"returned/{unit.code}.xlsx",
        sha256=hashlib.sha256(unit.code.encode()).hexdigest(),
        received=TIME,
        identity=identity,
        values=values,
        texts={text.id: f"{unit.name}：{text.title}" for text in here.layout.form.texts},
        unit_code=unit.code,
        unit_name=unit.name,
        kind=UnitKind(identity.judged_as),
    )


def _units(job: Job) -> tuple[Round, list[Unit]]:
    """The round, and as many units as asked for, of the roster or beyond it."""
    here = open_round(job.files / ROUND)
    return here, [invented.unit(number) for number in range(job.count)]
