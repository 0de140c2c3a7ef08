"""Figures and years in the sections in words: what is certain and wrong is found, all else is left in peace."""

from __future__ import annotations

import random
import time
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from build import complaints, filled, judged, right_answers, right_words
from conftest import FIGURES, figures, make_identity
from definitions import GOOD
from definitions import complaints as definition_complaints
from nianbao.layout.identity import CONSOLIDATED
from nianbao.layout.shelf import find_form
from nianbao.narrative.clauses import LONGEST_TEXT
from nianbao.narrative.numerals import in_chinese, narrowed, value_of
from nianbao.returned.narrated import Hearing
from nianbao.returned.returns import Return

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from nianbao.layout.formulas import Shown
    from nianbao.layout.places import Layout
    from nianbao.returned.findings import Finding

YEAR = 2025
KNOWN = {
    "t2.norms.issued": 3,
    "t2.norms.in_force": 8,
    "t2.norms.repealed": 2,
    "t3.new.natural": 1198,
    "t3.new.business": 30,
    "t3.new.other_org": 6,
    "t3.carried_in.natural": 36,
    "t3.granted.natural": 900,
    "t3.granted.business": 30,
    "t3.partial.natural": 90,
    "t3.refused.process.natural": 20,
    "t3.refused.internal.natural": 14,
    "t3.unavailable.not_held.natural": 100,
    "t3.rejected.petition.natural": 60,
    "t3.other.rest.natural": 20,
    "t3.other.rest.other_org": 5,
    "t3.carried_out.natural": 30,
    "t3.carried_out.other_org": 1,
    "t4.review.upheld": 17,
    "t4.suit_direct.upheld": 25,
    "t4.suit_after_review.upheld": 52,
}
"""New 1234, carried in 36, dealt with 1239, carried out 31; reviews 17, suits 25 + 52."""
HEARD = "一、依申请公开情况\n"
DEALT = "2025年共收到政府信息公开申请1234件，"
FITTING = (
    "2025年全县共收到政府信息公开申请1234件。",
    "全年共收到政府信息公开申请１，２３４件。",
    "2025年，我县受理政府信息公开申请1270件，均按期答复。",
    "二〇二五年收到一千二百三十四件政府信息公开申请。",
    "新收政府信息公开申请 1,234 件，上年结转36件。",
    f"{DEALT}2024年结转36件，办结1239件，结转下年度31件。",
    f"{DEALT}其中自然人1198件、法人或其他组织36件。",
    f"{DEALT}其中，予以公开930件，部分公开90件，不予公开34件，无法提供100件，不予处理60件，其他处理25件。",
    "因政府信息公开被申请行政复议17件、行政诉讼77起。",
    "政府信息公开行政复议十七件，行政诉讼七十七件。",
    "全年发生政府信息公开行政诉讼案件25件。",
    "2025年政府信息公开复议诉讼案件共94件。",
    "全年制发规范性文件3件，废止2件。",
    "现行有效行政规范性文件8件。",
)
"""Right, by one reading or another."""
UNSURE = (
    "2025年情况如下。2024年，全县共收到政府信息公开申请20件。",
    "上年收到政府信息公开申请20件。",
    "去年共收到政府信息公开申请20件，办结20件。",
    "2025年上半年收到政府信息公开申请20件。",
    "1-6月收到政府信息公开申请20件。",
    "县政府办公室收到政府信息公开申请20件。",
    "县公安局受理政府信息公开申请20件，办结20件。",
    f"{DEALT}其中，县公安局20件，自然人20件。",
    f"{DEALT}其中网上申请20件，自然人20件，当面申请8件。",
    "通过网站收到政府信息公开申请20件，信函收到申请8件。",
    "通过依申请公开平台收到申请20件。",
    "收到政府信息公开申请近20件。",
    "收到政府信息公开申请约20件。",
    "收到政府信息公开申请20余件。",
    "收到政府信息公开申请20件以上。",
    "收到政府信息公开申请20多件。",
    "收到政府信息公开申请20-30件。",
    "收到政府信息公开申请20至30件。",
    "收到政府信息公开申请1.2万件。",
    "收到政府信息公开申请12万余件。",
    "收到政府信息公开申请20人次。",
    "收到政府信息公开申请比上年增加20件。",
    "政府信息公开申请答复率100%，满意度20%。",
    "收到人大建议20件，政协提案8件，均已办结28件。",
    "依申请公开规范有序。办理人大代表建议和政协提案，答复20件。",
    "12345热线受理20件，答复20件。",
    "公开政策文件20件，解读文件8件。",
    "根据国办公开办函〔2021〕30号要求，主动公开信息20条。",
    "依据《条例》第三十六条，联系电话0517-87222589。",
    "政府信息公开行政复议、行政诉讼共94件。",
    "政府信息公开行政诉讼一审20件。",
    "审结政府信息公开行政复议20件。",
    "全县行政复议案件20件。",
    "如收到政府信息公开申请20件，须按程序办理。",
    "未收到20件以上的政府信息公开申请。",
    "不予公开、无法提供共134件。",
    f"{DEALT}予以公开和部分公开1件。",
    "主动公开政府信息20件，予以公开20件。",
    "清理规范性文件20件，公开规范性文件9件。",
    "规章文件4条。",
    "规范性文件解读20件。",
    "收到政府信息公开申请20件，经更正，全年收到政府信息公开申请1234件。",
    "举办培训20次，参加人员200人次。",
    "收取信息处理费380元，1件。",
    "下一步，2026年力争政府信息公开申请办结20件。",
    "收到行政许可申请20件，办结20件。",
    "收到政府信息公开申请一百五件。",
    "共收到政府信息公开申请自然人20件法人8件。",
    "各部门收到政府信息公开申请900件。",
    "截至10月底，共收到政府信息公开申请900件。",
    "截至2025年6月，共收到政府信息公开申请900件。",
    "五年来，共收到政府信息公开申请9000件。",
    "累计收到政府信息公开申请9000件。",
    "我局累计制定规范性文件20件。",
    f"{DEALT}承办市长信箱方面，共答复20件。",
    f"{DEALT}对群众来访认真接待，共答复20件。",
)
"""Figures of something else, or of which it is not certain of what."""
WRONG: Mapping[str, tuple[str, ...]] = {
    "2025年全县共收到政府信息公开申请95件。": ("95",),
    "全年共收到政府信息公开申请１，２４３件。": ("1243",),
    "2025 年，我县受理政府信息公开申请 17 件，均按期答复。": ("17",),
    "二〇二五年收到一千二百四十三件政府信息公开申请。": ("1243",),
    "县政府办代表县政府受理政府信息公开申请17件，自然人17件。": ("17",),
    f"{DEALT}上年结转35件，办结1238件，结转下年度32件。": ("35", "1238", "32"),
    f"{DEALT}2024年结转35件。": ("35",),
    f"{DEALT}其中自然人1189件、法人或其他组织45件。": ("1189", "45"),
    f"{DEALT}其中，予以公开903件，部分公开91件，不予公开43件。": ("903", "91", "43"),
    f"{DEALT}其中，无法提供101件，不予处理61件，其他处理26件。": ("101", "61", "26"),
    "因政府信息公开被申请行政复议13件、行政诉讼57起。": ("13", "57"),
    "政府信息公开行政复议十三件。": ("13",),
    "2025年政府信息公开复议诉讼案件共74件。": ("74",),
    "行政复议、行政诉讼分别为20件、8件。": ("20", "8"),
    "全年制发规范性文件13件。": ("13",),
    "现行有效行政规范性文件18件。": ("18",),
    "全年废止规范性文件5件。": ("5",),
    "东河镇收到政府信息公开申请20件。": ("20",),
    "东河镇人民政府共收到政府信息公开申请20件，均已答复。": ("20",),
    "收到公民、法人和其他组织政府信息公开申请20件，收到政府信息公开申请20件。": ("20",),
}
"""Certain and wrong, with the figures that are complained of."""


