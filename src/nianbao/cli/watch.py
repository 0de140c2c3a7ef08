"""`nianbao watch`: the mailbox collected, what came checked and receipted, again and again until it is stopped."""

import re
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from nianbao.cli.console import Console, console_of
from nianbao.cli.options import FolderOption, round_here
from nianbao.messages import mark, say
from nianbao.problems import refuse

if TYPE_CHECKING:
    from nianbao.mail.stopping import Stop

_UNITS = {"s": 1, "m": 60, "h": 3600}
_PERIOD = re.compile(r"([1-9]\d{0,4})([smh]?)")
_MOST = 24 * 3600


def run(
    context: typer.Context,
    *,
    folder: FolderOption = None,
    every: Annotated[
        str,
        typer.Option(
            "--every", metavar=mark("时间"), help=mark("隔多久收一次：10m 是 10 分钟，1h 是 1 小时。")
        ),
    ] = "10m",
    corrections: Annotated[
        bool, typer.Option("--corrections", help=mark("有问题的也随即把审核意见发回；不写就只发回执。"))
    ] = False,
) -> int:
    """0 once it is stopped; 2 where settings, password or ledger do not let it go on."""
    from nianbao.mail.stopping import Stop, Stopping  # noqa: PLC0415 -- help without them

    seconds, console, stop = _seconds(every), console_of(context), Stop()
    with stop.heard():
        try:
            _watch(console, folder, stop, seconds=seconds, corrections=corrections)
        except Stopping:
            console.note(say("已停止。收到和发出的都记在台账里，再运行会接着做。"))
    return 0


def _watch(console: Console, folder: Path | None, stop: "Stop", *, seconds: int, corrections: bool) -> None:
    """Turn after turn; after a connection that failed the wait is longer each time, up to an hour."""
    from nianbao.cli.watching import Watch  # noqa: PLC0415 -- as above

    watch, failed = Watch(console, stop, corrections=corrections), 0
    console.note(say("每 {period} 收一次信。按 Ctrl-C 停止。", period=_words(seconds)))
    while True:
        failed = 0 if watch.turn(round_here(folder)) else failed + 1
        stop.sleep(min(seconds * 2 ** min(failed, 10), max(seconds, _UNITS["h"])))


def _seconds(word: str) -> int:
    """The period; minutes where no unit is written."""
    found = _PERIOD.fullmatch(word.strip())
    seconds = int(found[1]) * _UNITS[found[2] or "m"] if found else 0
    if not 0 < seconds <= _MOST:
        raise refuse(say("--every 后面要写时间，如 10m 或 1h，最多 24h，不是「{word}」。", word=word))
    return seconds


def _words(seconds: int) -> str:
    """`10m`."""
    unit = next(unit for unit in ("h", "m", "s") if seconds % _UNITS[unit] == 0)
    return f"{seconds // _UNITS[unit]}{unit}"
