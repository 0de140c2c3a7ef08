"""What a browser shows of a page: which elements, and how their text reads."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from lxml import html

SKIPPED = frozenset(
    {
        "script",
        "style",
        "noscript",
        "template",
        "select",
        "option",
        "head",
        "svg",
        "iframe",
        "object",
        "button",
        "input",
        "textarea",
        "nav",
        "footer",
        "title",
        "del",
        "s",
        "strike",
    }
)
"""What a browser does not show as text, and what was struck out."""
INLINE = frozenset(
    {
        "a",
        "abbr",
        "b",
        "big",
        "em",
        "font",
        "i",
        "ins",
        "label",
        "mark",
        "o:p",
        "small",
        "span",
        "strong",
        "sub",
        "sup",
        "u",
        "st1:chsdate",
        "code",
        "var",
        "time",
        "bdo",
        "cite",
        "q",
    }
)
HIDING = re.compile(
    r"display:none|mso-hide:all|visibility:(?:hidden|collapse)|font-size:0(?:px|pt|em|rem|%)?(?:;|!|$)"
    r"|text-decoration(?:-line)?:[^;]*line-through|(?:^|;)opacity:0?(?:\.0+)?(?:;|!|$)"
)
RAISING = re.compile(r"vertical-align:(?:super|sub)|mso-text-raise:")


def is_left_out(element: html.HtmlElement) -> bool:
    """Whether nothing in it is text of the page."""
    return element.tag.lower() in SKIPPED or is_hidden(element)


def is_hidden(element: html.HtmlElement) -> bool:
    """Whether a browser does not show it, or shows it struck out."""
    style = "".join((element.get("style") or "").split()).lower()
    return element.get("hidden") is not None or bool(HIDING.search(style))


def takes_no_place(cell: html.HtmlElement) -> bool:
    """Whether a browser leaves the cell out, so that those after it move up."""
    style = "".join((cell.get("style") or "").split()).lower()
    return "display:none" in style or cell.get("hidden") is not None


def is_raised(element: html.HtmlElement) -> bool:
    """Whether it is set above or below the line, as a note's number is."""
    style = "".join((element.get("style") or "").split()).lower()
    return element.tag.lower() in {"sup", "sub"} or bool(RAISING.search(style))


def flowing(text: str | None) -> str:
    """Text as a browser shows it: line ends in the source are spaces, and none stands between Chinese characters."""
    if not text:
        return ""
    joined = re.sub(r"[ \t\r\n\f]+", " ", text)
    return re.sub(r"(?<=[\u3000-\u9fff\uff00-\uffef]) (?=[\u3000-\u9fff\uff00-\uffef])", "", joined)


def shown_lines(text: str) -> list[str]:
    """The lines that hold something, without the spaces around them."""
    return [stripped for line in text.split("\n") if (stripped := line.strip(" \t\r\f"))]
