"""Saved letters and loose workbooks collected into a round: matched, kept, told, never twice and never lost."""

from __future__ import annotations

import errno
import io
import os
import shutil
from contextlib import suppress
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any
from unittest.mock import patch

import openpyxl
import pytest

from awkward_letters import NAME, SHAPES, another, attached, forwarded, letter, mixed, part, word, zipped
from nianbao.ledger.book import Book
from nianbao.ledger.faults import Fault, LedgerError
from nianbao.ledger.letters import letters
from nianbao.ledger.messages import Event, Message, attempt, compose, record, sent
from nianbao.mail import collecting
from nianbao.mail.naming import place_for, safe_name
from nianbao.rounds.rounds import Round, open_round
from office import make_round, right_return, run

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

ROSTER = """代码,名称,类型,邮箱
101,东河镇,乡镇,dhz@example.cn
102,西山街道,街道,xsj@example.cn
103,县政府办,本级机关,
"""
OURS = "<1.101@example.gov.cn>"


@pytest.fixture
def here(tmp_path: Path) -> Round:
    """A round whose units have addresses."""
    made = make_round(tmp_path / "r")
    (made.folder / "units.csv").write_text(ROSTER, encoding="utf-8")
    return open_round(made.folder)


@pytest.fixture
def box(tmp_path: Path) -> Path:
    """A folder of saved letters."""
    folder = tmp_path / "box"
    folder.mkdir()
    return folder


def returned(here: Round) -> list[str]:
    """What stands in `returned/`."""
    return sorted(
        path.relative_to(here.returned).as_posix() for path in here.returned.rglob("*") if path.is_file()
    )


def told(here: Round, box: Path) -> Any:
    """What collecting the folder gives."""
    return run("collect", "-C", here.folder, "--json", box).document


def write(box: Path, *saved: bytes) -> None:
    """The letters as files, each with a Message-ID of its own."""
    for number, data in enumerate(saved):
        (box / f"{number:02}.eml").write_bytes(f"Message-ID: <{number}@x>\r\n".encode() + data)


def test_every_shape_is_taken_in_once(here: Round, box: Path) -> None:
    """Each letter's workbooks are in `returned/`, whole; a second run finds nothing new and changes nothing."""
    book = right_return(here, "101")
    write(box, *(shape.make(book, NAME) for shape in SHAPES.values()))
    first = run("collect", "-C", here.folder, box)
    there = returned(here)
    found = {path.read_bytes() for path in here.returned.rglob("*") if path.is_file()}
    assert first.status == 1
    assert found == {book, another(book)}
    assert all(name.startswith("101/2026-01-13_093000_") for name in there)
    again = run("collect", "-C", here.folder, box)
    assert (again.status, again.out, returned(here)) == (0, "没有新来信。\n", there)


def test_a_workbook_goes_by_what_it_carries(here: Round, box: Path) -> None:
    """Neither sender nor name decides; a sender who is not the unit's is told."""
    data = mixed(attached(right_return(here, "102"), word("东河镇.xlsx", "gbk")), sender="someone@qq.com")
    write(box, data)
    ran = run("collect", "-C", here.folder, box)
    assert returned(here) == ["102/2026-01-13_093000_东河镇.xlsx"]
    assert "西山街道（102）" in ran.out
    assert "寄件人 东河镇 <someone@qq.com> 不是名录里这个单位的邮箱" in ran.out
    assert ran.status == 0


def test_the_units_own_address_is_no_notice(here: Round, box: Path) -> None:
    """Upper and lower case of an address are the same."""
    write(box, mixed(attached(right_return(here, "101"), "a.xlsx"), sender="DHZ@Example.cn"))
    assert [item["stranger"] for one in told(here, box)["letters"] for item in one["items"]] == [False]


def test_a_return_counts_from_the_letters_arrival(here: Round, box: Path) -> None:
    """Its file carries the time at which the last mail server took the letter in, whatever the sender claims."""
    data = b"Received: from a by b; Wed, 14 Jan 2026 10:00:00 +0800\r\n" + mixed(
        attached(right_return(here, "101"), "a.xlsx")
    )
    write(box, data)
    run("collect", "-C", here.folder, box)
    [path] = (here.returned / "101").iterdir()
    assert path.stat().st_mtime == datetime(2026, 1, 14, 2, tzinfo=UTC).timestamp()
    assert path.name == "2026-01-14_100000_a.xlsx"


