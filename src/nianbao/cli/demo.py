"""`nianbao demo`: the whole round on the sample county."""

from pathlib import Path
from typing import Annotated

import typer

from nianbao.cli.console import console_of
from nianbao.demo.story import run_demo
from nianbao.messages import mark


def run(
    context: typer.Context,
    folder: Annotated[Path, typer.Argument(metavar="DIR", help=mark("演示用的文件夹。"))] = Path("demo"),
) -> int:
    """The round made in the folder, told step by step."""
    console = console_of(context)
    run_demo(folder, console.result, language=console.language, columns=console.columns)
    return 0
