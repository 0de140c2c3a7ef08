"""The text of a definition as nodes with their lines: plain YAML 1.2, of which every other feature is a mistake.

Built from the parser's events with a stack of our own: nothing is constructed that the text names, and depth and
number of parts are bounded while reading.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError

from nianbao.definition.mistakes import shown
from nianbao.messages import Message, mark, say
from nianbao.problems import OfficeError, Problem, refuse

if TYPE_CHECKING:
    from collections.abc import Iterator

DEPTH, PARTS = 40, 50_000
"""More than any form has: aliases within aliases would fill the memory."""
LONGEST_NUMBER = 18
CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff\ufffe\uffff]")
"""What no label, name or sentence may hold: Excel's files cannot carry it, or nobody sees it."""

_STANDARD = "tag:yaml.org,2002:"
_WHOLE = re.compile(r"[-+]?[0-9]+")
_BASED = re.compile(r"0(?:o[0-7]+|x[0-9a-fA-F]+)")
_DECIMAL = re.compile(r"[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?")
_WORDS = {
    "": None,
    "~": None,
    "true": True,
    "false": False,
    ".nan": math.nan,
    ".inf": math.inf,
    "-.inf": -math.inf,
}
_WORDS |= {"null": None, "+.inf": math.inf}
_REASONS = {
    "found character '\\t'": mark("缩进要用空格，不能用制表符（Tab）"),
    "mapping values are not allowed": mark("这里不能再有冒号：检查缩进，或给文字加上引号"),
    "found unexpected end of stream": mark("引号没有配对"),
    "but got '<stream end>'": mark("括号没有配对"),
    "found character": mark("文字不能以这个符号开头，请加上引号"),
    "expected <block end>": mark("缩进与上面的不一致"),
    "could not find expected ':'": mark("名称后面要有冒号和空格"),
}
"""The parser's commonest complaints, by a part of their wording."""


@dataclass(slots=True)
class Node:
    """A part of the file: a scalar with its text as written, a list's items, or a mapping's keys and values in turn."""

    line: int
    kind: str
    value: Any = None
    text: str = ""
    quoted: bool = False
    items: list[Node] = field(default_factory=list)

    def pairs(self) -> Iterator[tuple[Node, Node]]:
        """Keys and values of a mapping."""
        return zip(self.items[::2], self.items[1::2], strict=True)


SCALAR, LIST, MAPPING = "scalar", "list", "mapping"


