"""A traced figure for people and for programs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from nianbao.beijing import moment
from nianbao.messages import Message, mark, say
from nianbao.reports.document import figures
from nianbao.returned.answers import digits

if TYPE_CHECKING:
    from collections.abc import Iterator

    from nianbao.layout.formulas import Shown
    from nianbao.layout.places import Layout
    from nianbao.ledger.tracing import Traced


def trace_document(layout: Layout, key: str, traced: Traced) -> dict[str, Any]:
    """The document of `trace`."""
    place = layout.places[key]
    return {
        "id": key,
        "sheet": place.sheet,
        "cell": place.address,
        "county": {
            "path": traced.path,
            "sha256": traced.sha256,
            "at": traced.at,
            "complete": traced.complete,
        },
        "total": figures({key: traced.total})[key],
        "units": [
            {
                "code": part.unit,
                "name": part.name,
                "value": figures({key: part.value})[key],
                "path": part.path,
                "sha256": part.sha256,
                "sheet": place.sheet,
                "cell": place.address,
            }
            for part in traced.parts
        ],
    }


def trace_title(layout: Layout, key: str, traced: Traced) -> Message:
    """Which figure it is, where it stands, and from which merge."""
    place, field = layout.places[key], layout.form.fields[key]
    return say(
        "{label}（{key}，{sheet} {cell}），{at} 汇总到 {path}：",
        label=field.label,
        key=key,
        sheet=place.sheet,
        cell=place.address,
        at=moment(traced.at),
        path=traced.path,
    )


def trace_rows(layout: Layout, key: str, traced: Traced) -> Iterator[list[str]]:
    """Each unit's code, name, figure, file, cell and SHA-256; the sum last where the figures add up."""
    place = layout.places[key]
    yield [*HEADS]
    for part in traced.parts:
        yield [
            part.unit,
            part.name,
            _shown(part.value),
            part.path,
            f"{place.sheet} {place.address}",
            part.sha256,
        ]
    if traced.total is not None:
        yield ["", mark("合计"), _shown(traced.total), "", "", ""]


HEADS = (*(mark("单位代码"), mark("单位名称"), mark("数"), mark("文件"), mark("单元格"), mark("SHA-256")),)
"""What the columns are."""


def _shown(value: Shown) -> str:
    """The value as it reads."""
    return "-" if value is None else value if isinstance(value, str) else digits(value)
