"""What is opened, and what is refused before it can do harm."""

from __future__ import annotations

import struct
import zlib
from io import BytesIO
from random import Random
from typing import Any
from zipfile import ZIP_DEFLATED, ZIP_STORED, ZipFile

import pytest
from hypothesis import given
from hypothesis import strategies as st
from zlib_ng import zlib_ng

from both_readers import read_workbook
from legacy_samples import compound_file
from nianbao.opening.container import open_container
from nianbao.opening.grid import Limits, UnreadableError
from sample_workbooks import by_openpyxl, by_xlsxwriter, minimal_parts, packed, unpacked

SMALL = packed(minimal_parts('<row><c t="inlineStr"><is><t>字</t></is></c><c><v>1</v></c></row>'))


def refusal(data: bytes, limits: Limits | None = None) -> tuple[str, str]:
    """The code and the Chinese detail with which the bytes are refused."""
    with pytest.raises(UnreadableError) as caught:
        read_workbook(data, limits or Limits())
    return caught.value.code, str(caught.value.detail)


def with_directory_field(data: bytes, offset: int, value: int, form: str = "<I") -> bytes:
    """The zip with one field changed in each entry of its central directory."""
    changed, at = bytearray(data), data.find(b"PK\x01\x02")
    while at >= 0:
        struct.pack_into(form, changed, at + offset, value)
        at = data.find(b"PK\x01\x02", at + 1)
    return bytes(changed)


def ole_file(*names: str) -> bytes:
    """A compound file with empty streams of these names."""
    return compound_file(dict.fromkeys(names, b""))


@pytest.mark.parametrize(
    ("data", "seems"),
    [
        (b"", "空文件"),
        (bytes(100), "空文件"),
        ("编号,数值\n1,2\n".encode("gb18030"), "文本文件"),
        ("编号,数值\n1,2\n".encode(), "文本文件"),
        (b"%PDF-1.7\n", "PDF 文件"),
        (b"\x89PNG\r\n\x1a\n", "图片"),
        (b"\xff\xd8\xff\xe0", "图片"),
        (b"Rar!\x1a\x07", "RAR 压缩包"),
        (b"7z\xbc\xaf\x27\x1c", "7z 压缩包"),
        (b"<html><table>", "网页文件"),
        (
            b'<?xml version="1.0"?><Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet">',
            "XML 格式的表格",
        ),
        (packed({"说明.txt": "1"}), "压缩包"),
        (packed({"[Content_Types].xml": "<Types/>", "word/document.xml": ""}), "Word 文档"),
        (packed({"[Content_Types].xml": "<Types/>", "ppt/presentation.xml": ""}), "演示文稿"),
        (packed({"mimetype": "application/vnd.oasis.opendocument.text"}), "开放文档，但不是表格"),
        (ole_file("WordDocument"), "Word 文档"),
        (ole_file("PowerPoint Document"), "演示文稿"),
        (ole_file("Contents"), "其他程序的文件"),
        (bytes(range(256)), "内容无法识别的文件"),
    ],
)
def test_what_is_no_workbook_is_named(data: bytes, seems: str) -> None:
    """The clerk is told in plain words what the file seems to be."""
    code, detail = refusal(data)
    assert code == "unreadable"
    assert seems in detail


def test_an_encrypted_workbook_is_told_from_an_old_one() -> None:
    """An OLE2 file with an EncryptedPackage is `encrypted`; one with a Workbook stream is an .xls."""
    assert refusal(ole_file("EncryptionInfo", "EncryptedPackage"))[0] == "encrypted"
    assert open_container(ole_file("Workbook"), Limits()).kind == "xls"


def test_an_encrypted_member_is_encrypted() -> None:
    """Zip's own encryption is seen from the flags, before anything is read."""
    assert refusal(with_directory_field(SMALL, 8, 1, "<H"))[0] == "encrypted"


