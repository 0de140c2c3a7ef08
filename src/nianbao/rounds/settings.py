"""nianbao.toml as Settings, or one error listing every mistake in it with its line."""

from __future__ import annotations

import re
import tomllib
from dataclasses import field
from types import MappingProxyType
from typing import TYPE_CHECKING, NamedTuple

from nianbao.frozen import frozen
from nianbao.kinds import GOVERNMENTS, UnitKind
from nianbao.messages import Message, mark, say
from nianbao.opening.grid import Limits
from nianbao.problems import OfficeError, Problem, did_you_mean, refuse

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

SETTINGS_FILE = "nianbao.toml"
LONGEST_NAME = 60
KEY_BYTES = 32
UNIT_SHEETS = 100
"""Sheets for single units up to so many: a spreadsheet program takes about 80 ms to open each."""
MOST_UNIT_SHEETS = 250
"""Spreadsheet programs take more, people do not: tabs can no longer be found."""

_MEGABYTE = 1_000_000
_LARGEST = 10_000
_MISPLACED_AT = re.compile(r"\(at line (\d+), column \d+\)")
_HEADER = re.compile(r"\s*\[\s*([\w.-]+)\s*\]")
_ASSIGNMENT = re.compile(r"""\s*["']?([\w-]+)["']?\s*=""")


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


class _Entry(NamedTuple):
    """One setting: which values it may have, and the advice for any other."""

    allows: Callable[[object], bool]
    advice: str
    required: bool = True


def _is_text(value: object) -> bool:
    return isinstance(value, str) and bool(value.strip()) and value.isprintable()


def _is_name(value: object) -> bool:
    return isinstance(value, str) and _is_text(value) and len(value) <= LONGEST_NAME


def _is_within(value: object, *, least: float, most: float) -> bool:
    """Whether it is a number (no truth value) between the two."""
    return isinstance(value, int | float) and not isinstance(value, bool) and least <= value <= most


def _is_whole(value: object, *, least: int, most: int) -> bool:
    return isinstance(value, int) and _is_within(value, least=least, most=most)


def _is_key(value: object) -> bool:
    return isinstance(value, str) and re.fullmatch(rf"[0-9a-fA-F]{{{2 * KEY_BYTES}}}", value) is not None


def _is_size(value: object) -> bool:
    return _is_within(value, least=0.001, most=_LARGEST)


_KEEP = mark("由 nianbao init 写成，不要修改；改乱了请从备份恢复。")
_SIZE = mark("要填兆字节（MB）数，如 20。")
_ENTRIES: Mapping[str, _Entry] = MappingProxyType(
    {
        "name": _Entry(_is_name, mark('要填汇总单位名称，加英文引号，最多 60 字，如 "示例县"。')),
        "year": _Entry(
            lambda value: _is_whole(value, least=1000, most=9999),
            mark("要填四位数的年份，不加引号，如 2025。"),
        ),
        "part": _Entry(
            lambda value: _is_whole(value, least=0, most=12),
            mark("月报填月份 1-12，季报填季度 1-4，年报不填。"),
            required=False,
        ),
        "form": _Entry(_is_text, mark('要填报表名称或定义文件，加英文引号，如 "zfxxgk-2021"。')),
        "level": _Entry(lambda value: value in GOVERNMENTS, mark('要填 "county"、"city" 或 "province"。')),
        "code": _Entry(
            lambda value: value == "" or _is_text(value),
            mark('要填本单位在上一级名录里的代码，加英文引号，如 "321322"；没有就填 ""。'),
            required=False,
        ),
        "upward": _Entry(
            lambda value: value == "" or _is_text(value),
            mark('要填上级发来的空白表的文件名，加英文引号；没有就填 ""。'),
            required=False,
        ),
        "roster": _Entry(_is_text, mark('要填名录的文件名，加英文引号，如 "units.csv"。')),
        "round_id": _Entry(_is_text, _KEEP),
        "key": _Entry(_is_key, _KEEP),
        "limits.file": _Entry(_is_size, _SIZE, required=False),
        "limits.inflated": _Entry(_is_size, _SIZE, required=False),
        "county.unit_sheets": _Entry(
            lambda value: _is_whole(value, least=0, most=MOST_UNIT_SHEETS),
            mark("要填 0 到 250 的整数。"),
            required=False,
        ),
    }
)


