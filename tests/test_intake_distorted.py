"""A good report, distorted in one way at a time: each cell is read right, or left blank and told; never wrong."""

from __future__ import annotations

import re
from collections.abc import Callable
from copy import deepcopy
from dataclasses import replace
from html import escape
from typing import TYPE_CHECKING

import pytest

from nianbao.intake.opened import open_report
from nianbao.intake.reading import read_report
from nianbao.layout.shelf import find_form
from published import (
    Report,
    Td,
    as_docx,
    as_html,
    as_one_cell_a_line,
    as_spaced_text,
    as_tabbed_text,
    as_torn_text,
    placed,
    report_of,
    word_markup,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

Change = Callable[[Report], None]
FORMATS: dict[str, Callable[[Report], bytes]] = {
    "html": as_html,
    "docx": as_docx,
    "tabs": as_tabbed_text,
    "lines": as_one_cell_a_line,
    "spaced": as_spaced_text,
    "torn": as_torn_text,
}
"""Ways in which the same report comes."""
CHANGES: dict[str, Change] = {}
EMPTIED = {"blanks", "a_number_left_out_before_a_serial_one"}
"""Those whose report has empty cells: nothing is said of them by the reading, but by the check."""
TABLE: list[tuple[str, str, int, int, int]] = []


def values_of(form: str) -> dict[str, int]:
    """A number of its own for each cell, so that one in the wrong place is seen."""
    fields = find_form(form).form.fields
    return {key: 100 + 7 * number for number, key in enumerate(fields)}


def change(function: Change) -> Change:
    """A distortion, known by its name."""
    CHANGES[function.__name__] = function
    return function


def cells(report: Report, wanted: Callable[[Td], bool]) -> Iterator[tuple[list[Td], int]]:
    """The rows with the places of the cells that are wanted."""
    for blocks in report.tables.values():
        for rows in blocks:
            for row in rows:
                for number, td in enumerate(row):
                    if wanted(td):
                        yield row, number


def relabel(report: Report, old: str, new: str) -> None:
    """Every cell with that text has another."""
    found = list(cells(report, lambda td: td.text == old))
    assert found, old
    for row, number in found:
        row[number] = replace(row[number], text=new)


def every_label(report: Report, rewrite: Callable[[str], str]) -> None:
    """All labels written in another way."""
    for row, number in cells(report, lambda td: bool(td.text) and not td.text.isdigit()):
        row[number] = replace(row[number], text=rewrite(row[number].text))


def row_of(report: Report, label: str) -> list[Td]:
    """The row in which that label stands."""
    return next(row for row, _ in cells(report, lambda td: td.text == label))


def figure(report: Report, label: str, place: int, text: str) -> None:
    """A row's figure, counted from the end, written in another way."""
    row = row_of(report, label)
    row[place] = replace(row[place], text=text)


@change
def nothing(report: Report) -> None:
    """The report as it is."""


@change
def half_width(report: Report) -> None:
    """Brackets, dots and quotes of half width."""
    every_label(report, lambda text: text.translate(str.maketrans("（）“”、：", '()"",:')))


@change
def full_width_numbers(report: Report) -> None:
    """「１．属于国家秘密」."""
    every_label(report, lambda text: re.sub(r"^([0-9])\.", lambda m: f"{chr(ord(m[1]) + 0xFEE0)}．", text))


@change
def ideographic_numbers(report: Report) -> None:
    """「1、属于国家秘密」."""
    every_label(report, lambda text: re.sub(r"^([0-9])\.", r"\1、", text))


@change
def spaced_labels(report: Report) -> None:
    """「总 计」."""
    every_label(report, "\u00a0".join)


@change
def broken_labels(report: Report) -> None:
    """Labels over several lines in their cells."""
    every_label(report, lambda text: text[: len(text) // 2] + "\n" + text[len(text) // 2 :])


@change
def traditional(report: Report) -> None:
    """A mirror in traditional characters."""
    table = str.maketrans(
        "国机关报务数量处业组织结转费复议诉讼证现开", "國機關報務數量處業組織結轉費復議訴訟證現開"
    )
    every_label(report, lambda text: text.translate(table))


@change
def lost_characters(report: Report) -> None:
    """「2.其他法律行政止公开」."""
    relabel(report, "2.其他法律行政法规禁止公开", "2.其他法律行政止公开")


@change
def short_labels(report: Report) -> None:
    """「规范性文件」, 「部分公开」, 「逾期不补正」."""
    relabel(report, "行政规范性文件", "规范性文件")
    relabel(report, "（二）部分公开（区分处理的，只计这一情形，不计其他情形）", "（二）部分公开")
    relabel(report, "1.申请人无正当理由逾期不补正、行政机关不再处理其政府信息公开申请", "逾期不补正")


@change
def altered_heads(report: Report) -> None:
    """「本年(2023)制发件数」, 「现行有效件」."""
    relabel(report, "本年制发件数", "本年(2023)制发件数")
    relabel(report, "现行有效件数", "现行有效件")


@change
def cut_heads(report: Report) -> None:
    """「本年新」 twice."""
    relabel(report, "本年制发件数", "本年新")
    relabel(report, "本年废止件数", "本年新")


@change
def label_lost(report: Report) -> None:
    """A row without its label."""
    relabel(report, "规章", "")
    relabel(report, "3.危及“三安全一稳定”", "")


@change
def heading_cut(report: Report) -> None:
    """「第二十条第（」."""
    relabel(report, "第二十条第（五）项", "第二十条第（")


@change
def single_other_row(report: Report) -> None:
    """（六）其他处理 as one row, with 0."""
    _single(report, "0")


@change
def single_other_row_with_figures(report: Report) -> None:
    """（六）其他处理 as one row, with figures that are three rows' together."""
    _single(report, None)


def _single(report: Report, figures: str | None) -> None:
    rows = report.tables["t3"][0]
    first = next(number for number, row in enumerate(rows) if row[0].text == "（六）其他处理")
    third = rows[first + 2]
    kept = [replace(td, text=figures) if figures is not None else td for td in third[-7:]]
    rows[first : first + 3] = [[Td("（六）其他处理", 1, 2), *kept]]
    outer = next(row for row in rows if row[0].text == "三、本年度办理结果")
    outer[0] = replace(outer[0], rows=outer[0].rows - 2)


@change
def dashes(report: Report) -> None:
    """「—」, 「/」 and 「-」 for figures."""
    for place, stroke in ((-1, "—"), (-2, "/"), (-3, "-")):
        figure(report, "2.重复申请", place, stroke)


@change
def blanks(report: Report) -> None:
    """Cells of organisations left empty, also with a no-break space."""
    for place in range(-6, -1):
        figure(report, "2.重复申请", place, "" if place % 2 else "\u00a0")


@change
def noted(report: Report) -> None:
    """「22（其中修订16件）」."""
    row = row_of(report, "行政规范性文件")
    row[1] = replace(row[1], text=f"{row[1].text}（其中修订16件）")


@change
def units_in_cells(report: Report) -> None:
    """「240万元」, 「3件」."""
    for label, unit in (("行政事业性收费", "万元"), ("行政许可", "件")):
        row = row_of(report, label)
        row[1] = replace(row[1], text=f"{row[1].text}{unit}")


@change
def other_money(report: Report) -> None:
    """「2510000元」 in a cell of 万元."""
    figure(report, "行政事业性收费", 1, "2510000元")


@change
def head_in_yuan(report: Report) -> None:
    """本年收费金额（单位：元）."""
    relabel(report, "本年收费金额（单位：万元）", "本年收费金额（单位：元）")


@change
def thousands(report: Report) -> None:
    """「9,487」 and full-width digits."""
    figure(report, "行政许可", 1, "11,398,889")
    figure(report, "行政处罚", 1, "６９３７４８９")


@change
def split_digits(report: Report) -> None:
    """「1」「2」 in two cells for 12."""
    row = row_of(report, "2.重复申请")
    text = row[1].text
    row[1:2] = [replace(row[1], text=text[0]), replace(row[1], text=text[1:])]


@change
def split_digits_beside_a_narrow_label(report: Report) -> None:
    """The same where the label lacks a column, so that the row is as wide as the others."""
    row = row_of(report, "（一）予以公开")
    label = next(number for number, td in enumerate(row) if td.text == "（一）予以公开")
    text = row[label + 1].text
    row[label : label + 2] = [
        replace(row[label], columns=1), replace(row[label + 1], text=text[0]), replace(row[label + 1], text=text[1:]),
    ]  # fmt: skip


@change
def merged_figures(report: Report) -> None:
    """Two figures' cells made one."""
    row = row_of(report, "2.重复申请")
    row[2:4] = [replace(row[2], columns=2)]


@change
def merged_down(report: Report) -> None:
    """A figure over two rows."""
    rows = report.tables["t3"][0]
    number = next(n for n, row in enumerate(rows) if row[0].text == "2.重复申请")
    rows[number][3] = replace(rows[number][3], rows=2)
    del rows[number + 1][3]


@change
def a_cell_missing(report: Report) -> None:
    """A row with one cell less."""
    del row_of(report, "2.重复申请")[4]


@change
def a_row_missing(report: Report) -> None:
    """A row that was left out."""
    rows = report.tables["t3"][0]
    rows.remove(row_of(report, "2.重复申请"))
    for label in ("三、本年度办理结果", "（五）不予处理"):
        row = row_of(report, label)
        place = next(n for n, td in enumerate(row) if td.text == label)
        row[place] = replace(row[place], rows=row[place].rows - 1)


@change
def a_row_more(report: Report) -> None:
    """A region's own row, 其他主动公开文件."""
    rows = report.tables["t2"][0]
    rows.append([Td("其他主动公开文件"), Td("5001"), Td("5002"), Td("5003")])


@change
def a_column_missing(report: Report) -> None:
    """社会公益组织 left out."""
    rows = report.tables["t3"][0]
    for row in rows:
        if any(td.text == "社会公益组织" for td in row):
            row[:] = [td for td in row if td.text != "社会公益组织"]
        elif len(row) >= 7 and row[-1].text.isdigit():
            del row[-4]
        for number, td in enumerate(row):
            if td.text in {"申请人情况", "法人或其他组织"}:
                row[number] = replace(td, columns=td.columns - 1)


@change
def columns_exchanged(report: Report) -> None:
    """科研机构 before 商业企业."""
    for row in report.tables["t3"][0]:
        labels = [td.text for td in row]
        if "商业企业" in labels:
            row[0], row[1] = row[1], row[0]
        elif len(row) >= 7 and row[-1].text.isdigit():
            row[-6], row[-5] = row[-5], row[-6]


@change
def suits_exchanged(report: Report) -> None:
    """复议后起诉 before 未经复议直接起诉."""
    rows = report.tables["t4"][0]
    rows[1] = [*rows[1][:-2], rows[1][-1], rows[1][-2]] if rows[1][-1].text == "复议后起诉" else rows[1]
    rows[-1] = [*rows[-1][:5], *rows[-1][10:], *rows[-1][5:10]]


@change
def columns_exchanged_under_altered_heads(report: Report) -> None:
    """现行有效件数 first, the others under 「2024年制发件数」."""
    for row in report.tables["t2"][0][1:]:
        row[1], row[3] = row[3], row[1]
    every_label(report, lambda text: text.replace("本年", "2024年"))


@change
def rows_exchanged(report: Report) -> None:
    """行政强制 before 行政处罚."""
    rows = report.tables["t2"][2]
    rows[-1], rows[-2] = rows[-2], rows[-1]


@change
def a_remark_column(report: Report) -> None:
    """备注 beside the figures."""
    for block in report.tables["t2"]:
        for row in block:
            if len(row) == 1:
                row[0] = replace(row[0], columns=row[0].columns + 1)
            else:
                row.append(Td("备注" if row[0].text == "信息内容" else "含开发区"))


@change
def sections_renamed(report: Report) -> None:
    """整改措施, 三是收到和处理."""
    report.headings["text.problems"] = "五、存在的主要问题及整改措施"
    report.headings["t3"] = "三是收到和处理政府信息公开申请情况"


@change
def numbering_restarts(report: Report) -> None:
    """Numbers of their own within section 一."""
    report.sections["text.overview"] = [
        "一、主动公开情况",
        "公开了。",
        "二、依申请公开情况",
        "没有收到申请。",
        "三、监督保障情况",
        "做了。",
    ]


@change
def title_typo(report: Report) -> None:
    """工作告年度报."""
    report.title = ["示例县柳河镇人民政府", "2024年政府信息公开工作告年度报"]


@change
def instructions_left(report: Report) -> None:
    """该部分以表格形式报告。表格如下."""
    for key in ("t2", "t3", "t4"):
        report.sections[key] = ["该部分以表格形式报告。表格如下："]


@change
def pictures(report: Report) -> None:
    """Tables that are pictures."""
    for key in ("t2", "t3", "t4"):
        report.pictures.add(key)
        report.tables[key] = []


@change
def tables_without_headings(report: Report) -> None:
    """No headings over the tables."""
    for key in ("t2", "t3", "t4"):
        report.headings[key] = ""


@change
def tables_in_other_order(report: Report) -> None:
    """Table four under heading three, and the other way round."""
    report.tables["t3"], report.tables["t4"] = report.tables["t4"], report.tables["t3"]


@change
def unmerged(report: Report) -> None:
    """Merged labels taken apart, the rest of their places empty."""
    for blocks in report.tables.values():
        for rows in blocks:
            rows[:] = _apart(rows)


def _apart(rows: list[list[Td]]) -> list[list[Td]]:
    found = placed(rows)
    width = max(column + td.columns for _, column, td in found)
    texts = {(row, column): td.text for row, column, td in found}
    return [[Td(texts.get((row, column), "")) for column in range(width)] for row in range(len(rows))]


@change
def transposed(report: Report) -> None:
    """Rows as columns."""
    for blocks in report.tables.values():
        for number, rows in enumerate(blocks):
            turned: dict[int, list[tuple[int, Td]]] = {}
            for row, column, td in placed(rows):
                turned.setdefault(column, []).append((row, Td(td.text, td.columns, td.rows)))
            blocks[number] = [
                [td for _, td in sorted(turned.get(r, []), key=lambda one: one[0])]
                for r in range(max(turned) + 1)
            ]


@change
def last_year_too(report: Report) -> None:
    """Last year's table beneath this year's."""
    other = deepcopy(report.tables["t2"])
    for rows in other:
        for row in rows:
            row[:] = [replace(td, text=str(int(td.text) + 1)) if td.text.isdigit() else td for td in row]
    report.tables["t2"] += other


@change
def figures_in_words(report: Report) -> None:
    """A table of another kind in section 一 with the same words."""
    report.sections["text.overview"].append("行政许可 321 件，行政处罚 654 件。")


@change
def notes_by_number(report: Report) -> None:
    """「131①」, 「138²」."""
    row = row_of(report, "2.重复申请")
    for place, mark in ((1, "①"), (2, "²")):
        row[place] = replace(row[place], text=row[place].text + mark)


@change
def serial_numbers(report: Report) -> None:
    """序号 before the labels."""
    for number, row in enumerate(report.tables["t3"][0]):
        if number not in {1, 2}:
            row.insert(0, Td("序号", 3) if number == 0 else Td(str(number - 2)))


@change
def a_number_left_out_before_a_serial_one(report: Report) -> None:
    """An empty cell, and the next row begins with a figure of its own."""
    serial_numbers(report)
    figure(report, "2.重复申请", -7, "")


@change
def total_first(report: Report) -> None:
    """总计 before 自然人."""
    for number, row in enumerate(report.tables["t3"][0]):
        if number == 1:
            row.insert(0, row.pop())
        elif number > 2:
            row.insert(len(row) - 7, row.pop())


@change
def a_subtotal_column(report: Report) -> None:
    """小计 of organisations, and a row that lacks a cell: as many figures as the form has columns."""
    for number, row in enumerate(report.tables["t3"][0]):
        if number == 0:
            row[-1] = replace(row[-1], columns=8)
        elif number == 1:
            row[1] = replace(row[1], columns=6)
        elif number == 2:
            row.append(Td("小计"))
        else:
            row.insert(len(row) - 1, Td("6543"))
    del row_of(report, "2.重复申请")[4]


@change
def subtotal_rows(report: Report) -> None:
    """（六）其他处理 as a row of sums above its own three rows, one of which cannot be read."""
    rows = report.tables["t3"][0]
    first = next(number for number, row in enumerate(rows) if row[0].text == "（六）其他处理")
    own = [replace(rows[first][1], columns=2), *rows[first][2:]]
    rows[first : first + 1] = [[Td("（六）其他处理", 1, 2), *(Td(str(7100 + n)) for n in range(7))], own]
    for row in rows[first + 2 : first + 4]:
        row[0] = replace(row[0], columns=2)
    rows[first + 3][1] = replace(rows[first + 3][1], text="2l51")
    outer = next(row for row in rows if row[0].text == "三、本年度办理结果")
    outer[0] = replace(outer[0], rows=outer[0].rows + 1)


@change
def labels_in_one_cell(report: Report) -> None:
    """「（三）不予公开」 and 「1.属于国家秘密」 in one cell, one under the other."""
    rows = report.tables["t3"][0]
    for number, row in enumerate(rows):
        labels = [td.text for td in row[:-7]]
        if number > 2:
            rows[number] = [Td("\n".join(labels)), *row[-7:]]
    rows[0][0] = replace(rows[0][0], columns=1)


@change
def reviews_as_a_list(report: Report) -> None:
    """Table four from the top down, a figure beside each label."""
    data = report.tables["t4"][0][-1]
    names = ["结果维持", "结果纠正", "其他结果", "尚未审结", "总计"]
    rows = [[Td(names[number % 5]), td] for number, td in enumerate(data)]
    rows[0].insert(0, Td("行政复议", 5, 2))
    rows[5][:0] = [Td("行政诉讼", 10), Td("未经复议直接起诉", 5)]
    rows[10].insert(0, Td("复议后起诉", 5))
    report.tables["t4"] = [rows]


@change
def reviews_in_two_tables(report: Report) -> None:
    """行政复议 and 行政诉讼 apart."""
    data = report.tables["t4"][0][-1]
    names = [Td(name) for name in ("结果维持", "结果纠正", "其他结果", "尚未审结", "总计")]
    suits = [[Td("行政诉讼", 1, 10)], [Td("未经复议直接起诉", 1, 5), Td("复议后起诉", 1, 5)]]
    report.tables["t4"] = [[[Td("行政复议", 1, 5)], names, data[:5]], [*suits, names * 2, data[5:]]]


@change
def other_brackets_for_numbers(report: Report) -> None:
    """「(1)属于国家秘密」."""
    every_label(report, lambda text: re.sub(r"^([0-9])\.", r"(\1)", text))


@change
def encircled_numbers(report: Report) -> None:
    """「①属于国家秘密」."""
    every_label(report, lambda text: re.sub(r"^([0-9])\.", lambda m: chr(0x245F + int(m[1])), text))


@change
def spaced_figures(report: Report) -> None:
    """「1 31」, and another figure after one."""
    row = row_of(report, "2.重复申请")
    row[1] = replace(row[1], text=f"{row[1].text[0]} {row[1].text[1:]}")
    row[2] = replace(row[2], text=f"{row[2].text} 12")


def read(data: bytes) -> tuple[dict[str, object], set[str], str]:
    """The values, the ids of which something was told, and the edition."""
    outcome = read_report(open_report(data))
    told = {key for remark in outcome.remarks for key in remark.ids}
    form = outcome.layout.form
    for remark in outcome.remarks:
        if remark.table and remark.code.startswith("sheet-missing"):
            told |= {key for key in form.fields if key.startswith(f"{remark.table}.")}
    return dict(outcome.values), told, form.edition


def expected(name: str, form: str) -> dict[str, object]:
    """What is right after a distortion that changes figures."""
    values: dict[str, object] = dict(values_of(form))
    if name == "single_other_row":
        values.update({key: 0 for key in values if key.startswith("t3.other.")})
    if name == "thousands":
        values |= {"t2.licences.decisions": 11398889, "t2.penalties.decisions": 6937489}
    if name in {"other_money", "head_in_yuan"}:
        values["t2.fees.amount"] = None
    return values


@pytest.mark.parametrize("name", list(CHANGES))
def test_nothing_is_read_wrong(name: str) -> None:
    """In every format each cell is right, or empty; an empty one is told or stands empty in the report."""
    for shape, written in FORMATS.items():
        report = report_of(values_of("2021"))
        CHANGES[name](report)
        values, told, edition = read(written(report))
        right = expected(name, "2021")
        wrong = {
            key: (value, right.get(key))
            for key, value in values.items()
            if value is not None and value != right.get(key)
        }
        blank = [key for key, value in values.items() if value is None]
        TABLE.append((name, shape, len(values) - len(blank) - len(wrong), len(blank), len(wrong)))
        assert not wrong, (shape, wrong)
        assert edition == "2021", shape
        silent = [key for key in blank if key not in told]
        assert not silent or name in EMPTIED, (shape, silent)


def test_a_turned_table_whose_rows_moved_is_not_read() -> None:
    """Rows as columns, and spans lost: no figure goes to the row beside its own."""
    report = report_of(values_of("2021"))
    transposed(report)
    for lost in (r' rowspan="\d+"', r' colspan="\d+"'):
        values, _, _ = read(re.sub(lost, "", as_html(report).decode()).encode())
        right = values_of("2021")
        assert {k: v for k, v in values.items() if v is not None and v != right[k]} == {}


def test_strokes_between_cells_of_a_text_are_no_words() -> None:
    """A text with drawn columns is read as its cells; in 2019's tables, too."""
    for form in ("2019", "2021"):
        report = report_of(values_of(form), form=form, year=2020)
        lines = as_spaced_text(report).decode()
        drawn = "\n".join(
            f"|{line.replace(' ', '|')}|" if " " in line else line for line in lines.split("\n")
        )
        values, _, edition = read(drawn.encode())
        assert edition == form
        assert {k for k, v in values.items() if v is not None and v != values_of(form)[k]} == set()


@pytest.mark.parametrize("shape", list(FORMATS))
@pytest.mark.parametrize("form", ["2019", "2021"])
def test_a_good_report_is_read_whole(form: str, shape: str) -> None:
    """Nothing is left out of an undistorted report of either edition, whatever year it names."""
    values, told, edition = read(FORMATS[shape](report_of(values_of(form), form=form, year=2023)))
    assert edition == form
    assert values == values_of(form)
    assert not told


def beside(markup: str) -> Callable[[str], str]:
    """A figure's words with that markup after them."""
    return lambda text: escape(text) + (markup if text.isdigit() else "")


MARKUPS: dict[str, Callable[[Report], bytes]] = {
    "word": lambda report: as_html(report, cell=word_markup),
    "merged": lambda report: as_html(report, merge=True),
    "layout": lambda report: as_html(
        report,
        around='<table><tr><td>首页 &gt; 政府信息公开</td></tr><tr><td><div id="UCAP-CONTENT">{}</div></td>'
        "<td><ul><li>相关链接</li></ul></td></tr></table><div>版权所有 示例县人民政府 打印本页</div>",
    ),
    "gbk": lambda report: as_html(report).decode().replace("utf-8", "gb2312").encode("gb18030"),
    "unquoted": lambda report: re.sub(rb'="(\d+)"', rb"=\1", as_html(report)),
    "named hidden": lambda report: as_html(report, cell=beside('<span style="visibility: hidden">9</span>')),
    "hidden": lambda report: as_html(report, cell=beside("<span hidden>9</span>")),
    "no size": lambda report: as_html(report, cell=beside('<font style="font-size:0px">9</font>')),
    "struck out": lambda report: as_html(report, cell=beside("<del>9</del>")),
    "line through": lambda report: as_html(
        report, cell=beside('<i style="text-decoration:line-through">9</i>')
    ),
    "raised": lambda report: as_html(report, cell=beside("<sup>9</sup>")),
    "hidden rows": lambda report: as_html(report).replace(
        b"</tr>", b'</tr><tr style="display:none"><td>1</td><td>2</td></tr>'
    ),
    "hidden cells": lambda report: as_html(report).replace(b"<td", b'<td style="display: none">9</td><td'),
    "undeclared gbk": lambda report: as_html(report).decode().replace("utf-8", "x").encode("gb18030"),
    "open tags": lambda report: as_html(report).replace(b"</td>", b"").replace(b"</tr>", b""),
}


@pytest.mark.parametrize("name", list(MARKUPS))
def test_web_pages_are_read_whole(name: str) -> None:
    """Word's markup, tables joined, tables within tables, another encoding, loose markup: all is read."""
    report = report_of(values_of("2021"))
    outcome = read_report(open_report(MARKUPS[name](report)))
    assert dict(outcome.values) == values_of("2021")
    assert outcome.texts["text.other"] == "本年度没有收取信息处理费。"
    assert (outcome.naming.unit, outcome.naming.year) == ("示例县柳河镇人民政府", 2024)


BROKEN: dict[str, Callable[[str], str]] = {
    "rowspans lost": lambda page: re.sub(r' rowspan="\d+"', "", page),
    "colspans lost": lambda page: re.sub(r' colspan="\d+"', "", page),
    "both lost": lambda page: re.sub(r' (col|row)span="\d+"', "", page),
    "a rowspan too many": lambda page: page.replace('rowspan="8"', 'rowspan="9"'),
    "all tables in one": lambda page: re.sub(r"</table>\s*<table>", "", page),
    "a colspan and a rowspan of heads too many": lambda page: page.replace(
        '<td colspan="5">行政复议', '<td colspan="6">行政复议'
    ).replace('<td rowspan="2">其他结果', '<td rowspan="3">其他结果'),
    "heads apart": lambda page: page.replace(
        '<tr><td colspan="3">一、', '</table><table><tr><td colspan="3">一、'
    ),
}


@pytest.mark.parametrize("name", list(BROKEN))
def test_broken_markup_gives_no_wrong_figure(name: str) -> None:
    """Spans that are lost or wrong, tables joined or taken apart: read right, or left blank and told."""
    page = as_html(report_of(values_of("2021"))).decode()
    assert BROKEN[name](page) != page
    values, told, _ = read(BROKEN[name](page).encode())
    right = values_of("2021")
    assert {key: value for key, value in values.items() if value is not None and value != right[key]} == {}
    assert {key for key, value in values.items() if value is None} <= told


def test_a_list_of_other_reports_is_not_the_title() -> None:
    """The year is that of the title next before the first section; a site's name above it is no unit's."""
    others = "<ul><li>示例县2020年政府信息公开工作年度报告</li></ul><div>示例县人民政府</div><div><div>{}</div></div>"
    report = report_of(values_of("2021"))
    report.title = ["2024年政府信息公开工作年度报告"]
    told = read_report(open_report(as_html(report, around=others))).naming
    assert told.year == 2024


def test_the_table_of_distortions(capsys: pytest.CaptureFixture[str]) -> None:
    """How each distortion came out: 30 or more of them, none with a wrong figure."""
    for name, made in CHANGES.items():
        if not any(row[0] == name for row in TABLE):  # run alone, or in another process
            report = report_of(values_of("2021"))
            made(report)
            values, _, _ = read(as_html(report))
            right = expected(name, "2021")
            blank = sum(value is None for value in values.values())
            wrong = sum(value is not None and value != right.get(key) for key, value in values.items())
            TABLE.append((name, "html", len(values) - blank - wrong, blank, wrong))
    with capsys.disabled():
        print(f"\n{'distortion':38}{'format':8}{'right':>7}{'blank':>7}{'wrong':>7}")  # noqa: T201
        for name, shape, right_count, blank, wrong in TABLE:
            print(f"{name:38}{shape:8}{right_count:7}{blank:7}{wrong:7}")  # noqa: T201
    assert len(CHANGES) >= 30
    assert not sum(row[4] for row in TABLE)
