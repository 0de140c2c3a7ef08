"""Letters as they come: each shape by name, made around a workbook, with what must be found in it.

All are our own. A shape takes the workbook's bytes and what its file is called.
"""

from __future__ import annotations

import base64
import binascii
import io
import struct
import tarfile
import zipfile
from dataclasses import dataclass, field
from email.header import Header
from typing import TYPE_CHECKING
from urllib.parse import quote

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
TEXT = "各位老师：\n附件是我单位的年报，请查收。\n"
NAME = "东河镇2025年报.xlsx"
CRLF = "\r\n"
PNG = b"\x89PNG\r\n\x1a\n" + b"\0" * 40


@dataclass(frozen=True)
class Shape:
    """How a letter is made, the names of the workbooks in it, and of what cannot be read."""

    make: Callable[[bytes, str], bytes]
    workbooks: Sequence[str] = (NAME,)
    unreadable: Sequence[str] = ()
    others: Sequence[str] = field(default=())


def letter(
    body: bytes, *headers: str | bytes, sender: str = "dhz@example.cn", subject: str = "年报"
) -> bytes:
    """A letter with those header lines before its body."""
    lines = [
        f"From: {Header('东河镇', 'utf-8').encode()} <{sender}>",
        "To: office@example.gov.cn",
        f"Subject: {Header(subject, 'utf-8').encode()}",
        "Date: Tue, 13 Jan 2026 09:30:00 +0800",
        "MIME-Version: 1.0",
        *headers,
    ]
    head = CRLF.encode().join(line if isinstance(line, bytes) else line.encode() for line in lines)
    return head + b"\r\n\r\n" + body


def mixed(*parts: bytes, kind: str = "mixed", mark: str = "=_b1", text: bool = True, **headers: str) -> bytes:
    """A letter of several parts."""
    return letter(
        joined(*parts, mark=mark, text=text), f'Content-Type: multipart/{kind}; boundary="{mark}"', **headers
    )


def joined(*parts: bytes, mark: str, text: bool = True) -> bytes:
    """The parts with their boundaries; a first one with words, where wanted."""
    first = [part(TEXT.encode(), "Content-Type: text/plain; charset=utf-8", packed=False)] if text else []
    rows = [f"--{mark}\r\n".encode() + one + b"\r\n" for one in (*first, *parts)]
    return b"".join(rows) + f"--{mark}--\r\n".encode()


def part(data: bytes, *headers: str | bytes, packed: bool = True) -> bytes:
    """One part, in base64 where it is packed."""
    lines = [line if isinstance(line, bytes) else line.encode() for line in headers]
    if packed:
        lines.append(b"Content-Transfer-Encoding: base64")
        data = base64.encodebytes(data)
    return b"\r\n".join(lines) + b"\r\n\r\n" + data


def attached(data: bytes, name: str | bytes, *, kind: str = XLSX) -> bytes:
    """An attachment; its name stands in the header as given."""
    raw = name if isinstance(name, bytes) else name.encode()
    return part(data, f"Content-Type: {kind}", b'Content-Disposition: attachment; filename="' + raw + b'"')


def zipped(name: str, data: bytes) -> bytes:
    """A .zip archive with its one name as a Chinese Windows writes it."""
    raw, stream = name.encode("gb18030"), io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("x" * len(raw), data)
    return (
        stream.getvalue().replace(b"x" * len(raw), raw, 1)[::-1].replace(b"x" * len(raw), raw[::-1], 1)[::-1]
    )


def word(text: str, charset: str, *, quoted: bool = False, actual: str = "") -> str:
    """An encoded word; `actual` where the charset that it declares is not the one it is in."""
    raw = text.encode(actual or charset)
    if quoted:
        return f"=?{charset}?Q?{''.join(f'={byte:02X}' for byte in raw)}?="
    return f"=?{charset}?B?{base64.b64encode(raw).decode()}?="


def uuencoded(data: bytes, name: str) -> bytes:
    """As mail programs did before MIME."""
    lines = [binascii.b2a_uu(data[start : start + 45]) for start in range(0, len(data), 45)]
    return f"begin 644 {name}\n".encode() + b"".join(lines) + b"`\nend\n"


def tnef() -> bytes:
    """The beginning of a winmail.dat."""
    return struct.pack("<IHB", 0x223E9F78, 1, 1) + b"\x06\x90\x08\x00" + b"\0" * 40


