"""Mail that goes out, against a real server: everybody gets one message, whatever happens."""

from __future__ import annotations

import hashlib
import json
import os
import re
import signal
from typing import TYPE_CHECKING, Any, ClassVar

import keyring
import keyring.backend
import keyring.backends.fail
import pytest

from mail_server import HOST, PASSWORD, USER, Post, certificate, free_port, serving
from nianbao.beijing import moment
from nianbao.ledger.book import Book
from nianbao.ledger.letters import Enclosure, Letter, take_in
from nianbao.ledger.messages import Event, deliveries, sent
from nianbao.rounds.rounds import open_round
from office import MAIN, make_round, run, run_apart, send_back

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from nianbao.rounds.rounds import Round
    from office import Ran

A, B, C = "a@example.cn", "b@example.cn", "c@example.cn"
ROSTER = f"代码,名称,类型,邮箱,联系人\n101,东河镇,乡镇,{A},李四\n102,西山街道,街道,{B},\n103,县政府办,本级机关,{C},\n"


class Office:
    """A round with blanks, and the server that it sends over."""

    def __init__(self, here: Round, post: Post, port: int) -> None:
        self.here = here
        self.post = post
        self.settings(port=port)

    def settings(self, **changed: object) -> None:
        """The round's mail settings."""
        usual: dict[str, object] = {
            "from": USER,
            "host": HOST,
            "ca": "ca.pem",
            "pause": 0,
            "deadline": "2026-01-20",
        }
        self._mail = {**getattr(self, "_mail", usual), **changed}
        path = self.here.folder / "nianbao.toml"
        text = path.read_text(encoding="utf-8").partition("\n[mail]\n")[0]
        lines = "".join(f"{key} = {json.dumps(value)}\n" for key, value in self._mail.items())
        path.write_text(f"{text}\n[mail]\n{lines}", encoding="utf-8")

    def send(self, *options: str, command: str = "send") -> Ran:
        """Sent, or shown."""
        return run(command, "-C", self.here.folder, "--json", *options)

    def go(self, *options: str, command: str = "send") -> dict[str, str]:
        """Sent; what became of each unit."""
        return outcomes(self.send("--go", *options, command=command))

    def steps(self) -> list[str]:
        """Every step in the ledger."""
        with Book(self.here.ledger_path) as book:
            return [one.event.value for one in deliveries(book)]


def outcomes(ran: Ran) -> dict[str, str]:
    """By the unit's code."""
    return {unit["code"]: unit["outcome"] for unit in ran.document["units"]}


ALL = ("101", "102", "103")


def each(outcome: str, **others: str) -> dict[str, str]:
    """All units with this outcome, but `_101` and so on."""
    return {**dict.fromkeys(ALL, outcome), **{code[1:]: other for code, other in others.items()}}


