"""`nianbao status`: how far every unit has come."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Annotated

import typer

from nianbao.cli.console import Console, console_of
from nianbao.cli.examining import ANY, examined
from nianbao.cli.options import FolderOption, JobsOption, JsonOption, crew_from, round_here
from nianbao.cli.unchecked import unchecked
from nianbao.ledger.faults import LedgerError
from nianbao.messages import Message, mark, say
from nianbao.reports.progress import came_back, columns_for, progress_sums
from nianbao.reports.progress_document import status_document
from nianbao.returned.returns import SUPERSEDED, Checked
from nianbao.returned.review import Review
from nianbao.rounds.examining import Examining
from nianbao.rounds.following import (
    NO_RECORDS,
    Followed,
    Records,
    days_left,
    deadline_words,
    follow,
    records_of,
)
from nianbao.rounds.outputs import guard_output
from nianbao.rounds.rounds import Round
from nianbao.wrapping import columned, hanging, visible
from nianbao.writing import save


def run(
    context: typer.Context,
    *,
    folder: FolderOption = None,
    json: JsonOption = False,
    xlsx: Annotated[
        Path | None,
        typer.Option("--xlsx", metavar="FILE", help=mark("把报送情况另存成一份表格，可以打印张贴。")),
    ] = None,
    jobs: JobsOption = "",
) -> int:
    """1 while a unit has no acceptable return."""
    here = round_here(folder)
    console = console_of(context)
    if xlsx:
        guard_output(xlsx, here=here)
    found = examined(console, here, Examining(crew=crew_from(jobs)), able=ANY)
    units = follow(here, found, _records(here))
    if xlsx:
        guard_output(xlsx, (Path(checked.path) for checked in found.files), here=here)
        _write_list(xlsx, here, units, console)
    if json:
        console.document(status_document(here, units))
    else:
        _show(console, here, found, units)
    return int(bool(found.missing))


def _records(here: Round) -> Records:
    """What the ledger knows; nothing where it cannot be read, which was said before."""
    try:
        return records_of(here)
    except LedgerError:
        return NO_RECORDS


def _show(console: Console, here: Round, found: Review, units: Sequence[Followed]) -> None:
    for line in columned(_rows(units, console)):
        console.result(line)
    lacking = unchecked(here, ())
    for text in (*_ends(here, found, units), *([lacking] if lacking else [])):
        console.result("")
        for line in hanging(visible(text.text(console.language)), console.columns):
            console.result(line)


def _rows(units: Sequence[Followed], console: Console) -> Iterator[list[str]]:
    """A heading, and a row for each unit; of several files each has a line."""
    columns = columns_for(units, listed=False)
    yield [*(console.words(column.heading) for column in columns), console.words(mark("文件"))]
    for unit in units:
        first, *others = [_file(file, console) for file in unit.progress.files] or ["-"]
        yield [*(column.text(unit, console.language) for column in columns), first]
        yield from ([*("" for _ in columns), other] for other in others)


def _file(file: Checked, console: Console) -> str:
    """Where the file is; whether another one counts instead."""
    path = visible(file.path).replace("\n", "\\n")
    if not file.superseded:
        return path
    return say("{path}（{status}）", path=path, status=console.words(SUPERSEDED)).text(console.language)


def _ends(here: Round, found: Review, units: Sequence[Followed]) -> Iterator[Message]:
    """The sums, the deadline, mail that came back, and files that belong to no unit."""
    yield progress_sums(units)
    yield from _deadline(here)
    yield from came_back(units)
    known = {file.path for unit in units for file in unit.progress.files}
    strays = [file.path for file in found.files if file.path not in known]
    if strays:
        paths = "、".join(path.replace("\n", "\\n") for path in strays)
        yield say("对不上单位的文件 {count} 个：{paths}", count=len(strays), paths=paths)


def _deadline(here: Round) -> Iterator[Message]:
    """How long it is until the units' deadline, where the round has one."""
    deadline = here.settings.mail.deadline
    left = days_left(deadline)
    if deadline is not None and left is not None:
        yield deadline_words(deadline, left)


def _write_list(path: Path, here: Round, units: Sequence[Followed], console: Console) -> None:
    """The progress as a workbook."""
    from nianbao.reports.progress_list import progress_workbook  # noqa: PLC0415 -- XlsxWriter only where it is wanted

    save(path, progress_workbook(here, units, [*_deadline(here)], language=console.language))
    console.note(say("报送情况表：{path}", path=path))
