"""The files to be read: what is found under a path, inside an archive, and what cannot be opened."""

from __future__ import annotations

import inspect
import io
import os
import pickle
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import tracemalloc
import zipfile
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nianbao.beijing import BEIJING
from nianbao.gathering.found import is_litter, megabytes
from nianbao.gathering.gather import Found, Trouble, gather
from nianbao.opening.grid import Limits, UnreadableError
from nianbao.problems import OfficeError

if TYPE_CHECKING:
    from collections.abc import Mapping

LIMITS = Limits(file=10_000, part=10_000, inflated=30_000, parts=20)
NOON = (2026, 1, 20, 12, 0, 0)


@pytest.fixture(autouse=True)
def _in_an_empty_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Paths in the tests are relative, as the ones people type."""
    monkeypatch.chdir(tmp_path)


def put(path: str, data: bytes = b"x") -> Path:
    """A file with its folders."""
    target = Path(path)
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_bytes(data)
    return target


def zipped(members: Mapping[str, bytes], *, date: tuple[int, int, int, int, int, int] = NOON) -> bytes:
    """A zip archive of these members."""
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(zipfile.ZipInfo(name, date), content, zipfile.ZIP_DEFLATED)
    return data.getvalue()


def named(raw: bytes) -> bytes:
    """A zip archive of one member whose name has these bytes, and no mark that they are UTF-8."""
    return zipped({"N" * len(raw): b"x"}).replace(b"N" * len(raw), raw)


def gathered(*paths: str, limits: Limits = LIMITS) -> list[Found | Trouble]:
    """All that comes of these paths."""
    return list(gather([Path(path) for path in paths], limits=limits))


def shown(*paths: str, limits: Limits = LIMITS) -> list[str]:
    """The same as text: the path, and the code where there is trouble."""
    return [
        file.path if isinstance(file, Found) else f"{file.path}: {file.code}"
        for file in gathered(*paths, limits=limits)
    ]


def trouble(path: str, *, limits: Limits = LIMITS) -> Trouble:
    """The only thing that comes of a path, which cannot be opened."""
    (only,) = gathered(path, limits=limits)
    assert isinstance(only, Trouble)
    return only


def test_folders_are_walked_in_the_order_of_their_paths() -> None:
    """Files and folders by name, whatever order the disk has them in, of every ending."""
    for path in ("in/c.pdf", "in/a/2.xlsx", "in/a/1/z.docx", "in/b.xlsx", "in/A.xls"):
        put(path)
    assert shown("in") == ["in/A.xls", "in/a/1/z.docx", "in/a/2.xlsx", "in/b.xlsx", "in/c.pdf"]


def test_a_file_brings_its_name_its_time_and_its_bytes() -> None:
    """What is found can be read when it is needed, also in another process."""
    os.utime(put("in/示例.xlsx", b"bytes"), ns=(1, 1_700_000_000_000_000_001))
    (found,) = gathered("in")
    assert isinstance(found, Found)
    assert (found.name, found.size, found.mtime_ns) == ("示例.xlsx", 5, 1_700_000_000_000_000_001)
    assert pickle.loads(pickle.dumps(found)).read() == b"bytes"  # noqa: S301


@pytest.mark.parametrize("change", [lambda path: path.unlink(), lambda path: path.write_bytes(b"longer")])
def test_a_file_that_changes_before_it_is_read_is_unreadable(change: object) -> None:
    """A file that went away, or is still being written, says so."""
    path = put("in/a.xlsx")
    (found,) = gathered("in")
    assert isinstance(found, Found)
    assert callable(change)
    change(path)
    with pytest.raises(UnreadableError) as caught:
        found.read()
    assert caught.value.code == "unreadable"


@pytest.mark.parametrize(
    "name",
    [
        "~$甲.xlsx",
        ".~lock.甲.xlsx#",
        ".DS_Store",
        ".a",
        "Thumbs.db",
        "DESKTOP.INI",
        "a.TMP",
        "__MACOSX/a.xlsx",
    ],
)
def test_litter_is_left_out(name: str) -> None:
    """Locks and leavings are no returns, on disk or in an archive; one that is asked for by name comes."""
    put(f"in/{name}")
    put("in/a.zip", zipped({name: b"x", f"b/{name}": b"x"}))
    assert shown("in") == []
    assert shown(f"in/{name}") == [f"in/{name}"]


def test_what_only_looks_like_litter_comes() -> None:
    """A name is judged whole."""
    assert not any(map(is_litter, ["a~$.xlsx", "a.tmp.xlsx", "thumbs.db.xlsx", "甲.xlsx"]))


def test_an_empty_folder_gives_nothing() -> None:
    """Nothing returned yet is no fault."""
    Path("in").mkdir()
    assert shown("in") == shown() == []


def test_every_missing_path_is_named_before_anything_is_read() -> None:
    """The complaint guesses at what was meant, also where a folder is misspelled."""
    put("returned/甲镇.xlsx")
    with pytest.raises(OfficeError) as caught:
        gather(
            [Path("returned/甲鎮.xlsx"), Path("retuned/a/b.xlsx"), Path("returned/甲镇.xlsx/x")],
            limits=LIMITS,
        )
    assert [problem.text() for problem in caught.value.problems] == [
        '找不到“returned/甲鎮.xlsx”，请检查路径，是否为 "甲镇.xlsx"？',
        '找不到“retuned/a/b.xlsx”，请检查路径，是否为 "returned"？',
        "找不到“returned/甲镇.xlsx/x”，请检查路径",
    ]


def test_what_is_reached_twice_comes_once() -> None:
    """Overlapping paths, links out of the folder and links in a circle do not double or hang anything."""
    put("elsewhere/b.xlsx")
    put("in/a.xlsx")
    Path("in/circle").symlink_to("../in")
    Path("in/out").symlink_to("../elsewhere")
    Path("in/same.xlsx").symlink_to("a.xlsx")
    assert shown("in/a.xlsx", "in", "elsewhere", "./in/a.xlsx") == ["in/a.xlsx", "in/out/b.xlsx"]


def test_links_to_nothing_or_to_themselves_are_trouble() -> None:
    """A link that leads nowhere is reported, not passed over."""
    Path("in").mkdir()
    Path("in/a").symlink_to("gone")
    Path("in/b").symlink_to("b")
    assert shown("in") == ["in/a: unreadable", "in/b: unreadable"]
    assert trouble("in/b").message.text() == "打不开：快捷链接绕回到自己。请移走，把文件本身放入。"


def test_a_link_to_a_folder_above_is_not_followed() -> None:
    """It would bring in the round itself, or the whole disk; one to a folder beside is followed."""
    put("round/units.csv")
    put("round/in/a.xlsx")
    put("rounds/b.xlsx")
    Path("round/in/up").symlink_to("..")
    Path("round/in/top").symlink_to("/")
    Path("round/in/x").symlink_to("../../rounds")
    assert shown("round/in") == [
        "round/in/a.xlsx",
        "round/in/top: unreadable",
        "round/in/up: unreadable",
        "round/in/x/b.xlsx",
    ]
    up = gathered("round/in")[2]
    assert isinstance(up, Trouble)
    assert up.message.text() == "是指回上级文件夹的快捷链接，没有进入。请移走。"


def test_what_goes_away_while_files_are_read_is_trouble() -> None:
    """A file and a folder that were there when the walk began; what stays comes."""
    for path in ("in/a.xlsx", "in/b.xlsx", "in/c/d.xlsx", "in/e.xlsx"):
        put(path)
    files = gather([Path("in")], limits=LIMITS)
    names = [next(files).path]
    Path("in/b.xlsx").unlink()
    shutil.rmtree("in/c")
    rest = list(files)
    names += [file.path for file in rest]
    assert names == ["in/a.xlsx", "in/b.xlsx", "in/c", "in/e.xlsx"]
    assert [isinstance(file, Trouble) for file in rest] == [True, True, False]


def test_a_pipe_or_a_socket_is_not_opened() -> None:
    """Reading one would wait for ever."""
    os.mkfifo("pipe")
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind("socket")
    for path in ("pipe", "socket"):
        assert trouble(path).message.text() == "不是普通文件（是设备或管道）。请移走。"


def test_a_path_too_long_for_the_system_is_trouble() -> None:
    """Forty folders with names of eighty Chinese characters; what lies beside them comes."""
    put("in/a.xlsx")
    above = os.getcwd()  # noqa: PTH109 -- as the walk below, which no path can name
    os.chdir("in")
    for _ in range(40):
        os.mkdir("深" * 80)  # noqa: PTH102 -- relative steps, as the whole path is too long
        os.chdir("深" * 80)
    os.chdir(above)
    first, second = gathered("in")
    assert first.path == "in/a.xlsx"
    assert isinstance(second, Trouble)
    assert second.message.text() == "打不开：文件夹套得太深，路径太长。请移到浅一些的文件夹。"


def test_a_name_in_gbk_is_shown_as_text() -> None:
    """What was unpacked on Linux with the wrong encoding can be printed, and be read."""
    Path("年").mkdir()
    with open(os.fsencode("年/") + "甲镇.xlsx".encode("gbk"), "wb") as file:  # noqa: PTH123
        file.write(b"x")
    (found,) = gathered("年")
    assert isinstance(found, Found)
    assert (found.path, found.read()) == ("年/甲镇.xlsx", b"x")


def test_folders_may_be_nested_deeply() -> None:
    """Depth is no matter of Python's stack."""
    deep = "/".join(["d"] * 300)
    put(f"{deep}/a.xlsx")
    allowed = sys.getrecursionlimit()
    sys.setrecursionlimit(len(inspect.stack(0)) + 100)
    try:
        assert shown("d") == [f"{deep}/a.xlsx"]
    finally:
        sys.setrecursionlimit(allowed)


