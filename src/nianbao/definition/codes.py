"""Finding codes that a definition's rules may not have: the program gives them a meaning of its own."""

from __future__ import annotations

PROGRAM_CODES = frozenset(
    {
        "unreadable",
        "encrypted",
        "too-large",
        "active-content",
        "not-our-form",
        "wrong-edition",
        "wrong-year",
        "unknown-unit",
        "identity-changed",
        "duplicate-return",
        "missing-return",
        "sheet-missing",
        "structure-changed",
        "label-changed",
        "formula-changed",
        "protection-removed",
        "lock-removed",
        "hidden-content",
        "foreign-sheet",
        "stray-content",
        "blank",
        "not-a-number",
        "not-a-choice",
        "not-whole",
        "negative",
        "cell-error",
        "too-many-decimals",
        "read-as-number",
        "total-differs",
        "column-misbooked",
        "text-differs",
        "text-missing",
        "text-short",
        "text-wrong-year",
        "fee-not-stated",
    }
)
"""Those of the catalogue that are for no rule, and those that it will have (docs/formats.md names both)."""
