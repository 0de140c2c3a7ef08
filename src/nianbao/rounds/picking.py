"""The office's own choice of the return that counts for a unit, in place of the newest acceptable one."""

from __future__ import annotations

import os
import re
from typing import TYPE_CHECKING

from nianbao.messages import say
from nianbao.problems import refuse
from nianbao.rounds.examining import Examining, examine, guard_ledger
from nianbao.rounds.rounds import RETURNED

if TYPE_CHECKING:
    from collections.abc import Sequence

    from nianbao.returned.returns import Checked
    from nianbao.roster.units import Unit
    from nianbao.rounds.rounds import Round

_DIGEST = re.compile("[0-9a-f]{8,64}")


def pick(here: Round, unit: Unit, word: str) -> tuple[Checked, bool]:
    """The file chosen by its path or the beginning of its SHA-256, and whether that is new; recorded.

    Raises OfficeError where it is no acceptable return of the unit, LedgerError where it cannot be recorded.
    """
    from nianbao.ledger.book import Book  # noqa: PLC0415 -- SQLite where it is used
    from nianbao.ledger.decisions import PICK, Decision, decide  # noqa: PLC0415 -- as above
    from nianbao.ledger.origin import Origins  # noqa: PLC0415 -- as above

    guard_ledger(here)
    found, _ = examine(here, Examining())
    checked = _chosen([file for file in found.files if file.unit_code == unit.code], unit, word)
    path = Origins(here.folder, RETURNED).seen(checked.path) or checked.path
    facts = {"sha256": checked.sha256, "path": path}
    with Book(here.ledger_path) as book:
        return checked, decide(book, Decision(PICK, unit.code, facts=facts))


def unpick(here: Round, unit: Unit) -> bool:
    """Whether there was a choice to take back. Raises LedgerError."""
    from nianbao.ledger.book import Book  # noqa: PLC0415 -- SQLite where it is used
    from nianbao.ledger.decisions import PICK, Decision, decide  # noqa: PLC0415 -- as above

    with Book(here.ledger_path) as book:
        return decide(book, Decision(PICK, unit.code, undone=True))


def _chosen(files: Sequence[Checked], unit: Unit, word: str) -> Checked:
    """The unit's file that the word means."""
    meant = [file for file in files if _means(word, file)]
    if not meant:
        raise refuse(
            say(
                "「{unit}」报来的表里没有「{word}」。请写 returned/ 里的文件，或 SHA-256 的前 8 位以上。",
                unit=unit.name,
                word=word,
            )
        )
    if len({file.sha256 for file in meant}) > 1:
        raise refuse(say("「{word}」对得上几份文件。请多写几位，或写文件的路径。", word=word))
    if not meant[0].acceptable:
        raise refuse(
            say("{path} 有必须改正的问题，不能作为上报表。请退回改正，或先核准。", path=meant[0].path)
        )
    return meant[0]


def _means(word: str, file: Checked) -> bool:
    """Whether the word is the file's path, or the beginning of its digest."""
    if _DIGEST.fullmatch(word.lower()) and file.sha256.startswith(word.lower()):
        return True
    if word == file.path or f"/{word}" == file.path[-len(word) - 1 :]:
        return True
    return os.path.abspath(word) == os.path.abspath(file.path)  # noqa: PTH100 -- links stay as they are
