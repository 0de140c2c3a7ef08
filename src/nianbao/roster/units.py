"""One reporting unit: what it is, what its code, name and address may be, and how its files are named."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from types import MappingProxyType
from typing import TYPE_CHECKING

from nianbao.frozen import frozen
from nianbao.kinds import UnitKind
from nianbao.messages import Message, say
from nianbao.problems import did_you_mean

if TYPE_CHECKING:
    from collections.abc import Iterator

LONGEST_CODE = 40
LONGEST_STEM = 120
_LONGEST_STEM_BYTES = 200
"""A file name has 255 bytes on Linux; an ending and the temporary file's affixes still have to fit."""

_UNSAFE = re.compile(r'[/\\:*?"<>|\x00-\x1f\x7f-\x9f]')
_RESERVED = re.compile(r"(?i:con|prn|aux|nul|conin\$|conout\$|com\d|lpt\d) *(\.|$)")
"""Devices on Windows, also with an ending: `con.1` cannot be a file there."""
_ROUNDED = re.compile(r"\d(\.\d+)?[Ee]\+?\d+")
"""3.21322E+17: a long code that a spreadsheet took for a number; its digits are lost."""
_EMAIL = re.compile(
    r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@"
    r"(?:[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.)+[A-Za-z](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])"
)
"""The HTML standard's rule for e-mail fields, which every browser keeps (html.spec.whatwg.org,
"valid e-mail address"), and a domain of two labels at least: `name@host` is a slip here. ASCII only, as many
mail servers of offices do not take SMTPUTF8; full-width letters have been made ASCII before."""


KIND_WORDS = MappingProxyType(
    {kind.value: kind for kind in UnitKind}
    | {kind.label: kind for kind in UnitKind}
    | {"乡": UnitKind.TOWN, "镇": UnitKind.TOWN}
)
"""The kinds by what they are called in either language, as `word_key` spells it; 乡 and 镇 are towns."""


@frozen
class Unit:
    """One unit of the roster; e-mail, contact and phone are "" where the office has none."""

    code: str
    name: str
    kind: UnitKind
    email: str = ""
    contact: str = ""
    phone: str = ""


def word_key(word: str) -> str:
    """The word as people tell words apart: width, case and spaces do not count."""
    return "".join(unicodedata.normalize("NFKC", word).casefold().split())


def unit_title(name: str, code: str) -> str:
    """`示例镇（321322101）`; one of them where the other is not known."""
    return f"{name}（{code}）" if name and code else name or code


def file_stem(unit: Unit, period: str) -> str:
    """`<code>_<name>_<period>`, a file name without its ending that Windows and Linux both take.

    What cannot stand in a file name becomes `_`; a long name is cut so that the whole stays within 120
    characters (and 200 bytes), code and period being kept.
    """
    head, tail = f"{_replaced(unit.code)}_", f"_{_replaced(period)}"
    name = _replaced(unit.name)[: max(0, LONGEST_STEM - len(head) - len(tail))]
    room = max(0, _LONGEST_STEM_BYTES - len((head + tail).encode()))
    return head + name.encode()[:room].decode(errors="ignore") + tail


def _replaced(text: str) -> str:
    """The text in composed form (as macOS and Linux must agree on names), unsafe characters as `_`."""
    return _UNSAFE.sub("_", unicodedata.normalize("NFC", text))


def code_faults(code: str) -> Iterator[Message]:
    """What keeps `code` from naming a file, or shows that it is no longer the code that was typed."""
    unsafe = sorted(filter(str.isprintable, set(_UNSAFE.findall(code))))
    if unsafe:
        found = " ".join(unsafe)
        yield say("代码“{code}”里的 {found} 不能用在文件名中，请去掉。", code=_printable(code), found=found)
    if code.startswith((".", "~$")) or code.endswith("."):
        yield say("代码“{code}”不能以 . 或 ~$ 开头，也不能以 . 结尾，请去掉。", code=code)
    if _RESERVED.match(code):
        yield say("代码“{code}”是 Windows 的保留名，不能作文件名，请换一个代码。", code=code)
    if _ROUNDED.fullmatch(code):
        yield say("代码“{code}”被表格软件当成了数字，后几位已丢失。请把这一列设为文本，重新填写。", code=code)
    if len(code) > LONGEST_CODE:
        yield say("代码有 {length} 个字符，最多 {most} 个，请缩短。", length=len(code), most=LONGEST_CODE)


def invisible_faults(value: str, *, heading: str) -> Iterator[Message]:
    """Line breaks and characters nobody sees: two texts would look the same and not be the same.

    Private-use and unassigned characters pass: rare place names are written with them.
    """
    if value.isprintable():
        return
    for place, character in enumerate(value, start=1):
        if unicodedata.category(character) in {"Cc", "Cf", "Cs", "Zl", "Zp"}:
            yield say(
                "“{heading}”第 {place} 个字符是看不见的 {found}（换行、制表符或控制符），请删去。",
                heading=heading,
                place=place,
                found=_visible(character),
            )
            return


def email_faults(email: str) -> Iterator[Message]:
    """Nothing for one address that mail can be sent to."""
    if _EMAIL.fullmatch(email) and ".." not in email and not email.startswith(".") and ".@" not in email:
        return
    if email.count("@") > 1:
        yield say("邮箱“{email}”里有几个地址，请只留一个。", email=_printable(email))
        return
    yield say("邮箱“{email}”不是邮件地址，请填如 name@example.gov.cn。", email=_printable(email))


@lru_cache(maxsize=256)
def kind_fault(word: str) -> Message:
    """The complaint about a kind nobody knows; kept, because a wrong word mostly stands in many rows."""
    return say(
        "类型填的是“{word}”，请填 {known} 之一{guess}",
        word=_printable(word),
        known="、".join(f"{kind.label}（{kind}）" for kind in UnitKind),
        guess=did_you_mean(word_key(word), KIND_WORDS),
    )


def _visible(character: str) -> str:
    """The character itself, or U+200B for one that cannot be seen."""
    return character if character.isprintable() else f"U+{ord(character):04X}"


def _printable(text: str) -> str:
    """The text with every character that cannot be seen written as U+…."""
    return "".join(map(_visible, text))
