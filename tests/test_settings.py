"""nianbao.toml."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date
from itertools import pairwise

import pytest

from nianbao.kinds import UnitKind
from nianbao.opening.grid import Limits
from nianbao.problems import OfficeError
from nianbao.rounds.settings import Settings, read_settings
from nianbao.rounds.settings_text import settings_text

SETTINGS = Settings(
    name="示例县",
    year=2025,
    form="zfxxgk-2021",
    level=UnitKind.COUNTY,
    roster="units.csv",
    round_id="abc123",
    key=bytes(range(32)),
)


def complaints(text: str) -> list[str]:
    """What is said of settings that cannot be used."""
    with pytest.raises(OfficeError) as caught:
        read_settings(text.encode(), file="nianbao.toml")
    return str(caught.value).splitlines()


def changed(old: str, new: str) -> str:
    """Good settings with one thing changed."""
    text = settings_text(SETTINGS)
    assert old in text
    return text.replace(old, new)


@pytest.mark.parametrize(
    "settings",
    [
        SETTINGS,
        replace(SETTINGS, name='名"称\\', code="321322", upward="上级/空白.xlsx", part=12),
        replace(SETTINGS, unit_sheets=0, limits=Limits(file=1_500_000, inflated=9_000_000, part=4_500_000)),
    ],
)
def test_what_is_written_reads_back_as_the_same_settings(settings: Settings) -> None:
    """The text of any settings is read as these settings."""
    assert read_settings(settings_text(settings).encode(), file="") == settings


def test_every_line_is_explained_in_chinese() -> None:
    """Each entry stands under a comment."""
    lines = settings_text(replace(SETTINGS, part=3)).splitlines()
    for before, line in pairwise(lines):
        if " = " in line and not line.startswith("#"):
            assert before.startswith("# "), line


def test_a_mark_and_windows_line_ends_are_no_mistake() -> None:
    """Notepad writes both."""
    text = "\ufeff" + settings_text(SETTINGS).replace("\n", "\r\n")
    assert read_settings(text.encode(), file="") == SETTINGS


def test_every_mistake_is_listed_with_its_line() -> None:
    """A wrong year, a wrong level and a word nobody knows, in one go, with what was meant."""
    text = (
        changed("year = 2025", 'year = "2025"').replace('"county"', '"contry"').replace("inflated", "inflate")
    )
    said = complaints(text)
    assert [line.split(":")[1] for line in said] == ["7", "13", "34"]
    assert '「year」写的是 "2025"：要填四位数的年份' in said[0]
    assert '"county"' in said[1]
    assert '是否为 "limits.inflated"？' in said[2]


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('name = "示例县"', "", "缺少「name」"),
        ('name = "示例县"', 'name = ""', "「name」"),
        ('name = "示例县"', f'name = "{"长" * 61}"', "「name」"),
        ('name = "示例县"', 'name = "一\\n二"', "「name」"),
        ("year = 2025", "year = 20255", "「year」"),
        ("year = 2025", "year = true", "「year」"),
        ('code = ""', "code = 321322", "「code」写的是 321322：要填本单位在上一级名录里的代码，加英文引号"),
        ("file = 20", "file = -1", "32: 「limits.file」写的是 -1：要填兆字节（MB）数，从 0.1 到 500"),
        ("file = 20", "file = 0", "从 0.1 到 500"),
        ("file = 20", "file = 501", "从 0.1 到 500"),
        ("file = 20", "file = 1e999", "写的是 inf"),
        ("file = 20", "file = nan", "写的是 nan"),
        ("file = 20", f"file = {'9' * 400}", "写的是 inf"),
        ("file = 20", f"file = {'9' * 5000}", "写的是 inf"),
        ("file = 20", f"file = 0x{'f' * 6000}", "写的是 inf"),
        ("file = 20", f"file = {'9' * 100}", "写的是 一个极大的数"),
        ("file = 20", 'file = "20"', '写的是 "20"'),
        ("file = 20", "file = true", "写的是 true"),
        ("file = 20", "file = 100", "34: 「limits.inflated」不能小于「limits.file」"),
        ("inflated = 80", "inflated = 2001", "从 0.1 到 2000"),
        ("inflated = 80", "inflated = 10", "34: 「limits.inflated」不能小于「limits.file」"),
        ("year = 2025", "year = 2025-01-01", "写的是 2025-01-01"),
        ("year = 2025", f"year = {'9' * 5000}", "7: 「year」"),
        ('level = "county"', 'level = ["county"]', "写的是 一组内容"),
        ('name = "示例县"', "name = {a = 1}", "写的是 一组内容"),
        ('name = "示例县"', f'name = "{"长" * 5000}"', "最多 60 字"),
        ("[limits]", "[[limits]]", "30: 「limits」是一节设置"),
        ("[limits]", "[limitz]", '30: 没有「limitz」这项设置，是否为 "limits"'),
        ("# 报告年度", f"x = {'[' * 3000}{']' * 3000}", "6: 这一行太长或层次太深"),
        ("# 报告年度", f"x = {'{a=' * 3000}1{'}' * 3000}", "6: 这一行太长或层次太深"),
        ("# 报告年度", f"x{'.x' * 3000} = 1", "6: 没有「x」这项设置"),
        ("# 报告年度", "\0", "6: 这一行写得不对"),
        ("unit_sheets = 100", "unit_sheets = 251", "0 到 250"),
        ("unit_sheets = 100", "unit_sheets = 1.5", "0 到 250"),
        ('key = "00', 'key = "', "不要修改"),
        ('name = "示例县"', "name = 示例县", "nianbao.toml:4: 这一行写得不对"),
        ('roster = "units.csv"', 'roster = "C:\\名录\\units.csv"', "路径里用 /"),
        ('name = "示例县"', 'name = "示例县', "nianbao.toml:4: "),
    ],
)
def test_a_mistake_is_said_with_what_to_do(old: str, new: str, said: str) -> None:
    """One thing wrong, one complaint."""
    (line,) = complaints(changed(old, new))
    assert said in line


def test_another_encoding_is_said_with_its_line() -> None:
    """Saved as ANSI by Notepad."""
    with pytest.raises(OfficeError, match=r"f:1: 不是 UTF-8"):
        read_settings(settings_text(SETTINGS).encode("gb18030"), file="f")


def test_entries_of_a_section_may_stand_in_one_line() -> None:
    """TOML's dotted names have their lines, too."""
    text = changed("[limits]", "").replace("file = 20", "").replace("inflated = 80", "")
    text = text.replace("# 报告年度", "limits.file = 0\nlimits.inflatd = 80")
    said = complaints(text)
    assert "nianbao.toml:6: 「limits.file」写的是 0" in said[0]
    assert 'nianbao.toml:7: 没有「limits.inflatd」这项设置，是否为 "limits.inflated"' in said[1]


