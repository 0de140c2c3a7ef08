"""What is found in letters of every shape, and what hostile ones cannot do."""

from __future__ import annotations

import io
import time
import zipfile
from random import Random
from typing import TYPE_CHECKING

import pytest

from awkward_letters import NAME, SHAPES, attached, forwarded, letter, mixed, part, zipped
from build import sent_by
from conftest import make_identity
from nianbao.mail.pieces import What
from nianbao.mail.unpacking import unpack
from nianbao.opening.grid import Limits

if TYPE_CHECKING:
    from nianbao.layout.places import Layout
    from nianbao.mail.unpacking import Unpacked

LIMITS = Limits()
AT_ONCE = 5.0
"""Seconds within which any letter is done with, on a machine that has other things to do."""


def names(found: Unpacked, what: What) -> list[str]:
    """What the pieces of one kind are called."""
    return [piece.name for piece in found.pieces if piece.what is what]


@pytest.fixture(scope="module")
def book(layout: Layout) -> bytes:
    """A filled workbook."""
    return sent_by(layout, make_identity(layout))


@pytest.mark.parametrize("shape", SHAPES)
def test_every_shape_gives_what_is_in_it(shape: str, book: bytes) -> None:
    """Each workbook once, under its own name and byte by byte; what cannot be read is named, with what to do."""
    made = SHAPES[shape]
    found = unpack(made.make(book, NAME), LIMITS)
    assert names(found, What.WORKBOOK) == list(made.workbooks)
    assert names(found, What.UNREADABLE) == list(made.unreadable)
    assert names(found, What.OTHER) == list(made.others)
    assert all(piece.data.startswith(book[:-2]) for piece in found.workbooks)
    advice = [str(piece.why) for piece in found.pieces if piece.what is What.UNREADABLE]
    assert all("请" in why for why in advice)


@pytest.mark.parametrize("shape", SHAPES)
def test_who_wrote_and_what_about_is_read(shape: str, book: bytes) -> None:
    """Sender, subject and date, in whatever shape the rest is."""
    found = unpack(SHAPES[shape].make(book, NAME), LIMITS)
    assert (found.sender, found.sender_name) == ("dhz@example.cn", "东河镇")
    assert found.subject.startswith(("年报", "转发"))
    assert found.date is not None
    assert found.date.isoformat() == "2026-01-13T09:30:00+08:00"


@pytest.mark.parametrize(
    ("line", "subject"),
    [
        ("报送年报".encode("gbk"), "报送年报"),
        ("报送年报".encode(), "报送年报"),
        (b"=?gb2312?B?sajLzcTqsag?=", "报送年报"),
        (b"=?utf-8?q?=E6=8A=A5?= =?utf-8?q?=E9=80=81?=", "报送"),
        (b"=?x-unknown?B?5oql6YCB?=", "报送"),
        (b"=?utf-8?B?%%%?= 1", "1"),
        (b"a\tb\0c\x1b[31m", "a b c [31m"),
    ],
)
def test_subjects_are_read_in_any_encoding(line: bytes, subject: str) -> None:
    """What cannot be read is left out; nothing in it reaches a terminal as a command."""
    data = letter(b"").replace(b"Subject: =?utf-8?b?5bm05oql?=", b"Subject: " + line)
    assert unpack(data, LIMITS).subject == subject


def bomb() -> bytes:
    """A zip of 120 MB of zeros."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive, archive.open("a.xlsx", "w") as member:
        for _ in range(12):
            member.write(b"\0" * 10_000_000)
    return stream.getvalue()


def nested(depth: int) -> bytes:
    """A letter in a letter, and so on."""
    inner = letter(b"", "Content-Type: text/plain")
    for level in range(depth):
        inner = mixed(forwarded(inner), mark=f"=_{level}", text=False)
    return inner


def multiparts(depth: int) -> bytes:
    """Nothing but beginnings of multiparts."""
    heads = (
        f'Content-Type: multipart/mixed; boundary="b{level}"\r\n\r\n--b{level}\r\n' for level in range(depth)
    )
    return "".join(heads).encode()


def files_in_files(depth: int) -> bytes:
    """An .eml file in an .eml file, and so on, none of them declared as a letter."""
    head = b"From: a@b.cn\r\nContent-Type: application/octet-stream; name=a.eml\r\n\r\n"
    return head * depth


HOSTILE = {
    "10,000 parts": lambda: mixed(*[part(b"x", "Content-Type: a/b; name=x.xlsx", packed=False)] * 10_000),
    "10,000 empty parts": lambda: mixed(*[b"\r\n"] * 10_000),
    "letters 60 deep": lambda: nested(60),
    "letters 200 deep": lambda: nested(200),
    "letters 2,000 deep": lambda: nested(2_000),
    "multiparts 200 deep": lambda: multiparts(200),
    "multiparts 20,000 deep": lambda: multiparts(20_000),
    "files in files 5,000 deep": lambda: files_in_files(5_000),
    "a zip bomb": lambda: mixed(attached(bomb(), "a.zip")),
    "zips 10 deep": lambda: mixed(attached(zips(10), "a.zip")),
    "an archive of 5,000 files": lambda: mixed(attached(many(), "a.zip")),
    "larger than any letter": lambda: letter(b"a" * 81_000_000),
}


def zips(depth: int) -> bytes:
    """A zip in a zip, and so on."""
    inner = b"x"
    for _ in range(depth):
        inner = zipped("内.zip", inner)
    return inner


def many() -> bytes:
    """A zip of many files."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        for number in range(5_000):
            archive.writestr(f"{number}.xlsx", "")
    return stream.getvalue()


