"""Finding codes that a definition's rules may not have: the program gives them a meaning of its own."""

from __future__ import annotations

from nianbao.complaints import CATALOGUE, RULE_WORDINGS

PROGRAM_CODES = frozenset(CATALOGUE.keys() - RULE_WORDINGS.keys())
"""Those of the catalogue that are for no rule."""
