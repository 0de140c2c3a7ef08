"""A whole round by mail: forty units get blanks, reply in every shape, are corrected, reply again, and are merged."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest

import dovecot
from awkward_letters import NAME, SHAPES, forwarded, letter, mixed, part
from build import right_answers, right_words
from mail_server import HOST, PASSWORD, USER, Post, certificate, serving
from nianbao.layout.shelf import find_form
from nianbao.rounds.rounds import open_round
from nianbao.workbook.patching import patch
from office import make_round, run

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from nianbao.layout.places import Layout
    from nianbao.rounds.rounds import Round

CODES = [str(number) for number in range(101, 141)]
FAULTY, LOST, NEW = CODES[::5], CODES[-1], "new@example.cn"
"""Who fills in a column that does not balance, and whose address is wrong."""
READABLE = [shape for shape in SHAPES.values() if shape.workbooks]
UNREADABLE = [shape for shape in SHAPES.values() if not shape.workbooks]
FIRST, SECOND = timedelta(hours=3), timedelta(hours=1)
"""How long ago the letters of a wave came; the office's own messages count as of today."""


def address(code: str) -> str:
    """The unit's."""
    return f"u{code}@example.cn"


class Office:
    """The round, what it sends to, and what it fetches from."""

    def __init__(self, here: Round, post: Post, mailbox: dovecot.Server, layout: Layout) -> None:
        self.here = here
        self.post = post
        self.mailbox = mailbox
        self.layout = layout

    def run(self, *words: str) -> Any:
        """A command's document."""
        name, *rest = words
        return run(name, "-C", self.here.folder, "--json", *rest).document

    def reply(self, code: str, place: int, *, right: bool, to: str = "") -> bytes:
        """The unit's letter: the workbook that it was sent last, filled in, in the shape of that place."""
        workbook = next(iter(self.post.message(to or address(code)).iter_attachments())).get_content()
        values = right_answers(self.layout) | right_words(self.layout)
        if not right:
            values["t3.new.natural"] = 7
        filled = patch(workbook, {self.layout.places[key]: value for key, value in values.items()})
        return from_unit(code, READABLE[place % len(READABLE)].make(filled, NAME), place)

    def arrive(self, letters: list[bytes], ago: timedelta) -> None:
        """The letters are in the mailbox, a minute apart; by the ledger, which counts seconds, after what was sent."""
        time.sleep(1)
        moment = datetime.now(UTC) - ago
        with self.mailbox.client() as client:
            for number, data in enumerate(letters):
                client.append("INBOX", data, msg_time=moment + timedelta(minutes=number))

    def statuses(self) -> dict[str, list[str]]:
        """What is said of each unit's files."""
        found: dict[str, list[str]] = {}
        for file in self.run("check")["files"]:
            found.setdefault(file["unit"]["code"], []).append(file["status"])
        return found


def from_unit(code: str, data: bytes, number: int) -> bytes:
    """The letter as that unit's."""
    return f"Message-ID: <{number}.{code}@example.cn>\r\n".encode() + data.replace(
        b"dhz@example.cn", address(code).encode()
    )


@pytest.fixture
def office(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Office]:
    """A round of forty units with blanks, and two real servers."""
    here = make_round(tmp_path / "r")
    rows = [f"{code},第{code}镇,乡镇,{address(code)}" for code in CODES]
    (here.folder / "units.csv").write_text("代码,名称,类型,邮箱\n" + "\n".join(rows) + "\n", encoding="utf-8")
    assert run("blank", "-C", here.folder).status == 0
    monkeypatch.setenv("NIANBAO_SMTP_PASSWORD", PASSWORD)
    monkeypatch.setenv("NIANBAO_IMAP_PASSWORD", dovecot.PASSWORD)
    post = Post()
    with dovecot.dovecot() as mailbox, serving(post, certificate(here.folder, HOST)) as port:
        own = (here.folder / "ca.pem").read_text() + mailbox.certificate.read_text()
        (here.folder / "ca.pem").write_text(own)
        settings = here.folder / "nianbao.toml"
        smtp = f'[mail]\nfrom = "{USER}"\nhost = "{HOST}"\nport = {port}\nca = "ca.pem"\npause = 0\n'
        imap = f'[imap]\nhost = "{HOST}"\nport = {mailbox.port}\nuser = "{dovecot.USER}"\n'
        settings.write_text(settings.read_text(encoding="utf-8") + smtp + imap, encoding="utf-8")
        yield Office(open_round(here.folder), post, mailbox, find_form("2021"))


