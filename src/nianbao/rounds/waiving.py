"""What the office wants to waive, looked for among what was found; every way in which it cannot be is said."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nianbao.complaints import CATALOGUE, NEVER_WAIVED, Severity
from nianbao.frozen import frozen
from nianbao.messages import Message, say
from nianbao.problems import did_you_mean, refuse
from nianbao.returned.duplicates import LONG_AGO
from nianbao.returned.waivers import Waiver, cell_key, may_be_waived, waiver_for
from nianbao.roster.units import unit_title

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from nianbao.definition.form import Form
    from nianbao.layout.places import Layout
    from nianbao.returned.findings import Finding, Spot
    from nianbao.returned.returns import Checked
    from nianbao.returned.review import Review
    from nianbao.roster.units import Unit
    from nianbao.rounds.rounds import Round

LONGEST_REASON = 500


@frozen
class Wish:
    """What the office names: whose finding, which, and in which cells (none where it has one at most)."""

    unit: Unit
    code: str
    cells: tuple[str, ...]

    @property
    def title(self) -> str:
        """`东河镇（101）`."""
        return unit_title(self.unit.name, self.unit.code)


def wish_of(here: Round, unit: str, code: str, cells: Iterable[str]) -> Wish:
    """The words of the command understood. Raises OfficeError for a unit, a code or a cell that there is not."""
    [known] = here.units([unit])
    _check_code(here.layout.form, code)
    named = tuple(dict.fromkeys(cells))
    for cell in named:
        _check_cell(here.layout, cell)
    return Wish(known, code, named)


def reason_of(words: str) -> str:
    """The reason on one line. Raises OfficeError for none, and for one too long to be read in a list."""
    why = " ".join(words.split())
    if not why:
        raise refuse(say("请用 --why 写明核准的理由。"))
    if len(why) > LONGEST_REASON:
        raise refuse(say("理由最多 {most} 个字，请写得简要些。", most=LONGEST_REASON))
    return why


def waivers_wanted(found: Review, wish: Wish, *, why: str) -> tuple[Checked, tuple[Waiver, ...]]:
    """The file whose findings are meant, the newest that has such, and a waiver for each of them.

    Raises OfficeError where there is none such at present, and where it is not certain which is meant.
    """
    files = [checked for checked in found.files if checked.unit_code == wish.unit.code]
    if not files:
        raise refuse(say("「{unit}」还没有报来的表。", unit=wish.title))
    newest = sorted(files, key=lambda checked: checked.received or LONG_AGO, reverse=True)
    for checked in newest:
        alike = [one for one in checked.findings if one.code == wish.code and may_be_waived(one)]
        if alike:
            meant = _meant(alike, wish)
            return checked, tuple(waiver_for(one, _cells(one, wish), checked, why=why) for one in meant)
    raise refuse(_no_such_finding(newest[0], wish))


def waivers_given(standing: Sequence[Waiver], wish: Wish) -> tuple[Waiver, ...]:
    """The waivers that are meant among those that stand for the unit. Raises OfficeError as `waivers_wanted` does."""
    alike = [one for one in standing if one.code == wish.code]
    named = [one for one in alike if not wish.cells or _names(one, wish.cells)]
    if not named:
        raise refuse(say("「{unit}」没有这样的核准：{code}。", unit=wish.title, code=wish.code))
    if not wish.cells and len(named) > 1:
        cells = "；".join("、".join(one.cells) for one in named)
        raise refuse(say("核准过的有几处，请用 --cell 指明：{cells}", cells=cells))
    return tuple(named)


def _check_code(form: Form, code: str) -> None:
    """The code is one that may be waived."""
    between = form.previous.rules if form.previous else ()
    rules = {rule.code: rule.severity for rule in (*form.rules, *between)}
    if code not in CATALOGUE and code not in rules:
        hint = did_you_mean(code, (*CATALOGUE, *rules))
        raise refuse(say("没有问题代码「{code}」{hint}", code=code, hint=hint))
    if code in NEVER_WAIVED:
        raise refuse(
            say("「{code}」不能核准放行：表没有读到，或格子里没有能汇总的数。请退回改正后再报。", code=code)
        )
    if rules.get(code, CATALOGUE[code].severity if code in CATALOGUE else "") == Severity.NOTICE:
        raise refuse(say("「{code}」只是提示，不影响接收，不用核准。", code=code))


def _check_cell(layout: Layout, cell: str) -> None:
    """The cell is one of the form's, or an address as findings give it."""
    if cell in layout.form.fields or cell in layout.box_of or _address(cell).isalnum():
        return
    hint = did_you_mean(cell, layout.form.fields)
    raise refuse(say("没有编号「{cell}」{hint}", cell=cell, hint=hint))


