"""`nianbao log`: what the ledger tells of a unit, or of the round."""

from typing import Annotated

import typer

from nianbao.cli.console import console_of
from nianbao.cli.options import FolderOption, JsonOption, round_here
from nianbao.messages import mark, say
from nianbao.reports.story import story_document, story_lines


def run(
    context: typer.Context,
    unit: Annotated[str, typer.Argument(metavar="UNIT", help=mark("单位的代码或名称；不写就看整轮。"))] = "",
    *,
    folder: FolderOption = None,
    json: JsonOption = False,
) -> int:
    """0."""
    from nianbao.ledger.book import Book  # noqa: PLC0415 -- SQLite where it is used
    from nianbao.ledger.story import story  # noqa: PLC0415 -- as above

    here, console = round_here(folder), console_of(context)
    named = here.units([unit])[0] if unit else None
    with Book(here.ledger_path) as book:
        events = story(book, named.code if named else "")
    if json:
        console.document(story_document(named, events))
        return 0
    for line in story_lines(here.roster, events, whole=named is None):
        console.result(line)
    if not events:
        console.result(say("台账里还没有记录。"))
    return 0