@pytest.mark.parametrize(
    ("limits", "fits"),
    [
        (Limits(file=len(SMALL)), True),
        (Limits(file=len(SMALL) - 1), False),
        (Limits(parts=7), True),
        (Limits(parts=6), False),
        (Limits(part=max(map(len, unpacked(SMALL).values()))), True),
        (Limits(part=max(map(len, unpacked(SMALL).values())) - 1), False),
        (Limits(inflated=sum(map(len, unpacked(SMALL).values()))), True),
        (Limits(inflated=sum(map(len, unpacked(SMALL).values())) - 1), False),
        (Limits(cells=50), True),
        (Limits(cells=1), False),
    ],
)
def test_each_limit_holds_on_both_sides(limits: Limits, fits: bool) -> None:  # noqa: FBT001
    """A file that just fits is read; one unit more of anything is `too-large`."""
    if fits:
        assert read_workbook(SMALL, limits).sheets[0].cells[0, 0].text == "字"
    else:
        assert refusal(SMALL, limits)[0] == "too-large"


def test_zeros_that_inflate_beyond_the_limit_are_refused_unread() -> None:
    """10 MB of zeros in 10 KB, and 1 MB in each of ten members: the declared sizes are enough to know."""
    limits = Limits(part=9_000_000, inflated=9_500_000)
    assert refusal(packed({**minimal_parts(), "xl/media/a.bin": bytes(10_000_000)}), limits)[0] == "too-large"
    many: dict[str, str | bytes] = {f"xl/media/{n}.bin": bytes(1_000_000) for n in range(10)}
    assert refusal(packed({**minimal_parts(), **many}), limits)[0] == "too-large"


@pytest.mark.parametrize("declared", [0, 10, 1000, 9_999_999])
def test_a_member_that_lies_about_its_size_never_inflates_past_it(declared: int) -> None:
    """A bomb that declares little is cut off at what it declared, and is unreadable."""
    bomb = packed({**minimal_parts(), "xl/worksheets/sheet1.xml": bytes(10_000_000)})
    assert refusal(with_directory_field(bomb, 24, declared))[0] in {"unreadable", "too-large"}
    container = open_container(with_directory_field(bomb, 24, 10), Limits())
    with pytest.raises(UnreadableError):
        container.read("xl/worksheets/sheet1.xml")


def test_a_directory_of_a_million_members_is_refused_before_it_is_parsed() -> None:
    """The signatures are counted first, whatever the end record declares."""
    assert refusal(SMALL + b"PK\x01\x02" * 3000)[0] == "too-large"


@pytest.mark.parametrize(
    "name", ["/xl/evil.xml", "../evil.xml", "xl/../../evil", "C:/evil", "..\\evil", "C:\\evil"]
)
def test_a_name_outside_the_package_is_unreadable(name: str) -> None:
    """Absolute names, drive letters and climbing names are refused, in either spelling."""
    assert refusal(packed({**minimal_parts(), name: "x"}))[0] == "unreadable"


@pytest.mark.filterwarnings("ignore:Duplicate name")
@pytest.mark.parametrize("twin", ["xl/workbook.xml", "XL/Workbook.xml", "xl\\workbook.xml"])
def test_two_members_of_one_name_are_unreadable(twin: str) -> None:
    """Two programs could read two different workbooks; upper case and backslashes make no other name."""
    buffer = BytesIO(SMALL)
    with ZipFile(buffer, "a") as archive:
        archive.writestr(twin, "<other/>")
    assert refusal(buffer.getvalue())[0] == "unreadable"


def test_a_wrong_checksum_is_unreadable() -> None:
    """A member whose bytes differ from its checksum is damaged, though it inflates well."""
    buffer = BytesIO()
    with ZipFile(buffer, "w", ZIP_STORED) as archive:
        for name, content in minimal_parts("<row><c><v>1</v></c></row>").items():
            archive.writestr(name, content)
    data = buffer.getvalue()
    assert read_workbook(data).sheets[0].cells[0, 0].text == "1"
    assert refusal(data.replace(b"<v>1</v>", b"<v>2</v>"))[0] == "unreadable"


def test_an_unknown_compression_is_unreadable() -> None:
    """Only stored and deflated members are read, as all spreadsheet programs write them."""
    assert refusal(with_directory_field(SMALL, 10, 14, "<H"))[0] == "unreadable"


def test_zip64_is_read() -> None:
    """A file whose members carry 64-bit sizes, as streaming writers make them, reads like any other."""
    buffer = BytesIO()
    with ZipFile(buffer, "w", ZIP_DEFLATED) as archive:
        for name, content in unpacked(SMALL).items():
            with archive.open(name, "w", force_zip64=True) as member:
                member.write(content)
    assert read_workbook(buffer.getvalue()) == read_workbook(SMALL)


