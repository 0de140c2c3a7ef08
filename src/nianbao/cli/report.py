"""`nianbao report`: checked returns as published reports."""

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer

from nianbao.cli.console import Console, console_of
from nianbao.cli.options import FolderOption, round_around, round_here
from nianbao.cli.report_of import beside_former, chosen
from nianbao.frozen import frozen
from nianbao.messages import mark, say
from nianbao.problems import Problem, refuse
from nianbao.publishing.choosing import Chosen
from nianbao.publishing.pdf import require_office
from nianbao.publishing.publishing import DOCX, FORMATS, HTML, PDF, Desk, obstacles, reports_of
from nianbao.roster.units import unit_title
from nianbao.rounds.outputs import guard_output
from nianbao.rounds.rounds import Round
from nianbao.writing import save


def run(  # noqa: PLR0913 -- a command's options
    context: typer.Context,
    words: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="FILE|UNIT",
            help=mark("上报表或汇总表，或单位代码、名称；本轮单位自己的名称指汇总表。不写就是收回的每一份。"),
        ),
    ] = None,
    *,
    folder: FolderOption = None,
    output: Annotated[
        Path | None,
        typer.Option(
            "-o",
            "--output",
            metavar="FILE|DIR",
            help=mark("写到哪个文件夹，或（只有一份时）哪个 .docx、.html、.pdf；不写就放在 results/报告/。"),
        ),
    ] = None,
    draft: Annotated[
        bool,
        typer.Option(
            "--draft", help=mark("有问题、没写文字的也写，每页注明「草稿」；没写的由表中的数起草。")
        ),
    ] = False,
    previous: Annotated[
        Path | None,
        typer.Option(
            "--previous", metavar="FILE", help=mark("上一年的上报表或汇总表：文字里与上年比要用它的数。")
        ),
    ] = None,
    pdf: Annotated[bool, typer.Option("--pdf", help=mark("也写 PDF，要装有 LibreOffice。"))] = False,
) -> int:
    """1 where a return is missing or cannot be published as it is; the others are written."""
    console = console_of(context)
    here = round_here(folder) if folder is not None or not words else round_around()
    wish = _wish(here, output, draft=draft, pdf=pdf)
    returns = list(chosen(console, here, words or ()))
    if wish.file and len(returns) > 1:
        message = say("有 {count} 份报告，-o 要写文件夹。", count=len(returns))
        raise refuse(message, file=str(output))
    if previous:
        if len(returns) != 1:
            raise refuse(say("--previous 是一份报告的上一年，请写明是哪一份报告。"))
        returns = [beside_former(console, returns[0], previous)]
    if not returns:
        console.note(say("没有可以写成报告的表。请先用 nianbao check 查看收回的表。"))
    done = [one is not None and _write(console, here, one, wish) for one in returns]
    return int(not done or not all(done))


@frozen
class _Wish:
    """What is written: `file` where one is named, else into `folder`."""

    folder: Path
    formats: tuple[str, ...]
    draft: bool
    file: Path | None = None


def _wish(here: Round | None, output: Path | None, *, draft: bool, pdf: bool) -> _Wish:
    """What the options ask for. Raises OfficeError where it cannot be done."""
    ending = output.suffix.lower().removeprefix(".") if output else ""
    if output and ending in FORMATS:
        formats: tuple[str, ...] = (ending,)
    else:
        formats = (DOCX, HTML, PDF) if pdf else (DOCX, HTML)
    if PDF in formats:
        require_office()
    if output is None and here is None:
        raise refuse(say("不在一轮填报里，请用 -o 写明放在哪个文件夹。"))
    target = output or (here.reports if here else Path())
    return _Wish(target, formats, draft, target if ending in FORMATS else None)


def _write(console: Console, here: Round | None, one: Chosen, wish: _Wish) -> bool:
    """Whether the report was written; what keeps it from being so is told."""
    desk = Desk(one.layout, here.folder if here else None, draft=wish.draft)
    name = unit_title(one.checked.unit_name, one.checked.unit_code)
    problems = list(obstacles(desk, one.checked, one.former))
    if problems:
        for problem in problems:
            console.problem(Problem(say("{unit}：{problem}", unit=name, problem=problem)))
        console.note(say("「{unit}」没有写成报告。请改正后再试；要先看样子，加 --draft。", unit=name))
        return False
    _save(console, here, one, wish, desk)
    return True


def _save(console: Console, here: Round | None, one: Chosen, wish: _Wish, desk: Desk) -> None:
    """Each document in its place, all of them made before the first is written."""
    made = reports_of(desk, one.checked, one.former, wish.formats)
    paths = {ending: wish.file or wish.folder / f"{made.stem}.{ending}" for ending in made.documents}
    _guard(here, one, list(paths.values()))
    for ending, path in paths.items():
        save(path, made.documents[ending])
        console.result(str(path))


def _guard(here: Round | None, one: Chosen, paths: Sequence[Path]) -> None:
    for path in paths:
        guard_output(path, [Path(one.checked.path)], here=here, ending=path.suffix.lower())
