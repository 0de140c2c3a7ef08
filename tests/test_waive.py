"""Waivers: what may be accepted, for which figures, how it is undone, and where it is told."""

from __future__ import annotations

import re
import sqlite3
from typing import TYPE_CHECKING, Any

import openpyxl
import pytest

from build import reworked
from nianbao.complaints import CATALOGUE, NEVER_WAIVED, Severity
from nianbao.definition.sheet_names import FINDINGS, RETURNED, SOURCES
from nianbao.layout.places import Place
from nianbao.ledger.book import Book
from nianbao.ledger.decisions import waive as record_waiver
from nianbao.returned.waivers import Waiver
from nianbao.titles import code_title
from nianbao.workbook.patching import patch
from office import MAIN, Ran, make_round, run, run_apart, send_back

if TYPE_CHECKING:
    from pathlib import Path

    from nianbao.layout.formulas import Shown
    from nianbao.rounds.rounds import Round

NEW = "t3.new.natural"
BALANCE = [NEW, "t3.carried_in.natural", "t3.handled.natural", "t3.carried_out.natural"]
WHY = "两件并案办理，已核实"


@pytest.fixture
def here(tmp_path: Path) -> Round:
    """A round with all returns; the town's is out of balance by one."""
    here = make_round(tmp_path / "round")
    send_back(here, "101", "102", "103")
    change(here, {NEW: 13})
    return here


def change(here: Round, values: dict[str, Shown]) -> None:
    """Figures changed in the town's return."""
    path = here.returned / "101.xlsx"
    places = here.layout.places
    path.write_bytes(patch(path.read_bytes(), {places[key]: value for key, value in values.items()}))


def waive(here: Round, *words: str, unit: str = "101", code: str = "balance") -> Ran:
    """The command."""
    return run("waive", unit, code, "-C", here.folder, *words)


def waived_balance(here: Round, why: str = WHY) -> Ran:
    """The town's balance waived."""
    return waive(here, "--cell", NEW, "--why", why)


def found(here: Round) -> tuple[str, dict[str, Any]]:
    """The status of the town's file, and its first finding."""
    files = run("check", "-C", here.folder, "--json").document["files"]
    (file,) = [one for one in files if one["unit"]["code"] == "101"]
    return file["status"], file["findings"][0]


def decisions(here: Round) -> list[Any]:
    """What the ledger has of them."""
    with sqlite3.connect(here.ledger_path) as base:
        return base.execute("SELECT kind, unit, undone, why FROM decision ORDER BY id").fetchall()


def test_a_waived_error_blocks_no_longer(here: Round) -> None:
    """The return is accepted and merged, and the finding says why."""
    assert found(here)[0] == "rejected"
    assert run("merge", "-C", here.folder).status == 1
    assert waived_balance(here).status == 0
    status, finding = found(here)
    assert (status, finding["code"], finding["waived"]) == ("explained", "balance", WHY)
    assert run("check", "-C", here.folder).status == 0
    merged = run("merge", "-C", here.folder, "--json")
    assert (merged.status, merged.document["county"]["units"]) == (0, 3)
    assert merged.document["county"]["totals"][NEW] == 12 + 12 + 13


def test_the_county_workbook_tells_what_the_office_decided(here: Round) -> None:
    """来源 has waiver and pick with unit, day and reason, 审核问题 the reason; what was undone is not told."""

    def merged() -> tuple[bytes, list[list[Any]]]:
        assert run("merge", "-C", here.folder).status == 0
        book = openpyxl.load_workbook(here.county_path)
        lines: list[list[Any]] = [list(line)[:5] for line in book[SOURCES].iter_rows(values_only=True)]
        assert WHY in {cell for line in book[FINDINGS].values for cell in line}
        heads = [number for number, line in enumerate(lines) if line[2] == "汇总单位的决定"]
        return here.county_path.read_bytes(), lines[heads[0] + 1 :] if heads else []

    waived_balance(here)
    assert run("pick", "102", "102.xlsx", "-C", here.folder).status == 0
    first, told = merged()
    (waiver, pick) = told
    cells = "、".join(sorted(BALANCE))
    assert waiver[:2] + waiver[4:] == ["101", "东河镇", WHY]
    assert waiver[2] in {
        f"核准放行：{code_title('balance')} [balance] {c}" for c in (cells, "、".join(BALANCE))
    }
    assert re.fullmatch(r"\d{4}-\d\d-\d\d", str(waiver[3]))
    assert pick[:1] + pick[2:3] == ["102", "指定以 returned/102.xlsx 为准"]
    assert str(pick[4]).startswith("SHA-256 ")
    assert merged()[0] == first
    assert run("pick", "102", "--undo", "-C", here.folder).status == 0
    assert [line[0] for line in merged()[1]] == ["101"]


