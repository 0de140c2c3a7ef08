"""What a definition file may say: the typed shape of the YAML, before its meaning is checked."""

from __future__ import annotations

from functools import partial
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field
from pydantic_core import PydanticCustomError

from nianbao.definition.form import FieldType  # noqa: TC001 -- pydantic reads annotations when it runs
from nianbao.definition.sheet_names import excel_length
from nianbao.kinds import UnitKind  # noqa: TC001 -- as above

TOO_LONG = "string_too_long"
LONGEST_HELP = 200
"""Leaves room in Excel's prompt (255) for what kind of number belongs in the cell."""


def _within(text: str, *, most: int) -> str:
    """The text, if it is not longer."""
    if excel_length(text) > most:
        raise PydanticCustomError(TOO_LONG, "too long", {"max_length": most})
    return text


Label = Annotated[str, AfterValidator(partial(_within, most=255))]
"""What stands in one printed cell; a table's head takes no more in Excel."""
Help = Annotated[str, AfterValidator(partial(_within, most=LONGEST_HELP))]
"""Shown beside the cell by Excel, as it is."""
UnitWord = Annotated[str, AfterValidator(partial(_within, most=20))]
Paragraph = Annotated[str, AfterValidator(partial(_within, most=800))]
"""A row is 409 points tall at most."""
Relation = Annotated[str, AfterValidator(partial(_within, most=2000))]
"""What a hundred ids need."""
Width = Annotated[float, Field(strict=True, ge=1, le=255, allow_inf_nan=False)]
"""Excel's own bounds."""
Year = Annotated[int, Field(strict=True, ge=1000, le=9999)]


class Strict(BaseModel):
    """No unknown words; nothing changes after reading."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class WordingSource(Strict):
    """A sentence in both languages."""

    zh: Paragraph
    en: Paragraph


def _both(value: object) -> object:
    """A bare string stands for both languages."""
    return {"zh": value, "en": value} if isinstance(value, str) else value


Wording = Annotated[WordingSource, BeforeValidator(_both)]


class CellSource(Strict):
    """What a table, a block, a row or a column says of its cells; the column wins, then the row."""

    type: FieldType | None = None
    unit: UnitWord | None = None
    choices: list[str] | None = Field(default=None, min_length=1)
    help: Help | None = None
    adds_up: bool | None = None


class ColumnSource(CellSource):
    """A column, or a group of columns under one label."""

    label: Label = ""
    sum: list[str] | None = Field(default=None, min_length=1)
    columns: dict[str, ColumnSource] | None = None


class RowSource(CellSource):
    """A row, or a group of rows beside one label."""

    label: Label = ""
    sum: list[str] | None = Field(default=None, min_length=1)
    rows: dict[str, RowSource] | None = None


class BlockSource(CellSource):
    """A part of a table with its own header row."""

    heading: Label = ""
    corner: Label = ""
    columns: dict[str, ColumnSource] = Field(min_length=1)
    rows: dict[str, RowSource] = Field(min_length=1)


class Widths(Strict):
    """Column widths in characters: one for each label column, one for all number columns."""

    labels: list[Width] = []
    columns: Width = 10


class TableSource(CellSource):
    """A table, on a sheet of its own."""

    title: Label
    sheet: str
    landscape: bool = False
    widths: Widths = Widths()
    blocks: dict[str, BlockSource] = Field(min_length=1)


class MentionSource(Strict):
    """What a section has to speak of; any of the words will do."""

    code: Literal["fee-not-stated"]
    subject: Wording
    advice: Wording
    words: list[str] = Field(min_length=1)


class TextSource(Strict):
    """A section in words. `compared`: figures in it are held against the tables."""

    title: Label
    help: Help = ""
    required: bool = False
    at_least: int = Field(default=0, alias="at least", strict=True, ge=0, le=1000)
    compared: bool = False
    mentions: MentionSource | None = None


class Misplaced(Strict):
    """The notice for two columns out of balance by opposite amounts; `except` is the total's column."""

    code: Literal["column-misbooked"]
    except_: str = Field(default="", alias="except")


