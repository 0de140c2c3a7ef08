"""`nianbao merge`: the county workbook from what was returned."""

from pathlib import Path
from typing import Annotated

import typer

from nianbao.cli.blank import sheet_password
from nianbao.cli.check import examined
from nianbao.cli.console import Console, console_of
from nianbao.cli.options import FolderOption, JsonOption, round_here
from nianbao.county.consolidating import County, consolidate
from nianbao.messages import mark, say
from nianbao.reports.document import merge_document, reasons
from nianbao.reports.text import summary
from nianbao.returned.review import Review
from nianbao.rounds.outputs import guard_output


def run(
    context: typer.Context,
    *,
    folder: FolderOption = None,
    output: Annotated[
        Path | None,
        typer.Option("-o", "--output", metavar="FILE", help=mark("汇总表写到哪里；不写就放在 results/。")),
    ] = None,
    partial: Annotated[
        bool, typer.Option("--partial", help=mark("还有单位未报也汇总，每张表上注明「不完整」。"))
    ] = False,
    json: JsonOption = False,
) -> int:
    """1 while units are missing; then the workbook is written only where `--partial` asks for it."""
    here, console = round_here(folder), console_of(context)
    path = output or here.county_path
    guard_output(path, here=here)
    found = examined(console, here, [])
    county: County | None = None
    if found.counted and (partial or not found.missing):
        guard_output(path, (Path(checked.path) for checked in found.files), here=here)
        county = consolidate(here, found, path, password=sheet_password(here.settings.key))
    if json:
        console.document(merge_document(found, county, language=console.language))
    else:
        _tell(console, found, county)
    return int(bool(found.missing))


def _tell(console: Console, found: Review, county: County | None) -> None:
    """What was left out, and where the workbook is or why there is none."""
    counted = {checked.path for checked in found.counted.values()}
    for checked in found.files:
        if checked.path in counted:
            continue
        console.note(say("未计入：{path}（{codes}）", path=checked.path, codes="、".join(reasons(checked))))
    for unit in found.missing:
        console.note(say("没有可以汇总的表：{name}（{code}）", name=unit.name, code=unit.code))
    for line in summary(found.files, found.missing):
        console.note(line)
    if county is None:
        console.note(say("没有汇总。请催报、退改后再试；要先汇总已有的，加 --partial。"))
        return
    console.result(say("汇总表：{path}（{units} 个单位）", path=county.path, units=county.units))
