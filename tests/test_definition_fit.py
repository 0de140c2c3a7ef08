"""What a definition may name and hold so that workbooks can be made of it."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

import openpyxl
import pytest

from conftest import SAFETY, make_identity
from definitions import CHOICES, GOOD, REQUIRE, SUM, changed, complaints
from nianbao.definition.fitting import NAMED, RESERVED_KEYS
from nianbao.layout.names import defined_name, named
from nianbao.layout.shelf import find_form
from nianbao.layout.tables import TALLEST
from nianbao.returned.findings import CATALOGUE, RULE_WORDINGS
from nianbao.workbook.blank import BlankWriter
from nianbao.workbook.prompts import TEXT_LENGTH, validation

if TYPE_CHECKING:
    from pathlib import Path

MINES = "mines: {label: 矿山}"


@pytest.mark.parametrize("width", [".nan", ".inf", "-.inf", "0", "-3", "1e300", "256", "true", "'14'", "[1]"])
@pytest.mark.parametrize("place", ["columns: 14", "labels: [20]"])
def test_widths_are_numbers_that_excel_takes(tmp_path: Path, place: str, width: str) -> None:
    """From 1 to 255 characters."""
    new = f"columns: {width}" if place.startswith("columns") else f"labels: [{width}]"
    (line,) = complaints(tmp_path, changed((place, new)))
    assert line.startswith("14: ")


@pytest.mark.parametrize(
    "name",
    [
        "",
        " ",
        " 表一",
        "表一 ",
        "表\\n一",
        "表\\x07一",
        *(f"表{char}一" for char in "[]:*?/"),
        "表\\\\一",
        "'表一",
        "表一'",
        "长" * 32,
        "😀" * 16,
        "表二",
        "ａ",
        *("封面", "文字部分", "校验", "填报说明", "_NIANBAO", "history"),
        *("明细", "收表情况", "审核问题", "图表", "来源", "审核意见"),
    ],
)
def test_sheet_names_are_such_as_excel_takes_once(tmp_path: Path, name: str) -> None:
    """Neither empty nor long, no sign that it refuses, none of another sheet by any case or width."""
    text = changed(
        ("sheet: 表一", f'sheet: "{name}"'), ("sheet: 表二", "sheet: 表二" if name != "ａ" else "sheet: A")
    )
    said = complaints(tmp_path, text)
    assert len(said) == 1
    assert int(said[0].split(":")[0]) in {13, 32}


@pytest.mark.parametrize("key", [*sorted(RESERVED_KEYS), *(f"{name}x" for name in NAMED)])
def test_keys_of_the_program_are_no_tables(tmp_path: Path, key: str) -> None:
    """Their ids would be those of the cover, the texts, the check lines or the identity."""
    text = GOOD.replace("  b:\n", f"  {key}:\n")
    assert f"「{key}」归程序使用" in complaints(tmp_path, text)[0]


@pytest.mark.parametrize("form", ["zfxxgk-2021", "zfxxgk-2019", str(SAFETY)])
def test_every_cell_outside_the_tables_has_a_reserved_key(form: str) -> None:
    """So that no table's id or name can be one of them."""
    layout = find_form(form)
    others = {key for key in layout.places if key not in layout.form.fields}
    assert {key.partition(".")[0] for key in others} <= RESERVED_KEYS
    names = [defined_name(key).removeprefix("nb_") for key in named(layout) if key in others]
    assert names
    assert all(name.startswith(NAMED) for name in names)


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        (SUM, "sum: [mines, mines, sites, shops]", "29: 合计里「mines」写了两次"),
        (SUM, "sum: []", "29: 「sum」里至少要有一项"),
        ("shops: {label: 商场市场}", "shops: {label: 商场, sum: [mines]}", "把「a.mines.planned」加了两次"),
        ("sites: {label: 建筑工地}", "sites: {label: 工地, sum: [all]}", "绕成了圈"),
        ("label: 罚款\n", "label: 罚款\n            sum: [total]\n", "自己不能有 sum"),
        ("「{row}」：发现", "「{raw}」：发现", "61: 不认识的 {raw}，这里可用：{row}"),
        ("en: Please go through this row.", "en: 'Please go through {column}.'", "62: 不认识的 {column}"),
        ("zh: 请说明原因。", "zh: '请说明「{row}」的原因'", "69: 不认识的 {row}，这里可用：无"),
        ("zh: 安全生产检查月报", "zh: '{year}安全生产检查月报'", "5: 不认识的 {year}"),
        ("title: 表一", "title: '{unit}'\n    unit: 次\n    #", "12: 不认识的 {unit}"),
        ("code: plan-not-met", "code: blank", "64: 问题代码「blank」归程序使用"),
        ("code: plan-not-met", "code: column-misbooked", "归程序使用"),
        ("code: plan-not-met", "code: total-differs", "归程序使用"),
        ("{from: 2024}", "{from: 2024, to: 2020}", "8: serves 的 to（2020）早于 from（2024）"),
        ("{from: 2024}", "{from: 20240}", "8: 「from」写的是「20240」：不能大于 9999"),
        (CHOICES, "choices: [好, 好, 差]", "50: 选项「好」重复"),
        (CHOICES, "choices: [A, ａ]", "选项「ａ」重复"),
        (CHOICES, "choices: []", "50: 「choices」里至少要有一项"),
        (CHOICES, "choices: ['', 差]", "不能为空"),
        (CHOICES, "choices: [' 好', 差]", "前后不能有空格"),
        (CHOICES, "choices: ['=A1', 差]", "不能以 = + - @ 开头"),
        (CHOICES, "choices: ['好\"', 差]", "英文引号"),
        (
            CHOICES,
            f"choices: [{', '.join(f'很长的选项{number:03}' for number in range(30))}]",
            "最多 255 个字",
        ),
        (MINES, f"mines: {{label: {'长' * 256}}}", "26: 「label」写的是「长长"),
        (MINES, f"mines: {{label: 矿, help: {'长' * 201}}}", "最多 200 个字"),
        ("title: 表一 检查情况", f"title: {'长' * 40_000}", "最多 255 个字"),
        ("每月 5 日前报送上月数据。", "长" * 801, "最多 800 个字"),
        ("help: 有重大隐患的写在这里。", f"help: {'长' * 201}", "最多 200 个字"),
        (MINES, f"m{'x' * 40}: {{label: 矿山}}", "最多 40 个字"),
        (REQUIRE, f"a.all.done >= {' + '.join(['a.all.done'] * 3000)}", "最多 2000 个字"),
        (REQUIRE, f"a.all.done >= {'+'.join(['a.all.done'] * 150)}", "合起来最多 100 个编号"),
        (REQUIRE, f"a.all.done * {'-' * 1500}1 >= 1", "看不懂的关系式"),
        (REQUIRE, f"{'+'.join('1' * 900)} / 2 >= a.all.done", "关系式"),
        (REQUIRE, "1001 * a.all.done >= 1", "* 前面要写 1 到 1000 的整数"),
        (REQUIRE, "previous.a.all.done >= 1", "要有本期的编号"),
        (REQUIRE, "a.all.done >= previous.a.all.dnoe", "没有编号「a.all.dnoe」"),
        (REQUIRE, "previous.b.self.value == a.all.done", "是选项，不能参加计算"),
        ("a[row].planned == previous", "a[row].planned >= previous", "prefill 只用于"),
        (
            "    for each: row of a\n    require: a[row].planned",
            "    for each: row of a, x\n    require: a[row].planned",
            "没有「x」",
        ),
        ("    for each: row of b.fines", "    for each: rows of b.fines", "for each 写成"),
        ("    for each: row of b.fines", "    for each: cell of b.fiens.*", "没有编号符合「b.fiens.*」"),
        ("charts:\n", "previous: {shown: [x.*]}\ncharts:\n", "没有编号符合「x.*」"),
        ("charts:\n", "previous: {editions: {'2023': [a.al]}}\ncharts:\n", "没有编号符合「a.al」"),
        ("sheet: 表一", "sheet: 上年对照", "重复或已有他用"),
        (REQUIRE, "a.all.done >= 1e999", "关系式里的数字「inf」太大"),
        (REQUIRE, "a.all.done >= 0.00000001", "小数超过 6 位"),
    ],
)
def test_what_does_not_fit_is_named(tmp_path: Path, old: str, new: str, said: str) -> None:
    """One such thing in a good definition is complained of, at its line."""
    lines = complaints(tmp_path, changed((old, new)))
    assert any(said in line for line in lines), lines