def test_one_huge_number_hides_no_other_mistake() -> None:
    """Python refuses to read it; the rest is judged all the same."""
    said = complaints(changed("file = 20", f"file = {'9' * 5000}").replace("year = 2025", "year = 25"))
    assert [line.split(":")[1] for line in said] == ["7", "32"]


MAIL = """
[mail]
from = "office@example.gov.cn"
host = "smtp.example.gov.cn"
deadline = 2026-01-20
[imap]
host = "imap.example.gov.cn"
"""


def with_mail(old: str = "", new: str = "") -> str:
    """Settings of a round with mail, with one thing changed."""
    assert old in MAIL
    return settings_text(SETTINGS) + MAIL.replace(old, new)


def test_mail_is_encrypted_and_as_the_address_unless_said_otherwise() -> None:
    """Two lines are enough to send."""
    settings = read_settings(with_mail().encode(), file="")
    mail, imap = settings.mail, settings.imap
    assert (mail.port, mail.security, mail.user) == (465, "tls", "office@example.gov.cn")
    assert (imap.port, imap.security, imap.user, imap.folder) == (993, "tls", mail.address, "INBOX")
    assert mail.deadline == date(2026, 1, 20)
    quoted = read_settings(with_mail("2026-01-20", '"2026-01-20"').encode(), file="")
    assert quoted == settings


def test_the_examples_for_mail_are_good_settings_once_uncommented() -> None:
    """Every line that an office may take the `#` away from."""
    text = re.sub(r"(?m)^#(?=[a-z\[])", "", settings_text(SETTINGS))
    settings = read_settings(text.encode(), file="")
    assert (settings.mail.host, settings.imap.host) == ("smtp.example.gov.cn", "imap.example.gov.cn")
    assert replace(settings, mail=SETTINGS.mail, imap=SETTINGS.imap) == SETTINGS


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("office@example.gov.cn", "office@example", "「mail.from」写的是"),
        ("office@example.gov.cn", "a@b.cn\\nBcc: c@d.cn", "「mail.from」写的是"),
        ("smtp.example.gov.cn", "smtp example", "「mail.host」写的是"),
        ("2026-01-20", "2026-01-20T10:00:00", "「mail.deadline」写的是"),
        ("2026-01-20", '"1月20日"', "要填报送截止的日期"),
        ("[imap]", 'name = "a\\nb"\n[imap]', "「mail.name」写的是"),
        ("[imap]", 'contact = "a\\u202eb"\n[imap]', "「mail.contact」写的是"),
        ("[imap]", 'password = "abc"\n[imap]', "密码不能写在设置里"),
        ("[imap]", 'security = "ssl"\n[imap]', "「mail.security」写的是"),
        ("[imap]", 'security = "plain"\n[imap]', "只能用于本机"),
        ("[imap]", "port = 0\n[imap]", "「mail.port」写的是 0"),
        ("[imap]", "hourly = 0\n[imap]", "「mail.hourly」写的是 0"),
        ("[imap]", "pause = -1\n[imap]", "「mail.pause」写的是 -1"),
        ("imap.example.gov.cn", "", "「imap.host」写的是"),
    ],
)
def test_a_mistake_in_the_mail_settings_is_said_with_its_line(old: str, new: str, said: str) -> None:
    """One thing wrong, one complaint; a password is no setting, and not shown."""
    (line,) = complaints(with_mail(old, new))
    assert said in line
    assert re.match(r"nianbao.toml:[6-7]\d: ", line)
    assert "abc" not in line


def test_a_section_whose_own_line_is_still_a_comment() -> None:
    """Its entries are told where they belong, also where the section before has them already."""
    mail = re.sub(r"(?m)^#(?=(from|host = \"smtp|deadline))", "", settings_text(SETTINGS))
    said = "；它属于 [mail]，请看这一节的名称前面是不是还有 #"
    assert [said in line for line in complaints(mail)] == [True, False, True]
    (line,) = complaints(re.sub(r"(?m)^#(?=(\[mail|from|host|port))", "", settings_text(SETTINGS)))
    assert "这一项前面已经写过" in line


def test_a_line_without_encryption_leads_to_this_computer_only() -> None:
    """By whatever of its names."""
    for host in ("localhost", "127.0.0.1", "::1"):
        text = with_mail('"smtp.example.gov.cn"', f'"{host}"\nsecurity = "plain"')
        assert read_settings(text.encode(), file="").mail.port == 25
