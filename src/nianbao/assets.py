"""The data that ships with the program (forms, the sample round), and what tells one program from another."""

from __future__ import annotations

import os
import sys
from functools import lru_cache
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING

import nianbao

if TYPE_CHECKING:
    from collections.abc import Iterator

PACKAGE = Path(__file__).parent
CHECKOUT = PACKAGE.parent.parent
_BUILT = frozenset({".py", ".so", ".pyd"})


def shipped(name: str) -> Path:
    """The folder `templates` or `samples`: in the installed package, else in the checkout."""
    inside = PACKAGE / "shipped" / name
    return inside if inside.is_dir() else CHECKOUT / name


def program_stamp(*folders: Path) -> str:
    """What changes with the program: its version, Python's, and name, size and time of every module in the folders."""
    states = sorted(state for folder in folders for state in _modules(folder))
    return sha256(repr((nianbao.__version__, sys.version, states)).encode()).hexdigest()


@lru_cache(1)
def program_named() -> str:
    """The program by its version and its modules' contents: the same on every machine that has the same program."""
    digest = sha256()
    for name in sorted(name.replace(os.sep, "/") for name, _, _ in _modules(PACKAGE)):
        digest.update(name.encode() + b"\0" + (PACKAGE / name).read_bytes())
    return f"{nianbao.__version__}（{digest.hexdigest()[:8]}）"


def _modules(folder: Path) -> Iterator[tuple[str, int, int]]:
    """The modules in a folder, through all levels."""
    with os.scandir(folder) as entries:
        for entry in entries:
            if entry.is_dir(follow_symlinks=False):
                if entry.name != "__pycache__":
                    yield from _modules(Path(entry.path))
            elif os.path.splitext(entry.name)[1] in _BUILT:  # noqa: PTH122 -- some hundred modules at each start
                status = entry.stat()
                yield os.path.relpath(entry.path, PACKAGE), status.st_size, status.st_mtime_ns
