"""Where last year's figures come from: another round, a folder of its returns, a county workbook, published reports.

What comes in is verified as any return is. Units are matched by code, else by their exact name; nothing is guessed.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import PurePath
from typing import TYPE_CHECKING

from nianbao.definition.form import FieldType
from nianbao.frozen import frozen
from nianbao.gathering.found import Found
from nianbao.gathering.gather import gather
from nianbao.layout.detail import DETAIL, Detail
from nianbao.layout.identity import CONSOLIDATED
from nianbao.layout.shelf import form_names
from nianbao.messages import Message, say
from nianbao.opening.grid import UnreadableError
from nianbao.opening.numbers import read_number
from nianbao.opening.workbooks import read_workbook
from nianbao.problems import OfficeError, Problem, refuse
from nianbao.reading import read_whole
from nianbao.returned.answers import TOTAL_DECIMALS
from nianbao.returned.claims import carried_identity, sheets_by_name
from nianbao.returned.findings import Severity
from nianbao.returned.parts import Reading, as_it_pays
from nianbao.returned.reader import read_return
from nianbao.returned.review import review
from nianbao.returned.unit_rows import CODE, NAME, unit_rows
from nianbao.roster.units import unit_title
from nianbao.rounds.former_file import FormerRow
from nianbao.rounds.rounds import open_round
from nianbao.rounds.settings import SETTINGS_FILE

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from pathlib import Path

    from nianbao.layout.formulas import Shown
    from nianbao.layout.identity import Identity
    from nianbao.layout.places import Layout
    from nianbao.opening.grid import Limits, Sheet, Workbook
    from nianbao.period import Period
    from nianbao.roster.roster import Roster
    from nianbao.roster.units import Unit

REPORTS = frozenset({".docx", ".doc", ".wps", ".html", ".htm", ".pdf", ".txt"})
"""Endings of files that can be reports and no returns."""
INCOMPLETE = "missing-return"
"""What a county workbook that lacks units is told; of those that it has the figures are good."""


@frozen
class Wanted:
    """What a round needs of the period before. `period`: the one before its own."""

    layout: Layout
    period: Period
    roster: Roster
    limits: Limits


@dataclass(slots=True)
class FormerFigures:
    """The rows found, and what is to be said of others."""

    rows: dict[str, FormerRow] = field(default_factory=dict)
    notices: list[Message] = field(default_factory=list)


@frozen
class _Source:
    """One unit's figures as they were found."""

    code: str
    name: str
    edition: str
    path: str
    sha256: str
    figures: Mapping[str, Shown]


def former_figures(path: Path, wanted: Wanted) -> FormerFigures:
    """The figures of the round's units. Raises OfficeError where there are none to be had."""
    if wanted.layout.form.previous is None:
        raise refuse(
            say("报表「{name}」没有与上一期比较的规则，用不着上期的数。", name=wanted.layout.form.name)
        )
    if not path.exists():
        raise refuse(say("找不到上期的数：没有这个文件或文件夹。"), file=str(path))
    found = FormerFigures()
    sources = _consolidated(path, wanted) if path.is_file() else None
    if sources is None:
        sources = list(_returned(path, wanted, found))
    _match(sources, wanted, found)
    if not found.rows:
        message = say(
            "这里没有找到名录里任何单位 {period}的数。", period=wanted.period.label(wanted.layout.form.period)
        )
        raise OfficeError([Problem(message, file=str(path)), *map(Problem, found.notices)])
    return found


def _is_report(name: str) -> bool:
    """Whether a file's name is that of a document rather than of a workbook."""
    return PurePath(name).suffix.casefold() in REPORTS


