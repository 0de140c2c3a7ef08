"""The whole round on the sample county: blanks out, returns in, faults shown, corrections in, county workbook."""

from __future__ import annotations

import os
import time
from decimal import Decimal
from typing import TYPE_CHECKING

from nianbao.annotate.copies import Desk
from nianbao.annotate.returning import Answers, answer
from nianbao.county.consolidating import consolidate
from nianbao.definition.sheet_names import REMARKS
from nianbao.demo.county_report import write_county_report
from nianbao.demo.sample import FIRST, SECOND, SampleRound
from nianbao.frozen import frozen
from nianbao.gathering.gather import gather
from nianbao.kinds import UnitKind
from nianbao.ledger.book import Book
from nianbao.ledger.decisions import waive
from nianbao.messages import Message, say
from nianbao.reports.text import report
from nianbao.rounds.blanks import Blanks
from nianbao.rounds.examining import Examining, examine
from nianbao.rounds.new_round import create_round
from nianbao.rounds.waiving import waivers_wanted, wish_of
from nianbao.writing import save

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from nianbao.demo.sample import Waiving
    from nianbao.returned.review import Review
    from nianbao.rounds.rounds import Round

SECRET = b"nianbao: the sample round's key, known to all."
"""The sample's returns that ship ready-made are signed with it; a real round's key is secret."""


@frozen
class DemoResult:
    """What the demo made: the round's folder, the county workbook, the review before and after corrections."""

    folder: Path
    county: Path
    before: Review
    after: Review


def run_demo(
    folder: Path, tell: Callable[[Message | str], None], *, language: str = "zh", columns: int = 80
) -> DemoResult:
    """The round made in `folder`, told step by step. Raises OfficeError where a round is there already."""
    sample = SampleRound()
    here = make_round(folder, sample)
    tell(
        say(
            "一、建立「{name}」{year} 年的一轮填报：{folder}",
            name=sample.name,
            year=sample.year,
            folder=folder,
        )
    )
    tell(
        say(
            "    从上一年的汇总表知道 {known} 个单位上年的数（nianbao init --previous）：{path}",
            known=len(here.former.units),
            path=sample.former.name,
        )
    )
    tell(say("二、生成空白表 {count} 份：{folder}", count=write_blanks(here), folder=here.folder / "blank"))
    tell(say("三、第一批上报表报来了：{folder}", folder=here.returned))
    _receive(here, sample, FIRST, tell)
    before = _review(here)
    tell(say("四、审核结果（nianbao check）："))
    tell("")
    for line in report(before.files, before.missing, language=language, columns=columns):
        tell(line)
    answers = _answer(here, before, language)
    tell(
        say(
            "五、给每份有问题的表写一份退回用的，标出错处（nianbao check --annotate）：{folder}，{count} 份",
            folder=answers.folder,
            count=len(answers.names),
        )
    )
    tell(
        say(
            "六、「{unit}」查对属实，核准放行（nianbao waive {code} {finding}），理由：{why}",
            unit=_waive(here, before, sample.waiver),
            code=sample.waiver.unit,
            finding=sample.waiver.code,
            why=sample.waiver.why,
        )
    )
    tell(say("七、退回的改好、没报的补报之后，再审核一次："))
    _receive(here, sample, SECOND, tell)
    after = _review(here)
    county = consolidate(here, after, here.county_path)
    tell(say("八、汇总表：{path}", path=county.path))
    for key in sample.totals:
        field = here.layout.form.fields[key]
        tell(f"    {field.label}：{_plain(county.totals[key])} {field.unit}")
    tell(say("每个数都能在「明细」中查到各单位的数，在「来源」中查到所据的文件；也可以一条命令查到格："))
    tell(f"    nianbao trace {sample.totals[0]} -C {here.folder}")
    _tell_report(here, sample, tell)
    return DemoResult(here.folder, county.path, before, after)


def _tell_report(here: Round, sample: SampleRound, tell: Callable[[Message | str], None]) -> None:
    """The county's report; in a demo nobody has written its texts."""
    command = f"nianbao report {here.settings.name} --draft"
    tell(
        say(
            "九、{name}的年度报告，文字由表中的数起草，写好的每个数已与汇总表核对（{command}）：",
            name=sample.name,
            command=command,
        )
    )
    for path in write_county_report(here, sample.former):
        tell(f"    {path}")


def _plain(total: int | Decimal | None) -> str:
    """`4,068.208` for 4068.2080."""
    return f"{total.normalize():,f}" if isinstance(total, Decimal) else f"{total:,}"


def make_round(folder: Path, sample: SampleRound) -> Round:
    """The sample's round on disk."""
    return create_round(
        folder,
        name=sample.name,
        year=sample.year,
        roster_path=sample.roster,
        form=sample.form,
        level=UnitKind.COUNTY,
        secret=SECRET,
        former=sample.former,
    )


def write_blanks(here: Round) -> int:
    """How many blanks were written."""
    blanks = Blanks(here)
    for unit in here.roster.units:
        save(here.blank_path(unit), blanks.of(unit))
    return len(here.roster.units)


def _receive(here: Round, sample: SampleRound, wave: str, tell: Callable[[Message | str], None]) -> None:
    """The wave's files put into `returned/`, one after the other in time."""
    start = time.time_ns() - 3_600_000_000_000 * (2 if wave == FIRST else 1)
    for number, sending in enumerate(sample.sendings(wave)):
        name, data = sample.workbook(here, sending, wave=wave)
        path = here.returned / name
        save(path, data)
        moment = start + number * 60_000_000_000
        os.utime(path, ns=(moment, moment))
        if sending.story:
            tell(f"    {name}：{sending.story}")


def _answer(here: Round, found: Review, language: str) -> Answers:
    """What goes back to the units, in `results/`."""
    limits = here.settings.limits
    desk = Desk(here.expectation(), limits, language=language)
    return answer(here.results / REMARKS, found, gather([here.returned], limits=limits), desk, here=here)


def _waive(here: Round, found: Review, waiving: Waiving) -> str:
    """The name of the unit whose finding the office accepts."""
    wish = wish_of(here, waiving.unit, waiving.code, [waiving.cell])
    _, waivers = waivers_wanted(found, wish, why=waiving.why)
    with Book(here.ledger_path) as book:
        for waiver in waivers:
            waive(book, wish.unit.code, waiver)
    return wish.unit.name


def _review(here: Round) -> Review:
    """Everything in `returned/`, read and checked."""
    found, _ = examine(here, Examining(texts_of=None))
    return found
