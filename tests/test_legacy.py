"""What is read from .xls, .xlsb and .ods files, and that none of them can harm the program that reads it."""

from __future__ import annotations

import struct
from io import BytesIO
from random import Random
from typing import TYPE_CHECKING

import openpyxl
import pytest

from legacy_samples import BOOLERR, DIMENSIONS, NUMBER, ods, record, xls, xls_cell, xlsb
from libreoffice import convert
from nianbao.opening import calamine
from nianbao.opening.container import open_container
from nianbao.opening.grid import Cell, Kind, Limits, UnreadableError, Workbook
from nianbao.opening.legacy import _survey
from nianbao.opening.survey import Survey, check_room, error_name
from nianbao.opening.workbooks import read_workbook
from sample_workbooks import by_xlsxwriter

if TYPE_CHECKING:
    from pathlib import Path

RECALCULATED = {(3, 2), (4, 2), (5, 2)}
"""An array formula, of which LibreOffice makes its own, and a text result, for which it writes 0 into an .xls."""
ONE = '<table:table-cell office:value-type="float" office:value="1"{}><text:p>1</text:p></table:table-cell>'
ROW = f"<table:table-row{{}}>{ONE}</table:table-row>"
ERROR = '<table:table-cell table:formula="of:=1/0" office:value-type="string"{}><text:p>{}</text:p></table:table-cell>'


def shown(book: Workbook) -> dict[tuple[int, int], tuple[Kind, str]]:
    """The cells of the first sheet."""
    return {at: (cell.kind, cell.text) for at, cell in book.sheets[0].cells.items()}


def refusal(data: bytes, limits: Limits | None = None) -> str:
    """The code with which the bytes are refused."""
    with pytest.raises(UnreadableError) as caught:
        read_workbook(data, limits or Limits())
    return caught.value.code


def active(data: bytes) -> tuple[str, ...]:
    """The active parts, found without starting calamine."""
    return survey(data)[1]


def survey(data: bytes, limits: Limits | None = None) -> tuple[list[Survey], tuple[str, ...]]:
    """What precedes calamine: the sheets' sizes and errors, and the active parts."""
    return _survey(open_container(data, limits or Limits()), limits or Limits())


def test_an_xls_shows_values_and_errors_where_they_stand() -> None:
    """Rows and columns before the first value count; 12.0 is 12; error values are errors, not blanks."""
    book = read_workbook(xls())
    assert shown(book) == {
        (1, 1): (Kind.NUMBER, "12"),
        (1, 2): (Kind.NUMBER, "96171.6"),
        (2, 1): (Kind.ERROR, "#N/A"),
        (2, 2): (Kind.BOOLEAN, "TRUE"),
        (3, 1): (Kind.ERROR, "#DIV/0!"),
    }
    assert (book.format, book.sees_formulas) == ("xls", False)
    assert book.sheets[0].cells[1, 1] == Cell(1, 1, Kind.NUMBER, "12", formula=None, locked=True)


def test_an_xlsb_shows_values_and_errors_where_they_stand() -> None:
    """The same for the binary form of .xlsx, typed errors and those of formulas."""
    book = read_workbook(
        xlsb([(5, 1, 1, struct.pack("<d", 1.5)), (3, 2, 0, b"\x07"), (11, 2, 3, b"\x2a" + bytes(10))])
    )
    assert shown(book) == {
        (1, 1): (Kind.NUMBER, "1.5"),
        (2, 0): (Kind.ERROR, "#DIV/0!"),
        (2, 3): (Kind.ERROR, "#N/A"),
    }
    assert (book.format, book.sees_formulas) == ("xlsb", False)


def test_an_ods_shows_values_and_errors_where_they_stand() -> None:
    """Repeats are written out; an error is known by LibreOffice's mark, or by what a formula shows."""
    rows = (
        '<table:table-row table:number-rows-repeated="2"><table:table-cell/></table:table-row><table:table-row>'
        + ONE.format(' table:number-columns-repeated="2"')
        + ERROR.format(' calcext:value-type="error"', "Err:502")
        + ERROR.format("", "#REF!")
        + ERROR.format("", "#一")
        + "</table:table-row>"
    )
    assert shown(read_workbook(ods(rows))) == {
        (2, 0): (Kind.NUMBER, "1"),
        (2, 1): (Kind.NUMBER, "1"),
        (2, 2): (Kind.ERROR, "Err:502"),
        (2, 3): (Kind.ERROR, "#REF!"),
        (2, 4): (Kind.TEXT, "#一"),
    }


