"""Finding codes that a definition's rules may not have: the program gives them a meaning of its own."""

from __future__ import annotations

from nianbao.complaints import CATALOGUE, RULE_WORDINGS

TO_COME = frozenset({"text-differs", "text-wrong-year"})
"""Codes that the catalogue will have (docs/formats.md names them)."""
PROGRAM_CODES = (CATALOGUE.keys() - RULE_WORDINGS.keys()) | TO_COME
"""Those of the catalogue that are for no rule, and those that it will have."""
