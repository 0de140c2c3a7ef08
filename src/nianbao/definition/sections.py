"""The sections in words of a definition: what each has to hold."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nianbao.definition.form import Wording
from nianbao.definition.mistakes import check_words, shown
from nianbao.definition.texts import Mention, Text
from nianbao.messages import say

if TYPE_CHECKING:
    from nianbao.definition.mistakes import Mistakes, PartPath
    from nianbao.definition.schema import FormSource, MentionSource


def build_texts(shape: FormSource, mistakes: Mistakes) -> tuple[Text, ...]:
    """The sections in the file's order."""
    return tuple(
        Text(
            id=f"text.{key}",
            title=text.title,
            help=text.help,
            required=text.required,
            at_least=text.at_least,
            compared=text.compared,
            mention=_mention(("texts", key, "mentions"), text.mentions, mistakes),
        )
        for key, text in shape.texts.items()
    )


def _mention(path: PartPath, source: MentionSource | None, mistakes: Mistakes) -> Mention | None:
    """What a section has to speak of; each word once."""
    if source is None:
        return None
    for entry in ("subject", "advice"):
        check_words((*path, entry), getattr(source, entry), mistakes)
    for index, word in enumerate(source.words):
        if not word.strip():
            mistakes.add((*path, "words", index), say("说法不能是空的"))
        elif word in source.words[:index]:
            mistakes.add((*path, "words", index), say("「{word}」写了两次", word=shown(word)))
    subject, advice = (Wording(zh=text.zh, en=text.en) for text in (source.subject, source.advice))
    return Mention(source.code, subject, advice, tuple(source.words))
