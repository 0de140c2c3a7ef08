"""`nianbao intake`: published reports read, and made workbooks of."""

from pathlib import Path
from typing import Annotated

import typer

from nianbao.cli.console import Console, console_of
from nianbao.cli.options import FolderOption, JsonOption, round_around, round_here
from nianbao.cli.refusals import refusal
from nianbao.intake.outcome import Outcome
from nianbao.intake.sender import kind_of, made_up, unit_named
from nianbao.intake.taking import Desk, Taken, take_in
from nianbao.kinds import UnitKind
from nianbao.messages import mark, say
from nianbao.opening.grid import Limits
from nianbao.problems import OfficeError, Problem, refuse
from nianbao.reading import read_whole
from nianbao.reports.taken import intake_document
from nianbao.reports.text import report
from nianbao.returned.returns import REJECTED
from nianbao.roster.units import KIND_WORDS, Unit, kind_fault, word_key
from nianbao.rounds.blanks import Blanks
from nianbao.rounds.outputs import guard_output
from nianbao.rounds.rounds import Round
from nianbao.writing import save

WORKBOOK = ".xlsx"


def run(  # noqa: PLR0913 -- a command's options
    context: typer.Context,
    files: Annotated[
        list[Path],
        typer.Argument(metavar="FILE", help=mark("公开的或起草中的报告：.docx、.html、.pdf、.txt 或表格。")),
    ],
    *,
    output: Annotated[
        Path | None,
        typer.Option(
            "-o", "--output", metavar="PATH", help=mark("填好的表写到哪里：一个 .xlsx 文件，或一个文件夹。")
        ),
    ] = None,
    folder: FolderOption = None,
    json: JsonOption = False,
    year: Annotated[str, typer.Option(metavar=mark("年"), help=mark("报告年度；不写就照报告的标题。"))] = "",
    unit: Annotated[
        str,
        typer.Option(
            metavar=mark("单位"), help=mark("填报单位的名称，在一轮填报里也可以写代码；不写就照报告的标题。")
        ),
    ] = "",
    kind: Annotated[
        str, typer.Option(metavar=mark("类型"), help=mark("填报单位的类型，如 town；不写就看名称。"))
    ] = "",
) -> int:
    """1 where something is wrong or was not read, 2 where a file cannot be read at all."""
    console = console_of(context)
    here = round_here(folder) if folder is not None else round_around()
    _refuse_mixed(files, output, unit)
    desk = _desk(here, year=year, unit=unit, kind=kind)
    places = _places(files, output)
    for place in places.values():
        guard_output(place, files, here=here, into_returned=True)
    taken, refused = _taken(files, desk)
    written = _write(taken, places)
    _tell_kinds(console, taken, known=bool(here or kind))
    if taken or not refused:
        _show(console, taken, written, json=json)
    if refused:
        raise OfficeError(refused)
    if any(one.outcome is None for one in taken):
        return 2
    return int(any(one.checked.status == REJECTED for one in taken))


def _taken(files: list[Path], desk: Desk) -> tuple[list[Taken], list[Problem]]:
    """The reports that could be taken in, and what is to be said of the others: one stops none of the rest."""
    taken: list[Taken] = []
    refused: list[Problem] = []
    for path in files:
        try:
            taken.append(take_in(read_whole(path, most=Limits().file), str(path), desk))
        except OfficeError as error:
            refused += error.problems
        except OSError as error:
            refused.append(Problem(refusal(error)))
    return taken, refused


def _refuse_mixed(files: list[Path], output: Path | None, unit: str) -> None:
    """Nothing, or OfficeError for options that one report alone can have."""
    if len(files) > 1 and unit:
        raise refuse(say("--unit 只能用于一份报告。"))
    if len(files) > 1 and output and output.suffix.lower() == WORKBOOK and not output.is_dir():
        raise refuse(say("有几份报告，-o 后面要写文件夹。"), file=str(output))


def _desk(here: Round | None, *, year: str, unit: str, kind: str) -> Desk:
    """What the reports are taken in with."""
    known = KIND_WORDS.get(word_key(kind)) if kind else None
    if kind and known is None:
        raise refuse(kind_fault(kind))
    number = _year(year) if year else None
    if here is None:
        return Desk(lambda outcome: _unlisted(outcome, unit, known), number)

    def listed(outcome: Outcome) -> Unit | None:
        return here.units([unit])[0] if unit else unit_named(outcome.naming.unit, here.roster)

    blanks = Blanks(here)
    return Desk(
        listed, number, expectation=here.expectation(), blank_of=blanks.of, limits=here.settings.limits
    )


def _unlisted(outcome: Outcome, name: str, kind: UnitKind | None) -> Unit:
    return made_up(name or outcome.naming.unit, kind)


def _year(word: str) -> int:
    if not (word.isascii() and word.isdigit() and len(word) == 4):
        raise refuse(say("年度要写四位数字，如 --year 2025，不是「{word}」。", word=word))
    return int(word)


def _places(files: list[Path], output: Path | None) -> dict[str, Path]:
    """Where each report's workbook goes."""
    if output is None:
        return {}
    if output.suffix.lower() == WORKBOOK and not output.is_dir():
        return {str(files[0]): output}
    places: dict[str, Path] = {}
    for path in files:
        place = output / f"{path.stem}{WORKBOOK}"
        places[str(path)] = place if place not in places.values() else output / f"{path.name}{WORKBOOK}"
    return places


def _write(taken: list[Taken], places: dict[str, Path]) -> dict[str, str]:
    """The workbooks written; their paths by the reports'."""
    written = {}
    for one in taken:
        place = places.get(one.checked.path)
        if place and one.workbook:
            place.parent.mkdir(parents=True, exist_ok=True)
            save(place, one.workbook)
            written[one.checked.path] = place.as_posix()
    return written


def _tell_kinds(console: Console, taken: list[Taken], *, known: bool) -> None:
    """Of whom it is not known what they are."""
    for one in taken:
        name = one.checked.unit_name
        if not known and one.outcome and kind_of(name) is None:
            console.note(
                say(
                    "从名称看不出「{unit}」是哪一类单位，只作了各类单位共同的校验；可用 --kind 指明。",
                    unit=name,
                )
            )


def _show(console: Console, taken: list[Taken], written: dict[str, str], *, json: bool) -> None:
    if json:
        console.document(intake_document(taken, written, language=console.language))
        return
    checked = [one.checked for one in taken]
    for line in report(checked, (), language=console.language, columns=console.columns, paint=console.paint):
        console.result(line)
    for path in written.values():
        console.result(path)
