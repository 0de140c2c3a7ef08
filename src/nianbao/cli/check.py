"""`nianbao check`: returned files read, and what is wrong with them said."""

from pathlib import Path
from typing import Annotated

import typer

from nianbao.cli.console import Console, console_of
from nianbao.cli.examining import UNWRITTEN, examined, examined_outside
from nianbao.cli.options import (
    ClusterOption,
    FolderOption,
    JobsOption,
    JsonOption,
    crew_from,
    round_around,
    round_here,
)
from nianbao.cli.unchecked import unchecked
from nianbao.gathering.addresses import place
from nianbao.messages import mark, say
from nianbao.problems import refuse
from nianbao.reports.document import check_document
from nianbao.reports.text import report
from nianbao.returned.returns import REJECTED
from nianbao.returned.review import Review
from nianbao.rounds.examining import Examining
from nianbao.rounds.outputs import guard_output, guard_outputs
from nianbao.rounds.rounds import Round
from nianbao.wrapping import hanging
from nianbao.writing import save


def run(  # noqa: PLR0913 -- a command's options
    context: typer.Context,
    paths: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="PATH",
            help=mark(
                "要审核的文件、文件夹、.zip 或地址（s3://…）；不写就审核 returned/，并列出未报的单位。"
            ),
        ),
    ] = None,
    *,
    folder: FolderOption = None,
    json: JsonOption = False,
    xlsx: Annotated[
        Path | None, typer.Option("--xlsx", metavar="FILE", help=mark("把问题清单另存成一份表格。"))
    ] = None,
    annotate: Annotated[
        Path | None,
        typer.Option(
            "--annotate", metavar="DIR", help=mark("给有问题的表各写一份退回用的：标出错处，附审核意见。")
        ),
    ] = None,
    form: Annotated[
        str, typer.Option("--form", metavar=mark("报表"), help=mark("不在一轮填报里时，按这张报表审核。"))
    ] = "",
    jobs: JobsOption = "",
    cluster: ClusterOption = None,
) -> int:
    """1 where a file is rejected or a unit missing."""
    here = round_here(folder) if folder is not None or not paths else round_around()
    if here and form:
        raise refuse(say("在一轮填报里审核，报表由 nianbao.toml 定，不能再用 --form。"))
    console, places = console_of(context), list(map(place, paths or ()))
    if xlsx:
        guard_output(xlsx, (path for path in places if isinstance(path, Path)), here=here)
    if annotate:
        guard_outputs(annotate, (), (str(path) for path in places if isinstance(path, Path)), here=here)
    wanted = Examining(places, crew_from(jobs, cluster))
    found = _examined(console, here, wanted, form=form)
    if xlsx:
        guard_output(xlsx, (Path(checked.path) for checked in found.files), here=here)
        _write_list(xlsx, found, console)
    if annotate:
        from nianbao.cli.annotating import write_answers  # noqa: PLC0415 -- the writers only where they are wanted

        write_answers(console, annotate, here, places, found, form=form)
    show(console, found, json=json)
    lacking = None if json else unchecked(here, found.files)
    if lacking:
        console.result("")
        for line in hanging(lacking.text(console.language), console.columns):
            console.result(line)
    return int(bool(found.missing) or any(checked.status == REJECTED for checked in found.files))


def _examined(console: Console, here: Round | None, wanted: Examining, *, form: str) -> Review:
    """The files as the round or, outside one, they themselves say."""
    if here is None:
        return examined_outside(console, wanted, form=form)
    return examined(console, here, wanted, able=UNWRITTEN)


def show(console: Console, found: Review, *, json: bool) -> None:
    """The report, for a script or for people."""
    if json:
        console.document(check_document(found.files, found.missing, language=console.language))
        return
    lines = report(
        found.files, found.missing, language=console.language, columns=console.columns, paint=console.paint
    )
    for line in lines:
        console.result(line)


def _write_list(path: Path, found: Review, console: Console) -> None:
    """The findings as a workbook."""
    from nianbao.reports.findings_list import findings_workbook  # noqa: PLC0415 -- XlsxWriter only where it is wanted

    save(path, findings_workbook(found.files, found.missing, language=console.language))
    console.note(say("问题清单：{path}", path=path))