def _returned(path: Path, wanted: Wanted, found: FormerFigures) -> Iterator[_Source]:
    """The figures in returns that can be accepted: of a round as it judges them, of others as they themselves say."""
    own_form = None if wanted.layout.form.name in form_names() else wanted.layout
    reading, place = Reading(None, wanted.limits, layout=own_form, keep_texts=False), path
    if (path / SETTINGS_FILE).is_file():
        other = open_round(path)
        reading, place = Reading(other.expectation(), wanted.limits, keep_texts=False), other.returned
    files = list(gather([place], limits=wanted.limits))
    reports = [file for file in files if isinstance(file, Found) and _is_report(file.name)]
    yield from _reported(reports, path, wanted, found)
    for checked in review([file for file in files if file not in reports], reading, crew=as_it_pays).files:
        identity = checked.identity
        if checked.superseded:
            continue
        if identity is None or not checked.acceptable or (fault := _unfit(identity, wanted)):
            reason = fault if identity and checked.acceptable else say("有必须改正的问题")
            found.notices.append(say("没有采用「{path}」：{reason}。", path=checked.path, reason=reason))
            continue
        usable = _usable(identity.edition, checked.values, wanted)
        source = _seen_from(path, checked.path)
        yield _Source(checked.unit_code, checked.unit_name, identity.edition, source, checked.sha256, usable)


def _seen_from(path: Path, file: str) -> str:
    """A file's path without where the folder lies: the round's file is to look alike on any machine."""
    return file.removeprefix(f"{path.parent}/")


def _reported(files: Iterable[Found], path: Path, wanted: Wanted, found: FormerFigures) -> Iterator[_Source]:
    """The figures in published reports, as they are printed."""
    if not files:
        return
    from nianbao.rounds.former_reports import published  # noqa: PLC0415 -- few rounds begin with reports

    tell, roster = found.notices.append, wanted.roster
    for report in published(files, period=wanted.period, roster=roster, limits=wanted.limits, tell=tell):
        edition = report.outcome.layout.form.edition
        previous = wanted.layout.form.previous
        if edition != wanted.layout.form.edition and edition not in (previous.editions if previous else {}):
            reason = say("是 {found} 年版的表，报表定义里没有写明怎样接续", found=edition)
            tell(say("没有采用「{path}」：{reason}。", path=report.file.path, reason=reason))
            continue
        usable = _usable(edition, report.outcome.values, wanted)
        sha256, source = hashlib.sha256(report.data).hexdigest(), _seen_from(path, report.file.path)
        yield _Source(report.unit.code, report.unit.name, edition, source, sha256, usable)


def _consolidated(path: Path, wanted: Wanted) -> list[_Source] | None:
    """The figures of each unit in a county workbook; None where the file is none."""
    data = read_whole(path, most=wanted.limits.file)
    try:
        workbook = read_workbook(data, wanted.limits)
    except UnreadableError:
        return None
    identity = carried_identity(workbook)
    if identity is None or identity.role != CONSOLIDATED:
        return None
    fault = _unfit(identity, wanted)
    if fault:
        raise refuse(say("不能用这份汇总表：{reason}。", reason=fault), file=str(path))
    layout = _verified(workbook, path, wanted)
    sheet = sheets_by_name(workbook)[DETAIL]
    rows = unit_rows(layout.form, sheet, units=identity.units)
    sha256, places = hashlib.sha256(data).hexdigest(), _columns(layout)
    return [
        _Source(
            sheet.cells[row, CODE].text.strip(),
            sheet.cells[row, NAME].text.strip(),
            identity.edition,
            path.name,
            sha256,
            _usable(identity.edition, _row_figures(sheet, row, places), wanted),
        )
        for row in (rows if isinstance(rows, range) else ())
    ]


def _verified(workbook: Workbook, path: Path, wanted: Wanted) -> Layout:
    """The county workbook's form. Raises OfficeError with what is wrong with it, units missing from it apart."""
    own_form = None if wanted.layout.form.name in form_names() else wanted.layout
    read = read_return(workbook, layout=own_form)
    wrong = [f for f in read.findings if f.severity is Severity.ERROR and f.code != INCOMPLETE]
    if wrong or read.claim.layout is None:
        raise OfficeError([Problem(finding.message, file=str(path)) for finding in wrong])
    return read.claim.layout


