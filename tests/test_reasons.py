"""A unit's reasons for warnings: where they stand, how they are read, and what becomes of a return with them."""

from __future__ import annotations

import io
from dataclasses import replace
from decimal import Decimal
from typing import TYPE_CHECKING

import openpyxl
import pytest

from between_years import answered, beside, knowing, whole
from build import OPENER, complaints, expectation, filled, grid, judged, reworked, typed
from conftest import make_identity
from libreoffice import convert, recalculated
from nianbao.complaints import CATALOGUE, RULE_WORDINGS, Severity
from nianbao.definition.sheet_names import CHECKS, RETURNED
from nianbao.layout.explaining import MOST_CHARACTERS
from nianbao.layout.places import Place
from nianbao.layout.slots import banners, slots
from nianbao.opening.grid import Kind
from nianbao.returned.glance import Glance
from nianbao.returned.reader import read_return
from nianbao.workbook.fill import fill
from nianbao.workbook.patching import patch
from office import make_round, run, send_back

if TYPE_CHECKING:
    from pathlib import Path

    from nianbao.layout.formulas import Shown
    from nianbao.layout.places import Layout

FEES = "t2.fees.amount"
FEE_REASON = "explain.amount-unit.fee_unit_town"
LABEL_REASON = "explain.label-changed"
JUMP_REASON = "explain.jump"
WHY = "含历年补缴的城镇垃圾处理费。"
RENAMED = Place("三、依申请公开", 7, 1)


def warned(layout: Layout, changes: dict[str, Shown] | None = None) -> bytes:
    """A town's return whose fees look like 元."""
    return filled(layout, {FEES: 188710} | (changes or {}))


def texts_of(layout: Layout) -> dict[str, str]:
    """What the town's workbook says of itself."""
    identity = make_identity(layout)
    return {**slots(layout.form, identity), **banners(layout, identity)}


def test_every_warning_has_a_cell(layout: Layout) -> None:
    """One for each code of the catalogue that warns, beside its checks or in the block, and no cell for an error."""
    codes = {one.code for one in layout.explanations}
    previous = layout.form.previous
    assert previous
    rules = (*layout.form.rules, *previous.rules)
    own = {rule.code for rule in rules if rule.severity == Severity.WARNING}
    warnings = {code for code, entry in CATALOGUE.items() if entry.severity is Severity.WARNING}
    assert codes == (warnings - RULE_WORDINGS.keys()) | own
    assert {FEE_REASON, LABEL_REASON, JUMP_REASON} <= {one.id for one in layout.explanations}
    beside = {one.id for one in layout.beside.explanations}
    assert JUMP_REASON not in beside
    assert {FEE_REASON, LABEL_REASON, f"{JUMP_REASON}.jump_up.t2.fees.amount"} <= beside


def test_no_id_of_the_form_is_taken(layout: Layout) -> None:
    """What explains is no field, and `forms show` lists none."""
    assert not [key for key in layout.form.fields if key.startswith("explain")]
    cells = run("forms", "show", "--json").document["cells"]
    assert not [cell for cell in cells if cell["id"].startswith("explain")]


def test_the_cells_come_last_and_are_open(layout: Layout) -> None:
    """They are on 校验, behind every other input, in reading order, unlocked, as text, with a length of their own."""
    book = openpyxl.load_workbook(io.BytesIO(filled(layout)))
    places = [layout.places[one.id] for one in layout.explanations]
    assert {place.sheet for place in places} == {CHECKS}
    assert places == sorted(places, key=lambda place: (place.row, place.column))
    inputs = [layout.places[key].sheet for key in (*layout.inputs, "text.other", "cover.contact")]
    assert max(map(book.sheetnames.index, inputs)) < book.sheetnames.index(CHECKS)
    lengths = [one for one in book[CHECKS].data_validations.dataValidation if one.type == "textLength"]
    for place in places:
        cell = book[CHECKS][place.address]
        assert not cell.protection.locked
        assert cell.number_format == "@"
        assert any(cell.coordinate in one for one in lengths)
    assert {one.formula1 for one in lengths} == {str(MOST_CHARACTERS)}


def test_a_warning_with_a_reason_is_explained(layout: Layout) -> None:
    """Without it the return is accepted with a warning; with it the warning says why, and the return is explained."""
    before, after = judged(warned(layout)), judged(warned(layout, {FEE_REASON: WHY}))
    assert (before.status, [one.explained for one in before.findings]) == ("accepted", [None])
    assert (after.status, [one.explained for one in after.findings]) == ("explained", [WHY])
    assert complaints(before) == complaints(after)
    assert after.unused_reasons == {}