def test_a_file_that_is_too_large_is_trouble() -> None:
    """The limit itself passes."""
    put("in/a.xlsx", bytes(10_000))
    put("in/b.xlsx", bytes(10_001))
    assert shown("in") == ["in/a.xlsx", "in/b.xlsx: too-large"]


UNPRIVILEGED = """
import os, sys
from pathlib import Path
from nianbao.beijing import BEIJING
from nianbao.gathering.gather import Trouble, gather
from nianbao.opening.grid import Limits
if os.geteuid() == 0:
    os.setuid(65534)
for file in gather([Path(path) for path in sys.argv[1:]], limits=Limits()):
    print(Path(file.path).name, file.message.template if isinstance(file, Trouble) else "")
"""


def test_what_may_not_be_read_is_trouble() -> None:
    """A file and a folder without permission are named, others come; root, who may read all, steps down."""
    folder = Path(tempfile.mkdtemp())
    try:
        folder.chmod(0o755)
        for name, mode in (("a.xlsx", 0o000), ("b.xlsx", 0o644), ("c", 0o000)):
            (folder / name).mkdir() if name == "c" else (folder / name).touch()
            (folder / name).chmod(mode)
        paths = [str(folder), str(folder / "c" / "hidden.xlsx")]
        command = [sys.executable, "-c", UNPRIVILEGED, *paths]
        done = subprocess.run(
            command, capture_output=True, encoding="utf-8", check=True, env={"PYTHONUTF8": "1"}
        )
    finally:
        (folder / "c").chmod(0o755)
        shutil.rmtree(folder)
    denied = "没有读取权限。请检查文件权限，或复制一份再试。"
    assert done.stdout.splitlines() == [f"a.xlsx {denied}", "b.xlsx ", f"c {denied}", f"hidden.xlsx {denied}"]


