"""`nianbao fill`: values typed into a blank."""

from pathlib import Path
from typing import Annotated

import typer

from nianbao.cli.console import console_of
from nianbao.cli.options import round_around, round_of
from nianbao.messages import mark
from nianbao.opening.grid import Limits
from nianbao.reading import read_whole
from nianbao.rounds.outputs import guard_output
from nianbao.rounds.rounds import layout_finder
from nianbao.workbook.fill import fill
from nianbao.workbook.values import LARGEST_VALUES, read_values
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
    data = read_whole(blank, most=Limits().file)
    given = read_values(read_whole(values, most=LARGEST_VALUES), str(values))
    here = round_of(blank) or round_around()
    guard_output(output, (blank, values), here=here, into_returned=True)
    save(output, fill(data, given, find_layout=layout_finder(here), as_given=as_given))
    console_of(context).result(str(output))
    return 0
