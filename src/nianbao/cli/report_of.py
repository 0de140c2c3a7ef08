"""Which returns `nianbao report` was asked for."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from nianbao.cli.examining import UNWRITTEN, examined, examined_outside
from nianbao.layout.identity import CONSOLIDATED
from nianbao.ledger.book import Book
from nianbao.ledger.merges import last_path
from nianbao.messages import say
from nianbao.problems import Problem, refuse
from nianbao.publishing.choosing import Chosen, former_in, former_of_office, is_office
from nianbao.rounds.examining import Examining
from nianbao.rounds.rounds import layout_finder

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from nianbao.cli.console import Console
    from nianbao.returned.returns import Checked
    from nianbao.returned.review import Review
    from nianbao.roster.units import Unit
    from nianbao.rounds.rounds import Round


def chosen(console: Console, here: Round | None, words: Sequence[str]) -> Iterator[Chosen | None]:
    """The returns named by file, unit, or the office's own name; without words every return that counts.

    None for each that is not there, or could not be read at all; it was told.
    """
    files = [Path(word) for word in words if _is_file(word)]
    others = [word for word in words if not _is_file(word)]
    if here is None and others:
        raise refuse(say("找不到文件「{path}」；要用单位的代码或名称，请在一轮填报里运行。", path=others[0]))
    if files:
        yield from _of_files(console, here, files)
    if here and (others or not words):
        yield from _of_round(console, here, others)


def beside_former(console: Console, one: Chosen | None, path: Path) -> Chosen | None:
    """The return with the figures of the period before from a file. Raises OfficeError where they do not fit."""
    if one is None:
        return None
    found = examined_outside(console, Examining([path]))
    if not found.files:
        raise refuse(say("这不是能读取的上报表或汇总表。"), file=str(path))
    return replace(one, former=former_in(found.files[0], one))


def _is_file(word: str) -> bool:
    try:
        return Path(word).is_file()
    except (OSError, ValueError):
        return False


def _of_files(console: Console, here: Round | None, files: Sequence[Path]) -> Iterator[Chosen | None]:
    """Files: a unit's as the round judges it, a county workbook (which no roster has) as it says of itself."""
    layout = here.layout if here else None
    found = examined_outside(console, Examining(files, texts_of=None), layout=layout)
    for checked in found.files:
        if here is None or _is_consolidated(checked):
            yield _as_it_says(console, here, checked)
        else:
            judged = examined(console, here, Examining([Path(checked.path)], texts_of=None), able=UNWRITTEN)
            yield from (_of_unit(here, one) for one in judged.files)


def _of_round(console: Console, here: Round, words: Sequence[str]) -> Iterator[Chosen | None]:
    """Units of the roster in its order, or all whose return counts; the office itself with its county workbook."""
    names = [word for word in words if not is_office(here, word)]
    units = here.units(names) if names else () if words else here.roster.units
    if units:
        found = examined(console, here, Examining(texts_of=None), able=UNWRITTEN)
        yield from (_that_counts(console, here, found, unit) for unit in units)
    if len(names) < len(words):
        yield from _of_files(console, here, [_county_file(here)])


def _county_file(here: Round) -> Path:
    """The county workbook that was merged last, wherever `-o` put it; else the one in `results/`."""
    path = next((path for path in (*_merged_last(here), here.county_path) if path.is_file()), None)
    if path is None:
        message = say("还没有汇总表。请先运行 nianbao merge；汇总表移到别处的，写它的文件名。")
        raise refuse(message, file=str(here.county_path))
    return path


def _merged_last(here: Round) -> Iterator[Path]:
    if here.ledger_path.exists():
        with Book(here.ledger_path, adds=False) as book:
            path = last_path(book)
        if path:
            yield here.folder / path


def _that_counts(console: Console, here: Round, found: Review, unit: Unit) -> Chosen | None:
    """The unit's return that counts; where none is acceptable, the one that stands for it."""
    files = [file for file in found.files if file.unit_code == unit.code and not file.superseded]
    file = found.counted.get(unit.code) or next(iter(files), None)
    if file is None:
        console.problem(Problem(say("{name}：还没有收回的表", name=unit.name)))
    return None if file is None else _of_unit(here, file)


def _as_it_says(console: Console, here: Round | None, checked: Checked) -> Chosen | None:
    if checked.identity is None:
        for finding in checked.findings:
            console.problem(Problem(finding.message, file=checked.path))
        return None
    former = former_of_office(here) if here and _is_consolidated(checked) else None
    return Chosen(checked, layout_finder(here)(checked.identity), former)


def _of_unit(here: Round, checked: Checked) -> Chosen:
    return Chosen(checked, here.layout, here.former.of(checked.unit_code))


def _is_consolidated(checked: Checked) -> bool:
    return checked.identity is not None and checked.identity.role == CONSOLIDATED
