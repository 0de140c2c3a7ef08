"""What a unit is: the kinds of the roster, fixed."""

from __future__ import annotations

from enum import StrEnum

from nianbao.messages import mark


class UnitKind(StrEnum):
    """The kind of a reporting unit; the value is its key in files, `label` the word on paper."""

    TOWN = "town"
    STREET = "street"
    BUREAU = "bureau"
    ZONE = "zone"
    OFFICE = "office"
    COUNTY = "county"
    CITY = "city"
    PROVINCE = "province"

    @property
    def label(self) -> str:
        """The printed word, in Chinese."""
        return LABELS[self]


LABELS = {
    UnitKind.TOWN: mark("乡镇"),
    UnitKind.STREET: mark("街道"),
    UnitKind.BUREAU: mark("部门"),
    UnitKind.ZONE: mark("开发区"),
    UnitKind.OFFICE: mark("本级机关"),
    UnitKind.COUNTY: mark("县级政府"),
    UnitKind.CITY: mark("设区的市"),
    UnitKind.PROVINCE: mark("省级"),
}

GOVERNMENTS = (UnitKind.COUNTY, UnitKind.CITY, UnitKind.PROVINCE)


def judged_as(kind: UnitKind, level: UnitKind) -> UnitKind:
    """The kind whose powers count: an own office (本级机关) reports for its government, one of `GOVERNMENTS`."""
    return level if kind is UnitKind.OFFICE else kind
