"""`nianbao watch`: replies collected, checked and receipted turn after turn, until somebody stops it."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import threading
import time
from typing import TYPE_CHECKING

import pytest

from awkward_letters import attached, mixed
from dovecot import PASSWORD as IMAP_PASSWORD
from dovecot import USER as IMAP_USER
from dovecot import dovecot
from mail_server import HOST, Post, certificate, serving
from mail_server import PASSWORD as SMTP_PASSWORD
from mail_server import USER as SMTP_USER
from nianbao.ledger.book import Book
from nianbao.ledger.messages import Event, sent
from nianbao.mail.stopping import Stop, Stopping
from nianbao.rounds.rounds import open_round
from office import MAIN, PYTHON, SECRET, forget, make_round, right_return, run

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from dovecot import Server
    from nianbao.rounds.rounds import Round

ROSTER = """代码,名称,类型,邮箱
101,东河镇,乡镇,a@example.cn
102,西山街道,街道,b@example.cn
103,县政府办,本级机关,c@example.cn
"""
PATIENCE = 60.0


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    """Where replies come in."""
    with dovecot() as running:
        yield running


class Watched:
    """A round, its two servers, and `nianbao watch` in a process of its own."""

    def __init__(self, here: Round, post: Post, server: Server, folder: str) -> None:
        self.here = here
        self.post = post
        self._server = server
        self._folder = folder
        self._process: subprocess.Popen[str] | None = None
        self._out = here.folder.parent / "out.txt"

    def reply(self, code: str, data: bytes) -> None:
        """A unit's letter with that workbook."""
        head = f"Message-ID: <{code}.{len(data)}@x>\r\n".encode()
        self._server.deliver(head + mixed(attached(data, f"{code}.xlsx")), folder=self._folder)

    def start(self, *options: str) -> subprocess.Popen[str]:
        """Watching begins."""
        command = [str(PYTHON), "-c", MAIN, "watch", "-C", str(self.here.folder), "--every", "1s", *options]
        keys = {
            "NIANBAO_OFFICE_KEY": SECRET,
            "NIANBAO_IMAP_PASSWORD": IMAP_PASSWORD,
            "NIANBAO_SMTP_PASSWORD": SMTP_PASSWORD,
        }
        with self._out.open("w", encoding="utf-8") as out:
            self._process = subprocess.Popen(
                command,
                stdout=out,
                stderr=subprocess.STDOUT,
                text=True,
                env={**os.environ, **keys, "PYTHONUNBUFFERED": "1"},
            )
        return self._process

    @property
    def said(self) -> str:
        """All that it has said until now."""
        return self._out.read_text(encoding="utf-8")

    def until(self, reached: Callable[[], bool]) -> None:
        """A while, but not for ever."""
        end = time.monotonic() + PATIENCE
        while not reached():
            assert time.monotonic() < end, self.said
            assert self._process is None or self._process.poll() is None, self.said
            time.sleep(0.1)

    def kill(self) -> None:
        """Whatever became of it, it is gone."""
        if self._process and self._process.poll() is None:
            self._process.kill()
            self._process.wait()


@pytest.fixture
def watched(tmp_path: Path, server: Server) -> Iterator[Watched]:
    """A round of three units that mails and collects."""
    here = make_round(tmp_path / "r")
    (here.folder / "units.csv").write_text(ROSTER, encoding="utf-8")
    forget(here)
    post, folder = Post(), f"收件 {tmp_path.name}"
    with serving(post, certificate(here.folder, HOST)) as port:
        mail = {"from": SMTP_USER, "host": HOST, "port": port, "ca": "ca.pem", "pause": 0}
        imap = {
            "host": "127.0.0.1",
            "port": server.port,
            "user": IMAP_USER,
            "folder": folder,
            "ca": "imap.pem",
        }
        (here.folder / "imap.pem").write_bytes(server.certificate.read_bytes())
        path = here.folder / "nianbao.toml"
        text = path.read_text(encoding="utf-8")
        for name, entries in (("mail", mail), ("imap", imap)):
            lines = "".join(
                f"{key} = {json.dumps(value, ensure_ascii=False)}\n" for key, value in entries.items()
            )
            text += f"\n[{name}]\n{lines}"
        path.write_text(text, encoding="utf-8")
        one = Watched(open_round(here.folder), post, server, folder)
        yield one
        one.kill()


