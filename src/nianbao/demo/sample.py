"""The sample county's round: who sends what, as workbooks' bytes."""

from __future__ import annotations

import csv
import re
import tomllib
from dataclasses import field, replace
from decimal import Decimal
from fnmatch import fnmatchcase
from functools import cached_property
from io import BytesIO
from typing import TYPE_CHECKING, Any
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from nianbao.assets import shipped
from nianbao.frozen import frozen
from nianbao.layout.planning import DECLARATION
from nianbao.workbook.blank import BlankWriter
from nianbao.workbook.fill import fill

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from nianbao.rounds.rounds import Round
    from nianbao.workbook.values import Value

CORRECTED = "_更正"
FIRST, SECOND = "first", "second"
PLACE = re.compile(r"\{([a-z0-9_.]+)\}")


@frozen
class Sending:
    """One file that a unit sends. `story` says what is special about it, for who follows the demo.

    `change` types values as given, `shift` adds to figures, `empty` leaves cells matching the patterns empty.
    """

    unit: str
    file: str = ""
    made: str = "fill"
    zip: str = ""
    year: int = 0
    story: str = ""
    change: Mapping[str, Value] = field(default_factory=dict)
    shift: Mapping[str, int] = field(default_factory=dict)
    empty: tuple[str, ...] = ()


@frozen
class Waiving:
    """What the office accepts as it stands: whose finding, which, in which cell, and why."""

    unit: str
    code: str
    cell: str
    why: str


class SampleRound:
    """The sample as it ships in `samples/demo`."""

    def __init__(self, folder: Path | None = None) -> None:
        self.folder = folder or shipped("samples") / "demo"
        text = (self.folder / "round.toml").read_text(encoding="utf-8")
        self._plan: dict[str, Any] = tomllib.loads(text, parse_float=Decimal)
        self.name: str = self._plan["name"]
        self.year: int = self._plan["year"]
        self.form: str = self._plan["form"]
        self.totals: list[str] = self._plan["totals"]
        self.waiver = Waiving(**self._plan["waiver"])

    @property
    def roster(self) -> Path:
        """The roster's file."""
        return self.folder / "units.csv"

    @property
    def former(self) -> Path:
        """The county workbook of the year before."""
        return self.folder / "shipped" / str(self._plan["former"])

    @property
    def founded(self) -> list[str]:
        """The units that there were not yet in the year before, by code."""
        return list(self._plan["founded"])

    @cached_property
    def figures(self) -> Mapping[str, Mapping[str, Value]]:
        """Each unit's true figures by unit code and id."""
        with (self.folder / "figures.csv").open(encoding="utf-8", newline="") as file:
            rows = list(csv.DictReader(file))
        codes = [code for code in rows[0] if code != "id"]
        return {code: {row["id"]: _number(row[code]) for row in rows} for code in codes}

    def sendings(self, wave: str) -> list[Sending]:
        """What is sent in a wave (`first`, `second`), in order; corrections are named as such."""
        return [Sending(**{**entry, "empty": tuple(entry.get("empty", ()))}) for entry in self._plan[wave]]

    def workbook(self, here: Round, sending: Sending, *, wave: str) -> tuple[str, bytes]:
        """The file's name and bytes, as the unit sends it in that round."""
        unit = here.roster.unit(sending.unit)
        if unit is None:
            raise KeyError(sending.unit)
        usual = here.blank_path(unit)
        name = sending.file or (usual.name if wave == FIRST else f"{usual.stem}{CORRECTED}{usual.suffix}")
        if sending.made == "shipped":
            return name, (self.folder / "shipped" / name).read_bytes()
        data = self.filled(here, sending)
        if sending.made == "openpyxl":
            data = _saved_elsewhere(data)
        return (sending.zip, _zipped(name, data)) if sending.zip else (name, data)

    def filled(self, here: Round, sending: Sending) -> bytes:
        """The unit's blank with the sending's values typed into it; what is filled in already stays as it is."""
        unit = here.roster.unit(sending.unit)
        if unit is None:
            raise KeyError(sending.unit)
        blank, values = here.blank_path(unit).read_bytes(), self.values(sending)
        previous = here.layout.form.previous
        if sending.year:
            identity = replace(here.identity(unit), year=str(sending.year), round_id="last-year", previous="")
            blank = BlankWriter(here.layout).write(identity.signed(here.settings.key))
        elif previous and here.former.of(unit.code):
            values = {
                key: value
                for key, value in values.items()
                if key in sending.change or key not in previous.prefilled
            }
        return fill(blank, values, find_layout=lambda _: here.layout, as_given=True)

    def values(self, sending: Sending) -> dict[str, Value]:
        """What the unit types: its figures, texts and declaration, with what the sending does to them."""
        true = self.figures[sending.unit]
        values = dict(true)
        for key, difference in sending.shift.items():
            values[key] = int(str(values[key])) + difference
        inputs = {key: value for key, value in values.items() if not key.endswith(".total")}
        declared = sending.unit in self._plan["declared"]
        typed: dict[str, Value] = {
            key: value
            for key, value in inputs.items()
            if "handled" not in key and not (declared and value == 0)
        }
        for pattern in sending.empty:
            typed |= {key: None for key in typed if fnmatchcase(key, pattern)}
        typed |= {
            key: _filled_in(text, {**true, "year": self.year}) for key, text in self._plan["texts"].items()
        }
        typed |= {"cover.contact": "示例联系人", "cover.phone": "0000-0000000", DECLARATION: declared}
        return typed | dict(sending.change)


def _number(text: str) -> Value:
    """A figure of the table."""
    return Decimal(text) if "." in text else int(text)


def _filled_in(text: str, figures: Mapping[str, Value]) -> str:
    """The text with figures in the places of their ids."""
    return PLACE.sub(lambda match: str(figures[match[1]]), text)


def _saved_elsewhere(data: bytes) -> bytes:
    """The workbook as openpyxl saves it: without cached results, every part rewritten."""
    import openpyxl  # noqa: PLC0415 -- only the demo's one file needs it

    stream = BytesIO()
    openpyxl.load_workbook(BytesIO(data)).save(stream)
    return stream.getvalue()


def _zipped(name: str, data: bytes) -> bytes:
    """A zip as Windows in China writes it: the name in GBK, unmarked."""
    stream = BytesIO()
    with ZipFile(stream, "w", ZIP_DEFLATED) as archive:
        archive.writestr(ZipInfo("x" * len(name.encode("gb18030")), (2026, 1, 20, 9, 0, 0)), data)
    placeholder = b"x" * len(name.encode("gb18030"))
    return stream.getvalue().replace(placeholder, name.encode("gb18030"))
