"""`nianbao log`: what the ledger tells of a unit, or of the round."""

from pathlib import Path
from typing import Annotated

import typer

from nianbao.cli.console import Console, console_of
from nianbao.cli.options import FolderOption, JsonOption, round_here
from nianbao.messages import mark, say
from nianbao.problems import refuse
from nianbao.reports.story import story_document, story_lines


def run(
    context: typer.Context,
    unit: Annotated[str, typer.Argument(metavar="UNIT", help=mark("单位的代码或名称；不写就看整轮。"))] = "",
    *,
    folder: FolderOption = None,
    save: Annotated[
        Path | None,
        typer.Option(
            "--save", metavar="DIR", help=mark("把台账里存着的这个单位的文件写到这个文件夹；不改已有的文件。")
        ),
    ] = None,
    json: JsonOption = False,
) -> int:
    """0. Raises OfficeError where files are to be saved and no unit is named."""
    from nianbao.ledger.book import Book  # noqa: PLC0415 -- SQLite where it is used
    from nianbao.ledger.story import story  # noqa: PLC0415 -- as above
    from nianbao.rounds.keepsakes import save_kept  # noqa: PLC0415 -- as above

    here, console = round_here(folder), console_of(context)
    named = here.units([unit])[0] if unit else None
    if save and named is None:
        raise refuse(say("--save 要写明单位，如 nianbao log 东河镇 --save 文件夹。"))
    with Book(here.ledger_path) as book:
        events = story(book, named.code if named else "")
        if save and named:
            _tell_saved(console, save_kept(here, book, named, save), save)
    if json:
        console.document(story_document(named, events))
        return 0
    for line in story_lines(here.roster, events, whole=named is None):
        console.result(line)
    if not events:
        console.result(say("台账里还没有记录。"))
    return 0


def _tell_saved(console: Console, files: list[tuple[Path, bool]], folder: Path) -> None:
    """What was written, beside the story."""
    new = [path for path, is_new in files if is_new]
    if not files:
        console.note(say("台账里没有存着这个单位的文件。"))
        return
    console.note(
        say(
            "写出 {count} 份文件到 {folder}；{same} 份已经在那里。",
            count=len(new),
            folder=str(folder),
            same=len(files) - len(new),
        )
    )
