"""What messages say, and that nothing said in them becomes a header."""

from __future__ import annotations

from email import message_from_bytes, policy
from email.header import decode_header
from email.message import EmailMessage
from email.parser import BytesHeaderParser
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nianbao.ledger.messages import KINDS
from nianbao.mail.composing import Attachment, Mail, composed, is_message_id, message_id, one_line
from nianbao.mail.letter_texts import PLACEHOLDERS, LetterTexts, shipped_templates
from nianbao.problems import OfficeError

if TYPE_CHECKING:
    from pathlib import Path

ID = "<nianbao.blank.0@example.cn>"
HEADERS = ["From", "To", "Subject", "Date", "Message-ID", "MIME-Version", "Content-Type"]
EVIL = [
    "东河镇\r\nBcc: x@evil.cn",
    "东河镇\nBcc: x@evil.cn\n\nbody",
    "东河镇\u2028Bcc: x@evil.cn",
    "=?utf-8?q?a=0D=0ABcc:_x@evil.cn?=",
    "=?utf-8?b?DQpCY2M6IHhAZXZpbC5jbg==?=",
    '甲" <x@evil.cn>, "乙',
    "a@evil.cn,",
    "\0\x1b[31m",
    "很长" * 300,
]


def mail(**changed: object) -> Mail:
    """A message to a unit, with one thing changed."""
    usual: dict[str, object] = {
        "sender_name": "示例县",
        "sender": "office@example.cn",
        "name": "东河镇",
        "address": "a@example.cn",
        "subject": "请填报",
        "text": "你好\n",
        "html": "<p>你好</p>\n",
    }
    return Mail(**{**usual, **changed})  # type: ignore[arg-type]


def read(data: bytes) -> EmailMessage:
    """The message as another program reads it."""
    message = message_from_bytes(data, policy=policy.default)
    assert isinstance(message, EmailMessage)
    return message


@pytest.mark.parametrize("evil", EVIL)
@pytest.mark.parametrize("place", ["sender_name", "name", "subject"])
def test_no_value_becomes_a_header(place: str, evil: str) -> None:
    """Nor a further address; the lines stay short enough for every server."""
    data = composed(mail(**{place: evil}), ID)
    assert BytesHeaderParser().parsebytes(data).keys() == HEADERS
    message = read(data)
    assert [each.addr_spec for each in message["To"].addresses] == ["a@example.cn"]
    assert [each.addr_spec for each in message["From"].addresses] == ["office@example.cn"]
    assert all(len(line) <= 998 for line in data.split(b"\r\n"))
    assert b"\n" not in data.replace(b"\r\n", b"")


@given(st.text(max_size=300))
def test_whatever_a_subject_says_it_is_one_header(text: str) -> None:
    """And reads back as it was, but for what cannot be seen."""
    data = composed(mail(subject=text or "x"), ID)
    keys = BytesHeaderParser().parsebytes(data).keys()
    assert [key for key in keys if key != "Subject"] == [key for key in HEADERS if key != "Subject"]
    assert "\n" not in one_line(text)


@pytest.mark.parametrize(
    "name",
    [
        "101_东河镇_2025.xlsx",
        "a.xlsx",
        'a"b\\.xlsx',
        f"{'很长的名称' * 12}.xlsx",
        "𠮷" * 30,
        "x\r\nX-Evil: 1.xlsx",
    ],
)
def test_an_attachment_has_its_name_in_both_ways(name: str) -> None:
    """RFC 2231 for today's programs; encoded words, whole characters in each, for older ones."""
    data = composed(mail(attachments=[Attachment(name, b"PK" * 999)]), ID)
    [part] = read(data).iter_attachments()
    assert part.get_filename() == one_line(name)
    assert part.get_content() == b"PK" * 999
    assert set(part.keys()) == {
        "Content-Type",
        "Content-Transfer-Encoding",
        "Content-Disposition",
        "MIME-Version",
    }
    part.del_param("filename", header="Content-Disposition")
    assert part.get_content_type().endswith(".sheet")
    head = data[data.index(b" name=") :].split(b"Content-", 1)[0]
    for line in head.split(b"\r\n"):
        assert len(line) <= 85
        if b"=?" in line:
            [(word, charset)] = decode_header(line.strip().removeprefix(b"name=").strip(b'"').decode())
            assert word.decode(charset or "ascii")


