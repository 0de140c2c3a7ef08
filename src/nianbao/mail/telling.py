"""What was collected, for people and for programs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from nianbao.beijing import day
from nianbao.mail.collected import Kind, Outcome
from nianbao.messages import Message, say
from nianbao.roster.units import unit_title

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from nianbao.mail.collected import Collected, Collection, Item

Line = Message | str
_WITHOUT = frozenset({Kind.ATTACHMENTS, Kind.WORDS})


def collected_lines(collection: Collection) -> Iterator[Line]:
    """The units' workbooks first, then what somebody has to see to, then the letters that held no workbook."""
    yield from _section(say("收到的表："), _items(collection, Outcome.RETURNED, _returned))
    yield from _section(
        say("不是本轮单位的表（另存在 mail/aside/，没有放入 returned/）："),
        _items(collection, Outcome.UNKNOWN, _put_aside),
    )
    yield from _section(say("读不出来的附件："), _items(collection, Outcome.UNREADABLE, _put_aside))
    yield from _section(say("退信（没有送到）："), _items(collection, Outcome.BOUNCED, _bounced))
    yield from _section(say("没有附表的来信，请看一看："), map(_wordy, _without(collection.letters)))
    automatic = [letter for letter in collection.letters if letter.kind is Kind.AUTOMATIC]
    yield from _section(say("自动回复（不算报送）："), map(_wordy, automatic))
    yield _summed(collection)


def _section(title: Message, lines: Iterable[Message]) -> Iterator[Line]:
    found = list(lines)
    if found:
        yield title
        yield from (say("  {line}", line=line) for line in found)
        yield ""


def _items(
    collection: Collection, outcome: Outcome, line: Callable[[Collected, Item], Message]
) -> Iterator[Message]:
    return (
        line(letter, item)
        for letter in collection.letters
        for item in letter.items
        if item.outcome is outcome
    )


def _without(letters: Sequence[Collected]) -> Iterator[Collected]:
    """The letters in which there was nothing that is told already."""
    for letter in letters:
        if letter.kind in _WITHOUT and all(item.outcome is Outcome.OTHER for item in letter.items):
            yield letter


def _returned(letter: Collected, item: Item) -> Message:
    unit = unit_title(item.unit.name, item.unit.code) if item.unit else ""
    if not item.stranger:
        return say("{unit}：{path}", unit=unit, path=item.path)
    return say(
        "{unit}：{path}（寄件人 {sender} 不是名录里这个单位的邮箱）",
        unit=unit,
        path=item.path,
        sender=_who(letter),
    )


def _put_aside(letter: Collected, item: Item) -> Message:
    said = {
        "who": _who(letter),
        "day": day(letter.received),
        "subject": letter.subject,
        "name": item.name,
        "why": item.why,
    }
    if item.path:
        return say("{who}，{day}《{subject}》：{name}：{why}（{path}）", path=item.path, **said)
    return say("{who}，{day}《{subject}》：{name}：{why}", **said)


def _bounced(letter: Collected, item: Item) -> Message:
    unit = unit_title(item.unit.name, item.unit.code) if item.unit else say("不知是哪个单位")
    return say(
        "{unit}：{address}，{day}：{why}。请核对邮箱地址，改正名录后重发。",
        unit=unit,
        address=item.name,
        day=day(letter.received),
        why=item.why,
    )


def _wordy(letter: Collected) -> Message:
    names = "、".join(item.name for item in letter.items)
    if names:
        return say(
            "{who}，{day}《{subject}》（附件：{names}）",
            who=_who(letter),
            day=day(letter.received),
            subject=letter.subject,
            names=names,
        )
    return say(
        "{who}，{day}《{subject}》", who=_who(letter), day=day(letter.received), subject=letter.subject
    )


def _who(letter: Collected) -> Line:
    """Who wrote: name and address, as far as they are known."""
    if letter.unit:
        return f"{unit_title(letter.unit.name, letter.unit.code)} <{letter.sender}>"
    if letter.sender_name and letter.sender:
        return f"{letter.sender_name} <{letter.sender}>"
    return letter.sender or letter.sender_name or letter.source


def _summed(collection: Collection) -> Message:
    counts = collection.counts
    if not collection.letters:
        return say("没有新来信。")
    return say(
        "新来信 {letters} 封：收表 {returned} 份，不是本轮单位的 {unknown} 份，"
        "读不出来的 {unreadable} 个，退信 {bounced} 个。",
        letters=counts["letters"],
        returned=counts["returned"],
        unknown=counts["unknown"],
        unreadable=counts["unreadable"],
        bounced=counts["bounced"],
    )


def collected_document(collection: Collection, *, language: str) -> Mapping[str, Any]:
    """The JSON of `collect`."""
    return {
        "letters": [_letter(letter, language) for letter in collection.letters],
        "known": collection.known,
        "counts": dict(collection.counts),
        "broken": [problem.text(language) for problem in collection.broken],
    }


def _letter(letter: Collected, language: str) -> Mapping[str, Any]:
    return {
        "source": letter.source,
        "kind": str(letter.kind),
        "sender": letter.sender,
        "sender_name": letter.sender_name,
        "subject": letter.subject,
        "received": letter.received.isoformat(),
        "items": [_item(item, language) for item in letter.items],
    }


def _item(item: Item, language: str) -> Mapping[str, Any]:
    return {
        "name": item.name,
        "outcome": str(item.outcome),
        "sha256": item.sha256,
        "path": item.path,
        "unit": {"code": item.unit.code, "name": item.unit.name} if item.unit else None,
        "why": item.why.text(language) if isinstance(item.why, Message) else item.why,
        "stranger": item.stranger,
    }
