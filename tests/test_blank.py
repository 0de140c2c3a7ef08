from __future__ import annotations

import hashlib
import subprocess
from io import BytesIO
from typing import TYPE_CHECKING
from zipfile import ZipFile

import openpyxl
import pytest

from conftest import make_identity
from libreoffice import convert
from nianbao.kinds import UnitKind
from nianbao.layout.boxes import Answer, Computed, Words
from nianbao.layout.formulas import NO, YES
from nianbao.layout.names import defined_name
from nianbao.layout.slots import slots
from nianbao.workbook.blank import BlankWriter
from nianbao.workbook.protection import Password

if TYPE_CHECKING:
    from pathlib import Path

    from openpyxl import Workbook

    from nianbao.layout.places import Layout


@pytest.fixture(scope="module")
def blank(any_layout: Layout) -> bytes:
    """A town's blank."""
    return BlankWriter(any_layout).write(make_identity(any_layout))


def book(data: bytes, *, values: bool = False) -> Workbook:
    """The workbook as openpyxl sees it."""
    return openpyxl.load_workbook(BytesIO(data), data_only=values)


def test_only_inputs_are_unlocked(any_layout: Layout, blank: bytes) -> None:
    """Every sheet is protected; the unlocked cells are the inputs, texts and cover entries, and no others."""
    answers = [key for key, box in any_layout.box_of.items() if isinstance(box.content, Answer)]
    places = [place for key in answers for place in any_layout.cells_of(key)]
    wanted = {(place.sheet, place.row + 1, place.column + 1) for place in places}
    seen = set()
    for sheet in book(blank):
        assert sheet.protection.sheet, sheet.title
        merged = {(area.min_row, area.min_col): area for area in sheet.merged_cells.ranges}
        for row in sheet.iter_rows():
            for cell in row:
                inside = next((top for top, area in merged.items() if cell.coordinate in area), None)
                top = inside or (cell.row, cell.column)
                if not cell.protection.locked:
                    seen.add((sheet.title, *top))
    assert seen == wanted


def test_structure_is_locked_and_identity_very_hidden(any_layout: Layout, blank: bytes) -> None:
    """Sheets cannot be added or removed; the identity sheet does not show in the list of hidden ones."""
    opened = book(blank)
    assert opened.security.lockStructure
    states = {sheet.title: sheet.sheet_state for sheet in opened}
    assert states.pop("_nianbao") == "veryHidden"
    assert set(states.values()) == {"visible"}
    assert list(states) == [plan.name for plan in any_layout.sheets if not plan.hidden]


def test_labels_and_identity_stand_at_their_places(any_layout: Layout, blank: bytes) -> None:
    """Every printed word is where the layout says; so are the unit's name, code and signed identity."""
    opened = book(blank)
    texts = slots(any_layout.form, make_identity(any_layout))
    for plan, box in any_layout.boxes():
        value = opened[plan.name].cell(box.row + 1, box.column + 1).value
        if isinstance(box.content, Words):
            assert (value or "") == box.content.text
    for name, text in texts.items():
        place = any_layout.places[name]
        assert (opened[place.sheet][place.address].value or "") == text


def test_every_field_has_its_name(any_layout: Layout, blank: bytes) -> None:
    """Each input, text, cover entry and total can be found by a defined name made from its id."""
    names = book(blank).defined_names
    answers = [key for key, box in any_layout.box_of.items() if isinstance(box.content, Answer)]
    for key in {*any_layout.form.fields, *answers, "cover.status"}:
        place = any_layout.places[key]
        assert place.sheet in names[defined_name(key)].attr_text
        assert names[defined_name(key)].attr_text.replace("$", "").endswith("!" + place.address)


def test_every_input_has_a_validation_with_a_chinese_prompt(any_layout: Layout, blank: bytes) -> None:
    """Number inputs take numbers only, choices come from their list, each says what belongs there."""
    opened = book(blank)
    for field in any_layout.form.inputs():
        place = any_layout.places[field.id]
        rules = opened[place.sheet].data_validations.dataValidation
        rule = next(rule for rule in rules if place.address in rule.sqref)
        assert all((rule.prompt, rule.error, rule.showInputMessage)), field.id
        assert rule.type == {"choice": "list", "decimal": "custom"}.get(field.type.value, "whole")


def test_every_entry_in_words_says_what_belongs_there(any_layout: Layout, blank: bytes) -> None:
    """Sections and cover entries have a prompt too; a telephone keeps its leading zero."""
    opened = book(blank)
    for key, box in any_layout.box_of.items():
        if isinstance(box.content, Answer) and key not in any_layout.form.fields:
            place = any_layout.places[key]
            rules = opened[place.sheet].data_validations.dataValidation
            rule = next(rule for rule in rules if place.address in rule.sqref)
            assert all((rule.promptTitle, rule.prompt, rule.showInputMessage)), key
    assert opened["封面"][any_layout.places["cover.phone"].address].number_format == "@"


