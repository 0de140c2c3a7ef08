"""LibreOffice as an oracle: a real spreadsheet program opens, recalculates and re-saves a workbook.

Every call has its own profile folder, so that tests may run side by side.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING
from zipfile import ZipFile

import pytest

from nianbao.workbook.patching import rewrite, sheet_parts

if TYPE_CHECKING:
    from lxml import etree

PATIENCE = 180  # seconds; the first start builds a profile


def convert(path: Path, to: str, out_dir: Path) -> Path:
    """The file that LibreOffice writes into `out_dir` for `path`; `to` is xlsx, xls, ods, pdf, csv.

    Without LibreOffice the test is skipped, and fails where CI is set.
    """
    program = _program()
    out_dir.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="soffice-") as profile:
        command = [program, f"-env:UserInstallation={Path(profile).as_uri()}", "--headless", "--norestore"]
        command += ["--convert-to", to, "--outdir", str(out_dir), str(path)]
        done = subprocess.run(command, capture_output=True, text=True, timeout=PATIENCE, check=False)
    written = out_dir / f"{path.stem}.{to.split(':', maxsplit=1)[0]}"
    if done.returncode or not written.is_file():
        pytest.fail(f"LibreOffice wrote no {written.name}: {done.stdout}{done.stderr}")
    return written


def recalculated(data: bytes, folder: Path) -> bytes:
    """The workbook re-saved after LibreOffice computed every formula, cached results taken out before."""
    bare = folder / "bare.xlsx"
    with ZipFile(BytesIO(data)) as archive:
        parts = sheet_parts(archive).values()
    bare.write_bytes(rewrite(data, dict.fromkeys(parts, _drop_results)))
    return convert(bare, "xlsx", folder / "out").read_bytes()


def drop_result(cell: etree._Element) -> None:
    """A cell without its value and the value's type."""
    for value in cell.findall("{*}v"):
        cell.remove(value)
    if "t" in cell.attrib:
        del cell.attrib["t"]


def _drop_results(root: etree._Element) -> None:
    """Formulas without results, so that they must be computed."""
    for cell in root.iter("{*}c"):
        if cell.find("{*}f") is not None:
            drop_result(cell)


def _program() -> str:
    program = shutil.which("soffice") or shutil.which("libreoffice")
    if program:
        return program
    if os.environ.get("CI"):
        pytest.fail("LibreOffice (soffice) is missing, and CI needs it")
    pytest.skip("LibreOffice (soffice) is not installed")