def test_a_date_yet_to_come_is_not_believed(here: Round, box: Path) -> None:
    """Or such a letter would be the newest for ever."""
    data = mixed(attached(right_return(here, "101"), "a.xlsx")).replace(b"2026", b"2099")
    write(box, data)
    os.utime(box / "00.eml", (1_768_000_000, 1_768_000_000))
    assert told(here, box)["letters"][0]["received"].startswith("2026-01-09T")


def test_workbooks_of_nobody_are_kept_aside(here: Round, box: Path, tmp_path: Path) -> None:
    """Of a unit that the roster lacks, of another office's unit of that code, without identity: told, and apart."""
    (tmp_path / "b").mkdir()
    elsewhere = make_round(tmp_path / "b" / "r", name="别县")
    roster = elsewhere.folder / "units.csv"
    roster.write_text(roster.read_text(encoding="utf-8").replace("东河镇", "南湖镇"), encoding="utf-8")
    books = right_return(here, "102"), right_return(open_round(elsewhere.folder), "101"), plain()
    (here.folder / "units.csv").write_text(ROSTER.replace("102,", "109,"), encoding="utf-8")
    write(box, *(mixed(attached(data, "a.xlsx")) for data in books))
    ran = run("collect", "-C", here.folder, box)
    assert (ran.status, returned(here)) == (1, [])
    assert len(list((here.folder / "mail/aside").iterdir())) == 3
    assert "是别的单位的表（南湖镇）（mail/aside/" in ran.out


def plain() -> bytes:
    """A workbook of somebody's own."""
    stream = io.BytesIO()
    openpyxl.Workbook().save(stream)
    return stream.getvalue()


def test_letters_without_a_workbook_are_listed(here: Round, box: Path) -> None:
    """Who wrote, when and what about: nobody is forgotten."""
    write(box, letter("我镇无变化".encode(), subject="关于年报的说明"))
    ran = run("collect", "-C", here.folder, box)
    assert (
        "没有附表的来信，请看一看：\n  东河镇（101） <dhz@example.cn>，2026-01-13《关于年报的说明》"
        in ran.out
    )
    assert ran.status == 0


def test_original_letters_are_kept_whole(here: Round, box: Path) -> None:
    """Byte by byte, in the ledger, with who, when, what about, and what was in them."""
    write(box, mixed(attached(right_return(here, "101"), "a.xlsx")))
    run("collect", "-C", here.folder, box)
    with Book(here.ledger_path) as ledger:
        [(kept, [inside])] = letters(ledger)
        [data] = ledger.row("SELECT data FROM content WHERE sha256 = ?", (kept.sha256,))
    assert data == (box / "00.eml").read_bytes()
    assert (kept.sender, kept.subject, kept.message_id) == ("dhz@example.cn", "年报", "<0@x>")
    assert (inside.outcome, inside.detail) == ("returned", "returned/101/2026-01-13_093000_a.xlsx")


def test_the_same_letter_by_another_way_is_known(here: Round, box: Path) -> None:
    """By its Message-ID and what is in it, whatever a server adds on top."""
    write(box, mixed(attached(right_return(here, "101"), "a.xlsx")))
    run("collect", "-C", here.folder, box)
    (box / "again.eml").write_bytes(b"X-Added: 1\r\n" + (box / "00.eml").read_bytes())
    assert told(here, box) | {"counts": 0} == {"letters": [], "known": 2, "counts": 0, "broken": []}


def test_another_letter_with_a_known_id_is_not_lost(here: Round, box: Path) -> None:
    """A program that numbers all its letters alike hides none."""
    write(box, mixed(attached(right_return(here, "101"), "a.xlsx")))
    run("collect", "-C", here.folder, box)
    other = b"Message-ID: <0@x>\r\n" + mixed(attached(right_return(here, "102"), "b.xlsx"))
    (box / "again.eml").write_bytes(other)
    assert told(here, box)["counts"]["returned"] == 1


