"""A Word document as PDF, by LibreOffice where it is installed."""

from __future__ import annotations

import shutil
import subprocess
import tempfile
from pathlib import Path

from nianbao.messages import say
from nianbao.problems import refuse

PROGRAMS = ("soffice", "libreoffice")
PATIENCE = 180
"""Seconds: the first start builds a profile."""
SHOWN = 300


def office_program() -> str | None:
    """Where LibreOffice is; None where it is not installed."""
    return next((path for name in PROGRAMS if (path := shutil.which(name))), None)


def require_office() -> str:
    """Where LibreOffice is. Raises OfficeError where it is not installed."""
    program = office_program()
    if program is None:
        raise refuse(
            say("没有找到 LibreOffice，不能写 PDF。请安装 LibreOffice，或在 Word、WPS 里另存为 PDF。")
        )
    return program


def as_pdf(document: bytes) -> bytes:
    """The pages of a .docx. Raises OfficeError where there is no LibreOffice, or it fails.

    It works in a folder and with a profile of its own, so that one that the clerk has open is not disturbed.
    """
    program = require_office()
    with tempfile.TemporaryDirectory(prefix="nianbao-pdf-") as name:
        folder = Path(name)
        source, profile = folder / "report.docx", folder / "profile"
        source.write_bytes(document)
        command = [program, f"-env:UserInstallation={profile.as_uri()}", "--headless", "--norestore"]
        command += ["--convert-to", "pdf", "--outdir", name, str(source)]
        try:
            done = subprocess.run(  # noqa: S603 -- our own words, and a program of the path
                command, capture_output=True, timeout=PATIENCE, check=False
            )
        except (OSError, subprocess.TimeoutExpired) as error:
            raise _failed(str(error)) from error
        written = source.with_suffix(".pdf")
        if done.returncode or not written.is_file():
            raise _failed((done.stderr or done.stdout).decode(errors="replace"))
        return written.read_bytes()


def _failed(detail: str) -> Exception:
    return refuse(say("LibreOffice 没有写出 PDF：{detail}", detail=detail.strip()[:SHOWN]))
