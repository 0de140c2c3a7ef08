"""The office's list of units: what is read from it, and every fault that is found in it.

`rosters/units.xls` and `.ods` were saved by LibreOffice 7.4; both have a merged title above the headings.
"""

from __future__ import annotations

import csv
import io
import time
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import Workbook

from nianbao.problems import OfficeError
from nianbao.roster.roster import Roster, Unit, UnitKind, file_stem, read_roster

ROSTERS = Path(__file__).parent / "rosters"
TEXT = """\
单位代码,单位名称,单位类型,电子邮箱,联系人,联系电话
321322,示例镇人民政府,乡镇,town@example.gov.cn,张三,13800000000
007,示例县教育局,部门,,李四,0527-1234567
"""
UNITS = (
    Unit("321322", "示例镇人民政府", UnitKind.TOWN, "town@example.gov.cn", "张三", "13800000000"),
    Unit("007", "示例县教育局", UnitKind.BUREAU, "", "李四", "0527-1234567"),
)


def faults(data: str | bytes) -> list[str]:
    """What is complained of, as the office reads it."""
    with pytest.raises(OfficeError) as caught:
        read_roster(data.encode() if isinstance(data, str) else data, "units.csv")
    return [problem.text() for problem in caught.value.problems]


def fault(*lines: str) -> str:
    """The one complaint about a roster with these lines."""
    (only,) = faults("\n".join(("code,name,kind,email", *lines)))
    return only


def workbook(*sheets: list[list[object]], hidden: int = 0) -> bytes:
    """An xlsx with these sheets, the last `hidden` of them hidden."""
    book = Workbook()
    book.remove(book.worksheets[0])
    for number, rows in enumerate(sheets, start=1):
        sheet = book.create_sheet(f"表{number}")
        for row in rows:
            sheet.append(row)
        sheet.sheet_state = "hidden" if number > len(sheets) - hidden else "visible"
    data = io.BytesIO()
    book.save(data)
    return data.getvalue()


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "gbk", "utf-16"])
def test_any_encoding_gives_the_same_units(encoding: str) -> None:
    """UTF-8 with and without mark, GBK, GB18030 and UTF-16 with mark read alike."""
    assert read_roster(TEXT.encode(encoding), "x").units == UNITS


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("ending", ["\n", "\r\n", "\r"])
def test_any_separator_gives_the_same_units(delimiter: str, ending: str) -> None:
    """Commas, semicolons and tabs are told apart by the headings, whatever ends the lines."""
    text = TEXT.replace(",", delimiter).replace("\n", ending)
    assert read_roster(text.encode(), "x").units == UNITS


@pytest.mark.parametrize("name", ["units.xls", "units.ods"])
def test_other_spreadsheets_give_the_same_units(name: str) -> None:
    """321322 typed as a number has no .0, 007 typed as text keeps its zeros; the title is passed over."""
    assert read_roster((ROSTERS / name).read_bytes(), "a.csv").units == UNITS


def test_a_workbook_gives_the_same_units() -> None:
    """The one visible sheet with headings counts, the format is told by content, not by name."""
    title: list[object] = ["示例县填报单位名录，2025"]
    heading: list[object] = ["序号", "Code", "名 称", " KIND ", "email", "联系人", "电话"]
    rows: list[list[object]] = [
        title,
        [],
        heading,
        [1, 321322.0, "示例镇人民政府", "镇", "ｔｏｗｎ@example.gov.cn", "张三", 13800000000],
        [2, "007", "示例县教育局", "bureau", None, "李四", "0527-1234567"],
        [3],
    ]
    assert read_roster(workbook([["填写说明"]], rows, rows, hidden=1), "units.csv").units == UNITS


def test_two_sheets_with_headings_are_refused() -> None:
    """Which of two lists counts is not guessed."""
    rows: list[list[object]] = [["code", "name", "kind"], ["1", "甲", "镇"]]
    assert faults(workbook(rows, rows)) == [
        "units.csv: 几张工作表都有名录：表1、表2。请只留一张，其余的删除或隐藏。"
    ]


def test_units_are_found_by_code_and_name() -> None:
    """A code is looked up as spelled, a name without regard to width and spaces."""
    roster = Roster(UNITS)
    assert roster.unit("007") is roster.by_name(" 示例县 教育局") is UNITS[1]
    assert roster.unit("7") is None
    assert roster.by_name("教育局") is None


