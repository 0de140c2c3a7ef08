"""`nianbao waive`: the office accepts a finding as it stands, or takes that back."""

from typing import Annotated

import typer

from nianbao.cli.console import Console, console_of
from nianbao.cli.examining import examined
from nianbao.cli.options import FolderOption, round_here
from nianbao.messages import mark, say
from nianbao.returned.waivers import Waiver
from nianbao.rounds.examining import Examining, guard_ledger
from nianbao.rounds.rounds import Round
from nianbao.rounds.waiving import Wish, reason_of, waivers_given, waivers_wanted, wish_of
from nianbao.titles import code_named


def run(  # noqa: PLR0913 -- a command's options
    context: typer.Context,
    unit: Annotated[str, typer.Argument(metavar="UNIT", help=mark("单位代码，或名录里的名称。"))],
    code: Annotated[str, typer.Argument(metavar="CODE", help=mark("问题代码，如 balance。"))],
    *,
    cells: Annotated[
        list[str] | None,
        typer.Option("--cell", metavar="ID", help=mark("哪一格（编号）；可以写几次。只有一格的不用写。")),
    ] = None,
    why: Annotated[str, typer.Option("--why", metavar=mark("理由"), help=mark("核准的理由。"))] = "",
    undo: Annotated[bool, typer.Option("--undo", help=mark("撤销以前的核准。"))] = False,
    folder: FolderOption = None,
) -> int:
    """The decision recorded; 2 where there is no such finding."""
    here, console = round_here(folder), console_of(context)
    wish = wish_of(here, unit, code, cells or ())
    guard_ledger(here)
    if undo:
        _undo(console, here, wish)
    else:
        _waive(console, here, wish, reason_of(why))
    return 0


def _waive(console: Console, here: Round, wish: Wish, why: str) -> None:
    """What the unit's return has of it at present is accepted, as long as its figures stay."""
    found = examined(console, here, Examining())
    checked, waivers = waivers_wanted(found, wish, why=why)
    for waiver in waivers:
        new = _record(here, wish, waiver)
        template = (
            mark("已核准：{unit}，{about}。理由：{why}") if new else mark("以前已经核准：{unit}，{about}。")
        )
        _tell(console, here, template, wish, waiver)
    console.note(
        say("核准的是 {path} 里现在的数；改了数，核准就失效。运行 nianbao check 看结果。", path=checked.path)
    )


def _undo(console: Console, here: Round, wish: Wish) -> None:
    """What stands of it is taken back; the record of both stays."""
    from nianbao.ledger.book import Book  # noqa: PLC0415 -- SQLite where something is recorded
    from nianbao.ledger.decisions import waivers  # noqa: PLC0415

    with Book(here.ledger_path) as book:
        given = waivers(book).get(wish.unit.code, ())
    for waiver in waivers_given(given, wish):
        _record(here, wish, waiver, undone=True)
        _tell(console, here, mark("已撤销核准：{unit}，{about}。"), wish, waiver)


def _record(here: Round, wish: Wish, waiver: Waiver, *, undone: bool = False) -> bool:
    """Whether it is new."""
    from nianbao.ledger.book import Book  # noqa: PLC0415 -- as above
    from nianbao.ledger.decisions import waive  # noqa: PLC0415

    with Book(here.ledger_path) as book:
        return waive(book, wish.unit.code, waiver, undone=undone)


def _where(here: Round, cell: str) -> str:
    """`三、依申请公开 D6`; the cell as the waiver names it where the form has no such id."""
    place = here.layout.places.get(cell)
    return f"{place.sheet} {place.address}" if place else cell


def _tell(console: Console, here: Round, template: str, wish: Wish, waiver: Waiver) -> None:
    cells = console.listed(_where(here, cell) for cell in waiver.cells)
    about = "　".join(filter(None, (code_named(waiver.code).text(console.language), cells)))
    console.result(say(template, unit=wish.title, about=about, why=waiver.why))
