"""Small .xls, .xlsb and .ods files built byte by byte, for the tests of reading old formats."""

from __future__ import annotations

import struct

from sample_workbooks import LINKS, PACKAGE_LINKS, packed

SECTOR = 512
NO_SECTOR, END, TABLE = 0xFFFFFFFF, 0xFFFFFFFE, 0xFFFFFFFD
NAMESPACES = " ".join(
    f'xmlns:{prefix}="urn:oasis:names:tc:opendocument:xmlns:{prefix}:1.0"'
    for prefix in ("office", "table", "text", "script")
)
BOF = struct.pack("<HHHHII", 0x0600, 0x0010, 0x0DBB, 0x07CC, 0, 6)
NUMBER, LABEL, BOOLERR, FORMULA, DIMENSIONS = 0x0203, 0x0204, 0x0205, 0x0006, 0x0200


def compound_file(streams: dict[str, bytes]) -> bytes:
    """An OLE2 file: the table in sector 0, the directory in sector 1, then the streams."""
    table, body = [TABLE, END], b""
    entries = [_entry("Root Entry", kind=5, start=END, size=0)]
    for name, content in streams.items():
        filled = content.ljust(-(-max(len(content), 4096) // SECTOR) * SECTOR, b"\0")
        count, start = len(filled) // SECTOR, len(table)
        table += [*range(start + 1, start + count), END]
        entries.append(_entry(name, kind=2, start=start, size=len(filled)))
        body += filled
    header = struct.pack("<8s16xHHHHH6x", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", 0x3E, 3, 0xFFFE, 9, 6)
    header += struct.pack("<9I", 0, 1, 1, 0, 4096, END, 0, END, 0) + struct.pack(
        "<109I", 0, *[NO_SECTOR] * 108
    )
    listing = struct.pack("<128I", *table, *[NO_SECTOR] * (128 - len(table)))
    return header + listing + b"".join(entries).ljust(SECTOR, b"\0") + body


def _entry(name: str, *, kind: int, start: int, size: int) -> bytes:
    written = name.encode("utf-16-le")
    head = written.ljust(64, b"\0") + struct.pack("<HBB", len(written) + 2, kind, 1)
    return head + b"\xff" * 12 + bytes(36) + struct.pack("<IQ", start, size)


def record(kind: int, content: bytes) -> bytes:
    """One record of a BIFF stream."""
    return struct.pack("<HH", kind, len(content)) + content


def xls_cell(kind: int, row: int, column: int, content: bytes) -> bytes:
    """One cell's record."""
    return record(kind, struct.pack("<HHH", row, column, 0) + content)


XLS_CELLS = (
    xls_cell(NUMBER, 1, 1, struct.pack("<d", 12.0))
    + xls_cell(NUMBER, 1, 2, struct.pack("<d", 96171.6))
    + xls_cell(BOOLERR, 2, 1, bytes([0x2A, 1]))
    + xls_cell(BOOLERR, 2, 2, bytes([1, 0]))
    + xls_cell(
        FORMULA, 3, 1, bytes([2, 0, 7, 0, 0, 0, 0xFF, 0xFF]) + bytes(6) + struct.pack("<H", 3) + b"\x1e\1\0"
    )
)


def xls(cells: bytes = XLS_CELLS, *, book: bytes = b"", streams: dict[str, bytes] | None = None) -> bytes:
    """A workbook with one sheet: `book` are more records of the workbook itself."""
    name = b"\x05\0Sheet"
    start = (
        len(record(0x0809, BOF)) + len(book) + len(record(0x0085, bytes(6) + name)) + len(record(0x000A, b""))
    )
    head = (
        record(0x0809, BOF)
        + book
        + record(0x0085, struct.pack("<IBB", start, 0, 0) + name)
        + record(0x000A, b"")
    )
    sheet = record(0x0809, BOF) + cells + record(0x000A, b"")
    return compound_file({"Workbook": head + sheet, **(streams or {})})


def ods(rows: str, *, parts: dict[str, str | bytes] | None = None, extra: str = "") -> bytes:
    """A workbook with one table of these rows."""
    table = f'<table:table table:name="表">{rows}</table:table>'
    content = (
        f"<office:document-content {NAMESPACES}"
        ' xmlns:calcext="urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0">'
        f"<office:body><office:spreadsheet>{extra}{table}</office:spreadsheet></office:body></office:document-content>"
    )
    kind = "application/vnd.oasis.opendocument.spreadsheet"
    manifest = (
        f'<m:manifest xmlns:m="urn:m"><m:file-entry m:full-path="/" m:media-type="{kind}"/></m:manifest>'
    )
    return packed(
        {"mimetype": kind, "META-INF/manifest.xml": manifest, "content.xml": content, **(parts or {})}
    )


def xlsb(cells: list[tuple[int, int, int, bytes]], *, parts: dict[str, str | bytes] | None = None) -> bytes:
    """A workbook with one sheet; a cell is (record kind, row, column, content)."""
    link = wide("rId1")
    book = binary(131, b"") + binary(143, b"") + binary(156, struct.pack("<II", 0, 1) + link + wide("表"))
    sheet = binary(129, b"") + binary(148, struct.pack("<IIII", 0, 5, 0, 5)) + binary(145, b"")
    for kind, row, column, content in cells:
        sheet += binary(0, struct.pack("<I", row) + bytes(13)) + binary(
            kind, struct.pack("<II", column, 0) + content
        )
    relation = f'<Relationship Id="rId1" Type="{LINKS}/worksheet" Target="worksheets/sheet1.bin"/>'
    return packed(
        {
            "[Content_Types].xml": "<Types/>",
            "xl/workbook.bin": book + binary(144, b"") + binary(132, b""),
            "xl/_rels/workbook.bin.rels": f'<Relationships xmlns="{PACKAGE_LINKS}">{relation}</Relationships>',
            "xl/worksheets/sheet1.bin": sheet + binary(146, b"") + binary(130, b""),
            **(parts or {}),
        }
    )


def wide(text: str) -> bytes:
    """A text as .xlsb has it."""
    return struct.pack("<I", len(text)) + text.encode("utf-16-le")


def binary(kind: int, content: bytes) -> bytes:
    """One record of an .xlsb part."""
    head = bytes([kind]) if kind < 128 else bytes([kind & 0x7F | 0x80, kind >> 7])
    size = len(content)
    return head + (bytes([size]) if size < 128 else bytes([size & 0x7F | 0x80, size >> 7])) + content
