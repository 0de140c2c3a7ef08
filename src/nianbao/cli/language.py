"""The language that the user wants, taken out of the command line or the environment."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nianbao.messages import LANGUAGES, SOURCE_LANGUAGE, say
from nianbao.problems import did_you_mean, refuse

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

OPTION = "--lang"
VARIABLE = "NIANBAO_LANG"


def take_language(arguments: Sequence[str], environment: Mapping[str, str]) -> tuple[list[str], str]:
    """The arguments without `--lang`, wherever it stands before a `--`, and the language; else Chinese.

    Raises OfficeError for a language that is not there.
    """
    language = _from_environment(environment)
    kept: list[str] = []
    waiting = list(arguments)
    while waiting:
        argument = waiting.pop(0)
        if argument == "--":
            return [*kept, argument, *waiting], language
        if argument == OPTION:
            language = _known(waiting.pop(0) if waiting else "")
        elif argument.startswith(f"{OPTION}="):
            language = _known(argument.removeprefix(f"{OPTION}="))
        else:
            kept.append(argument)
    return kept, language


def _from_environment(environment: Mapping[str, str]) -> str:
    """`en` for en, en_GB.UTF-8; Chinese for nothing and for what is not there."""
    wanted = environment.get(VARIABLE, "").lower()
    return next((language for language in LANGUAGES if wanted.startswith(language)), SOURCE_LANGUAGE)


def _known(word: str) -> str:
    if word in LANGUAGES:
        return word
    known = "、".join(LANGUAGES)
    hint = did_you_mean(word, LANGUAGES)
    raise refuse(
        say(
            "{option} 后面要写 {known}，不是「{word}」{hint}",
            option=OPTION,
            known=known,
            word=word,
            hint=hint,
        )
    )