@pytest.mark.parametrize(
    ("rows", "fits"),
    [
        (ROW.format(' table:number-rows-repeated="10"', ' table:number-columns-repeated="10"'), True),
        (ROW.format(' table:number-rows-repeated="10"', ' table:number-columns-repeated="11"'), False),
        (
            ROW.format(' table:number-rows-repeated="1048576"', ' table:number-columns-repeated="16384"'),
            False,
        ),
        ('<table:table-row table:number-rows-repeated="1048576"><table:table-cell/></table:table-row>', True),
        (f'<table:table-row table:number-rows-repeated="999"/>{ROW.format("", "")}', True),
        (f'<table:table-row table:number-rows-repeated="1000"/>{ROW.format("", "")}', False),
        (ROW.format(' table:number-rows-repeated="x"', ""), False),
    ],
)
def test_repeated_rows_of_an_ods_are_counted_before_they_are_written_out(rows: str, fits: bool) -> None:  # noqa: FBT001
    """Cells that show something, and the box that holds them; LibreOffice's empty million rows count nothing."""
    limits = Limits(cells=100)
    if fits:
        check_room(survey(ods(rows), limits)[0], limits)
    else:
        assert refusal(ods(rows), limits) in {"too-large", "unreadable"}


@pytest.mark.parametrize(
    ("cells", "code"),
    [
        (xls_cell(NUMBER, 65535, 65535, bytes(8)), "too-large"),
        (record(DIMENSIONS, struct.pack("<IIHHH", 0, 0xFFFFFFFF, 0, 256, 0)), "too-large"),
        (record(DIMENSIONS, struct.pack("<IIHHH", 0xFFFFFFFF, 0, 0, 256, 0)), "too-large"),
        (record(0x00BD, struct.pack("<HH", 0, 0) + bytes(6) + struct.pack("<H", 0xFFFF)) * 7, "too-large"),
        (struct.pack("<HH", NUMBER, 60000), "unreadable"),
    ],
)
def test_an_xls_that_declares_too_much_is_refused(cells: bytes, code: str) -> None:
    """Calamine reserves memory for what a file declares, and ends the process where there is not as much."""
    assert refusal(xls(cells)) == code


def test_an_xlsb_that_declares_too_much_is_refused() -> None:
    """One cell at the far end of the sheet makes a box of 17 thousand million places."""
    assert refusal(xlsb([(5, 1048575, 16383, bytes(8))])) == "too-large"


def test_an_xls_with_a_password_is_encrypted() -> None:
    """The FILEPASS record is seen before anything is read."""
    assert refusal(xls(book=record(0x002F, bytes(6)))) == "encrypted"


def test_an_ods_with_a_password_is_encrypted() -> None:
    """The manifest tells; the content is no XML then."""
    manifest = '<m:manifest xmlns:m="urn:m"><m:encryption-data/></m:manifest>'
    assert (
        refusal(ods("", parts={"META-INF/manifest.xml": manifest, "content.xml": b"\x8a\0"})) == "encrypted"
    )


@pytest.mark.parametrize(
    ("data", "names"),
    [
        (xls(), ()),
        (xls(streams={"_VBA_PROJECT": b"x"}), ("_VBA_PROJECT",)),
        (xls(streams={"MBD00F2A1": b"x"}), ("MBD00F2A1",)),
        (xls(book=record(0x01AE, struct.pack("<HH", 1, 0x0401))), ()),
        (xls(book=record(0x01AE, struct.pack("<HH", 1, 9))), ("external link",)),
        (xlsb([]), ()),
        (xlsb([], parts={"xl/vbaProject.bin": b""}), ("xl/vbaProject.bin",)),
        (
            ods(
                "",
                parts={"Basic/script-lc.xml": "", "Basic/Standard/script-lb.xml": "", "Configurations2/": ""},
            ),
            (),
        ),
        (ods("", parts={"Basic/Standard/Module1.xml": ""}), ("Basic/Standard/Module1.xml",)),
        (ods("", parts={"Scripts/python/a.py": ""}), ("Scripts/python/a.py",)),
        (ods("<table:table-source/>"), ("table-source",)),
        (ods("", extra="<script:event-listener/>"), ("event-listener",)),
    ],
)
def test_macros_and_links_of_old_formats_are_active(data: bytes, names: tuple[str, ...]) -> None:
    """What LibreOffice always writes, and links within the workbook, are not."""
    assert active(data) == names


