"""`nianbao merge`: the county workbook from what was returned."""

import os
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from nianbao.aside import by_itself
from nianbao.cli.console import Console, console_of
from nianbao.cli.examining import examined
from nianbao.cli.options import ClusterOption, FolderOption, JobsOption, JsonOption, crew_from, round_here
from nianbao.messages import Message, mark, say
from nianbao.reports.document import merge_document, reasons
from nianbao.reports.text import lacking, summary
from nianbao.returned.parts import alone
from nianbao.returned.review import Review
from nianbao.rounds.examining import Examining, guard_ledger
from nianbao.rounds.outputs import guard_output
from nianbao.rounds.rounds import Round
from nianbao.rounds.sheet_password import sheet_password
from nianbao.titles import code_named

if TYPE_CHECKING:
    from nianbao.county.consolidating import County


def run(  # noqa: PLR0913 -- a command's options
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
    jobs: JobsOption = "",
    cluster: ClusterOption = None,
) -> int:
    """1 while units are missing; then the workbook is written only where `--partial` asks for it."""
    here, console = round_here(folder), console_of(context)
    path = output or here.county_path
    guard_output(path, here=here)
    password = sheet_password(os.environ, key=here.settings.key)
    guard_ledger(here)
    wanted = Examining(crew=crew_from(jobs, cluster), texts_of=here.settings.unit_sheets)
    found = examined(console, here, wanted)
    county: County | None = None
    if found.counted and (partial or not found.missing):
        guard_output(path, (Path(checked.path) for checked in found.files), here=here)
        from nianbao.county.consolidating import consolidate  # noqa: PLC0415 -- the writers where something is merged

        with by_itself(wanted=wanted.crew is alone):
            county = consolidate(here, found, path, password=password)
    if json:
        console.document(merge_document(found, county, language=console.language))
    else:
        _tell(console, found)
        console.note(_unmerged(here, found)) if county is None else console.result(_merged(county, found))
    return int(bool(found.missing))


def _tell(console: Console, found: Review) -> None:
    """What was left out, and the sums."""
    counted = {checked.path for checked in found.counted.values()}
    for checked in found.files:
        if checked.path not in counted:
            codes = console.listed(code_named(code).text(console.language) for code in reasons(checked))
            console.note(say("未计入：{path}：{codes}", path=checked.path, codes=codes))
    for line in (*lacking(found.files, found.missing), *summary(found.files, found.missing)):
        console.note(line)


def _merged(county: "County", found: Review) -> Message:
    """Where the workbook is, and what it lacks."""
    if found.missing:
        return say(
            "汇总表：{path}（{units} 个单位，不完整，还缺 {missing} 个）",
            path=county.path,
            units=county.units,
            missing=len(found.missing),
        )
    return say("汇总表：{path}（{units} 个单位）", path=county.path, units=county.units)


def _unmerged(here: Round, found: Review) -> Message:
    """Why there is no workbook, and what to do."""
    if found.counted:
        return say("没有汇总。请催报、退改后再试；要先汇总已有的，加 --partial。")
    if found.files:
        return say("没有汇总：收回的表没有一份可以接收。请用 nianbao check 查看问题，退回改正后再试。")
    return say("没有汇总：{folder} 里还没有收回的表。请把收回的表放进去再试。", folder=here.returned)