def read_settings(data: bytes, *, file: str) -> Settings:
    """The settings in `data`; `file` is what complaints call it. Raises OfficeError with every mistake."""
    text = _decoded(data, file=file)
    values = dict(_flat(_parsed(text, file=file)))
    lines = _lines(text)
    problems = [
        Problem(message, file=file, line=lines.get(key, 0))
        for key, message in (*_wrong(values), *_missing(values))
    ]
    if problems:
        raise OfficeError(sorted(problems, key=lambda problem: problem.line))
    return _settings(values)


def _decoded(data: bytes, *, file: str) -> str:
    """The text; Notepad puts a mark at its start."""
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise refuse(
            say("不是 UTF-8 编码。请用记事本打开，另存时编码选 UTF-8。"), file=file, line=line
        ) from error


def _parsed(text: str, *, file: str) -> dict[str, object]:
    """The file's content, by TOML's rules."""
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        at = _MISPLACED_AT.search(str(error))
        line = int(at[1]) if at else text.count("\n") + 1
        reason = _MISPLACED_AT.sub("", str(error)).strip().removesuffix("(at end of document)").strip()
        message = say("这一行写得不对（{reason}）。文字两边要有英文引号，路径里用 / 不用 \\。", reason=reason)
        raise refuse(message, file=file, line=line) from error


def _flat(tree: Mapping[str, object], section: str = "") -> Iterator[tuple[str, object]]:
    """Every entry as `section.name` and its value."""
    for name, value in tree.items():
        if isinstance(value, dict):
            yield from _flat(value, f"{section}{name}.")
        else:
            yield f"{section}{name}", value


def _lines(text: str) -> dict[str, int]:
    """The line of each entry, which tomllib does not tell."""
    lines: dict[str, int] = {}
    section = ""
    for number, line in enumerate(text.split("\n"), start=1):
        if header := _HEADER.match(line):
            section = f"{header[1]}."
        elif assignment := _ASSIGNMENT.match(line):
            lines.setdefault(section + assignment[1], number)
    return lines


def _wrong(values: Mapping[str, object]) -> Iterator[tuple[str, Message]]:
    """Entries that nobody knows, and values that an entry may not have."""
    for key, value in values.items():
        entry = _ENTRIES.get(key)
        if entry is None:
            yield key, say("没有「{key}」这项设置{hint}", key=key, hint=did_you_mean(key, _ENTRIES))
        elif not entry.allows(value):
            yield (
                key,
                say(
                    "「{key}」写的是 {found}：{advice}",
                    key=key,
                    found=repr(value),
                    advice=Message(entry.advice),
                ),
            )


def _missing(values: Mapping[str, object]) -> Iterator[tuple[str, Message]]:
    """Entries that must be there."""
    for key, entry in _ENTRIES.items():
        if entry.required and key not in values:
            yield key, say("缺少「{key}」：{advice}", key=key, advice=Message(entry.advice))


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
    )


def _limits(values: Mapping[str, object]) -> Limits:
    """The limits in bytes; one part of a workbook may take half of the whole, as in the defaults."""
    usual = Limits()
    file = _bytes(values.get("limits.file"), usual.file)
    inflated = _bytes(values.get("limits.inflated"), usual.inflated)
    return Limits(file=file, inflated=inflated, part=inflated // 2)


def _bytes(megabytes: object, usual: int) -> int:
    return usual if megabytes is None else int(float(str(megabytes)) * _MEGABYTE)
