"""What a definition file may say: the typed shape of the YAML, before its meaning is checked."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from nianbao.definition.form import FieldType  # noqa: TC001 -- pydantic reads annotations when it runs
from nianbao.kinds import UnitKind  # noqa: TC001 -- as above

Number = int | float


class Strict(BaseModel):
    """No unknown words; nothing changes after reading."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class WordingSource(Strict):
    """A sentence in both languages."""

    zh: str
    en: str


def _both(value: object) -> object:
    """A bare string stands for both languages."""
    return {"zh": value, "en": value} if isinstance(value, str) else value


Wording = Annotated[WordingSource, BeforeValidator(_both)]


class CellSource(Strict):
    """What a table, a block, a row or a column says of its cells; the column wins, then the row."""

    type: FieldType | None = None
    unit: str | None = None
    choices: list[str] | None = None
    help: str | None = None
    adds_up: bool | None = None


class ColumnSource(CellSource):
    """A column, or a group of columns under one label."""

    label: str = ""
    sum: list[str] | None = None
    columns: dict[str, ColumnSource] | None = None


class RowSource(CellSource):
    """A row, or a group of rows beside one label."""

    label: str = ""
    sum: list[str] | None = None
    rows: dict[str, RowSource] | None = None


class BlockSource(CellSource):
    """A part of a table with its own header row."""

    heading: str = ""
    corner: str = ""
    columns: dict[str, ColumnSource] = Field(min_length=1)
    rows: dict[str, RowSource] = Field(min_length=1)


class Widths(Strict):
    """Column widths in characters: one for each label column, one for all number columns."""

    labels: list[Number] = []
    columns: Number = 10


class TableSource(CellSource):
    """A table, on a sheet of its own."""

    title: str
    sheet: str = Field(min_length=1, max_length=31)
    landscape: bool = False
    widths: Widths = Widths()
    blocks: dict[str, BlockSource] = Field(min_length=1)


class TextSource(Strict):
    """A section in words."""

    title: str
    help: str = ""


class Misplaced(Strict):
    """The notice for two columns out of balance by opposite amounts; `except` is the total's column."""

    code: Literal["column-misbooked"]
    except_: str = Field(default="", alias="except")


class CheckSource(Strict):
    """A rule, perhaps repeated for each column or row."""

    code: str = Field(pattern=r"^[a-z][a-z0-9-]*$")
    severity: Literal["error", "warning", "notice"] = "error"
    for_each: str | None = Field(default=None, alias="for each")
    kinds: list[UnitKind] = []
    when: str | None = None
    require: str
    title: Wording
    advice: Wording
    misplaced: Misplaced | None = None


class ChartSource(Strict):
    """A chart of the county workbook; values are ids, `*` standing for any part."""

    title: str
    kind: Literal["bar", "pie", "by unit"]
    values: dict[str, str]


class Serves(Strict):
    """The years of report that use this edition."""

    from_: int = Field(alias="from")
    to: int | None = None


class FormSource(Strict):
    """A whole definition file."""

    form: str = Field(pattern=r"^[a-z][a-z0-9_]*$")
    edition: str = Field(pattern=r"^[A-Za-z0-9._]+$")
    version: int = 1
    title: Wording
    source: str = ""
    period: Literal["year", "quarter", "month"] = "year"
    serves: Serves
    tables: dict[str, TableSource] = Field(min_length=1)
    texts: dict[str, TextSource] = {}
    checks: dict[str, CheckSource] = {}
    instructions: list[str] = []
    charts: dict[str, ChartSource] = {}


def known_words() -> set[str]:
    """Every word that a definition may use as a key, for "did you mean"."""
    words: set[str] = set()
    waiting: list[type[Strict]] = [Strict]
    while waiting:
        model = waiting.pop()
        waiting.extend(model.__subclasses__())
        words.update(field.alias or name for name, field in model.model_fields.items())
    return words
