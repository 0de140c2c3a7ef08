"""Replies fetched from a real IMAP server."""

from __future__ import annotations

from contextlib import suppress
from datetime import UTC, datetime
from typing import TYPE_CHECKING
from unittest.mock import patch

import pytest

from awkward_letters import attached, letter, mixed
from dovecot import PASSWORD, USER, Server, cut_line, dovecot, make_certificate
from nianbao.ledger.book import Book
from nianbao.ledger.letters import Place, place_in
from nianbao.ledger.messages import Message, compose
from nianbao.mail import collecting
from nianbao.mail.mailbox import Mailbox
from nianbao.rounds.rounds import open_round
from office import Ran, make_round, right_return, run

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from nianbao.rounds.rounds import Round

MOMENT = datetime(2026, 1, 14, 2, 30, 5, tzinfo=UTC)


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    """One server for all tests; each has a folder of its own in it."""
    with dovecot() as running:
        yield running


@pytest.fixture(autouse=True)
def _password(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NIANBAO_IMAP_PASSWORD", PASSWORD)


@pytest.fixture
def here(tmp_path: Path, server: Server, request: pytest.FixtureRequest) -> Round:
    """A round that fetches from the server, out of a folder called like the test."""
    made = make_round(tmp_path / "r")
    return told_where(made, server, folder=f"收件 {request.node.name}"[:50])


def told_where(here: Round, server: Server, *, folder: str, port: int = 0, security: str = "tls") -> Round:
    """The round with those settings for fetching."""
    path = here.folder / "nianbao.toml"
    text = path.read_text(encoding="utf-8").partition("[imap] #")[0]
    rows = [
        f"port = {port or server.port}",
        f'security = "{security}"',
        f'user = "{USER}"',
        f'folder = "{folder}"',
    ]
    named = "\n".join(('host = "127.0.0.1"', *rows, 'ca = "ca.pem"'))
    path.write_text(f"{text}[imap] #\n{named}\n", encoding="utf-8")
    (here.folder / "ca.pem").write_bytes(server.certificate.read_bytes())
    return open_round(here.folder)


def reply(here: Round, code: str, number: int = 0) -> bytes:
    """A unit's letter with its right return."""
    return f"Message-ID: <{code}.{number}@x>\r\n".encode() + mixed(
        attached(right_return(here, code), f"{code}.xlsx")
    )


def deliver(server: Server, here: Round, *letters: bytes) -> None:
    """The letters arrived."""
    server.deliver(*letters, folder=here.settings.imap.folder, received=MOMENT)


def collect(here: Round, *options: str) -> Ran:
    """The command."""
    return run("collect", "-C", here.folder, *options)


def returned(here: Round) -> list[str]:
    """What stands in `returned/`."""
    return sorted(
        path.relative_to(here.returned).as_posix() for path in here.returned.rglob("*") if path.is_file()
    )


def seen(server: Server, here: Round) -> list[bool]:
    """Of each letter whether it is marked as read."""
    with server.client() as client:
        client.select_folder(here.settings.imap.folder, readonly=True)
        found = client.fetch(client.search(), ["FLAGS"])
    return [b"\\Seen" in one[b"FLAGS"] for one in found.values()]


def test_replies_are_fetched_once(server: Server, here: Round) -> None:
    """New letters alone; a file carries the moment at which the server took its letter in."""
    deliver(server, here, reply(here, "101"), letter("好".encode()))
    assert collect(here).status == 0
    [path] = (here.returned / "101").iterdir()
    assert (path.name, path.stat().st_mtime) == ("2026-01-14_103005_101.xlsx", MOMENT.timestamp())
    deliver(server, here, reply(here, "102"))
    document = collect(here, "--json").document
    assert [one["source"].rpartition("/")[2] for one in document["letters"]] == ["3"]
    assert document["known"] == 0
    assert collect(here).out == "没有新来信。\n"


def test_nothing_is_marked_as_read_unless_asked_for(server: Server, here: Round) -> None:
    """The office's own mail program shows what nobody has read; with --mark-seen it does not."""
    deliver(server, here, reply(here, "101"))
    collect(here)
    assert seen(server, here) == [False]
    deliver(server, here, reply(here, "102"))
    collect(here, "--mark-seen")
    assert seen(server, here) == [False, True]


def test_the_program_tells_its_name(server: Server, here: Round) -> None:
    """The ID command, without which 163 and 126 refuse to open a mailbox."""
    deliver(server, here, letter(b"x"))
    collect(here)
    assert "ID sent: name=nianbao, version=" in server.log


def test_starttls_is_encrypted_too(server: Server, here: Round) -> None:
    """The password goes over the line after that."""
    deliver(server, here, reply(here, "101"))
    here = told_where(
        here, server, folder=here.settings.imap.folder, port=server.plain_port, security="starttls"
    )
    assert collect(here).status == 0
    assert returned(here) == ["101/2026-01-14_103005_101.xlsx"]


def test_a_mailbox_numbered_anew_gives_nothing_twice(server: Server, here: Round) -> None:
    """Another UIDVALIDITY: all is read again, known letters are known, new ones are taken in."""
    deliver(server, here, reply(here, "101"))
    collect(here)
    with Book(here.ledger_path) as ledger:
        before = place_in(ledger, f"{USER}@127.0.0.1", here.settings.imap.folder)
    with server.client() as client:
        client.delete_folder(here.settings.imap.folder)
    deliver(server, here, reply(here, "102"), reply(here, "101"))
    document = collect(here, "--json").document
    assert (document["counts"]["returned"], document["known"]) == (1, 1)
    with Book(here.ledger_path) as ledger:
        after = place_in(ledger, f"{USER}@127.0.0.1", here.settings.imap.folder)
    assert before is not None
    assert after is not None
    assert before.uidvalidity != after.uidvalidity
    assert after.uid == 2
    assert len(returned(here)) == 2


def test_a_wrong_password_says_what_to_do(
    server: Server, here: Round, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Status 2 and the way to an authorisation code; never the password itself."""
    monkeypatch.setenv("NIANBAO_IMAP_PASSWORD", "wrong-secret")
    ran = collect(here)
    assert (ran.status, ran.out) == (2, "")
    assert "授权码" in ran.err
    assert "wrong-secret" not in ran.err
    assert server.port


def test_a_wrong_certificate_is_not_logged_in_to(server: Server, here: Round) -> None:
    """Status 2; the server never hears the password."""
    make_certificate(here.folder / "ca.pem", here.folder / "other.key")
    logins = server.log.count("Login:")
    ran = collect(here)
    assert (ran.status, "证书不可信" in ran.err) == (2, True)
    assert server.log.count("Login:") == logins


def test_a_folder_that_is_not_there_is_told(server: Server, here: Round) -> None:
    """With the setting in which it stands."""
    told_where(here, server, folder="没有")
    ran = collect(here)
    assert (ran.status, "「没有」" in ran.err, "imap.folder" in ran.err) == (2, True, True)


def test_nobody_listens(server: Server, here: Round) -> None:
    """Status 2, with host and port."""
    told_where(here, server, folder="INBOX", port=1)
    ran = collect(here)
    assert (ran.status, "127.0.0.1:1" in ran.err) == (2, True)


def test_without_settings_the_command_says_what_to_write(tmp_path: Path) -> None:
    """And that saved letters can be named instead."""
    ran = run("collect", "-C", make_round(tmp_path / "r").folder)
    assert (ran.status, "[imap]" in ran.err, "nianbao collect 文件夹" in ran.err) == (2, True, True)


@pytest.mark.parametrize("after", [4_000, 12_000, 60_000, 110_000])
def test_a_connection_lost_on_the_way_is_gone_on_with(after: int, server: Server, here: Round) -> None:
    """What was whole is taken in, the rest the next time; nothing twice."""
    folder = here.settings.imap.folder
    deliver(server, here, *(reply(here, code) for code in ("101", "102", "103")))
    with cut_line(server.port, after=after) as port:
        told_where(here, server, folder=folder, port=port)
        broken = collect(here)
    assert (broken.status, "再运行一次" in broken.err) == (2, True)
    first = returned(here)
    told_where(here, server, folder=folder)
    assert collect(here).status == 0
    assert len(returned(here)) == 3
    assert set(first) <= set(returned(here))
    assert len(first) == {4_000: 0, 12_000: 0, 60_000: 1, 110_000: 2}[after]


class KilledError(BaseException):
    """The process is gone."""


@pytest.mark.parametrize("step", ["save", "take_in", "mark_seen"])
def test_killed_at_a_step_the_next_run_goes_on(step: str, server: Server, here: Round) -> None:
    """Before its work or after, at the second letter: in the end each file is there once."""
    deliver(server, here, *(reply(here, code) for code in ("101", "102", "103")))
    where = Mailbox if step == "mark_seen" else collecting
    work, calls = getattr(where, step), []

    def dying(*given: object, **named: object) -> object:
        calls.append(step)
        done = work(*given, **named)
        if len(calls) == 2:
            raise KilledError
        return done

    with patch.object(where, step, dying), suppress(KilledError):
        collect(here, "--mark-seen")
    assert len(calls) == 2
    assert collect(here, "--mark-seen").status == 0
    assert returned(here) == [f"{code}/2026-01-14_103005_{code}.xlsx" for code in ("101", "102", "103")]
    with Book(here.ledger_path) as ledger:
        assert len(ledger.rows("SELECT 1 FROM letter")) == 3
        place = place_in(ledger, f"{USER}@127.0.0.1", here.settings.imap.folder)
    assert isinstance(place, Place)
    assert place.uid == 3


@pytest.mark.parametrize(("kind", "found"), [("blank", 0), ("corrections", 1)])
def test_letters_of_before_the_blanks_are_left_alone(
    kind: str, found: int, server: Server, here: Round
) -> None:
    """Where blanks went out by mail, nobody answered earlier; where others handed them out, anybody may have."""
    deliver(server, here, reply(here, "101"))
    with Book(here.ledger_path) as ledger:
        compose(ledger, Message("<1@x>", "101", kind, "a@example.cn", "年报", "d"), b"x")
    assert collect(here, "--json").document["counts"]["returned"] == found


def test_the_password_is_kept_in_the_keyring(here: Round, monkeypatch: pytest.MonkeyPatch) -> None:
    """--password asks for it without showing it; the environment is not needed then."""
    kept: dict[tuple[str, str], str] = {}
    monkeypatch.setattr(
        "keyring.set_password", lambda service, name, word: kept.update({(service, name): word})
    )
    monkeypatch.setattr("keyring.get_password", lambda service, name: kept.get((service, name)))
    monkeypatch.setattr("typer.prompt", lambda *_, **__: PASSWORD)
    monkeypatch.delenv("NIANBAO_IMAP_PASSWORD")
    without = collect(here)
    assert (without.status, "nianbao collect --password" in without.err) == (2, True)
    assert collect(here, "--password").status == 0
    assert kept == {("nianbao-imap", f"{USER}@127.0.0.1"): PASSWORD}
    assert collect(here).status == 2  # logged in: its folder is not there
    assert PASSWORD not in collect(here, "--password").err


def test_letters_of_before_a_day_are_left_alone(server: Server, here: Round) -> None:
    """--since, when a mailbox is read for the first time."""
    deliver(server, here, reply(here, "101"))
    assert collect(here, "--since", "2026-01-15").out == "没有新来信。\n"
    assert collect(here, "--since", "2026-01-14").status == 0
    assert len(returned(here)) == 1
    assert collect(here, "--since", "昨天").status == 2
