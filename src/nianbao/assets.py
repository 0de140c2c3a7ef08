"""The data that ships with the program (forms, the sample round), and what tells one program from another."""

from __future__ import annotations

from hashlib import sha256
from pathlib import Path

import nianbao

PACKAGE = Path(__file__).parent
CHECKOUT = PACKAGE.parent.parent


def shipped(name: str) -> Path:
    """The folder `templates` or `samples`: in the installed package, else in the checkout."""
    inside = PACKAGE / "shipped" / name
    return inside if inside.is_dir() else CHECKOUT / name


def program_stamp(folder: Path) -> str:
    """What changes with the program: its version, and the size and time of a folder's modules."""
    modules = sorted(folder.glob("*.py"))
    states = [
        (module.name, status.st_size, status.st_mtime_ns) for module in modules for status in [module.stat()]
    ]
    return sha256(repr((nianbao.__version__, states)).encode()).hexdigest()
