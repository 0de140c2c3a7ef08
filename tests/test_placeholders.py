"""Placeholders in texts: figures from the cells, and errors for what has no source."""

from __future__ import annotations

from decimal import Decimal

import pytest

from nianbao.layout.shelf import find_form
from nianbao.problems import OfficeError
from nianbao.publishing.drafting import drafted
from nianbao.publishing.figures import Figures, SourceError
from nianbao.publishing.placeholders import faults, shown, told
from publishing_cases import case

FORM = find_form("2021").form
VALUES = case().values
FIGURES = Figures(FORM, VALUES, {"t3.new.total": 700, "t3.carried_out.total": 36})


def read(text: str, figures: Figures = FIGURES) -> str:
    """The text with its figures."""
    return shown(told(text, figures))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("新收 {{ t3.new.total }} 件", "新收 713 件"),
        ("{{t3.refused.total}}、{{ t3.unavailable.total }}、{{ t3.rejected.total }}", "32、113、19"),
        ("{{ t3.other.total }}、{{ t3.new.organisations }}、{{ t4.suits.total }}", "159、8、13"),
        ("收费 {{ t2.fees.amount }} 万元", "收费 4068.208 万元"),
        ("{{ t3.new.total + t3.carried_in.total }}", "749"),
        ("{{ t3.handled.total - t3.granted.total }}", "424"),
        ("占 {{ percent(t3.granted.total, of=t3.handled.total) }}", "占 40.9%"),
        ("占 {{ percent(t3.refused.total, of=t3.handled.total, places=2) }}", "占 4.46%"),
        ("上年 {{ previous.t3.new.total }} 件", "上年 700 件"),
        ("比上年{{ change(t3.new.total, since=previous.t3.new.total) }}", "比上年增加13件"),
        ("{{ change(t3.carried_in.total, since=previous.t3.carried_out.total) }}", "持平"),
        ("没有 {单括号} 的", "没有 {单括号} 的"),
    ],
)
def test_a_placeholder_is_the_figure(text: str, expected: str) -> None:
    """Cells, sub-totals, sums, shares of a named whole, last year's."""
    assert read(text) == expected


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("{{ t3.new.totl }}", '没有编号「t3.new.totl」，是否为 "t3.new.total"？'),
        ("{{ t3.refused }}", "「t3.refused」不是一个数"),
        ("{{ previous.t2.norms.issued }}", "不知道上一期的数"),
        ("{{ percent(t3.new.total, of=t2.rules.issued) }}", "分母是 0"),
        ("{{ percent(t3.new.total) }}", "看不懂"),
        ("{{ 1 if 2 else 3 }}", "看不懂"),
        ("{{ __import__('os') }}", "看不懂"),
        ("{{ t3.new.total.__class__ }}", "没有编号"),
        ("{{ }}", "看不懂"),
        ("{% for a in b %}", "看不懂"),
        ("{{ t3.new.total", "看不懂"),
        ("{{ " + "t3.new.total + " * 40 + "t3.new.total }}", "太长"),
        ("{{ " + "(" * 120 + "t3" + ")" * 120 + " }}", "看不懂|没有|不是一个数"),
    ],
)
def test_what_has_no_source_is_an_error(text: str, said: str) -> None:
    """Nothing is run, nothing is guessed; the error says what is probably meant."""
    with pytest.raises(SourceError, match=said):
        read(text)
    assert list(faults(text, FIGURES))


def test_every_fault_of_a_text_is_named() -> None:
    """Not only the first."""
    text = "{{ t3.new.totl }} {{ t3.new.total }} {{ t4.x }} }}"
    assert [str(fault.message)[:4] for fault in faults(text, FIGURES)] == ["没有编号", "没有编号", "「}}」"]


def test_a_draft_shows_that_a_figure_is_not_there() -> None:
    """Only a draft: else it is an error."""
    lacking = {**VALUES, "t3.new.total": None}
    assert read("{{ t3.new.total }}", Figures(FORM, lacking, {}, draft=True)) == "（未填）"
    with pytest.raises(SourceError, match="没有填"):
        read("{{ t3.new.total }}", Figures(FORM, lacking, {}))


def test_amounts_print_without_exponent_and_zeros() -> None:
    """18.8710 is 18.871, 96171.60 is 96171.6, 1E+2 is 100."""
    for written, expected in (("18.8710", "18.871"), ("96171.60", "96171.6"), ("1E+2", "100"), ("0.00", "0")):
        figures = Figures(FORM, {"t2.fees.amount": Decimal(written)}, {})
        assert read("{{ t2.fees.amount }}", figures) == expected


def draft(template: str, figures: Figures = FIGURES) -> list[str]:
    """The drafted paragraphs of section 一."""
    made = drafted(template, figures, {"unit": "示例县"}, file="zfxxgk.draft.txt")
    return [shown(pieces) for pieces in made.get("text.overview", ())]


def test_sentences_make_paragraphs_and_those_without_figures_are_left_out() -> None:
    """What last year's report did not tell, and shares of nothing, are not told."""
    template = (
        "// 注释\n# overview\n{{ unit }}新收 {{ t3.new.total }} 件。\n"
        "上年废止 {{ previous.t2.norms.repealed }} 件。\n占 {{ percent(t3.new.total, of=t2.rules.issued) }}。\n"
        "若 {{ t2.rules.issued }}：有规章。\n若无 {{ t2.rules.issued }}：没有规章。\n\n第二段。\n"
    )
    opening = "【草稿，由表中的数生成，请改写】"
    assert draft(template) == [f"{opening}示例县新收 713 件。没有规章。", f"{opening}第二段。"]


def test_a_wrong_sentence_is_named_with_its_line() -> None:
    """An unknown name is the office's mistake, not a reason to leave the sentence out."""
    with pytest.raises(OfficeError, match=r'zfxxgk.draft.txt:2: .*是否为 "t3.new.total"'):
        draft("# overview\n新收 {{ t3.new.totl }} 件。")
