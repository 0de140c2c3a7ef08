from __future__ import annotations

from decimal import Decimal
from io import BytesIO
from typing import TYPE_CHECKING, Any
from zipfile import ZipFile

import openpyxl
import pytest
from lxml import etree

from build import right_words
from conftest import figures, make_identity
from libreoffice import drop_result, recalculated
from nianbao.definition.form import FieldType
from nianbao.kinds import UnitKind
from nianbao.layout.boxes import Computed
from nianbao.layout.formulas import YES
from nianbao.opening.workbooks import read_workbook
from nianbao.problems import OfficeError
from nianbao.workbook.blank import BlankWriter
from nianbao.workbook.fill import fill
from nianbao.workbook.patching import rewrite, sheet_parts
from nianbao.workbook.values import read_values

if TYPE_CHECKING:
    from pathlib import Path

    from nianbao.layout.places import Layout


def make(
    layout: Layout, values: dict[str, Any], *, as_given: bool = False, kind: UnitKind = UnitKind.TOWN
) -> bytes:
    """A blank with those values."""
    blank = BlankWriter(layout).write(make_identity(layout, kind=kind))
    return fill(blank, values, find_layout=lambda _: layout, as_given=as_given)


def shown(data: bytes, layout: Layout, key: str) -> Any:
    """What a cell shows, by openpyxl."""
    place = layout.places[key]
    return openpyxl.load_workbook(BytesIO(data), data_only=True)[place.sheet][place.address].value


def test_values_texts_and_declaration_go_in(layout: Layout) -> None:
    """Numbers, amounts, texts and cover entries stand in their cells; totals and the cover are true."""
    data = make(
        layout,
        {
            "t3.new.natural": 3,
            "t3.granted.natural": Decimal("3.0"),
            "t2.fees.amount": Decimal("59237.2449"),
            **right_words(layout),
            "text.overview": "本年新收 3 件。\n全部公开 3 件。",
            "cover.contact": "张三",
            "cover.blank_is_zero": True,
        },
    )
    assert shown(data, layout, "t3.new.natural") == 3
    assert shown(data, layout, "t2.fees.amount") == 59237.2449
    assert shown(data, layout, "text.overview") == "本年新收 3 件。\n全部公开 3 件。"
    assert shown(data, layout, "cover.blank_is_zero") == YES
    assert shown(data, layout, "t3.handled.total") == 3
    assert shown(data, layout, "t4.review.total") == 0
    assert shown(data, layout, "cover.status") == "可以上报，有 1 处请核对"


def test_everything_else_stays(layout: Layout) -> None:
    """Names, locks, validation, formulas and every other part are as in the blank."""
    blank = BlankWriter(layout).write(make_identity(layout))
    filled = fill(blank, {"t3.new.natural": 3}, find_layout=lambda _: layout)
    with ZipFile(BytesIO(blank)) as one, ZipFile(BytesIO(filled)) as two:
        assert one.namelist() == two.namelist()
        sheets = set(sheet_parts(one).values())
        assert all(one.read(name) == two.read(name) for name in one.namelist() if name not in sheets)
        for part in sheets:
            before, after = etree.fromstring(one.read(part)), etree.fromstring(two.read(part))
            for tree in (before, after):
                for cell in tree.iter("{*}c"):
                    drop_result(cell)
            assert etree.tostring(before, method="c14n") == etree.tostring(after, method="c14n")


def test_null_leaves_a_cell_empty(layout: Layout) -> None:
    """Null is no 0."""
    data = make(layout, {"t3.new.natural": None, "t3.new.business": 0})
    assert shown(data, layout, "t3.new.natural") is None
    assert shown(data, layout, "t3.new.total") == 0