def _address(cell: str) -> str:
    """The address in `D5` or `sheet!D5`; nothing where it is none."""
    address = cell.rpartition("!")[2].upper()
    letters = address.rstrip("0123456789")
    fits = letters.isascii() and letters.isalpha() and len(letters) <= 3 and letters != address
    return address if fits else ""


def _meant(alike: Sequence[Finding], wish: Wish) -> list[Finding]:
    """The findings that are meant: those at the cells named, or the only one."""
    if wish.cells:
        there = {name for one in alike for spot in one.spots for name in (cell_key(one, spot), spot.cell)}
        lost = [cell for cell in wish.cells if cell not in there and _address(cell) not in there]
        if lost:
            raise refuse(_not_there(alike, wish, "、".join(lost)))
        return [one for one in alike if _cells(one, wish)]
    if len(alike) > 1 or len(alike[0].spots) > 1:
        raise refuse(
            say(
                "「{code}」不止一格，请用 --cell 指明（一个关系写其中一格）：{cells}",
                code=wish.code,
                cells=_listed(alike),
            )
        )
    return list(alike)


def _cells(finding: Finding, wish: Wish) -> tuple[str, ...]:
    """Those cells of the finding that are named, by their keys; of one with no more than one, that."""
    keys = {cell_key(finding, spot): spot.cell for spot in finding.spots}
    if not wish.cells:
        return tuple(keys)
    named = {*wish.cells, *map(_address, wish.cells)}
    return tuple(key for key, address in keys.items() if key in named or address in named)


def _names(waiver: Waiver, cells: Sequence[str]) -> bool:
    """Whether the waiver is about one of the cells."""
    addresses = {key.rpartition("!")[2] for key in waiver.cells if "!" in key}
    return any(cell in waiver.cells or _address(cell) in addresses for cell in cells)


def _not_there(alike: Sequence[Finding], wish: Wish, lost: str) -> Message:
    return say(
        "「{unit}」的表里，{lost} 没有「{code}」这个问题；有的是：{cells}",
        unit=wish.title,
        lost=lost,
        code=wish.code,
        cells=_listed(alike),
    )


def _listed(findings: Sequence[Finding]) -> str:
    """The cells of each finding: the addresses that people see, with their ids."""
    return "；".join("、".join(_cell_named(one, spot) for spot in one.spots) for one in findings)


def _cell_named(finding: Finding, spot: Spot) -> str:
    """`D5（t3.new.natural）`; only the address where there is no id."""
    return f"{spot.cell}（{spot.id}）" if spot.id else cell_key(finding, spot)


def _no_such_finding(checked: Checked, wish: Wish) -> Message:
    """There is none such; what there is."""
    codes = dict.fromkeys(one.code for one in checked.findings if may_be_waived(one))
    if not codes:
        return say("「{unit}」的表里现在没有「{code}」这个问题。", unit=wish.title, code=wish.code)
    return say(
        "「{unit}」的表里现在没有「{code}」这个问题；能核准的有：{codes}",
        unit=wish.title,
        code=wish.code,
        codes="、".join(codes),
    )
