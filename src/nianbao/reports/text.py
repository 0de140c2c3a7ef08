"""What was found, as lines for people: by unit, each complaint with its place and what to do."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from nianbao.layout.explaining import code_of
from nianbao.messages import Message, catalogue, mark, say
from nianbao.reports.document import finding_counts
from nianbao.returned.findings import SEVERITY_WORDS, Severity
from nianbao.returned.returns import ACCEPTED, EXPLAINED, REJECTED, STATUS_WORDS, SUPERSEDED
from nianbao.roster.units import unit_title
from nianbao.titles import code_title
from nianbao.wrapping import hanging, padded, visible, width

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from nianbao.returned.findings import Finding
    from nianbao.returned.returns import Checked
    from nianbao.roster.units import Unit

    Paint = Callable[[str, Severity], str]

_INDENT = "  "


def unpainted(text: str, _: Severity) -> str:
    """The text as it is, for a pipe or a terminal without colours."""
    return text


def report(
    files: Sequence[Checked],
    missing: Sequence[Unit],
    *,
    language: str = "zh",
    columns: int = 80,
    paint: Paint = unpainted,
) -> Iterator[str]:
    """Every file with findings, the units that are missing, and the sums. Files without are only counted."""
    for group in _by_unit(files):
        for checked in group:
            if checked.findings or checked.unused_reasons:
                yield from _file(checked, language=language, columns=columns, paint=paint)
                yield ""
    for line in lacking(files, missing):
        yield from hanging(line.text(language), columns)
        yield ""
    for line in summary(files, missing):
        yield from hanging(line.text(language), columns)


def lacking(files: Sequence[Checked], missing: Sequence[Unit]) -> Iterator[Message]:
    """The units from which nothing came, and those whose files were all rejected."""
    heard = {checked.unit_code for checked in files}
    for came, template in (
        (False, mark("未报 {count} 个：{names}。")),
        (True, mark("退回待改 {count} 个：{names}。")),
    ):
        units = [unit for unit in missing if (unit.code in heard) is came]
        if units:
            names = "、".join(unit_title(unit.name, unit.code) for unit in units)
            yield Message(template, (("count", len(units)), ("names", names)))


def summary(files: Sequence[Checked], missing: Sequence[Unit]) -> Iterator[Message]:
    """How many files became what, and how many findings there are; superseded files apart."""
    counting = [checked for checked in files if not checked.superseded]
    statuses = [checked.status for checked in counting]
    yield say(
        "文件 {files} 份：已接收 {accepted}，有说明 {explained}，退回 {rejected}。",
        files=len(counting),
        accepted=statuses.count(ACCEPTED),
        explained=statuses.count(EXPLAINED),
        rejected=statuses.count(REJECTED),
    )
    if len(counting) < len(files):
        yield say("另有 {count} 份同一单位的旧表或重复的表，不计入。", count=len(files) - len(counting))
    if missing:
        yield say("还有 {count} 个单位没有可以接收的表。", count=len(missing))
    counts = finding_counts(counting, ())
    yield say(
        "错误 {errors} 处，警告 {warnings} 处，提示 {notices} 处。",
        errors=counts.get(Severity.ERROR, 0),
        warnings=counts.get(Severity.WARNING, 0),
        notices=counts.get(Severity.NOTICE, 0),
    )
    settled = [finding for checked in counting for finding in checked.findings if finding.settled]
    if settled:
        done = Counter(finding.severity for finding in settled)
        yield say(
            "其中已核准放行或有情况说明 {count} 处；还要处理的：错误 {errors} 处，警告 {warnings} 处。",
            count=len(settled),
            errors=counts.get(Severity.ERROR, 0) - done[Severity.ERROR],
            warnings=counts.get(Severity.WARNING, 0) - done[Severity.WARNING],
        )


def _by_unit(files: Sequence[Checked]) -> list[list[Checked]]:
    """The files of a unit together, units in the order in which they come first."""
    groups: dict[str, list[Checked]] = {}
    for checked in files:
        groups.setdefault(checked.unit_code or f"/{checked.path}", []).append(checked)
    return list(groups.values())


def _file(checked: Checked, *, language: str, columns: int, paint: Paint) -> Iterator[str]:
    """One file: whose, what became of it, and its findings."""
    words = catalogue(language).gettext
    status = words(SUPERSEDED if checked.superseded else STATUS_WORDS[checked.status])
    title = visible(unit_title(checked.unit_name, checked.unit_code)) or words(mark("不知道是哪个单位"))
    severity = Severity.ERROR if checked.status == REJECTED and not checked.superseded else Severity.NOTICE
    yield f"{title}{_INDENT}{paint(status, severity)}"
    yield _INDENT + visible(checked.path).replace("\n", "\\n")
    told = [finding for finding in checked.findings if finding.supersedes or not checked.superseded]
    for finding in told:
        yield from _finding(finding, language=language, columns=columns, paint=paint)
    if not checked.superseded:
        yield from _unused(checked, language=language, columns=columns)


def _unused(checked: Checked, *, language: str, columns: int) -> Iterator[str]:
    """The unit's reasons for warnings that did not come."""
    for key, reason in checked.unused_reasons.items():
        title = catalogue(language).gettext(code_title(code_of(key)))
        line = say("情况说明，没有对应的警告（{title}）：{reason}", title=title, reason=reason)
        text = visible(line.text(language))
        yield from hanging(text, columns, first=_INDENT, rest=_INDENT * 2)


def _finding(finding: Finding, *, language: str, columns: int, paint: Paint) -> Iterator[str]:
    """One finding under its severity; its code, which scripts and waivers name, stands at the end."""
    words = catalogue(language).gettext
    severities = [words(word) for word in SEVERITY_WORDS.values()]
    room = max(map(width, severities))
    lead = padded(words(SEVERITY_WORDS[finding.severity]), room)
    text = visible(f"{finding.message.text(language)}{_settled(finding, language)} [{finding.code}]")
    rest = _INDENT + " " * room + _INDENT
    for number, line in enumerate(hanging(text, columns, first=rest, rest=rest)):
        shown = line if number else _INDENT + paint(lead, finding.severity) + line[len(_INDENT) + room :]
        yield shown


def _settled(finding: Finding, language: str) -> str:
    """Why the finding does not stand against the return."""
    if finding.waived:
        return say("（核准放行：{reason}）", reason=finding.waived).text(language)
    if finding.explained:
        return say("（情况说明：{reason}）", reason=finding.explained).text(language)
    return ""
