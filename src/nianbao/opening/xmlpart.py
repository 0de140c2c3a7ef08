"""One XML part as elements, from a real parser, without DTD or entities and of bounded size.

ElementTree in C: defusedxml's runs in pure Python, 2.5 times slower on the sheets of a form. What that
refuses is refused here before the tree is built: a DOCTYPE, without which XML has no entities and no outside
references, can stand before the root element only, so the same expat reads that far first.
"""

from __future__ import annotations

from io import BytesIO
from typing import TYPE_CHECKING
from xml.etree.ElementTree import Element, ParseError, fromstring, iterparse
from xml.parsers import expat

from nianbao.messages import say
from nianbao.opening.container import TAGS_A_CELL
from nianbao.opening.grid import Limits, UnreadableError

if TYPE_CHECKING:
    from collections.abc import Iterator

MAIN = (
    "http://schemas.openxmlformats.org/spreadsheetml/2006/main",
    "http://purl.oclc.org/ooxml/spreadsheetml/main",
)
"""The namespaces of workbooks: transitional, as all programs write, and strict."""
ATTRIBUTES_A_CELL = 5
LONGEST_TAG = 500_000
"""Bytes from one `<` to the next: a cell's text has at most 330,000, however it is written."""
BETWEEN = 200_000
"""Elements between two rows of a large part: a row has at most 16,384 cells of some elements each."""
QUOTED = str.maketrans(
    {"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "\t": "&#9;", "\n": "&#10;", "\r": "&#13;"}
)
"""As `xml.sax.saxutils.quoteattr`, whose import brings http and ssl: 15 ms."""
FIRST, WIDE = 512, 1_000_000
"""Bytes handed to expat at a time: it reads a tag that is not yet whole from its start again with each piece."""
WHOLE = 1_000_000
"""Bytes up to which a part is parsed at once; a larger one row by row, which is slower by a quarter."""


def read_tree(content: bytes, part: str, limits: Limits) -> Element:
    """The root element; `UnreadableError` for malformed XML, a DOCTYPE, or too many elements."""
    _check_start(content, part, limits)
    try:
        return fromstring(content)  # noqa: S314  # checked above
    except (ParseError, ValueError, LookupError) as error:
        raise damaged(part) from error


def read_rows(content: bytes, part: str, wanted: frozenset[str], limits: Limits) -> Iterator[Element]:
    """The wanted children and grandchildren of the root, in order; a large part's rows are not kept."""
    if len(content) <= WHOLE:
        for group in read_tree(content, part, limits):
            yield from (group,) if group.tag in wanted else group
        return
    _check_start(content, part, limits)
    between = 0
    try:
        for _, element in iterparse(_Wide(content)):  # noqa: S314  # checked above
            between += 1
            if element.tag in wanted:
                yield element
                element.clear()
                between = 0
            elif between > BETWEEN:
                raise damaged(part)
    except (ParseError, LookupError) as error:
        raise damaged(part) from error


def namespaces(content: bytes, part: str) -> str:
    """The namespaces that the root element declares, as attributes."""
    declared: list[str] = []
    try:
        for event, found in iterparse(BytesIO(content), ("start-ns", "start")):  # noqa: S314  # parsed before
            if event == "start":
                break
            prefix, space = found
            declared.append(f'xmlns{prefix and ":"}{prefix}="{space.translate(QUOTED)}"')
    except (ParseError, LookupError) as error:
        raise damaged(part) from error
    return " ".join(declared)


class _Wide(BytesIO):
    """Bytes that are read in pieces larger than asked for."""

    def read(self, size: int | None = -1) -> bytes:
        """The next piece."""
        return super().read(max(size or -1, WIDE))


def local(element: Element) -> str:
    """An element's name without its namespace."""
    return element.tag.rpartition("}")[2]


def is_true(value: str | None) -> bool:
    """A boolean attribute, as the schema spells it."""
    return value in {"1", "true", "on"}


def is_endless(content: bytes, limits: Limits) -> bool:
    """Whether there are more tags or attributes than a workbook's cells need, or a tag that hardly ends."""
    cells = limits.cells
    if len(content) <= min(ATTRIBUTES_A_CELL * cells, LONGEST_TAG):
        return False
    if content.count(b"<") > TAGS_A_CELL * cells or content.count(b"=") > ATTRIBUTES_A_CELL * cells:
        return True
    starts = range(0, len(content) - LONGEST_TAG, LONGEST_TAG)
    return any(content.find(b"<", at, at + LONGEST_TAG) < 0 for at in starts)


def damaged(part: str) -> UnreadableError:
    """The error for a part that is not what it should be."""
    return UnreadableError("unreadable", say("文件已损坏（{part}）；请重新保存后再报送", part=part))


def _check_start(content: bytes, part: str, limits: Limits) -> None:
    if is_endless(content, limits):
        raise UnreadableError("too-large", say("文件内容过多；请删去多余内容后再报送"))
    met: list[str] = []
    parser = expat.ParserCreate()

    def begin(*_: object) -> None:
        met.append("root")
        parser.StartElementHandler = None

    parser.StartElementHandler = begin
    parser.StartDoctypeDeclHandler = lambda *_: met.append("doctype")
    try:
        at, size = 0, FIRST
        while at < len(content) and not met:
            parser.Parse(content[at : at + size], False)
            at, size = at + size, 2 * size
    except (expat.ExpatError, ValueError, LookupError) as error:
        raise damaged(part) from error
    if "doctype" in met:
        raise damaged(part)
