"""`nianbao status`: which unit has returned what."""

from collections import Counter
from collections.abc import Iterator

import typer

from nianbao.cli.console import Console, console_of
from nianbao.cli.examining import ANY, examined
from nianbao.cli.options import FolderOption, JobsOption, JsonOption, crew_from, round_here
from nianbao.cli.unchecked import unchecked
from nianbao.messages import Message, mark, say
from nianbao.reports.document import status_document
from nianbao.returned.findings import SEVERITY_WORDS, Severity
from nianbao.returned.returns import ACCEPTED, EXPLAINED, MISSING, REJECTED, STATUS_WORDS, SUPERSEDED, Checked
from nianbao.returned.review import Review
from nianbao.rounds.examining import Examining
from nianbao.rounds.progress import UnitProgress, unit_progress
from nianbao.wrapping import columned, hanging, visible


def run(
    context: typer.Context, *, folder: FolderOption = None, json: JsonOption = False, jobs: JobsOption = ""
) -> int:
    """1 while a unit has no acceptable return."""
    here = round_here(folder)
    console = console_of(context)
    found = examined(console, here, Examining(crew=crew_from(jobs)), able=ANY)
    units = unit_progress(here.roster, found)
    if json:
        console.document(status_document(here, units))
    else:
        for line in columned(_rows(units, console)):
            console.result(line)
        lacking = unchecked(here, ())
        for text in (*_ends(units, found), *([lacking] if lacking else [])):
            console.result("")
            for line in hanging(visible(text.text(console.language)), console.columns):
                console.result(line)
    return int(bool(found.missing))


def _rows(units: list[UnitProgress], console: Console) -> Iterator[list[str]]:
    """A heading, and a row for each unit; of several files each has a line."""
    heads = (mark("单位代码"), mark("单位名称"), mark("报送情况"), mark("问题"), mark("文件"))
    yield [console.words(head) for head in heads]
    for unit in units:
        counts = Counter(
            finding.severity for file in unit.files if not file.superseded for finding in file.findings
        )
        words = [
            f"{console.words(SEVERITY_WORDS[level])} {counts[level]}" for level in Severity if counts[level]
        ]
        done = sum(one.settled for file in unit.files if not file.superseded for one in file.findings)
        if done:
            words.append(say("已核准或说明 {count}", count=done).text(console.language))
        first, *others = [_file(file, console) for file in unit.files] or ["-"]
        status = console.words(STATUS_WORDS[unit.status])
        yield [unit.unit.code, unit.unit.name, status, console.listed(words) or "-", first]
        yield from (["", "", "", "", other] for other in others)


def _file(file: Checked, console: Console) -> str:
    """Where the file is; whether another one counts instead."""
    path = visible(file.path).replace("\n", "\\n")
    if not file.superseded:
        return path
    return say("{path}（{status}）", path=path, status=console.words(SUPERSEDED)).text(console.language)


def _ends(units: list[UnitProgress], found: Review) -> Iterator[Message]:
    """The sums, and files that belong to no unit."""
    counts = Counter(unit.status for unit in units)
    yield say(
        "共 {units} 个单位：已接收 {accepted}，有说明 {explained}，退回 {rejected}，未报 {missing}。",
        units=len(units),
        accepted=counts[ACCEPTED],
        explained=counts[EXPLAINED],
        rejected=counts[REJECTED],
        missing=counts[MISSING],
    )
    known = {file.path for unit in units for file in unit.files}
    strays = [file.path for file in found.files if file.path not in known]
    if strays:
        paths = "、".join(path.replace("\n", "\\n") for path in strays)
        yield say("对不上单位的文件 {count} 个：{paths}", count=len(strays), paths=paths)
