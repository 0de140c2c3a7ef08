"""What we write is what strict programs take: no broken rule, no warning, and it survives another program."""

from __future__ import annotations

import warnings
from io import BytesIO
from typing import TYPE_CHECKING

import openpyxl
import pytest

from build import reworked
from conftest import make_identity
from consolidations import county, make_entries
from libreoffice import convert
from nianbao.workbook.blank import BlankWriter
from nianbao.workbook.fill import fill
from nianbao.workbook.protection import Password
from ooxml_rules import broken_rules

if TYPE_CHECKING:
    from pathlib import Path

    from nianbao.layout.places import Layout

PASSWORD = Password.of("口令", b"0123456789abcdef")


def blank_of(layout: Layout, password: Password | None = None) -> bytes:
    """A town's blank."""
    return BlankWriter(layout, password).write(make_identity(layout))


def test_a_blank_breaks_no_rule_of_excel(any_layout: Layout) -> None:
    """With and without a password, and filled with long texts."""
    blank = blank_of(any_layout)
    texts = {text.id: "本年度公开若干条。\n" * 500 for text in any_layout.form.texts}
    for data in (blank, blank_of(any_layout, PASSWORD), fill(blank, texts, find_layout=lambda _: any_layout)):
        assert broken_rules(data) == []


def test_a_county_workbook_breaks_no_rule_of_excel(any_layout: Layout) -> None:
    """Its own sheets, tables, links and charts included."""
    assert broken_rules(county(any_layout, make_entries(any_layout, 5))) == []


def test_a_broken_rule_is_seen(layout: Layout) -> None:
    """The rules are no empty words: overlapping merges, a long prompt, an unknown function, a bad name."""

    def spoil(book: openpyxl.Workbook) -> None:
        sheet = book["三、依申请公开"]
        sheet.merged_cells.add("A1:B9")
        sheet.data_validations.dataValidation[0].prompt = "长" * 256
        sheet["K1"] = "=CELL(1)"
        sheet.row_dimensions[3].height = 500
        book.defined_names["A1"] = openpyxl.workbook.defined_name.DefinedName("A1", attr_text="没有!$A$1")

    lines = "\n".join(broken_rules(reworked(blank_of(layout), spoil)))
    for said in ("both merged", "prompt of 256", "function CELL", "500", "name A1", "name A1 is 没有"):
        assert said in lines


def test_openpyxl_has_nothing_to_say(any_layout: Layout) -> None:
    """It loads without a warning of anything unknown."""
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        openpyxl.load_workbook(BytesIO(blank_of(any_layout)))


@pytest.mark.oracle
def test_another_program_keeps_names_locks_and_prompts(layout: Layout, tmp_path: Path) -> None:
    """LibreOffice opens and re-saves a blank under a password; only the lock of the workbook's structure is lost.

    LibreOffice 7.4 writes `workbookProtection` without its attributes, whatever it read.
    """
    path = tmp_path / "blank.xlsx"
    path.write_bytes(blank_of(layout, PASSWORD))
    ours, theirs = (
        openpyxl.load_workbook(path),
        openpyxl.load_workbook(convert(path, "xlsx", tmp_path / "out")),
    )
    assert {name for name in ours.defined_names if name.startswith("nb_")} <= set(theirs.defined_names)
    assert theirs["_nianbao"].sheet_state != "visible"
    for sheet in ours:
        kept = theirs[sheet.title]
        assert kept.protection.sheet, sheet.title
        assert kept.protection.hashValue == sheet.protection.hashValue
        assert {str(area) for area in kept.merged_cells.ranges} == {
            str(area) for area in sheet.merged_cells.ranges
        }
        for row in sheet.iter_rows():
            for cell in row:
                assert kept[cell.coordinate].protection.locked == cell.protection.locked, cell.coordinate
        prompts = [{rule.prompt for rule in book.data_validations.dataValidation} for book in (sheet, kept)]
        assert prompts[0] == prompts[1]
