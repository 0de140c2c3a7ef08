"""Whether a document holds several reports one after the other, so that no figure is one's for certain."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from nianbao.intake.document import Grid, Paragraph
from nianbao.intake.figures import is_figure
from nianbao.intake.labels import CERTAIN, likeness

if TYPE_CHECKING:
    from collections.abc import Sequence

    from nianbao.definition.form import Form
    from nianbao.intake.document import Item

LONGEST_HEADING = 60
LEAST_FIGURES = 3
LEAST_TABLES = 2
"""A table alone may be printed again, as last year's or after a page."""


def holds_several(items: Sequence[Item], form: Form) -> bool:
    """Whether tables stand under their headings again: once or more for at least two of them."""
    titles = {table.key: table.title for table in form.tables}
    under: str | None = None
    met: Counter[str] = Counter()
    figures = 0
    for item in items:
        if (key := _titled(item, titles)) is not None:
            under, figures = key, 0
            continue
        figures += _figures(item)
        if under is not None and figures >= LEAST_FIGURES:
            met[under] += 1
            under = None
    return sum(count > 1 for count in met.values()) >= LEAST_TABLES


def _titled(item: Item, titles: dict[str, str]) -> str | None:
    """The table whose heading a paragraph is."""
    if not isinstance(item, Paragraph) or not item.text or len(item.text) > LONGEST_HEADING:
        return None
    return next((key for key, title in titles.items() if likeness(item.text, title) >= CERTAIN), None)


def _figures(item: Item) -> int:
    """How many figures stand alone between spaces in a line; a grid has enough."""
    if isinstance(item, Grid):
        return LEAST_FIGURES
    return sum(map(is_figure, item.text.split())) if isinstance(item, Paragraph) else 0
