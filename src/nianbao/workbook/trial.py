"""A blank that nobody gets: what a form's workbooks will be like, for its definition to be judged by."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nianbao.kinds import UnitKind
from nianbao.layout.identity import Identity
from nianbao.layout.slots import banners, slots
from nianbao.period import PARTS
from nianbao.workbook.blank import write_master
from nianbao.workbook.protection import lock

if TYPE_CHECKING:
    from nianbao.layout.places import Layout


def trial_blank(layout: Layout, kind: UnitKind = UnitKind.TOWN) -> bytes:
    """The blank of a unit that there is not, not signed."""
    form = layout.form
    identity = Identity(
        form=form.form,
        edition=form.edition,
        year=str(form.first_year),
        part="1" if PARTS[form.period] else "",
        round_id="",
        office="示例县",
        unit_code="000",
        unit_name="示例单位",
        unit_kind=kind,
        judged_as=kind,
        template_version=layout.template_version,
    )
    return lock(write_master(layout, kind, slots(form, identity) | banners(layout, identity)))