def test_whatever_else_is_wrong_still_blocks(here: Round) -> None:
    """A waiver is for one finding."""
    waived_balance(here)
    change(here, {"t2.norms.issued": "3件"})
    assert found(here)[0] == "rejected"


def test_a_waiver_lapses_with_its_figures(here: Round) -> None:
    """The finding says what was waived, for which figure, and which stands now; with the old figure it holds again."""
    waived_balance(here)
    change(here, {NEW: 14})
    status, finding = found(here)
    assert (status, finding["waived"]) == ("rejected", None)
    assert WHY in finding["message"]
    assert "D6 13 → 14" in finding["message"]
    assert "失效" in finding["message"]
    english = run("--lang", "en", "check", "-C", here.folder).out.replace("\n", " ")
    assert "lapsed" in english
    change(here, {NEW: 13})
    assert found(here)[0] == "explained"


def test_a_waiver_of_a_cell_that_was_empty(here: Round) -> None:
    """What is empty is said so in the reader's language, and every figure that changed is named."""
    run("check", "-C", here.folder)
    stood = {**dict.fromkeys(BALANCE, "0"), NEW: ""}
    with Book(here.ledger_path) as book:
        record_waiver(book, "101", Waiver("balance", stood, "", "", WHY))
    assert "D6 空 → 13；" in found(here)[1]["message"]
    english = run("--lang", "en", "check", "-C", here.folder).out
    assert "D6 empty → 13; " in " ".join(english.split())


def test_other_figures_may_change(here: Round) -> None:
    """It rests on the cells of its finding only."""
    waived_balance(here)
    change(here, {"t3.new.legal": 1, "t3.granted.legal": 1, "text.overview": "一段文字"})
    assert found(here)[1]["waived"] == WHY


def test_a_lapsed_waiver_is_renewed(here: Round) -> None:
    """By waiving again: the later one counts, both stay recorded."""
    waived_balance(here)
    change(here, {NEW: 14})
    assert waived_balance(here, "三件").status == 0
    assert found(here)[1]["waived"] == "三件"
    assert [row[3] for row in decisions(here)] == [WHY, "三件"]


def test_a_waiver_is_undone(here: Round) -> None:
    """It blocks again; nothing is taken out of the ledger."""
    waived_balance(here)
    assert waive(here, "--undo").status == 0
    assert found(here)[0] == "rejected"
    assert decisions(here) == [("waiver", "101", 0, WHY), ("waiver", "101", 1, WHY)]
    again = waive(here, "--undo")
    assert again.status == 2
    assert "没有这样的核准" in again.err
    assert waived_balance(here).status == 0
    assert found(here)[0] == "explained"


def test_a_waiver_is_undone_when_its_finding_is_gone(here: Round) -> None:
    """Named by its cell."""
    waived_balance(here)
    change(here, {NEW: 12})
    assert waive(here, "--cell", NEW, "--undo").status == 0


def test_waiving_again_changes_nothing(here: Round) -> None:
    """Nothing is recorded, and it says so; neither does checking record it anew."""
    waived_balance(here)
    found(here)
    before = here.ledger_path.read_bytes()
    again = waived_balance(here)
    assert again.status == 0
    assert "以前已经核准" in again.out
    found(here)
    assert here.ledger_path.read_bytes() == before


@pytest.mark.parametrize(
    ("unit", "code", "words", "said"),
    [
        ("109", "balance", ["--why", "x"], "名录里没有「109」"),
        ("101", "balanec", ["--why", "x"], "balance"),
        ("101", "balance", ["--why", "x", "--cell", "t3.new.naturel"], NEW),
        ("101", "balance", ["--why", "x", "--cell", "t3.new.legal"], "没有「balance」这个问题；有的是"),
        ("101", "balance", ["--why", "x"], "--cell"),
        ("101", "balance", ["--cell", NEW], "--why"),
        ("101", "balance", ["--cell", NEW, "--why", "　 "], "--why"),
        ("101", "balance", ["--cell", NEW, "--why", "长" * 501], "500"),
        (
            "101",
            "in-force-too-low",
            ["--why", "x"],
            "现在没有「in-force-too-low」这个问题；能核准的有：balance",
        ),
        ("102", "balance", ["--why", "x"], "现在没有「balance」这个问题"),
        ("101", "read-as-number", ["--why", "x"], "只是提示"),
        ("101", "blank", ["--why", "x"], "不能核准"),
        ("101", "balance", ["--undo"], "没有这样的核准"),
    ],
)
def test_what_cannot_be_waived_is_said(
    here: Round, unit: str, code: str, words: list[str], said: str
) -> None:
    """With status 2, and nothing is recorded."""
    ran = waive(here, *words, unit=unit, code=code)
    assert ran.status == 2
    assert said in ran.err
    assert not here.ledger_path.exists() or decisions(here) == []


