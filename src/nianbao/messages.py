"""Every sentence for users: Chinese where it is written, another language through a gettext catalogue.

A `Message` is a sentence with named places. It stays a value until the edge (command line, workbook)
knows the language, so that no module below the edge has to know it.
"""

from __future__ import annotations

import gettext
from functools import cache
from pathlib import Path
from typing import Protocol, runtime_checkable

from nianbao.frozen import frozen

LANGUAGES = ("zh", "en")
SOURCE_LANGUAGE = "zh"
PLAIN = (str, int)
"""What is no sentence at first sight: to ask a protocol takes Python 3.11 ten microseconds."""


@runtime_checkable
class Sentence(Protocol):
    """Something that can be said in either language."""

    def text(self, language: str) -> str:
        """The sentence in `language`."""


@frozen
class Message:
    """One sentence: its Chinese template and what stands in its places (text, numbers, other sentences)."""

    template: str
    places: tuple[tuple[str, object], ...] = ()

    def text(self, language: str = SOURCE_LANGUAGE) -> str:
        """The sentence in `language`, its places filled; Chinese where the catalogue lacks it."""
        filled = {
            name: value
            if isinstance(value, PLAIN) or not isinstance(value, Sentence)
            else value.text(language)
            for name, value in self.places
        }
        template = catalogue(language).gettext(self.template) if self.template else ""
        return template.format(**filled)

    def __str__(self) -> str:
        return self.text()


def say(template: str, **places: object) -> Message:
    """A message; the catalogue's extraction looks for calls of this name, so `template` is a literal."""
    return Message(template, tuple(sorted(places.items())))


def mark(template: str) -> str:
    """The same text: marks a literal that is translated later (help of commands, words in tables)."""
    return template


@cache
def catalogue(language: str) -> gettext.NullTranslations:
    """The translations into `language`; for Chinese, and for a language without a catalogue, none."""
    folder = Path(__file__).parent / "locale"
    return gettext.translation("nianbao", folder, languages=[language], fallback=True)
