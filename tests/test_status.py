"""`nianbao status`: how far every unit has come, on the screen, for scripts and as a list for the wall."""

from __future__ import annotations

import hashlib
from datetime import date
from io import BytesIO
from typing import TYPE_CHECKING, Any

import openpyxl
import pytest

from nianbao.ledger.book import Book
from nianbao.ledger.letters import Enclosure, Letter, take_in
from nianbao.ledger.messages import Event, Message, attempt, compose, record
from nianbao.rounds.following import days_left, deadline_words
from nianbao.rounds.rounds import open_round
from nianbao.rounds.settings import SETTINGS_FILE
from office import make_round, run, send_back

if TYPE_CHECKING:
    from pathlib import Path

    from nianbao.rounds.rounds import Round


def mailed(here: Round, unit: str, kind: str, *steps: Event, detail: str = "") -> None:
    """A message to the unit that took these steps after it was composed."""
    with Book(here.ledger_path) as book:
        name = f"<{unit}.{kind}.{len(steps)}@example.org>"
        message = Message(name, unit, kind, f"{unit}@example.org", "表", digest=name)
        number = compose(book, message, name.encode())
        for step in steps:
            if step is Event.ATTEMPT:
                assert attempt(book, number)
            else:
                record(book, number, step, detail if step is steps[-1] else "")


@pytest.fixture
def here(tmp_path: Path) -> Round:
    """A round of three units: one return came by mail, one was put into the folder, one is missing."""
    here = make_round(tmp_path / "r")
    send_back(here, "101", "102")
    mailed(here, "101", "blank", Event.ATTEMPT, Event.ACCEPTED)
    mailed(here, "102", "blank", Event.ATTEMPT, Event.ACCEPTED, Event.BOUNCED, detail="550 用户不存在")
    mailed(here, "103", "blank", Event.ATTEMPT)
    mailed(here, "103", "reminder", Event.ATTEMPT, Event.ACCEPTED)
    sha256 = hashlib.sha256((here.returned / "101.xlsx").read_bytes()).hexdigest()
    with Book(here.ledger_path) as book:
        letter = Letter("imap:office@example.org/INBOX/7/1", sender="clerk@example.org", subject="回复：表")
        assert take_in(book, letter, b"a letter", [Enclosure("a.xlsx", sha256, "taken")])
    return here


def resaved(data: bytes) -> bytes:
    """The workbook as another program saves it: the same return, other bytes."""
    out = BytesIO()
    openpyxl.load_workbook(BytesIO(data)).save(out)
    return out.getvalue()


def unit(document: Any, code: str) -> Any:
    """The entry of a unit."""
    return next(entry for entry in document["units"] if entry["code"] == code)


def test_every_unit_is_followed_from_its_blank_to_the_merge(here: Round) -> None:
    """Sent, bounced, reminded, returned when and how, accepted, merged: each where it was done, and nowhere else."""
    assert run("merge", "--partial", "-C", here.folder).status == 1
    document = run("status", "--json", "-C", here.folder).document
    first, second, third = (unit(document, code) for code in ("101", "102", "103"))
    assert [one["status"] for one in (first, second, third)] == ["accepted", "accepted", "missing"]
    assert [one["mail"]["blank"]["state"] for one in (first, second, third)] == [
        "accepted",
        "bounced",
        "attempt",
    ]
    assert (first["mail"]["bounced"], second["mail"]["bounced"]["detail"]) == (None, "550 用户不存在")
    assert [len(one["mail"]["reminded"]) for one in (first, second, third)] == [0, 0, 1]
    assert (first["returned"]["how"], first["returned"]["sender"]) == ("mail", "clerk@example.org")
    assert (second["returned"]["how"], second["returned"]["sender"]) == ("folder", None)
    assert third["returned"] is None
    assert [bool(one["merged"]) for one in (first, second, third)] == [True, True, False]


def test_a_return_that_came_after_the_merge_is_not_merged(here: Round) -> None:
    """Merged is the file that counted, not the unit."""
    run("merge", "--partial", "-C", here.folder)
    path = here.returned / "101.xlsx"
    path.write_bytes(resaved(path.read_bytes()))
    document = run("status", "--json", "-C", here.folder).document
    assert [unit(document, code)["merged"] is None for code in ("101", "102")] == [True, False]


