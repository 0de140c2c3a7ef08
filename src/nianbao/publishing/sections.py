"""The sections in words of a return: its texts with their figures, and what is drafted where nothing was written."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nianbao.publishing.placeholders import faults, told

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from nianbao.publishing.figures import Figures, SourceError
    from nianbao.publishing.placeholders import Told


def paragraphs_of(text: str) -> tuple[str, ...]:
    """The lines that say something; indents are the document's business."""
    return tuple(line for line in map(str.strip, _cleaned(text).splitlines()) if line)


def written(text: str, figures: Figures) -> tuple[tuple[Told, ...], ...]:
    """The paragraphs in pieces. Raises SourceError."""
    return tuple(told(paragraph, figures) for paragraph in paragraphs_of(text))


def text_faults(texts: Mapping[str, str], figures: Figures) -> Iterator[tuple[str, SourceError]]:
    """What is wrong with placeholders, with the section's id."""
    for key, text in texts.items():
        for paragraph in paragraphs_of(text):
            yield from ((key, fault) for fault in faults(paragraph, figures))


def _cleaned(text: str) -> str:
    """The text without characters that no XML can hold."""
    return "".join(
        sign
        for sign in text
        if sign in "\n\t"
        or (sign >= " " and sign not in "\x7f\ufffe\uffff" and not "\ud800" <= sign <= "\udfff")
    )