def hear(layout: Layout, answers: Mapping[str, Shown], text: str, year: int = YEAR) -> list[Finding]:
    """What is found of the figures and this text as the first section."""
    identity = replace(make_identity(layout), year=str(year))
    values = dict.fromkeys(layout.inputs, 0) | dict(answers)
    ret = Return(identity=identity, answers=values, texts={"text.overview": text})
    return list(Hearing().findings(layout, ret))


def found(layout: Layout, text: str) -> tuple[str, ...]:
    """The figures that are complained of, in the order of the text."""
    findings = hear(layout, KNOWN, text)
    assert {finding.code for finding in findings} <= {"text-differs"}
    return tuple(finding.found for finding in findings)


@pytest.mark.parametrize("text", [*FITTING, *UNSURE])
def test_what_fits_or_is_not_certain_is_left_in_peace(layout: Layout, text: str) -> None:
    """A figure that fits one reading, or may be of something else, gives no complaint, with or without a heading."""
    assert found(layout, text) == ()
    assert found(layout, HEARD + text) == ()


@pytest.mark.parametrize(("text", "wrong"), WRONG.items(), ids=WRONG)
def test_what_is_certain_and_wrong_is_found(layout: Layout, text: str, wrong: tuple[str, ...]) -> None:
    """A figure that fits no reading is complained of, once, and nothing beside it."""
    assert found(layout, text) == wrong


