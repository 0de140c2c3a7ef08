"""The entries of nianbao.toml as Settings, or one error listing every mistake in it with its line."""

from __future__ import annotations

import re
from dataclasses import field
from types import MappingProxyType
from typing import TYPE_CHECKING

from nianbao.frozen import frozen
from nianbao.kinds import GOVERNMENTS, UnitKind
from nianbao.messages import Message, mark, say
from nianbao.opening.grid import Limits
from nianbao.problems import OfficeError, Problem, did_you_mean
from nianbao.rounds.mail_settings import (
    MAIL_ENTRIES,
    ImapSettings,
    MailSettings,
    imap_settings,
    mail_faults,
    mail_settings,
)
from nianbao.rounds.setting import LONGEST_NAME, Entry, is_name, is_text, is_whole, is_within
from nianbao.rounds.settings_source import read_entries, shown

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

SETTINGS_FILE = "nianbao.toml"
KEY_BYTES = 32
UNIT_SHEETS = 100
"""Sheets for single units up to so many: a spreadsheet program takes about 80 ms to open each."""
MOST_UNIT_SHEETS = 250
"""Spreadsheet programs take more, people do not: tabs can no longer be found."""

_MEGABYTE = 1_000_000
_MOST_FILE, _MOST_INFLATED = 500, 2_000
"""Megabytes that a small machine can still hold."""


@frozen
class Settings:
    """One round of one office. `part` is 0 in a yearly round; `form` is a form's name or a definition file.

    `roster`, `upward` and a definition file are relative to the round's folder. `code` is the office's own, one level
    up; `upward` the blank that the level above sent it, empty where there is none.
    """

    name: str
    year: int
    form: str
    level: UnitKind
    roster: str
    round_id: str
    key: bytes
    part: int = 0
    code: str = ""
    upward: str = ""
    limits: Limits = field(default_factory=Limits)
    unit_sheets: int = UNIT_SHEETS
    mail: MailSettings = field(default_factory=MailSettings)
    imap: ImapSettings = field(default_factory=ImapSettings)


def _is_key(value: object) -> bool:
    return isinstance(value, str) and re.fullmatch(rf"[0-9a-fA-F]{{{2 * KEY_BYTES}}}", value) is not None


_KEEP = mark("由 nianbao init 写成，不要修改；改乱了请从备份恢复。")
_ENTRIES: Mapping[str, Entry] = MappingProxyType(
    {
        "name": Entry(is_name, mark('要填汇总单位名称，加英文引号，最多 60 字，如 "示例县"。')),
        "year": Entry(
            lambda value: is_whole(value, least=1000, most=9999),
            mark("要填四位数的年份，不加引号，如 2025。"),
        ),
        "part": Entry(
            lambda value: is_whole(value, least=0, most=12),
            mark("月报填月份 1-12，季报填季度 1-4，年报不填。"),
            required=False,
        ),
        "form": Entry(is_text, mark('要填报表名称或定义文件，加英文引号，如 "zfxxgk-2021"。')),
        "level": Entry(lambda value: value in GOVERNMENTS, mark('要填 "county"、"city" 或 "province"。')),
        "code": Entry(
            lambda value: value == "" or is_text(value),
            mark('要填本单位在上一级名录里的代码，加英文引号，如 "321322"；没有就填 ""。'),
            required=False,
        ),
        "upward": Entry(
            lambda value: value == "" or is_text(value),
            mark('要填上级发来的空白表的文件名，加英文引号；没有就填 ""。'),
            required=False,
        ),
        "roster": Entry(is_text, mark('要填名录的文件名，加英文引号，如 "units.csv"。')),
        "round_id": Entry(is_text, _KEEP),
        "key": Entry(_is_key, _KEEP),
        "limits.file": Entry(
            lambda value: is_within(value, least=0.1, most=_MOST_FILE),
            mark("要填兆字节（MB）数，从 0.1 到 500，如 20。"),
            required=False,
        ),
        "limits.inflated": Entry(
            lambda value: is_within(value, least=0.1, most=_MOST_INFLATED),
            mark("要填兆字节（MB）数，从 0.1 到 2000，如 80。"),
            required=False,
        ),
        "county.unit_sheets": Entry(
            lambda value: is_whole(value, least=0, most=MOST_UNIT_SHEETS),
            mark("要填 0 到 250 的整数。"),
            required=False,
        ),
        **MAIL_ENTRIES,
    }
)


