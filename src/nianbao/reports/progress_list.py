"""How far every unit has come, as a workbook: the list that the office hangs on its wall."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nianbao.messages import Message, catalogue, mark, say
from nianbao.reports.lists import GREEN, RED, WHITE, YELLOW, Heading, Listed, ListRow, list_workbook
from nianbao.reports.progress import columns_for, progress_sums
from nianbao.returned.returns import ACCEPTED, EXPLAINED, MISSING, REJECTED

if TYPE_CHECKING:
    from collections.abc import Sequence

    from nianbao.rounds.following import Followed
    from nianbao.rounds.rounds import Round

_FILLS = {ACCEPTED: GREEN, EXPLAINED: GREEN, REJECTED: RED, MISSING: YELLOW}


def progress_workbook(
    here: Round, units: Sequence[Followed], above: Sequence[Message] = (), *, language: str = "zh"
) -> bytes:
    """The workbook. `above`: lines beneath the title. The same progress gives the same bytes."""
    words = catalogue(language).gettext
    columns = columns_for(units, listed=True)
    rows = [
        ListRow(
            tuple(column.text(unit, language) for column in columns), _FILLS.get(unit.progress.status, WHITE)
        )
        for unit in units
    ]
    title = say(
        "{office}{title}{year}年报送情况",
        office=here.settings.name,
        title=here.layout.form.title.text(language),
        year=here.settings.year,
    )
    listed = Listed(
        words(mark("报送情况")),
        [Heading(words(column.heading), column.width) for column in columns],
        rows,
        [one.text(language) for one in (title, progress_sums(units), *above)],
    )
    return list_workbook(listed)
