"""A form's sections in words, as values: what has to be written in them, what figures may be told there."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nianbao.frozen import frozen

if TYPE_CHECKING:
    from nianbao.definition.form import Wording


@frozen
class Mention:
    """What a section has to speak of, in any of the words; the code of the finding where it does not."""

    code: str
    subject: Wording
    advice: Wording
    words: tuple[str, ...]


@frozen
class Text:
    """A section written in words.

    `required`: it cannot be left empty. `at_least`: with fewer letters and digits it is too short to say anything.
    `compared`: figures in it are held against the tables.
    """

    id: str
    title: str
    help: str
    required: bool = False
    at_least: int = 0
    compared: bool = False
    mention: Mention | None = None


@frozen
class Claim:
    """A figure that a text may tell.

    `words`: groups, of each of which a clause holds one; `beside`: what may stand with them. `about`: words of which
    one must have come before (none: not needed), or one of `together` must stand in the same sentence. `within`:
    claims whose figures it divides; it is in doubt with them. `after`: claims of which one must be what the sentence
    told last. `without`: words of which none may stand in the text. `part`: may be told after 「其中」. `measures`: of
    its own. `readings`: each with the inputs that it adds up. Of a statement `name` is that of the figure it denies.
    """

    name: str
    words: tuple[tuple[str, ...], ...]
    beside: tuple[str, ...]
    about: tuple[str, ...]
    together: tuple[str, ...]
    within: tuple[str, ...]
    after: tuple[str, ...]
    without: tuple[str, ...]
    measures: tuple[str, ...]
    part: bool
    readings: tuple[tuple[str, tuple[str, ...]], ...]


@frozen
class Amount:
    """A sum of money that a text may tell, held against what the same text says of it elsewhere.

    `words`, `beside`, `without`: as of a claim. `measures`: each with what it is worth. `ways`: what may stand before
    a part; parts of different ways are all there is. `sums`: words before a sum that comes last. `against`: names of
    the statements that deny it.
    """

    name: str
    words: tuple[tuple[str, ...], ...]
    beside: tuple[str, ...]
    without: tuple[str, ...]
    measures: tuple[tuple[str, int], ...]
    ways: tuple[str, ...]
    sums: tuple[str, ...]
    against: tuple[str, ...]


@frozen
class Claims:
    """How sections in words are read that are held against the tables (docs/formats.md).

    `statements`: what is told without a figure, and means that there is none. `amounts`: sums of money.
    """

    measures: tuple[str, ...]
    beside: tuple[str, ...]
    parts: tuple[str, ...]
    elsewhere: tuple[str, ...]
    here: tuple[str, ...]
    never: tuple[str, ...]
    reports: tuple[str, ...]
    each: tuple[str, ...]
    remarks: tuple[str, ...]
    open_ends: tuple[str, ...]
    figures: tuple[Claim, ...]
    statements: tuple[Claim, ...]
    amounts: tuple[Amount, ...] = ()
