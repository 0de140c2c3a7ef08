"""The blanks of a round; of a unit whose last year is known with its figures beside, and what follows filled in."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nianbao.returned.former import shown_beside
from nianbao.workbook.blank import BlankWriter

if TYPE_CHECKING:
    from nianbao.roster.units import Unit
    from nianbao.rounds.rounds import Round
    from nianbao.workbook.protection import Password
    from nianbao.workbook.values import Value


class Blanks:
    """Makes them, one after the other."""

    def __init__(self, here: Round, password: Password | None = None) -> None:
        self._here = here
        self._plain = BlankWriter(here.layout, password)
        self._beside = BlankWriter(here.layout.beside, password)

    def of(self, unit: Unit) -> bytes:
        """The unit's blank. Raises OfficeError where a figure of the period before cannot be filled in."""
        former, previous = self._here.former.of(unit.code), self._here.layout.form.previous
        figures = shown_beside(self._here.layout, former)
        identity = self._here.identity(unit)
        if not figures or former is None or previous is None:
            return self._plain.write(identity)
        known: dict[str, Value] = {key: former.get(source) for key, source in previous.prefilled.items()}
        return self._beside.write_prefilled(identity, known, figures)
