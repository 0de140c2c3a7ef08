"""The password of sheets and structure, from the environment."""

from __future__ import annotations

import hashlib
import hmac
import unicodedata
from typing import TYPE_CHECKING

from nianbao.messages import Message, say
from nianbao.problems import refuse
from nianbao.workbook.protection import Password

if TYPE_CHECKING:
    from collections.abc import Mapping

VARIABLE = "NIANBAO_SHEET_PASSWORD"
SALT_BYTES = 16
LONGEST = 255
"""Excel's most characters in a password."""
_UNTYPED = frozenset({"Cc", "Cf", "Cs", "Zl", "Zp"})
"""Classes of characters that nobody types: control and format characters, halves of others, line ends."""


def sheet_password(environment: Mapping[str, str], *, key: bytes) -> Password | None:
    """The password, salted by the round's key, so that the same round has the same bytes; None where none is set.

    Raises OfficeError for one that nobody could type into a spreadsheet program.
    """
    word = environment.get(VARIABLE, "")
    if complaint := _complaint(word):
        raise refuse(complaint, file=VARIABLE)
    salt = hmac.new(key, b"sheet password", hashlib.sha256).digest()[:SALT_BYTES]
    return Password.of(word, salt) if word else None


def _complaint(word: str) -> Message | None:
    """Why the word is no password; never the word itself."""
    if any(unicodedata.category(character) in _UNTYPED for character in word):
        return say("工作表密码里有控制字符，或不是 UTF-8 文字，输入不了。请换一个密码。")
    if word != word.strip():
        return say("工作表密码的前后有空格，容易输错。请去掉空格。")
    if len(word) > LONGEST:
        return say("工作表密码有 {length} 个字符，最多 {most} 个。请缩短。", length=len(word), most=LONGEST)
    return None
