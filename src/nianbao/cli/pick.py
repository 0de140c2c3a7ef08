"""`nianbao pick`: which return of a unit counts, where the office decides otherwise than the rule."""

from typing import Annotated

import typer

from nianbao.cli.console import console_of
from nianbao.cli.options import FolderOption, round_here
from nianbao.messages import mark, say
from nianbao.problems import refuse
from nianbao.rounds.picking import pick, unpick


def run(
    context: typer.Context,
    unit: Annotated[str, typer.Argument(metavar="UNIT", help=mark("单位的代码或名称。"))],
    file: Annotated[
        str,
        typer.Argument(metavar="FILE", help=mark("returned/ 里的文件，或它的 SHA-256（前 8 位以上）。")),
    ] = "",
    *,
    folder: FolderOption = None,
    undo: Annotated[bool, typer.Option("--undo", help=mark("撤销指定，照旧以最新的一份为准。"))] = False,
) -> int:
    """0; the choice is recorded."""
    here, console = round_here(folder), console_of(context)
    [named] = here.units([unit])
    if undo == bool(file):
        raise refuse(say("请写要指定的文件；要撤销指定，只写单位和 --undo。"))
    if undo:
        gone = unpick(here, named)
        told = say("已撤销对「{unit}」的指定，以最新一份可以接收的为准。", unit=named.name)
        console.result(told if gone else say("「{unit}」没有指定过。", unit=named.name))
        return 0
    checked, new = pick(here, named, file)
    told = say("「{unit}」以 {path} 为准。", unit=named.name, path=checked.path)
    console.result(
        told if new else say("「{unit}」早已指定以 {path} 为准。", unit=named.name, path=checked.path)
    )
    return 0
