"""The `claims` of a definition: by which words a figure in a text is known, and what it may be."""

from __future__ import annotations

from fnmatch import fnmatchcase
from typing import TYPE_CHECKING

from nianbao.definition.form import FieldType
from nianbao.definition.mistakes import shown
from nianbao.definition.texts import Amount, Claim, Claims
from nianbao.messages import say
from nianbao.problems import did_you_mean

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from nianbao.definition.form import Field
    from nianbao.definition.mistakes import Mistakes, PartPath
    from nianbao.definition.schema import AmountSource, ClaimSource, ClaimsSource

HERE = "claims"
FIGURES, STATEMENTS, AMOUNTS = "figures", "statements", "amounts"
LISTS = (
    "measures",
    "beside",
    "parts",
    "elsewhere",
    "here",
    "never",
    "reports",
    "each",
    "remarks",
    "open_ends",
)


def build_claims(
    source: ClaimsSource | None, fields: Mapping[str, Field], mistakes: Mistakes
) -> Claims | None:
    """How texts are held against the tables; None where the definition says nothing of it."""
    if source is None:
        return None
    lists = {name: _words(getattr(source, name), (HERE, name), mistakes) for name in LISTS}
    kinds = {FIGURES: source.figures, STATEMENTS: source.statements}
    told = {
        kind: tuple(
            _claim((HERE, kind, name), claim, source, fields, mistakes)
            for name, claim in claims.items()
            if not _unknown_names((HERE, kind, name), claim, source, mistakes)
        )
        for kind, claims in kinds.items()
    }
    amounts = tuple(_amount(name, amount, source, mistakes) for name, amount in source.amounts.items())
    return Claims(**lists, figures=told[FIGURES], statements=told[STATEMENTS], amounts=amounts)


def _claim(
    path: tuple[str, str, str],
    claim: ClaimSource,
    source: ClaimsSource,
    fields: Mapping[str, Field],
    mistakes: Mistakes,
) -> Claim:
    """The claim; beside a statement stands only what it names itself: of 未按期收到 not everything is denied."""
    _, kind, name = path
    common = source.beside if kind == FIGURES else ()
    return Claim(
        name=claim.of or name,
        words=tuple(
            _words(group, (*path, "words", index), mistakes) for index, group in enumerate(claim.words)
        ),
        beside=(
            *common,
            *(source.parts if claim.part else ()),
            *_words(claim.with_, (*path, "with"), mistakes),
        ),
        about=_words(claim.about, (*path, "about"), mistakes),
        together=_words(claim.together, (*path, "together"), mistakes),
        within=tuple(claim.within),
        after=tuple(claim.after),
        without=_words(claim.without, (*path, "without"), mistakes),
        measures=_words(claim.measures, (*path, "measures"), mistakes),
        part=claim.part,
        readings=tuple(
            (label, tuple(inputs_under(text, fields, (*path, "is", label), mistakes)))
            for label, text in claim.is_.items()
        ),
    )


def _amount(name: str, amount: AmountSource, source: ClaimsSource, mistakes: Mistakes) -> Amount:
    """The sum of money; what denies it must be a statement."""
    path = (HERE, AMOUNTS, name)
    for other in amount.against:
        if other not in source.statements:
            hint = did_you_mean(other, source.statements)
            message = say("claims 里没有「{name}」{hint}", name=shown(other), hint=hint)
            mistakes.add((*path, "against"), message)
    return Amount(
        name=name,
        words=tuple(
            _words(group, (*path, "words", index), mistakes) for index, group in enumerate(amount.words)
        ),
        beside=_words(amount.with_, (*path, "with"), mistakes),
        without=_words(amount.without, (*path, "without"), mistakes),
        measures=tuple(
            zip(
                _words([*amount.measures], (*path, "measures"), mistakes),
                amount.measures.values(),
                strict=True,
            )
        ),
        ways=_words(amount.ways, (*path, "ways"), mistakes),
        sums=_words(amount.sums, (*path, "sums"), mistakes),
        against=tuple(
            source.statements[other].of or other for other in amount.against if other in source.statements
        ),
    )


def _words(words: Sequence[str], path: PartPath, mistakes: Mistakes) -> tuple[str, ...]:
    """The words; an empty one would be found everywhere, and one with a blank in it nowhere."""
    for index, word in enumerate(words):
        if not word or any(map(str.isspace, word)):
            mistakes.add((*path, index), say("说法不能是空的，也不能有空格"))
        elif word in words[:index]:
            mistakes.add((*path, index), say("「{word}」写了两次", word=shown(word)))
    return tuple(words)


def _unknown_names(
    path: tuple[str, str, str], claim: ClaimSource, source: ClaimsSource, mistakes: Mistakes
) -> bool:
    """Whether `within`, `after` or `of` names what is not there."""
    named = {"within": claim.within, "after": claim.after, "of": [claim.of] if claim.of else []}
    own = path[2] if path[1] == FIGURES else None
    unknown = [
        (key, other)
        for key, others in named.items()
        for other in others
        if other not in source.figures or other == own
    ]
    for key, other in unknown:
        hint = did_you_mean(other, source.figures)
        message = say("claims 里没有「{name}」{hint}", name=shown(other), hint=hint)
        mistakes.add((*path, key), message)
    return bool(unknown)


def inputs_under(text: str, fields: Mapping[str, Field], path: PartPath, mistakes: Mistakes) -> Iterator[str]:
    """The inputs whose sum is meant, once for each time they count."""
    for pattern in (part.strip() for part in text.split("+")):
        ids = [cell for cell in fields if fnmatchcase(cell, pattern)]
        if not ids:
            message = say("没有编号符合「{id}」{hint}", id=shown(pattern), hint=did_you_mean(pattern, fields))
            mistakes.add_unknown(path, pattern, message)
        for cell in ids:
            if fields[cell].type is FieldType.CHOICE:
                mistakes.add(path, say("「{id}」不是数", id=cell))
            yield from _leaves(cell, fields)


def _leaves(cell: str, fields: Mapping[str, Field], depth: int = 0) -> Iterator[str]:
    """The inputs under a cell; sums that run in a circle have a mistake of their own."""
    terms = fields[cell].terms if cell in fields else ()
    if not terms:
        yield cell
    elif depth < len(fields):
        for term in terms:
            yield from _leaves(term, fields, depth + 1)
