"""The figures of the period before as a file of the round: a row for each unit, with where its figures come from."""

from __future__ import annotations

import csv
import hashlib
import io
from decimal import Decimal
from typing import TYPE_CHECKING

from nianbao.definition.form import AMOUNT_DECIMALS, FieldType
from nianbao.frozen import frozen
from nianbao.messages import say
from nianbao.opening.grid import Cell, Kind
from nianbao.opening.numbers import INTEGER_DIGITS, read_number
from nianbao.problems import OfficeError, Problem, did_you_mean, refuse
from nianbao.reading import MEGABYTE
from nianbao.returned.answers import digits
from nianbao.returned.former import Former
from nianbao.separated import decoded, delimiter_of, records

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from nianbao.definition.form import Field, Form
    from nianbao.layout.formulas import Shown
    from nianbao.messages import Message
    from nianbao.separated import Row

FORMER_FILE = "previous.csv"
LARGEST_FORMER = 64 * MEGABYTE
HEADS = ("代码", "名称", "期间", "报表", "来源", "SHA-256")
CODE, PERIOD = 0, 2


@frozen
class FormerRow:
    """A unit's figures by field, and where they are from."""

    code: str
    name: str
    period: str
    form: str
    source: str
    sha256: str
    figures: Mapping[str, Shown]


def former_text(form: Form, rows: Iterable[FormerRow]) -> str:
    """The file; the same rows give the same text. It opens in spreadsheet programs as it is."""
    stream = io.StringIO()
    ids = [field.id for field in _numbers(form)]
    writer = csv.writer(stream, lineterminator="\n")
    writer.writerow([*HEADS, *ids])
    for row in rows:
        who = (row.code, row.name, row.period, row.form, row.source, row.sha256)
        writer.writerow([*who, *(_text(row.figures.get(key)) for key in ids)])
    return "\ufeff" + stream.getvalue()


def read_former(data: bytes, form: Form, *, period: str, file: str) -> Former:
    """The figures in the file. Raises OfficeError with every mistake and its line.

    `period`: the one before the round's, which every row is to be about.
    """
    text = decoded(data, file=file)
    rows = records(text, file=file, delimiter=delimiter_of(text, HEADS.__contains__))
    head = next(rows, None)
    if head is None or head.cells[: len(HEADS)] != HEADS:
        message = say("第一行应是：{heads}，后面是各栏的编号。", heads="、".join(HEADS))
        raise refuse(message, file=file, line=1)
    reading = _Reading(form, period, file)
    reading.take_heads(head.cells[len(HEADS) :])
    for row in rows:
        if any(row.cells):
            reading.take(row)
    if reading.problems:
        raise OfficeError(reading.problems)
    columns = {key: place for place, key in enumerate(reading.ids)}
    return Former(columns, reading.units, hashlib.sha256(data).hexdigest())


class _Reading:
    """The rows read so far."""

    def __init__(self, form: Form, period: str, file: str) -> None:
        self._fields = {field.id: field for field in _numbers(form)}
        self._period = period
        self._file = file
        self.ids: tuple[str, ...] = ()
        self.units: dict[str, tuple[int | Decimal | None, ...]] = {}
        self.problems: list[Problem] = []

    def take_heads(self, ids: tuple[str, ...]) -> None:
        """The columns of figures; of more than there are fields, one of the first is wrong already."""
        self.ids = ids[: len(self._fields) + 1]
        for place, key in enumerate(self.ids):
            if key not in self._fields:
                hint = did_you_mean(key, self._fields)
                self._complain(1, say("这张报表没有编号「{id}」{hint}", id=key[:60], hint=hint))
            elif key in self.ids[:place]:
                self._complain(1, say("编号「{id}」重复", id=key))

    def take(self, row: Row) -> None:
        """A unit's row."""
        code = row.cells[CODE].strip()
        period = row.cells[PERIOD].strip() if len(row.cells) > PERIOD else ""
        if not code:
            self._complain(row.line, say("没有单位代码。"))
        elif code in self.units:
            self._complain(row.line, say("代码「{code}」重复。", code=code[:60]))
        if period != self._period:
            found = period[:60]
            self._complain(
                row.line, say("期间是「{found}」，应是 {period}。", found=found, period=self._period)
            )
        if len(row.cells) > len(HEADS) + len(self.ids):
            self._complain(row.line, say("格数比第一行多。"))
        self.units[code] = tuple(self._figures(row))

    def _figures(self, row: Row) -> Iterator[int | Decimal | None]:
        """A number for each column; None for an empty cell."""
        cells = row.cells[len(HEADS) :]
        for key, text in zip(self.ids, (*cells, *[""] * (len(self.ids) - len(cells))), strict=False):
            if not text:
                yield None
            elif text.isascii() and text.isdigit() and len(text) <= INTEGER_DIGITS:
                yield int(text)
            else:
                yield self._odd_figure(row.line, key, text)

    def _odd_figure(self, line: int, key: str, text: str) -> int | Decimal | None:
        """A number that is no plain whole one."""
        field = self._fields.get(key)
        signed = field is not None and (field.type is not FieldType.WHOLE or bool(field.terms))
        read = read_number(Cell(0, 0, Kind.TEXT, text), signed=signed, decimals=AMOUNT_DECIMALS)
        whole = field is not None and field.type is not FieldType.DECIMAL
        if read.value is None or read.fault or (whole and read.value != int(read.value)):
            message = say("「{id}」填的是「{found}」，不是这一栏的数。", id=key[:60], found=text[:60])
            self._complain(line, message)
            return None
        return int(read.value) if read.value == int(read.value) else Decimal(read.value)

    def _complain(self, line: int, message: Message) -> None:
        self.problems.append(Problem(message, file=self._file, line=line))


def _numbers(form: Form) -> list[Field]:
    """The fields that hold numbers, in the form's order."""
    return [field for field in form.fields.values() if field.type is not FieldType.CHOICE]


def _text(shown: Shown) -> str:
    return digits(shown) if isinstance(shown, int | Decimal) else ""
