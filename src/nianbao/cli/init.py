"""`nianbao init`: a round made in a folder."""

from pathlib import Path
from typing import Annotated

import typer

from nianbao.cli.console import console_of
from nianbao.kinds import GOVERNMENTS, UnitKind
from nianbao.layout.shelf import DEFAULT_FORM, form_for
from nianbao.messages import mark, say
from nianbao.problems import did_you_mean, refuse
from nianbao.rounds.new_round import create_round


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
    year: Annotated[int, typer.Option(parser=_number, metavar=mark("年"), help=mark("报告年度，如 2025。"))],
    name: Annotated[str, typer.Option(metavar=mark("名称"), help=mark("汇总单位的名称，如 示例县。"))],
    roster: Annotated[Path, typer.Option(metavar="FILE", help=mark("单位名录，.csv 或 .xlsx。"))],
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
) -> int:
    """The round made, and what to do next said."""
    made = create_round(
        folder,
        name=name,
        year=year,
        part=part,
        roster_path=roster,
        form=form or form_for(DEFAULT_FORM, year),
        level=level,
        code=code,
    )
    console_of(context).result(
        say(
            "已建立：{folder}（{name}，{period}，{form}，{units} 个单位）",
            folder=folder,
            name=name,
            period=made.period.label(made.layout.form.period),
            form=made.layout.form.name,
            units=len(made.roster.units),
        )
    )
    console_of(context).note(say("下一步：nianbao blank -C {folder} 生成空白表。", folder=folder))
    return 0
