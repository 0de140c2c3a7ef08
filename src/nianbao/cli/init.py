"""`nianbao init`: a round made in a folder."""

from pathlib import Path
from typing import Annotated

import typer

from nianbao.cli.console import Console, console_of
from nianbao.cli.unchecked import listed
from nianbao.kinds import GOVERNMENTS, UnitKind
from nianbao.layout.shelf import DEFAULT_FORM, form_for
from nianbao.messages import mark, say
from nianbao.problems import did_you_mean, refuse
from nianbao.rounds.former_file import FORMER_FILE
from nianbao.rounds.new_round import create_round, know_former
from nianbao.rounds.rounds import Round
from nianbao.rounds.settings import SETTINGS_FILE


def _level(word: str) -> UnitKind:
    """The level named. Raises OfficeError for any other word."""
    if word in GOVERNMENTS:
        return UnitKind(word)
    known = "、".join(f"{kind}（{kind.label}）" for kind in GOVERNMENTS)
    hint = did_you_mean(word, GOVERNMENTS)
    raise refuse(say("--level 要写 {known} 之一，不是「{word}」{hint}", known=known, word=word, hint=hint))


def _number(word: str | int) -> int:
    """The number written; the option's default comes through as it is. Raises OfficeError for anything else."""
    text = str(word)
    if not (text.isascii() and text.isdigit() and len(text) <= 4):
        raise refuse(say("年度和期别要写数字，如 --year 2025，不是「{word}」。", word=text))
    return int(text)


def run(  # noqa: PLR0913 -- a command's options
    context: typer.Context,
    folder: Annotated[
        Path, typer.Argument(metavar="DIR", help=mark("新建的文件夹，一轮填报的东西都在里面。"))
    ],
    *,
    year: Annotated[
        int, typer.Option(parser=_number, metavar=mark("年"), help=mark("报告年度，如 2025。"))
    ] = 0,
    name: Annotated[str, typer.Option(metavar=mark("名称"), help=mark("汇总单位的名称，如 示例县。"))] = "",
    roster: Annotated[
        Path | None, typer.Option(metavar="FILE", help=mark("单位名录，.csv 或 .xlsx。"))
    ] = None,
    form: Annotated[
        str,
        typer.Option(
            metavar=mark("报表"), help=mark("报表名称或定义文件；不写就按年度选用政府信息公开年报。")
        ),
    ] = "",
    part: Annotated[
        int, typer.Option(parser=_number, metavar=mark("期"), help=mark("月报填月份，季报填季度。"))
    ] = 0,
    level: Annotated[
        UnitKind,
        typer.Option(
            parser=_level,
            metavar="LEVEL",
            help=mark("本级：county 县级（不写就是它）、city 市级、province 省级。"),
        ),
    ] = UnitKind.COUNTY,
    code: Annotated[str, typer.Option(metavar=mark("代码"), help=mark("本单位在上一级名录里的代码。"))] = "",
    previous: Annotated[
        Path | None,
        typer.Option(
            metavar="PATH",
            help=mark(
                "上一年的数：上一年那一轮的文件夹，收回的表或公开的报告所在的文件夹，或上一年的汇总表。"
            ),
        ),
    ] = None,
) -> int:
    """The round made, and what to do next said; a round that is there only gets the figures of last year."""
    console = console_of(context)
    if previous and (folder / SETTINGS_FILE).is_file():
        if year or name or roster or form or part or code:
            raise refuse(
                say("这里已经有一轮填报，只能用 --previous 补上或换掉上一年的数，其他选项请不要写。"),
                file=str(folder),
            )
        _tell_former(know_former(folder, previous, console.note), console)
        return 0
    if not year or not name or roster is None:
        given = {"--year": year, "--name": name, "--roster": roster}
        raise refuse(
            say("还要写：{options}", options="、".join(key for key, value in given.items() if not value))
        )
    made = create_round(
        folder,
        name=name,
        year=year,
        part=part,
        roster_path=roster,
        form=form or form_for(DEFAULT_FORM, year),
        level=level,
        code=code,
        former=previous,
        tell=console.note,
    )
    console.result(
        say(
            "已建立：{folder}（{name}，{period}，{form}，{units} 个单位）",
            folder=folder,
            name=name,
            period=made.period.label(made.layout.form.period),
            form=made.layout.form.name,
            units=len(made.roster.units),
        )
    )
    if previous:
        _tell_former(made, console)
    console.note(say("下一步：nianbao blank -C {folder} 生成空白表。", folder=folder))
    return 0


def _tell_former(here: Round, console: Console) -> None:
    """Of how many units last year is known, and of which it is not."""
    lacking = [unit.name for unit in here.roster.units if here.former.of(unit.code) is None]
    console.result(
        say(
            "知道上一期数的单位 {known} 个，共 {units} 个，存在 {file}。",
            known=len(here.roster.units) - len(lacking),
            units=len(here.roster.units),
            file=here.folder / FORMER_FILE,
        )
    )
    if lacking:
        console.note(say("没有上一期数的单位：{names}", names=listed(lacking)))
