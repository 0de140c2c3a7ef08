"""A finished workbook held against its layout: nothing to say of ours, and something of each that was spoilt."""

from __future__ import annotations

import json
import re
from decimal import Decimal
from io import BytesIO
from typing import TYPE_CHECKING
from zipfile import ZipFile

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from build import blank
from conftest import make_identity
from definitions import changed, read_definition
from nianbao.cli import main
from nianbao.definition.form import FieldType
from nianbao.inspecting import inspection, passed
from nianbao.inspecting.expressions import UnknownFormulaError, parse, references
from nianbao.inspecting.inspection import inspect
from nianbao.inspecting.results import Results
from nianbao.kinds import UnitKind
from nianbao.layout.planning import DECLARATION, lay_out
from nianbao.layout.shelf import find_form
from nianbao.opening.grid import Cell, Kind, Sheet, Workbook
from nianbao.problems import OfficeError
from nianbao.workbook import blank as blanks
from nianbao.workbook.blank import BlankWriter
from nianbao.workbook.fill import fill
from nianbao.workbook.trial import trial_blank

if TYPE_CHECKING:
    from pathlib import Path

    from nianbao.layout.formulas import Shown
    from nianbao.layout.places import Layout

COVER, REQUESTS, SUITS, CHECKS = (f"xl/worksheets/sheet{number}.xml" for number in (1, 3, 4, 6))
BOOK = "xl/workbook.xml"


def said(data: bytes, layout: Layout, closed: frozenset[str] = frozenset()) -> list[str]:
    """What the inspection says."""
    return [fault.message.text() for fault in inspect(data, layout, closed)]


def edited(data: bytes, part: str, old: str, new: str) -> bytes:
    """The workbook with the first place where a pattern stands in a part replaced."""
    stream = BytesIO()
    with ZipFile(BytesIO(data)) as archive, ZipFile(stream, "w") as copy:
        for name in archive.namelist():
            text = archive.read(name).decode()
            if name == part:
                text, count = re.subn(old, new, text, count=1)
                assert count == 1, old
            copy.writestr(name, text)
    return stream.getvalue()


@pytest.mark.parametrize("kind", UnitKind)
def test_our_blanks_are_as_laid_out(any_layout: Layout, kind: UnitKind) -> None:
    """Of every form and kind of unit, and what the lint tries."""
    identity = make_identity(any_layout, kind=kind, part="3" if any_layout.form.period == "month" else "")
    assert said(BlankWriter(any_layout).write(identity), any_layout) == []
    assert said(trial_blank(any_layout, kind), any_layout) == []


def test_prefilled_blanks_are_as_laid_out(layout: Layout) -> None:
    """Figures that the office knows are locked, without validation, and every result is true of them."""
    figures: dict[str, int | Decimal | str | bool] = {
        "t3.carried_in.natural": 5,
        "t2.fees.amount": Decimal("1.25"),
    }
    data = BlankWriter(layout).write_prefilled(make_identity(layout), figures)
    assert said(data, layout, frozenset(figures)) == []
    former: dict[str, Shown] = dict.fromkeys(layout.form.fields, 7)
    told = BlankWriter(layout).write_prefilled(make_identity(layout), figures, former)
    assert said(told, layout, frozenset(figures)) == []
    open_ = "是填写格，却锁定了"
    assert {f"「三、依申请公开」D7：{open_}", f"「二、主动公开」B16：{open_}"} <= set(said(data, layout))


@settings(max_examples=25, deadline=None)
@given(chance=st.data())
def test_results_in_filled_workbooks_are_what_formulas_give(chance: st.DataObject) -> None:
    """Whatever is typed: worked out from the bytes alone, each result is the one that stands there."""
    layout = find_form("2021")
    number = (
        st.integers(0, 400)
        | st.decimals(0, 9999, places=3)
        | st.sampled_from(["3件", " ", "／", "12"])
        | st.integers(-3, -1)
    )
    answers = chance.draw(st.dictionaries(st.sampled_from(layout.inputs), number, max_size=40))
    declaration: dict[str, Shown] = chance.draw(
        st.sampled_from([{}, {DECLARATION: "是"}, {DECLARATION: "否"}])
    )
    data = fill(blank(), {**answers, **declaration}, find_layout=lambda _: layout, as_given=True)
    assert [text for text in said(data, layout) if "结果" in text] == []