def test_what_differs_from_last_year_is_explained(layout: Layout) -> None:
    """Beside its check where last year's figures are shown, of that cell only; in the block where they are not."""
    nothing: dict[str, Shown] = dict.fromkeys(layout.inputs, 0)
    former = whole(layout, nothing | {FEES: 30})
    known = knowing(layout, former)
    for reason, told in (
        (f"{JUMP_REASON}.jump_up.{FEES}", WHY),
        (f"{JUMP_REASON}.jump_up.t2.licences.decisions", None),
    ):
        typed_in: dict[str, Shown] = {FEES: 200, reason: WHY}
        places = {layout.beside.places[key]: value for key, value in typed_in.items()}
        data = patch(answered(layout, beside(layout, former), nothing), places)
        assert [(one.code, one.explained) for one in judged(data, known).findings] == [("jump", told)]
    data = filled(layout, {**nothing, FEES: 200, JUMP_REASON: WHY})
    assert [(one.code, one.explained) for one in judged(data, known).findings] == [("jump", WHY)]


def test_a_sum_in_the_wrong_unit_is_complained_of_once(layout: Layout) -> None:
    """It has jumped as well, which is not said again; the reason may stand beside either check."""
    nothing: dict[str, Shown] = dict.fromkeys(layout.inputs, 0)
    former = whole(layout, nothing | {FEES: 30})
    known, blank = knowing(layout, former), beside(layout, former)
    for fees, codes in ((1000, ["jump"]), (1001, ["amount-unit"])):
        checked = judged(answered(layout, blank, nothing | {FEES: fees}), known)
        assert [finding.code for finding in checked.findings] == codes
    for reason in (FEE_REASON, f"{JUMP_REASON}.jump_up.{FEES}"):
        typed_in: dict[str, Shown] = {FEES: 1001, reason: WHY}
        places = {layout.beside.places[key]: value for key, value in typed_in.items()}
        checked = judged(patch(answered(layout, blank, nothing), places), known)
        assert [(one.code, one.explained) for one in checked.findings] == [("amount-unit", WHY)]
        assert checked.unused_reasons == {}


def test_an_error_is_never_explained(layout: Layout) -> None:
    """Whatever is written, an error blocks."""
    checked = judged(warned(layout, {FEE_REASON: WHY, "t3.new.natural": 20}))
    assert checked.status == "rejected"
    assert {one.code: one.explained for one in checked.findings} == {"amount-unit": WHY, "balance": None}


def test_a_reason_is_for_its_own_code(layout: Layout) -> None:
    """What stands in another's cell explains nothing, and is kept as unused."""
    checked = judged(warned(layout, {LABEL_REASON: WHY}))
    assert [one.explained for one in checked.findings] == [None]
    assert checked.unused_reasons == {LABEL_REASON: WHY}


def test_any_check_of_the_same_cells_will_do(layout: Layout) -> None:
    """Two checks of a code look at the same cell, for other kinds of unit: who misses the line by one is understood."""
    checked = judged(warned(layout, {"explain.amount-unit.fee_unit": WHY}))
    assert [one.explained for one in checked.findings] == [WHY]


def test_a_code_of_the_block_is_explained(layout: Layout) -> None:
    """One reason is for every changed label."""
    data = patch(filled(layout, {LABEL_REASON: WHY}), {RENAMED: "（一）全部公开"})
    checked = judged(data)
    assert [(one.code, one.explained) for one in checked.findings] == [("label-changed", WHY)]
    assert checked.status == "explained"


@pytest.mark.parametrize(
    ("value", "read"),
    [
        (WHY, WHY),
        (f"  {WHY}\n\n两年合计 ", f"{WHY} 两年合计"),
        (2024, "2024"),
        (Decimal("1.50"), "1.5"),
        ("　 ", ""),
        ("长" * 2000, "长" * 300 + "…"),
    ],
)
def test_what_stands_there_is_read_as_words(layout: Layout, value: Shown, read: str) -> None:
    """On one line, a number by its digits, spaces as nothing, and no more than a report takes."""
    (finding,) = judged(warned(layout, {FEE_REASON: value})).findings
    assert (finding.explained or "") == read


