"""The checked figures under the names that texts and templates quote: cells, sub-totals, last period's."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal
from typing import TYPE_CHECKING

from nianbao.definition.form import FieldType
from nianbao.definition.rules import PREVIOUS
from nianbao.frozen import frozen
from nianbao.messages import Message, say
from nianbao.problems import did_you_mean

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from nianbao.definition.form import Form
    from nianbao.layout.formulas import Shown

UNKNOWN_FIGURE = "（未填）"
"""What a draft shows for a figure that is not there."""
PRIVATE = "_"


class SourceError(Exception):
    """A placeholder without a source: `message` says which, and what to do."""

    def __init__(self, message: Message, *, lacking: bool = False) -> None:
        """`lacking`: the name is one of the form's, but there is no figure under it."""
        super().__init__(str(message))
        self.message = message
        self.lacking = lacking


@frozen
class Figure:
    """A number with its unit of measure; adds and subtracts; shows as digits."""

    value: int | Decimal | None
    unit: str = ""

    def __str__(self) -> str:
        return UNKNOWN_FIGURE if self.value is None else digits(self.value)

    def __add__(self, other: object) -> Figure:
        return Figure(_number(self) + _number(other), self.unit)

    def __sub__(self, other: object) -> Figure:
        return Figure(_number(self) - _number(other), self.unit)

    def __eq__(self, other: object) -> bool:
        return self.value == (other.value if isinstance(other, Figure) else other)

    def __hash__(self) -> int:
        return hash(self.value)

    def __bool__(self) -> bool:
        """Whether there is one that is not 0."""
        return bool(self.value)

    def __gt__(self, other: object) -> bool:
        return _number(self) > _number(other)

    def __lt__(self, other: object) -> bool:
        return _number(self) < _number(other)


class Names:
    """A part of an id: `t3`, `t3.new`; its attributes lead on to the figures."""

    def __init__(self, figures: Figures, path: str) -> None:
        self._figures = figures
        self._path = path

    def __getattr__(self, name: str) -> Names | Figure:
        if name.startswith(PRIVATE):
            raise AttributeError(name)
        return self._figures.at(f"{self._path}.{name}")

    def __str__(self) -> str:
        raise self._figures.unknown(self._path)


@frozen
class Figures:
    """What can be quoted. `former`: the figures of the period before, empty where they are not known.

    `draft`: a figure that is not there shows as not filled in, instead of being an error.
    """

    form: Form
    values: Mapping[str, Shown]
    former: Mapping[str, Shown]
    draft: bool = False

    @property
    def names(self) -> Mapping[str, str]:
        """Every name that can be quoted, with what it is called."""
        return figure_names(self.form)

    def number(self, name: str) -> int | Decimal | None:
        """The number of that name; None where there is none."""
        own = name.removeprefix(PREVIOUS)
        return total_of(self.form, own, self.values if own == name else self.former)

    def at(self, name: str) -> Names | Figure:
        """The figure of that name, or the names beneath it. Raises SourceError."""
        if name in figure_names(self.form):
            return self._figure(name)
        if name == PREVIOUS.rstrip(".") or name in prefixes(self.form):
            return Names(self, name)
        raise self.unknown(name)

    def unknown(self, name: str) -> SourceError:
        """The error for a name that no figure has."""
        known = (*figure_names(self.form), *FUNCTIONS)
        beneath = [other for other in known if other.startswith(f"{name}.")]
        if beneath:
            message = say("「{name}」不是一个数，后面还要写，如 {example}", name=name, example=beneath[-1])
        else:
            message = say("没有编号「{name}」{hint}", name=name, hint=did_you_mean(name, known))
        return SourceError(message)

    def _figure(self, name: str) -> Figure:
        own = name.removeprefix(PREVIOUS)
        value = self.number(name)
        if value is None and (own != name or not self.draft):
            raise SourceError(_lacking(name, earlier=own != name), lacking=True)
        return Figure(value, unit_of(self.form, own))


def _lacking(name: str, *, earlier: bool) -> Message:
    if earlier:
        return say(
            "「{name}」没有数：不知道上一期的数。请去掉这一处，或用 init --previous 给出上一期的数。",
            name=name,
        )
    return say("「{name}」没有数：表里没有填。", name=name)


def total_of(form: Form, name: str, values: Mapping[str, Shown]) -> int | Decimal | None:
    """The figure of a cell or sub-total; None where it, or a part of it, is not there."""
    cells = next((sub.terms for sub in form.subtotals if sub.id == name), (name,))
    found = [values.get(cell) for cell in cells]
    numbers = [number for number in found if isinstance(number, int | Decimal)]
    return sum(numbers[1:], numbers[0]) if found and len(numbers) == len(found) else None


def unit_of(form: Form, name: str) -> str:
    """What the figure of that name is counted in."""
    field = form.fields.get(name)
    return field.unit if field else next((sub.unit for sub in form.subtotals if sub.id == name), "")


def figure_names(form: Form) -> Mapping[str, str]:
    """Every name that can be quoted, with what it is called; those of the period before among them."""
    own = {field.id: field.full_label for field in form.fields.values() if field.type is not FieldType.CHOICE}
    own |= {subtotal.id: subtotal.label for subtotal in form.subtotals}
    earlier = {PREVIOUS + key: label for key, label in own.items()} if form.previous else {}
    return own | earlier


def prefixes(form: Form) -> frozenset[str]:
    """Every beginning of a name: `t3`, `t3.new`."""
    return frozenset(part for name in figure_names(form) for part in _beginnings(name))


def _beginnings(name: str) -> Iterator[str]:
    parts = name.split(".")
    return (".".join(parts[:count]) for count in range(1, len(parts)))


def digits(value: int | Decimal | str) -> str:
    """The number as a report prints it: no exponent, no zeros at its end, no thousands parted; a choice as it is."""
    return f"{value.normalize():f}" if isinstance(value, Decimal) else str(value)


def percent(part: Figure, of: Figure, places: int = 1) -> str:
    """`43.5%`, half a digit rounded up. Raises SourceError for a denominator of 0."""
    whole = Decimal(_number(of))
    if not whole:
        raise SourceError(say("百分比的分母是 0"), lacking=True)
    step = Decimal(1).scaleb(-max(0, min(int(places), 6)))
    return f"{(100 * Decimal(_number(part)) / whole).quantize(step, ROUND_HALF_UP)}%"


def change(now: Figure, since: Figure) -> str:
    """`增加12件`, `减少3件`, `持平`."""
    difference = _number(now) - _number(since)
    if not difference:
        return "持平"
    return f"{'增加' if difference > 0 else '减少'}{digits(max(difference, -difference))}{now.unit}"


FUNCTIONS: Mapping[str, Callable[..., str]] = {"percent": percent, "change": change}
"""What can be called in a placeholder."""


def _number(figure: object) -> int | Decimal:
    """The number. Raises SourceError for what is none."""
    value = figure.value if isinstance(figure, Figure) else figure
    if isinstance(value, int | Decimal):
        return value
    if isinstance(figure, Names):
        str(figure)
    raise SourceError(say("要算的数没有填"), lacking=True)
