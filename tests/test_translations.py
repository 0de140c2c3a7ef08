"""The English catalogue has every sentence that the program can say, and is compiled."""

from __future__ import annotations

import string
from typing import TYPE_CHECKING

import pytest
from babel.messages.extract import extract_from_dir
from babel.messages.mofile import read_mo
from babel.messages.pofile import read_po

import nianbao
from nianbao.cli.tree import COMMANDS
from office import run

if TYPE_CHECKING:
    from babel.messages.catalog import Catalog

SOURCE = nianbao.__path__[0]
FOLDER = f"{SOURCE}/locale/en/LC_MESSAGES"
KEYWORDS = {"say": None, "mark": None}
REFRESH = "run `make messages` and translate what is new in nianbao.po"


@pytest.fixture(scope="module")
def sentences() -> set[str]:
    """Every Chinese sentence in the source."""
    return {str(message) for _, _, message, _, _ in extract_from_dir(SOURCE, keywords=KEYWORDS)}


@pytest.fixture(scope="module")
def english() -> Catalog:
    """The catalogue as it is edited."""
    with open(f"{FOLDER}/nianbao.po", "rb") as file:  # noqa: PTH123 -- Babel takes streams
        return read_po(file)


def places(text: str) -> set[str]:
    """The names of a sentence's places."""
    return {name for _, name, _, _ in string.Formatter().parse(text) if name is not None}


def test_every_sentence_is_in_english(sentences: set[str], english: Catalog) -> None:
    """None is missing, empty or only guessed."""
    done = {str(message.id) for message in english if message.id and message.string and not message.fuzzy}
    assert not sentences - done, REFRESH


def test_no_translation_is_left_over(sentences: set[str], english: Catalog) -> None:
    """What the program no longer says is taken out."""
    known = {str(message.id) for message in english if message.id}
    assert not known - sentences, REFRESH
    assert not english.obsolete, REFRESH


def test_the_places_are_the_same(english: Catalog) -> None:
    """No name is lost or misspelt, so that every sentence can be filled."""
    wrong = [
        message.id
        for message in english
        if message.id and places(str(message.id)) != places(str(message.string))
    ]
    assert wrong == []


def test_the_compiled_catalogue_is_that_of_the_text(english: Catalog) -> None:
    """Somebody edited nianbao.po and forgot to compile. Which Babel did it makes no difference."""
    with open(f"{FOLDER}/nianbao.mo", "rb") as file:  # noqa: PTH123 -- as above
        compiled = {message.id: message.string for message in read_mo(file) if message.id}
    assert compiled == {message.id: message.string for message in english if message.id}, REFRESH


@pytest.mark.parametrize("name", ["", *COMMANDS])
def test_help_in_english_has_no_chinese_left(name: str) -> None:
    """Names of sheets and samples apart."""
    text = run(*filter(None, [name]), "--help", "--lang", "en").out
    chinese = {character for character in text if "\u4e00" <= character <= "\u9fff"}
    assert chinese <= set("示例县不完整")
