"""Returns saved anew by LibreOffice and by openpyxl."""

from __future__ import annotations

import shutil
import subprocess
import tempfile
from pathlib import Path

import openpyxl

BATCH, ATTEMPTS, PATIENCE = 60, 4, 600


def save_by_openpyxl(sources: list[Path], folder: Path) -> None:
    """Each loaded and saved: every part rewritten, no cached results."""
    for source in sources:
        openpyxl.load_workbook(source).save(folder / source.name)


def save_by_libreoffice(sources: list[Path], folder: Path) -> None:
    """Each opened and saved, a batch at a time.

    soffice now and then leaves the last files of a batch out without a word: they are counted and tried again.
    """
    program = shutil.which("soffice") or shutil.which("libreoffice")
    if program is None:
        raise SystemExit("bench: LibreOffice (soffice) is needed for the files that it saves")
    with tempfile.TemporaryDirectory(prefix="bench-soffice-") as profile:
        start = [program, f"-env:UserInstallation={Path(profile).as_uri()}", "--headless", "--norestore"]
        for _ in range(ATTEMPTS):
            missing = [source for source in sources if not (folder / source.name).is_file()]
            for first in range(0, len(missing), BATCH):
                batch = map(str, missing[first : first + BATCH])
                command = [*start, "--convert-to", "xlsx", "--outdir", str(folder), *batch]
                subprocess.run(command, capture_output=True, timeout=PATIENCE, check=False)
    missing = [source for source in sources if not (folder / source.name).is_file()]
    if missing:
        raise SystemExit(f"bench: LibreOffice did not save {len(missing)} of {len(sources)} files")
