"""The options that several commands have, and the round that a command works in."""

import os
from pathlib import Path
from typing import Annotated

import typer

from nianbao.messages import mark, say
from nianbao.problems import refuse
from nianbao.returned.parts import Crew, as_it_pays, cluster_at, crew_of
from nianbao.rounds.rounds import Round, find_round, open_round

FolderOption = Annotated[
    Path | None, typer.Option("-C", metavar="DIR", help=mark("这一轮填报的文件夹；不写就用当前文件夹。"))
]
JsonOption = Annotated[bool, typer.Option("--json", help=mark("输出一份 JSON，供程序使用。"))]

JobsOption = Annotated[
    str, typer.Option("--jobs", metavar="N", help=mark("同时用几个进程读文件；不写就自动，1 为不分。"))
]
ClusterOption = Annotated[
    str | None,
    typer.Option(
        "--cluster",
        metavar="ADDRESS",
        help=mark("由 Dask 集群读文件，如 tcp://主机:8786；表放在共享文件夹。"),
    ),
]
GoOption = Annotated[bool, typer.Option("--go", help=mark("真的发出；不写只列出并写成文件，不发。"))]
OnlyOption = Annotated[
    list[str] | None,
    typer.Option(
        "--only", metavar="UNIT", help=mark("只给这些单位（代码或名称）；可以写几次，或用逗号隔开。")
    ),
]
ResendOption = Annotated[
    bool,
    typer.Option(
        "--resend",
        help=mark("内容已变、不确定、被退回的再发一次；用 --only 指明的单位，发过的也再发。"),
    ),
]
MOST_JOBS = 64


def crew_from(jobs: str, cluster: str | None = None) -> Crew:
    """Who reads, by `--jobs` or `--cluster`. Raises OfficeError for both, and for what is no number or no address."""
    if cluster is not None and not cluster.strip():
        raise refuse(say("--cluster 后面没有地址。请写上，如 tcp://主机:8786；不用集群就去掉 --cluster。"))
    if jobs and cluster:
        raise refuse(say("--jobs 是本机的进程数，不能与 --cluster 同用。"))
    if cluster:
        return cluster_at(cluster)
    if not jobs:
        return as_it_pays
    if not (jobs.isascii() and jobs.isdigit() and 1 <= int(jobs[:9]) <= MOST_JOBS):
        raise refuse(say("--jobs 后面要写 1-{most} 的整数，不是「{word}」。", most=MOST_JOBS, word=jobs))
    return crew_of(int(jobs))


def round_here(folder: Path | None) -> Round:
    """The round of `-C`, else the one that the working folder is in. Raises OfficeError where there is none."""
    if folder is not None:
        return open_round(folder)
    here = round_around()
    if here is None:
        raise refuse(
            say("当前文件夹不在一轮填报里。请进入那个文件夹，用 -C 指明，或用 nianbao init 建立一轮。")
        )
    return here


def round_around() -> Round | None:
    """The round that the working folder is in, its paths as seen from there."""
    found = find_round(Path.cwd())
    return open_round(Path(os.path.relpath(found))) if found else None


def round_of(path: Path) -> Round | None:
    """The round that a file lies in."""
    found = find_round(path.resolve().parent)
    return open_round(found) if found else None