SPOILT = [
    (REQUESTS, r"<sheetProtection[^>]*/>", "", "「三、依申请公开」：工作表没有保护"),
    (BOOK, r"<workbookProtection[^>]*/>", "", "「封面」：工作簿结构没有锁定"),
    (REQUESTS, r'<c r="D8" s="\d+"/>', '<c r="D8" s="1"/>', "「三、依申请公开」D8：是填写格，却锁定了"),
    (SUITS, r'<c r="E6" s="\d+"', '<c r="E6" s="14"', "「四、复议诉讼」E6：不是填写格，却没有锁定"),
    (SUITS, r'<row r="1"', '<row r="1" s="14" customFormat="1"', "「四、复议诉讼」：整行或整栏的格式没有锁定"),
    (SUITS, r'<col min="1"', '<col style="14" min="1"', "「四、复议诉讼」：整行或整栏的格式没有锁定"),
    (BOOK, r"(nb_t3_new_natural\">)[^<]*", r"\1'三、依申请公开'!$D$7",
     "「三、依申请公开」D6：名称 nb_t3_new_natural 应指向这一格（现在是 '三、依申请公开'!$D$7）"),
    (BOOK, r'<definedName name="nb_t3_new_total">[^<]*</definedName>', "",
     "「三、依申请公开」J6：名称 nb_t3_new_total 应指向这一格（现在是 无）"),
    (BOOK, r"(<definedNames>)", r'\1<definedName name="nb_x">1</definedName>', "「封面」：多出名称 nb_x"),
    (REQUESTS, r'(type="whole"[^>]*sqref=")D6"', r'\1D5"', "「三、依申请公开」D5：不是填写格，却有数据验证"),
    (REQUESTS, r'<dataValidation type="whole"[^>]*sqref="D6".*?</dataValidation>', "",
     "「三、依申请公开」D6：填写格没有数据验证"),
    (REQUESTS, r'type="whole"([^>]*sqref="D6")', r'type="decimal"\1',
     "「三、依申请公开」D6：数据验证的类型不对（decimal）"),
    (REQUESTS, r'showInputMessage="1"([^>]*sqref="D6")', r"\1",
     "「三、依申请公开」D6：填写格没有填写提示，或没有出错提示"),
    (REQUESTS, r'showErrorMessage="1"([^>]*sqref="D6")', r"\1",
     "「三、依申请公开」D6：填写格没有填写提示，或没有出错提示"),
    (REQUESTS, r'(<c r="J6" s="\d+")><f>[^<]*</f><v></v>', r"\1><v>0</v>", "「三、依申请公开」J6：这里应有公式"),
    (REQUESTS, r'(<c r="D8" s="\d+")/>', r"\1><f>1</f><v>1</v></c>", "「三、依申请公开」D8：这里不应有公式"),
    (REQUESTS, r"SUM\(D6:I6\)", "SUM(D6:K6)", "「三、依申请公开」J6：公式引用了表外的单元格 三、依申请公开 D6:K6"),
    (REQUESTS, r"SUM\(D6:I6\)", "SUM(D6:I6,'四、复议诉讼'!A6)",
     "「三、依申请公开」J6：公式引用了表外的单元格 四、复议诉讼 A6"),
    (CHECKS, r"SUM\('三、依申请公开'!D6,", "SUM('三、依申请公开'!C6,",
     "公式引用了表外的单元格 三、依申请公开 C6"),
    (REQUESTS, r"SUM\(D6:I6\)", "SUMIF(D6:I6)", "「三、依申请公开」J6：公式看不懂"),
    (COVER, r"还有 \d+ 处问题</v>", "还有 1 处问题</v>",
     "「封面」B12：公式的结果应是「还有 "),
    (CHECKS, r"(<f>ROUND\(C4-D4,6\)</f>)<v>10", r"\1<v>9", "「校验」E4：公式的结果应是「10.000000」，存的是「9」"),
    (REQUESTS, r"nb_line_\d+_result=", "A1=",
     "「三、依申请公开」：条件格式或数据验证引用了表外的单元格 三、依申请公开 A1"),
    (REQUESTS, r'paperSize="9"', 'paperSize="1"', "「三、依申请公开」：打印纸张或方向不对，应为 A4"),
    (SUITS, r'orientation="landscape"', "", "「四、复议诉讼」：打印纸张或方向不对，应为 A4"),
    (REQUESTS, r'fitToPage="1"', "", "「三、依申请公开」：打印没有设成一页宽"),
    (BOOK, r"!\$A\$1:\$J\$30", "!$A$1:$J$29",
     "「三、依申请公开」：打印区域应为 三、依申请公开!$A$1:$J$30（现在是"),
    (REQUESTS, r'(<row r="27"[^>]*) ht="[\d.]+"', r'\1 ht="21"',
     "「三、依申请公开」C27：「2.申请人逾期未按收费通知要求缴纳费用、行政机关不再处理其政府信息公开申请」写不下，打印会缺字；请缩短文字或加宽"),
    (REQUESTS, r'(<row r="27"[^>]*) ht="[\d.]+"', r'\1 ht="9000"', "「三、依申请公开」：打印要缩到 7%"),
    (REQUESTS, r'<c r="A6" s="(\d+)" t="s"><v>\d+</v>', r'<c r="A6" s="\1" t="s"><v>0</v>',
     "「三、依申请公开」A6：印的文字应是「一、本年新收政府信息公开申请数量」"),
]  # fmt: skip


