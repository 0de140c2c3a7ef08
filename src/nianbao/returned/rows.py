"""The figures of one return as a row: what a mapping by id shows, kept as a tuple over shared columns.

A nation's returns are held at once: a dictionary for each would take five times the memory.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from nianbao.layout.formulas import Shown

if TYPE_CHECKING:
    from collections.abc import Iterable


class Row(Mapping[str, Shown]):
    """Values by id. `columns`: the place of each id, one mapping for all rows; `cells`: the values in that order."""

    __slots__ = ("cells", "columns")

    def __init__(self, columns: Mapping[str, int], cells: Iterable[Shown]) -> None:
        self.columns = columns
        self.cells = tuple(cells)

    def __getitem__(self, key: str) -> Shown:
        """The value of an id; KeyError for one that the form lacks."""
        return self.cells[self.columns[key]]

    def __iter__(self) -> Iterator[str]:
        """The ids in the form's order."""
        return iter(self.columns)

    def __len__(self) -> int:
        """How many ids there are."""
        return len(self.columns)

    def __repr__(self) -> str:
        """As a mapping shows."""
        return f"Row({dict(self)})"
