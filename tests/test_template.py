from __future__ import annotations

import zlib
from io import BytesIO
from typing import TYPE_CHECKING
from zipfile import ZIP_STORED, ZipFile

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from conftest import make_identity
from nianbao.kinds import UnitKind
from nianbao.layout.slots import banners, slots
from nianbao.opening.workbooks import read_workbook
from nianbao.workbook.blank import BlankWriter, write_master
from nianbao.workbook.protection import lock
from nianbao.workbook.template import Template, gap
from nianbao.workbook.zipping import Pressed, Start, assembled, copied, deflate, joined, stretch, zipped

if TYPE_CHECKING:
    from nianbao.layout.places import Layout


def parts(data: bytes) -> dict[str, bytes]:
    """Every part's content, each checked against its sum."""
    with ZipFile(BytesIO(data)) as archive:
        assert archive.testzip() is None
        return {name: archive.read(name) for name in archive.namelist()}


@pytest.mark.parametrize("kind", UnitKind)
def test_a_blank_is_what_writing_its_texts_gives(layout: Layout, kind: UnitKind) -> None:
    """Filling the gaps and writing with the texts make the same workbook; what the file is comes first."""
    identity = make_identity(layout, kind=kind)
    fast = BlankWriter(layout).write(identity)
    texts = slots(layout.form, identity) | banners(layout, identity)
    plain = lock(write_master(layout, kind, texts))
    assert read_workbook(fast) == read_workbook(plain)
    texts_aside = {name for name in parts(plain) if "sheet" not in name and "sharedStrings" not in name}
    assert all(parts(fast)[name] == parts(plain)[name] for name in texts_aside)
    assert next(iter(parts(fast))) == "[Content_Types].xml"


@pytest.mark.parametrize(
    "text", ["", "a & b < c", "「东河镇」", "line\nbreak", "<r>x</r>", "=1+1", "\x00bad\ue000", " x "]
)
def test_a_gap_takes_any_text(layout: Layout, text: str) -> None:
    """Markup, controls and formulas are words in the cell; spaces at the ends stay."""
    data = Template(write_master(layout, UnitKind.TOWN, {"unit.name": gap("name")})).fill({"name": text})
    cell = openpyxl.load_workbook(BytesIO(data))["封面"]["B3"]
    assert (cell.value or "").rstrip(" ") == text.replace("\x00", "").rstrip(" ")
    assert cell.data_type in {"s", "n", "inlineStr"}


def test_a_gap_without_a_text_is_an_error(layout: Layout) -> None:
    """Nothing is left open by mistake."""
    template = Template(write_master(layout, UnitKind.TOWN, {"unit.name": gap("name")}))
    with pytest.raises(KeyError):
        template.fill({})


def test_members_are_copied_as_they_are() -> None:
    """Stored members are compressed, compressed ones keep their very bytes."""
    stream = BytesIO()
    with ZipFile(stream, "w", ZIP_STORED) as archive:
        archive.writestr("一.txt", "stored")
    with ZipFile(stream) as archive:
        once = Start().followed_by(copied(archive, info) for info in archive.infolist()).closed()
    with ZipFile(BytesIO(once)) as archive:
        again = Start().followed_by(copied(archive, info) for info in archive.infolist()).closed()
    assert once == again
    assert parts(once) == {"一.txt": b"stored"}


def test_a_start_is_shared() -> None:
    """Two files go on from one beginning, each whole."""
    start = Start().followed_by([deflate("a", b"1")])
    one, two = (
        start.followed_by([deflate("b", b"2")]).closed(),
        start.followed_by([deflate("c", b"3")]).closed(),
    )
    assert parts(one) == {"a": b"1", "b": b"2"}
    assert parts(two) == {"a": b"1", "c": b"3"}


def test_a_member_may_be_put_together_from_stretches() -> None:
    """Compressed and plain stretches in any order, empty ones and one longer than a block, make one sound member."""
    stretches: list[Pressed | bytes] = [
        b"",
        Pressed.of(b"a" * 500),
        b"b",
        b"c" * 70_000,
        Pressed.of(b""),
        Pressed.of(b"d" * 300),
        b"",
    ]
    data = Start().followed_by([assembled("x", stretches)]).closed()
    assert parts(data) == {"x": b"a" * 500 + b"b" + b"c" * 70_000 + b"d" * 300}


@given(st.lists(st.binary(max_size=300), max_size=4), st.integers(0, 70_000))
def test_stretches_join_to_one_member(contents: list[bytes], zeros: int) -> None:
    """A member made of stretches that were compressed apart inflates to all of them, and has their checksum."""
    contents.append(bytes(zeros))
    member = joined("a.xml", [stretch((content,)) for content in contents])
    whole = b"".join(contents)
    assert (member.crc, member.size) == (zlib.crc32(whole), len(whole))
    assert parts(zipped([member])) == {"a.xml": whole}