def test_boxes_and_loose_workbooks_are_taken(here: Round, box: Path) -> None:
    """An .mbox with two letters, an .emlx of Apple's, a workbook and a .zip of workbooks."""
    one, two, three = (
        mixed(attached(right_return(here, code), f"{code}.xlsx")) for code in ("101", "102", "103")
    )
    (box / "a.mbox").write_bytes(
        b"".join(b"From x Tue Jan 13 09:30:00 2026\n" + one + b"\n" for one in (one, two))
    )
    (box / "b.emlx").write_bytes(f"{len(three)}\n".encode() + three + b"<?xml version='1.0'?><plist/>")
    (box / "c.xlsx").write_bytes(right_return(here, "101"))
    (box / "d.zip").write_bytes(zipped("西山.xlsx", right_return(here, "102")))
    counts = told(here, box)["counts"]
    assert (counts["letters"], counts["returned"]) == (5, 5)


@pytest.mark.parametrize("name", ["returned", "returned/101", "."])
def test_what_is_collected_already_is_no_source(name: str, here: Round) -> None:
    """`returned/` and what holds it are refused."""
    (here.returned / "101").mkdir()
    ran = run("collect", "-C", here.folder, here.folder / name)
    assert (ran.status, "已经收下" in ran.err) == (2, True)


HOSTILE_NAMES = [
    "../../../../tmp/evil.xlsx",
    "/etc/cron.d/evil.xlsx",
    "..\\..\\evil.xlsx",
    "C:\\Windows\\evil.xlsx",
    "a\0b.xlsx",
    ".hidden.xlsx",
    "~$lock.xlsx",
    "CON.xlsx",
    "x.tmp",
    "..",
    "/",
    "",
    "长" * 3000 + ".xlsx",
    "a\r\nBcc: all@example.cn\r\n.xlsx",
    "evil\u202excod.xlsx",
    "a." + "x" * 400,
]


@pytest.mark.parametrize("name", HOSTILE_NAMES)
def test_no_name_leaves_its_folder(name: str, here: Round, box: Path) -> None:
    """Whatever an attachment is called, its file stands in the unit's folder, and `check` reads it there."""
    write(box, mixed(attached(right_return(here, "101"), word(name, "utf-8"))))
    assert run("collect", "-C", here.folder, box).status == 0
    [path] = (here.returned / "101").iterdir()
    assert path.name.startswith("2026-01-13_093000_")
    assert path.name.isprintable()
    assert len(path.name.encode()) < 200
    assert len(run("check", "-C", here.folder, "--json").document["files"]) == 1
    assert {one.name for one in here.folder.parent.iterdir()} == {"r", "box", "list.csv"}


def test_names_that_look_alike_do_not_meet(tmp_path: Path) -> None:
    """Two files of one name and moment stand side by side; the same file keeps its place."""
    moment = datetime(2026, 1, 13, tzinfo=UTC)
    first = place_for(tmp_path, "a.xlsx", b"1", moment)
    first.write_bytes(b"1")
    second = place_for(tmp_path, "a.xlsx", b"2", moment)
    second.write_bytes(b"2")
    assert first != second
    assert place_for(tmp_path, "a.xlsx", b"1", moment) == first
    assert place_for(tmp_path, "a.xlsx", b"2", moment) == second
    assert safe_name("年报.tar.gz") == "年报.tar.gz"


def went_out(here: Round, code: str = "101", address: str = "dhz@example.cn") -> None:
    """A message to a unit that a server has taken."""
    ours = Message(OURS, code, "blank", address, "请填报", "d")
    with Book(here.ledger_path) as ledger:
        number = compose(ledger, ours, b"x")
        assert attempt(ledger, number)
        record(ledger, number, Event.ACCEPTED)


