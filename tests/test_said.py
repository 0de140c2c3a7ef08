"""Sentences in the style of reports against real figures (`tests/facts/said.txt`); the cell that a finding names."""

from __future__ import annotations

import sys
from collections import Counter
from typing import TYPE_CHECKING

import pytest

from build import OPENER, TIME, WORDS, expectation, filled, judged
from conftest import ROOT, figures, make_identity
from nianbao.layout.places import Place
from nianbao.layout.shelf import find_form
from nianbao.returned.findings import Severity
from nianbao.returned.judging import Judge
from nianbao.returned.narrated import Hearing
from nianbao.returned.returns import Return
from nianbao.workbook.patching import patch

if TYPE_CHECKING:
    from collections.abc import Iterator

    from nianbao.layout.formulas import Shown
    from nianbao.layout.places import Layout

SILENT, UNHEARD = "silent", "unheard"
HEADING = "一、依申请公开情况"
RECEIVED = "本年度共收到政府信息公开申请17件。"
Case = tuple[str, str, str]
"""The sample whose figures count, what is expected, the sentence."""
HEARING = Hearing()
"""One for all sentences: what it heard must change nothing."""


def cases() -> Iterator[Case]:
    """The facts file's lines."""
    sample = ""
    for line in (ROOT / "tests" / "facts" / "said.txt").read_text(encoding="utf-8").splitlines():
        if line.startswith("["):
            sample = line.strip("[]")
        elif line and not line.startswith("#"):
            expected, _, sentence = line.partition(" | ")
            yield sample, expected, sentence


CASES = tuple(cases())


def told(sample: str, sentence: str) -> list[str]:
    """The figures that are complained of; blanks of the sample are 0."""
    report = figures(sample)
    layout = find_form(report["edition"])
    given = ((key, report["values"][key]) for key in layout.inputs)
    values: dict[str, Shown] = {key: 0 if isinstance(value, str) else value or 0 for key, value in given}
    identity = make_identity(layout, year=report["year"])
    ret = Return(identity, values, texts={"text.overview": f"{HEADING}\n{sentence}"})
    return [finding.found for finding in HEARING.findings(layout, ret) if finding.code == "text-differs"]


def verdict(case: Case) -> str:
    """`silent`, `found`, `missed`, or `mistaken` where something is complained of that is not to be."""
    sample, expected, sentence = case
    found = told(sample, sentence)
    if expected == SILENT:
        return "mistaken" if found else SILENT
    return "found" if expected.split()[-1] in found else "mistaken" if found else "missed"


@pytest.mark.parametrize("case", CASES, ids=[f"{index} {case[1]}" for index, case in enumerate(CASES)])
def test_a_sentence_is_taken_as_it_is_meant(case: Case) -> None:
    """Right, or not certain to be meant so: silent. Wrong: found, but for those that are known not to be understood."""
    _, expected, _ = case
    wanted = SILENT if expected == SILENT else "missed" if expected.startswith(UNHEARD) else "found"
    assert verdict(case) == wanted


def test_both_directions_are_measured(capsys: pytest.CaptureFixture[str]) -> None:
    """No mistaken complaint over a hundred sentences, and what is missed among as many wrong ones is printed."""
    counts: Counter[tuple[str, str]] = Counter()
    for case in CASES:
        words = [word for word in case[1].split() if word != UNHEARD]
        counts[words[0], verdict(case)] += 1
    columns = (SILENT, "found", "missed", "mistaken")
    lines = [f"{'sentence says':<20}" + "".join(f"{column:>10}" for column in columns)]
    lines += (
        f"{kind:<20}" + "".join(f"{counts[kind, column]:>10}" for column in columns)
        for kind in sorted({kind for kind, _ in counts})
    )
    with capsys.disabled():
        sys.stdout.write("\n" + "\n".join(lines) + "\n")
    assert counts[SILENT, SILENT] > 140
    assert not any(count for (_, what), count in counts.items() if what == "mistaken")
    assert sum(count for (_, what), count in counts.items() if what == "found") > 95


@pytest.mark.parametrize(("row", "text"), [(3, RECEIVED), (9, RECEIVED), (9, f"{WORDS}\n{RECEIVED}")])
def test_the_finding_is_at_the_paragraphs_cell(layout: Layout, row: int, text: str) -> None:
    """Empty cells before it count, lines within a cell do not."""
    sheet = layout.places["text.overview"].sheet
    cells = {Place(sheet, 3, 0): None, Place(sheet, 5, 0): WORDS, Place(sheet, row, 0): text}
    (finding,) = judged(patch(filled(layout), cells), expectation(layout)).findings
    assert (finding.code, finding.severity, finding.cells) == (
        "text-differs",
        Severity.WARNING,
        (f"A{row + 1}",),
    )


