"""A file written whole or not at all, and a failure that names it.

The system names no file when a write fails (disk full), or names the temporary one.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from nianbao.writing import write_file

if TYPE_CHECKING:
    from pathlib import Path


def save(path: Path, data: bytes) -> None:
    """`data` stands at `path`, or what stood there before. Raises OSError with `path` in it."""
    try:
        write_file(path, data)
    except OSError as error:
        error.filename = str(path)
        raise


def save_changed(path: Path, data: bytes) -> bool:
    """Whether the file had to be written: one that holds `data` already is left alone."""
    try:
        if path.stat().st_size == len(data) and path.read_bytes() == data:
            return False
    except FileNotFoundError:
        pass
    save(path, data)
    return True