@pytest.mark.parametrize("text", FITTING)
def test_every_fitting_figure_was_heard(layout: Layout, text: str) -> None:
    """Nothing is left in peace because it was not understood: with other tables each of these is found."""
    other = {key: value + 5000 for key, value in KNOWN.items()}
    assert hear(layout, other, text)


SAYINGS: Mapping[str, tuple[str, ...]] = {
    "received": (
        "{year}年全市共收到政府信息公开申请{n}件。",
        "全年收到{n}件政府信息公开申请，均已依法办理。",
        "依申请公开方面，本年度新收政府信息公开申请{cn}件。",
    ),
    "received_plus_carry": (
        "{year}年，全市受理政府信息公开申请{n}件。",
        "全年共收到依申请公开申请{n}件。",
        "全市各级行政机关共受理{cn}件政府信息公开申请。",
    ),
    "done": (
        "全年办结政府信息公开申请{n}件。",
        "政府信息公开申请方面，办理完毕{cn}件。",
        "依申请公开情况：截至{year}年底，已办结{n}件。",
    ),
    "carried_in": (
        "政府信息公开申请方面，上年结转{n}件。",
        "上年度结转政府信息公开申请{cn}件。",
        "依申请公开情况：{before}年结转{n}件。",
    ),
    "carried_out": (
        "政府信息公开申请方面，结转下年度继续办理{n}件。",
        "{cn}件政府信息公开申请结转到下年度继续办理。",
        "依申请公开情况：结转{after}年度办理{n}件。",
    ),
    "review": (
        "因政府信息公开被申请行政复议{n}件。",
        "全年发生政府信息公开行政复议案件{cn}件。",
        "政府信息公开方面，{year}年共有{n}件行政复议。",
    ),
    "suit": (
        "因政府信息公开引发行政诉讼{n}起。",
        "全年发生政府信息公开行政诉讼案件{cn}件。",
        "政府信息公开方面，被提起行政诉讼{n}件。",
    ),
    "cases": (
        "全年政府信息公开复议诉讼案件{n}件。",
        "因政府信息公开引发行政复议和行政诉讼共{cn}件。",
        "{year}年涉及政府信息公开的复议诉讼案件共计{n}件。",
    ),
}
REALLY_WRONG = {("city-s-2024", "review"), ("city-s-2024", "suit"), ("district-h-2024", "received")}
SAID = [(name, kind) for name in FIGURES for kind in figures(name)["said_in_text"]]


@pytest.mark.parametrize(("name", "kind"), SAID)
def test_of_real_reports_only_what_contradicts_is_found(name: str, kind: str) -> None:
    """What real reports say of their own tables, in three wordings: just the three known contradictions."""
    report = figures(name)
    number = report["said_in_text"][kind]
    form = find_form(str(report["edition"]))
    year = report["year"]
    values = {key: value or 0 for key, value in report["values"].items() if key in form.inputs}
    for saying in SAYINGS[kind]:
        years = {"year": year, "before": year - 1, "after": year + 1}
        text = saying.format(n=number, cn=in_chinese(number), **years)
        codes = [finding.code for finding in hear(form, values, text, year)]
        assert codes == (["text-differs"] if (name, kind) in REALLY_WRONG else []), text
        off = saying.format(n=number + 4321, cn=in_chinese(number + 4321), **years)
        assert [finding.code for finding in hear(form, values, off, year)] == ["text-differs"], off


def test_the_table_of_what_is_found() -> None:
    """Of all these sentences none is mistaken: what is found is wrong, what is silent is right or unsure."""
    form = find_form("2021")
    table = [("right", FITTING), ("unsure", UNSURE), ("wrong", tuple(WRONG))]
    counted = {name: sum(bool(found(form, text)) for text in texts) for name, texts in table}
    print(*(f"{name}: {len(texts)}, found {counted[name]}" for name, texts in table), sep="\n")  # noqa: T201
    assert counted == {"right": 0, "unsure": 0, "wrong": len(WRONG)}
    assert len(FITTING) + len(UNSURE) + len(WRONG) >= 60


