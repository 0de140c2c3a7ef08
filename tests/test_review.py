from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from io import BytesIO
from typing import TYPE_CHECKING
from zipfile import ZipFile

import pytest

from build import TIME, UNITS, at, complaints, expectation, filled, judged, right_words, sent_by
from conftest import FIGURES, KEY, figures, make_identity
from nianbao.gathering.found import Found, Trouble
from nianbao.gathering.gather import gather
from nianbao.kinds import UnitKind
from nianbao.layout.shelf import find_form
from nianbao.messages import say
from nianbao.opening.grid import Limits
from nianbao.opening.workbooks import LIMITS
from nianbao.returned.parts import Reading
from nianbao.returned.review import Review, missing_return, review
from nianbao.workbook.blank import BlankWriter
from nianbao.workbook.fill import fill

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from nianbao.layout.places import Layout
    from nianbao.roster.units import Unit

ORGANISATIONS = ("business", "research", "charity", "legal", "other_org")
FAULTS = {
    "district-h-2023": [
        ("total-differs", ["t4.review.total"]),
        ("total-differs", ["t4.suit_after_review.total"]),
    ],
    "bureau-f-2023": [("blank", [f"t3.{row}.{who}" for row in ("new", "granted") for who in ORGANISATIONS])],
}


def file(path: str, data: bytes, *, days: int = 0) -> Found:
    """A file that came in so many days after the first."""
    when = TIME + timedelta(days=days)
    return Found(path, path, len(data), int(when.timestamp()) * 10**9, data=data)


def reviewed(layout: Layout, files: Iterable[Found | Trouble], units: Iterable[Unit] = UNITS) -> Review:
    """The files reviewed in the tests' round; the same twice."""
    files = list(files)
    first, again = (
        review(files, Reading(expectation(layout, units), LIMITS), complete=True) for _ in range(2)
    )
    assert first == again
    return first


def codes(result: Review) -> dict[str, list[str]]:
    """The codes found in each file."""
    return {checked.path: [finding.code for finding in checked.findings] for checked in result.files}


@pytest.mark.parametrize("name", FIGURES)
def test_real_figures_have_exactly_their_faults(name: str) -> None:
    """Published reports, typed into a blank as they are: values, fill, check."""
    report = figures(name)
    layout = find_form(report["edition"])
    identity = make_identity(layout, kind=UnitKind(report["kind"]), year=report["year"])
    blank = BlankWriter(layout).write(identity)
    checked = judged(
        fill(blank, report["values"] | right_words(layout), find_layout=lambda _: layout, as_given=True)
    )
    if report["edition"] == "2019":
        assert {finding.code for finding in checked.findings} == {"not-a-number", "blank"}
        return
    assert [(f.code, list(f.ids)) for f in checked.findings] == FAULTS.get(name, [])