def test_cached_results_are_true_of_an_empty_form(any_layout: Layout, blank: bytes) -> None:
    """Totals show nothing, the cover counts what is still to fill."""
    shown = book(blank, values=True)
    for key, box in any_layout.box_of.items():
        if isinstance(box.content, Computed) and key in any_layout.form.fields:
            place = any_layout.places[key]
            assert shown[place.sheet][place.address].value in {None, ""}
    sections = [text for text in any_layout.form.texts if text.required]
    wanted = len(list(any_layout.form.inputs())) + len(sections)
    status = any_layout.places["cover.status"]
    assert shown[status.sheet][status.address].value == f"还有 {wanted} 处问题"


def test_print_setup_is_a4_one_page_a_table(any_layout: Layout, blank: bytes) -> None:
    """Each table is fitted on one A4 page, with its whole area printed."""
    opened = book(blank)
    for table in any_layout.form.tables:
        sheet = opened[table.sheet]
        assert str(sheet.page_setup.paperSize) == "9"
        assert sheet.sheet_properties.pageSetUpPr is not None
        assert sheet.sheet_properties.pageSetUpPr.fitToPage
        assert sheet.page_setup.fitToHeight in {None, 1}
        assert sheet.page_setup.orientation == ("landscape" if table.landscape else "portrait")
        assert sheet.print_area


def test_the_same_unit_gives_the_same_bytes(any_layout: Layout, blank: bytes) -> None:
    """Two writers, one result; another unit's differs only in the part that holds the texts."""
    assert BlankWriter(any_layout).write(make_identity(any_layout)) == blank
    other = BlankWriter(any_layout).write(make_identity(any_layout, year=2024))
    with ZipFile(BytesIO(blank)) as one, ZipFile(BytesIO(other)) as two:
        differing = [name for name in one.namelist() if one.read(name) != two.read(name)]
    assert differing == ["xl/sharedStrings.xml"]


def test_a_password_is_hashed_so_that_it_holds(layout: Layout) -> None:
    """SHA-512 with 100,000 spins and a long Chinese password, as ISO/IEC 29500 defines it; sheets and structure."""
    password = Password.of("口令" * 20, b"0123456789abcdef")
    data = BlankWriter(layout, password).write(make_identity(layout))
    opened = book(data)
    for sheet in opened:
        assert sheet.protection.algorithmName == "SHA-512"
        assert sheet.protection.spinCount == 100_000
        assert sheet.protection.hashValue == password.attributes("")["hashValue"]
    assert opened.security.workbookHashValue == password.attributes("")["hashValue"]
    assert opened.security.lockStructure


def test_the_hash_is_the_standards() -> None:
    """Salt and password hashed, then 100,000 times with the little-endian count appended: spelled out once more."""
    password = Password.of("nianbao", bytes(range(16)))
    digest = hashlib.sha512(bytes(range(16)) + "nianbao".encode("utf-16-le")).digest()
    for spin in range(100_000):
        digest = hashlib.sha512(digest + spin.to_bytes(4, "little")).digest()
    assert password.digest == digest


def test_the_declaration_is_a_choice(layout: Layout, blank: bytes) -> None:
    """「空白单元格均为 0」 offers 是 and 否."""
    del layout
    sheet = book(blank)["封面"]
    rule = next(rule for rule in sheet.data_validations.dataValidation if rule.type == "list")
    assert rule.formula1 == f'"{YES},{NO}"'


@pytest.mark.parametrize("kind", list(UnitKind))
def test_every_kind_of_unit_gets_a_blank(layout: Layout, kind: UnitKind) -> None:
    """The blank carries the unit's kind for the rules that depend on it."""
    data = BlankWriter(layout).write(make_identity(layout, kind=kind))
    place = layout.places["identity.judged_as"]
    assert book(data)[place.sheet][place.address].value == kind.value


@pytest.mark.oracle
def test_each_table_prints_on_one_page(any_layout: Layout, blank: bytes, tmp_path: Path) -> None:
    """LibreOffice prints cover and tables on one page each, with their last row on it."""
    path = tmp_path / "blank.xlsx"
    path.write_bytes(blank)
    pdf = convert(path, "pdf", tmp_path)
    for page, table in enumerate(any_layout.form.tables, start=2):
        command = ["pdftotext", "-f", str(page), "-l", str(page), "-layout", str(pdf), "-"]
        text = subprocess.run(command, capture_output=True, check=True).stdout.decode()
        packed = "".join(text.split())
        assert table.title.replace(" ", "") in packed
        last = table.blocks[-1].rows[-1].text
        assert "".join(last.split()) in packed, packed