@dataclass(slots=True)
class _Reader:
    """Takes the events in order; `problems` are what YAML allows and a definition does not."""

    file: str
    roots: list[Node] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    _open: list[tuple[Node, str | None]] = field(default_factory=list)
    _anchors: dict[str, Node] = field(default_factory=dict)
    _parts: int = 0

    def take(self, event: Any) -> None:
        """One event of the parser."""
        line = event.start_mark.line + 1
        match type(event).__name__:
            case "DocumentStartEvent" if self.roots:
                raise refuse(say("一个文件里只能写一份定义，不能用 --- 分成几份"), file=self.file, line=line)
            case "AliasEvent":
                self._place(self._aliased(event.anchor, line))
            case "ScalarEvent":
                self._check_tag(event, line)
                node = self._scalar(event, line)
                self._place(node)
                self._remember(event.anchor, node)
            case "MappingStartEvent" | "SequenceStartEvent" as name:
                self._check_tag(event, line)
                self._begin(Node(line, MAPPING if name.startswith("M") else LIST), event.anchor)
            case "MappingEndEvent" | "SequenceEndEvent":
                self._remember(self._open[-1][1], self._open.pop()[0])

    def _begin(self, node: Node, anchor: str | None) -> None:
        """A list or mapping whose parts follow."""
        self._place(node)
        self._open.append((node, anchor))
        if len(self._open) > DEPTH:
            raise too_much(self.file, node.line)

    def _place(self, node: Node) -> None:
        """The node in the list or mapping that is open."""
        self._parts += 1
        if self._parts > PARTS:
            raise too_much(self.file, node.line)
        (self._open[-1][0].items if self._open else self.roots).append(node)

    def _remember(self, anchor: str | None, node: Node) -> None:
        """The node by its anchor, once it is complete: what holds itself is never that."""
        if anchor:
            self._anchors[anchor] = node

    def _aliased(self, anchor: str, line: int) -> Node:
        """What an alias stands for."""
        if anchor not in self._anchors:
            self._complain(line, say("*{name} 所指的内容不在前面，或者包含它自己", name=shown(anchor)))
            return Node(line, SCALAR)
        return self._anchors[anchor]

    def _check_tag(self, event: Any, line: int) -> None:
        """Tags name types of other programs."""
        if event.tag is not None:
            self._complain(
                line,
                say(
                    "定义里不能用标签「{tag}」，请去掉它", tag=shown(str(event.tag).replace(_STANDARD, "!!"))
                ),
            )

    def _scalar(self, event: Any, line: int) -> Node:
        """A word, number or nothing; what cannot be shown is taken out after the complaint."""
        text = event.value
        if unfit := CONTROL.search(text):
            code = f"U+{ord(unfit[0]):04X}"
            self._complain(line, say("文字里有看不见的控制字符 {code}，请删去", code=code))
            text = CONTROL.sub("", text)
        plain = bool(event.implicit[0])
        return Node(line, SCALAR, scalar(text) if plain else text, text, quoted=not plain)

    def _complain(self, line: int, message: Message) -> None:
        self.problems.append(Problem(message, file=self.file, line=line))


def read_nodes(text: str, *, file: str) -> tuple[Node, list[Problem]]:
    """The one document in `text`, and what in it a definition may not have. Raises OfficeError where it is no YAML."""
    reader = _Reader(file)
    for number, line in enumerate(text.split("\n"), start=1):
        if unfit := CONTROL.search(line.rstrip("\r").lstrip("\ufeff")):
            code = f"U+{ord(unfit[0]):04X}"
            raise refuse(say("不是文本文件，或有不能用的字符 {code}", code=code), file=file, line=number)
    try:
        for event in YAML(typ="safe", pure=True).parse(text):
            reader.take(event)
    except YAMLError as error:
        raise _refused(error, file) from error
    if not reader.roots or reader.roots[0].kind is not MAPPING:
        raise OfficeError([*reader.problems, Problem(say("文件里没有报表定义"), file=file, line=1)])
    return reader.roots[0], reader.problems


def scalar(text: str) -> object:
    """An unquoted word by YAML 1.2's core schema: a date is a text; a number too long to be meant stays one."""
    if text.lower() in _WORDS and text in {text.lower(), text.upper(), text.capitalize()}:
        return _WORDS[text.lower()]
    if len(text) > LONGEST_NUMBER:
        return text
    if _WHOLE.fullmatch(text):
        return int(text)
    if _BASED.fullmatch(text):
        return int(text, 0)
    return float(text) if _DECIMAL.fullmatch(text) else text


def too_much(file: str, line: int) -> OfficeError:
    """What is said of a file that nobody wrote by hand."""
    message = say("层次太深或内容太多（最多 {depth} 层、{parts} 项），请精简", depth=DEPTH, parts=PARTS)
    return refuse(message, file=file, line=line)


def _refused(error: YAMLError, file: str) -> OfficeError:
    """The parser's complaint, with its line, in the reader's language where it is a common one."""
    place = error.problem_mark or error.context_mark if isinstance(error, MarkedYAMLError) else None
    told = (error.problem or "") if isinstance(error, MarkedYAMLError) else str(error).partition("\n")[0]
    known = next((reason for part, reason in _REASONS.items() if part in told), None)
    message = say("不是正确的 YAML：{reason}", reason=Message(known) if known else shown(told))
    return refuse(message, file=file, line=place.line + 1 if place else 1)
