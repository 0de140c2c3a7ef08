"""Returns for the tests of reports: the figures of the samples' published reports, with texts."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from conftest import figures, make_identity
from nianbao.kinds import UnitKind
from nianbao.layout.shelf import find_form
from nianbao.returned.returns import Checked

if TYPE_CHECKING:
    from collections.abc import Mapping

    from nianbao.layout.formulas import Shown

TEXTS = {
    "text.overview": "一年来，新收 {{ t3.new.total }} 件。\n　　第二段 <b>& {单个花括号}。",
    "text.problems": "公开不够及时；已经改进，明确专人。",
    "text.other": "本年度没有收取信息处理费。",
}


def case(
    name: str = "county-y-2025",
    *,
    texts: Mapping[str, str] | None = None,
    values: Mapping[str, Shown] | None = None,
) -> Checked:
    """The sample of that name as an accepted return; some texts and figures otherwise."""
    given = figures(name)
    layout = find_form(given["edition"])
    identity = make_identity(layout, kind=UnitKind.COUNTY, year=given["year"])
    return Checked(
        path=f"{name}.xlsx",
        sha256="",
        received=None,
        identity=replace(identity, unit_name="示例县"),
        values={**dict.fromkeys(layout.form.fields), **given["values"], **dict(values or {})},
        texts={**TEXTS, **dict(texts or {})},
        unit_code="101",
        unit_name="示例县",
        kind=UnitKind.COUNTY,
    )
