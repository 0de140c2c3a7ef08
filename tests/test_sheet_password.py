"""The sheet password of the environment."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest

from nianbao.problems import OfficeError
from nianbao.rounds.sheet_password import VARIABLE, sheet_password
from office import MAIN, make_round, run_apart, send_back

if TYPE_CHECKING:
    from pathlib import Path


def test_a_password_is_salted_by_the_round() -> None:
    """The same round gives the same hash, another one another; none set is none."""
    first = sheet_password({VARIABLE: "密码 1"}, key=b"a")
    assert first is not None
    assert sheet_password({VARIABLE: "密码 1"}, key=b"a") == first
    assert sheet_password({VARIABLE: "密码 1"}, key=b"b") != first
    assert sheet_password({}, key=b"a") is None
    assert sheet_password({VARIABLE: ""}, key=b"a") is None
    assert sheet_password({VARIABLE: "密" * 255}, key=b"a") is not None


@pytest.mark.parametrize(
    ("word", "said"),
    [
        (os.fsdecode(b"abc\xff"), "UTF-8"),
        ("a\tb", "控制字符"),
        ("a\u200bb", "控制字符"),
        ("abc\n", "控制字符"),
        ("abc ", "前后有空格"),
        ("\u3000abc", "前后有空格"),
        ("密" * 256, "有 256 个字符，最多 255 个"),
    ],
)
def test_what_nobody_can_type_is_no_password(word: str, said: str) -> None:
    """The variable is named, the word is not."""
    with pytest.raises(OfficeError, match=said) as caught:
        sheet_password({VARIABLE: word}, key=b"a")
    assert str(caught.value).startswith(f"{VARIABLE}: ")
    assert "abc" not in str(caught.value)


@pytest.mark.parametrize("command", ["blank", "merge"])
def test_a_command_refuses_it_before_it_writes(command: str, tmp_path: Path) -> None:
    """Status 2 and no traceback, also for bytes that are no text."""
    here = make_round(tmp_path / "r")
    send_back(here, "101", "102", "103")
    for word in (os.fsdecode(b"\xff\xfe"), "x" * 256):
        ran = run_apart(MAIN, command, "-C", here.folder, NIANBAO_SHEET_PASSWORD=word)
        assert (ran.status, ran.out) == (2, "")
        assert ran.err.startswith(f"{VARIABLE}: 工作表密码")
    assert not list(here.blank_folder.iterdir())
    assert not list((here.folder / "results").iterdir())


@pytest.mark.parametrize("secret", ["short", "zz" * 32, "ab" * 33, os.fsdecode(b"\xff" * 64)])
def test_a_wrong_office_key_makes_no_round(secret: str, tmp_path: Path) -> None:
    """Status 2, the variable and what it should be; the secret is not shown."""
    roster = tmp_path / "units.csv"
    roster.write_text("code,name,kind\n1,甲,town\n", encoding="utf-8")
    words = ("init", tmp_path / "r", "--name", "县", "--year", "2025", "--roster", roster)
    ran = run_apart(MAIN, *words, NIANBAO_OFFICE_KEY=secret)
    assert (ran.status, ran.out) == (2, "")
    assert ran.err.startswith("NIANBAO_OFFICE_KEY: 办公室密钥不对：应为 64 位十六进制数。")
    assert secret not in ran.err
    assert not (tmp_path / "r").exists()