@pytest.mark.parametrize("kind", UnitKind)
def test_a_kind_is_known_in_both_languages(kind: UnitKind) -> None:
    """The English key in any case and the Chinese word mean the same."""
    text = f"code,name,kind\n1,甲,{kind.upper()}\n2,乙,{kind.label}\n"
    assert {unit.kind for unit in read_roster(text.encode(), "x").units} == {kind}


def test_values_are_trimmed_and_codes_made_half_width() -> None:
    """Spaces and unseen marks at the edges go; code, kind and e-mail lose their width, a name keeps it."""
    text = "code,name,kind,email\n\u200b１２Ａ\u3000,\ufeff甲（乙） ,\xa0ｔｏｗｎ,ａ＠ｂ．ｃｎ\n"
    assert read_roster(text.encode(), "x").units == (Unit("12A", "甲（乙）", UnitKind.TOWN, "a@b.cn"),)


def test_blank_lines_are_skipped_and_lines_still_count_as_shown() -> None:
    """The fault after blank lines, a serial number alone and a two-line cell has the line an editor shows."""
    text = '序号,code,name,kind,备注\n\n1,,,,\n2,1,甲,镇,"一\n二"\n3,2,乙,村,\n'
    assert [line.split("类型")[0] for line in faults(text)] == ["units.csv:6: "]


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("", "units.csv: 文件是空的。请填写单位名录。"),
        ("\n,,\n", "units.csv: 文件是空的。请填写单位名录。"),
        ("code,name,kind\n,,\n", "units.csv: 名录里没有单位。请在标题行下面每行填一个单位。"),
        ("1,甲,镇\n", "units.csv: 前 10 行里没有标题行。请加一行标题，至少有：代码、名称、类型。"),
        ("\n" * 10 + TEXT, "units.csv: 前 10 行里没有标题行。请加一行标题，至少有：代码、名称、类型。"),
        ("code,代码,name,kind\n", "units.csv:1: “代码”这一栏有 2 个，请只留一个。"),
        (
            "县名录\n类型,单位名,code\n",
            (
                "units.csv:2: 缺少“名称”一栏，标题请写 名称、单位名称、name 之一。"
                '表中有“单位名”，是否为 "单位名称"？'
            ),
        ),
        (
            'code,name,kind\n1,甲,镇\n2,"乙,镇\n3,丙,镇\n',
            (
                "units.csv:3: 从这一行起读不下去：引号不成对，或一格内容过长（unexpected end of data）。"
                "请检查引号。"
            ),
        ),
    ],
)
def test_a_list_that_cannot_be_used_is_refused(text: str, complaint: str) -> None:
    """Nothing in it, no headings within ten rows, a heading missing or double, quotes that do not pair."""
    assert faults(text) == [complaint]


def test_headings_are_found_in_the_tenth_row() -> None:
    """Nine rows may stand above the headings."""
    assert read_roster(("示例县，名录\n" * 9 + TEXT).encode(), "x").units == UNITS


def test_every_missing_heading_is_listed() -> None:
    """All three at once would be no heading row; two are listed together."""
    assert len(faults("name,phone\n甲,1\n")) == 2


