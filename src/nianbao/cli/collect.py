"""`nianbao collect`: replies from the mailbox or from saved letters, their workbooks put into `returned/`."""

import os
from datetime import date
from pathlib import Path
from typing import Annotated

import typer

from nianbao.cli.console import Console, console_of
from nianbao.cli.options import FolderOption, JsonOption, round_here
from nianbao.messages import mark, say
from nianbao.problems import refuse
from nianbao.rounds.examining import guard_ledger
from nianbao.rounds.rounds import Round


def run(  # noqa: PLR0913 -- a command's options
    context: typer.Context,
    paths: Annotated[
        list[Path] | None,
        typer.Argument(
            metavar="PATH",
            help=mark("存下来的邮件（.eml、.mbox）、散的表，或放这些的文件夹；不写就从邮箱收。"),
        ),
    ] = None,
    *,
    folder: FolderOption = None,
    since: Annotated[
        str,
        typer.Option(
            "--since", metavar=mark("日期"), help=mark("第一次收信时，只收这一天（如 2026-01-05）以后的。")
        ),
    ] = "",
    mark_seen: Annotated[
        bool, typer.Option("--mark-seen", help=mark("把收下的邮件在邮箱里标为已读；不写就什么也不动。"))
    ] = False,
    password: Annotated[
        bool, typer.Option("--password", help=mark("把收信的密码（授权码）存入系统的密钥环。"))
    ] = False,
    json: JsonOption = False,
) -> int:
    """1 where something needs a person: attachments that cannot be read, workbooks of no unit, bounces."""
    from nianbao.ledger.book import Book  # noqa: PLC0415 -- SQLite where it is used
    from nianbao.mail.receiving import Wish, collect_mailbox, collect_saved  # noqa: PLC0415 -- as above
    from nianbao.mail.telling import collected_document, collected_lines  # noqa: PLC0415

    here, console = round_here(folder), console_of(context)
    if password:
        return _keep_password(console, here)
    if paths and (since or mark_seen):
        raise refuse(say("--since 和 --mark-seen 用于从邮箱收，不能和文件一起写。"))
    wish = Wish(os.environ, _day(since), marks=mark_seen)
    guard_ledger(here)
    with Book(here.ledger_path, synced=True) as book, console.progress(say("正在收信")) as tell:
        found = collect_saved(here, book, paths, tell) if paths else collect_mailbox(here, book, wish, tell)
    if json:
        console.document(collected_document(found, language=console.language))
    else:
        for line in collected_lines(found):
            console.result(line)
    for problem in found.broken:
        console.problem(problem)
    return 2 if found.broken else int(found.needs_person)


def _keep_password(console: Console, here: Round) -> int:
    from nianbao.cli.passwords import keep_password  # noqa: PLC0415 -- for this alone
    from nianbao.mail.receiving import account_set_up  # noqa: PLC0415
    from nianbao.mail.secrets import IMAP  # noqa: PLC0415

    settings = account_set_up(here)
    keep_password(console, IMAP, user=settings.user, host=settings.host)
    return 0


def _day(word: str) -> date | None:
    """The day named."""
    try:
        return date.fromisoformat(word) if word else None
    except ValueError:
        raise refuse(say("--since 后面要写日期，如 2026-01-05，不是「{word}」。", word=word)) from None
