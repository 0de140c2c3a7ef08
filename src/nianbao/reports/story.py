"""What the ledger tells, in plain sentences and for programs."""

from __future__ import annotations

from collections import Counter
from functools import reduce
from itertools import groupby
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from nianbao.beijing import moment
from nianbao.ledger.story import ARRIVED, JUDGED, LETTER, MAILED, MERGED, Event
from nianbao.messages import Message, mark, say
from nianbao.returned.returns import ACCEPTED, EXPLAINED, REJECTED, STATUS_WORDS
from nianbao.titles import code_named

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from nianbao.roster.roster import Roster
    from nianbao.roster.units import Unit

SHOWN_DIGITS = 12
"""So much of a SHA-256 tells files apart."""


def story_document(unit: Unit | None, events: Sequence[Event]) -> dict[str, Any]:
    """The document of `log`."""
    return {
        "unit": {"code": unit.code, "name": unit.name} if unit else None,
        "events": [_event(event) for event in events],
    }


def _event(event: Event) -> dict[str, Any]:
    """One event with the entries that its kind has."""
    entries: dict[str, Any] = {"at": event.at, "what": event.what, "unit": event.unit or None}
    entries |= {"path": event.path, "sha256": event.sha256}
    if event.what == ARRIVED:
        entries["received"] = event.received
    elif event.what == JUDGED:
        entries |= {"status": event.status, "codes": list(event.codes)}
    elif event.what == MERGED:
        entries |= {"file": event.file or None, "units": event.units, "complete": event.complete}
    elif event.what == MAILED:
        entries |= {"kind": event.kind, "step": event.step, "address": event.address, "detail": event.detail}
    elif event.what == LETTER:
        entries |= {"sender": event.address, "subject": event.detail}
    elif event.decision:
        entries |= {
            "undone": event.decision.undone,
            "subject": event.decision.subject,
            "why": event.decision.why,
        }
    return entries


def story_lines(roster: Roster, events: Sequence[Event], *, whole: bool) -> Iterator[Message]:
    """A sentence for each event; of the whole round, one for all files that came, or were judged, at once."""
    for (at, what), together in groupby(events, key=lambda event: (event.at, event.what)):
        group = list(together)
        if whole and what in {ARRIVED, JUDGED}:
            yield _told(at, _summed(what, group))
        else:
            yield from (_told(at, _sentence(roster, event)) for event in group)


def _told(at: str, what: Message) -> Message:
    return say("{at}  {what}", at=moment(at), what=what)


def _summed(what: str, events: Sequence[Event]) -> Message:
    """How many files came, or what was found of them."""
    if what == ARRIVED:
        return say("收到 {count} 份文件。", count=len(events))
    counts = Counter(event.status for event in events)
    return say(
        "审核 {count} 份：已接收 {accepted}，有说明 {explained}，退回 {rejected}。",
        count=len(events),
        accepted=counts[ACCEPTED],
        explained=counts[EXPLAINED],
        rejected=counts[REJECTED],
    )


def _sentence(roster: Roster, event: Event) -> Message:
    """What happened."""
    places = {"path": event.path, "sha": event.sha256[:SHOWN_DIGITS]}
    match event.what:
        case "arrived":
            return say(
                "收到 {path}（文件时间 {received}，SHA-256 {sha}…）。",
                received=moment(event.received),
                **places,
            )
        case "judged":
            status = Message(STATUS_WORDS.get(event.status, event.status))
            if event.codes:
                codes = reduce(_and, map(code_named, event.codes))
                return say("审核 {path}：{status}（{codes}）。", status=status, codes=codes, **places)
            return say("审核 {path}：{status}。", status=status, **places)
        case "merged":
            return _merged(event)
        case "mailed" | "letter":
            return _by_mail(roster, event)
        case _:
            return _decided(roster, event)


def _and(first: Message, second: Message) -> Message:
    """Both, in a list."""
    return Message("{first}、{second}", (("first", first), ("second", second)))


def _waived(subject: str) -> Message:
    """A waiver's code in words, and its cells."""
    code, *cells = subject.split()
    return Message(
        "{code} {cells}" if cells else "{code}", (("code", code_named(code)), ("cells", "、".join(cells)))
    )


def _merged(event: Event) -> Message:
    """A county workbook; of one unit, with its file."""
    whole = say("完整") if event.complete else say("不完整")
    places = {"path": event.path, "units": event.units, "whole": whole}
    if event.file:
        sha = event.sha256[:SHOWN_DIGITS]
        return say("汇总到 {path}，用的是 {file}（SHA-256 {sha}…）。", file=event.file, sha=sha, **places)
    return say("汇总到 {path}：{units} 个单位，{whole}。", **places)


MAIL_WORDS: Mapping[str, str] = MappingProxyType(
    {
        "blank": mark("空白表"),
        "corrections": mark("审核意见"),
        "reminder": mark("催报信"),
        "receipt": mark("回执"),
    }
)
"""What a message to a unit is called, by its kind."""
_STEP_WORDS: Mapping[str, str] = MappingProxyType(
    {
        "composed": mark("写好了"),
        "attempt": mark("开始发送"),
        "accepted": mark("已发出"),
        "refused": mark("被服务器拒收"),
        "deferred": mark("服务器暂时不收"),
        "uncertain": mark("不确定是否发到"),
        "bounced": mark("退了回来"),
    }
)


def _by_mail(roster: Roster, event: Event) -> Message:
    """A letter that came, or a step of a message to a unit."""
    if event.what == LETTER:
        return say("收到 {sender} 的邮件「{subject}」。", sender=event.address, subject=event.detail)
    unit = roster.unit(event.unit)
    told = say(
        "给「{unit}」（{address}）的{kind}{step}",
        unit=unit.name if unit else event.unit,
        address=event.address,
        kind=Message(MAIL_WORDS.get(event.kind, event.kind)),
        step=Message(_STEP_WORDS.get(event.step, event.step)),
    )
    return say("{told}：{why}", told=told, why=event.detail) if event.detail else say("{told}。", told=told)


def _decided(roster: Roster, event: Event) -> Message:
    """A decision of the office."""
    unit = roster.unit(event.unit)
    name = unit.name if unit else event.unit
    decision = event.decision
    if event.what == "pick":
        if decision and decision.undone:
            return say("撤销对「{unit}」的指定。", unit=name)
        sha = event.sha256[:SHOWN_DIGITS]
        return say("指定「{unit}」以 {path} 为准（SHA-256 {sha}…）。", unit=name, path=event.path, sha=sha)
    subject, why = (_waived(decision.subject), decision.why) if decision else ("", "")
    if decision and decision.undone:
        return say("撤销对「{unit}」{subject} 的核准。", unit=name, subject=subject)
    return say("核准「{unit}」的 {subject}：{why}", unit=name, subject=subject, why=why)
