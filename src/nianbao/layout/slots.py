"""The locked texts that tell one unit's workbook from another's."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nianbao.kinds import UnitKind
from nianbao.layout.identity import ENTRIES

if TYPE_CHECKING:
    from nianbao.definition.form import Form
    from nianbao.layout.identity import Identity


def slots(form: Form, identity: Identity) -> dict[str, str]:
    """The text of every slot by name: cover lines and identity entries; banners are left to the writer."""
    period = identity.period
    kind = identity.unit_kind
    texts = {
        "unit.name": identity.unit_name,
        "unit.code": identity.unit_code,
        "unit.kind": UnitKind(kind).label if kind in set(UnitKind) else kind,
        "period": period.span(form.period).text() if period else "",
        "office": identity.office,
    }
    return texts | {f"identity.{name}": getattr(identity, name) for name in ENTRIES}