@pytest.mark.parametrize(
    ("lines", "complaint"),
    [
        (["1,甲,镇", "1,乙,镇"], "units.csv:3: 代码“1”与第 2 行重复，请改正。"),
        (["1,甲乙,镇", "2,甲 乙,镇"], "units.csv:3: 名称“甲 乙”与第 2 行重复，请改正。"),
        (["1,甲,镇,a@b"], "units.csv:2: 邮箱“a@b”不是邮件地址，请填如 name@example.gov.cn。"),
        (["1,甲,镇,a..b@c.cn"], "units.csv:2: 邮箱“a..b@c.cn”不是邮件地址，请填如 name@example.gov.cn。"),
        (["1,甲,镇,a@b.cn；c@d.cn"], "units.csv:2: 邮箱“a@b.cn;c@d.cn”里有几个地址，请只留一个。"),
        ([",甲,镇"], "units.csv:2: 没有填“代码”，请补上。"),
        (["1,,镇"], "units.csv:2: 没有填“名称”，请补上。"),
        (["1,甲,"], "units.csv:2: 没有填“类型”，请补上。"),
        (["a/b:c,甲,镇"], "units.csv:2: 代码“a/b:c”里的 / : 不能用在文件名中，请去掉。"),
        ([".1,甲,镇"], "units.csv:2: 代码“.1”不能以 . 或 ~$ 开头，也不能以 . 结尾，请去掉。"),
        (["1.,甲,镇"], "units.csv:2: 代码“1.”不能以 . 或 ~$ 开头，也不能以 . 结尾，请去掉。"),
        (["nul,甲,镇"], "units.csv:2: 代码“nul”是 Windows 的保留名，不能作文件名，请换一个代码。"),
        (["Com1.x,甲,镇"], "units.csv:2: 代码“Com1.x”是 Windows 的保留名，不能作文件名，请换一个代码。"),
        (["9" * 41 + ",甲,镇"], "units.csv:2: 代码有 41 个字符，最多 40 个，请缩短。"),
        (
            ["1\u200b2,甲,镇"],
            "units.csv:2: “代码”第 2 个字符是看不见的 U+200B（换行、制表符或控制符），请删去。",
        ),
        (
            ['1,"甲\n乙",镇'],
            "units.csv:2: “名称”第 2 个字符是看不见的 U+000A（换行、制表符或控制符），请删去。",
        ),
        (
            ["3.2E+17,甲,镇"],
            "units.csv:2: 代码“3.2E+17”被表格软件当成了数字，后几位已丢失。请把这一列设为文本，重新填写。",
        ),
        (
            ["ab,甲_C,镇", "AB_甲,c,镇"],
            "units.csv:3: 文件名与第 2 行的相同或只差大小写（ab_甲_c_），Windows 上会互相覆盖。请改代码。",
        ),
    ],
)
def test_each_fault_has_its_line_and_its_words(lines: list[str], complaint: str) -> None:
    """One thing wrong in a roster gives one complaint: where, what was found, what to do."""
    assert fault(*lines) == complaint


def test_an_unknown_kind_is_guessed_at() -> None:
    """The known kinds are listed, a near one is suggested."""
    text = fault("1,甲,街道办")
    assert text.startswith("units.csv:2: 类型填的是“街道办”，请填 乡镇（town）、街道（street）、")
    assert text.endswith('，是否为 "街道"？')


def test_what_just_passes() -> None:
    """Forty characters, a code that only begins like a device's, one-letter domains, rare characters."""
    text = f"code,name,kind,email\n{'9' * 40},甲,镇,a@b.cn\nCONS,乙\U00030000\ue000,镇,o'a+b@x-y.gov.cn\n"
    assert len(read_roster(text.encode(), "x").units) == 2


def test_all_faults_come_at_once_in_line_order() -> None:
    """Six faults in four lines are one error."""
    lines = faults("code,name,kind,email\n1,甲,村,x\n1,甲,镇,\n?,,镇\n2,乙,镇\n")
    assert [line.split(":")[1] for line in lines] == ["2", "2", "3", "3", "4", "4"]


def test_a_number_too_long_for_a_spreadsheet_is_no_code() -> None:
    """Beyond fifteen digits a workbook has lost the code that was typed; in a text cell it is kept."""
    rows: list[list[object]] = [["code", "name", "kind"], [321322000000000123, "甲", "镇"]]
    assert "3.21322E+17" in faults(workbook(rows))[0]
    rows[1][0] = "321322000000000123"
    assert read_roster(workbook(rows), "x").units[0].code == "321322000000000123"


def test_bytes_that_are_no_text_are_placed() -> None:
    """Each encoding tried is named with the byte at which it failed."""
    first, second = faults(b"code,name\n\xff\xff\x80,1\n")
    assert first.startswith("units.csv:2: 按 UTF-8 编码读取，第 11 个字节（0xFF）不是文字。")
    assert second.startswith("units.csv:2: 按 GB18030 编码读取，第 11 个字节（0xFF）不是文字。")


def test_damaged_utf8_is_not_read_as_gbk() -> None:
    """One bad byte in UTF-8 does not turn every name into other characters."""
    damaged = TEXT.encode().replace("示例镇".encode(), "示例".encode() + b"\xe9\x95", 1)
    (only,) = faults(damaged)
    assert only.startswith("units.csv:2: 按 UTF-8 编码读取")


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be"])
def test_a_nul_is_refused(encoding: str) -> None:
    """UTF-16 without its mark, like anything else with NUL bytes, is no text we can be sure of."""
    (only,) = faults("code,name,kind\n1,a,town".encode(encoding))
    assert "空字符（NUL）" in only


