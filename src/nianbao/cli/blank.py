"""`nianbao blank`: a locked workbook for each unit of the round."""

import os
from typing import Annotated

import typer

from nianbao.cli.console import console_of
from nianbao.cli.options import FolderOption, round_here
from nianbao.messages import mark, say
from nianbao.rounds.blanks import Blanks
from nianbao.rounds.rounds import Round
from nianbao.rounds.sheet_password import sheet_password
from nianbao.writing import save_all


def run(
    context: typer.Context,
    units: Annotated[
        list[str] | None,
        typer.Argument(metavar="UNIT", help=mark("只生成这些单位的（代码或名称）；不写就是全部。")),
    ] = None,
    *,
    folder: FolderOption = None,
) -> int:
    """Every blank written that is not there as it should be."""
    here, console = round_here(folder), console_of(context)
    wanted = here.units(units) if units else here.roster.units
    made = Blanks(here, sheet_password(os.environ, key=here.settings.key))
    blanks = ((here.blank_path(unit), made.of(unit)) for unit in wanted)
    changed = 0
    with console.progress(say("生成空白表")) as tell:
        for number, written in enumerate(save_all(blanks), start=1):
            changed += written
            tell(number)
    text = say(
        "空白表 {count} 份，在 {folder}：新写 {changed} 份，其余没有变。",
        count=len(wanted),
        folder=here.blank_folder,
        changed=changed,
    )
    console.result(text)
    strangers = _strangers(here)
    if strangers:
        console.note(
            say(
                "{folder} 里还有不是本轮名录的文件，发表时请留意：{names}",
                folder=here.blank_folder,
                names="、".join(strangers),
            )
        )
    return 0


def _strangers(here: Round) -> list[str]:
    """Workbooks among the blanks that belong to no unit of the roster: of a unit renamed or dropped."""
    own = {here.blank_path(unit) for unit in here.roster.units}
    return sorted(path.name for path in here.blank_folder.glob("[!.~]*.xlsx") if path not in own)