class CheckSource(Strict):
    """A rule, perhaps repeated for each column or row."""

    code: str = Field(pattern=r"^[a-z][a-z0-9-]{0,59}$")
    severity: Literal["error", "warning", "notice"] = "error"
    for_each: str | None = Field(default=None, alias="for each")
    kinds: list[UnitKind] = []
    when: Relation | None = None
    require: Relation
    title: Wording
    advice: Wording
    misplaced: Misplaced | None = None
    prefill: bool = Field(default=False, strict=True)


class ChartSource(Strict):
    """A chart of the county workbook; values are ids, `*` standing for any part."""

    title: Label
    kind: Literal["bar", "pie", "by unit"]
    values: dict[str, str]


Words = Annotated[list[str], Field(min_length=1)]


class ClaimSource(Strict):
    """A figure that a text may tell: by which words it is known, and what it may be; values are sums of ids."""

    words: list[Words] = Field(min_length=1)
    with_: list[str] = Field(default=[], alias="with")
    about: list[str] = []
    together: list[str] = []
    within: list[str] = []
    after: list[str] = []
    without: list[str] = []
    measures: list[str] = []
    of: str = ""
    part: bool = Field(default=False, strict=True)
    is_: dict[str, Relation] = Field(alias="is", min_length=1)


class AmountSource(Strict):
    """A sum of money that a text may tell, which its other sentences may deny, and that may be given in parts."""

    words: list[Words] = Field(min_length=1)
    with_: list[str] = Field(default=[], alias="with")
    without: list[str] = []
    measures: dict[str, Annotated[int, Field(ge=1, strict=True)]] = Field(min_length=1)
    ways: list[str] = []
    sums: list[str] = []
    against: list[str] = []


class ClaimsSource(Strict):
    """How sections in words are read that are held against the tables."""

    measures: Words
    beside: list[str] = []
    parts: list[str] = []
    elsewhere: list[str] = []
    here: list[str] = []
    never: list[str] = []
    reports: list[str] = []
    each: list[str] = []
    remarks: list[str] = []
    open_ends: list[str] = Field(default=[], alias="open ends")
    figures: dict[str, ClaimSource] = Field(min_length=1)
    statements: dict[str, ClaimSource] = {}
    amounts: dict[str, AmountSource] = {}


class SubtotalSource(Strict):
    """A sum that the form does not print, for texts to quote: what it is called, and the ids that it adds up."""

    label: Label
    of: Relation


class PreviousSource(Strict):
    """The period before: which of its figures are shown, and which of an earlier edition's mean the same.

    Both are patterns of ids, `*` standing for any part.
    """

    shown: list[str] = Field(default=["*"], min_length=1)
    editions: dict[str, list[str]] = {}


class PublishedSource(Strict):
    """How reports are printed that are none of ours.

    `also`: other labels of a row (`t3.other.not_corrected`), a column (`t2.*.issued`), a table or a section in words.
    `alone`: a group of rows that some print as one, with the row under which its figures are kept.
    """

    also: dict[str, Words] = {}
    alone: dict[str, str] = {}


class Serves(Strict):
    """The years of report that use this edition."""

    from_: Year = Field(alias="from")
    to: Year | None = None


class FormSource(Strict):
    """A whole definition file."""

    form: str = Field(pattern=r"^[a-z][a-z0-9_]{0,39}$")
    edition: str = Field(pattern=r"^[A-Za-z0-9._]{1,20}$")
    version: int = Field(default=1, strict=True, ge=1, le=999_999)
    title: Wording
    source: Label = ""
    period: Literal["year", "quarter", "month"] = "year"
    serves: Serves
    tables: dict[str, TableSource] = Field(min_length=1)
    texts: dict[str, TextSource] = {}
    checks: dict[str, CheckSource] = {}
    claims: ClaimsSource | None = None
    subtotals: dict[str, SubtotalSource] = {}
    previous: PreviousSource | None = None
    published: PublishedSource | None = None
    instructions: list[Paragraph] = []
    charts: dict[str, ChartSource] = {}