def items(collected: Any, outcome: str) -> list[Any]:
    """All things of which that became."""
    return [item for one in collected["letters"] for item in one["items"] if item["outcome"] == outcome]


def bounce(office: Office, code: str) -> bytes:
    """What the unit's mail server says of our message to it."""
    message_id = office.post.message(address(code))["Message-ID"]
    fields = (
        f"Reporting-MTA: dns; mx.cn\r\n\r\nFinal-Recipient: rfc822; {address(code)}\r\nAction: failed\r\n"
    )
    return mixed(
        part(fields.encode(), "Content-Type: message/delivery-status", packed=False),
        forwarded(letter(b"x", f"Message-ID: {message_id}")),
        kind="report; report-type=delivery-status",
        sender="mailer-daemon@mx.cn",
        subject="Undelivered Mail",
    )


def test_a_round_by_mail_from_blanks_to_county_workbook(office: Office) -> None:
    """Every unit is sent to once, every reply is found, faults go back and come right, the ledger tells it all."""
    assert run("send", "-C", office.here.folder, "--go").status == 0
    assert office.post.counts() == {address(code): 1 for code in CODES}

    answering = [code for code in CODES if code != LOST]
    first = [office.reply(code, place, right=code not in FAULTY) for place, code in enumerate(answering)]
    first += [
        from_unit(code, shape.make(first[0], NAME), 900)
        for code, shape in zip(CODES, UNREADABLE, strict=False)
    ]
    office.arrive([*first, bounce(office, LOST)], FIRST)
    collected = office.run("collect")
    assert {item["unit"]["code"] for item in items(collected, "returned")} == set(answering)
    assert not any(item["stranger"] for item in items(collected, "returned"))
    assert collected["counts"]["unreadable"] == sum(len(shape.unreadable) for shape in UNREADABLE)
    assert [item["unit"]["code"] for item in items(collected, "bounced")] == [LOST]
    assert {code for code, found in office.statuses().items() if "accepted" not in found} == set(FAULTY)

    (office.here.folder / "units.csv").write_text(
        (office.here.folder / "units.csv").read_text(encoding="utf-8").replace(address(LOST), NEW),
        encoding="utf-8",
    )
    assert run("send", "-C", office.here.folder, "--go", "--corrections").status == 0
    assert office.post.counts() == {address(code): 2 if code in FAULTY else 1 for code in CODES}
    assert run("send", "-C", office.here.folder, "--go", "--resend", "--only", LOST).status == 0
    second = [office.reply(code, place, right=True) for place, code in enumerate(FAULTY)]
    office.arrive([*second, office.reply(LOST, 38, right=True, to=NEW), *first[:3]], SECOND)
    again = office.run("collect")
    assert {item["unit"]["code"] for item in items(again, "returned")} == {*FAULTY, LOST}
    assert again["known"] == 3  # who sent the same letter once more

    assert {code for code, found in office.statuses().items() if "accepted" in found} == set(CODES)
    merged = office.run("merge")
    assert (merged["county"]["units"], merged["missing"]) == (len(CODES), [])
    one = right_answers(office.layout)["t3.new.natural"]
    assert merged["county"]["totals"]["t3.new.natural"] == len(CODES) * int(str(one))

    story = [event.get("step") or event["what"] for event in office.run("log", FAULTY[0])["events"]]
    out = ["composed", "attempt", "accepted"]
    assert story == [*out, "letter", "arrived", "judged", *out, "letter", "arrived", "judged", "merged"]
    story = [event.get("step") or event["what"] for event in office.run("log", LOST)["events"]]
    assert story == [*out, "bounced", *out, "letter", "arrived", "judged", "merged"]
