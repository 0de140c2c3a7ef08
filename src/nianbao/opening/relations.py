"""How the parts of a workbook hang together, and which of them could run or fetch something."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Mapping
from typing import TYPE_CHECKING

from nianbao.frozen import frozen
from nianbao.messages import say
from nianbao.opening.grid import UnreadableError
from nianbao.opening.xmlpart import local, read_tree

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

    from nianbao.opening.container import Container
    from nianbao.opening.grid import Limits

LONGEST_LISTINGS = 10_000_000
ACTIVE_PART = re.compile(
    r"(^|/)(vbaProject|JDEData)[^/]*\.bin$|(^|/)connections\.(xml|bin)$"
    r"|(^|/)(externalLinks|embeddings|activeX|macrosheets|dialogsheets|queryTables|webextensions|model)/[^/]+$",
    re.IGNORECASE,
)
"""Macros (JDEData: those of WPS), links to other workbooks, embedded objects, connections, add-ins."""
ACTIVE_TYPES = frozenset(
    {
        "vbaProject",
        "externalLink",
        "externalLinkPath",
        "oleObject",
        "package",
        "control",
        "activeXControlBinary",
        "connections",
        "queryTable",
        "xlMacrosheet",
        "xlIntlMacrosheet",
        "dialogsheet",
        "webextension",
        "webextensiontaskpanes",
    }
)


@frozen
class Relation:
    """One link from a part: `kind` is its type's last word, `target` a part or an outside address."""

    kind: str
    target: str
    external: bool


Links = Mapping[str, Mapping[str, Relation]]


def read_relations(container: Container, limits: Limits) -> Links:
    """For each part that has links (in lower case; the package itself is ''), its links by their id.

    `UnreadableError` where the lists are longer than those of the most addresses that Excel takes.
    """
    listings = [name for name in container.names if name.casefold().endswith(".rels")]
    if sum(map(container.size, listings)) > LONGEST_LISTINGS:
        raise UnreadableError("too-large", say("文件内容过多；请删去多余内容后再报送"))
    return {_owner(listing): _read_listing(container, listing, limits) for listing in listings}


def active_parts(container: Container, links: Links) -> tuple[str, ...]:
    """The parts that could run or fetch something, by name and by type; outside addresses as written.

    A hyperlink is not among them (WPS makes one of each typed address), nor are pictures and comments.
    """
    by_name = {name for name in container.names if ACTIVE_PART.search(name)}
    by_kind = {link.target for listed in links.values() for link in listed.values() if _is_active(link)}
    return tuple(sorted(by_name | by_kind))


def _owner(listing: str) -> str:
    """`xl/workbook.xml` for `xl/_rels/workbook.xml.rels`."""
    folder, name = posixpath.split(listing.casefold())
    return posixpath.join(posixpath.dirname(folder), name.removesuffix(".rels"))


def _is_active(relation: Relation) -> bool:
    return relation.kind in ACTIVE_TYPES or (relation.external and relation.kind != "hyperlink")


def _read_listing(container: Container, listing: str, limits: Limits) -> dict[str, Relation]:
    folder = posixpath.dirname(posixpath.dirname(listing))
    return {
        element.get("Id", ""): _relation(folder, element)
        for element in read_tree(container.read(listing), listing, limits)
        if local(element) == "Relationship"
    }


def _relation(folder: str, element: Element) -> Relation:
    external = element.get("TargetMode") == "External"
    target = element.get("Target", "")
    return Relation(
        kind=element.get("Type", "").rpartition("/")[2],
        target=target if external else _resolved(folder, target),
        external=external,
    )


def _resolved(folder: str, target: str) -> str:
    """`xl/styles.xml` for `/xl/styles.xml`, or for `styles.xml` in a list of the folder `xl`."""
    return posixpath.normpath(posixpath.join("/", folder, target)).lstrip("/")
