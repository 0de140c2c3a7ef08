"""The locked texts that tell one unit's workbook from another's."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nianbao.kinds import UnitKind
from nianbao.layout.identity import ENTRIES, FORMER
from nianbao.layout.places import UNIT_NAME

if TYPE_CHECKING:
    from nianbao.definition.form import Form
    from nianbao.layout.identity import Identity
    from nianbao.layout.places import Layout


def slots(form: Form, identity: Identity) -> dict[str, str]:
    """The text of every slot by name: cover lines and identity entries."""
    period = identity.period
    kind = identity.unit_kind
    texts = {
        UNIT_NAME: identity.unit_name,
        "unit.code": identity.unit_code,
        "unit.kind": UnitKind(kind).label if kind in set(UnitKind) else kind,
        "period": period.span(form.period).text() if period else "",
        "office": identity.office,
    }
    names = (name for name in ENTRIES if name != FORMER or identity.previous)
    return texts | {f"identity.{name}": getattr(identity, name) for name in names}


def banners(layout: Layout, identity: Identity, note: str = "") -> dict[str, str]:
    """The text of every sheet's banner: whose sheet it is (a printed page tells), its unit of measure, a note."""
    whose = f"填报单位：{identity.unit_name}"
    return {
        banner.name: "　　".join(filter(None, ("" if named else whose, banner.default, note)))
        for banner, named in layout.banners
    }
