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
from xml.sax.saxutils import escape
from zipfile import ZipFile

import pytest

from nianbao.workbook.patching import rewrite, sheet_parts

if TYPE_CHECKING:
    from collections.abc import Sequence

    from lxml import etree

TYPING = """
Sub Main
  Dim hidden(0) As New com.sun.star.beans.PropertyValue
  hidden(0).Name = "Hidden"
  hidden(0).Value = True
  Dim book As Object
  book = StarDesktop.loadComponentFromURL("{path}", "_blank", 0, hidden())
{lines}
  Dim saving(0) As New com.sun.star.beans.PropertyValue
  saving(0).Name = "FilterName"
  saving(0).Value = "Calc MS Excel 2007 XML"
  book.storeToURL("{out}", saving())
  book.close(True)
  StarDesktop.terminate()
End Sub

Sub Enter(book As Object, sheetName As String, cellName As String, text As String)
  Dim cell As Object
  cell = book.Sheets.getByName(sheetName).getCellRangeByName(cellName)
  If book.Sheets.getByName(sheetName).isProtected() And cell.CellProtection.IsLocked Then Exit Sub
  cell.setFormula(text)
End Sub
"""
MODULE = """<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE script:module PUBLIC "-//OpenOffice.org//DTD OfficeDocument 1.0//EN" "module.dtd">
<script:module xmlns:script="http://openoffice.org/2000/script" script:name="Module1" script:language="StarBasic">
{source}
</script:module>
"""
PATIENCE = 180  # seconds; the first start builds a profile


def convert(path: Path, to: str, out_dir: Path) -> Path:
    """The file that LibreOffice writes into `out_dir` for `path`; `to` is xlsx, xls, ods, pdf, csv.

    Without LibreOffice the test is skipped, and fails where CI is set.
    """
    out_dir.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="soffice-") as profile:
        done = _run(profile, "--convert-to", to, "--outdir", str(out_dir), str(path))
    written = out_dir / f"{path.stem}.{to.split(':', maxsplit=1)[0]}"
    if done.returncode or not written.is_file():
        pytest.fail(f"LibreOffice wrote no {written.name}: {done.stdout}{done.stderr}")
    return written


def typed_into(path: Path, entries: Sequence[tuple[str, str, str]], out: Path) -> bytes:
    """The workbook after a clerk typed each text into its cell (sheet, cell, text) and saved it as .xlsx.

    LibreOffice opens it, refuses what is locked as it would on the screen, takes each text as typed, and saves.
    """
    lines = "".join(f'  Call Enter(book, "{sheet}", "{cell}", "{text}")\n' for sheet, cell, text in entries)
    source = TYPING.format(path=path.as_uri(), out=out.as_uri(), lines=lines)
    with tempfile.TemporaryDirectory(prefix="soffice-") as profile:
        _run(profile, "--terminate_after_init")  # makes the profile, and the module that is written over now
        module = Path(profile) / "user" / "basic" / "Standard" / "Module1.xba"
        module.write_text(MODULE.format(source=escape(source)), encoding="utf-8")
        done = _run(profile, "macro:///Standard.Module1.Main()")
    if not out.is_file():
        pytest.fail(f"LibreOffice saved nothing: {done.stdout}{done.stderr}")
    return out.read_bytes()


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


def _run(profile: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [_program(), f"-env:UserInstallation={Path(profile).as_uri()}", "--headless", "--norestore"]
    command += arguments
    return subprocess.run(command, capture_output=True, text=True, timeout=PATIENCE, check=False)


def _program() -> str:
    program = shutil.which("soffice") or shutil.which("libreoffice")
    if program:
        return program
    if os.environ.get("CI"):
        pytest.fail("LibreOffice (soffice) is missing, and CI needs it")
    pytest.skip("LibreOffice (soffice) is not installed")