def test_nothing_came_nothing_is_waived(tmp_path: Path) -> None:
    """A unit without a return."""
    here = make_round(tmp_path / "round")
    ran = waived_balance(here)
    assert (ran.status, "还没有报来的表" in ran.err) == (2, True)


@pytest.mark.parametrize("code", sorted(NEVER_WAIVED))
def test_what_was_not_read_is_never_waived(here: Round, code: str) -> None:
    """Nor a cell without a figure: they are errors of the catalogue, refused by name."""
    assert CATALOGUE[code].severity is Severity.ERROR
    ran = waive(here, "--why", "x", code=code)
    assert (ran.status, "不能核准" in ran.err) == (2, True)


def test_the_errors_that_may_be_waived(here: Round) -> None:
    """Those of figures that were read; a new code is put on one side or the other."""
    errors = {code for code, entry in CATALOGUE.items() if entry.severity is Severity.ERROR}
    of_rules = {rule.code for rule in here.layout.form.rules}
    waivable = errors - NEVER_WAIVED
    assert {"balance", "no-rulemaking-power", "in-force-too-low", "total-differs"} <= waivable
    assert of_rules.isdisjoint(NEVER_WAIVED)
    assert waivable <= of_rules | {"total-differs", "text-missing", "carry-over"}


def test_some_of_many_cells_are_waived(here: Round) -> None:
    """The same complaint in several cells is one finding; those waived stand apart, the others still block."""
    change(here, {NEW: 12, "t4.review.total": 5, "t4.suit_direct.total": 5})
    status, finding = found(here)
    assert (status, finding["code"]) == ("rejected", "total-differs")
    waive(here, "--cell", "t4.review.total", "--why", WHY, code="total-differs")
    (file,) = [
        one
        for one in run("check", "-C", here.folder, "--json").document["files"]
        if one["path"].endswith("101.xlsx")
    ]
    told = {tuple(one["ids"]): one["waived"] for one in file["findings"]}
    assert told == {("t4.review.total",): WHY, ("t4.suit_direct.total",): None}
    ran = waive(
        here,
        "--cell",
        "t4.review.total",
        "--cell",
        "t4.suit_direct.total",
        "--why",
        WHY,
        code="total-differs",
    )
    assert ran.status == 0
    assert found(here)[0] == "explained"


def test_a_label_is_named_by_its_address(here: Round) -> None:
    """A cell without an id: as the report shows it; a warning may be waived, too."""
    path = here.returned / "101.xlsx"
    path.write_bytes(patch(path.read_bytes(), {Place("三、依申请公开", 7, 1): "（一）全部公开"}))
    change(here, {NEW: 12})
    assert waive(here, "--why", WHY, code="label-changed").status == 0
    assert found(here)[1]["waived"] == WHY
    assert waive(here, "--cell", "b8", "--undo", code="label-changed").status == 0
    assert waive(here, "--cell", "B8", "--why", WHY, code="label-changed").status == 0
    assert waive(here, "--cell", "B9", "--why", WHY, code="label-changed").status == 2


def test_a_waiver_of_what_stands_elsewhere_holds_for_just_that(here: Round) -> None:
    """Two notes beside the table were accepted; with other words in the second one, which no message shows, no more."""
    path = here.returned / "101.xlsx"
    change(here, {NEW: 12})
    right = path.read_bytes()

    def noted(second: str) -> None:
        def change(book: openpyxl.Workbook) -> None:
            book["三、依申请公开"]["L6"], book["三、依申请公开"]["L7"] = "待核", second

        path.write_bytes(reworked(right, change))

    noted("3 件")
    assert waive(here, "--cell", "L6", "--cell", "L7", "--why", WHY, code="stray-content").status == 0
    assert found(here)[1]["waived"] == WHY
    noted("30 件")
    assert found(here)[1]["waived"] is None
    assert "L7 3 件 → 30 件" in found(here)[1]["message"]


