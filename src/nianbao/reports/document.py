"""What was found, as the JSON documents that scripts read; their shape is fixed (docs/formats.md)."""

from __future__ import annotations

from collections import Counter
from decimal import Decimal
from typing import TYPE_CHECKING

from nianbao.returned.findings import Severity

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from nianbao.county.consolidating import County
    from nianbao.layout.formulas import Shown
    from nianbao.reports.pieces import Document, Json
    from nianbao.returned.findings import Finding
    from nianbao.returned.returns import Checked
    from nianbao.returned.review import Review
    from nianbao.roster.units import Unit


def check_document(files: Sequence[Checked], missing: Sequence[Unit], *, language: str = "zh") -> Document:
    """The document of `check`."""
    counts = finding_counts(files, missing)
    return {
        "files": (file_document(checked, language) for checked in files),
        "missing": [{"code": unit.code, "name": unit.name} for unit in missing],
        "counts": {severity.value: counts[severity] for severity in Severity},
    }


def merge_document(review: Review, county: County | None, *, language: str = "zh") -> Document:
    """The document of `merge`: that of `check`, the county workbook or null, and the files left out."""
    made: Json = None
    if county:
        made = {
            "path": county.path.as_posix(),
            "sha256": county.sha256,
            "units": county.units,
            "totals": figures(county.totals),
        }
    document = check_document(review.files, review.missing, language=language)
    return {**document, "county": made, "excluded": _excluded(review)}


def _excluded(review: Review) -> list[Json]:
    """The files that were not merged, with the codes for which: those that block, else all (a double)."""
    counted = {checked.path for checked in review.counted.values()}
    left_out = (checked for checked in review.files if checked.path not in counted)
    return [{"path": checked.path, "codes": list(reasons(checked))} for checked in left_out]


def reasons(checked: Checked) -> tuple[str, ...]:
    """The codes for which a file is not merged."""
    blocking = dict.fromkeys(finding.code for finding in checked.findings if finding.blocks)
    return tuple(blocking or dict.fromkeys(finding.code for finding in checked.findings))


def finding_counts(files: Iterable[Checked], missing: Sequence[Unit]) -> Mapping[Severity, int]:
    """How many findings there are of each severity; each missing unit is one error."""
    counts = Counter(finding.severity for checked in files for finding in checked.findings)
    counts[Severity.ERROR] += len(missing)
    return counts


def figures(values: Mapping[str, Shown]) -> dict[str, Json]:
    """The values as JSON has them: whole numbers without a point, nothing as null."""
    return {key: _figure(value) for key, value in values.items()}


def _figure(value: Shown) -> Json:
    """A number; the fewest digits that name it, which for amounts of this size are its own."""
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else float(value)
    return value if value != "" else None


def file_document(checked: Checked, language: str) -> dict[str, Json]:
    """One file."""
    identity = checked.identity
    period = identity.period if identity else None
    unit: Json = {"code": checked.unit_code, "name": checked.unit_name}
    return {
        "path": checked.path,
        "sha256": checked.sha256,
        "unit": unit if checked.unit_code or checked.unit_name else None,
        "form": identity.form if identity else None,
        "edition": identity.edition if identity else None,
        "year": period.year if period else None,
        "status": checked.status,
        "values": figures(checked.values),
        "findings": [_finding(finding, language) for finding in checked.findings],
        **({"unused_explanations": dict(checked.unused_reasons)} if checked.unused_reasons else {}),
    }


def _finding(finding: Finding, language: str) -> dict[str, Json]:
    """One finding."""
    return {
        "code": finding.code,
        "severity": finding.severity.value,
        "ids": list(finding.ids),
        "sheet": finding.sheet,
        "cells": list(finding.cells),
        "message": finding.message.text(language),
        "found": finding.found,
        "expected": finding.expected,
        "explained": finding.explained,
        "waived": finding.waived,
    }