def test_an_archive_gives_its_members() -> None:
    """In the order of their paths, each with the time it was packed with, by a clock in China."""
    put("in/a.dat", zipped({"内/b.xlsx": b"bb", "内/": b"", "a.xlsx": b"a"}))
    files = gathered("in")
    assert [file.path for file in files] == ["in/a.dat/a.xlsx", "in/a.dat/内/b.xlsx"]
    last = files[1]
    assert isinstance(last, Found)
    assert (last.name, last.read()) == ("b.xlsx", b"bb")
    assert last.mtime_ns == datetime(*NOON, tzinfo=BEIJING).timestamp() * 10**9


@pytest.mark.parametrize("date", [(1980, 1, 1, 0, 0, 0), (2026, 2, 30, 0, 0, 0), (1980, 0, 0, 0, 0, 0)])
def test_a_member_without_a_time_has_its_archives(date: tuple[int, int, int, int, int, int]) -> None:
    """The first day of 1980 stands for none, and an impossible day is none."""
    os.utime(put("a.zip", zipped({"b.xlsx": b""}, date=date)), ns=(1, 1_700_000_000_000_000_000))
    (found,) = gathered("a.zip")
    assert isinstance(found, Found)
    assert found.mtime_ns == 1_700_000_000_000_000_000


@pytest.mark.parametrize(
    ("raw", "name"),
    [
        ("内/甲镇.xlsx".encode("gbk"), "内/甲镇.xlsx"),
        ("内\\甲镇.xlsx".encode("gbk"), "内/甲镇.xlsx"),
        ("乗務.xlsx".encode("gb18030"), "乗務.xlsx"),
        ("联通.xlsx".encode("gbk"), "联通.xlsx"),
        ("内/甲镇.xlsx".encode(), "内/甲镇.xlsx"),
        (b"caf\x82.xlsx", "café.xlsx"),
        (b"./../C/up.xlsx", "C/up.xlsx"),
        (b"/abs\x1b[1m.xlsx", "abs\ufffd[1m.xlsx"),
    ],
)
def test_a_members_name_is_read_in_its_packers_encoding(raw: bytes, name: str) -> None:
    """GBK from Windows (also with 0x5C inside a character), unmarked UTF-8 from macOS, else cp437."""
    put("a.zip", named(raw))
    assert shown("a.zip") == [f"a.zip/{name}"]


