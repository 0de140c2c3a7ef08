"""`nianbao remind`: those without an acceptable return are told what is missing or wrong; dry unless `--go` is said."""

import typer

from nianbao.cli.console import console_of
from nianbao.cli.options import FolderOption, GoOption, JsonOption, OnlyOption, ResendOption, round_here


def run(  # noqa: PLR0913 -- a command's options
    context: typer.Context,
    *,
    go: GoOption = False,
    only: OnlyOption = None,
    resend: ResendOption = False,
    json: JsonOption = False,
    folder: FolderOption = None,
) -> int:
    """1 where a unit is not reached, or nobody knows whether it is."""
    from nianbao.cli.answering import send_reminders  # noqa: PLC0415 -- help without readers and writers
    from nianbao.cli.mailing import Order  # noqa: PLC0415

    return send_reminders(console_of(context), round_here(folder), Order(only or (), resend, go, json))
