"""Where the report's templates are: a round's own, in its `templates/report`, goes before the one that ships."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nianbao.assets import shipped
from nianbao.reading import MEGABYTE, read_whole

if TYPE_CHECKING:
    from pathlib import Path

FOLDER = ("templates", "report")
WORD, WEB = "report.docx", "report.html"
LARGEST = 10 * MEGABYTE


def template_path(name: str, folder: Path | None) -> Path:
    """The template of that name for the round in `folder`."""
    if folder is not None:
        own = folder.joinpath(*FOLDER, name)
        if own.exists():
            return own
    return shipped(FOLDER[0]) / FOLDER[1] / name


def read_template(path: Path) -> bytes:
    """Its bytes. Raises OfficeError, OSError."""
    return read_whole(path, most=LARGEST)