@pytest.mark.parametrize(
    ("text", "is_wrong"),
    [
        ("2024年，我镇认真贯彻条例。", True),
        ("主动公开情况\n2024年我镇加强公开。", True),
        ("本报告数据统计期限自2024年1月1日起至2024年12月31日止。", True),
        ("现公布东河镇2024年政府信息公开工作年度报告。", True),
        ("2024 年，我镇认真贯彻条例。2025年继续努力。", False),
        ("2025年，我镇认真贯彻条例。", False),
        ("二〇二五年，我镇认真贯彻。2024年度报告已公布。", False),
        ("依据2019年修订的条例，我镇认真贯彻。", False),
        ("根据2024年省政府通知，我镇认真贯彻。", False),
        ("与2024年相比，有所增长。", False),
        ("2026年，我镇将继续做好工作。", False),
        ("我镇2024年被评为先进。", False),
        ("2024年和2023年，我镇两次获奖。", False),
        ("本年度，我镇认真贯彻条例。", False),
    ],
)
def test_a_text_of_another_year_is_found(layout: Layout, text: str, *, is_wrong: bool) -> None:
    """Only where the text names another year as the report's, and the report's year nowhere."""
    codes = [finding.code for finding in hear(layout, KNOWN, text)]
    assert codes == (["text-wrong-year"] if is_wrong else [])


@given(st.integers(0, 99_999_999))
def test_numerals_mean_the_number(number: int) -> None:
    """Chinese, digits, thousands parted and full-width digits are the same number."""
    assert value_of(in_chinese(number)) == number
    assert value_of(str(number)) == value_of(f"{number:,}") == number
    wide = f"{number:,}".translate({48 + digit: 0xFF10 + digit for digit in range(10)} | {44: "，"})
    assert value_of(narrowed(wide)) == number


@pytest.mark.parametrize(
    ("numeral", "value"),
    [("十七", 17), ("一百三十四", 134), ("两", 2), ("两百零五", 205), ("三千六百零七", 3607), ("〇", 0)]
    + [(odd, None) for odd in ("一百五", "一三四", "十十", "百", "零五", "1,23", "1.5", "1" * 13, "亿" * 30)],
)
def test_only_whole_and_well_formed_numerals_count(numeral: str, value: int | None) -> None:
    """Short forms that may mean two numbers mean none."""
    assert value_of(numeral) == value


def test_figures_that_are_not_known_are_held_against_nothing(layout: Layout) -> None:
    """Over a blank, a faulty or an unread cell nothing is said; declared blanks are 0."""
    text = "全年共收到政府信息公开申请95件。"
    values = dict.fromkeys(layout.inputs, 0)
    identity = make_identity(layout)
    key = frozenset({"t3.new.natural"})
    ret = Return(identity, values, texts={"text.overview": text})
    for one in (replace(ret, blank=key), replace(ret, faulty=key), replace(ret, unread=key)):
        assert not list(Hearing().findings(layout, one))
    declared = replace(ret, blank=key, declared=True)
    assert [finding.found for finding in Hearing().findings(layout, declared)] == ["95"]
    county = replace(ret, identity=replace(identity, role=CONSOLIDATED))
    assert [finding.found for finding in Hearing().findings(layout, county)] == ["95"]


def test_what_is_compared_is_said_by_the_definition(layout: Layout) -> None:
    """Section 五 is not compared; a form without claims is not either."""
    ret = Return(make_identity(layout), dict.fromkeys(layout.inputs, 0))
    text = "全年共收到政府信息公开申请95件。"
    assert not list(Hearing().findings(layout, replace(ret, texts={"text.problems": text})))
    bare = replace(layout, form=replace(layout.form, claims=None))
    assert not list(Hearing().findings(bare, replace(ret, texts={"text.overview": text})))


def test_a_return_is_told_in_both_languages(layout: Layout) -> None:
    """The finding stands at its section, and quotes the sentence; both ways of reading say the same."""
    text = "全年共收到政府信息公开申请95件。没有收取信息处理费。"
    checked = judged(filled(layout, {"text.other": text}))
    (finding,) = checked.findings
    assert complaints(checked) == [("text-differs", "文字部分", (layout.places["text.other"].address,))]
    assert (finding.found, finding.expected) == ("95", "本年新收 12；本年新收加上年结转 12")
    assert "全年共收到政府信息公开申请95件" in finding.message.text("zh")
    assert "does not agree" in finding.message.text("en")
    assert checked.status == "accepted"


