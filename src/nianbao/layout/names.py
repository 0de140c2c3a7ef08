"""The names that a workbook gives its cells, by which they are found again when they were moved."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nianbao.layout.boxes import Answer
from nianbao.layout.places import line_key
from nianbao.layout.planning import STATUS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from nianbao.layout.places import Layout, Place

PREFIX = "nb_"


def named(layout: Layout) -> Iterator[str]:
    """The keys that get a defined name: everything filled, every total, every check's mark, the cover's status."""
    marks = {STATUS, *(line_key(line.number, "result") for line in layout.lines)}
    for key, box in layout.box_of.items():
        if isinstance(box.content, Answer) or key in layout.form.fields or key in marks:
            yield key


def defined_name(key: str) -> str:
    """The workbook's name for a cell: `nb_t3_new_natural`."""
    return PREFIX + key.replace(".", "_").replace("-", "_")


def fixed_address(place: Place) -> str:
    """`'校验'!$F$10`, as a name points to a cell."""
    letters = place.address.rstrip("0123456789")
    return f"'{place.sheet}'!${letters}${place.address.removeprefix(letters)}"