def wrong_return(here: Round) -> bytes:
    """A blank of 102 with nothing filled in."""
    run("blank", "-C", here.folder)
    return here.blank_path(here.roster.units[1]).read_bytes()


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_what_comes_is_checked_and_receipted_until_it_is_stopped(
    watched: Watched, number: signal.Signals
) -> None:
    """Letters of before and of later turns; each unit one receipt; then status 0, and everything is in the ledger."""
    watched.reply("101", right_return(watched.here, "101"))
    process = watched.start()
    watched.until(lambda: watched.post.counts() == {"a@example.cn": 1})
    watched.reply("103", right_return(watched.here, "103"))
    watched.reply("102", wrong_return(watched.here))
    watched.until(lambda: watched.post.counts() == {"a@example.cn": 1, "c@example.cn": 1})
    watched.until(lambda: "西山街道：退回" in watched.said)
    process.send_signal(number)
    assert process.wait(timeout=30) == 0
    assert "已停止" in watched.said
    assert "Traceback" not in watched.said
    assert "县政府办：已接收" in watched.said
    with Book(watched.here.ledger_path) as book:
        assert [(one.message.unit, one.event) for one in sent(book)] == [
            ("101", Event.ACCEPTED),
            ("103", Event.ACCEPTED),
        ]


def test_corrections_go_out_where_they_are_wanted(watched: Watched) -> None:
    """With the marked workbook, once."""
    watched.reply("102", wrong_return(watched.here))
    process = watched.start("--corrections")
    watched.until(lambda: watched.post.counts() == {"b@example.cn": 1})
    time.sleep(2.5)  # two turns more
    process.terminate()
    assert process.wait(timeout=30) == 0
    assert watched.post.counts() == {"b@example.cn": 1}
    [workbook] = watched.post.message("b@example.cn").iter_attachments()
    assert str(workbook.get_filename()).endswith(".xlsx")


def test_a_refused_password_ends_it(watched: Watched, monkeypatch: pytest.MonkeyPatch) -> None:
    """Status 2 and what to do; asking again and again would lock the account."""
    monkeypatch.setenv("NIANBAO_IMAP_PASSWORD", "wrong")
    ran = run("watch", "-C", watched.here.folder)
    assert (ran.status, "授权码" in ran.err) == (2, True)


def test_a_period_that_is_none_is_refused(watched: Watched) -> None:
    """With an example of a right one."""
    for word in ("0", "0m", "-1", "soon", "25h", "1d"):
        ran = run("watch", "-C", watched.here.folder, "--every", word)
        assert (ran.status, "10m" in ran.err) == (2, True), word


def test_a_broken_line_is_tried_again(watched: Watched) -> None:
    """The mailbox cannot be reached: that is said, and it goes on; the turn after, it can be."""
    path = watched.here.folder / "nianbao.toml"
    right = path.read_text(encoding="utf-8")
    head, _, imap = right.partition("\n[imap]\n")
    path.write_text(f"{head}\n[imap]\n{imap.replace('port = ', 'port = 1 # ')}", encoding="utf-8")
    watched.reply("101", right_return(watched.here, "101"))
    process = watched.start()
    watched.until(lambda: "连接不通" in watched.said)
    path.write_text(right, encoding="utf-8")
    watched.until(lambda: watched.post.counts() == {"a@example.cn": 1})
    process.terminate()
    assert process.wait(timeout=30) == 0


def asked(stop: Stop, done: list[str]) -> None:
    """Something that is asked to stop while it is at work, and sleeps afterwards."""
    with stop.heard(), stop.gently():
        signal.raise_signal(signal.SIGTERM)
        done.append("sent")
        stop.sleep(60)
        done.append("slept")


def test_a_gentle_stop_waits_for_the_next_sleep() -> None:
    """So a message on its way is answered; a second signal does not wait."""
    stop, done = Stop(), list[str]()
    with pytest.raises(Stopping):
        asked(stop, done)
    assert done == ["sent"]
    with pytest.raises(Stopping):
        asked(stop, done)
    assert done == ["sent"]


def asleep(stop: Stop) -> None:
    """An hour's sleep, with a signal in it."""
    with stop.heard():
        threading.Timer(0.1, os.kill, (os.getpid(), signal.SIGTERM)).start()
        stop.sleep(3600)


def test_a_sleep_is_cut_short() -> None:
    """Not after its hour."""
    with pytest.raises(Stopping):
        asleep(Stop())