@pytest.mark.parametrize(
    ("key", "value", "complaint"),
    [
        ("t3.new.natral", 1, '没有这个编号，是否为 "t3.new.natural"'),
        ("t3.new.natural", "3件", "「3件」不是数字"),
        ("t3.new.natural", "12", "「12」不是数字"),
        ("t3.new.natural", True, "「True」不是数字"),
        ("t3.new.natural", Decimal("1.5"), "1.5 不是整数"),
        ("t3.new.natural", -1, "-1 是负数"),
        ("t2.fees.amount", Decimal("0.1234567"), "小数超过 6 位"),
        ("cover.blank_is_zero", "也许", "只能是「是」或「否」"),
        ("text.overview", "字" * 32_768, "一个单元格放不下"),
        ("t3.new.total", 5, "给的总计是 5，按各项相加是 空"),
        ("t3.new.natural", 10**15, "单元格放不下"),
        ("t3.new.natural", 10**400, "100000000000000000000000… 这样大或这样小的数，单元格放不下"),
        ("t3.new.natural", Decimal("1e999999999"), "单元格放不下"),
        ("t2.fees.amount", Decimal("1e-999999999"), "单元格放不下"),
        ("t2.fees.amount", Decimal("1234567890.123456"), "有 16 位有效数字，表格软件只能存 15 位"),
        ("t3.new.total", Decimal("1e999999999"), "单元格放不下"),
        ("cover.status", "可以上报", "没有这个编号"),
        ("x", 1, "没有这个编号。请用 nianbao forms show 查看编号。"),
        ("identity.unit_code", "999", "没有这个编号"),
    ],
)
def test_what_cannot_go_in_is_refused_by_name(layout: Layout, key: str, value: Any, complaint: str) -> None:
    """An unknown id, a wrong type, a wrong total: named, and nothing written."""
    with pytest.raises(OfficeError) as caught:
        make(layout, {key: value})
    assert len(caught.value.problems) == 1
    assert caught.value.problems[0].text().startswith(f"{key}：")
    assert complaint in caught.value.problems[0].text()


def test_every_refusal_is_listed_at_once(layout: Layout) -> None:
    """Three mistakes are three lines."""
    with pytest.raises(OfficeError) as caught:
        make(layout, {"nothing": 1, "t3.new.natural": "x", "t3.new.total": 9})
    assert len(caught.value.problems) == 3


def test_a_right_total_is_accepted_and_stays_a_formula(layout: Layout) -> None:
    """A total that equals the computed one changes nothing."""
    data = make(layout, {"t3.new.natural": 3, "t3.new.total": 3})
    place = layout.places["t3.new.total"]
    cell = openpyxl.load_workbook(BytesIO(data))[place.sheet][place.address]
    assert str(cell.value).startswith("=IF(")


def test_as_given_types_what_a_clerk_would_paste(layout: Layout) -> None:
    """Wrong totals over their formulas, words and errors into number cells; later totals follow from them."""
    values = {"t3.new.natural": 3, "t3.new.total": 9, "t4.review.upheld": "3件", "t4.review.other": "#REF!"}
    data = make(layout, values, as_given=True)
    assert shown(data, layout, "t3.new.total") == 9
    assert shown(data, layout, "t4.review.upheld") == "3件"
    assert shown(data, layout, "t4.review.other") == "#REF!"
    assert shown(data, layout, "t4.review.total") is None
    data = make(layout, values | {"t4.review.pending": 1}, as_given=True)
    assert shown(data, layout, "t4.review.total") == "#REF!"


def test_a_number_of_fifteen_digits_goes_in(layout: Layout) -> None:
    """As many as a spreadsheet keeps; with more it is only typed where all is taken as given."""
    data = make(layout, {"t3.new.natural": 10**15 - 1, "t2.fees.amount": Decimal("123456789.123456")})
    assert shown(data, layout, "t3.new.natural") == 999_999_999_999_999
    assert shown(data, layout, "t2.fees.amount") == 123456789.123456
    data = make(layout, {"t3.new.natural": 12345678901234567890}, as_given=True)
    assert shown(data, layout, "t3.new.natural") == 12345678901234567890
    with pytest.raises(OfficeError, match="单元格放不下"):
        make(layout, {"t3.new.natural": Decimal("1e999")}, as_given=True)


