"""`nianbao fill`: values typed into a blank."""

from pathlib import Path
from typing import Annotated

import typer

from nianbao.cli.console import console_of
from nianbao.cli.options import round_around, round_of
from nianbao.messages import mark
from nianbao.rounds.outputs import guard_output
from nianbao.rounds.rounds import layout_finder
from nianbao.workbook.fill import fill
from nianbao.workbook.values import read_values
from nianbao.writing import save


def run(
    context: typer.Context,
    blank: Annotated[Path, typer.Argument(metavar="BLANK", help=mark("发下的空白表。"))],
    values: Annotated[
        Path, typer.Argument(metavar="VALUES", help=mark("数值：JSON，或每行「编号,数值」的 CSV。"))
    ],
    *,
    output: Annotated[Path, typer.Option("-o", "--output", metavar="FILE", help=mark("填好的表写到哪里。"))],
    as_given: Annotated[
        bool, typer.Option("--as-given", help=mark("照原样填，错的也填：用来试审核怎么说。"))
    ] = False,
) -> int:
    """The filled workbook written beside the blank, never over it."""
    guard_output(output, (blank, values), into_returned=True)
    given = read_values(values.read_bytes(), str(values))
    find_layout = layout_finder(round_of(blank) or round_around())
    save(output, fill(blank.read_bytes(), given, find_layout=find_layout, as_given=as_given))
    console_of(context).result(str(output))
    return 0
