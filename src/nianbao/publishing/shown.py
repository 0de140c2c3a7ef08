"""Each figure as a report prints it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nianbao.publishing.figures import digits

if TYPE_CHECKING:
    from collections.abc import Mapping

    from nianbao.publishing.content import Content


def shown_figures(content: Content) -> Mapping[str, str]:
    """The text of every cell by id; nothing where a draft has no figure."""
    values = content.figures.values
    cells = ((key, values.get(key)) for key in content.form.fields)
    return {key: "" if value is None else digits(value) for key, value in cells}
