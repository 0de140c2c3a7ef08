"""A form as values: tables, fields, rules. What `definition` builds and everything else reads."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING

from nianbao.frozen import frozen

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from nianbao.definition.rules import Comparison
    from nianbao.definition.texts import Claims, Text
    from nianbao.kinds import UnitKind

AMOUNT_DECIMALS = 6
"""Most decimals an amount may have; sums of amounts are exact to these."""


class FieldType(StrEnum):
    """What may stand in a field."""

    WHOLE = "whole"
    SIGNED = "signed whole"
    DECIMAL = "decimal"
    CHOICE = "choice"

    @property
    def decimals(self) -> int:
        """Decimals allowed."""
        return AMOUNT_DECIMALS if self is FieldType.DECIMAL else 0


@frozen
class Field:
    """One cell of a table. `terms` are the ids it adds up; empty for an input.

    `row` and `column` are the printed labels from the outside in; `heading` is the block's band.
    """

    id: str
    table: str
    type: FieldType
    unit: str
    heading: str
    row: tuple[str, ...]
    column: tuple[str, ...]
    terms: tuple[str, ...] = ()
    choices: tuple[str, ...] = ()
    help: str = ""
    adds_up: bool = True

    @property
    def kind(self) -> str:
        """`input` or `formula`."""
        return "formula" if self.terms else "input"

    @property
    def row_label(self) -> str:
        """The innermost printed row label, else the block's heading."""
        return next((label for label in reversed(self.row) if label), self.heading)

    @property
    def column_label(self) -> str:
        """The printed column label; where the row has none, the whole path."""
        return self.column[-1] if any(self.row) else "·".join(self.column)

    @property
    def label(self) -> str:
        """Row and column as a person would name the cell: `（一）予以公开·自然人`."""
        return "·".join(part for part in ("".join(self.row[-1:]), self.column_label) if part)

    @property
    def full_label(self) -> str:
        """Every printed label over and beside the cell."""
        parts = (self.heading, " / ".join(filter(None, self.row)), " / ".join(self.column))
        return " · ".join(part for part in parts if part)


@frozen
class Label:
    """A printed label with those beneath it; a leaf is one row or one column."""

    text: str
    children: tuple[Label, ...] = ()

    @property
    def leaves(self) -> int:
        """How many rows or columns it covers."""
        return sum(child.leaves for child in self.children) or 1

    @property
    def depth(self) -> int:
        """How many levels it holds, itself included."""
        return 1 + max((child.depth for child in self.children), default=0)


@frozen
class Block:
    """A part of a table with its own header. `ids[row][column]` are the cells under the leaves.

    `row_keys` and `column_keys` are the leaves' parts of an id; empty where they only print.
    """

    key: str
    heading: str
    corner: str
    columns: tuple[Label, ...]
    rows: tuple[Label, ...]
    row_keys: tuple[str, ...]
    column_keys: tuple[str, ...]
    ids: tuple[tuple[str, ...], ...]


@frozen
class Table:
    """A statutory table on a sheet of its own; widths in characters."""

    key: str
    title: str
    sheet: str
    landscape: bool
    label_widths: tuple[float, ...]
    column_width: float
    blocks: tuple[Block, ...]


@frozen
class Wording:
    """A sentence of a definition in both languages."""

    zh: str
    en: str

    def text(self, language: str) -> str:
        """The sentence in `language`."""
        return self.en if language == "en" else self.zh


