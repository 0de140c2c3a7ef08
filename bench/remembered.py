"""Every field of many units, kept in a file: passes that write need figures at once."""

from __future__ import annotations

import json
from decimal import Decimal
from itertools import islice
from typing import TYPE_CHECKING, TextIO

from bench import invented
from bench.job import VALUES, Job
from nianbao.layout.results import work_out

if TYPE_CHECKING:
    from collections.abc import Iterator

    from nianbao.definition.form import Form
    from nianbao.layout.formulas import Shown
    from nianbao.rounds.rounds import Round


def remember(here: Round, units: int, file: TextIO) -> None:
    """A line for each unit: its values in the order of the form's fields, amounts as texts."""
    form = here.layout.form
    for number in range(units):
        kind = here.identity(invented.unit(number)).kind
        assert kind is not None
        cells = work_out(here.layout, invented.figures(form, number), declared=False, kind=kind).cells
        line = [str(value) if isinstance(value, Decimal) else value for value in map(cells.get, form.fields)]
        file.write(json.dumps(line) + "\n")


def remembered(job: Job, form: Form) -> Iterator[dict[str, Shown]]:
    """The values of the first units by id."""
    with (job.files / VALUES).open(encoding="utf-8") as file:
        for line in islice(file, job.count):
            cells = (Decimal(value) if isinstance(value, str) else value for value in json.loads(line))
            yield dict(zip(form.fields, cells, strict=True))
