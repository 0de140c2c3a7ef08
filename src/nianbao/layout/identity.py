"""Who a workbook says it is: the entries of its very-hidden sheet, and the keyed signature over them."""

from __future__ import annotations

import hashlib
import hmac
from dataclasses import fields, replace
from typing import TYPE_CHECKING

from nianbao.frozen import frozen
from nianbao.kinds import UnitKind
from nianbao.period import Period

if TYPE_CHECKING:
    from collections.abc import Mapping

SINGLE, CONSOLIDATED = "return", "county"
OWN_COLUMN, ISSUED_COLUMN = 1, 2
"""Columns (from 0) of the hidden sheet: what a workbook says of itself; on a consolidated one also what the level
above said of its office, on the blank that it sent it."""
LATER = frozenset({"units", "previous"})
"""Entries that the first version did not write."""


@frozen
class Identity:
    """The entries, all text as they stand in the workbook.

    `role` is `return` for one unit's workbook and `county` for a consolidated one; `complete` is `no` for a
    consolidated workbook that lacks units, `units` says how many it has (empty in others, and in those made
    before this entry was). `previous` is there where the workbook shows the figures of the period before: their stamp
    (`former.stamp`). `signature` is an HMAC-SHA256 in hex, empty where unsigned.
    """

    form: str
    edition: str
    year: str
    part: str
    round_id: str
    office: str
    unit_code: str
    unit_name: str
    unit_kind: str
    judged_as: str
    template_version: str
    role: str = SINGLE
    complete: str = "yes"
    units: str = ""
    previous: str = ""
    signature: str = ""

    @property
    def period(self) -> Period | None:
        """The period it reports on; None where the entries make no sense."""
        return Period.of(self.year, self.part)

    @property
    def kind(self) -> UnitKind | None:
        """The kind of unit whose powers count; None where it is none of ours."""
        return UnitKind(self.judged_as) if self.judged_as in set(UnitKind) else None

    def signed(self, key: bytes) -> Identity:
        """The same with its signature."""
        return replace(self, signature=self._digest(key))

    def is_signed_with(self, key: bytes) -> bool:
        """Whether the signature fits every entry."""
        return hmac.compare_digest(self._digest(key).encode(), self.signature.encode())

    def _digest(self, key: bytes) -> str:
        """The HMAC over every entry but the signature, each with its length, so that none can run into another.

        An entry of `LATER` that is empty is left out, as it was before there was such an entry.
        """
        entries = [(name, getattr(self, name)) for name in ENTRIES if name != "signature"]
        signed = [(name, value) for name, value in entries if value or name not in LATER]
        text = "".join(f"{name}:{len(value)}:{value};" for name, value in signed)
        return hmac.new(key, text.encode(), hashlib.sha256).hexdigest()


ENTRIES = tuple(entry.name for entry in fields(Identity))
FORMER = "previous"
"""The entry that only workbooks have which show the period before."""


def rows(*, beside: bool) -> tuple[str, ...]:
    """The entries in the order of the hidden sheet's rows: `FORMER` last, so that it shifts none."""
    names = tuple(name for name in ENTRIES if name != FORMER)
    return (*names, FORMER) if beside else names


def read_identity(entries: Mapping[str, str]) -> Identity | None:
    """The identity in the entries found; None where one is missing that every version wrote."""
    if not {"form", "edition", "year", "unit_code"} <= set(entries):
        return None
    return Identity(**{name: entries.get(name, "") for name in ENTRIES})
