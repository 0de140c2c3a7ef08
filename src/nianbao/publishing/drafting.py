"""A first draft of a section from the figures: sentences of the template, those left out that have no figures.

The template is `<form>.draft.txt`: `# 编号` begins a section, an empty line a paragraph, every line is a sentence.
「若 {{ … }}：」 before a sentence: only where the figure is not 0; 「若无 {{ … }}：」: only where it is.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from nianbao.problems import OfficeError, Problem
from nianbao.publishing.figures import SourceError
from nianbao.publishing.placeholders import Told, told, value_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from nianbao.publishing.figures import Figures

SUFFIX = ".draft.txt"
OPENING = "【草稿，由表中的数生成，请改写】"
"""What a drafted paragraph begins with."""
COMMENT, HEAD = "//", "# "
CONDITION = re.compile(r"若(无?)\s*\{\{(.*?)\}\}[：:]\s*")


def drafted(
    template: str, figures: Figures, words: Mapping[str, str], *, file: str
) -> Mapping[str, tuple[tuple[Told, ...], ...]]:
    """The drafted paragraphs by section. `words`: what {{ unit }} and the like stand for. Raises OfficeError."""
    sections: dict[str, list[list[Told]]] = {}
    problems: list[Problem] = []
    current: list[list[Told]] = []
    for number, line in enumerate(template.lstrip("\ufeff").splitlines(), 1):
        sentence = line.strip()
        if sentence.startswith(COMMENT):
            continue
        if line.startswith(HEAD):
            current = sections.setdefault(f"text.{line.removeprefix(HEAD).strip()}", [])
        if not sentence or line.startswith(HEAD):
            current.append([])
            continue
        try:
            current[-1:] = [[*(current[-1] if current else []), *_sentence(sentence, figures, words)]]
        except SourceError as error:
            problems.append(Problem(error.message, file=file, line=number))
    if problems:
        raise OfficeError(problems)
    return {key: tuple(_marked(paragraphs)) for key, paragraphs in sections.items()}


def _marked(paragraphs: list[list[Told]]) -> Iterator[tuple[Told, ...]]:
    """The paragraphs that say something, each plainly a draft."""
    return ((Told(OPENING), *pieces) for pieces in paragraphs if pieces)


def _sentence(line: str, figures: Figures, words: Mapping[str, str]) -> tuple[Told, ...]:
    """The sentence in pieces; none where its condition fails or a figure is not known. Raises SourceError."""
    condition = CONDITION.match(line)
    try:
        if condition and (value_of(condition[2], figures) == "0") != bool(condition[1]):
            return ()
        text = line[condition.end() :] if condition else line
        for name, word in words.items():
            text = text.replace(f"{{{{ {name} }}}}", word)
        return told(text, figures)
    except SourceError as error:
        if error.lacking:
            return ()
        raise