@pytest.mark.parametrize(
    "first", ["[Content_Types].xml", "mimetype", "_rels/.rels", "docProps/app.xml", "xl/a"]
)
def test_a_workbook_is_no_archive(first: str) -> None:
    """Workbooks and documents stay whole wherever the part stands that tells them; so in an archive."""
    book = zipped({first: b"", "[Content_Types].xml" if first != "mimetype" else "b": b""})
    put("in/a.zip", book)
    put("in/b.zip", zipped({"c.zip": book}))
    assert shown("in") == ["in/a.zip", "in/b.zip/c.zip"]


def test_archives_within_an_archive_are_opened_to_the_second_level() -> None:
    """A third is refused, and the files beside it come."""
    third = zipped({"c.xlsx": b""})
    put("a.zip", zipped({"b.zip": zipped({"b.xlsx": b"b", "c.zip": third}), "z.xlsx": b""}))
    assert shown("a.zip") == ["a.zip/b.zip/b.xlsx", "a.zip/b.zip/c.zip: unreadable", "a.zip/z.xlsx"]


@pytest.mark.parametrize("head", [b"Rar!\x1a\x07\x00", b"Rar!\x1a\x07\x01\x00", b"7z\xbc\xaf\x27\x1c"])
def test_other_archives_are_to_be_unpacked_first(head: bytes) -> None:
    """RAR and 7z are named as such, also inside a zip."""
    put("a", head)
    assert trouble("a").message.text() == "是 RAR 或 7z 压缩包，不能直接读取。请先解压，再把里面的文件放入。"
    put("b.zip", zipped({"a.rar": head}))
    assert shown("b.zip") == ["b.zip/a.rar: unreadable"]


def test_an_encrypted_member_is_named() -> None:
    """The others come."""
    data = bytearray(zipped({"a.xlsx": b"a", "b.xlsx": b"b"}))
    for mark, place in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        data[data.index(mark) + place] |= 1
    put("a.zip", bytes(data))
    assert shown("a.zip") == ["a.zip/a.xlsx: encrypted", "a.zip/b.xlsx"]


def test_an_unusual_compression_is_trouble() -> None:
    """Only stored and deflated members are read: others need much memory or are not known everywhere."""
    with zipfile.ZipFile("a.zip", "w", zipfile.ZIP_LZMA) as archive:
        archive.writestr("a.xlsx", b"a")
    assert shown("a.zip") == ["a.zip/a.xlsx: unreadable"]


def test_a_member_that_is_too_large_is_not_inflated() -> None:
    """It is named, the others come; thirty megabytes of zeros cost no memory."""
    bomb = zipped({"b.xlsx": bytes(30_000_000), "a.xlsx": b"a", "c.xlsx": bytes(10_000)})
    put("a.zip", bomb)
    tracemalloc.start()
    assert shown("a.zip", limits=Limits(file=10_000)) == [
        "a.zip/a.xlsx",
        "a.zip/b.xlsx: too-large",
        "a.zip/c.xlsx",
    ]
    assert tracemalloc.get_traced_memory()[1] < 3_000_000
    tracemalloc.stop()


def test_a_member_that_lies_about_its_size_is_not_inflated() -> None:
    """Ten declared bytes of thirty million are damage, and cost no memory."""
    honest = zipped({"a.xlsx": bytes(30_000_000)})
    size = (30_000_000).to_bytes(4, "little")
    put("a.zip", honest.replace(size, (10).to_bytes(4, "little")))
    tracemalloc.start()
    assert shown("a.zip") == ["a.zip/a.xlsx: unreadable"]
    assert tracemalloc.get_traced_memory()[1] < 3_000_000
    tracemalloc.stop()


