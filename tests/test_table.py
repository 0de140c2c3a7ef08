"""Findings as rows of a table."""

from __future__ import annotations

from dataclasses import replace

from nianbao.kinds import UnitKind
from nianbao.messages import catalogue
from nianbao.returned.findings import CATALOGUE, found
from nianbao.returned.returns import Checked
from nianbao.returned.table import COLUMNS, columns_used, finding_entries
from nianbao.roster.units import Unit
from nianbao.titles import OF_A_RULE, TITLES, code_title

HEADINGS = [column.heading for column in COLUMNS]
CHECKED = Checked("a.xlsx", "00", None, unit_code="101", unit_name="东河镇", findings=(found("blank"),))


def test_every_code_has_a_title_of_its_own() -> None:
    """In both languages; a definition's own codes share one."""
    assert TITLES.keys() == CATALOGUE.keys()
    english = catalogue("en").gettext
    for titles in (list(TITLES.values()), [english(title) for title in TITLES.values()]):
        assert len(set(titles)) == len(titles)
    assert all(english(title).isascii() for title in TITLES.values())
    assert code_title("hazards-balance") == OF_A_RULE


def test_a_row_has_a_text_for_every_column() -> None:
    """In the language wanted."""
    (entry,) = finding_entries([CHECKED], [])
    row = dict(zip(HEADINGS, entry.texts(COLUMNS, "en"), strict=True))
    assert (row["单位代码"], row["程度"], row["问题类别"], row["问题代码"]) == (
        "101",
        "error",
        "not filled in",
        "blank",
    )
    assert (entry.code, entry.path) == ("101", "a.xlsx")


def test_explanations_and_waivers_have_columns_where_there_are_some() -> None:
    """Most rounds have none, and the paper is narrow."""
    waived = replace(CHECKED, findings=(replace(found("blank"), waived="电话核实"),))
    plain = list(finding_entries([CHECKED], []))
    assert [column.heading for column in columns_used(plain)] == HEADINGS[:-2]
    both = [*plain, *finding_entries([waived], [])]
    assert [column.heading for column in columns_used(both)] == [*HEADINGS[:-2], "核准放行"]


def test_a_unit_that_has_to_correct_is_not_one_that_sent_nothing() -> None:
    """Both lack an acceptable return, and what to do differs."""
    units = [Unit("101", "东河镇", UnitKind.TOWN), Unit("102", "西山乡", UnitKind.TOWN)]
    _, corrects, silent = (entry.texts(COLUMNS) for entry in finding_entries([CHECKED], units))
    assert (corrects[3], silent[3]) == ("退回", "未报")
    assert (corrects[10], silent[10]) == ("", "")
    assert "请催促改正" in corrects[12]
    assert silent[12] == "「西山乡（102）」没有可以接收的上报表。请催报。"
