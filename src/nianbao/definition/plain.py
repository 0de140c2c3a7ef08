"""The nodes of one file as mappings, lists and scalars, and the line of each."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from nianbao.definition.mistakes import shown
from nianbao.definition.nodes import DEPTH, LIST, MAPPING, PARTS, SCALAR, too_much
from nianbao.messages import say
from nianbao.problems import Problem

if TYPE_CHECKING:
    from nianbao.definition.mistakes import PartPath
    from nianbao.definition.nodes import Node
    from nianbao.messages import Message


@dataclass(slots=True)
class PlainData:
    """Takes the nodes of one file; lines are noted in `places`, mappings that an entry was left out of in `lost`."""

    file: str
    problems: list[Problem]
    places: dict[PartPath, tuple[str, int]] = field(default_factory=dict)
    lost: set[PartPath] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.places[()] = (self.file, 1)

    def mapping(self, node: Node, path: PartPath) -> dict[str, Any]:
        """Entries by key; of a key that stands twice the first counts."""
        result: dict[str, Any] = {}
        for key, value in node.pairs():
            if key.kind is not SCALAR:
                self._leave_out(path, key, say("名称只能是一个词，不能是列表或一组内容"))
            elif key.text == "<<" and not key.quoted:
                self._leave_out(
                    path, key, say("定义里不能用合并键「<<」：请用 &名 和 *名 引用整段，或者逐项写出")
                )
            elif key.text in result:
                first = self.places[(*path, key.text)][1]
                message = say("「{key}」重复，第 {first} 行已经写过", key=shown(key.text), first=first)
                self._complain(key.line, message)
            else:
                here = (*path, key.text)
                self._note(here, key.line)
                result[key.text] = self._value(value, here)
        return result

    def _value(self, node: Node, path: PartPath) -> Any:
        """The node without lines."""
        if node.kind is MAPPING:
            return self.mapping(node, path)
        if node.kind is LIST:
            for index, item in enumerate(node.items):
                self._note((*path, index), item.line)
            return [self._value(item, (*path, index)) for index, item in enumerate(node.items)]
        return node.value

    def _note(self, path: PartPath, line: int) -> None:
        """The line of a part; what aliases repeat counts each time."""
        if len(path) > DEPTH or len(self.places) > PARTS:
            raise too_much(self.file, line)
        self.places[path] = (self.file, line)

    def _leave_out(self, path: PartPath, key: Node, message: Message) -> None:
        """An entry that a definition may not have."""
        self.lost.add(path)
        self._complain(key.line, message)

    def _complain(self, line: int, message: Message) -> None:
        self.problems.append(Problem(message, file=self.file, line=line))