def test_a_form_has_no_more_cells_than_a_sheet_has_columns(tmp_path: Path) -> None:
    """明细 has a column for each; a product of rows and columns is not built to find that out."""
    rows = ", ".join(f"r{number}: {{label: 行}}" for number in range(4000))
    columns = ", ".join(f"c{number}: {{label: 栏}}" for number in range(4000))
    text = changed(
        ("columns: {value:", f"columns: {{{columns}, value:"),
        ("rows: {self:", f"rows: {{{rows}, self:"),
        (", type: choice, choices: [好, 一般, 差]", ""),
    )
    assert any("最多 16000 格" in line for line in complaints(tmp_path, text))


@pytest.mark.parametrize(
    "code", sorted(CATALOGUE.keys() - RULE_WORDINGS.keys() | {"text-differs", "text-wrong-year"})
)
def test_the_programs_codes_are_no_rules(tmp_path: Path, code: str) -> None:
    """Every code of the catalogue that is not worded for a rule; those that it will have, too."""
    lines = complaints(tmp_path, changed(("code: plan-not-met", f"code: {code}")))
    assert any(f"「{code}」归程序使用" in line for line in lines), lines


@pytest.mark.parametrize("form", ["zfxxgk-2021", "zfxxgk-2019", str(SAFETY)])
def test_a_prompt_is_shown_whole(form: str) -> None:
    """The help that a definition may give leaves room for what kind of number belongs in the cell."""
    layout = find_form(form)
    helps = {field.id: field.help for field in layout.form.inputs()} | {
        text.id: text.help for text in layout.form.texts
    }
    for key, help_ in helps.items():
        prompt = validation(layout, key)["input_message"]
        assert len(prompt) <= TEXT_LENGTH
        assert prompt.endswith(help_)


