"""A round on disk: its settings, roster, form and folders."""

from __future__ import annotations

import hashlib
import os
from dataclasses import replace
from typing import TYPE_CHECKING

from nianbao.frozen import frozen
from nianbao.kinds import judged_as
from nianbao.layout.identity import CONSOLIDATED, Identity
from nianbao.layout.shelf import find_form, known_edition
from nianbao.messages import say
from nianbao.period import PARTS, Period
from nianbao.problems import OfficeError, Problem, did_you_mean, refuse
from nianbao.reading import MEGABYTE, read_whole
from nianbao.returned.claims import Expectation
from nianbao.returned.former import NO_FORMER, Former, stamp_of
from nianbao.roster.roster import LARGEST_ROSTER, read_roster
from nianbao.roster.units import Unit, file_stem
from nianbao.rounds.former_file import FORMER_FILE, LARGEST_FORMER, read_former
from nianbao.rounds.settings import SETTINGS_FILE, read_settings

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from pathlib import Path

    from nianbao.layout.places import Layout
    from nianbao.messages import Message
    from nianbao.roster.roster import Roster
    from nianbao.rounds.settings import Settings

BLANK, RETURNED, RESULTS = "blank", "returned", "results"
REPORTS = "报告"
"""The folder in `results/` for reports."""
LEDGER = "ledger.sqlite"
DEFINITIONS = (".yaml", ".yml")
LARGEST_SETTINGS = MEGABYTE // 10


@frozen
class Round:
    """One collection of one office. `folder` holds nianbao.toml, the roster and the three folders.

    `former`: the units' figures of the period before, as far as they were given to the round.
    """

    folder: Path
    settings: Settings
    roster: Roster
    layout: Layout
    former: Former = NO_FORMER

    @property
    def period(self) -> Period:
        """What the round reports on."""
        return Period(self.settings.year, self.settings.part)

    @property
    def period_key(self) -> str:
        """The period as file names have it: `2025`, `2025-03`."""
        return self.period.key(self.layout.form.period)

    @property
    def returned(self) -> Path:
        """Where the office puts what came back."""
        return self.folder / RETURNED

    @property
    def ledger_path(self) -> Path:
        """Where the round's ledger is."""
        return self.folder / LEDGER

    def has_returns(self) -> bool:
        """Whether anything stands in `returned/`."""
        try:
            with os.scandir(self.returned) as entries:
                return any(True for _ in entries)
        except OSError:  # said where it is gone through
            return True

    @property
    def blank_folder(self) -> Path:
        """Where the blanks go."""
        return self.folder / BLANK

    @property
    def results(self) -> Path:
        """Where results go."""
        return self.folder / RESULTS

    @property
    def reports(self) -> Path:
        """Where reports go."""
        return self.results / REPORTS

    @property
    def county_path(self) -> Path:
        """Where the county workbook goes: `results/示例县_2025_汇总表.xlsx`."""
        office = Unit(self.settings.name, self.period_key, self.settings.level)
        return self.results / f"{file_stem(office, '汇总表')}.xlsx"

    def blank_path(self, unit: Unit) -> Path:
        """Where the unit's blank goes: `blank/<code>_<name>_<year>.xlsx`."""
        return self.blank_folder / f"{file_stem(unit, self.period_key)}.xlsx"

    def identity(self, unit: Unit) -> Identity:
        """What the unit's blank says of itself, signed."""
        kind = judged_as(unit.kind, self.settings.level)
        identity = self._identity(unit, judged=kind)
        former = stamp_of(self.layout, self.former.of(unit.code))
        if former:
            version = self.layout.beside.template_version
            identity = replace(identity, previous=former, template_version=version)
        return identity.signed(self.settings.key)

    def county_identity(self, *, units: int) -> Identity:
        """What the county workbook over so many units says of itself, signed: a return of this office one level up."""
        level = self.settings.level
        office = Unit(self.settings.code, self.settings.name, level)
        complete = "yes" if units == len(self.roster.units) else "no"
        identity = replace(
            self._identity(office, judged=level), role=CONSOLIDATED, complete=complete, units=str(units)
        )
        return identity.signed(self.settings.key)

    def expectation(self) -> Expectation:
        """What the round expects of a returned file."""
        return Expectation(
            layout=self.layout,
            period=self.period,
            round_id=self.settings.round_id,
            key=self.settings.key,
            roster=self.roster,
            level=self.settings.level,
            former=self.former,
        )

    def units(self, words: Iterable[str]) -> list[Unit]:
        """The units of those codes or names. Raises OfficeError naming every word that is neither."""
        found = {word: self.roster.unit(word) or self.roster.by_name(word) for word in words}
        problems = [Problem(self._unknown(word)) for word, unit in found.items() if unit is None]
        if problems:
            raise OfficeError(problems)
        return list(dict.fromkeys(unit for unit in found.values() if unit))

    def _unknown(self, word: str) -> Message:
        known = [text for unit in self.roster.units for text in (unit.code, unit.name)]
        return say("名录里没有「{word}」{hint}", word=word, hint=did_you_mean(word, known))

    def _identity(self, unit: Unit, *, judged: str) -> Identity:
        form = self.layout.form
        return Identity(
            form=form.form,
            edition=form.edition,
            year=str(self.settings.year),
            part=str(self.settings.part or ""),
            round_id=self.settings.round_id,
            office=self.settings.name,
            unit_code=unit.code,
            unit_name=unit.name,
            unit_kind=unit.kind,
            judged_as=judged,
            template_version=self.layout.template_version,
        )


