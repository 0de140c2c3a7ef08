"""What `send` and `remind` share: drafts shown or sent, and what became of each unit told."""

from __future__ import annotations

import re
from collections import Counter
from types import MappingProxyType
from typing import TYPE_CHECKING

from nianbao.beijing import BEIJING, moment
from nianbao.frozen import frozen
from nianbao.mail.dispatching import dispatch, preview, preview_path
from nianbao.mail.sending import Wish
from nianbao.mail.standing import WELL, Outcome
from nianbao.messages import mark, say
from nianbao.problems import Problem
from nianbao.wrapping import columned, visible
from nianbao.writing import save

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from datetime import datetime

    from nianbao.cli.console import Console
    from nianbao.mail.sending import Draft, Result
    from nianbao.messages import Message
    from nianbao.reports.pieces import Json
    from nianbao.roster.units import Unit
    from nianbao.rounds.rounds import Round

LIST = "清单.txt"
"""The list beside the messages that would be sent."""
WORDS: Mapping[Outcome, str] = MappingProxyType(
    {
        Outcome.DUE: mark("待发"),
        Outcome.SENT: mark("以前发过"),
        Outcome.CHANGED: mark("发过，但内容已变"),
        Outcome.UNCERTAIN: mark("不确定是否发出"),
        Outcome.BOUNCED: mark("被退回"),
        Outcome.NO_ADDRESS: mark("没有邮箱"),
        Outcome.NO_BLANK: mark("没有空白表"),
        Outcome.STALE_BLANK: mark("空白表不是现在的"),
        Outcome.ACCEPTED: mark("已发出"),
        Outcome.REFUSED: mark("服务器拒收"),
        Outcome.DEFERRED: mark("服务器暂不接收"),
        Outcome.WAITING: mark("没有发"),
    }
)
ADVICE: Mapping[Outcome, str] = MappingProxyType(
    {
        Outcome.CHANGED: mark("内容已变的 {count} 个：要把新的再发一次，请加 --resend。"),
        Outcome.UNCERTAIN: mark(
            "不确定的 {count} 个：发送时断了线，或程序中断，不知道对方是否收到，没有再发。"
            "请先打电话问；没收到的用 --only 指明单位，加 --resend 再发。"
        ),
        Outcome.BOUNCED: mark("被退回的 {count} 个：请在名录里改正邮箱再发；邮箱没有错的，加 --resend。"),
        Outcome.NO_ADDRESS: mark("没有邮箱的 {count} 个：请在名录里补上，或用别的办法送达。"),
        Outcome.NO_BLANK: mark("没有空白表的 {count} 个：请先运行 nianbao blank。"),
        Outcome.STALE_BLANK: mark(
            "空白表不是现在的 {count} 个：设置、名录、保护密码或程序换过，请先运行 nianbao blank 再发。"
        ),
        Outcome.REFUSED: mark("服务器拒收的 {count} 个：请看后面的原因，改正后再运行一次。"),
        Outcome.DEFERRED: mark("服务器暂不接收的 {count} 个：请过一会儿再运行一次，只会发这些。"),
        Outcome.WAITING: mark("没有发的 {count} 个：请再运行一次，只会发这些。"),
    }
)


@frozen
class Order:
    """What the command was told. `only`: the units named, none for all."""

    only: Sequence[str]
    resend: bool
    go: bool
    json: bool


def units_wanted(here: Round, only: Sequence[str]) -> Sequence[Unit]:
    """The units named, by code or name, also several in one word with commas between; else all."""
    words = [part for word in only for part in _parts(here, word)]
    return here.units(words) if words else here.roster.units


def _parts(here: Round, word: str) -> list[str]:
    if here.roster.unit(word) or here.roster.by_name(word):
        return [word]
    return [part.strip() for part in re.split(r"[,，、;；]", word) if part.strip()]