def test_the_screen_says_what_became_of_the_mail(here: Round) -> None:
    """What came back and what is uncertain in a sentence of its own, with the address."""
    text = run("status", "-C", here.folder).out
    assert "退信：西山街道（102@example.org）550 用户不存在" in text
    assert "不确定是否发到：县政府办（103@example.org）" in text
    assert "东河镇（101@example.org）" not in text


def test_a_round_without_mail_has_no_columns_for_it(tmp_path: Path) -> None:
    """Nor is its mail anything but null."""
    here = make_round(tmp_path / "r")
    ran = run("status", "-C", here.folder)
    assert "催报" not in ran.out.splitlines()[0]
    assert {entry["mail"] for entry in run("status", "--json", "-C", here.folder).document["units"]} == {None}
    assert not here.ledger_path.exists()


@pytest.mark.parametrize(
    ("today", "left", "words"),
    [
        (date(2026, 1, 15), 5, "还有 5 天"),
        (date(2026, 1, 20), 0, "今天（2026-01-20）报送截止"),
        (date(2026, 1, 22), -2, "已过 2 天"),
    ],
)
def test_days_to_the_deadline(today: date, left: int, words: str) -> None:
    """Before it, on it and after it."""
    deadline = date(2026, 1, 20)
    assert days_left(deadline, today=today) == left
    assert words in deadline_words(deadline, left).text()


def test_the_deadline_of_the_settings_is_told(here: Round) -> None:
    """On the screen and in the document; without one, null."""
    assert run("status", "--json", "-C", here.folder).document["round"]["days_left"] is None
    path = here.folder / SETTINGS_FILE
    path.write_text(path.read_text("utf-8") + "\n[mail]\ndeadline = 2026-01-20\n", "utf-8")
    assert open_round(here.folder).settings.mail.deadline == date(2026, 1, 20)
    assert "报送截止（2026-01-20）" in run("status", "-C", here.folder).out
    told = run("status", "--json", "-C", here.folder).document["round"]
    assert (told["deadline"], isinstance(told["days_left"], int)) == ("2026-01-20", True)


def test_the_list_for_the_wall_has_a_row_for_every_unit(here: Round, tmp_path: Path) -> None:
    """With the title, the sums and the headings above; again, the same bytes; no cell is a formula."""
    path = tmp_path / "wall.xlsx"
    ran = run("status", "--xlsx", path, "-C", here.folder)
    assert "报送情况表" in ran.err
    sheet = openpyxl.load_workbook(path).worksheets[0]
    rows = [[cell.value for cell in row] for row in sheet.iter_rows()]
    assert rows[0][0] == "示例县政府信息公开工作年度报告2025年报送情况"
    assert "未报 1" in str(rows[1][0])
    assert [row[0] for row in rows[3:]] == ["101", "102", "103"]
    assert "550 用户不存在" in str(rows[4])
    assert {cell.data_type for row in sheet.iter_rows() for cell in row} <= {"s", "n"}
    first = path.read_bytes()
    run("status", "--xlsx", path, "-C", here.folder)
    assert path.read_bytes() == first


def test_the_list_is_not_written_over_a_return(here: Round) -> None:
    """Status 2, and the file stays."""
    there = next(here.returned.glob("*.xlsx"))
    before = there.read_bytes()
    assert run("status", "--xlsx", there, "-C", here.folder).status == 2
    assert there.read_bytes() == before


def test_the_log_tells_of_mail(here: Round) -> None:
    """Of one unit: its messages step by step, and the letter that brought its file."""
    run("check", "-C", here.folder)
    text = run("log", "西山街道", "-C", here.folder).out
    assert "给「西山街道」（102@example.org）的空白表已发出。" in text
    assert "给「西山街道」（102@example.org）的空白表退了回来：550 用户不存在" in text
    assert "回复：表" not in text
    assert "收到 clerk@example.org 的邮件「回复：表」。" in run("log", "东河镇", "-C", here.folder).out
    events = run("log", "103", "--json", "-C", here.folder).document["events"]
    steps = [(event["kind"], event["step"]) for event in events if event["what"] == "mailed"]
    assert steps == [
        ("blank", "composed"), ("blank", "attempt"),
        ("reminder", "composed"), ("reminder", "attempt"), ("reminder", "accepted"),
    ]  # fmt: skip