@pytest.mark.parametrize(("part", "old", "new", "complaint"), SPOILT)
def test_each_spoilt_workbook_is_found_out(
    layout: Layout, part: str, old: str, new: str, complaint: str
) -> None:
    """One change in the XML, and what is said of it first, at its cell."""
    faults = said(edited(blank(), part, old, new), layout)
    assert any(complaint in text for text in faults), faults
    assert len(faults) < 25


def test_text_sections_print_on_pages_without_end(layout: Layout) -> None:
    """A sheet that goes on over pages is not made smaller; but nobody prints hundreds."""
    data = edited(blank(), "xl/worksheets/sheet5.xml", r'(<row r="2"[^>]*) ht="[\d.]+"', r'\1 ht="300000"')
    assert any("打印有" in text for text in said(data, layout))


LINTED = [
    ("{zh: 请说明原因。, en: Please give the reason.}", "请说明原因。",
     "69: 校验「plan」的 advice 要有中文（zh）和英文（en）两种说法"),
    ("title: 表一 检查情况", f"title: 表一{'检查' * 60}", "12: 「表一」A1：「表一"),
    ("mines: {label: 矿山}", f"_x: {{label: {'长' * 90}, rows: {{mines: {{label: 矿山}}}}}}", "26: 「表一」A4：「长"),
    ("zh: 实际检查不少于计划检查减 2", f"zh: {'检' * 790}", "68: 「校验」B12：「检"),
    ("columns: 14}", "columns: 200}", "11: 「表一」：打印要缩到"),
]  # fmt: skip


@pytest.mark.parametrize(("old", "new", "complaint"), LINTED)
def test_lint_tells_the_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], old: str, new: str, complaint: str
) -> None:
    """What a definition makes of its workbook stands against the line that it comes from; status 2."""
    path = tmp_path / "form.yaml"
    text = changed((old, new))
    path.write_text(
        text if "_x" not in new else text.replace("labels: [20]", "labels: [20, 20]"), encoding="utf-8"
    )
    assert main(["forms", "lint", str(path)]) == 2
    assert f"{path}:{complaint}" in capsys.readouterr().err
    assert main(["forms", "lint", str(path), "--json"]) == 2
    problems = json.loads(capsys.readouterr().out)["problems"]
    assert all(problem["line"] > 1 for problem in problems)


def test_form_of_few_words_still_goes_out(tmp_path: Path) -> None:
    """How it prints stops no round: the blank is written all the same."""
    path = tmp_path / "form.yaml"
    path.write_text(changed(LINTED[1][:2]), encoding="utf-8")
    layout = lay_out(read_definition(path))
    assert said(BlankWriter(layout).write(make_identity(layout, part="3")), layout) != []


def test_faulty_blank_is_never_written(layout: Layout, monkeypatch: pytest.MonkeyPatch) -> None:
    """A writer that forgets a lock is stopped at the first blank; each master is looked at once."""
    writer = BlankWriter(layout)
    looked: list[frozenset[str]] = []
    monkeypatch.setattr(blanks, "refuse_unless_passed", lambda _, __, closed: looked.append(closed))
    for _ in range(3):
        writer.write(make_identity(layout))
        writer.write_prefilled(make_identity(layout), {"t3.carried_in.natural": 5})
    assert looked == [frozenset(), frozenset({"t3.carried_in.natural"})]
    monkeypatch.undo()
    monkeypatch.setattr(blanks, "lock", lambda data, _: data)
    with pytest.raises(OfficeError, match="工作簿结构没有锁定"):
        BlankWriter(layout).write(make_identity(layout))