@pytest.mark.parametrize("head", [b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"])
def test_a_damaged_workbook_is_refused(head: bytes) -> None:
    """What begins like a workbook and is none is the office's fault to mend, not a crash."""
    (only,) = faults(head + bytes(600))
    assert only.startswith("units.csv: ")


@pytest.mark.parametrize("length", [3000, 4658])
def test_a_truncated_xls_is_refused(length: int) -> None:
    """At 3,000 bytes calamine raises its own error, at 4,658 it panics: the complaint is of one kind."""
    (only,) = faults((ROSTERS / "units.xls").read_bytes()[:length])
    assert only.startswith("units.csv: ")


PRINTABLE = st.text(st.characters(exclude_categories=("C", "Z"), include_characters=" \u3000"), max_size=12)
CODES = st.text(st.sampled_from("0123456789abXY-镇"), min_size=1, max_size=8).filter(
    lambda code: "E" not in code
)
ROWS = st.tuples(
    CODES, PRINTABLE, st.sampled_from(UnitKind), st.sampled_from(["", "a@b.cn"]), PRINTABLE, PRINTABLE
)


def roster_of(rows: list[tuple[str, str, UnitKind, str, str, str]]) -> Roster:
    """A roster of these values, trimmed as reading trims them; names made different by a number."""
    units = {
        code: Unit(code, f"{name.strip()}#{number}", kind, email, contact.strip(), phone.strip())
        for number, (code, name, kind, email, contact, phone) in enumerate(rows)
    }
    return Roster(tuple({unit.code.casefold(): unit for unit in units.values()}.values()))


def roster_csv(roster: Roster) -> bytes:
    """The roster as a spreadsheet program saves it as CSV."""
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow(("代码", "名称", "类型", "邮箱", "联系人", "电话"))
    writer.writerows((u.code, u.name, u.kind.label, u.email, u.contact, u.phone) for u in roster.units)
    return text.getvalue().encode("utf-8-sig")


@settings(deadline=None, max_examples=50)
@given(st.lists(ROWS, min_size=1, max_size=6).map(roster_of))
def test_a_roster_saved_as_csv_reads_back(roster: Roster) -> None:
    """Any roster, written as CSV and read, is the same roster."""
    assert read_roster(roster_csv(roster), "x") == roster


def test_a_file_stem_is_safe_on_every_system() -> None:
    """What Windows forbids becomes _, and the parts stay in order."""
    unit = Unit("32.01", '甲/乙\\丙:*?"<>|丁\n', UnitKind.TOWN)
    assert file_stem(unit, "2025") == "32.01_甲_乙_丙_______丁__2025"


@settings(deadline=None, max_examples=50)
@given(PRINTABLE.map(lambda text: text * 20), CODES)
def test_a_file_stem_fits(name: str, code: str) -> None:
    """However long the name, code and period are there, in at most 120 characters and 200 bytes."""
    stem = file_stem(Unit(code, name, UnitKind.TOWN), "2025")
    assert stem.startswith(f"{code}_")
    assert stem.endswith("_2025")
    assert len(stem) <= 120
    assert len(stem.encode()) <= 200


def test_forty_thousand_lines_are_read_quickly() -> None:
    """About a second; the bound leaves room for a busy machine."""
    lines = (f"{n:06},示例第{n}镇,乡镇,u{n}@example.gov.cn,张三,0527-{n}\n" for n in range(40_000))
    data = (TEXT.splitlines(keepends=True)[0] + "".join(lines)).encode("gb18030")
    start = time.process_time()
    assert len(read_roster(data, "x").units) == 40_000
    assert time.process_time() - start < 5


def test_a_stray_cell_far_away_costs_nothing() -> None:
    """A workbook is read as returned files are: within limits, and only where headings can stand."""
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    for row in (["code", "name", "kind"], ["1", "甲", "镇"]):
        sheet.append(row)
    sheet.cell(1_000_000, 16_000, "x")
    data = io.BytesIO()
    book.save(data)
    assert [unit.name for unit in read_roster(data.getvalue(), "x").units] == ["甲"]


def test_a_workbook_with_a_password_says_so() -> None:
    """And what to do."""
    (only,) = faults(zipped_with_password())
    assert only == "units.csv: 文件设有打开密码。请去掉密码后另存。"


def zipped_with_password() -> bytes:
    """A workbook whose parts are marked as encrypted."""
    data = bytearray(workbook([["code"]]))
    for mark, place in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        data[data.index(mark) + place] |= 1
    return bytes(data)