def tarred(data: bytes, name: str) -> bytes:
    """A .tar.gz archive."""
    stream = io.BytesIO()
    with tarfile.open(fileobj=stream, mode="w:gz") as archive:
        info = tarfile.TarInfo(name)
        info.size = len(data)
        archive.addfile(info, io.BytesIO(data))
    return stream.getvalue()


def forwarded(inner: bytes, *, packed: bool = False) -> bytes:
    """A letter in a letter."""
    return part(inner, "Content-Type: message/rfc822", "Content-Disposition: attachment", packed=packed)


def _cut_words(name: str) -> str:
    """Two encoded words on two lines with a character of UTF-8 cut between them, as some webmails do."""
    raw = name.encode()
    halves = (base64.b64encode(half).decode() for half in (raw[:4], raw[4:]))
    return "\r\n ".join(f"=?UTF-8?B?{half}?=" for half in halves)


def _continued(name: str, charset: str = "UTF-8", encoding: str = "utf-8") -> bytes:
    """A name in pieces (RFC 2231)."""
    text = quote(name.encode(encoding))
    thirds = [text[: len(text) // 3], text[len(text) // 3 : 2 * len(text) // 3], text[2 * len(text) // 3 :]]
    lines = [
        f" filename*{at}*={charset + chr(39) * 2 if at == 0 else ''}{third}"
        for at, third in enumerate(thirds)
    ]
    return ("Content-Disposition: attachment;\r\n" + ";\r\n".join(lines)).encode()


def _typed(book: bytes, *headers: str | bytes) -> bytes:
    return mixed(part(book, f"Content-Type: {XLSX}", *headers))


def _related(book: bytes, name: str) -> bytes:
    """Words and picture as a page, the workbook inline between them."""
    page = part("<p>附表见文中</p>".encode(), "Content-Type: text/html; charset=utf-8")
    picture = part(PNG, "Content-Type: image/png; name=logo.png", "Content-ID: <a@b>")
    table = part(
        book, f"Content-Type: {XLSX}", f'Content-Disposition: inline; filename="{word(name, "utf-8")}"'
    )
    whole = joined(page, picture, table, mark="=_in", text=False)
    return mixed(part(whole, 'Content-Type: multipart/related; boundary="=_in"', packed=False))


def _deep(book: bytes, name: str) -> bytes:
    """Forwarded three times."""
    inner = mixed(attached(book, word(name, "gb2312", actual="gbk")), mark="=_0")
    for level in range(1, 4):
        inner = mixed(forwarded(inner), mark=f"=_{level}", subject=f"转发{level}")
    return inner


def _cloud(link: str) -> bytes:
    page = f'<div>表太大，见超大附件：<a href="{link}">下载</a></div>'.encode()
    return letter(page, "Content-Type: text/html; charset=utf-8", "Content-Transfer-Encoding: 8bit")


def _base64_silent(book: bytes, name: str) -> bytes:
    text = base64.encodebytes(book)
    return mixed(
        part(
            text,
            f"Content-Type: {XLSX}",
            f'Content-Disposition: attachment; filename="{word(name, "gbk")}"',
            packed=False,
        )
    )


def _base64_torn(book: bytes, name: str) -> bytes:
    """Spaces, stars and blank lines among the base64, the padding gone."""
    rows = base64.encodebytes(book).replace(b"=", b"").split(b"\n")
    text = b"\r\n\r\n".join(row[:30] + b" *" + row[30:] for row in rows)
    headers = (
        f'Content-Disposition: attachment; filename="{word(name, "gbk")}"',
        "Content-Transfer-Encoding: base64",
    )
    return mixed(part(text, f"Content-Type: {XLSX}", *headers, packed=False))


SHAPES: Mapping[str, Shape] = {
    "name in UTF-8, base64 words": Shape(lambda b, n: mixed(attached(b, word(n, "utf-8")))),
    "name in GBK, quoted-printable words": Shape(
        lambda b, n: mixed(attached(b, word(n, "GBK", quoted=True)))
    ),
    "name said to be gb2312 with a character beyond it": Shape(
        lambda b, n: mixed(attached(b, word("镕" + n, "gb2312", actual="gb18030"))), workbooks=("镕" + NAME,)
    ),
    "name in words that cut a character in two": Shape(lambda b, n: mixed(attached(b, _cut_words(n)))),
    "name said to be UTF-8 that is GBK": Shape(
        lambda b, n: mixed(attached(b, word(n, "utf-8", actual="gbk")))
    ),
    "name said to be ISO-8859-1 that is UTF-8": Shape(
        lambda b, n: mixed(attached(b, word(n, "iso-8859-1", actual="utf-8")))
    ),
    "name in Big5": Shape(
        lambda b, _: mixed(attached(b, word("東河鎮.xlsx", "big5"))), workbooks=("東河鎮.xlsx",)
    ),
    "name by RFC 2231": Shape(
        lambda b, n: _typed(b, f"Content-Disposition: attachment; filename*=UTF-8''{quote(n)}")
    ),
    "name by RFC 2231 in pieces": Shape(lambda b, n: _typed(b, _continued(n))),
    "name by RFC 2231 in pieces of GBK": Shape(lambda b, n: _typed(b, _continued(n, "gb2312", "gbk"))),
    "name by RFC 2231 whose charset is wrong": Shape(
        lambda b, n: _typed(b, _continued(n, "us-ascii", "utf-8"))
    ),
    "name in raw GBK bytes": Shape(lambda b, n: mixed(attached(b, n.encode("gbk")))),
    "name in raw GBK bytes whose second byte is a backslash": Shape(
        lambda b, _: mixed(attached(b, "昞乗.xlsx".encode("gbk"))), workbooks=("昞乗.xlsx",)
    ),
    "name in raw GB18030 bytes of four": Shape(
        lambda b, _: mixed(attached(b, "㐂镇.xlsx".encode("gb18030"))), workbooks=("㐂镇.xlsx",)
    ),
    "name in raw UTF-8 bytes without quotes": Shape(
        lambda b, n: _typed(b, f"Content-Disposition: attachment; filename={n}".encode())
    ),
    "name with per cent signs": Shape(lambda b, n: mixed(attached(b, quote(n)))),
    "name in the type alone": Shape(
        lambda b, n: mixed(part(b, f'Content-Type: {XLSX}; name="{word(n, "utf-8")}"'))
    ),
    "no name at all": Shape(
        lambda b, _: mixed(part(b, "Content-Type: application/octet-stream")), ("未命名.xlsx",)
    ),
    "the letter itself is the workbook": Shape(
        lambda b, n: letter(
            base64.encodebytes(b),
            "Content-Transfer-Encoding: base64",
            f'Content-Type: {XLSX}; name="{word(n, "utf-8")}"',
        )
    ),
    "type octet-stream, ending .dat": Shape(
        lambda b, _: mixed(attached(b, "table.dat", kind="application/octet-stream")), ("table.dat",)
    ),
    "type text/plain": Shape(
        lambda b, n: mixed(attached(b, word(n, "utf-8"), kind="text/plain; charset=gbk"))
    ),
    "type image/jpeg": Shape(lambda b, n: mixed(attached(b, word(n, "utf-8"), kind="image/jpeg"))),
    "inline among the pictures of a page": Shape(_related, others=("logo.png",)),
    "inline and attached, one file": Shape(
        lambda b, n: mixed(
            part(b, f"Content-Type: {XLSX}", "Content-Disposition: inline; filename=a.xlsx"), attached(b, n)
        ),
        ("a.xlsx",),
    ),
    "in a .zip with GBK names": Shape(
        lambda b, n: mixed(attached(zipped(n, b), word("年报.zip", "gbk"))), (f"年报.zip/{NAME}",)
    ),
    "in a .zip in a .zip": Shape(
        lambda b, n: mixed(attached(zipped("内.zip", zipped(n, b)), "a.zip")), (f"a.zip/内.zip/{NAME}",)
    ),
    "in a .zip called .xlsx": Shape(
        lambda b, n: mixed(attached(zipped(n, b), word("年报.xlsx", "gbk"))), (f"年报.xlsx/{NAME}",)
    ),
    "forwarded": Shape(
        lambda b, n: mixed(forwarded(mixed(attached(b, word(n, "gbk")), mark="=_2", subject="我镇年报"))),
        (f"我镇年报/{NAME}",),
    ),
    "forwarded three times": Shape(_deep, (f"转发2/转发1/年报/{NAME}",)),
    "forwarded in base64": Shape(
        lambda b, n: mixed(forwarded(mixed(attached(b, word(n, "gbk")), mark="=_2"), packed=True)),
        (f"年报/{NAME}",),
    ),
    "forwarded as an .eml file": Shape(
        lambda b, n: mixed(
            attached(
                mixed(attached(b, word(n, "gbk")), mark="=_2"), "old.eml", kind="application/octet-stream"
            )
        ),
        (f"old.eml/{NAME}",),
    ),
    "uuencoded among the words": Shape(
        lambda b, _: letter(
            "请查收\n\n".encode() + uuencoded(b, "nianbao.xlsx") + "\n此致\n".encode(),
            "Content-Type: text/plain; charset=utf-8",
        ),
        ("nianbao.xlsx",),
    ),
    "uuencoded as its transfer encoding": Shape(
        lambda b, n: mixed(
            part(
                uuencoded(b, "t.xlsx"),
                f'Content-Type: {XLSX}; name="{word(n, "utf-8")}"',
                "Content-Transfer-Encoding: x-uuencode",
                packed=False,
            )
        )
    ),
    "base64 that the header is silent about": Shape(_base64_silent),
    "base64 torn by another program": Shape(_base64_torn),
    "winmail.dat": Shape(
        lambda *_: mixed(attached(tnef(), "winmail.dat", kind="application/ms-tnef")), (), ("winmail.dat",)
    ),
    "a .rar": Shape(
        lambda *_: mixed(attached(b"Rar!\x1a\x07\x01\0" + b"\0" * 60, word("年报.rar", "gbk"))),
        (),
        ("年报.rar",),
    ),
    "a .7z called .xlsx": Shape(
        lambda *_: mixed(attached(b"7z\xbc\xaf\x27\x1c" + b"\0" * 60, word("年报.xlsx", "gbk"))),
        (),
        ("年报.xlsx",),
    ),
    "a .rar in a .zip": Shape(
        lambda *_: mixed(attached(zipped("年报.rar", b"Rar!\x1a\x07\x01\0" + b"\0" * 60), "a.zip")),
        (),
        ("a.zip/年报.rar",),
    ),
    "a .tar.gz": Shape(
        lambda b, n: mixed(attached(tarred(b, n), "a.tar.gz", kind="application/gzip")), (), ("a.tar.gz",)
    ),
    "a workbook cut off in mid-transfer": Shape(
        lambda b, n: mixed(attached(b[:-900], word(n, "gbk"))), (), (NAME,)
    ),
    "a large attachment of QQ mail, as a link": Shape(
        lambda *_: _cloud("https://wx.mail.qq.com/ftn/download?func=3&key=abc"),
        (),
        ("https://wx.mail.qq.com/ftn/download?func=3&key=abc",),
    ),
    "a large attachment of 163 mail, as a link": Shape(
        lambda *_: _cloud("https://dashi.163.com/html/cloud-attachment-download/?key=abc"),
        (),
        ("https://dashi.163.com/html/cloud-attachment-download/?key=abc",),
    ),
    "a photograph of the table": Shape(
        lambda *_: mixed(attached(PNG, word("年报照片.png", "utf-8"), kind="image/png")),
        (),
        (),
        ("年报照片.png",),
    ),
    "nothing but words": Shape(
        lambda *_: letter(TEXT.encode("gbk"), "Content-Type: text/plain; charset=gb2312"), ()
    ),
    "two workbooks in one letter": Shape(
        lambda b, n: mixed(attached(b, word(n, "gbk")), attached(another(b), word("副本.xlsx", "gbk"))),
        (NAME, "副本.xlsx"),
    ),
    "raw GBK bytes throughout, no MIME version": Shape(
        lambda b, n: mixed(attached(b, n.encode("gbk"))).replace(b"MIME-Version: 1.0\r\n", b"")
    ),
    "line ends of Unix": Shape(lambda b, n: mixed(attached(b, word(n, "gbk"))).replace(b"\r\n", b"\n")),
    "the last boundary missing": Shape(
        lambda b, n: mixed(attached(b, word(n, "gbk"))).removesuffix(b"--=_b1--\r\n")
    ),
}


def another(book: bytes) -> bytes:
    """The workbook with other bytes: a comment at the end of the zip."""
    return book[:-2] + b"\x02\x00ok"