def test_a_unit_is_named_by_name_too(here: Round) -> None:
    """As the roster has it."""
    assert waive(here, "--cell", NEW, "--why", WHY, unit="东河镇").status == 0
    assert found(here)[0] == "explained"


def test_the_reports_tell_it(here: Round, tmp_path: Path) -> None:
    """Lines in both languages, list and status."""
    waived_balance(here)
    assert f"核准放行：{WHY}" in run("check", "-C", here.folder).out.replace("\n", "").replace(" ", "")
    english = " ".join(run("--lang", "en", "check", "-C", here.folder).out.split())
    assert "1 of these are waived or explained; still to be dealt with: 0 errors, 0 warnings" in english
    book = tmp_path / "list.xlsx"
    run("check", "-C", here.folder, "--xlsx", book)
    assert any(WHY in row for row in openpyxl.load_workbook(book).worksheets[0].iter_rows(values_only=True))
    assert "错误 1、已核准或说明 1" in run("status", "-C", here.folder).out
    units = run("status", "-C", here.folder, "--json").document["units"]
    assert [(one["code"], one["status"]) for one in units] == [
        ("101", "explained"),
        ("102", "accepted"),
        ("103", "accepted"),
    ]
    assert units[0]["waived"] == [{"code": "balance", "ids": BALANCE, "waived": WHY}]
    assert "waived" not in units[1]


def test_people_read_words_and_addresses(here: Round) -> None:
    """Of a waiver, of several cells, and in the log: the code in words, cells as the sheet has them."""
    asked = waive(here, "--why", WHY)
    assert "D6（t3.new.natural）" in asked.err
    ran = waive(here, "--cell", "D6", "--why", WHY)
    assert "数量不平衡 [balance]　三、依申请公开 D6、三、依申请公开 D7" in ran.out
    assert "核准「东河镇」的 数量不平衡 [balance]" in run("log", "101", "-C", here.folder).out


def test_the_county_workbook_tells_why_it_does_not_balance(here: Round) -> None:
    """收表情况 and 审核问题 quote the waiver, and the rule that the totals break names the unit and the reason."""
    waived_balance(here)
    assert run("merge", "-C", here.folder).status == 0
    book = openpyxl.load_workbook(here.county_path)
    (row,) = [row for row in book[RETURNED].iter_rows(min_row=5, values_only=True) if row[0] == "101"]
    assert row[-1] == f"数量不平衡（核准放行）：{WHY}"
    rows = [row for row in book["审核问题"].iter_rows(min_row=5, values_only=True) if row[0]]
    assert any(row[0] == "101" and WHY in row for row in rows)
    (total,) = [row for row in rows if row[0] == "—" and any("自然人" in str(cell) for cell in row)]
    assert any(f"东河镇（101）：{WHY}" in str(cell) for cell in total)


def test_cut_short_nothing_is_half_done(here: Round) -> None:
    """Ended before the record is whole: nothing stands; ended after it: it stands, and the command may be run again."""
    found(here)
    dies = "import os; from nianbao.ledger import book; "
    before = dies + "book.Writer.add = lambda *_, **__: os._exit(9); " + MAIN
    after = dies + "from nianbao.cli import waive; waive._tell = lambda *_: os._exit(9); " + MAIN
    words: list[str | Path] = ["waive", "101", "balance", "-C", here.folder, "--cell", NEW, "--why", WHY]
    assert run_apart(before, *words).status == 9
    assert decisions(here) == []
    assert run_apart(after, *words).status == 9
    assert decisions(here) == [("waiver", "101", 0, WHY)]
    assert waived_balance(here).status == 0
    assert len(decisions(here)) == 1
    assert found(here)[0] == "explained"


def test_a_ledger_that_cannot_be_written_is_said(here: Round) -> None:
    """Status 2, before anything is looked at."""
    here.ledger_path.write_bytes(b"x" * 100)
    ran = waived_balance(here)
    assert ran.status == 2
    assert "台账" in ran.err


def test_outside_a_round_there_are_no_waivers(here: Round, tmp_path: Path) -> None:
    """A copy elsewhere is judged by what it says."""
    waived_balance(here)
    copy = tmp_path / "copy.xlsx"
    copy.write_bytes((here.returned / "101.xlsx").read_bytes())
    (file,) = run("check", copy, "--json").document["files"]
    assert file["status"] == "rejected"
    (file,) = run("check", copy, "-C", here.folder, "--json").document["files"]
    assert file["status"] == "explained"
