"""A new round on disk, complete or not there: nianbao.toml, which makes a folder a round, is written last."""

from __future__ import annotations

import os
import secrets
import shutil
from pathlib import Path
from typing import TYPE_CHECKING, TypedDict

from nianbao.definition.source import read_source
from nianbao.frozen import frozen
from nianbao.layout.shelf import find_form
from nianbao.messages import say
from nianbao.period import Period
from nianbao.problems import OfficeError, Problem, refuse
from nianbao.reading import read_whole
from nianbao.roster.roster import LARGEST_ROSTER, read_roster
from nianbao.rounds.former_file import FORMER_FILE, former_text
from nianbao.rounds.former_sources import Wanted, former_figures
from nianbao.rounds.office_key import office_secret, round_key
from nianbao.rounds.rounds import (
    BLANK,
    DEFINITIONS,
    RESULTS,
    RETURNED,
    open_round,
    period_faults,
    round_id,
    round_layout,
    settings_of,
)
from nianbao.rounds.setting import LONGEST_NAME
from nianbao.rounds.settings import SETTINGS_FILE, Settings
from nianbao.rounds.settings_text import settings_text
from nianbao.writing import folder_made, holds, save

if TYPE_CHECKING:
    from collections.abc import Callable

    from nianbao.kinds import UnitKind
    from nianbao.layout.places import Layout
    from nianbao.messages import Message
    from nianbao.rounds.rounds import Round

ROSTER = "units"
DEFINITION_FOLDER = "form"


@frozen
class _Plan:
    """What a new round consists of. `files`: contents by path relative to its folder."""

    settings: Settings
    files: dict[str, bytes]


def create_round(  # noqa: PLR0913 -- the facts of a round, each by its name
    folder: Path,
    *,
    name: str,
    year: int,
    roster_path: Path,
    form: str,
    level: UnitKind,
    part: int = 0,
    code: str = "",
    secret: bytes | None = None,
    former: Path | None = None,
    tell: Callable[[Message], None] = lambda _: None,
) -> Round:
    """The round made in `folder`.

    `form` is a form's name or the path of a definition, which is copied in.
    `secret` stands for the office's own, which is taken from the user's settings and made there the first time.

    Raises OfficeError for a folder that is a round already, and for mistakes in what was given; OSError when
    it cannot be written, and then what was written is no round and can be made again.
    `former`: where the figures of the period before are; `tell` hears of what was not taken from there.
    """
    _check_place(folder)
    layout = find_form(form)
    _check(layout, name=name, year=year, part=part)
    files, form_name = _definition(form)
    roster = _roster(roster_path)
    settings = Settings(
        name=name,
        year=year,
        part=part,
        form=form_name,
        level=level,
        code=code,
        roster=next(iter(roster)),
        **_keys(layout, name=name, period=Period(year, part), secret=secret),
    )
    if former:
        known = read_roster(next(iter(roster.values())), file=str(roster_path))
        wanted = Wanted(layout, Period(year, part).before(layout.form.period), known, settings.limits)
        files |= {FORMER_FILE: _former_file(former, wanted, tell)}
    _write(folder, _Plan(settings, files | roster))
    return open_round(folder)


def know_former(folder: Path, former: Path, tell: Callable[[Message], None]) -> Round:
    """The round in `folder`, knowing of the period before what is found at `former`, instead of what it knew.

    Raises OfficeError where there is nothing to be found; then all stays as it was.
    """
    settings = settings_of(folder)
    layout = round_layout(folder, settings.form)
    roster = folder / settings.roster
    known = read_roster(read_whole(roster, most=LARGEST_ROSTER), file=str(roster))
    before = Period(settings.year, settings.part).before(layout.form.period)
    data = _former_file(former, Wanted(layout, before, known, settings.limits), tell)
    save(folder / FORMER_FILE, data)
    return open_round(folder)