def test_a_formula_is_read_for_what_it_shows(layout: Layout) -> None:
    """No figure rests on it; an error value says nothing, and harms nothing."""
    place = layout.places[FEE_REASON]
    for cell, told in (
        (typed(place.row, place.column, WHY, "A1"), WHY),
        (typed(place.row, place.column, "#REF!", "A1")._replace(kind=Kind.ERROR), None),
    ):
        book = grid(warned(layout))
        cells = {(place.row, place.column): cell._replace(locked=False)}
        sheets = (
            replace(one, cells={**one.cells, **cells}) if one.name == CHECKS else one for one in book.sheets
        )
        checked = judged(replace(book, sheets=tuple(sheets)))
        assert [(one.code, one.explained) for one in checked.findings] == [("amount-unit", told)]


@pytest.mark.parametrize("program", ["fill", "openpyxl", "xlsx", "xls", "ods"])
def test_reasons_are_read_from_every_program(layout: Layout, program: str, tmp_path: Path) -> None:
    """Inline, shared, and in the old formats; at a glance where the file is Excel's kind."""
    data = warned(layout, {FEE_REASON: WHY})
    if program == "openpyxl":
        data = reworked(data, lambda _: None)
    elif program != "fill":
        path = tmp_path / "a.xlsx"
        path.write_bytes(data)
        data = convert(path, program, tmp_path / "out").read_bytes()
    assert {one.code: one.explained for one in judged(data).findings}["amount-unit"] == WHY


def test_a_glance_takes_them(layout: Layout) -> None:
    """The sheet with reasons needs no closer look, whatever they say."""
    glance = Glance()
    for why in (WHY, "另一个原因", "&<原因>"):
        sheet = OPENER.open(warned(layout, {FEE_REASON: why, LABEL_REASON: "a"})).sheet(CHECKS)
        assert sheet is not None
        seen = glance.at(sheet, layout.plan(CHECKS), layout, texts_of(layout))
        assert seen is not None
        assert glance.answers(*seen).reasons == (FEE_REASON, LABEL_REASON)


def test_a_blank_costs_nothing_more(layout: Layout) -> None:
    """Where no reason is given, no cell is looked at."""
    sheet = OPENER.open(filled(layout)).sheet(CHECKS)
    assert sheet is not None
    seen = Glance().at(sheet, layout.plan(CHECKS), layout, texts_of(layout))
    assert seen is not None
    assert Glance().answers(*seen).reasons == ()


def test_the_cover_is_ready_with_a_warning(layout: Layout) -> None:
    """A check that only warns is counted apart, as no fault, and a reason changes no result."""
    for reason in (None, WHY):
        values: dict[str, Shown] = {FEES: 188710, "cover.blank_is_zero": "是"}
        values |= {FEE_REASON: reason} if reason else {}
        data = fill(filled(layout), values, find_layout=lambda _: layout)
        book = openpyxl.load_workbook(io.BytesIO(data), data_only=True)
        marks = [row[5].value for row in book[CHECKS].iter_rows(min_row=4, max_row=3 + len(layout.lines))]
        assert (marks.count("请核对"), marks.count("✗")) == (1, 0)
        status = layout.places["cover.status"]
        assert book[status.sheet][status.address].value == "可以上报，有 1 处请核对"


@pytest.mark.oracle
def test_the_cover_counts_warnings_as_libreoffice_does(layout: Layout, tmp_path: Path) -> None:
    """None, one, and one beside a fault, which goes before: what the file shows is what its formula gives."""
    status = layout.places["cover.status"]
    for number, (changes, shown) in enumerate(
        (
            ({}, "可以上报"),
            ({FEES: 1001}, "可以上报，有 1 处请核对"),
            ({FEES: 1001, "t3.granted.legal": 7}, "还有 2 处问题"),
        )
    ):
        values: dict[str, Shown] = {"cover.blank_is_zero": "是", **changes}
        data = fill(filled(layout), values, find_layout=lambda _: layout)
        folder = tmp_path / str(number)
        folder.mkdir()
        for version in (data, recalculated(data, folder)):
            book = openpyxl.load_workbook(io.BytesIO(version), data_only=True)
            assert book[status.sheet][status.address].value == shown