def report(*fields: str, back: bytes = b"") -> bytes:
    """A delivery status notification (RFC 3464)."""
    block = "Reporting-MTA: dns; mx.example.cn\r\n\r\n" + "\r\n".join(fields) + "\r\n"
    status = part(block.encode(), "Content-Type: message/delivery-status", packed=False)
    return mixed(
        status,
        back or forwarded(letter(b"x", f"Message-ID: {OURS}")),
        kind="report; report-type=delivery-status",
        sender="mailer-daemon@mx.example.cn",
        subject="Undelivered Mail Returned to Sender",
    )


def prose(text: str, *headers: str, sender: str, subject: str) -> bytes:
    """A bounce in a provider's own words, in GBK."""
    return letter(
        text.encode("gbk"), "Content-Type: text/plain; charset=gbk", *headers, sender=sender, subject=subject
    )


FAILED = ("Final-Recipient: rfc822; dhz@example.cn", "Action: failed", "Status: 5.1.1")
BOUNCES: dict[str, Callable[[], bytes]] = {
    "by the standard, with the letter": lambda: report(*FAILED, "Diagnostic-Code: smtp; 550 User not found"),
    "by the standard, with its headers": lambda: report(
        *FAILED,
        back=part(f"Message-ID: {OURS}\r\n".encode(), "Content-Type: text/rfc822-headers", packed=False),
    ),
    "by the standard, without either": lambda: report(
        *FAILED, back=part(b"x", "Content-Type: text/plain", packed=False)
    ),
    "with our own blank in it": lambda: report(
        *FAILED, back=forwarded(mixed(attached(b"PK\x03\x04", "101.xlsx"), mark="=_z"))
    ),
    "of Coremail": lambda: prose(
        "抱歉，您的邮件被退回来了……\n收件人：dhz@example.cn\n退信原因：550 User not found\n",
        sender="Postmaster@163.com",
        subject="系统退信",
    ),
    "of QQ mail": lambda: prose(
        "您发往 dhz@example.cn 的邮件无法送达，收件人邮箱不存在。\n",
        sender="PostMaster@qq.com",
        subject="来自qq.com的退信",
    ),
    "of Exim": lambda: prose(
        "A message that you sent could not be delivered.\n",
        "X-Failed-Recipients: dhz@example.cn",
        sender="Mailer-Daemon@mx.cn",
        subject="Mail delivery failed: returning message to sender",
    ),
    "of qmail, original headers in its words": lambda: prose(
        f"Hi. This is the qmail-send program.\n<other@example.cn>:\nSorry, no mailbox\n--- Below\nMessage-ID: {OURS}\n",
        sender="MAILER-DAEMON@mx.cn",
        subject="failure notice",
    ),
}


@pytest.mark.parametrize("shape", BOUNCES)
def test_a_bounce_is_told_by_unit_and_recorded(shape: str, here: Round, box: Path) -> None:
    """Nothing in it is taken for a return; the message that it answers is known to have come back, once."""
    went_out(here)
    write(box, BOUNCES[shape]())
    ran = run("collect", "-C", here.folder, box)
    assert (ran.status, returned(here)) == (1, [])
    assert "退信（没有送到）：\n  东河镇（101）：dhz@example.cn，2026-01-13：" in ran.out
    with Book(here.ledger_path) as ledger:
        assert [one.event for one in sent(ledger)] == [Event.BOUNCED]


@pytest.mark.parametrize("action", ["delayed", "delivered", "relayed"])
def test_a_notice_of_delay_or_success_is_no_bounce(action: str, here: Round, box: Path) -> None:
    """The message may still arrive, or has."""
    went_out(here)
    write(box, report(FAILED[0], f"Action: {action}", "Status: 4.4.1"))
    assert run("collect", "-C", here.folder, box).status == 0
    with Book(here.ledger_path) as ledger:
        assert [one.event for one in sent(ledger)] == [Event.ACCEPTED]


def test_a_person_who_writes_of_a_bounce_is_no_bounce(here: Round, box: Path) -> None:
    """A unit's letter is its letter, whatever its subject."""
    write(box, mixed(attached(right_return(here, "101"), "a.xlsx"), subject="上次退信了，重新报送"))
    assert told(here, box)["counts"]["returned"] == 1


