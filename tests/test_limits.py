"""Small files made to take long: each is refused, or read, at once."""

from __future__ import annotations

import io
import re
import resource
import struct
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING
from zipfile import ZipFile

import pytest

from build import filled, judged
from legacy_samples import BOF, binary, compound_file, ods, record, wide, xls, xlsb
from nianbao.messages import say
from nianbao.opening.grid import UnreadableError
from nianbao.opening.ole import read_directory
from nianbao.opening.workbooks import read_workbook
from nianbao.returned import judging
from nianbao.returned.findings import Finding, Severity, Spot, grouped
from nianbao.workbook.patching import sheet_parts
from nianbao.workbook.zipping import Start, copied, deflate
from sample_workbooks import LINKS, PACKAGE_LINKS, minimal_parts, packed

if TYPE_CHECKING:
    from collections.abc import Iterator

    from nianbao.layout.places import Layout

PATIENCE, WALL = 8.0, 30
"""Seconds of processor time, and by the clock on a busy machine: a hang took over forty of both; a right file takes
a hundredth of one."""


@contextmanager
def quickly() -> Iterator[None]:
    """What is done within takes no more than that, children included."""
    start, used = time.monotonic(), _processor()
    yield
    assert _processor() - used < PATIENCE
    assert time.monotonic() - start < WALL


def _processor() -> float:
    """Seconds that this process and those it waited for have used."""
    mine, theirs = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return sum(used.ru_utime + used.ru_stime for used in (mine, theirs))


def changed(data: bytes, sheet: str, old: str, new: str) -> bytes:
    """The workbook with a piece of a sheet's XML exchanged (a part's name may stand for the sheet)."""
    with ZipFile(io.BytesIO(data)) as archive:
        part = sheet_parts(archive).get(sheet, sheet)
        members = []
        for info in archive.infolist():
            if info.filename != part:
                members.append(copied(archive, info))
                continue
            text = archive.read(info).decode()
            assert re.search(old, text)
            members.append(deflate(part, re.sub(old, lambda _: new, text, count=1).encode()))
    return Start().followed_by(members).closed()


HOSTILE = {
    "a formula of 300,000 letters": ("三、依申请公开", "<f>", "<f>" + "a" * 300_000),
    "a text of combining marks": (
        "文字部分", '<c r="A5"[^>]*/>', '<c r="A5" t="inlineStr"><is><t>' + "a\u0301\u0323" * 130_000 + "</t></is></c>",
    ),
    "a label of combining marks": (
        "三、依申请公开", '<c r="A6"[^>]*><v>[0-9]+</v></c>',
        '<c r="A6" t="inlineStr"><is><t>' + "a\u0301\u0323" * 10_000 + "</t></is></c>",
    ),
    "a label of commas": (
        "三、依申请公开", '<c r="A6"[^>]*><v>[0-9]+</v></c>',
        '<c r="A6" t="inlineStr"><is><t>' + "，" * 30_000 + "</t></is></c>",
    ),
    "a number format of brackets": (
        "xl/styles.xml", "<fonts ",
        '<numFmts count="1"><numFmt numFmtId="200" formatCode="' + "[" * 100_000 + '"/></numFmts><fonts ',
    ),
    "an attribute of 30 MB": ("三、依申请公开", "<row ", '<row x="' + "a" * 30_000_000 + '" '),
    "an attribute of 30 MB at the root": ("三、依申请公开", "<worksheet ", '<worksheet x="' + "a" * 30_000_000 + '" '),
    "a million and a half attributes": (
        "三、依申请公开", "<cols>", "<cols " + " ".join(f'a{n}=""' for n in range(1_500_000)) + ">",
    ),
    "a million and a half namespaces": (
        "三、依申请公开", "<worksheet ", "<worksheet " + " ".join(f'xmlns:a{n}=""' for n in range(1_500_000)) + " ",
    ),
    "three million rows": ("三、依申请公开", "</sheetData>", "<row/>" * 3_000_000 + "</sheetData>"),
    "a million and a half merged areas": (
        "三、依申请公开", "<mergeCells[^>]*>", "<mergeCells>" + '<mergeCell ref="A1:B2"/>' * 1_500_000,
    ),
    "a hundred thousand number formats": (
        "xl/styles.xml", "<fonts ", "<numFmts>" + '<numFmt formatCode="[hhhhhhhhhhhhhhhhhhhhhhhh"/>' * 100_000
        + "</numFmts><fonts ",
    ),
    "a hundred thousand styles": ("xl/styles.xml", "<cellXfs[^>]*>", "<cellXfs>" + "<xf/>" * 100_000),
}  # fmt: skip


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_part_takes_no_time(layout: Layout, name: str) -> None:
    """Refused or read within seconds, and the report of it is short."""
    sheet, old, new = HOSTILE[name]
    data = changed(filled(layout), sheet, old, new)
    with quickly():
        checked = judged(data)
    assert all(len(finding.message.text()) < 2_000 for finding in checked.findings)


def test_the_tags_of_all_parts_count_together(layout: Layout) -> None:
    """Two sheets of a million empty elements each, and two hundred of less than 400,000 bytes, are too large."""
    empty = ("<x></x>" * 90_000 + "<sheetProtection/>") * 10 + "<sheetData>"
    data = changed(filled(layout), "三、依申请公开", "<sheetData>", empty)
    data = changed(data, "四、复议诉讼", "<sheetData>", empty)
    with pytest.raises(UnreadableError, match="too-large"):
        read_workbook(data)
    parts = minimal_parts() | {f"xl/worksheets/x{number}.xml": "<x/>" * 99_000 for number in range(120)}
    with pytest.raises(UnreadableError, match="too-large"):
        read_workbook(packed(parts))


