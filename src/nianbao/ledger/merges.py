"""What was merged when: the county workbook written, and the file of each unit that counted in it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nianbao.frozen import frozen
from nianbao.ledger.book import now

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from nianbao.ledger.basis import Basis
    from nianbao.ledger.book import Book, Writer


@frozen
class Counted:
    """A unit's file that counted. `path`: as seen from the round; `sender`: what the round knows of the unit."""

    unit: str
    name: str
    path: str
    sha256: str
    sender: str


@frozen
class Merged:
    """A county workbook that was written. `path`: as seen from the round."""

    path: str
    sha256: str
    complete: bool
    counted: Sequence[Counted]


def record_merge(book: Book, merged: Merged, basis: Basis) -> None:
    """The merge recorded, unless it is the last one to that path over again."""
    last = "SELECT sha256 FROM merged WHERE path = ? ORDER BY id DESC"
    if book.row(last, (merged.path,)) == (merged.sha256,):
        return
    with book.writing() as writer:
        if writer.row(last, (merged.path,)) == (merged.sha256,):
            return
        number = basis_row(writer, basis)
        said = (now(), merged.path, merged.sha256, len(merged.counted), int(merged.complete), number)
        writer.add("merged", [said], columns="at, path, sha256, units, complete, basis")
        [merge] = writer.row("SELECT max(id) FROM merged")
        judged = "SELECT id FROM judged WHERE sha256 = ? AND basis = ? AND sender = ?"
        rows = []
        for one in merged.counted:
            [judgement] = writer.row(judged, (one.sha256, number, one.sender)) or [0]
            rows.append((merge, one.unit, one.name, one.path, one.sha256, judgement))
        writer.add("counted", rows, columns="merged, unit, name, path, sha256, judged")


def last_path(book: Book) -> str:
    """Where the last county workbook was written, as seen from the round; empty where there was none."""
    last = book.row("SELECT path FROM merged ORDER BY id DESC")
    return str(last[0]) if last else ""


def last_counted(book: Book) -> tuple[str, Mapping[str, str]]:
    """When the last merge was, and the SHA-256 of each unit's file that counted in it; empty where there was none."""
    last = book.row("SELECT id, at FROM merged ORDER BY id DESC")
    if last is None:
        return "", {}
    number, at = last
    return at, dict(book.rows("SELECT unit, sha256 FROM counted WHERE merged = ?", (number,)))


def basis_row(writer: Writer, basis: Basis) -> int:
    """The number of the basis among those recorded."""
    writer.add(
        "basis", [(now(), basis.digest, basis.program, basis.words)], columns="at, digest, program, words"
    )
    [number] = writer.row("SELECT id FROM basis WHERE digest = ?", (basis.digest,))
    return int(number)