def open_round(folder: Path) -> Round:
    """The round in `folder`. Raises OfficeError: no round there, or mistakes in its settings or roster."""
    settings = settings_of(folder)
    layout = round_layout(folder, settings.form)
    file = str(folder / SETTINGS_FILE)
    problems = list(period_faults(layout, settings.year, settings.part, file=file))
    if problems:
        raise OfficeError(problems)
    roster = folder / settings.roster
    data = read_whole(roster, most=LARGEST_ROSTER)
    known = _former(folder, layout, Period(settings.year, settings.part))
    return Round(folder, settings, read_roster(data, file=str(roster)), layout, known)


def _former(folder: Path, layout: Layout, period: Period) -> Former:
    """What the round knows of the period before; nothing where it was given nothing."""
    path, form = folder / FORMER_FILE, layout.form
    if not path.exists() or form.previous is None:
        return NO_FORMER
    data = read_whole(path, most=LARGEST_FORMER)
    before = period.before(form.period).key(form.period)
    return read_former(data, form, period=before, file=str(path))


def settings_of(folder: Path) -> Settings:
    """The settings of the round in `folder`. Raises OfficeError: no round there, or mistakes in them."""
    path = folder / SETTINGS_FILE
    if path.is_dir():
        raise refuse(say("是文件夹，应当是设置文件。请移走它，或从备份恢复。"), file=str(path))
    if not path.is_file():
        raise refuse(
            say(
                "这里没有 {file}，不是一轮填报。请用 nianbao init 建立，或用 -C 指明文件夹。",
                file=SETTINGS_FILE,
            ),
            file=str(folder),
        )
    return read_settings(read_whole(path, most=LARGEST_SETTINGS), file=str(path))


def find_round(start: Path) -> Path | None:
    """The folder of the round that `start` is, or is in; None where there is none."""
    return next((folder for folder in (start, *start.parents) if (folder / SETTINGS_FILE).is_file()), None)


def round_layout(folder: Path, form: str) -> Layout:
    """The layout of a form named in settings; a definition file is relative to the round's folder."""
    return find_form(str(folder / form) if form.endswith(DEFINITIONS) else form)


def period_faults(layout: Layout, year: int, part: int, *, file: str = "") -> Iterator[Problem]:
    """What is wrong with the period for this form."""
    form = layout.form
    if not form.serves(year):
        until = say("{first} 年起", first=form.first_year)
        if form.last_year is not None:
            until = say("{first}-{last} 年", first=form.first_year, last=form.last_year)
        message = say(
            "报表「{name}」用于 {until}，不能用于 {year} 年。", name=form.name, until=until, year=year
        )
        yield Problem(message, file=file)
    if not Period(year, part).fits(form.period):
        yield Problem(_part_fault(form.period, part), file=file)


def _part_fault(kind: str, part: int) -> Message:
    """What the part of the year should be."""
    if not PARTS[kind]:
        return say("这是年报，不能指定第 {part} 期（part）。", part=part)
    return say("这张报表按期填报，part 要填 1-{most}，现在是 {part}。", most=PARTS[kind], part=part)


def round_id(*, name: str, form: str, period: str) -> str:
    """A short name for a round; the same office, form and period have the same one."""
    return hashlib.sha256(f"{name}\n{form}\n{period}".encode()).hexdigest()[:12]


def layout_finder(here: Round | None) -> Callable[[Identity], Layout]:
    """How the form that a workbook names is found: the round's own, else one that ships."""

    def find(identity: Identity) -> Layout:
        if here and (identity.form, identity.edition) == (here.layout.form.form, here.layout.form.edition):
            return here.layout
        layout = known_edition(identity.form, identity.edition)
        if layout is None:
            name = f"{identity.form}-{identity.edition}"
            raise refuse(say("不认识报表「{name}」。自定义的报表请在它那一轮的文件夹里使用。", name=name))
        return layout

    return find
