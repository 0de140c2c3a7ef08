"""What was taken in of published reports, as the JSON document of `intake`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nianbao.reports.document import figures, file_document, finding_counts
from nianbao.returned.findings import Severity

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from nianbao.intake.taking import Taken
    from nianbao.reports.pieces import Document, Json


def intake_document(files: Sequence[Taken], written: Mapping[str, str], *, language: str = "zh") -> Document:
    """Each report as `check` tells of a file, with its title, texts and workbook. `written`: workbooks by path.

    `values` are the figures as they are printed, wrong totals too; null is what was not read.
    """
    counts = finding_counts([taken.checked for taken in files], ())
    return {
        "files": (_report(taken, written, language) for taken in files),
        "counts": {severity.value: counts[severity] for severity in Severity},
    }


def _report(taken: Taken, written: Mapping[str, str], language: str) -> dict[str, Json]:
    document = file_document(taken.checked, language)
    outcome = taken.outcome
    return {
        **document,
        "format": outcome.format if outcome else None,
        "title": outcome.naming.title if outcome else None,
        "values": figures(outcome.values) if outcome else {},
        "texts": dict(outcome.texts) if outcome else {},
        "workbook": written.get(taken.checked.path),
    }