def test_fill_puts_reasons(layout: Layout, tmp_path: Path) -> None:
    """By their ids, up to the length that the cell asks for; what cannot go in is named."""
    here = make_round(tmp_path / "round")
    run("blank", "-C", here.folder)
    (blank,) = here.blank_folder.glob("101*")
    values, out = tmp_path / "v.csv", tmp_path / "a.xlsx"
    values.write_text(f"{FEE_REASON},{WHY}\n{LABEL_REASON},已报县里\n", encoding="utf-8")
    assert run("fill", blank, values, "-o", out).status == 0
    assert layout.places[FEE_REASON].address in {
        cell.coordinate
        for row in openpyxl.load_workbook(out)[CHECKS].iter_rows()
        for cell in row
        if cell.value == WHY
    }
    values.write_text(f"{FEE_REASON},{'长' * (MOST_CHARACTERS + 1)}\nexplain.jmup,x\n", encoding="utf-8")
    refused = run("fill", blank, values, "-o", out)
    assert refused.status == 2
    assert f"最多 {MOST_CHARACTERS} 个字" in refused.err
    assert "explain.jmup" in refused.err


@pytest.mark.parametrize(
    ("language", "told", "not_needed"),
    [
        ("zh", "（情况说明：", "情况说明，没有对应的警告（表内文字被改）：没改"),
        ("en", "(explained: ", "Explanation without a warning"),
    ],
)
def test_the_reports_tell_them(
    layout: Layout, tmp_path: Path, language: str, told: str, not_needed: str
) -> None:
    """In the lines, in the JSON and in the list; those that nobody asked for are shown as well."""
    here = make_round(tmp_path / "round")
    send_back(here, "101")
    path = here.returned / "101.xlsx"
    values: dict[str, Shown] = {FEES: 188710, FEE_REASON: WHY, LABEL_REASON: "没改"}
    path.write_bytes(patch(path.read_bytes(), {layout.places[key]: value for key, value in values.items()}))
    lines = run("--lang", language, "check", "-C", here.folder, path).out.replace("\n", "")
    assert told in lines
    assert not_needed in lines
    (file,) = run("check", "-C", here.folder, "--json", path).document["files"]
    assert (file["status"], file["findings"][0]["explained"]) == ("explained", WHY)
    assert file["unused_explanations"] == {LABEL_REASON: "没改"}
    assert not [key for key in file["values"] if key.startswith("explain")]
    book = tmp_path / "list.xlsx"
    run("check", "-C", here.folder, path, "--xlsx", book)
    assert any(WHY in row for row in openpyxl.load_workbook(book).worksheets[0].iter_rows(values_only=True))


def test_the_county_workbook_tells_them(layout: Layout, tmp_path: Path) -> None:
    """收表情况 counts and quotes them, 审核问题 has a column of them; a round without any has neither."""
    here = make_round(tmp_path / "round")
    send_back(here, "101", "102", "103")
    assert run("merge", "-C", here.folder).status == 0
    plain = openpyxl.load_workbook(here.county_path)
    assert "情况说明和核准理由" not in [cell.value for cell in plain[RETURNED][4]]
    path = here.returned / "101.xlsx"
    values: dict[str, Shown] = {FEES: 188710, FEE_REASON: WHY, LABEL_REASON: "没改"}
    path.write_bytes(patch(path.read_bytes(), {layout.places[key]: value for key, value in values.items()}))
    assert run("merge", "-C", here.folder).status == 0
    book = openpyxl.load_workbook(here.county_path)
    (row,) = [row for row in book[RETURNED].iter_rows(min_row=5, values_only=True) if row[0] == "101"]
    assert row[3] == "有说明"
    assert row[-1] == f"金额单位存疑（情况说明）：{WHY}\n表内文字被改（情况说明，没有对应的警告）：没改"
    heads, *found = [row for row in book["审核问题"].iter_rows(min_row=4, values_only=True) if row[0]]
    assert found[0][heads.index("情况说明")] == WHY


def test_one_level_up_a_reason_is_read(layout: Layout, tmp_path: Path) -> None:
    """A county workbook has the same open cells; what the county writes there is read with it."""
    here = make_round(tmp_path / "round")
    send_back(here, "101", "102", "103")
    run("merge", "-C", here.folder)
    data = patch(here.county_path.read_bytes(), {layout.places[LABEL_REASON]: WHY, RENAMED: "（一）全部公开"})
    read = read_return(grid(data), None)
    assert read.answers is not None
    assert read.answers.reasons == {LABEL_REASON: WHY}
    explained = [one.explained for one in judged(data).findings if one.code == "label-changed"]
    assert explained == [WHY]


def test_a_round_expects_nothing_else(layout: Layout) -> None:
    """Within a round it is all the same."""
    checked = judged(warned(layout, {FEE_REASON: WHY}), expectation(layout))
    assert [(one.code, one.explained) for one in checked.findings] == [("amount-unit", WHY)]