def test_the_fullest_form_is_a_workbook(tmp_path: Path) -> None:
    """All that a definition may hold of everything: no row is taller than Excel's, no text is cut."""
    text = changed(
        ("矿山", "长" * 255),
        ("label: 计划检查", f"label: {'头' * 255}, unit: {'次' * 20}, help: {'短' * 200}"),
        ("widths: {labels: [20], columns: 14}", "widths: {labels: [1], columns: 1}"),
        ("title: 表一 检查情况", f"title: {'题' * 255}"),
        ("help: 有重大隐患的写在这里。", f"help: {'写' * 200}"),
        ("每月 5 日前报送上月数据。", "说" * 800),
        ("实际检查不少于计划检查减 2", "校" * 800),
        (CHOICES, f"choices: [{'甲' * 127}, {'乙' * 127}]"),
        ("sheet: 表一", f"sheet: {'页' * 31}"),
        (REQUIRE, f"{'+'.join(['a.all.done'] * 80)} >= 0"),
        ("    kinds: [town", f"    when: {' and '.join(['a.all.done > 0'] * 19)}\n    kinds: [town"),
    )
    path = tmp_path / "full.yaml"
    path.write_text(text, encoding="utf-8")
    layout = find_form(str(path))
    book = openpyxl.load_workbook(io.BytesIO(BlankWriter(layout).write(make_identity(layout, part="3"))))
    heights = [row.height or 0 for sheet in book for row in sheet.row_dimensions.values()]
    assert max(heights) <= TALLEST
    shown = {str(cell.value) for sheet in book for row in sheet.iter_rows() for cell in row if cell.value}
    assert {"长" * 255, "头" * 255, "题" * 255, "说" * 800} <= shown
    assert all(any(cell.startswith(start) for cell in shown) for start in ("校" * 800, "写" * 200))
    formulas = [
        str(cell.value)
        for sheet in book
        for row in sheet.iter_rows()
        for cell in row
        if cell.data_type == "f"
    ]
    assert max(map(len, formulas)) <= 8192
    prompts = [rule.prompt or "" for sheet in book for rule in sheet.data_validations.dataValidation]
    assert max(map(len, prompts)) <= TEXT_LENGTH
    assert any(prompt.endswith("短" * 200) for prompt in prompts)
