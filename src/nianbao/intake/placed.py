"""What was found in a report's tables: each cell of the form with what stood there, and what could not be placed."""

from __future__ import annotations

from dataclasses import dataclass, field

from nianbao.frozen import frozen


@frozen
class Entry:
    """What stood in a cell of the form, as text. `unit`: of money, where the column's head names one.

    `together`: the rows that are printed as this one; `likeness`: how like the labels were.
    """

    id: str
    text: str
    unit: str = ""
    together: tuple[str, ...] = ()
    likeness: float = 1.0


@frozen
class Doubt:
    """Cells of the form that could not be filled: `why` and what stood there."""

    why: str
    ids: tuple[str, ...]
    text: str = ""


@frozen
class Altered:
    """A printed label that differs from the form's; `ids`: the cells beside or under it."""

    ids: tuple[str, ...]
    found: str
    expected: str


@dataclass(slots=True)
class Placed:
    """What was found so far."""

    entries: dict[str, list[Entry]] = field(default_factory=dict)
    doubts: list[Doubt] = field(default_factory=list)
    altered: list[Altered] = field(default_factory=list)
    strange: list[tuple[str, str]] = field(default_factory=list)

    def take(self, entry: Entry) -> None:
        """One cell."""
        self.entries.setdefault(entry.id, []).append(entry)

    def add(self, other: Placed) -> None:
        """All that was found elsewhere."""
        for entries in other.entries.values():
            for entry in entries:
                self.take(entry)
        self.doubts += other.doubts
        self.altered += other.altered
        self.strange += other.strange

    def score(self) -> float:
        """How much of the form was found, labels that are only like its own counting for less."""
        return sum(entries[0].likeness for entries in self.entries.values())

    def tables(self) -> frozenset[str]:
        """The tables of which something was found."""
        return frozenset(key.partition(".")[0] for key in self.entries)