def _columns(layout: Layout) -> Mapping[str, int]:
    """The column of 明细 for each field that holds numbers."""
    detail = Detail(layout.form, 0)
    return {f.id: detail.column(f.id) for f in layout.form.fields.values() if f.type is not FieldType.CHOICE}


def _row_figures(sheet: Sheet, row: int, places: Mapping[str, int]) -> dict[str, Shown]:
    """The figures of one unit; the sheet was verified already."""
    cells = ((key, sheet.cells.get((row, column))) for key, column in places.items())
    return {key: read_number(cell, signed=True, decimals=TOTAL_DECIMALS).value for key, cell in cells}


def _unfit(identity: Identity, wanted: Wanted) -> Message | None:
    """Why figures of that form and period are not those of the period before."""
    form = wanted.layout.form
    if identity.form != form.form:
        return say("是另一种报表")
    if identity.period != wanted.period:
        period = identity.period.label(form.period) if identity.period else identity.year
        return say("是{found}的表，要{period}的", found=period, period=wanted.period.label(form.period))
    editions = form.previous.editions if form.previous else {}
    if identity.edition not in {form.edition, *editions}:
        return say("是 {found} 年版的表，报表定义里没有写明怎样接续", found=identity.edition)
    return None


def _usable(edition: str, values: Mapping[str, Shown], wanted: Wanted) -> dict[str, Shown]:
    """The figures that mean the same in the round's edition."""
    form = wanted.layout.form
    if edition == form.edition or form.previous is None:
        usable: Iterable[str] = form.fields
    else:
        usable = form.previous.editions[edition]
    figures = {key: values.get(key) for key in usable}
    return {key: figure for key, figure in figures.items() if isinstance(figure, int | Decimal)}


def _match(sources: Iterable[_Source], wanted: Wanted, found: FormerFigures) -> None:
    """Each source to its unit; what has none, or is not the only one, is told."""
    taken: dict[str, list[_Source]] = {}
    for source in sources:
        unit = _unit(source, wanted.roster, found)
        if unit:
            taken.setdefault(unit.code, []).append(source)
    for code, rivals in taken.items():
        exact = [source for source in rivals if source.code == code] or rivals
        if len(exact) > 1:
            paths = "、".join(source.path for source in exact)
            found.notices.append(
                say(
                    "单位「{unit}」有几份上期的数（{paths}），都没有采用。请只留一份。",
                    unit=code,
                    paths=paths,
                )
            )
            continue
        found.rows[code] = _row(code, exact[0], wanted)


def _unit(source: _Source, roster: Roster, found: FormerFigures) -> Unit | None:
    """Whose figures they are: by code, else by the exact name; None, and a notice, where that is uncertain."""
    title = unit_title(source.name, source.code)
    by_code, by_name = roster.unit(source.code), roster.by_name(source.name)
    if by_code and by_name and by_code != by_name:
        message = say("上期的「{unit}」代码和名称对着名录里两个单位，没有采用。请核对名录。", unit=title)
        found.notices.append(message)
        return None
    unit = by_code or by_name
    if unit is None:
        found.notices.append(say("上期的「{unit}」不在名录里，没有采用。", unit=title))
    elif by_code is None or by_code.name != source.name:
        now = unit_title(unit.name, unit.code)
        found.notices.append(
            say("上期的「{unit}」按名录里的「{now}」采用，请核对是不是同一单位。", unit=title, now=now)
        )
    return unit


def _row(code: str, source: _Source, wanted: Wanted) -> FormerRow:
    form = wanted.layout.form
    period = wanted.period.key(form.period)
    name = f"{form.form}-{source.edition}"
    return FormerRow(code, source.name, period, name, source.path, source.sha256, source.figures)
