"""The bytes of nianbao.toml as entries `section.name` with their values, and the line of each."""

from __future__ import annotations

import json
import re
import tomllib
from typing import TYPE_CHECKING, NamedTuple

from nianbao.messages import Message, say
from nianbao.problems import refuse

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping

    from nianbao.problems import OfficeError

LONGEST_SHOWN = 60
_MISPLACED_AT = re.compile(r"\(at line (\d+), column \d+\)")
_TWICE = "Cannot overwrite a value"
"""What tomllib says of a key that stands twice in a section."""
_HEADER = re.compile(r"\s*\[+\s*([\w.-]+)\s*\]")
_ASSIGNMENT = re.compile(r"""\s*([\w."' -]+?)\s*=""")
_HUGE = re.compile(r"""^([^#"'\n]*=\s*[+-]?)(?:0[xob])?[0-9a-fA-F_]{400,}""", re.MULTILINE)
"""A number that Python takes long to read, or refuses to; as good as infinite."""


class Entries(NamedTuple):
    """What stands in the file: values and lines (from 1) by `name` or `section.name`."""

    values: Mapping[str, object]
    lines: Mapping[str, int]


def read_entries(data: bytes, *, file: str, sections: Collection[str]) -> Entries:
    """The entries; parts of `sections` are entries of their own. Raises OfficeError where it is no TOML."""
    text = _decoded(data, file=file)
    return Entries(dict(_flat(_parsed(text, file=file), sections)), _lines(text))


def shown(value: object) -> Message:
    """The value as the file has it, short; of several a word for them."""
    match value:
        case bool():
            text = str(value).lower()
        case str():
            text = json.dumps(value, ensure_ascii=False)
        case int() if value.bit_length() > LONGEST_SHOWN:
            return say("一个极大的数")
        case list() | dict():
            return say("一组内容")
        case _:
            text = str(value)
    return Message("{text}", (("text", text if len(text) <= LONGEST_SHOWN else f"{text[:LONGEST_SHOWN]}…"),))


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
        return tomllib.loads(_HUGE.sub(r"\1inf", text))
    except tomllib.TOMLDecodeError as error:
        raise _misplaced(text, error, file) from error
    except (RecursionError, ValueError) as error:
        longest = max(enumerate(text.split("\n"), start=1), key=lambda numbered: len(numbered[1]))
        message = say("这一行太长或层次太深，不是设置，请删去")
        raise refuse(message, file=file, line=longest[0]) from error


def _misplaced(text: str, error: tomllib.TOMLDecodeError, file: str) -> OfficeError:
    """The parser's complaint, with its line."""
    at = _MISPLACED_AT.search(str(error))
    line = int(at[1]) if at else text.count("\n") + 1
    reason = _MISPLACED_AT.sub("", str(error)).strip().removesuffix("(at end of document)").strip()
    if reason == _TWICE:
        message = say(
            "这一项前面已经写过。重复的请删去；前面是另一节的，请看这一节的「[…]」前面是不是还有 #。"
        )
    else:
        message = say(
            "这一行写得不对（{reason}）。说明前面要有 #，文字两边要有英文引号，路径里用 / 不用 \\。",
            reason=reason,
        )
    return refuse(message, file=file, line=line)


def _flat(tree: Mapping[str, object], sections: Collection[str]) -> Iterator[tuple[str, object]]:
    """Every entry by its name and its value."""
    for name, value in tree.items():
        if name in sections and isinstance(value, dict):
            yield from ((f"{name}.{part}", inner) for part, inner in value.items())
        else:
            yield name, value


def _lines(text: str) -> dict[str, int]:
    """The line of each entry and section, which tomllib does not tell."""
    lines: dict[str, int] = {}
    section = ""
    for number, line in enumerate(text.split("\n"), start=1):
        if header := _HEADER.match(line):
            section = f"{header[1]}."
            lines.setdefault(header[1], number)
        elif assignment := _ASSIGNMENT.match(line):
            name = re.sub(r"""["' ]""", "", assignment[1])
            lines.setdefault(section + name, number)
            lines.setdefault(section + name.partition(".")[0], number)
    return lines
