"""One XML part read from top to bottom by expat: no DTD, no entity, and nothing kept but what the caller keeps.

Expat with handlers rather than defusedxml's ElementTree, which runs in pure Python: 2.5 times slower on the
sheets of a form. What defusedxml refuses (DOCTYPE, hence entities and external references) is refused here.
"""

from __future__ import annotations

from typing import TYPE_CHECKING
from xml.parsers import expat

from nianbao.grid import UnreadableError
from nianbao.messages import say

if TYPE_CHECKING:
    from collections.abc import Callable

Attributes = dict[str, str]
MAIN = (
    "http://schemas.openxmlformats.org/spreadsheetml/2006/main",
    "http://purl.oclc.org/ooxml/spreadsheetml/main",
)
"""The namespaces of workbooks: transitional, as all programs write, and strict."""


def new_parser(part: str) -> expat.XMLParserType:
    """A parser whose handlers get names as `namespace name`, attributes without a namespace as `name`."""

    def refuse(*_: object) -> None:
        raise UnreadableError(
            "unreadable", say("部件 {part} 含有文档类型声明，不是正常保存的工作簿", part=part)
        )

    parser = expat.ParserCreate(namespace_separator=" ")
    parser.buffer_text = True
    parser.StartDoctypeDeclHandler = refuse
    parser.EntityDeclHandler = refuse
    return parser


def read_part(parser: expat.XMLParserType, content: bytes, part: str) -> None:
    """The whole part handed to the parser's handlers.

    Malformed XML, and a value of the wrong kind (a ValueError of a handler), is `UnreadableError`.
    """
    try:
        parser.Parse(content, True)
    except (expat.ExpatError, ValueError, LookupError) as error:
        raise UnreadableError(
            "unreadable", say("部件 {part} 已损坏；请重新保存后再报送", part=part)
        ) from error


def read_elements(content: bytes, part: str, start: Callable[[str, Attributes], None]) -> None:
    """Each element's name (without its namespace) and attributes, in order, for parts without text."""

    def begin(name: str, attributes: Attributes) -> None:
        start(name.rpartition(" ")[2], attributes)

    parser = new_parser(part)
    parser.StartElementHandler = begin
    read_part(parser, content, part)


def is_true(value: str | None) -> bool:
    """A boolean attribute, as the schema spells it."""
    return value in {"1", "true", "on"}
