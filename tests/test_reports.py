"""Findings as lines, as JSON, and text folded to a terminal."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nianbao.kinds import UnitKind
from nianbao.messages import say
from nianbao.reports.document import check_document, figures
from nianbao.reports.pieces import Json, written
from nianbao.reports.text import report
from nianbao.returned.findings import Finding, Severity, Spot
from nianbao.returned.returns import Checked
from nianbao.roster.units import Unit
from nianbao.wrapping import columned, folded, width

JUMP = Finding(
    "jump",
    Severity.WARNING,
    say("{year}年", year=2025),
    "三、依申请公开",
    (Spot("t3.new.natural", "D6", "自然人"),),
)
CHECKED = Checked(
    path="returned/a.xlsx",
    sha256="00",
    received=datetime(2026, 1, 20, tzinfo=UTC),
    unit_code="101",
    unit_name="东河镇",
    findings=(JUMP,),
)


def test_a_finding_has_place_words_and_code() -> None:
    """Under its unit and file."""
    lines = list(report([CHECKED], []))
    assert lines[:3] == [
        "东河镇（101）  已接收",
        "  returned/a.xlsx",
        "  警告  三、依申请公开 D6（自然人）：2025年 [jump]",
    ]


@pytest.mark.parametrize(
    ("reason", "said"), [("explained", "（情况说明：新设）"), ("waived", "（核准放行：新设）")]
)
def test_what_was_explained_or_waived_is_shown_so(reason: str, said: str) -> None:
    """With the reason."""
    settled = replace(JUMP, explained="新设") if reason == "explained" else replace(JUMP, waived="新设")
    lines = list(report([replace(CHECKED, findings=(settled,))], []))
    assert lines[0].endswith("有说明")
    assert said in lines[2]


def test_files_of_a_unit_stand_together() -> None:
    """Units in the order of their first file; a file of nobody stands alone."""
    other = replace(CHECKED, unit_code="102", unit_name="西山街道", path="b")
    nobody = replace(CHECKED, unit_code="", unit_name="", path="c")
    lines = list(report([CHECKED, other, nobody, replace(CHECKED, path="d")], []))
    assert [line.strip() for line in lines if line.strip() in {"returned/a.xlsx", "b", "c", "d"}] == [
        "returned/a.xlsx",
        "d",
        "b",
        "c",
    ]
    assert "不知道是哪个单位  已接收" in lines


def test_every_missing_unit_is_an_error_in_the_counts() -> None:
    """And is named."""
    unit = Unit("103", "县政府办", UnitKind.OFFICE)
    assert check_document([CHECKED], [unit])["counts"] == {"error": 1, "warning": 1, "notice": 0}
    assert "未报 1 个：县政府办（103）。" in list(report([], [unit]))


def test_the_english_report_keeps_the_forms_own_words() -> None:
    """Sheets and labels stay as printed."""
    lines = list(report([CHECKED], [], language="en"))
    assert lines[2] == "  warning  三、依申请公开 D6（自然人）: 2025 [jump]"


def test_figures_are_plain_json_numbers() -> None:
    """Whole ones without a point, amounts with their own digits, nothing as null."""
    values = {"a": Decimal("12.0"), "b": Decimal("59237.2449"), "c": None, "d": 3, "e": "", "f": "好"}
    assert figures(values) == {"a": 12, "b": 59237.2449, "c": None, "d": 3, "e": None, "f": "好"}
    assert isinstance(figures(values)["a"], int)


@given(st.text(alphabet="字，。（「a1 ", max_size=80), st.integers(min_value=4, max_value=30))
def test_folding_loses_nothing_and_stays_within(text: str, columns: int) -> None:
    """But for spaces at the breaks; only marks may stand out."""
    lines = folded(text, columns)
    assert "".join(lines).replace(" ", "") == text.replace(" ", "")
    assert all(width(line.strip("，。（「")) <= columns for line in lines)


def test_columns_line_up_under_chinese_text() -> None:
    """A Chinese character is two columns wide."""
    assert list(columned([["名称", "a"], ["x", "b"]])) == ["名称  a", "x     b"]
    assert list(columned([])) == []


@given(
    st.dictionaries(
        st.text(max_size=4),
        st.integers() | st.text() | st.none() | st.lists(st.dictionaries(st.text(max_size=3), st.booleans())),
    )
)
def test_a_document_in_pieces_is_the_document(document: dict[str, Json]) -> None:
    """Character for character, lists one item after the other."""
    lazily = {name: iter(value) if isinstance(value, list) else value for name, value in document.items()}
    assert "".join(written(lazily)) == json.dumps(document, ensure_ascii=False)