def test_names_match_in_upper_and_lower_case() -> None:
    """Parts are found as the packaging standard has it: case does not matter, nor do backslashes."""
    parts = {name.replace("sharedStrings", "SharedStrings"): part for name, part in unpacked(SMALL).items()}
    assert read_workbook(packed({**parts})) == read_workbook(SMALL)
    assert "XL/WORKBOOK.XML" in open_container(SMALL, Limits())


def test_every_beginning_of_a_file_is_refused() -> None:
    """A file cut off at any byte is unreadable: never a wrong result, never another exception."""
    assert {refusal(SMALL[:length])[0] for length in range(len(SMALL))} == {"unreadable"}


@pytest.mark.parametrize("sample", ["minimal", "openpyxl"])
def test_flipped_bytes_give_a_refusal_or_a_result(sample: str) -> None:
    """Damage anywhere in the zip: some hundred files with a few bytes changed."""
    chance, data = Random(20260131), SMALL if sample == "minimal" else by_openpyxl()  # noqa: S311
    for _ in range(300):
        changed = bytearray(data)
        for _ in range(chance.choice([1, 2, 8])):
            changed[chance.randrange(len(changed))] = chance.randrange(256)
        try:
            read_workbook(bytes(changed))
        except UnreadableError as error:
            assert error.code in {"unreadable", "encrypted", "too-large"}  # noqa: PT017


@pytest.mark.parametrize(
    "part", ["xl/worksheets/sheet1.xml", "xl/sharedStrings.xml", "xl/styles.xml", "xl/workbook.xml"]
)
def test_flipped_bytes_within_a_part_give_a_refusal_or_a_result(part: str) -> None:
    """Damage behind right checksums, which reaches the XML and what is made of it."""
    chance, parts = Random(part), unpacked(by_xlsxwriter())  # noqa: S311
    for _ in range(100):
        changed = bytearray(parts[part])
        for _ in range(chance.choice([1, 2, 8])):
            changed[chance.randrange(len(changed))] = chance.choice(b'0159AZaz<>/="& -\xff')
        try:
            read_workbook(packed({**parts, part: bytes(changed)}))
        except UnreadableError as error:
            assert error.code in {"unreadable", "encrypted", "too-large"}  # noqa: PT017


def test_a_chain_of_sectors_that_bites_its_tail_is_unreadable() -> None:
    """An OLE2 directory that runs in a circle, or out of the file, is damaged."""
    data = bytearray(ole_file("Workbook"))
    for following in (1, 5000, 0):
        struct.pack_into("<I", data, 512 + 4, following)
        assert refusal(bytes(data))[0] == "unreadable"


def test_inflation_asks_for_one_byte_more_than_declared(monkeypatch: pytest.MonkeyPatch) -> None:
    """Never for more: that bounds the memory, whatever the member holds."""
    asked: list[int] = []
    inflater = zlib_ng.decompressobj

    class Watched:
        """Stands for zlib's inflater, and notes what it is asked for."""

        def __init__(self, bits: int) -> None:
            self.inner = inflater(bits)

        def decompress(self, packed_bytes: memoryview, most: int) -> bytes:
            """As zlib does."""
            asked.append(most)
            return self.inner.decompress(packed_bytes, most)

    container = open_container(SMALL, Limits())
    monkeypatch.setattr("nianbao.opening.container.zlib_ng.decompressobj", Watched)
    content = container.read("xl/workbook.xml")
    assert asked == [len(content) + 1]


@given(st.binary(max_size=400), st.integers(0, 500), st.integers(0, 255), st.integers(0, 40))
def test_what_is_damaged_is_seen_as_zlib_sees_it(content: bytes, at: int, byte: int, lost: int) -> None:
    """A byte changed, some lost: the library that inflates gives what zlib gives, or refuses what it refuses."""
    packed = bytearray(zlib.compress(content + content, 9, -zlib.MAX_WBITS))
    packed[at % len(packed)] = byte
    cut = bytes(packed[: len(packed) - lost % len(packed)])

    def read(library: Any) -> bytes | None:
        try:
            return bytes(library.decompressobj(-zlib.MAX_WBITS).decompress(memoryview(cut), 801))
        except library.error:
            return None

    assert read(zlib_ng) == read(zlib)