@pytest.fixture(scope="module")
def finished(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A round with its blanks."""
    here = make_round(tmp_path_factory.mktemp("mail") / "r")
    (here.folder / "units.csv").write_text(ROSTER, encoding="utf-8")
    assert run("blank", "-C", here.folder).status == 0
    return here.folder


@pytest.fixture
def office(finished: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Office]:
    """A copy of it, with a server of its own."""
    import shutil  # noqa: PLC0415 -- for this alone

    shutil.copytree(finished, tmp_path / "r")
    here = open_round(tmp_path / "r")
    monkeypatch.setenv("NIANBAO_SMTP_PASSWORD", PASSWORD)
    monkeypatch.setattr("nianbao.mail.pace.BACK_OFF", (0.0, 0.0))
    post = Post()
    with serving(post, certificate(here.folder, HOST)) as port:
        yield Office(here, post, port)


def test_nothing_is_sent_unless_it_is_said(office: Office) -> None:
    """The messages are written as files, and nothing is recorded."""
    ran = office.send()
    assert (ran.status, outcomes(ran)) == (0, each("due"))
    files = [unit["file"] for unit in ran.document["units"]]
    assert all(os.path.getsize(file) for file in files)  # noqa: PTH202 -- as the document has it
    assert (office.post.asked, office.here.ledger_path.exists()) == ([], False)


def test_what_is_shown_is_what_would_be_sent(office: Office) -> None:
    """Each unit with its file; files of messages that are not due any more are gone. Times are those of Beijing."""
    office.send()
    folder = office.here.results / "mail" / "blank"
    assert len(list(folder.glob("*.eml"))) == 3
    assert office.go("--only", "101") == {"101": "accepted"}
    ran = run("send", "-C", office.here.folder)
    assert [path.name for path in sorted(folder.glob("*.eml"))] == [
        "102_西山街道_2025.eml",
        "103_县政府办_2025.eml",
    ]
    assert "102_西山街道_2025.eml" in ran.out
    assert (folder / "清单.txt").read_text("utf-8-sig").splitlines() == ran.out.splitlines()[:-1]
    with Book(office.here.ledger_path) as book:
        (one,) = sent(book)
    assert f"以前发过  {moment(one.event_at)}\n" in ran.out


def test_a_round_without_mail_settings_says_which_it_needs(office: Office) -> None:
    """All of them at once, by their names in the file."""
    path = office.here.folder / "nianbao.toml"
    path.write_text(path.read_text(encoding="utf-8").partition("\n[mail]\n")[0], encoding="utf-8")
    told = run("send", "-C", office.here.folder).err.splitlines()
    assert [name in line for line, name in zip(told, ("from（", "host（"), strict=True)] == [True, True]


def test_every_unit_gets_its_own_blank_over_one_connection(office: Office) -> None:
    """Subject, text, HTML and workbook; the ledger has every step, and a second run sends nothing."""
    assert office.go() == each("accepted")
    assert (office.post.counts(), office.post.connections) == ({A: 1, B: 1, C: 1}, 1)
    for unit in office.here.roster.units:
        message = office.post.message(unit.email)
        assert unit.name in message["Subject"]
        [workbook] = message.iter_attachments()
        assert workbook.get_filename() == office.here.blank_path(unit).name
        assert workbook.get_content() == office.here.blank_path(unit).read_bytes()
        text, html = (message.get_body((kind,)).get_content() for kind in ("plain", "html"))  # type: ignore[union-attr]
        assert "2026年1月20日" in text
        assert "<b>2026年1月20日</b>" in html
    assert office.steps() == ["composed", "attempt", "accepted"] * 3
    assert office.go() == each("sent")
    assert office.send("--go").status == 0
    assert len(office.post.taken) == 3


def test_starttls(office: Office) -> None:
    """Encrypted before anything is said; a server that cannot is left."""
    post = Post()
    with serving(post, certificate(office.here.folder, HOST), starttls=True) as port:
        office.settings(port=port, security="starttls")
        assert office.go("--only", "101,102") == {"101": "accepted", "102": "accepted"}
    with serving(post, None) as port:
        office.settings(port=port)
        ran = office.send("--go")
        assert (ran.status, "不能加密" in ran.err) == (2, True)
        office.settings(security="plain", user="")
        assert office.go() == each("sent", _103="accepted")
    assert post.counts() == {A: 1, B: 1, C: 1}


@pytest.mark.parametrize("named", ["other.example.cn", ""])
def test_a_wrong_certificate(office: Office, named: str) -> None:
    """For another name, or from an authority that nobody knows: nothing is said to the server, no password."""
    if named:
        with serving(office.post, certificate(office.here.folder, named)) as port:
            office.settings(port=port)
            ran = office.send("--go")
    else:
        office.settings(ca="")
        ran = office.send("--go")
    assert (ran.status, outcomes(ran)) == (2, each("waiting"))
    assert "证书不可信" in ran.err
    assert (office.post.connections, office.steps()) == (0, [])


def test_a_wrong_password_is_never_shown(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing is sent; what to do is said."""
    monkeypatch.setenv("NIANBAO_SMTP_PASSWORD", "wrong-one")
    ran = office.send("--go")
    assert (ran.status, outcomes(ran), office.steps()) == (2, each("waiting"), [])
    assert "授权码" in ran.err
    assert "wrong-one" not in ran.err + ran.out
    monkeypatch.delenv("NIANBAO_SMTP_PASSWORD")
    monkeypatch.setattr("nianbao.mail.secrets._kept", lambda *_: "")
    ran = office.send("--go")
    assert (ran.status, "NIANBAO_SMTP_PASSWORD" in ran.err) == (2, True)


def test_the_password_is_nowhere_in_the_round(office: Office) -> None:
    """Nor in the ledger."""
    office.go()
    for path in office.here.folder.rglob("*"):
        assert path.is_dir() or PASSWORD.encode() not in path.read_bytes()


def test_no_server(office: Office) -> None:
    """All wait; with the server back, all go."""
    port = office._mail["port"]
    office.settings(port=free_port())
    ran = office.send("--go")
    assert (ran.status, outcomes(ran)) == (1, each("waiting"))
    assert "连不上" in ran.err
    office.settings(port=port)
    assert office.go() == each("accepted")


def test_a_refused_receiver(office: Office) -> None:
    """The others get theirs; it is said why, and tried again the next time."""
    office.post.deeds[B] = ["550 5.1.1 no such user"]
    ran = office.send("--go")
    assert (ran.status, outcomes(ran)) == (1, each("accepted", _102="refused"))
    assert ran.document["units"][1]["detail"] == "550 5.1.1 no such user"
    assert office.go() == each("sent", _102="accepted")
    assert office.post.counts() == {A: 1, B: 1, C: 1}


@pytest.mark.parametrize(
    "deeds",
    [["450 later"], ["data 451 later"], ["421 busy"], ["data 421 busy"], ["450 later", "data 452 full"]],
)
def test_a_refusal_for_now_is_tried_again(office: Office, deeds: list[str]) -> None:
    """In the same run, after a while."""
    office.post.deeds[A] = deeds
    assert office.go() == each("accepted")
    assert office.post.counts() == {A: 1, B: 1, C: 1}
    assert office.post.connections > 1


def test_a_wait_is_told(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    """Until when, and why: nobody is left before a screen on which nothing happens."""
    office.post.deeds[A] = ["450 later"]
    monkeypatch.setattr("nianbao.mail.pace.BACK_OFF", (0.01,))
    assert re.search(r"服务器暂不接收。\n\d\d:\d\d:\d\d 继续", office.send("--go").err)
    office.settings(port=free_port())
    assert re.search(
        r"(?s)连不上 127.*继续.*连不上 127", office.send("--go", "--resend", "--only", "101").err
    )


def test_a_refusal_for_now_that_lasts(office: Office) -> None:
    """It is said, and the next run sends that one alone."""
    office.post.deeds[A] = ["450 later"] * 3
    ran = office.send("--go")
    assert (ran.status, outcomes(ran)) == (1, each("accepted", _101="deferred"))
    assert office.go() == each("sent", _101="accepted")
    assert office.post.counts() == {A: 1, B: 1, C: 1}


def test_gone_before_its_answer(office: Office) -> None:
    """Nobody knows, and that is what is said; not sent again unless it is wanted."""
    office.post.deeds[A] = ["gone"]
    ran = office.send("--go")
    assert (ran.status, outcomes(ran)) == (1, each("accepted", _101="uncertain"))
    assert office.go() == each("sent", _101="uncertain")
    assert office.post.counts() == {A: 1, B: 1, C: 1}
    assert office.go("--resend") == each("sent", _101="accepted")
    assert office.post.counts() == {A: 2, B: 1, C: 1}


def test_gone_in_the_middle_of_a_message(office: Office) -> None:
    """The same: the client cannot tell one from the other."""
    office.post.deeds[A] = ["cut"]
    assert office.go() == each("accepted", _101="uncertain")
    assert office.go() == each("sent", _101="uncertain")
    assert office.go("--only", "东河镇", "--resend") == {"101": "accepted"}
    assert office.post.counts() == {A: 1, B: 1, C: 1}


def test_a_server_that_always_goes(office: Office) -> None:
    """The run stops asking it; nobody is forgotten."""
    for address in (A, B, C):
        office.post.deeds[address] = ["421 no"] * 9
    assert office.go() == each("deferred")
    office.post.deeds.clear()
    assert office.go() == each("accepted")
    assert office.post.counts() == {A: 1, B: 1, C: 1}


class Killed(BaseException):
    """The process is gone; nothing of it runs any more."""


def killed_at(monkeypatch: pytest.MonkeyPatch, number: int, *, before: bool, by: Callable[[], Any]) -> None:
    """The process ends at the writing of that number, before it or after it."""
    writing, count = Book.writing, iter(range(1, 99))

    def ends(self: Book) -> Any:
        import contextlib  # noqa: PLC0415 -- for this alone

        @contextlib.contextmanager
        def watched() -> Iterator[Any]:
            now = next(count) == number
            if now and before:
                by()
            with writing(self) as writer:
                yield writer
            if now:
                by()

        return watched()

    monkeypatch.setattr(Book, "writing", ends)


@pytest.mark.parametrize("before", [True, False])
@pytest.mark.parametrize("number", range(1, 7))
def test_killed_between_any_two_steps(office: Office, number: int, *, before: bool) -> None:
    """Then run again: each unit has one message, or it is said that nobody knows, and then it has one at the most."""

    def kill() -> None:
        raise Killed

    with pytest.MonkeyPatch.context() as patched:
        killed_at(patched, number, before=before, by=kill)
        with pytest.raises(Killed):
            office.send("--go", "--only", "101", "--only", "102")
    found = office.go()
    assert set(found.values()) <= {"accepted", "sent", "uncertain"}
    for code, address in zip(ALL, (A, B, C), strict=True):
        got = office.post.counts().get(address, 0)
        assert got == 1 or (got == 0 and found[code] == "uncertain"), (code, got)
    assert sum(outcome == "uncertain" for outcome in found.values()) <= 1
    assert office.go() == {code: "uncertain" if found[code] == "uncertain" else "sent" for code in ALL}


KILLED = """
import os, signal
import pytest
import test_mail_sending as tests
patch = pytest.MonkeyPatch()
tests.killed_at(patch, 5, before=False, by=lambda: os.kill(os.getpid(), signal.SIGKILL))
"""


def test_a_process_that_the_system_kills(office: Office) -> None:
    """In the middle of the second message, by a signal that no program sees."""
    ran = run_apart(
        KILLED + MAIN,
        *("send", "-C", office.here.folder, "--go"),
        PYTHONPATH=os.path.dirname(__file__),  # noqa: PTH120 -- for another process
        NIANBAO_SMTP_PASSWORD=PASSWORD,
    )
    assert ran.status == -signal.SIGKILL
    assert office.steps() == ["composed", "attempt", "accepted", "composed", "attempt"]
    assert office.go() == each("accepted", _101="sent", _102="uncertain")
    assert office.post.counts() == {A: 1, C: 1}


@pytest.mark.parametrize("number", range(1, 7))
def test_a_full_disk(office: Office, number: int) -> None:
    """The run ends where it cannot record; what is said afterwards is as after a kill."""
    import sqlite3  # noqa: PLC0415 -- for this alone

    def full() -> None:
        error = sqlite3.OperationalError("database or disk is full")
        error.sqlite_errorcode = sqlite3.SQLITE_FULL
        raise error

    from nianbao.ledger.faults import LedgerError, ledger_error  # noqa: PLC0415 -- as above

    def told() -> None:
        try:
            full()
        except sqlite3.Error as error:
            raise ledger_error(error, office.here.ledger_path) from error

    assert issubclass(LedgerError, Exception)
    with pytest.MonkeyPatch.context() as patched:
        killed_at(patched, number, before=True, by=told)
        ran = office.send("--go")
    assert (ran.status, "磁盘已满" in ran.err) == (2, True)
    found = office.go()
    counts = office.post.counts()
    for code, address in zip(ALL, (A, B, C), strict=True):
        assert counts.get(address, 0) == 1 or found[code] == "uncertain"
        assert counts.get(address, 0) <= 1


def test_two_runs_at_once(office: Office) -> None:
    """The second is refused, and sends nothing."""
    from nianbao.mail.dispatching import sending_alone  # noqa: PLC0415 -- for this alone

    with sending_alone(office.here):
        ran = office.send("--go")
        assert (ran.status, "另一个命令正在" in ran.err, office.post.asked) == (2, True, [])
    assert office.go() == each("accepted")


def test_a_message_in_the_ledger_is_not_attempted_by_two(office: Office) -> None:
    """Even where a lock does not hold, as on some network drives: the ledger lets one through."""
    office.go("--only", "101")
    with Book(office.here.ledger_path) as book:
        [one] = sent(book)
        from nianbao.ledger.messages import attempt  # noqa: PLC0415 -- for this alone

        assert not attempt(book, one.number)


def test_the_limit_of_an_hour_counts_what_earlier_runs_sent(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The third message waits until the first is an hour old."""
    office.settings(hourly=2, pause=3)
    slept: list[float] = []

    def sleep(seconds: float) -> None:
        slept.append(seconds)
        if seconds > 100:
            office.settings(hourly=9)
            raise KeyboardInterrupt

    monkeypatch.setattr("nianbao.mail.pace.time.sleep", sleep)
    office.go("--only", "101")
    assert office.send("--go").status == 130
    assert slept[:-1] == [3]
    assert 3500 < slept[-1] < 3605
    assert office.go() == each("sent", _103="accepted")


def test_a_blank_that_has_changed_since(office: Office) -> None:
    """It is said; sent again only when it is wanted, and that once."""
    assert office.go() == each("accepted")
    roster = office.here.folder / "units.csv"
    roster.write_text(ROSTER.replace("东河镇", "东河新镇"), encoding="utf-8")
    assert office.go() == each("sent", _101="no-blank")
    run("blank", "-C", office.here.folder)
    ran = office.send("--go")
    assert (ran.status, outcomes(ran)) == (1, each("sent", _101="changed"))
    assert office.go("--resend") == each("sent", _101="accepted")
    assert office.go("--resend") == each("sent")
    assert office.post.counts() == {A: 2, B: 1, C: 1}


def test_another_units_blank_is_not_sent(office: Office) -> None:
    """Two files whose names were exchanged."""
    one, other = (office.here.blank_path(unit) for unit in office.here.roster.units[:2])
    one.write_bytes(other.read_bytes())
    assert office.go() == each("accepted", _101="stale-blank")
    assert A not in office.post.counts()


def test_units_without_an_address(office: Office) -> None:
    """They are listed, and the status says so."""
    roster = office.here.folder / "units.csv"
    roster.write_text(ROSTER.replace(B, ""), encoding="utf-8")
    ran = office.send("--go")
    assert (ran.status, outcomes(ran)) == (1, each("accepted", _102="no-address"))


def test_a_bounce_is_not_sent_to_the_same_address_again(office: Office) -> None:
    """To a corrected one it is."""
    from nianbao.ledger.messages import record  # noqa: PLC0415 -- for this alone

    office.go()
    with Book(office.here.ledger_path) as book:
        record(book, 1, Event.BOUNCED, "5.1.1")
    assert office.go() == each("sent", _101="bounced")
    roster = office.here.folder / "units.csv"
    roster.write_text(ROSTER.replace(A, "d@example.cn"), encoding="utf-8")
    assert office.go() == each("sent", _101="accepted")
    assert office.post.counts() == {A: 1, B: 1, C: 1, "d@example.cn": 1}


def spoilt(office: Office) -> None:
    """101 and 102 have returned theirs, 101 with a wrong figure."""
    send_back(office.here, "101", "102")
    path = office.here.returned / "101.xlsx"
    values = office.here.folder / "v.csv"
    values.write_text("t3.new.natural,999\n", encoding="utf-8")
    assert run("fill", path, values, "-o", path.with_name("101b.xlsx")).status == 0
    path.unlink()


def test_corrections_receipts_and_reminders(office: Office) -> None:
    """In the thread that the blank began; each once for the same."""
    office.go()
    first = {address: office.post.message(address)["Message-ID"] for address in (A, B, C)}
    spoilt(office)
    assert office.go("--corrections") == {"101": "accepted"}
    answer = office.post.message(A)
    assert (answer["In-Reply-To"], answer["References"]) == (first[A], first[A])
    [copy] = answer.iter_attachments()
    assert copy.get_filename() == "101_东河镇_审核意见.xlsx"
    assert "1. " in answer.get_body(("plain",)).get_content()  # type: ignore[union-attr]
    assert office.go("--corrections") == {"101": "sent"}
    assert office.go("--receipts") == {"102": "accepted"}
    assert office.post.message(B)["In-Reply-To"] == first[B]
    assert office.go("--receipts") == {"102": "sent"}
    assert office.go(command="remind") == {"101": "accepted", "103": "accepted"}
    assert "还有" in office.post.message(A).get_body(("plain",)).get_content()  # type: ignore[union-attr]
    assert "还没有收到" in office.post.message(C).get_body(("plain",)).get_content()  # type: ignore[union-attr]
    assert office.go(command="remind") == {"101": "sent", "103": "sent"}
    assert office.post.counts() == {A: 3, B: 2, C: 2}


def said_to(office: Office, address: str) -> str:
    """The text of the last message to the address."""
    body = office.post.message(address).get_body(("plain",))
    assert body is not None
    return str(body.get_content())


def test_a_file_is_called_as_its_sender_called_it(office: Office) -> None:
    """Not by the name under which it was put away."""
    send_back(office.here, "101")
    path = office.here.returned / "101.xlsx"
    path.rename(path.with_name("2026-01-13_093000_东河镇年报.xlsx"))
    office.go("--receipts")
    assert "《东河镇年报.xlsx》" in said_to(office, A)


def test_a_reminder_speaks_of_the_blanks_message_where_there_was_one(office: Office) -> None:
    """101 was mailed its blank, 102 got it otherwise."""
    office.go("--only", "101")
    office.go(command="remind")
    assert ["以前发给贵单位的邮件" in said_to(office, address) for address in (A, B)] == [True, False]


def test_an_answer_goes_to_the_letter_that_brought_the_file(office: Office) -> None:
    """But to the roster's address; and the blank's message is named, too. An odd id is passed over."""
    office.go()
    send_back(office.here, "101", "102")
    with Book(office.here.ledger_path) as book:
        for code, name in (("101", "<reply@town.cn>"), ("102", "<a@b>\r\nBcc: x@evil.cn")):
            digest = hashlib.sha256((office.here.returned / f"{code}.xlsx").read_bytes()).hexdigest()
            enclosed = [Enclosure(f"{code}.xlsx", digest, "taken")]
            take_in(book, Letter(f"{code}.eml", name, "else@town.cn"), code.encode(), enclosed)
    first = {address: office.post.message(address)["Message-ID"] for address in (A, B)}
    assert office.go("--receipts") == {"101": "accepted", "102": "accepted"}
    receipt = office.post.message(A)
    assert (receipt["In-Reply-To"], receipt["References"]) == (
        "<reply@town.cn>",
        f"{first[A]} <reply@town.cn>",
    )
    assert office.post.message(B)["References"] == first[B]
    assert "Bcc" not in office.post.message(B)


class Ring(keyring.backend.KeyringBackend):
    """A keyring that is kept in memory."""

    priority = 1
    kept: ClassVar[dict[tuple[str, str], str]] = {}

    def __init__(self) -> None:
        """Nothing to be set up."""

    def get_password(self, service: str, username: str) -> str | None:
        """What was kept."""
        return self.kept.get((service, username))

    def set_password(self, service: str, username: str, password: str) -> None:
        """Kept."""
        self.kept[service, username] = password


def test_a_password_in_the_keyring(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    """Put there once, asked for without being shown; the environment goes before."""
    monkeypatch.setattr("keyring.core._keyring_backend", Ring())
    monkeypatch.delenv("NIANBAO_SMTP_PASSWORD")
    monkeypatch.setattr("typer.prompt", lambda *_, hide_input: PASSWORD if hide_input else "")
    ran = run("send", "-C", office.here.folder, "--password")
    assert (ran.status, PASSWORD in ran.out + ran.err) == (0, False)
    assert Ring.kept == {("nianbao-smtp", f"{USER}@{HOST}"): PASSWORD}
    assert office.go("--only", "101") == {"101": "accepted"}
    monkeypatch.setenv("NIANBAO_SMTP_PASSWORD", "wrong")
    assert office.send("--go").status == 2


def _no_keyring() -> Any:
    """What a server without a desktop has."""
    made: Any = keyring.backends.fail.Keyring
    return made()


def test_a_system_without_a_keyring(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    """The environment is named."""
    monkeypatch.setattr("keyring.core._keyring_backend", _no_keyring())
    monkeypatch.setattr("typer.prompt", lambda *_, hide_input: "x" if hide_input else "")
    monkeypatch.delenv("NIANBAO_SMTP_PASSWORD")
    for options in (("--password",), ("--go",)):
        ran = run("send", "-C", office.here.folder, *options)
        assert (ran.status, "NIANBAO_SMTP_PASSWORD" in ran.err) == (2, True)
