"""A published report as values of a form: what each cell holds, what could not be read, and the texts."""

from __future__ import annotations

from dataclasses import field
from typing import TYPE_CHECKING

from nianbao.frozen import frozen

if TYPE_CHECKING:
    from collections.abc import Mapping
    from decimal import Decimal

    from nianbao.intake.naming import Naming
    from nianbao.layout.places import Layout


@frozen
class Remark:
    """What is to be said of the reading. `code` is one of the catalogue or its variants.

    `ids`: the cells that it is about; `table`: where it is about a table as a whole; `places`: for its wording.
    """

    code: str
    ids: tuple[str, ...] = ()
    table: str = ""
    places: Mapping[str, object] = field(default_factory=dict)


@frozen
class Outcome:
    """What was read of one report, in the edition that its tables are of."""

    layout: Layout
    naming: Naming
    format: str
    values: Mapping[str, int | Decimal | None]
    texts: Mapping[str, str]
    remarks: tuple[Remark, ...]
