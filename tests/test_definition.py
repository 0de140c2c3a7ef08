from __future__ import annotations

import csv
import re
from typing import TYPE_CHECKING

import pytest

from conftest import ROOT
from definitions import GOOD, changed, complaints, read_definition
from nianbao.layout.planning import rule_sentence
from nianbao.layout.shelf import find_form, form_for, form_names
from nianbao.problems import OfficeError

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def safety_text() -> str:
    """A good definition to change one thing in."""
    return GOOD


@pytest.mark.parametrize("edition", ["2021", "2019"])
def test_every_cell_of_the_notice_is_defined_in_order(edition: str) -> None:
    """Ids, kinds, types, units and printed labels are those of the national notices."""
    with (ROOT / "tests" / "facts" / f"edition-{edition}.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    fields = find_form(edition).form.fields
    assert [row["id"] for row in rows] == list(fields)
    for row in rows:
        field = fields[row["id"]]
        printed = " / ".join(label for label in field.column if label != "申请人情况")
        assert (field.kind, field.type.value, field.unit) == (row["kind"], row["type"], row["unit"]), field.id
        assert (field.row[-1], printed) == (row["row"], row["column"]), field.id
        group = field.heading or " / ".join(field.row[:-1])
        assert group == row["group"], field.id


def test_editions_serve_their_years() -> None:
    """2019 and 2020 use the 2019 edition, every later year the 2021 one."""
    assert [form_for("zfxxgk", year)[-4:] for year in (2019, 2020, 2021, 2025)] == [
        "2019",
        "2019",
        "2021",
        "2021",
    ]
    with pytest.raises(OfficeError, match="2018"):
        form_for("zfxxgk", 2018)


def test_shipped_forms_are_listed() -> None:
    """Both editions ship."""
    assert form_names() == ["zfxxgk-2019", "zfxxgk-2021"]


def test_every_mistake_is_listed_at_once_with_its_line(tmp_path: Path, safety_text: str) -> None:
    """Mistakes of shape and of meaning come together, in line order, with suggestions."""
    text = safety_text.replace("type: decimal, unit: 万元}, change", "type: decimel, unit: 万元}, change")
    text = text.replace("landscape: true", "landscap: true")
    text = text.replace("a[row].fixed + a[row].open", "a[row].fixd + a[row].open")
    text = text.replace("sum: [mines, sites, shops]", "sum: [mines, site, shops]")
    said = complaints(tmp_path, text)
    lines = [int(line.split(":")[0]) for line in said]
    assert lines == sorted(lines)
    joined = "\n".join(said)
    assert '"decimel"，是否为 "decimal"' in joined
    assert '不认识的项「landscap」，是否为 "landscape"' in joined
    assert '没有编号「a.mines.fixd」，是否为 "a.mines.fixed"' in joined
    assert '没有「site」这一行或栏，是否为 "sites"' in joined
    assert len({line.split(":")[0] for line in said}) == 4


SPOILT = [
    ("form: safety\n", "from: safety\n"),
    ("tables:\n", "table:\n"),
    ("type: choice, choices", "type: choise, choices"),
    ("mines: {label: 矿山}", "mines: 矿山"),
    ("        columns:\n          planned", "        colums:\n          planned"),
    ("sum: [units, people]", "sum: units"),
    ("require: a.all.done >= ", "require: a.al.done >= "),
    ("建筑工地: a.sites", "建筑工地: a.site"),
    ("kinds: [town, street]", "kinds: town"),
    ("severity: warning", "severity: warn"),
    ("{row}: hazards", "{raw}: hazards"),
    ("period: month", "period: weekly"),
    ("sheet: 表一", "sheet: 校验"),
]
"""Mistakes of shape and of meaning, each at its line."""


def test_shape_hides_no_meaning(tmp_path: Path) -> None:
    """All at once are the same complaints at the same lines as each by itself; nothing follows from them."""
    alone = [line for change in SPOILT for line in complaints(tmp_path, changed(change))]
    together = complaints(tmp_path, changed(*SPOILT))
    assert sorted(set(together)) == sorted(set(alone))
    assert len(alone) == len(SPOILT)


@pytest.mark.parametrize(
    ("old", "new", "count"),
    [
        ("        rows:\n          mines", "        lines:\n          mines", 2),
        ("    blocks:\n      visits:", "    parts:\n      visits:", 2),
        ("  a:\n    title", "  a: []\n  c:\n    title", 1),
        ("tables:\n  a:", "tables: []\ntexts2:\n  a:", 2),
        ("checks:\n", "checks: 3\nchecked:\n", 2),
    ],
)
def test_what_was_lost_is_not_missed(tmp_path: Path, old: str, new: str, count: int) -> None:
    """Ids that stood in a part that cannot be read are not called unknown in sums, rules and charts."""
    said = complaints(tmp_path, changed((old, new)))
    assert len(said) == count, said


@pytest.mark.parametrize(
    ("old", "new", "complaint"),
    [
        ("form: safety\n", "", "缺少「form」"),
        ("a.all.done >= a.all.planned - 2", "a.all.done * 2 >= 1", "* 前面要写 1 到 1000 的整数"),
        ("a.all.done >= a.all.planned - 2", "a.all.done", "要有一个比较号"),
        ("a.all.done >= a.all.planned - 2", "__import__('os').getcwd() == 1", "只能有编号、数字、+、− 和 *"),
        ("a.all.done >= a.all.planned - 2", "a.all.done >=", "看不懂的关系式"),
        ("a.all.done >= a.all.planned - 2", "a.all[column] >= 2", "[column] 没有对应的 for each"),
        ("for each: row of a", "for each: rows of a", "for each 写成"),
        ("for each: row of a", "for each: row of aa", "没有「aa」这张表或这一块"),
        ("kinds: [town, street]", "kinds: [town, stret]", '是否为 "street"'),
        ("choices: [好, 一般, 差]", "unit: 级", "type: choice 和 choices 要一起写"),
        ("sheet: 表二", "sheet: 表一", "工作表名「表一」重复"),
        ("sheet: 表二", "sheet: 表/二", "工作表名「表/二」"),
        ("sheet: 表二", "sheet: 封面", "工作表名「封面」"),
        ("a.mines.hazards, 建筑工地", "a.mine.hazards, 建筑工地", "没有编号符合「a.mine.hazards」"),
        ("widths: {labels: [10, 18]", "widths: {labels: [10]", "行标题有 2 级"),
        ("          mines: {label: 矿山}", "          in: {label: 矿山}", "编号「in」只能是"),
        ("          mines: {label: 矿山}", "          Mines: {label: 矿山}", "编号「Mines」只能是"),
        ("a.all.done >= a.all.planned - 2", "b.self.value >= 1", "是选项，不能参加计算"),
        ("a.all.done >= a.all.planned - 2", "1 >= 0", "关系式里没有编号"),
        ("choices: [好, 一般, 差]", "choices: ['好,坏', 差]", "不能有英文逗号"),
        (
            "amount: {label: 罚款（万元）, type: decimal, unit: 万元}",
            "amount: {label: 罚款, type: choice, choices: [有, 无]}",
            "选项不能相加",
        ),
        ("rows: {self: {label: 自评等级}}", "rows: {}", "「rows」里至少要有一项"),
        ("period: month", "period: week", '未知的值 "week"'),
        ("tables:\n", "tables: [\n", "不是正确的 YAML"),
        ("form: safety\n", "form: safety\nform: twice\n", "「form」重复，第 2 行已经写过"),
    ],
)
def test_each_mistake_is_named(tmp_path: Path, safety_text: str, old: str, new: str, complaint: str) -> None:
    """One mistake in a good definition gives that complaint with a line."""
    assert old in safety_text
    said = complaints(tmp_path, safety_text.replace(old, new, 1))
    assert complaint in said[0], said
    assert int(said[0].split(":")[0]) > 0


def test_a_sum_that_goes_in_a_circle_is_named(tmp_path: Path, safety_text: str) -> None:
    """Two totals that add up each other are a mistake, not an endless run."""
    text = safety_text.replace(
        "          sites: {label: 建筑工地}", "          sites: {label: 建筑工地, sum: [all]}"
    )
    assert any("绕成了圈" in line for line in complaints(tmp_path, text))


def test_extends_takes_away_adds_and_keeps_order(tmp_path: Path, safety_text: str) -> None:
    """A difference file removes with null and places new rows before the next one it names."""
    (tmp_path / "base.yaml").write_text(safety_text, encoding="utf-8")
    rows = "{shops: null, farms: {label: 农场}, sites: {label: 工地}, all: {sum: [mines, farms, sites]}}"
    text = (
        "extends: base.yaml\nedition: '2030'\ncharts: null\n"
        f"tables: {{a: {{blocks: {{visits: {{rows: {rows}}}}}}}}}\n"
    )
    (tmp_path / "next.yaml").write_text(text, encoding="utf-8")
    form = read_definition(tmp_path / "next.yaml")
    assert list(form.tables[0].blocks[0].row_keys) == ["mines", "farms", "sites", "all"]
    assert form.fields["a.sites.done"].row_label == "工地"
    assert form.charts == ()


def test_a_mistake_in_a_difference_names_the_file_that_holds_it(tmp_path: Path, safety_text: str) -> None:
    """A row that the difference takes away is missed at the base's own line."""
    (tmp_path / "base.yaml").write_text(safety_text, encoding="utf-8")
    text = "extends: base.yaml\ntables: {a: {blocks: {visits: {rows: {shops: null}}}}}\n"
    said = complaints(tmp_path, text)
    assert any(line.startswith(str(tmp_path / "base.yaml")) and "「shops」" in line for line in said)


def test_the_fingerprint_follows_the_meaning(tmp_path: Path, safety_text: str) -> None:
    """A comment changes nothing, a label does."""
    prints = []
    for text in (safety_text, safety_text + "# 说明\n", safety_text.replace("矿山", "煤矿")):
        path = tmp_path / "form.yaml"
        path.write_text(text, encoding="utf-8")
        prints.append(read_definition(path).fingerprint)
    assert prints[0] == prints[1] != prints[2]


def test_ids_that_share_a_workbook_name_are_named(tmp_path: Path, safety_text: str) -> None:
    """`a.mines_x.done` and `a.mines.x_done` would both be nb_a_mines_x_done."""
    text = safety_text.replace("          sites: {label: 建筑工地}", "          mines_x: {label: 建筑工地}")
    text = text.replace("sum: [mines, sites, shops]", "sum: [mines, mines_x, shops]").replace(
        "a.sites", "a.mines_x"
    )
    text = text.replace("          open: {label", "          x_done: {label").replace(".open", ".x_done")
    assert any("重名" in line for line in complaints(tmp_path, text))


def test_a_rules_sentence_names_different_things(tmp_path: Path) -> None:
    """Both sides of a check line are told apart by their labels."""
    del tmp_path
    for name in form_names():
        form = find_form(name).form
        for rule in form.rules:
            sentence = rule_sentence(form, rule)
            names = re.findall("「([^」]*)」", sentence)
            assert len(names) == len(set(names)) or rule.when, sentence
    in_force = next(rule for rule in find_form("2021").form.rules if rule.family == "in_force")
    assert (
        rule_sentence(find_form("2021").form, in_force)
        == "「本年废止件数」 = 0 时，「现行有效件数」 ≥ 「本年制发件数」"
    )
