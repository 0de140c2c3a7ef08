"""How far every unit has come, as rows of a table: the same on the screen and on the list that hangs on the wall."""

from __future__ import annotations

from collections import Counter
from datetime import datetime
from types import MappingProxyType
from typing import TYPE_CHECKING, NamedTuple

from nianbao.beijing import day
from nianbao.ledger.messages import Event
from nianbao.messages import Message, catalogue, mark, say
from nianbao.returned.findings import SEVERITY_WORDS, Severity
from nianbao.returned.returns import ACCEPTED, EXPLAINED, MISSING, REJECTED, STATUS_WORDS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from nianbao.ledger.messages import Sent
    from nianbao.returned.returns import Checked
    from nianbao.rounds.following import Followed

NOTHING = "-"
_EVENT_WORDS: Mapping[Event, str] = MappingProxyType(
    {
        Event.COMPOSED: mark("未发"),
        Event.ATTEMPT: mark("不确定"),
        Event.ACCEPTED: "",
        Event.REFUSED: mark("被拒收"),
        Event.DEFERRED: mark("待重发"),
        Event.UNCERTAIN: mark("不确定"),
        Event.BOUNCED: mark("退信"),
    }
)
"""What became of a message; nothing is said of one that was taken."""


class Column(NamedTuple):
    """A column: its heading, to be translated, its width in characters, and what a unit has in it.

    `mailed`: only where the round has mailed something. `listed`: only on the list, which has room.
    """

    heading: str
    width: float
    text: Callable[[Followed, str], str]
    mailed: bool = False
    listed: bool = False


def columns_for(units: Iterable[Followed], *, listed: bool) -> Sequence[Column]:
    """The columns that the round has something in."""
    mailed = any(unit.post for unit in units)
    return [column for column in _COLUMNS if (mailed or not column.mailed) and (listed or not column.listed)]


def counted(files: Iterable[Checked], language: str) -> str:
    """How many findings stand, by severity, and how many are settled."""
    findings = [finding for file in files if not file.superseded for finding in file.findings]
    counts = Counter(finding.severity for finding in findings)
    words = catalogue(language).gettext
    told = [f"{words(SEVERITY_WORDS[level])} {counts[level]}" for level in Severity if counts[level]]
    if done := sum(finding.settled for finding in findings):
        told.append(say("已核准或说明 {count}", count=done).text(language))
    return words(mark("、")).join(told)


def progress_sums(units: Sequence[Followed]) -> Message:
    """How many units have come how far."""
    counts = Counter(unit.progress.status for unit in units)
    return say(
        "共 {units} 个单位：已接收 {accepted}，有说明 {explained}，退回 {rejected}，未报 {missing}。",
        units=len(units),
        accepted=counts[ACCEPTED],
        explained=counts[EXPLAINED],
        rejected=counts[REJECTED],
        missing=counts[MISSING],
    )


def came_back(units: Iterable[Followed]) -> Iterator[Message]:
    """A line for each unit whose mail came back, or of which it is not certain that it was taken."""
    for unit in units:
        if unit.post and unit.post.bounced:
            yield say(
                "退信：{name}（{address}）{why}",
                name=unit.unit.name,
                address=unit.post.bounced.message.address,
                why=unit.post.bounced.detail,
            )
        blank = unit.post.blank if unit.post else None
        if blank and blank.event in {Event.ATTEMPT, Event.UNCERTAIN}:
            yield say(
                "不确定是否发到：{name}（{address}）", name=unit.unit.name, address=blank.message.address
            )


def _blank(unit: Followed, language: str) -> str:
    """When the unit's blank went out, and what became of it."""
    if unit.post is None or unit.post.blank is None:
        return catalogue(language).gettext(_EVENT_WORDS[Event.COMPOSED])
    return _mailed(unit.post.blank, language)


def _mailed(one: Sent, language: str) -> str:
    state = _EVENT_WORDS[one.event]
    words = catalogue(language).gettext(state) if state else ""
    return words if one.event is Event.COMPOSED else f"{_day(one.message.at)} {words}".rstrip()


def _bounced(unit: Followed, _: str) -> str:
    bounced = unit.post.bounced if unit.post else None
    return f"{_day(bounced.event_at)} {bounced.detail}".rstrip() if bounced else NOTHING


def _reminded(unit: Followed, language: str) -> str:
    """The day of the last reminder, and how many there were."""
    moments = unit.post.reminded if unit.post else ()
    if not moments:
        return NOTHING
    return say("{day}（{count} 次）", day=_day(moments[-1]), count=len(moments)).text(language)


def _returned(unit: Followed, language: str) -> str:
    """The day on which the file that stands for the unit came, and how."""
    if unit.counted is None or unit.counted.received is None:
        return NOTHING
    how = mark("邮件") if unit.brought else mark("放入文件夹")
    return f"{day(unit.counted.received)} {catalogue(language).gettext(how)}"


def _merged(unit: Followed, _: str) -> str:
    return _day(unit.merged) if unit.merged else NOTHING


def _day(at: str) -> str:
    return day(datetime.fromisoformat(at))


def _status(unit: Followed, language: str) -> str:
    return catalogue(language).gettext(STATUS_WORDS[unit.progress.status])


_COLUMNS = (
    Column(mark("单位代码"), 11, lambda unit, _: unit.unit.code),
    Column(mark("单位名称"), 20, lambda unit, _: unit.unit.name),
    Column(mark("联系人"), 10, lambda unit, _: unit.unit.contact, listed=True),
    Column(mark("电话"), 15, lambda unit, _: unit.unit.phone, listed=True),
    Column(mark("发出"), 20, _blank, mailed=True),
    Column(mark("退信"), 16, _bounced, mailed=True, listed=True),
    Column(mark("催报"), 22, _reminded, mailed=True),
    Column(mark("报送情况"), 10, _status),
    Column(mark("收到"), 25, _returned),
    Column(mark("问题"), 16, lambda unit, language: counted(unit.progress.files, language) or NOTHING),
    Column(mark("汇总"), 14, _merged),
)