@pytest.mark.parametrize("text", ["1e999", "-1e999", "words"])
def test_a_number_in_the_blank_that_is_none_is_no_crash(layout: Layout, text: str) -> None:
    """Somebody's program wrote it; it counts as text."""
    place = layout.places["t3.new.natural"]
    data = make(layout, {"t3.new.natural": 424242})
    with ZipFile(BytesIO(data)) as archive:
        part = sheet_parts(archive)[place.sheet]

    def spoil(root: etree._Element) -> None:
        (value,) = root.iterfind(f".//{{*}}c[@r='{place.address}']/{{*}}v")
        value.text = text

    again = fill(rewrite(data, {part: spoil}), {"t3.new.business": 4}, find_layout=lambda _: layout)
    total = layout.places["t3.new.total"]
    sheet = read_workbook(again).sheet(total.sheet)
    assert sheet
    assert sheet.cells[total.row, total.column].text == "4"


def test_a_filled_workbook_can_be_filled_again(layout: Layout) -> None:
    """Values put in before stay and count."""
    first = make(layout, {"t3.new.natural": 3})
    second = fill(first, {"t3.new.business": 4}, find_layout=lambda _: layout)
    assert shown(second, layout, "t3.new.total") == 7


def test_only_our_own_blanks_are_filled(layout: Layout, layout_2019: Layout) -> None:
    """Another workbook, a text file, a blank with a changed label, another edition's: refused in words."""
    stranger = BytesIO()
    openpyxl.Workbook().save(stranger)
    blank = BlankWriter(layout).write(make_identity(layout))
    opened = openpyxl.load_workbook(BytesIO(blank))
    opened["三、依申请公开"]["A6"] = "别的"
    changed = BytesIO()
    opened.save(changed)
    for data, finder, complaint in [
        (stranger.getvalue(), layout, "不是 nianbao 生成的空白表"),
        (b"text", layout, "空白表打不开"),
        (changed.getvalue(), layout, "文字被改动过"),
        (blank, layout_2019, "文字被改动过"),
    ]:
        with pytest.raises(OfficeError, match=complaint):
            fill(data, {}, find_layout=lambda _, finder=finder: finder)  # type: ignore[misc]


def test_the_other_form_is_filled_the_same_way(safety: Layout) -> None:
    """Choices and signed amounts of a form that the engine never heard of."""
    values = {"b.self.value": "好", "b.units.amount": Decimal("1.5"), "b.people.amount": Decimal("0.1")}
    data = make(safety, values)
    assert shown(data, safety, "b.total.amount") == 1.6
    with pytest.raises(OfficeError, match="不在选项里：好、一般、差"):
        make(safety, {"b.self.value": "很好"})


def test_values_files_are_read_exactly() -> None:
    """JSON and CSV, each encoding, exact amounts; a bare object and one under `values` are the same."""
    wanted = {"a": 1, "b": Decimal("0.1"), "c": None, "d": "3件"}
    for data in (
        '{"a": 1, "b": 0.1, "c": null, "d": "3件"}'.encode(),
        '{"unit": "x", "values": {"a": 1, "b": 0.1, "c": null, "d": "3件"}}'.encode(),
        "id,value\na,1\nb,0.1\nc,\nd,3件\n".encode("utf-8-sig"),
        "编号,数值\r\na,1\r\nb,0.1\r\n\r\nc,\r\nd,3件\r\n".encode("gb18030"),
        "编号;数值\na;1\nb;0.1\nc;\nd;3件\n".encode("utf-16"),
        "a,1,,\nb,0.1,,\nc,,,\nd,3件,,\n".encode(),
    ):
        assert read_values(data, "v") == wanted