@frozen
class Rule:
    """One relation that must hold, for one column or row. `kinds` empty: for every unit.

    `misplaced` is the finding code for two columns of the same `family` out of balance by opposite amounts.
    `prefills`: its left side is an input that the office fills in with the figure on the right, of the period before.
    """

    family: str
    code: str
    severity: str
    require: Comparison
    title: Wording
    advice: Wording
    when: tuple[Comparison, ...] = ()
    kinds: tuple[UnitKind, ...] = ()
    bound: str = ""
    misplaced: str = ""
    misplaced_except: str = ""
    prefills: bool = False

    @property
    def relations(self) -> tuple[Comparison, ...]:
        """What must hold, and on which conditions."""
        return (self.require, *self.when)

    @property
    def ids(self) -> frozenset[str]:
        """Every cell that it looks at."""
        return frozenset(cell for relation in self.relations for cell in relation.ids)

    def names_column(self, cell: str) -> bool:
        """Whether the rule is about the column that the cell stands in, rather than about its row."""
        return bool(self.bound) and cell.endswith(f".{self.bound}")

    def concerns(self, kind: UnitKind) -> bool:
        """Whether units of this kind are held to it."""
        return not self.kinds or kind in self.kinds


@frozen
class Subtotal:
    """A sum that the form does not print and that texts quote, under an id of its own; `terms` are inputs."""

    id: str
    label: str
    unit: str
    terms: tuple[str, ...]


@frozen
class Chart:
    """A picture for the county workbook: bars or a pie over sums of ids, or one bar for each unit."""

    title: str
    kind: str
    values: tuple[tuple[str, tuple[str, ...]], ...]


@frozen
class Previous:
    """How a form's figures hang together with those of the period before.

    `rules`: what must hold between the two. `shown`: the fields whose former figures stand beside the present ones.
    `editions`: of which fields an earlier edition's figures mean the same, by edition.
    """

    rules: tuple[Rule, ...]
    shown: tuple[str, ...]
    editions: Mapping[str, tuple[str, ...]]

    @property
    def prefilled(self) -> Mapping[str, str]:
        """The inputs that the office fills in, each with the field whose former figure belongs there."""
        rules = (rule.require for rule in self.rules if rule.prefills)
        return {require.own_ids[0]: require.earlier_ids[0] for require in rules}

    @property
    def used(self) -> tuple[str, ...]:
        """The fields whose former figures some rule needs, or some sheet shows."""
        needed = (cell for rule in self.rules for r in rule.relations for cell in r.earlier_ids)
        return tuple(dict.fromkeys((*self.shown, *needed)))


@frozen
class Published:
    """How reports are printed that are none of ours, by parts of ids.

    `also`: other labels of a row, a column (`t2.*.issued`), a table or a section. `alone`: groups of rows that some
    print as one, each with the row under which its figures are kept.
    """

    also: Mapping[str, tuple[str, ...]]
    alone: Mapping[str, str]


@frozen
class Form:
    """A form in one edition. `fingerprint` changes with every change of meaning of the definition.

    `previous`: None for a form that is held against no other period.
    """

    form: str
    edition: str
    version: int
    title: Wording
    source: str
    period: str
    first_year: int
    last_year: int | None
    tables: tuple[Table, ...]
    fields: Mapping[str, Field]
    texts: tuple[Text, ...]
    rules: tuple[Rule, ...]
    instructions: tuple[str, ...]
    charts: tuple[Chart, ...]
    fingerprint: str
    previous: Previous | None = None
    claims: Claims | None = None
    published: Published | None = None
    subtotals: tuple[Subtotal, ...] = ()

    @property
    def name(self) -> str:
        """`zfxxgk-2021`."""
        return f"{self.form}-{self.edition}"

    def inputs(self) -> Iterator[Field]:
        """The fields a unit fills."""
        return (field for field in self.fields.values() if not field.terms)

    def totals(self) -> Iterator[Field]:
        """The fields computed from others, each after those it adds up."""
        done: set[str] = {field.id for field in self.inputs()}
        waiting = [field for field in self.fields.values() if field.terms]
        while waiting:
            ready = [field for field in waiting if done.issuperset(field.terms)]
            yield from ready
            done.update(field.id for field in ready)
            waiting = [field for field in waiting if field.id not in done]

    def serves(self, year: int) -> bool:
        """Whether reports for that year use this edition."""
        return self.first_year <= year and (self.last_year is None or year <= self.last_year)
