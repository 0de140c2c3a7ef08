"""The `subtotals` of a definition: sums that the form does not print, under ids that texts can quote."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from nianbao.definition.claiming import inputs_under
from nianbao.definition.form import Subtotal
from nianbao.definition.mistakes import shown
from nianbao.messages import say

if TYPE_CHECKING:
    from collections.abc import Mapping

    from nianbao.definition.form import Field
    from nianbao.definition.mistakes import Mistakes
    from nianbao.definition.schema import SubtotalSource

HERE = "subtotals"
ID = re.compile(r"[a-z][a-z0-9_]*(\.[a-z][a-z0-9_]*){1,5}", re.ASCII)


def build_subtotals(
    sources: Mapping[str, SubtotalSource], fields: Mapping[str, Field], mistakes: Mistakes
) -> tuple[Subtotal, ...]:
    """The sums in the file's order; the unit is that of the first cell."""
    return tuple(_subtotal(key, source, fields, mistakes) for key, source in sources.items())


def _subtotal(key: str, source: SubtotalSource, fields: Mapping[str, Field], mistakes: Mistakes) -> Subtotal:
    """One sum; its id is none of a cell's, and stands beneath a table as theirs do."""
    tables = {field.table for field in fields.values()}
    if not ID.fullmatch(key) or key.partition(".")[0] not in tables:
        mistakes.add(
            (HERE, key), say("小计的编号要像 t3.refused.total：表的编号，后面是小写字母、数字、下划线")
        )
    elif key in fields or any(cell.startswith(f"{key}.") for cell in fields):
        mistakes.add((HERE, key), say("「{id}」已是表中的编号，小计要用别的编号", id=shown(key)))
    terms = tuple(inputs_under(source.of, fields, (HERE, key, "of"), mistakes))
    return Subtotal(key, source.label, fields[terms[0]].unit if terms and terms[0] in fields else "", terms)
