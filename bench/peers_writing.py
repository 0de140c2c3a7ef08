"""Writing as people do it today, and the floors under it."""

from __future__ import annotations

import zlib
from decimal import Decimal
from io import BytesIO
from typing import TYPE_CHECKING, Any

from bench import invented
from bench.job import ROUND, Job, Run
from bench.ours import carried_in
from bench.recorded import record_blank
from bench.remembered import remembered
from nianbao.layout.slots import slots
from nianbao.rounds.rounds import open_round
from nianbao.workbook.blank import BlankWriter, new_book, write_master

if TYPE_CHECKING:
    from nianbao.layout.identity import Identity
    from nianbao.rounds.rounds import Round

UNIT_COLUMNS = 3


def xlsxwriter_blanks(job: Job) -> Run:
    """`blank:xlsxwriter`: each from scratch, in memory."""
    return _xlsxwriter(job, figures=False)


def xlsxwriter_prefilled(job: Job) -> Run:
    """`prefilled:xlsxwriter`."""
    return _xlsxwriter(job, figures=True)


def _xlsxwriter(job: Job, *, figures: bool) -> Run:
    here, identities = _identities(job)
    first = identities[0]
    assert first.kind is not None
    wanted = tuple(carried_in(here, 0)) if figures else ()
    recording = record_blank(here.layout, first.kind, tuple(slots(here.layout.form, first)), wanted)

    def run() -> float:
        for number, identity in enumerate(identities):
            stream = BytesIO()
            book = new_book(stream, title=here.layout.form.title.zh)
            texts: dict[str, Any] = {**slots(here.layout.form, identity)}
            recording.replay(book, texts | carried_in(here, number) if figures else texts)
            book.close()
            (job.out / f"{identity.unit_code}.xlsx").write_bytes(stream.getvalue())
        return len(identities)

    return run


def openpyxl_blanks(job: Job) -> Run:
    """`blank:openpyxl`: the finished blank loaded, the unit's texts put in, saved."""
    import openpyxl  # noqa: PLC0415

    here, identities = _identities(job)
    first = identities[0]
    assert first.kind is not None
    master = job.out / "master.xlsx"
    master.write_bytes(write_master(here.layout, first.kind, {}))

    def run() -> float:
        for identity in identities:
            book = openpyxl.load_workbook(master)
            for name, text in slots(here.layout.form, identity).items():
                place = here.layout.places[name]
                book[place.sheet].cell(place.row + 1, place.column + 1, text)
            book.save(job.out / f"{identity.unit_code}.xlsx")
        return len(identities)

    return run


def blank_bytes(job: Job) -> Run:
    """`blank:floor`: the finished blanks' bytes written."""
    here, identities = _identities(job)
    writer = BlankWriter(here.layout)
    finished = [(job.out / f"{one.unit_code}.xlsx", writer.write(one)) for one in identities]
    return lambda: float(len([path.write_bytes(data) for path, data in finished]))


def prefilled_bytes(job: Job) -> Run:
    """`prefilled:floor`."""
    here, identities = _identities(job)
    writer = BlankWriter(here.layout)
    finished = [
        (job.out / f"{one.unit_code}.xlsx", writer.write_prefilled(one, carried_in(here, number)))
        for number, one in enumerate(identities)
    ]
    return lambda: float(len([path.write_bytes(data) for path, data in finished]))


def xlsxwriter_detail(job: Job) -> Run:
    """`detail:xlsxwriter`: the rows in constant memory."""
    import xlsxwriter  # noqa: PLC0415

    rows = unit_rows(job)

    def run() -> float:
        book = xlsxwriter.Workbook(job.out / "detail.xlsx", {"constant_memory": True})
        sheet = book.add_worksheet("明细")
        for row, cells in enumerate(rows):
            for column, value in enumerate(cells):
                sheet.write(row, column, value)
        book.close()
        return len(rows)

    return run


def deflated_detail(job: Job) -> Run:
    """`detail:floor`: the rows' ready XML deflated."""
    rows = unit_rows(job)
    xml = "".join(
        f'<row r="{number}">{"".join(_cell(number, column, value) for column, value in enumerate(row))}</row>'
        for number, row in enumerate(rows, start=1)
    ).encode()
    return lambda: float(bool(zlib.compress(xml, 6))) * len(rows)


def pandas_county(job: Job) -> Run:
    """`county:pandas`: totals and rows by DataFrame.to_excel."""
    import pandas as pd  # noqa: PLC0415

    rows = unit_rows(job)

    def run() -> float:
        frame = pd.DataFrame(rows)
        with pd.ExcelWriter(job.out / "county.xlsx") as writer:
            frame.iloc[:, UNIT_COLUMNS:].sum().to_frame("total").to_excel(writer, sheet_name="total")
            frame.to_excel(writer, sheet_name="detail", index=False)
        return len(rows)

    return run


def unit_rows(job: Job) -> list[list[Any]]:
    """Code, name, kind and every field of each unit, amounts as floats."""
    form = open_round(job.files / ROUND).layout.form
    rows = []
    for number, values in enumerate(remembered(job, form)):
        unit = invented.unit(number)
        cells = (float(cell) if isinstance(cell, Decimal) else cell for cell in values.values())
        rows.append([unit.code, unit.name, unit.kind.label, *cells])
    return rows


def _cell(row: int, column: int, value: Any) -> str:
    if isinstance(value, str):
        return f'<c r="{column}{row}" t="inlineStr"><is><t>{value}</t></is></c>'
    return f'<c r="AB{row}" s="3"><v>{value:.16g}</v></c>'


def _identities(job: Job) -> tuple[Round, list[Identity]]:
    here = open_round(job.files / ROUND)
    return here, [here.identity(invented.unit(number)) for number in range(job.count)]