def test_what_is_denied_is_told_with_its_sentence(layout: Layout) -> None:
    """Section 六 says that no fee was charged where applications were closed because one was not paid."""
    text = "本年度没有收取信息处理费。"
    unpaid = {"t3.granted.natural": 9, "t3.other.fee_unpaid.natural": 2}
    (finding,) = judged(filled(layout, {"text.other": text, **unpaid})).findings
    assert (finding.code, finding.found, finding.cells) == (
        "text-differs",
        "0",
        (layout.places["text.other"].address,),
    )
    assert finding.expected == "逾期未按收费通知要求缴纳费用、不再处理的 2"
    assert "「本年度没有收取信息处理费」与表格不符" in finding.message.text("zh")
    assert "“本年度没有收取信息处理费” does not agree" in finding.message.text("en")


def test_lines_broken_for_their_width_are_put_together(layout: Layout) -> None:
    """What is pasted from a PDF is heard; a number that a line's end may have cut is not."""
    assert found(
        layout, "依申请答复工作规范高效。2025 年，全县共受理政府信息\n公开申请 17 件，均已答复。"
    ) == ("17",)
    assert (
        found(layout, "依申请答复工作规范高效。2025 年，全县共受理政府信息公开申请 12\n34 件，均已答复。")
        == ()
    )


@pytest.mark.parametrize(
    "piece",
    [
        "收到政府信息公开申请1件，",
        "一百",
        "1,",
        "其中",
        "本年",
        "12月31日",
        "自2024年1月1日至",
        "十",
        "，",
        "\n",
        "2024年度",
        "政府",
    ],
)
def test_hostile_texts_are_heard_in_time(layout: Layout, piece: str) -> None:
    """A million characters of anything take less than two seconds."""
    text = "收到申请1件" + piece * (1_000_000 // len(piece)) + "年度报告2024年1件"
    start = time.perf_counter()
    hear(layout, KNOWN, text)
    assert time.perf_counter() - start < 2


def test_beyond_what_anybody_writes_nothing_is_heard(layout: Layout) -> None:
    """After a hundred thousand characters the text is not heard."""
    wrong = "全年共收到政府信息公开申请95件。"
    assert found(layout, "好。" * 1000 + wrong) == ("95",)
    assert found(layout, "好。" * (LONGEST_TEXT // 2) + wrong) == ()


def test_any_text_is_heard_without_failing(layout: Layout) -> None:
    """Words, numbers and marks in any order: no failure."""
    claims = layout.form.claims
    assert claims
    words = [
        *claims.beside,
        *claims.parts,
        *claims.elsewhere,
        *"，、。（）：\n",
        "2024年",
        "95件",
        "一百件",
        "１，２３４件",
    ]
    words += [word for claim in claims.figures for group in claim.words for word in group]
    chance = random.Random(1)  # noqa: S311 -- texts, no secret
    for _ in range(300):
        hear(layout, KNOWN, "".join(chance.choices(words, k=60)))


AMOUNTS = "  amounts: {paid: {words: [[收取]], measures: {元: 1}, against: [planned]}}\n"
CLAIMS = """
claims:
  measures: [件]
  figures:
    planned:
      words: [[计划]]
      is: {计划: a.all.planned}
"""


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("a.all.planned", "a.all.planed", "没有编号符合「a.all.planed」"),
        ("a.all.planned", "a.*.planned + x", "没有编号符合「x」"),
        ("[[计划]]", "[['']]", "说法不能是空的"),
        ("[[计划]]", "[[计划, 计划]]", "「计划」写了两次"),
        ("[[计划]]", "[[计划]]\n      within: [done]", "claims 里没有「done」"),
        ("[[计划]]", "[[计划]]\n      after: [done]", "claims 里没有「done」"),
        ("      is: {计划", "      of: plan\n      is: {计划", "claims 里没有「plan」"),
        ("[[计划]]", "[[计划]]\n      whith: [有]", "不认识的项「whith」"),
        ("measures: [件]", "measures: []", "至少"),
        ("  figures:", AMOUNTS + "  figures:", "claims 里没有「planned」"),
        ("  figures:", AMOUNTS.replace("planned", "").replace("元: 1", "元: 0") + "  figures:", "不能小于"),
    ],
)
def test_mistakes_in_claims_are_listed_with_their_line(tmp_path: Path, old: str, new: str, said: str) -> None:
    """Unknown ids, empty or repeated words, unknown names and keys: each with file and line."""
    told = definition_complaints(tmp_path, GOOD + CLAIMS.replace(old, new))
    assert len(told) == 1, told
    assert said in told[0]


def test_the_tests_own_answers_and_words_agree(layout: Layout) -> None:
    """What other tests send gives no complaint."""
    for text in right_words(layout).values():
        assert not hear(layout, right_answers(layout), str(text))
