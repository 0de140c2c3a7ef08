from __future__ import annotations

import os
import subprocess
import sys
from typing import TYPE_CHECKING
from zipfile import ZipFile

import pytest

from conftest import ROOT

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel's contents in a folder of their own, as an installer would lay them out."""
    folder = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(folder), str(ROOT)]
    subprocess.run(command, check=True, capture_output=True)
    (wheel,) = folder.glob("*.whl")
    with ZipFile(wheel) as archive:
        archive.extractall(folder / "site")
    return folder / "site"


def run(installed: Path, cwd: Path, *words: str) -> str:
    """What the installed program says, run far from the checkout."""
    code = "import sys; from nianbao.cli import main; sys.exit(main())"
    environment = {**os.environ, "PYTHONPATH": str(installed)}
    done = subprocess.run(
        [sys.executable, "-c", code, *words],
        cwd=cwd,
        env=environment,
        capture_output=True,
        check=True,
        text=True,
    )
    return done.stdout


def test_an_installed_program_needs_no_checkout(installed: Path, tmp_path: Path) -> None:
    """Forms, samples and translations are in the wheel: the whole demo runs from it."""
    code = "import nianbao; print(nianbao.__file__)"
    environment = {**os.environ, "PYTHONPATH": str(installed)}
    where = subprocess.run(
        [sys.executable, "-c", code], env=environment, capture_output=True, check=True, text=True
    )
    assert where.stdout.startswith(str(installed))
    assert "zfxxgk-2019" in run(installed, tmp_path, "forms", "list")
    assert "713" in run(installed, tmp_path, "demo", "round", "--lang", "en")


def test_the_wheel_holds_nothing_else(installed: Path) -> None:
    """The package and its metadata, no tests."""
    assert {path.name.split("-")[0] for path in installed.iterdir()} == {"nianbao"}
    assert not list(installed.rglob("test_*"))
