"""What `check --annotate` writes, and what it says of it."""

import os
from collections.abc import Sequence
from pathlib import Path

from nianbao.annotate.copies import Desk
from nianbao.annotate.returning import answer
from nianbao.cli.console import Console
from nianbao.gathering.addresses import Address
from nianbao.gathering.gather import gather
from nianbao.layout.shelf import find_form
from nianbao.messages import say
from nianbao.opening.grid import Limits
from nianbao.returned.review import Review
from nianbao.rounds.rounds import Round
from nianbao.rounds.sheet_password import sheet_password

NAMED = 5


def write_answers(  # noqa: PLR0913 -- what the command was given
    console: Console,
    folder: Path,
    here: Round | None,
    places: Sequence[Path | Address],
    found: Review,
    *,
    form: str = "",
) -> None:
    """The copies for the units in `folder`, and a line about them."""
    limits = here.settings.limits if here else Limits()
    desk = Desk(
        here.expectation() if here else None,
        limits,
        find_form(form) if form else None,
        sheet_password(os.environ, key=here.settings.key if here else b""),
        console.language,
    )
    gathered = gather([here.returned] if here and not places else places, limits=limits)
    with console.progress(say("正在写审核意见")) as tell:
        written = answer(folder, found, gathered, desk, here=here, tell=tell)
    if written.names:
        told = say("给填报单位的审核意见 {count} 份，在 {folder}。", count=len(written.names), folder=folder)
    else:
        told = say("没有要退改的表，没有写审核意见。")
    console.note(told)
    for path in written.without_copy:
        console.note(
            say(
                "{path}：表不能改，只写了意见（{name}）。请让报来这份文件的单位用空白表重填。",
                path=path,
                name=written.names[path],
            )
        )
    if written.others:
        names = console.listed(written.others[:NAMED])
        console.note(
            say(
                "{folder} 里还有不是这次写的文件 {count} 份（{names}），发出前请留意。",
                folder=folder,
                count=len(written.others),
                names=names,
            )
        )