@pytest.mark.parametrize(
    ("data", "complaint"),
    [
        (b'{"a": 1, "a": 2}', "写了两次"),
        (b'{"a": [1]}', "应是数字、文字或 null"),
        (b'{"a": NaN}', "应是数字、文字或 null"),
        (b"[1]", "JSON 对象"),
        (b'{"a": ', "不是正确的 JSON"),
        (b'{"a": ' + b"9" * 5000 + b"}", "数字「99999999999999999999…」太长"),
        (b"[" * 100_000, "不是正确的 JSON"),
        (b'{"a": Infinity}', "应是数字、文字或 null"),
        (b'{"a": 1e9999999999999999999999}', "数字「1e9999999999999999999999」太长"),
        (b'{"a": 0.' + b"3" * 1_000_000 + b"}", "太长"),
        (b'{"values": {"a": {"b": 1}}}', "应是数字、文字或 null"),
        (b'{"a":' * 100_000, "不是正确的 JSON"),
        (b"{" + b",".join(b'"%d": 1' % n for n in (*range(100_000), 7)) + b"}", "「7」写了两次"),
        (b"a\n", "values.json:1: 每行应是"),
        (b"id,value\na,1\n,2\n", "values.json:3: 每行应是"),
        ('id,value\nb,"一\n二"\na,有,逗号\n'.encode(), "values.json:4: 多出一栏「逗号」"),
        (b'id,value\na,"1\nb,2\n', "values.json:2: 从这一行起读不下去"),
        (b"a,1\0\n", "空字符"),
        (b" \n\n", "没有数值"),
        (b"PK\x03\x04 and so on", "是工作簿，不是数值文件"),
        (b"id,value\n", "没有数值"),
        (b"a,1\na,2\n", "写了两次"),
        (b"", "没有数值"),
        (b"\xff\xff\xff", "编码"),
    ],
)
def test_values_files_with_faults_are_refused(data: bytes, complaint: str) -> None:
    """A clear complaint for each, never a crash."""
    with pytest.raises(OfficeError, match=complaint):
        read_values(data, "values.json")


ORACLE = {
    "city-s-2023": UnitKind.CITY,
    "district-h-2023": UnitKind.COUNTY,
    "bureau-f-2023": UnitKind.BUREAU,
    "office-g-2019": UnitKind.PROVINCE,
}


@pytest.mark.oracle
@pytest.mark.parametrize("name", ORACLE)
@pytest.mark.parametrize("declared", [True, False])
def test_libreoffice_computes_what_we_computed(
    name: str, tmp_path: Path, layout: Layout, layout_2019: Layout, *, declared: bool
) -> None:
    """With our cached results taken out, LibreOffice computes every total, check and the cover as we did."""
    report = figures(name)
    chosen = layout if report["edition"] == "2021" else layout_2019
    values = report["values"] | {"cover.blank_is_zero": declared}
    data = make(chosen, values, as_given=True, kind=ORACLE[name])
    assert_recalculates(chosen, data, tmp_path)


@pytest.mark.oracle
def test_libreoffice_agrees_on_faulty_input(layout: Layout, safety: Layout, tmp_path: Path) -> None:
    """Words, fractions, negatives, errors and blanks in cells: the same counts and marks."""
    values = {"t3.new.natural": "3件", "t3.new.business": Decimal("1.5"), "t3.new.legal": -1, "t2.fees.amount": "/",
              "t4.review.upheld": "#REF!", "t4.suit_direct.upheld": "#REF!", "t4.suit_direct.other": 2,
              "t2.norms.issued": 5, "t2.norms.in_force": 3, "t2.rules.issued": 1,
              "t2.norms.repealed": 0, "t3.granted.natural": 2}  # fmt: skip
    assert_recalculates(layout, make(layout, values, as_given=True), tmp_path)
    values = {"a.mines.planned": 5, "a.mines.hazards": 3, "a.mines.fixed": 1, "b.self.value": "很好",
              "b.units.amount": Decimal("0.1"), "b.people.amount": Decimal("0.2")}  # fmt: skip
    assert_recalculates(safety, make(safety, values, as_given=True), tmp_path)


def assert_recalculates(layout: Layout, data: bytes, folder: Path) -> None:
    """LibreOffice's results for every computed cell are those cached in `data`."""
    theirs = openpyxl.load_workbook(BytesIO(recalculated(data, folder)), data_only=True)
    ours = openpyxl.load_workbook(BytesIO(data), data_only=True)
    compared = 0
    for key, box in layout.box_of.items():
        if isinstance(box.content, Computed):
            place = layout.places[key]
            mine, yours = (book[place.sheet][place.address].value for book in (ours, theirs))
            field = layout.form.fields.get(key)
            if field and field.type is FieldType.DECIMAL and isinstance(mine, int | float):
                assert yours == pytest.approx(mine, abs=1e-9), key
            else:
                assert (yours or "") == (mine or "") or yours == mine, (key, mine, yours)
            compared += 1
    assert compared > 50