@pytest.mark.parametrize(
    ("line", "subject"),
    [
        ("Auto-Submitted: auto-replied", "Re: 年报"),
        ("X-Autoreply: yes", "年报"),
        ("X-A: b", "自动回复：请填报年报"),
    ],
)
def test_a_programs_answer_is_no_answer(line: str, subject: str, here: Round, box: Path) -> None:
    """It is told apart from letters that somebody wrote."""
    write(box, letter("我出差了".encode(), line, subject=subject))
    ran = run("collect", "-C", here.folder, box)
    assert "自动回复（不算报送）：" in ran.out
    assert "没有附表的来信" not in ran.out


def test_our_own_message_is_no_return(here: Round, box: Path) -> None:
    """A copy of what we sent, with the unit's blank in it."""
    went_out(here)
    (box / "a.eml").write_bytes(
        f"Message-ID: {OURS}\r\n".encode() + mixed(attached(right_return(here, "101"), "a.xlsx"))
    )
    assert [one["kind"] for one in told(here, box)["letters"]] == ["own"]
    assert returned(here) == []


class KilledError(BaseException):
    """The process is gone."""


def _count(left: list[int]) -> None:
    left[0] -= 1
    if left[0] == 0:
        raise KilledError


def steps(number: int) -> Iterator[Any]:
    """Patches after which the step of that number, before or after its work, is the last."""
    left = [number]

    def dying(work: Callable[..., Any]) -> Callable[..., Any]:
        def step(*given: Any, **named: Any) -> Any:
            _count(left)
            done = work(*given, **named)
            _count(left)
            return done

        return step

    for name in ("save", "take_in", "record"):
        yield patch.object(collecting, name, dying(getattr(collecting, name)))


def story(here: Round) -> Any:
    """What was taken in, and every step of the messages."""
    with Book(here.ledger_path) as ledger:
        inside = [
            (letter.sha256, [(one.outcome, one.detail) for one in found]) for letter, found in letters(ledger)
        ]
        return sorted(inside), [one.event for one in sent(ledger)], returned(here)


def test_killed_between_any_two_steps_nothing_is_lost_or_twice(
    here: Round, box: Path, tmp_path: Path
) -> None:
    """Whichever step was the last, the next run ends with what a run that was never killed has."""
    two = mixed(attached(right_return(here, "101"), "a.xlsx"), attached(right_return(here, "102"), "b.xlsx"))
    write(
        box, two, BOUNCES["of Coremail"](), mixed(attached(b"Rar!\x1a\x07", "c.rar")), letter("好".encode())
    )
    went_out(here)
    shutil.copytree(here.folder, tmp_path / "before")
    run("collect", "-C", here.folder, box)
    right = story(here)
    assert right[2] == ["101/2026-01-13_093000_a.xlsx", "102/2026-01-13_093000_b.xlsx"]
    for number in range(1, 40):
        shutil.copytree(tmp_path / "before", tmp_path / str(number))
        other = open_round(tmp_path / str(number))
        one, two_, three = steps(number)
        with one, two_, three, suppress(KilledError):
            run("collect", "-C", other.folder, box)
            break
        run("collect", "-C", other.folder, box)
        assert story(other) == right
    assert number > 15  # every step was tried


@pytest.mark.parametrize("step", ["save", "take_in"])
def test_a_full_disk_loses_nothing(step: str, here: Round, box: Path) -> None:
    """At the file or at the ledger: status 2 and why; once there is room, everything is taken in once."""
    write(box, mixed(attached(right_return(here, "101"), "a.xlsx")))
    full: Exception = OSError(errno.ENOSPC, "No space left on device", "returned/101/a.xlsx")
    if step == "take_in":
        full = LedgerError(Fault.FULL, here.ledger_path)
    with patch.object(collecting, step, side_effect=full):
        ran = run("collect", "-C", here.folder, box)
    assert (ran.status, "满" in ran.err, "Traceback" in ran.err) == (2, True, False)
    assert run("collect", "-C", here.folder, box).status == 0
    assert returned(here) == ["101/2026-01-13_093000_a.xlsx"]
    with Book(here.ledger_path) as ledger:
        assert len(letters(ledger)) == 1