def test_a_sentence_over_two_cells_is_at_the_first(layout: Layout) -> None:
    """Lines pasted from a printed page, one to a cell."""
    sheet = layout.places["text.overview"].sheet
    cells = {
        Place(sheet, 3, 0): WORDS,
        Place(sheet, 4, 0): "2025年，我镇认真办理依申请公开，共收到政府信息公开申",
        Place(sheet, 5, 0): "请17件，均按期答复。",
    }
    (finding,) = judged(patch(filled(layout), cells), expectation(layout)).findings
    assert (finding.code, finding.cells) == ("text-differs", ("A5",))


def test_texts_are_judged_where_they_are_not_kept(layout: Layout) -> None:
    """In a round of thousands they are dropped once they have been looked through."""
    judge = Judge(expectation(layout), OPENER, keep_texts=False)
    checked = judge.examine(filled(layout, {"text.overview": RECEIVED}), path="a.xlsx", received=TIME)
    assert [finding.code for finding in checked.findings] == ["text-differs"]
    assert not checked.texts


@pytest.mark.parametrize("empty", [None, "   ", "\u3000", "\n"])
@pytest.mark.parametrize("key", ["text.overview", "text.problems", "text.other"])
def test_a_section_left_empty_is_an_error(layout: Layout, key: str, empty: Shown) -> None:
    """Nothing, or only spaces."""
    (finding,) = judged(filled(layout, {key: empty}), expectation(layout)).findings
    assert (finding.code, finding.ids, finding.severity) == ("text-missing", (key,), Severity.ERROR)


@pytest.mark.parametrize(
    ("key", "text", "codes"),
    [
        ("text.problems", "无", ["text-short"]),
        ("text.problems", "没有问题。", ["text-short"]),
        ("text.problems", "公开内容更新不够及时，", []),
        ("text.problems", "公开内容更新不够及……", ["text-short"]),
        ("text.overview", "/", ["text-short"]),
        ("text.other", "未收费", []),
        ("text.other", "无", ["fee-not-stated"]),
        ("text.other", "暂无其他需要说明的事项。", ["fee-not-stated"]),
        ("text.other", "全年收取政府信息公开信息处理费 0 元。", []),
    ],
)
def test_next_to_nothing_and_no_word_of_fees_are_warnings(
    layout: Layout, key: str, text: str, codes: list[str]
) -> None:
    """Ten letters and digits say something; 六 may be short, if it tells of the fees."""
    found = judged(filled(layout, {key: text}), expectation(layout)).findings
    assert [(finding.code, finding.severity) for finding in found] == [
        (code, Severity.WARNING) for code in codes
    ]


def test_each_reading_is_named(layout: Layout) -> None:
    """With its figure, so that who is asked sees which was meant."""
    changes: dict[str, Shown] = {"t3.carried_in.natural": 2, "t3.granted.natural": 13}
    data = filled(layout, {"text.overview": RECEIVED, **changes})
    (finding,) = judged(data, expectation(layout)).findings
    assert (finding.found, finding.expected) == ("17", "本年新收 12；本年新收加上年结转 14")


def test_what_contradicts_itself_is_told_with_both_sides(layout: Layout) -> None:
    """Of a sum denied elsewhere both sentences; of one that its parts do not make what they come to."""
    told = "全年收取信息处理费380元。\n本年度没有收取信息处理费。"
    (finding,) = judged(filled(layout, {"text.other": told}), expectation(layout)).findings
    assert (finding.code, finding.severity, finding.found) == ("text-differs", Severity.WARNING, "380元")
    said = "「全年收取信息处理费380元」与同一部分里的「本年度没有收取信息处理费」互相矛盾"
    assert said in finding.message.text("zh")
    assert "contradicts “本年度没有收取信息处理费”" in finding.message.text("en")
    told = "全年收取信息处理费500元，分别为300元、100元。"
    (finding,) = judged(filled(layout, {"text.other": told}), expectation(layout)).findings
    assert (finding.found, finding.expected) == ("500元", "400元")
    assert "写的总数是 500元，各项相加是 400元" in finding.message.text("zh")
    assert "add up to 400元" in finding.message.text("en")
