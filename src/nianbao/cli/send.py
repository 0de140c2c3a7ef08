"""`nianbao send`: every unit gets its blank by mail, or corrections, or a receipt; dry unless `--go` is said."""

import os
from typing import TYPE_CHECKING, Annotated

import typer

from nianbao.cli.console import Console, console_of
from nianbao.cli.options import FolderOption, GoOption, JsonOption, OnlyOption, ResendOption, round_here
from nianbao.messages import mark, say
from nianbao.problems import refuse
from nianbao.rounds.rounds import Round

if TYPE_CHECKING:
    from nianbao.cli.mailing import Order


def run(  # noqa: PLR0913 -- a command's options
    context: typer.Context,
    *,
    go: GoOption = False,
    only: OnlyOption = None,
    corrections: Annotated[
        bool, typer.Option("--corrections", help=mark("给报来的表有问题的单位发审核意见和退改的表。"))
    ] = False,
    receipts: Annotated[
        bool, typer.Option("--receipts", help=mark("给已接收的单位发回执，每份表一次。"))
    ] = False,
    resend: ResendOption = False,
    templates: Annotated[
        bool, typer.Option("--templates", help=mark("把信的模板抄到本轮的 mail 文件夹里，供修改。"))
    ] = False,
    password: Annotated[
        bool, typer.Option("--password", help=mark("把发信的密码（授权码）存入系统的密钥环。"))
    ] = False,
    json: JsonOption = False,
    folder: FolderOption = None,
) -> int:
    """1 while a unit is not reached, or nobody knows whether it is."""
    here, console = round_here(folder), console_of(context)
    if corrections and receipts:
        raise refuse(say("--corrections 和 --receipts 请分两次运行。"))
    if templates:
        return _lay_out_templates(console, here)
    if password:
        return _keep_password(console, here)
    from nianbao.cli.mailing import Order  # noqa: PLC0415 -- mail once it is certain what is wanted

    order = Order(only or (), resend, go, json)
    if corrections or receipts:
        from nianbao.cli.answering import send_answers  # noqa: PLC0415 -- readers where they are wanted

        return send_answers(console, here, order, corrections=corrections)
    return _send_blanks(console, here, order)


def _send_blanks(console: Console, here: Round, order: "Order") -> int:
    from nianbao.cli.mailing import deliver, units_wanted  # noqa: PLC0415 -- as above
    from nianbao.ledger.book import Book  # noqa: PLC0415
    from nianbao.ledger.messages import BLANK  # noqa: PLC0415
    from nianbao.mail.correspondence import Correspondence  # noqa: PLC0415
    from nianbao.mail.drafts import blank_drafts  # noqa: PLC0415
    from nianbao.rounds.blanks import Blanks  # noqa: PLC0415
    from nianbao.rounds.sheet_password import sheet_password  # noqa: PLC0415

    with Book(here.ledger_path, adds=False) as book:
        office = Correspondence(here, book, BLANK)
        blanks = Blanks(here, sheet_password(os.environ, key=here.settings.key))
        drafts = blank_drafts(office, units_wanted(here, order.only), blanks)
        return deliver(console, here, drafts, order)


def _lay_out_templates(console: Console, here: Round) -> int:
    """The templates that ship beside the round's own, which stay."""
    from nianbao.mail.letter_texts import FOLDER, shipped_templates  # noqa: PLC0415 -- as above
    from nianbao.writing import save  # noqa: PLC0415

    made = [path for path in shipped_templates() if not (here.folder / FOLDER / path.name).exists()]
    for path in made:
        save(here.folder / FOLDER / path.name, path.read_bytes())
    console.result(
        say(
            "信的模板在 {folder}：新抄 {count} 份，其余没有变。改了就按改的发；删去就按原来的发。",
            folder=here.folder / FOLDER,
            count=len(made),
        )
    )
    return 0


def _keep_password(console: Console, here: Round) -> int:
    from nianbao.cli.passwords import keep_password  # noqa: PLC0415 -- as above
    from nianbao.mail.correspondence import check_sender  # noqa: PLC0415
    from nianbao.mail.secrets import SMTP  # noqa: PLC0415

    check_sender(here, host=True)
    mail = here.settings.mail
    keep_password(console, SMTP, user=mail.user, host=mail.host)
    return 0