def deliver(console: Console, here: Round, drafts: Iterable[Draft], order: Order) -> int:
    """The drafts shown, or sent, and told of; the command's status."""
    results, lasting = _results(console, here, drafts, order)
    if results and not order.go:
        _write_list(console, here, results)
    if order.json:
        console.document(_document(here, results, go=order.go))
    else:
        _tell(console, here, results, go=order.go)
    if lasting:
        return 2
    return int(any(result.outcome not in WELL for result in results))


def _results(
    console: Console, here: Round, drafts: Iterable[Draft], order: Order
) -> tuple[list[Result], bool]:
    """What became of the drafts; whether there will be no connection before something has been changed."""
    wish = Wish(here.settings.key, order.resend, bool(order.only))
    if not order.go:
        return list(preview(here, drafts, wish)), False
    done = Counter[str]()

    def wait(until: datetime, why: Message) -> None:
        clock = until.astimezone(BEIJING).strftime("%H:%M:%S")
        console.note(why)
        console.note(say("{clock} 继续。按 Ctrl-C 可以停，以后再运行会接着发。", clock=clock))

    with console.progress(say("正在发信")) as tell:

        def count(result: Result) -> None:
            done[result.outcome] += 1
            tell(done.total())

        results, fault = dispatch(here, drafts, wish, done=count, tell=wait)
    if fault:
        console.problem(Problem(fault.message))
    return results, bool(fault and fault.lasting)


def _tell(console: Console, here: Round, results: Sequence[Result], *, go: bool) -> None:
    """A table of the units, and what to do about those that were not reached."""
    counts = Counter(result.outcome for result in results)
    if results:
        for line in columned(_rows(console, here, results)):
            console.result(line)
        console.result("")
    for outcome, template in ADVICE.items():
        if counts[outcome]:
            console.note(console.words(template).format(count=counts[outcome]))
    if not results:
        console.note(say("没有要发的信。"))
    elif go:
        console.note(say("发出 {count} 封，记在台账里。", count=counts[Outcome.ACCEPTED]))
    elif counts[Outcome.DUE]:
        folder = next(preview_path(here, one.draft).parent for one in results if one.outcome is Outcome.DUE)
        console.note(
            say(
                "还没有发。要发的 {count} 封写在 {folder}，可以打开来看；加 --go 就发出。",
                count=counts[Outcome.DUE],
                folder=folder,
            )
        )


def _write_list(console: Console, here: Round, results: Sequence[Result]) -> None:
    """Who would get what, as a text beside the messages."""
    lines = [*columned(_rows(console, here, results)), ""]
    path = preview_path(here, results[0].draft).with_name(LIST)
    save(path, "\r\n".join(lines).encode("utf-8-sig"))  # Notepad's way


def _rows(console: Console, here: Round, results: Sequence[Result]) -> Iterator[list[str]]:
    """A heading, and a row for each unit."""
    heads = (mark("单位代码"), mark("单位名称"), mark("邮箱"), mark("情况"), mark("说明"))
    yield [console.words(head) for head in heads]
    for one in results:
        unit = one.draft.unit
        yield [
            unit.code,
            unit.name,
            unit.email or "-",
            console.words(WORDS[one.outcome]),
            _told(here, one) or "-",
        ]


def _told(here: Round, one: Result) -> str:
    """When it was, and the server's words where it did not simply take the message; of one that is due, its file."""
    if one.outcome is Outcome.DUE:
        return preview_path(here, one.draft).name
    words = "" if one.outcome in {*WELL, Outcome.CHANGED} else one.detail
    return visible(" ".join(filter(None, (moment(one.at) if one.at else "", words))))


def _document(here: Round, results: Sequence[Result], *, go: bool) -> dict[str, Json]:
    units: list[Json] = [
        {
            "code": one.draft.unit.code,
            "name": one.draft.unit.name,
            "address": one.draft.unit.email,
            "kind": one.draft.kind,
            "outcome": one.outcome.value,
            "detail": one.detail,
            "message_id": one.message_id,
            "file": preview_path(here, one.draft).as_posix()
            if not go and one.outcome is Outcome.DUE
            else None,
        }
        for one in results
    ]
    counts = Counter(one.outcome.value for one in results)
    return {"sent": go, "units": units, "counts": dict(counts.items())}
