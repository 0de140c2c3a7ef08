"""What is imported before anything is done: start-up is the whole wait for fifty units."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from office import make_round, run_apart, send_back

if TYPE_CHECKING:
    from pathlib import Path

HEAVY = {"pandas", "numpy", "openpyxl", "xlsxwriter", "lxml"}
IMPORTED = """
import sys
from nianbao.cli import main
main(sys.argv[1:])
print("imported:", *sorted({name.partition(".")[0] for name in sys.modules}))
"""


def imported(*arguments: str | Path) -> set[str]:
    """The packages that a command has imported when it is done."""
    lines = run_apart(IMPORTED, *arguments).out.splitlines()
    return set(lines[-1].removeprefix("imported: ").split())


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A round with a return in it."""
    here = make_round(tmp_path_factory.mktemp("office") / "r")
    send_back(here, "101")
    return here.folder


@pytest.mark.parametrize("command", ["status", "check"])
def test_reading_returns_imports_no_writer_and_no_pandas(command: str, folder: Path) -> None:
    """Also with files to be read."""
    assert not HEAVY & imported(command, "-C", folder)


def test_help_imports_neither_these_nor_what_definitions_need() -> None:
    """No pydantic, no YAML, no rich panels."""
    assert not (HEAVY | {"pydantic", "ruamel", "python_calamine"}) & imported("--help")


def test_forms_import_none_of_these() -> None:
    """They are read, not written."""
    assert not HEAVY & imported("forms")