@pytest.mark.parametrize(
    ("formula", "result"),
    [
        ("1+2*3-4/2", 5),
        ("-(1+2)", -3),
        ('"a"&1&"b"', "a1b"),
        ("SUM(A1:A3)", 5),
        ("COUNT(A1:A3,A1)", 3),
        ("SUMPRODUCT(1-ISERROR(1/(A1:A3>0)))", 3),
        ("SUMPRODUCT(ISERROR(1/(A1:A3=2))*1)", 2),
        ('IF(A3>9,"text is more","less")', "text is more"),
        ('IF(A4="","nothing","")', "nothing"),
        ("IF(A4=0,1,0)", 1),
        ("IFERROR(1/0,7)", 7),
        ("1/A4", "#DIV/0!"),
        ("A3+1", "#VALUE!"),
        ("ROUND(2.5,0)+ROUND(-2.5,0)", 0),
        ("ABS(-3)", 3),
        ('TRIM("  a  b ")', "a b"),
        ('SUBSTITUTE("a-b","-","")', "ab"),
        ('EXACT("a","A")', False),
        ('"a"="A"', True),
        ("SUM(ISFORMULA(B1),0)", 0),
        ("AND(1,0)", False),
        ("OR(1,0)", True),
        ("nb_here", 2),
        ("'S'!A1+S!$A$2", 5),
    ],
)
def test_formulas_are_worked_out_as_excel_does(formula: str, result: object) -> None:
    """Words and nothing among numbers, errors on their way, names, other sheets."""
    assert worked_out(formula) == result


def worked_out(formula: str) -> object:
    """What the formula gives beside 2, 3, words and nothing in A1:A4."""
    cells = {
        (0, 0): Cell(0, 0, Kind.NUMBER, "2"),
        (1, 0): Cell(1, 0, Kind.NUMBER, "3"),
        (2, 0): Cell(2, 0, Kind.TEXT, "word"),
        (0, 1): Cell(0, 1, Kind.NUMBER, "0", f"={formula}"),
    }
    return Results(Workbook((Sheet("S", cells),), names={"nb_here": "'S'!$A$1"})).at("S", (0, 1))


@pytest.mark.parametrize(
    "formula",
    ["", "1+", "(1", "1)", "SUMIF(A1)", "#REF!", "B1+1", "nb_nowhere", "A1:", "A0", "XFE1", "(" * 400, "1 2"],
)
def test_what_is_no_formula_of_ours_is_refused(formula: str) -> None:
    """Cut short, an unknown function or name, a cell that no sheet has, itself, too deep."""
    with pytest.raises(UnknownFormulaError):
        worked_out(formula)


def test_a_formula_that_is_not_understood_spoils_no_other() -> None:
    """A cell that rests on it has no result, whoever asks and however often; all others have theirs."""
    formulas = ["=NOSUCH(1)", "=A1+1", "=1+1"]
    cells = {(row, 0): Cell(row, 0, Kind.NUMBER, "0", text) for row, text in enumerate(formulas)}
    results = Results(Workbook((Sheet("S", cells),)))
    for _ in range(60):
        with pytest.raises(UnknownFormulaError, match="NOSUCH"):
            results.at("S", (1, 0))
    assert results.at("S", (2, 0)) == 2


def test_references_keep_their_sheet() -> None:
    """In reading order, a name as the cells that it points to."""
    tree = parse("=IF('一 二'!B5:C6>A1,nb_x,SUM(甲!$D$4))", "S", {"nb_x": "'乙'!$E$1"})
    found = [(one.sheet, one.address) for one in references(tree)]
    assert found == [("一 二", "B5:C6"), ("S", "A1"), ("乙", "E1"), ("甲", "D4")]


def test_every_kind_of_field_has_its_validation() -> None:
    """So that a new kind is not forgotten."""
    from nianbao.inspecting.cells import KINDS  # noqa: PLC0415

    assert set(KINDS) == set(FieldType)


def test_a_blank_that_passed_is_not_looked_at_again(
    layout: Layout, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """The same bytes by the same program; where that cannot be kept, they are looked at each time."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    BlankWriter(layout).write(make_identity(layout))
    monkeypatch.setattr(inspection, "refuse_faulty", lambda *_: pytest.fail("looked at"))
    BlankWriter(layout).write(make_identity(layout))
    with pytest.raises(pytest.fail.Exception):
        BlankWriter(layout).write(make_identity(layout, year=2024))
    monkeypatch.setattr(passed, "program_stamp", lambda *_: "another")
    with pytest.raises(pytest.fail.Exception):
        BlankWriter(layout).write(make_identity(layout))
