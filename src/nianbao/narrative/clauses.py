"""A text in sentences and clauses, each clause with the mark that stands before it."""

from __future__ import annotations

import re

LONGEST_TEXT = 100_000
"""Characters: nobody writes more; what follows is not heard."""
SENTENCE = re.compile("[。；;！？!?]")
CLAUSE = re.compile(r"([，、：:（）()]|,(?!\d{3}(?!\d))|(?<!\d),)", re.ASCII)
BLANKS = re.compile(r"[^\S\n]+")
WRAPPED = re.compile(
    r"(?<=[^。；：:;！？!?\n]{15})(?:\n(?=[^\n\d（(一二三四五六七八九十])|(?<!\d)\n(?=\d))", re.ASCII
)
"""Where a line was broken for its width, as in what is pasted from a PDF; not before a heading's number."""
JOINED = "、"
LISTED = frozenset("、，,")
"""Marks between what may share the figure at the end: after the first it always may."""


def paragraphs(text: str) -> list[str]:
    """The paragraphs without blanks, lines put together that were broken for their width."""
    text = BLANKS.sub("", text)
    return (WRAPPED.sub("", text) if "\n" in text else text).split("\n")


def sentences(paragraph: str) -> list[str]:
    """The sentences of a paragraph."""
    return SENTENCE.split(paragraph)


def clauses(sentence: str) -> list[tuple[str, str]]:
    """Mark and clause in turn; the first has no mark."""
    parts = CLAUSE.split(sentence)
    return list(zip(("", *parts[1::2]), parts[::2], strict=True))
