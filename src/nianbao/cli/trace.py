"""`nianbao trace`: a figure of the county workbook, with every unit's figure, file and cell."""

from typing import Annotated

import typer

from nianbao.cli.console import console_of
from nianbao.cli.options import FolderOption, JsonOption, round_here
from nianbao.layout.places import Layout
from nianbao.messages import mark, say
from nianbao.problems import did_you_mean, refuse
from nianbao.reports.tracing import trace_document, trace_rows, trace_title
from nianbao.wrapping import columned


def run(
    context: typer.Context,
    key: Annotated[str, typer.Argument(metavar="ID", help=mark("汇总表里一个数的编号，如 t3.new.natural。"))],
    *,
    folder: FolderOption = None,
    json: JsonOption = False,
) -> int:
    """0; 2 where nothing was merged."""
    from nianbao.ledger.book import Book  # noqa: PLC0415 -- SQLite where it is used
    from nianbao.ledger.tracing import trace  # noqa: PLC0415 -- as above

    here, console = round_here(folder), console_of(context)
    placed = _placed_there(here.layout, key)
    if len(placed) > 1:
        found = [here.layout.places[one] for one in placed]
        example = f"{found[0].sheet}!{found[0].address}"
        places = console.listed(f"「{place.sheet}」{place.address}" for place in found)
        raise refuse(
            say(
                "几张表里都有 {word}：{places}。请连工作表的名称一起写，如 {example}。",
                word=key,
                places=places,
                example=example,
            )
        )
    key = placed[0] if placed else key
    if key not in here.layout.form.fields:
        hint = did_you_mean(key, here.layout.form.fields)
        raise refuse(
            say("报表里没有编号「{word}」（编号用 nianbao forms show 查看）{hint}", word=key, hint=hint)
        )
    with Book(here.ledger_path) as book:
        traced = trace(book, key)
    if traced is None:
        raise refuse(say("台账里还没有这个数的汇总。请先用 nianbao merge 汇总。"))
    if json:
        console.document(trace_document(here.layout, key, traced))
        return 0
    console.result(trace_title(here.layout, key, traced))
    rows = trace_rows(here.layout, key, traced)
    for line in columned([console.words(cell) if cell else "" for cell in row] for row in rows):
        console.result(line)
    return 0


def _placed_there(layout: Layout, word: str) -> list[str]:
    """The ids of the figures at an address (三、依申请公开!D6): none where it is that of something else."""
    sheet, _, address = word.rpartition("!")
    return [
        key
        for key in layout.form.fields
        if layout.places[key].address == address.upper() and sheet in {"", layout.places[key].sheet}
    ]