def _former_file(path: Path, wanted: Wanted, tell: Callable[[Message], None]) -> bytes:
    """The file with what is found there; `tell` hears what was not taken, or needs a look."""
    found = former_figures(path, wanted)
    for notice in found.notices:
        tell(notice)
    rows = [found.rows[unit.code] for unit in wanted.roster.units if unit.code in found.rows]
    return former_text(wanted.layout.form, rows).encode()


class _Keys(TypedDict):
    """The two settings that nobody chooses."""

    round_id: str
    key: bytes


def _keys(layout: Layout, *, name: str, period: Period, secret: bytes | None) -> _Keys:
    """The round's id, and its key from the office's secret."""
    form, time = layout.form.name, period.key(layout.form.period)
    identifier = round_id(name=name, form=form, period=time)
    key = round_key(secret or office_secret(os.environ), round_id=identifier, form=form, period=time)
    return {"round_id": identifier, "key": key}


def _check_place(folder: Path) -> None:
    """Nothing, or OfficeError where no round can be made."""
    if (folder / SETTINGS_FILE).exists():
        message = say("这里已经有一轮填报（{file}），不会覆盖。请换一个文件夹。", file=SETTINGS_FILE)
        raise refuse(message, file=str(folder))
    if folder.exists() and not folder.is_dir():
        raise refuse(say("这里已有同名的文件，不是文件夹。请换一个名称。"), file=str(folder))


def _roster(path: Path) -> dict[str, bytes]:
    """The roster by its name in the round, as it was given, so that complaints name the same lines."""
    data = read_whole(path, most=LARGEST_ROSTER)
    read_roster(data, file=str(path))
    return {ROSTER + path.suffix.lower(): data}


def _check(layout: Layout, *, name: str, year: int, part: int) -> None:
    """Nothing, or OfficeError with every mistake."""
    problems = list(period_faults(layout, year, part))
    if not name.strip() or not name.isprintable() or len(name) > LONGEST_NAME:
        message = say(
            "汇总单位名称「{name}」不能用：要有 1 到 {most} 个字，不能换行。", name=name, most=LONGEST_NAME
        )
        problems.insert(0, Problem(message))
    if problems:
        raise OfficeError(problems)


def _definition(form: str) -> tuple[dict[str, bytes], str]:
    """The files of a definition by their place in the round, and the form's name in the settings."""
    if not form.endswith(DEFINITIONS):
        return {}, find_form(form).form.name
    paths = [path.resolve() for path in read_source(Path(form)).files]
    top = Path(os.path.commonpath([path.parent for path in paths]))
    places = {(DEFINITION_FOLDER / path.relative_to(top)).as_posix(): path for path in paths}
    return {place: path.read_bytes() for place, path in places.items()}, next(iter(places))


def _write(folder: Path, plan: _Plan) -> None:
    """The round in its folder: a new folder appears at once, into one that is there it is written in order."""
    if folder.exists():
        _fill(folder, plan)
        return
    try:
        with folder_made(folder.parent):
            _appear(folder, plan)
    except OSError as error:
        error.filename = str(folder)
        raise


def _appear(folder: Path, plan: _Plan) -> None:
    """The whole folder where there was none; nothing of it after a failure."""
    temporary = folder.with_name(f".{folder.name}.{secrets.token_hex(4)}")
    try:
        temporary.mkdir()
        _fill(temporary, plan)
        temporary.rename(folder)
    except BaseException:
        shutil.rmtree(temporary, ignore_errors=True)
        raise


def _fill(folder: Path, plan: _Plan) -> None:
    """Every file and folder, nianbao.toml last."""
    for name, data in plan.files.items():
        _keep(folder / name, data)
    for name in (BLANK, RETURNED, RESULTS):
        (folder / name).mkdir(exist_ok=True)
    save(folder / SETTINGS_FILE, settings_text(plan.settings).encode())


def _keep(path: Path, data: bytes) -> None:
    """The file as given; another one of this name stays, and is complained of."""
    if not path.exists():
        save(path, data)
    elif not holds(path, data):
        raise refuse(say("已有同名但内容不同的文件，不会覆盖。请改名或移走后再试。"), file=str(path))
