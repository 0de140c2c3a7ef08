"""Where a workbook that came by mail is put: by unit and day, under a name that cannot leave its folder."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from typing import TYPE_CHECKING

from nianbao.beijing import BEIJING
from nianbao.gathering.found import is_litter
from nianbao.writing import holds

if TYPE_CHECKING:
    from datetime import datetime
    from pathlib import Path

LONGEST = 120
"""Bytes of a name that are kept: with day, number and a temporary file's affixes it stays within 255."""
_FORBIDDEN = frozenset('/\\:*?"<>|')
_NAMELESS = "未命名"
_STAMP = re.compile(r"^\d{4}-\d\d-\d\d_\d{6}_(?:[0-9a-f]{12}_)?(?=.)")
"""What `place_for` puts before a name."""


def safe_name(name: str) -> str:
    """The last step of a name, without anything that a file system could take for something else."""
    last = unicodedata.normalize("NFC", name.replace("\\", "/").rstrip("/").rpartition("/")[2][-500:])
    shown = (
        "".join(c if c.isprintable() and c not in _FORBIDDEN else "_" for c in last).strip().lstrip(".~$ ")
    )
    stem, dot, ending = shown.rpartition(".")
    if not dot or len(ending) > 8:
        stem, ending = shown, ""
    room = LONGEST - len(ending.encode()) - 1
    stem = stem.encode()[:room].decode(errors="ignore").rstrip(". ") or _NAMELESS
    ending = ending.rstrip(". ")
    return f"{stem}.{ending}" if ending and not is_litter(f"x.{ending}") else stem


def own_name(path: str) -> str:
    """The name that the sender gave the file at such a place."""
    return _STAMP.sub("", path.rpartition("/")[2])


def place_for(folder: Path, name: str, data: bytes, received: datetime) -> Path:
    """`<folder>/2026-01-13_093000_<name>`; with part of its SHA-256 where another file has that name.

    The same file of the same moment has the same place, however often it is asked for.
    """
    moment = received.astimezone(BEIJING).strftime("%Y-%m-%d_%H%M%S")
    path = folder / f"{moment}_{safe_name(name)}"
    if not path.exists() or holds(path, data):
        return path
    return path.with_name(f"{moment}_{hashlib.sha256(data).hexdigest()[:12]}_{safe_name(name)}")