_SECTIONS = frozenset(key.partition(".")[0] for key in _ENTRIES if "." in key)


def read_settings(data: bytes, *, file: str) -> Settings:
    """The settings in `data`; `file` is what complaints call it. Raises OfficeError with every mistake."""
    values, lines = read_entries(data, file=file, sections=_SECTIONS)
    problems = [
        Problem(message, file=file, line=lines.get(key, 0))
        for key, message in (
            *_wrong(values),
            *_missing(values),
            *_crossed(values),
            *mail_faults(values),
        )
    ]
    if problems:
        raise OfficeError(sorted(problems, key=lambda problem: problem.line))
    return _settings(values)


def _meant(key: str) -> Message:
    """The section in which such an entry belongs, whose own line may still be a comment; else what it is like."""
    _, dot, name = key.rpartition(".")
    homes = "、".join(f"[{section}]" for section in _SECTIONS if f"{section}.{name}" in _ENTRIES)
    if dot and homes:
        return say("；它属于 {homes}，请看这一节的名称前面是不是还有 #", homes=homes)
    return did_you_mean(key, {*_ENTRIES, *_SECTIONS})


def _wrong(values: Mapping[str, object]) -> Iterator[tuple[str, Message]]:
    """Entries that nobody knows, and values that an entry may not have."""
    for key, value in values.items():
        entry = _ENTRIES.get(key)
        if key in _SECTIONS:
            yield key, say("「{key}」是一节设置，要单独写一行 [{key}]，其下各写一行", key=key)
        elif entry is None and key.endswith(".password"):
            yield key, say("密码不能写在设置里，请删去这一行：用 nianbao send --password 存入系统的密钥环。")
        elif entry is None:
            yield key, say("没有「{key}」这项设置{hint}", key=key[:LONGEST_NAME], hint=_meant(key))
        elif not entry.allows(value):
            yield (
                key,
                say(
                    "「{key}」写的是 {found}：{advice}",
                    key=key,
                    found=shown(value),
                    advice=Message(entry.advice),
                ),
            )


def _missing(values: Mapping[str, object]) -> Iterator[tuple[str, Message]]:
    """Entries that must be there."""
    for key, entry in _ENTRIES.items():
        if entry.required and key not in values:
            yield key, say("缺少「{key}」：{advice}", key=key, advice=Message(entry.advice))


def _crossed(values: Mapping[str, object]) -> Iterator[tuple[str, Message]]:
    """A file is never larger than what it holds."""
    keys = [key for key in ("limits.inflated", "limits.file") if key in values]
    if keys and all(_ENTRIES[key].allows(values[key]) for key in keys):
        limits = _limits(values)
        if limits.inflated < limits.file:
            yield keys[0], say("「limits.inflated」不能小于「limits.file」：文件解压以后不会更小。")


def _settings(values: Mapping[str, object]) -> Settings:
    """The checked values, typed."""
    return Settings(
        name=str(values["name"]),
        year=int(str(values["year"])),
        part=int(str(values.get("part", 0))),
        form=str(values["form"]),
        level=UnitKind(str(values["level"])),
        code=str(values.get("code", "")),
        upward=str(values.get("upward", "")),
        roster=str(values["roster"]),
        round_id=str(values["round_id"]),
        key=bytes.fromhex(str(values["key"])),
        limits=_limits(values),
        unit_sheets=int(str(values.get("county.unit_sheets", UNIT_SHEETS))),
        mail=mail_settings(values),
        imap=imap_settings(values),
    )


def _limits(values: Mapping[str, object]) -> Limits:
    """The limits in bytes; one part of a workbook may take half of the whole, as in the defaults."""
    usual = Limits()
    file = _bytes(values.get("limits.file"), usual.file)
    inflated = _bytes(values.get("limits.inflated"), usual.inflated)
    return Limits(file=file, inflated=inflated, part=inflated // 2)


def _bytes(megabytes: object, usual: int) -> int:
    return usual if megabytes is None else int(float(str(megabytes)) * _MEGABYTE)