@pytest.mark.parametrize("attack", HOSTILE)
def test_a_hostile_letter_is_told_at_once(attack: str) -> None:
    """It ends soon, finds no workbook, and says that something was not read."""
    data = HOSTILE[attack]()
    start = time.process_time()
    found = unpack(data, LIMITS)
    assert time.process_time() - start < AT_ONCE
    assert not found.workbooks
    if attack != "10,000 empty parts":
        assert names(found, What.UNREADABLE)


HARMLESS = {
    "100,000 header lines": b"X: y\r\n" * 100_000,
    "a header of 10 MB": b"X-Long: " + b"=?utf-8?B?" * 1_000_000 + b"\r\n",
    "brackets in the sender": b"From: " + b"(<" * 100_000 + b"\r\n",
    "nonsense for a date": b"Date: 99 Foo 99999999999999999999 99:99:99 +999999\r\n",
    "nonsense for numbers of pieces": b"Content-Disposition: attachment; filename*99999999999999999999999*=a\r\n",
    "nonsense for a charset": b"Content-Type: text/plain; charset*=a'b'c%ff\r\n",
    "a NUL in the type": b"Content-Type: multi\0part/mixed; boundary=\0\r\n",
    "an empty boundary": b'Content-Type: multipart/mixed; boundary=""\r\n',
}


@pytest.mark.parametrize("attack", HARMLESS)
def test_nonsense_in_headers_hides_nothing(attack: str, book: bytes) -> None:
    """A workbook in the letter behind it is found, and soon."""
    data = HARMLESS[attack] + b"X-End: 1\r\n" + mixed(attached(book, "a.xlsx"))
    if b"Content-" in HARMLESS[attack]:
        data = mixed(HARMLESS[attack] + b"\r\nx", attached(book, "a.xlsx"))
    start = time.process_time()
    assert "a.xlsx" in names(unpack(data, LIMITS), What.WORKBOOK)
    assert time.process_time() - start < AT_ONCE


SLOW_TEXTS = {
    "beginnings of uuencode": "begin 644 x\n" * 80_000,
    "beginnings of styles": "<style " * 140_000,
    "angle brackets": "<" * 1_000_000,
    "blanks after base64": "UEsDB" + " " * 900_000 + "!",
    "beginnings of links": "https://" + "." * 900_000,
}


@pytest.mark.parametrize("attack", SLOW_TEXTS)
@pytest.mark.parametrize("kind", ["plain", "html"])
def test_no_text_takes_long(attack: str, kind: str) -> None:
    """Nothing is looked for in a way that takes the square of a text's length."""
    data = letter(SLOW_TEXTS[attack].encode(), f"Content-Type: text/{kind}")
    start = time.process_time()
    unpack(data, LIMITS)
    assert time.process_time() - start < AT_ONCE


def test_random_damage_never_stops_the_reading(book: bytes) -> None:
    """Any letter of any shape, with pieces cut out and bytes changed, gives an answer."""
    chance = Random(5)  # noqa: S311 -- damage that is the same every time
    for shape in SHAPES.values():
        data = bytearray(shape.make(book[:3000], NAME))
        for _ in range(6):
            place = chance.randrange(len(data))
            data[place : place + chance.choice((0, 1, 40))] = chance.randbytes(chance.choice((0, 1, 9)))
            unpack(bytes(data), LIMITS)
