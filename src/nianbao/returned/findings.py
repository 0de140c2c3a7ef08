"""One thing wrong, at its place, with what to do, in the words of the catalogue (`nianbao.complaints`)."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from typing import TYPE_CHECKING

from nianbao.complaints import (
    CATALOGUE,
    RULE_WORDING,
    RULE_WORDINGS,
    SEVERITY_WORDS,
    VARIANTS,
    Entry,
    Severity,
)
from nianbao.frozen import frozen
from nianbao.messages import Message, say

if TYPE_CHECKING:
    from collections.abc import Iterable

    from nianbao.layout.places import Layout
    from nianbao.opening.grid import Cell

__all__ = [
    "CATALOGUE",
    "RULE_WORDING",
    "RULE_WORDINGS",
    "SEVERITY_WORDS",
    "VARIANTS",
    "Entry",
    "Finding",
    "Severity",
    "Spot",
    "as_found",
    "found",
    "found_at",
    "grouped",
    "spots",
]

CELLS_NAMED, LABELS_NAMED = 6, 3
LONGEST_SHOWN, LONGEST_FOUND = 300, 60


@frozen
class Spot:
    """A cell as a finding names it: its id (empty where it has none), address and printed label.

    `shows`: what stands in it, where the finding is about that and not about a value of the form.
    """

    id: str
    cell: str
    label: str = ""
    shows: str = ""


@frozen
class Finding:
    """One complaint. `what` says what was found and what to do; where it stands is added by `message`.

    `hint`: a question what may have happened, where one slip would account for it.
    """

    code: str
    severity: Severity
    what: Message
    sheet: str = ""
    spots: tuple[Spot, ...] = ()
    found: str = ""
    expected: str = ""
    explained: str | None = None
    waived: str | None = None
    hint: Message | None = None

    @property
    def ids(self) -> tuple[str, ...]:
        """The ids of the cells it concerns."""
        return tuple(spot.id for spot in self.spots if spot.id)

    @property
    def cells(self) -> tuple[str, ...]:
        """Their addresses on `sheet`."""
        return tuple(spot.cell for spot in self.spots)

    @property
    def supersedes(self) -> bool:
        """Whether it says that another file of the unit counts instead of this one."""
        return self.code == "duplicate-return"

    @property
    def blocks(self) -> bool:
        """Whether the return cannot be accepted because of it."""
        return self.severity is Severity.ERROR and self.waived is None

    @property
    def settled(self) -> bool:
        """Whether nothing is asked of the unit any more: explained by it, or accepted by the office."""
        return bool(self.waived or (self.explained and self.severity is not Severity.ERROR))

    @property
    def message(self) -> Message:
        """Where, what was found, what to do."""
        where = self._where()
        return say("{where}：{what}", where=where, what=self.told) if where else self.told

    @property
    def told(self) -> Message:
        """What was found and what to do, with the hint."""
        return say("{what}{hint}", what=self.what, hint=self.hint) if self.hint else self.what

    @property
    def cells_named(self) -> Message:
        """`D5、E5`; of many cells the first few and how many there are."""
        cells = "、".join(self.cells[:CELLS_NAMED])
        if len(self.spots) > CELLS_NAMED:
            return say("{cells} 等 {count} 格", cells=cells, count=len(self.spots))
        return Message("{cells}", (("cells", cells),))

    @property
    def labels_named(self) -> str:
        """The printed labels of its cells; of many the first few."""
        labels = list(dict.fromkeys(spot.label for spot in self.spots[:CELLS_NAMED] if spot.label))
        return "；".join(labels[:LABELS_NAMED]) + ("…" if len(labels) > LABELS_NAMED else "")

    def _where(self) -> Message | None:
        """`三、依申请公开 D5（一、本年新收…·自然人）`; of many cells the first few."""
        if not self.sheet:
            return None
        if not self.spots:
            return Message("{sheet}", (("sheet", self.sheet),))
        label = f"（{self.labels_named}）" if self.labels_named else ""
        return say("{sheet} {cells}{label}", sheet=self.sheet, cells=self.cells_named, label=label)


def spots(layout: Layout, ids: Iterable[str]) -> tuple[Spot, ...]:
    """The cells of those ids in sheet order."""
    return tuple(_spot(layout, key) for key in sorted(set(ids), key=layout.order))


def _spot(layout: Layout, key: str) -> Spot:
    """The cell of an id with its printed label."""
    field = layout.form.fields.get(key)
    return Spot(key, layout.places[key].address, field.label if field else "")


def found_at(layout: Layout, code: str, ids: Iterable[str], **places: object) -> Finding:
    """A finding on cells of the form; `found` and `expected` among the places are kept as texts."""
    cells = spots(layout, ids)
    return replace(found(code, **places), sheet=layout.places[cells[0].id].sheet, spots=cells)


def found(code: str, **places: object) -> Finding:
    """A finding on the file as a whole; `code` may name one of its variants."""
    entry = VARIANTS[code] if code in VARIANTS else CATALOGUE[code]
    places = {name: _short(value) for name, value in places.items()}
    return Finding(
        code=code.partition(":")[0],
        severity=entry.severity,
        what=Message(entry.wording, tuple(sorted(places.items()))),
        found=_text(places.get("found")),
        expected=_text(places.get("expected")),
    )


def _short(value: object) -> object:
    """A text cut to what a person reads: what came in may be of any length."""
    return f"{value[:LONGEST_SHOWN]}…" if isinstance(value, str) and len(value) > LONGEST_SHOWN else value


def as_found(cell: Cell | None) -> str:
    """What stands in a cell, its formula before what that shows, short and yet never the same for two contents."""
    text = (cell.formula or cell.text.strip()) if cell else ""
    if len(text) <= LONGEST_FOUND:
        return text
    return f"{text[:LONGEST_FOUND]}…{hashlib.sha256(text.encode()).hexdigest()[:16]}"


def _text(value: object) -> str:
    """The value as text; nothing as an empty one."""
    return "" if value is None else str(value)


def grouped(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """The same complaint in several cells of a sheet as one finding; the order of first appearance is kept."""
    groups: dict[tuple[object, ...], list[Finding]] = {}
    for finding in findings:
        key = (finding.code, finding.sheet, finding.what, finding.explained, finding.waived, finding.hint)
        groups.setdefault(key, []).append(finding)
    return tuple(_joined(group) for group in groups.values())


def _joined(group: list[Finding]) -> Finding:
    """One complaint with the cells of all."""
    cells = dict.fromkeys(spot for finding in group for spot in finding.spots)
    return replace(group[0], spots=tuple(cells))
