from __future__ import annotations

from io import BytesIO
from zipfile import ZIP_STORED, ZipFile

import openpyxl
import pytest

from conftest import make_identity
from nianbao.kinds import UnitKind
from nianbao.layout.places import Layout, Place
from nianbao.layout.slots import slots
from nianbao.workbook.blank import BlankWriter, write_master
from nianbao.workbook.patching import patch
from nianbao.workbook.protection import lock
from nianbao.workbook.template import Template
from nianbao.workbook.zipping import Start, copied, deflate


def parts(data: bytes) -> dict[str, bytes]:
    """Every part's content, each checked against its sum."""
    with ZipFile(BytesIO(data)) as archive:
        assert archive.testzip() is None
        return {name: archive.read(name) for name in archive.namelist()}


def test_a_blank_is_what_patching_the_master_gives(layout: Layout) -> None:
    """The fast way and the plain way make the same parts, first the one that tells what the file is."""
    identity = make_identity(layout)
    fast = BlankWriter(layout).write(identity)
    texts = slots(layout.form, identity)
    master = lock(write_master(layout, UnitKind.TOWN))
    plain = patch(master, {layout.places[name]: text for name, text in texts.items()})
    assert parts(fast) == parts(plain)
    assert next(iter(parts(fast))) == "[Content_Types].xml"


@pytest.mark.parametrize(
    "text", ["", "a & b < c", "「东河镇」", "line\nbreak", "<r>x</r>", "=1+1", "\x00bad\ue000", " x "]
)
def test_a_gap_takes_any_text(layout: Layout, text: str) -> None:
    """Markup, controls and formulas are words in the cell; spaces at the ends stay."""
    place = Place("封面", 2, 1)
    data = Template(write_master(layout, UnitKind.TOWN), {"name": place}).fill({"name": text})
    cell = openpyxl.load_workbook(BytesIO(data))["封面"]["B3"]
    assert (cell.value or "").rstrip(" ") == text.replace("\x00", "").rstrip(" ")
    assert cell.data_type in {"s", "n", "inlineStr"}


def test_a_gap_without_a_text_is_an_error(layout: Layout) -> None:
    """Nothing is left open by mistake."""
    template = Template(write_master(layout, UnitKind.TOWN), {"name": Place("封面", 2, 1)})
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
