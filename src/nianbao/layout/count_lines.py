"""Lines of the 校验 sheet that count: inputs and sections left empty, and inputs that hold what they may not.

Both judge a cell as the reader of returns does (docs/decisions/0012), one fault a cell.
"""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from nianbao.definition.form import FieldType
from nianbao.frozen import frozen
from nianbao.layout.formulas import BAD, GOOD, PENDING, YES, LineResult
from nianbao.layout.identity import CONSOLIDATED

if TYPE_CHECKING:
    from collections.abc import Sequence

    from nianbao.definition.form import Field
    from nianbao.definition.texts import Text
    from nianbao.layout.formulas import Addresses, State

SPACES = " \u3000"
"""What a cell may hold and still be empty: pressing the space bar is how many clear a cell."""
SIGNIFICANT = 15
"""Digits that Excel and WPS keep, and compare."""
BEYOND = 10**SIGNIFICANT


@frozen
class BlankLine:
    """How many inputs of a table are empty; no fault once blanks are declared 0."""

    number: int
    fields: Sequence[Field]

    @property
    def ids(self) -> tuple[str, ...]:
        """The table's inputs."""
        return tuple(field.id for field in self.fields)

    def show(self, state: State) -> LineResult:
        """The count and its mark."""
        asked = self.fields
        if state.consolidated:
            asked = [field for field in asked if field.adds_up]
        typed = _typed(asked, state)
        blank = len(asked) - len(typed) + sum(_is_blank(shown) for _, shown in typed)
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
    return "+".join(f"SUMPRODUCT(1-{_is_filled_excel(part)})" for part in parts)


@frozen
class FaultyLine:
    """How many inputs of a table hold what they may not: words, fractions, negatives, formulas, an unknown choice."""

    number: int
    fields: Sequence[Field]

    @property
    def ids(self) -> tuple[str, ...]:
        """The table's inputs."""
        return tuple(field.id for field in self.fields)

    def show(self, state: State) -> LineResult:
        """The count and its mark."""
        faulty = sum(_is_faulty(field, shown) for field, shown in _typed(self.fields, state))
        return LineResult(faulty, 0, faulty, BAD if faulty else GOOD, faulty)

    def left_excel(self, at: Addresses) -> str:
        """The faulty cells; in a unit's own workbook also those that hold a formula, where the program can tell."""
        tests = [(area, faulty_excel(area, sample)) for area, sample in alike(self.fields, at)]
        faulty = "+".join(f"SUMPRODUCT({test})" for _, test in tests)
        formulas = "+".join(f"SUMPRODUCT(_xlfn.ISFORMULA({area})*(1-{test}))" for area, test in tests)
        return f'{faulty}+IF({at.cell("identity.role")}="{CONSOLIDATED}",0,IFERROR({formulas},0))'

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


@frozen
class EmptyLine:
    """Whether a section that is required has nothing in it.

    A consolidated workbook gets its sections when it is finished, by hand: until then the line waits, and is no fault.
    """

    number: int
    text: Text

    @property
    def ids(self) -> tuple[str, ...]:
        """The section."""
        return (self.text.id,)

    def show(self, state: State) -> LineResult:
        """1 for nothing written."""
        shown = state.cells.get(self.text.id)
        empty = int(shown is None or _is_blank(shown))
        result = GOOD if not empty else PENDING if state.consolidated else BAD
        return LineResult(empty, 0, empty, result, int(result == BAD))

    def left_excel(self, at: Addresses) -> str:
        """Whether all of the section's cells are empty."""
        return f"IF(SUMPRODUCT(1*{_is_filled_excel(at.stack(self.text.id))})=0,1,0)"

    def right_excel(self, at: Addresses) -> str:
        """It should not be."""
        del at
        return "0"

    def result_excel(self, at: Addresses) -> str:
        """✓, ✗ or 待填."""
        wrong = f'IF({at.cell("identity.role")}="{CONSOLIDATED}","{PENDING}","{BAD}")'
        return f'IF({at.line(self.number, "left")}=0,"{GOOD}",{wrong})'

    def count_excel(self, at: Addresses) -> str:
        """One place."""
        return f'IF({at.line(self.number, "result")}="{BAD}",1,0)'


def alike(fields: Sequence[Field], at: Addresses) -> list[tuple[str, Field]]:
    """The ranges of the fields that are judged alike, with one of these fields."""
    groups: dict[tuple[FieldType, tuple[str, ...]], list[Field]] = {}
    for item in fields:
        groups.setdefault((item.type, item.choices), []).append(item)
    return [
        (area, group[0]) for group in groups.values() for area in at.ranges(f.id for f in group).split(",")
    ]


def faulty_excel(area: str, sample: Field) -> str:
    """1 for each cell of the area that holds what it may not, else 0: an array, or one number for one cell.

    A test that meets words or an error is an error itself, so that `1/test` is a number for what is right only;
    Excel compares numbers to 15 digits, as the reader does.
    """
    if sample.type is FieldType.CHOICE:
        choices = (choice.replace('"', '""') for choice in sample.choices)
        right = "+".join(f'EXACT(TRIM({area}),"{choice}")' for choice in choices)
    else:
        right = f"(ROUND({area},{sample.type.decimals})={area})*(ABS({area})<1E+{SIGNIFICANT})"
        right += "" if sample.type is FieldType.SIGNED else f"*({area}>=0)"
    return f"ISERROR(1/({right}))*{_is_filled_excel(area)}"


def _is_filled_excel(area: str) -> str:
    """TRUE for each cell of the area that is not empty; errors are not."""
    return f'ISERROR(1/(TRIM(SUBSTITUTE({area},"\u3000",""))=""))'


def _typed(fields: Sequence[Field], state: State) -> list[tuple[Field, int | Decimal | str]]:
    """The fields that hold something, with it; most of a blank's hold nothing."""
    cells = state.cells
    return [(item, shown) for item in fields if (shown := cells.get(item.id)) is not None]


def _is_blank(shown: int | Decimal | str) -> bool:
    """Nothing but spaces."""
    return isinstance(shown, str) and not shown.strip(SPACES)


def _is_faulty(item: Field, shown: int | Decimal | str) -> bool:
    """What `faulty_excel` finds in one cell."""
    if _is_blank(shown):
        return False
    if item.type is FieldType.CHOICE:
        return str(shown).strip(" ") not in item.choices
    if isinstance(shown, str):
        return True
    number = Decimal(format(float(shown), f".{SIGNIFICANT}g"))
    negative = item.type is not FieldType.SIGNED and number < 0
    return negative or abs(number) >= BEYOND or round(number, item.type.decimals) != number