def test_a_thread() -> None:
    """Ids that come from outside stand among the headers only where they are ids."""
    evil, long = "<x@evil.cn>\r\nBcc: y@evil.cn", f"<{'A1' * 45}@prod.outlook.com>"
    message = read(composed(mail(thread=["<1@a.cn>", "<2@b.cn>", evil, "x", "<3 @b>"]), ID))
    assert (message["In-Reply-To"], message["References"]) == ("<2@b.cn>", "<1@a.cn> <2@b.cn>")
    assert "Bcc" not in message
    data = composed(mail(thread=["<1@a.cn>", long]), ID)
    assert f"\r\nIn-Reply-To: {long}\r\nReferences: <1@a.cn>\r\n {long}\r\n".encode() in data


def test_message_ids_are_stable_and_differ() -> None:
    """By unit, kind, number and round."""
    made = {
        message_id(key, unit=unit, kind=kind, number=number, domain="example.cn")
        for key in (b"a", b"b")
        for unit in ("101", "1011")
        for kind in ("blank", "receipt")
        for number in (0, 1)
        for _ in range(2)
    }
    assert len(made) == 16
    assert all(map(is_message_id, made))


@pytest.mark.parametrize("kind", KINDS)
def test_templates_that_ship(kind: str, tmp_path: Path) -> None:
    """Every one fills in, also where a round lacks something; values are escaped in HTML, and are no templates."""
    texts = LetterTexts(tmp_path, kind)
    lists = {"问题": ["D5：<b>3件</b>"], "问题数": 2}
    for words in (
        {name: f"<i>{{{{ {name} }}}}</i>" for name in PLACEHOLDERS} | lists,
        PLACEHOLDERS,
        {**PLACEHOLDERS, **lists},
    ):
        said = texts.say(words)
        assert "<i>" not in said.html
        assert "<b>3件" not in said.html
        assert said.subject
        assert "\n" not in said.subject
        if words["单位"]:
            assert "<i>{{ 单位 }}</i>" in said.text
            assert "&lt;i&gt;{{ 单位 }}&lt;/i&gt;" in said.html


def test_every_kind_has_its_templates() -> None:
    """In both forms."""
    assert {path.name for path in shipped_templates()} == {
        f"{kind}{ending}" for kind in KINDS for ending in (".txt", ".html")
    }


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("主题：x\n\n{{ 单位名 }}\n", '3:没有「单位名」这一项，是否为 "单位"'),
        ("主题：{{ 单位x }}\n", "1:没有「单位x」这一项"),
        ("你好\n", "1:第一行要写「主题：」"),
        ("主题：\n你好", "1:第一行要写「主题：」"),
        ("主题：x\n{{ 单位\n", "2:模板这一行写得不对"),
        ("主题：x\n{% for 一 in 问题 %}\n", "2:模板这一行写得不对"),
        ("主题：x\n{{ 单位 | 大写 }}\n", "2:模板这一行写得不对"),
        ("主题：x\n{% include '/etc/passwd' %}\n", "0:信的模板填不出来"),
        ("主题：x\n{{ 单位.__class__.__mro__ }}\n", "0:信的模板填不出来"),
        ("主题：x\n{% for a in range(99999999) %}{% endfor %}\n", "0:信的模板填不出来"),
    ],
)
def test_a_mistake_in_a_rounds_own_template(tmp_path: Path, text: str, said: str) -> None:
    """It is said with file and line."""
    (tmp_path / "mail").mkdir()
    path = tmp_path / "mail" / "blank.txt"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(OfficeError) as caught:
        LetterTexts(tmp_path, "blank").say({})
    [problem] = caught.value.problems
    line, _, message = said.partition(":")
    assert (problem.file, problem.line) == (str(path), int(line))
    assert message in problem.message.text()


def test_a_rounds_own_template_goes_before(tmp_path: Path) -> None:
    """As Notepad saves it; the other form stays the shipped one."""
    (tmp_path / "mail").mkdir()
    (tmp_path / "mail" / "blank.txt").write_bytes("\ufeff主题: 表\r\n你好，{{ 单位 }}\r\n".encode())
    said = LetterTexts(tmp_path, "blank").say({"单位": "甲"})
    assert (said.subject, said.text.strip()) == ("表", "你好，甲")
    assert "怎么填" in said.html