def test_long_formulas_beside_a_lost_one_take_no_time(layout: Layout) -> None:
    """They are compared with the total that is gone only where they can be like it."""
    rows = "".join(
        f'<row r="{row}"><c r="A{row}"><f>{"a" * 8_000}{row}</f></c></row>' for row in range(900, 930)
    )
    data = changed(filled(layout), "三、依申请公开", "<f>[^<]*</f>", "")
    data = changed(data, "三、依申请公开", "</sheetData>", f"{rows}</sheetData>")
    with quickly():
        judged(data)


def test_thousands_of_faults_are_grouped_at_once() -> None:
    """Fifty thousand cells of one complaint."""
    faults = [
        Finding("not-a-number", Severity.ERROR, say("x"), sheet="明细", spots=(Spot("a", f"A{row}"),))
        for row in range(50_000)
    ]
    with quickly():
        (one,) = grouped(faults)
        assert len(one.cells) == 50_000


@pytest.mark.parametrize(
    "rows",
    [
        "<table:table-row><table:table-cell>" + "<table:table><table:table-row><table:table-cell>" * 200
        + "</table:table-cell></table:table-row></table:table>" * 200 + "</table:table-cell></table:table-row>",
        (
            '<table:table-row><table:table-cell office:value-type="string"><text:p><text:s text:c="2000000000"/>'
            "</text:p></table:table-cell></table:table-row>"
        ),
        (
            '<table:table-row><table:table-cell office:value-type="string"><text:p><text:s text:c="2000000000"/>'
            '<text:s text:c="-2000000000"/></text:p></table:table-cell></table:table-row>'
        ),
        (
            '<table:table-row table:number-rows-repeated="200"><table:table-cell office:value-type="string"><text:p>'
            '<text:s text:c="900000"/></text:p></table:table-cell></table:table-row>'
        ),
        "<table:table-row>" * 100_000 + "</table:table-row>" * 100_000,
        "<table:table>" * 1_000 + "<table:table-row/>" * 300_000 + "</table:table>" * 1_000,
    ],
)  # fmt: skip
def test_an_ods_that_swells_is_refused(rows: str) -> None:
    """Tables within tables, rows within rows, two thousand million spaces, and as many taken off again."""
    with quickly(), pytest.raises(UnreadableError):
        read_workbook(ods(rows))


@pytest.mark.parametrize("size", ["-1", "0x1", "1" * 5_000])
def test_a_repetition_that_counts_nothing_is_refused(size: str) -> None:
    """Rows taken off again would hide how many there are."""
    with pytest.raises(UnreadableError, match="unreadable"):
        read_workbook(ods(f'<table:table-row table:number-rows-repeated="{size}"/>'))


def test_sheets_of_an_xls_that_lie_over_each_other_are_refused() -> None:
    """Two hundred sheets of the same fourteen thousand records, each beginning at another of them."""
    names = 200
    start = 4 * 3 + len(BOF) + names * (4 + 13)
    sheets = b"".join(
        record(0x0085, struct.pack("<IBB", start + 4 * number, 0, 0) + b"\x05\0Sheet")
        for number in range(names)
    )
    book = record(0x0809, BOF) + sheets + record(0x000A, b"") + record(0x1234, b"") * 14_000
    with pytest.raises(UnreadableError, match="too-large"):
        read_workbook(compound_file({"Workbook": book}))


def test_a_table_of_an_ole_file_has_no_more_sectors_than_the_file() -> None:
    """A chain through sectors that are not there would be followed for millions of steps."""
    data = xls()
    assert len(read_directory(data).table) == len(data) // 512


def test_records_of_an_xlsb_are_counted_over_all_sheets() -> None:
    """Two million of nothing, in four sheets."""
    parts: dict[str, str | bytes] = {f"xl/{number}.bin": b"\x21\0" * 600_000 for number in range(4)}
    with pytest.raises(UnreadableError, match="too-large"):
        read_workbook(xlsb([], parts=parts | sheets_of_xlsb([f"{number}.bin" for number in range(4)])))


def test_a_sheet_of_an_xlsb_counts_once_however_it_is_spelled() -> None:
    """A part's name in capitals is the same part."""
    with pytest.raises(UnreadableError, match="unreadable"):
        read_workbook(xlsb([], parts=sheets_of_xlsb(["worksheets/sheet1.bin", "WORKSHEETS/sheet1.bin"])))


def sheets_of_xlsb(targets: list[str]) -> dict[str, str | bytes]:
    """The parts that name a workbook's sheets."""
    sheets = b"".join(
        binary(156, struct.pack("<II", 0, 1) + wide(f"r{number}") + wide(f"s{number}"))
        for number in range(len(targets))
    )
    listed = "".join(
        f'<Relationship Id="r{number}" Type="{LINKS}/worksheet" Target="{target}"/>'
        for number, target in enumerate(targets)
    )
    return {
        "xl/workbook.bin": sheets,
        "xl/_rels/workbook.bin.rels": f'<Relationships xmlns="{PACKAGE_LINKS}">{listed}</Relationships>',
    }


def test_too_many_links_are_refused() -> None:
    """Half a million of them."""
    links = '<Relationship Id="x" Target="y"/>' * 500_000
    with pytest.raises(UnreadableError, match="too-large"):
        read_workbook(packed({**minimal_parts(), "xl/_rels/x.rels": f"<R>{links}</R>"}))


def test_a_mistake_of_ours_stops_no_other_file(layout: Layout, monkeypatch: pytest.MonkeyPatch) -> None:
    """The file is rejected and says where the program failed."""

    def fail(*_: object, **__: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(judging, "read_return", fail)
    checked = judged(filled(layout))
    assert [finding.code for finding in checked.findings] == ["unreadable"]
    assert "ZeroDivisionError" in checked.findings[0].message.text()
