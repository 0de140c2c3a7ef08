"""How the parts of a workbook hang together, and which of them could run or fetch something."""

from __future__ import annotations

import posixpath
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from nianbao.xmlpart import Attributes, read_elements

if TYPE_CHECKING:
    from nianbao.container import Container

ACTIVE_PART = re.compile(
    r"(^|/)(vbaProject|JDEData)[^/]*\.bin$|(^|/)connections\.(xml|bin)$"
    r"|(^|/)(externalLinks|embeddings|activeX|macrosheets|dialogsheets|queryTables|webextensions|model)/[^/]+$",
    re.IGNORECASE,
)
"""Macros (JDEData: those of WPS), links to other workbooks, embedded objects, connections, add-ins."""
ACTIVE_TYPES = frozenset(
    "vbaProject wordVbaData externalLink externalLinkPath oleObject package control activeXControlBinary "
    "connections queryTable xlMacrosheet xlIntlMacrosheet dialogsheet webextension webextensiontaskpanes".split()
)


@dataclass(frozen=True, slots=True)
class Relation:
    """One link from a part: `kind` is the last word of its type, `target` a part's name or an outside address."""

    kind: str
    target: str
    external: bool


def relations(container: Container, part: str) -> dict[str, Relation]:
    """The links of `part` by their id; none where the file has no list of them. The package itself is ''."""
    folder, name = posixpath.split(part)
    listing = posixpath.join(folder, "_rels", f"{name}.rels")
    return _read_relations(container, listing) if listing in container else {}


def active_parts(container: Container) -> tuple[str, ...]:
    """The parts that could run or fetch something, by name and by type; other files' addresses as written.

    A hyperlink is not among them (WPS makes one of each typed address), nor are pictures and comments.
    """
    found = {name for name in container.names if ACTIVE_PART.search(name)}
    for listing in container.names:
        if listing.casefold().endswith(".rels"):
            found.update(r.target for r in _read_relations(container, listing).values() if _is_active(r))
    return tuple(sorted(found))


def _is_active(relation: Relation) -> bool:
    return relation.kind in ACTIVE_TYPES or (relation.external and relation.kind != "hyperlink")


def _read_relations(container: Container, listing: str) -> dict[str, Relation]:
    found: dict[str, Relation] = {}
    folder = posixpath.dirname(posixpath.dirname(listing))

    def start(name: str, attributes: Attributes) -> None:
        if name == "Relationship":
            external = attributes.get("TargetMode") == "External"
            target = attributes.get("Target", "")
            found[attributes.get("Id", "")] = Relation(
                kind=attributes.get("Type", "").rpartition("/")[2],
                target=target if external else _resolved(folder, target),
                external=external,
            )

    read_elements(container.read(listing), listing, start)
    return found


def _resolved(folder: str, target: str) -> str:
    """`/xl/styles.xml` as the package knows it: `xl/styles.xml`; a relative one starts at the part's folder."""
    return posixpath.normpath(posixpath.join("/", folder, target)).lstrip("/")
