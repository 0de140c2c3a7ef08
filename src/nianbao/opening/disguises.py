"""What bytes that are no workbook seem to be, in a clerk's words."""

from __future__ import annotations

from nianbao.messages import Message, say

SIGNATURES: tuple[tuple[bytes, Message], ...] = (
    (b"%PDF", say("PDF 文件")),
    (b"Rar!", say("RAR 压缩包")),
    (b"7z\xbc\xaf\x27\x1c", say("7z 压缩包")),
    (b"\x1f\x8b", say("压缩包")),
    (b"\x89PNG", say("图片")),
    (b"\xff\xd8\xff", say("图片")),
    (b"GIF8", say("图片")),
    (b"BM", say("图片")),
    (b"II*\x00", say("图片")),
    (b"MM\x00*", say("图片")),
    (b"RIFF", say("图片或音视频")),
    (b"{\\rtf", say("Word 文档")),
    (b"MIME-Version", say("网页文件")),
)
MARKUP: tuple[tuple[bytes, Message], ...] = (
    (b"urn:schemas-microsoft-com:office:spreadsheet", say("XML 格式的表格（2003 年旧格式）")),
    (b"<html", say("网页文件")),
    (b"<!doctype html", say("网页文件")),
    (b"<table", say("网页文件")),
    (b"<?xml", say("XML 文件")),
)
SAMPLE = 4096


def disguise(data: bytes) -> Message:
    """`图片`, `文本文件`, …; `内容无法识别的文件` where nothing fits."""
    if not data.strip(b"\0 \t\r\n"):
        return say("空文件")
    for magic, name in SIGNATURES:
        if data.startswith(magic):
            return name
    start = data[:SAMPLE].replace(b"\0", b"").lower()
    for word, name in MARKUP:
        if word in start:
            return name
    return say("文本文件") if _is_text(data[:SAMPLE]) else say("内容无法识别的文件")


def _is_text(sample: bytes) -> bool:
    """Whether the start reads as text in an encoding that Chinese programs write."""
    if sample.startswith((b"\xff\xfe", b"\xfe\xff")):
        return True
    return b"\0" not in sample and (_reads_as(sample, "utf-8") or _reads_as(sample, "gb18030"))


def _reads_as(sample: bytes, encoding: str) -> bool:
    shown = sample.decode(encoding, "replace")[:-4] or sample.decode(encoding, "replace")
    return all(
        character.isprintable() or character in "\t\r\n\ufeff" for character in shown.replace("\f", "")
    )