def test_only_parts_within_the_limits_reach_calamine() -> None:
    """Pictures are left out; a part that lies about its size is refused before calamine inflates it."""
    data = bytearray(ods(ROW.format("", ""), parts={"Pictures/a.png": bytes(1000)}))
    assert shown(read_workbook(bytes(data)))
    at = data.rfind(b"content.xml") - 46
    struct.pack_into("<I", data, at + 24, 10)
    assert refusal(bytes(data)) == "unreadable"


def test_a_child_that_takes_too_long_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    """The clerk is asked for another format; the program goes on."""
    monkeypatch.setattr(calamine, "PATIENCE", 0.001)
    assert refusal(xls()) == "too-large"


def test_a_module_beside_the_files_is_never_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A json.py among the returned files would otherwise be imported by the child."""
    (tmp_path / "json.py").write_text("raise SystemExit('harm')", encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    assert read_workbook(xls()).format == "xls"


@pytest.mark.parametrize(
    "data", [xls(), xlsb([(5, 1, 1, bytes(8))]), ods(ROW.format("", ""))], ids=["xls", "xlsb", "ods"]
)
def test_flipped_bytes_never_end_the_program(data: bytes) -> None:
    """Only a refusal or a result, though calamine panics or runs out of memory on some of them."""
    chance = Random(20260131)  # noqa: S311
    for _ in range(4):
        changed = bytearray(data)
        for _ in range(chance.choice([1, 2, 8])):
            changed[chance.randrange(len(changed))] = chance.randrange(256)
        try:
            read_workbook(bytes(changed))
        except UnreadableError as error:
            assert error.code in {"unreadable", "encrypted", "too-large"}  # noqa: PT017


@pytest.mark.parametrize(
    "data", [xls(), xlsb([(5, 1, 1, bytes(8))]), ods(ROW.format("", ""))], ids=["xls", "xlsb", "ods"]
)
def test_flipped_bytes_never_end_the_survey(data: bytes) -> None:
    """What runs in the program's own process: many files, many bytes."""
    chance = Random(20260201)  # noqa: S311
    for _ in range(300):
        changed = bytearray(data)
        for _ in range(chance.choice([1, 2, 8])):
            changed[chance.randrange(len(changed))] = chance.randrange(256)
        try:
            survey(bytes(changed))
        except UnreadableError as error:
            assert error.code in {"unreadable", "encrypted", "too-large"}  # noqa: PT017


def test_an_error_number_that_nobody_knows_is_never_a_blank() -> None:
    """Calamine refuses such a file; were it to take it, the cell would still show an error."""
    assert refusal(xls(xls_cell(BOOLERR, 0, 0, bytes([0x7E, 1])))) == "unreadable"
    assert error_name(0x7E) == "#ERROR!"


@pytest.mark.oracle
@pytest.mark.parametrize("to", ["xls", "ods"])
def test_what_libreoffice_saves_reads_as_openpyxl_reads_the_original(to: str, tmp_path: Path) -> None:
    """Every value, error and date of the workbook, at its address; sheets by name, hidden ones hidden."""
    source = tmp_path / "in.xlsx"
    source.write_bytes(by_xlsxwriter())
    book = read_workbook(convert(source, to, tmp_path / "out").read_bytes())
    theirs = openpyxl.load_workbook(BytesIO(by_xlsxwriter()), data_only=True)
    assert [sheet.name for sheet in book.sheets] == theirs.sheetnames
    assert [sheet.visibility for sheet in book.sheets] == ["visible", "hidden", "hidden"]
    ours = {at: same(kind, text) for at, (kind, text) in shown(book).items()}
    assert {at: text for at, text in ours.items() if at not in RECALCULATED} == {
        (cell.row - 1, cell.column - 1): expected(cell.value, to)
        for row in theirs.worksheets[0].iter_rows()
        for cell in row
        if cell.value is not None and (cell.row - 1, cell.column - 1) not in RECALCULATED
    }


def same(kind: Kind, text: str) -> str:
    """Our cell as plain text, numbers by value."""
    return repr(float(text)) if kind is Kind.NUMBER else text


def expected(value: object, to: str) -> str:
    """Openpyxl's value likewise; LibreOffice keeps truth values as numbers in .ods."""
    if isinstance(value, bool):
        return repr(float(value)) if to == "ods" else str(value).upper()
    if isinstance(value, int | float):
        return repr(float(value))
    return value.isoformat().removesuffix("T00:00:00") if hasattr(value, "isoformat") else str(value)
