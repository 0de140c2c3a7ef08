"""Lines of the 校验 sheet that count: inputs left empty, and inputs that hold what they may not."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from nianbao.definition.form import FieldType
from nianbao.layout.formulas import BAD, GOOD, YES, LineResult
from nianbao.layout.identity import CONSOLIDATED

if TYPE_CHECKING:
    from collections.abc import Sequence

    from nianbao.definition.form import Field
    from nianbao.layout.formulas import Addresses, Shown, State


@dataclass(frozen=True, slots=True)
class BlankLine:
    """How many inputs of a table are empty; no fault once blanks are declared 0."""

    number: int
    fields: Sequence[Field]

    def show(self, state: State) -> LineResult:
        """The count and its mark."""
        asked = [field for field in self.fields if field.adds_up or not state.consolidated]
        blank = sum(state.cells.get(field.id) in {None, ""} for field in asked)
        result = GOOD if state.declared or not blank else BAD
        return LineResult(blank, 0, blank, result, blank if result == BAD else 0)

    def left_excel(self, at: Addresses) -> str:
        """The count; without what does not add up in a consolidated workbook."""
        adding = _blank_counts([item for item in self.fields if item.adds_up], at)
        others = _blank_counts([item for item in self.fields if not item.adds_up], at)
        if not others:
            return adding
        single = f'IF({at.cell("identity.role")}="{CONSOLIDATED}",0,{others})'
        return f"{adding}+{single}" if adding else single

    def right_excel(self, at: Addresses) -> str:
        """None should be."""
        del at
        return "0"

    def result_excel(self, at: Addresses) -> str:
        """✓ or ✗."""
        fine = f'OR({at.cell("cover.blank_is_zero")}="{YES}",{at.line(self.number, "left")}=0)'
        return f'IF({fine},"{GOOD}","{BAD}")'

    def count_excel(self, at: Addresses) -> str:
        """Every empty cell is a place."""
        return f'IF({at.line(self.number, "result")}="{BAD}",{at.line(self.number, "left")},0)'


def _blank_counts(fields: Sequence[Field], at: Addresses) -> str:
    """The empty cells among some fields, counted range by range."""
    parts = at.ranges(item.id for item in fields).split(",") if fields else []
    return "+".join(f"COUNTBLANK({part})" for part in parts)


@dataclass(frozen=True, slots=True)
class FaultyLine:
    """How many inputs of a table hold what they may not: words, fractions, negatives, an unknown choice."""

    number: int
    fields: Sequence[Field]

    def show(self, state: State) -> LineResult:
        """The count and its mark."""
        faulty = sum(_faults(field, state.cells.get(field.id)) for field in self.fields)
        return LineResult(faulty, 0, faulty, BAD if faulty else GOOD, faulty)

    def left_excel(self, at: Addresses) -> str:
        """The counts of each kind of fault, added."""
        parts = []
        for area, sample in _areas(self.fields, at):
            parts += _fault_counts(area, sample)
        return "+".join(parts)

    def right_excel(self, at: Addresses) -> str:
        """None should be."""
        del at
        return "0"

    def result_excel(self, at: Addresses) -> str:
        """✓ or ✗."""
        return f'IF({at.line(self.number, "left")}=0,"{GOOD}","{BAD}")'

    def count_excel(self, at: Addresses) -> str:
        """Every fault is a place."""
        return at.line(self.number, "left")


def _areas(fields: Sequence[Field], at: Addresses) -> list[tuple[str, Field]]:
    """The ranges of the fields that are judged alike, with one of these fields."""
    alike: dict[tuple[FieldType, tuple[str, ...]], list[Field]] = {}
    for item in fields:
        alike.setdefault((item.type, item.choices), []).append(item)
    return [
        (area, group[0]) for group in alike.values() for area in at.ranges(f.id for f in group).split(",")
    ]


def _fault_counts(area: str, sample: Field) -> list[str]:
    """Excel counts of what is wrong in a range of like fields."""
    if sample.type is FieldType.CHOICE:
        known = "".join(f'-COUNTIF({area},"{choice}")' for choice in sample.choices)
        return [f"COUNTA({area}){known}"]
    counts = [f"COUNTA({area})-COUNT({area})"]
    if sample.type is not FieldType.SIGNED:
        counts.append(f'COUNTIF({area},"<0")')
    if sample.type is not FieldType.DECIMAL:
        counts.append(f'SUMPRODUCT(ISNUMBER({area})*ISNUMBER(FIND(".",{area})))')
    return counts


def _faults(item: Field, shown: Shown) -> int:
    """How many of `_fault_counts` one cell adds to."""
    if shown is None:
        return 0
    if item.type is FieldType.CHOICE:
        return int(shown not in item.choices)
    if isinstance(shown, str):
        return 1
    negative = item.type is not FieldType.SIGNED and shown < 0
    fraction = item.type is not FieldType.DECIMAL and shown != int(shown)
    return int(negative) + int(fraction)