def test_one_bad_file_never_stops_the_others(layout: Layout) -> None:
    """What cannot be read is a finding of its own; whoever has no acceptable file is missing."""
    good = filled(layout)
    progress: list[int] = []
    files: list[Found | Trouble] = [
        file("1 empty.xlsx", b""),
        file("2 text.xlsx", "年报".encode()),
        file("3 cut.xlsx", good[: len(good) // 2]),
        Trouble("4 closed.xlsx", "unreadable", say("没有读取权限。")),
        replace(file("5 grown.xlsx", good), size=10),
        file("6 good.xlsx", good),
    ]
    result = review(files, Reading(expectation(layout), LIMITS), complete=True, on_file=progress.append)
    assert [list(found) for found in codes(result).values()] == [["unreadable"]] * 5 + [[]]
    assert progress == [1, 2, 3, 4, 5, 6]
    assert [unit.code for unit in result.missing] == ["201", "300", "400"]
    assert result.files[3].findings[0].message.text() == "没有读取权限。"
    assert list(result.counted) == ["101"]


def test_file_over_the_limits_is_too_large(layout: Layout) -> None:
    """The code of the reader's refusal is the finding's."""
    result = review([file("a.xlsx", filled(layout))], Reading(None, Limits(inflated=1000)))
    assert codes(result) == {"a.xlsx": ["too-large"]}


def test_encrypted_file_is_told_so() -> None:
    """From an archive as from a workbook."""
    result = review([Trouble("a.zip/b.xlsx", "encrypted", say("设有密码。"))], Reading(None, LIMITS))
    assert codes(result) == {"a.zip/b.xlsx": ["encrypted"]}


def test_missing_units_are_listed_only_when_asked(layout: Layout) -> None:
    """In roster order, each with a finding to show."""
    result = review([], Reading(expectation(layout), LIMITS))
    assert result.missing == ()
    missing = reviewed(layout, []).missing
    assert missing == UNITS
    finding = missing_return(missing[0], rejected=False)
    assert (finding.code, finding.blocks) == ("missing-return", True)
    assert "东河镇" in finding.message.text()


def test_name_in_the_roster_wins(layout: Layout) -> None:
    """A unit renamed after the blanks went out."""
    renamed = replace(UNITS[0], name="东河新镇")
    result = reviewed(layout, [file("a.xlsx", filled(layout))], [renamed])
    assert (result.files[0].unit_code, result.files[0].unit_name) == ("101", "东河新镇")


def test_identical_files_count_once(layout: Layout) -> None:
    """The first by path counts, the other says so."""
    data = filled(layout)
    result = reviewed(layout, [file("b.xlsx", data), file("a/c.xlsx", data, days=1)])
    assert codes(result) == {"a/c.xlsx": [], "b.xlsx": ["duplicate-return"]}
    assert result.counted["101"].path == "a/c.xlsx"
    assert "「a/c.xlsx」" in result.files[1].findings[0].message.text()
    assert "内容相同" in result.files[1].findings[0].message.text()
    assert result.files[1].status == "accepted"


def test_newest_acceptable_file_counts(layout: Layout) -> None:
    """A newer one with faults does not; every other file is told which one does."""
    newest = filled(layout, {"t3.new.legal": "3件"})
    middle = filled(layout, {"t2.licences.decisions": 5})
    files = [
        file("a.xlsx", filled(layout)),
        file("b.xlsx", middle, days=1),
        file("c.xlsx", newest, days=2),
        file("d.xlsx", middle, days=3),
    ]
    result = reviewed(layout, files)
    assert codes(result) == {
        "a.xlsx": ["duplicate-return"],
        "b.xlsx": [],
        "c.xlsx": ["duplicate-return", "not-a-number"],
        "d.xlsx": ["duplicate-return"],
    }
    assert result.counted["101"] is result.files[1]
    assert result.counted["101"].values["t2.licences.decisions"] == 5
    details = [one.findings[0].message.text() for one in result.files if one.path != "b.xlsx"]
    assert ["更新" in details[0], "必须改正" in details[1], "内容相同" in details[2]] == [True] * 3


def test_of_rejected_files_the_newest_stands_for_the_unit(layout: Layout) -> None:
    """The others name it and keep their own findings; none of them counts."""
    bad = filled(layout, {"t3.new.legal": "3件"})
    other = filled(layout, {"t3.new.legal": None})
    files = [file("a.xlsx", bad), file("b.xlsx", other, days=1), file("c.xlsx", bad), file("d.xlsx", other)]
    result = reviewed(layout, files)
    assert codes(result) == {
        "a.xlsx": ["duplicate-return", "not-a-number"],
        "b.xlsx": ["blank"],
        "c.xlsx": ["duplicate-return", "not-a-number"],
        "d.xlsx": ["duplicate-return", "blank"],
    }
    notices = [one.findings[0].message.text() for one in result.files if one.path != "b.xlsx"]
    assert all("「b.xlsx」" in notice for notice in notices)
    assert ["更新" in notices[0], "更新" in notices[1], "内容相同" in notices[2]] == [True] * 3
    assert [one.status for one in result.files] == ["rejected"] * 4
    assert result.counted == {}
    assert UNITS[0] in result.missing


def test_a_newer_file_without_figures_does_not_stand_for_the_unit(layout: Layout) -> None:
    """Last year's file sent by mistake: there is nothing in it to correct."""
    last = sent_by(layout, make_identity(layout, year=2024))
    files = [file("a.xlsx", filled(layout, {"t3.new.legal": "3件"})), file("b.xlsx", last, days=1)]
    result = reviewed(layout, files)
    assert codes(result) == {"a.xlsx": ["not-a-number"], "b.xlsx": ["wrong-year", "duplicate-return"]}
    assert "没有读到数" in result.files[1].findings[1].message.text()


def test_files_of_two_years_do_not_compete_outside_a_round(layout: Layout) -> None:
    """In a round the one of another year is rejected, and another counts."""
    last = sent_by(layout, make_identity(layout, year=2024))
    files = [file("2024.xlsx", last), file("2025.xlsx", filled(layout))]
    outside = review(files, Reading(None, LIMITS))
    assert codes(outside) == {"2024.xlsx": [], "2025.xlsx": []}
    assert codes(reviewed(layout, files)) == {
        "2024.xlsx": ["wrong-year", "duplicate-return"],
        "2025.xlsx": [],
    }


def test_given_form_is_expected_outside_a_round(layout: Layout, safety: Layout) -> None:
    """A form that does not ship is judged by its definition."""
    ours = file("safety.xlsx", sent_by(safety, make_identity(safety, part="3")))
    assert codes(review([ours], Reading(None, LIMITS))) == {"safety.xlsx": ["not-our-form"]}
    assert codes(review([ours], Reading(None, LIMITS, safety))) == {"safety.xlsx": []}
    assert codes(review([ours], Reading(None, LIMITS, layout))) == {"safety.xlsx": ["not-our-form"]}


def test_folder_with_an_archive_is_reviewed_whole(layout: Layout, tmp_path: Path) -> None:
    """Findings come with the path in the archive, and name the cell."""
    archive = BytesIO()
    with ZipFile(archive, "w") as target:
        target.writestr("内/东河镇.xlsx", filled(layout, {"t3.new.legal": "3件"}))
    (tmp_path / "微信.zip").write_bytes(archive.getvalue())
    (tmp_path / "~$x.xlsx").write_bytes(b"lock")
    result = review(gather([tmp_path], limits=LIMITS), Reading(expectation(layout), LIMITS))
    assert [checked.path.removeprefix(tmp_path.as_posix()) for checked in result.files] == [
        "/微信.zip/内/东河镇.xlsx"
    ]
    assert complaints(result.files[0]) == [at(layout, "not-a-number", "t3.new.legal")]


def test_files_that_show_the_same_path_stay_apart(layout: Layout) -> None:
    """Two units' files under one shown path: each counts for its own unit."""
    one = file("a.xlsx", filled(layout))
    bureau = replace(make_identity(layout, kind=UnitKind.BUREAU), unit_code="201", unit_name="县财政局")
    other = file("a.xlsx", sent_by(layout, bureau.signed(KEY)))
    result = reviewed(layout, [one, other], UNITS)
    assert {code: checked.unit_code for code, checked in result.counted.items()} == {
        "101": "101",
        "201": "201",
    }
    assert len({checked.path for checked in result.files}) == 2