def test_an_archive_with_too_much_in_it_is_refused_whole() -> None:
    """By number and by total; the limits themselves pass."""
    put("20.zip", zipped({f"{n}.xlsx": b"" for n in range(20)}))
    put("21.zip", zipped({f"{n}.xlsx": b"" for n in range(21)}))
    put("3.zip", zipped({f"{n}.xlsx": bytes(10_000) for n in range(3)}))
    put("4.zip", zipped({f"{n}.xlsx": bytes(7_501) for n in range(4)}))
    assert [len(shown(name)) for name in ("20.zip", "3.zip")] == [20, 3]
    assert shown("21.zip", "4.zip") == ["21.zip: too-large", "4.zip: too-large"]
    assert "最多 20 个文件，解压后共 0.03 MB" in trouble("4.zip").message.text()


def test_archives_within_an_archive_share_its_limits() -> None:
    """Many small archives in one do not multiply what is allowed."""
    inner = zipped({f"{n}.xlsx": bytes(9_000) for n in range(3)})
    put("a.zip", zipped({"a.zip": inner, "b.zip": inner}))
    assert shown("a.zip")[3:] == ["a.zip/b.zip: too-large"]


@pytest.mark.parametrize("place", [10, 12])
def test_a_directory_that_claims_much_is_not_read(place: int) -> None:
    """The number of entries and the size of the directory are looked at before zipfile reads it."""
    data = bytearray(zipped({"a.xlsx": b""}))
    end = data.index(b"PK\x05\x06")
    data[end + place : end + place + 2] = b"\xff\xff"
    put("a.zip", bytes(data))
    assert shown("a.zip") == ["a.zip: too-large"]


def test_a_zip64_directory_is_not_read() -> None:
    """It is for more than we take, and could say anything."""
    data = zipped({"a.xlsx": b""})
    put("a.zip", data[:-22] + b"PK\x06\x07" + bytes(16) + data[-22:])
    assert shown("a.zip") == ["a.zip: too-large"]


def test_a_comment_after_the_directory_is_no_matter() -> None:
    """Packers sign their archives there."""
    with zipfile.ZipFile("a.zip", "w") as archive:
        archive.writestr("mimetypes.xlsx", b"")
        archive.comment = "由某软件压缩".encode("gbk")
    assert shown("a.zip") == ["a.zip/mimetypes.xlsx"]


def test_an_empty_archive_gives_nothing() -> None:
    """It is an archive all the same."""
    put("a.zip", zipped({}))
    assert shown("a.zip") == []


@pytest.mark.parametrize("keep", [40, 120, -30])
def test_a_truncated_archive_is_trouble(keep: int) -> None:
    """An upload that broke off is told to be sent again."""
    put("a.zip", zipped({"a.xlsx": os.urandom(200)})[:keep])
    assert trouble("a.zip").message.text() == "已损坏，打不开（可能没有传完）。请重新发送一份。"


def test_a_damaged_member_is_trouble() -> None:
    """Its checksum tells; the others come."""
    data = zipped({"a.xlsx": b"a" * 50, "b.xlsx": b"b"})
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        checksum = archive.getinfo("a.xlsx").CRC.to_bytes(4, "little")
    put("a.zip", data.replace(checksum, b"1234"))
    assert shown("a.zip") == ["a.zip/a.xlsx: unreadable", "a.zip/b.xlsx"]


@settings(deadline=None, max_examples=100)
@given(st.lists(st.tuples(st.integers(0, 10_000), st.integers(0, 255)), min_size=1, max_size=4))
def test_no_damage_to_an_archive_makes_a_crash(changes: list[tuple[int, int]]) -> None:
    """Whatever bytes are changed, something comes of each file: itself, its members, or trouble."""
    data = bytearray(zipped({"内/a.xlsx": b"a" * 30, "b.zip": zipped({"c.xlsx": b"c"})}))
    for place, byte in changes:
        data[place % len(data)] = byte
    put("a.zip", bytes(data))
    assert all(isinstance(file, Trouble) or file.read() is not None for file in gathered("a.zip"))


def test_thousands_of_files_are_found_quickly() -> None:
    """Two thousand workbooks take far less than a second; the bound leaves room for a busy machine."""
    book = zipped({"[Content_Types].xml": b"", "xl/workbook.xml": bytes(5_000)})
    for number in range(2_000):
        put(f"in/{number % 20}/{number}.xlsx", book)
    start = time.process_time()
    assert len(gathered("in")) == 2_000
    assert time.process_time() - start < 2


def test_sizes_are_said_as_people_say_them() -> None:
    """In megabytes, with as many digits as tell something."""
    assert [megabytes(size) for size in (20_000_000, 1_500_000, 30_000, 1)] == [
        "20 MB",
        "1.5 MB",
        "0.03 MB",
        "0.01 MB",
    ]
