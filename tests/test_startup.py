"""What is imported before anything is done: start-up is the whole wait for fifty units."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from office import make_round, run_apart, send_back

if TYPE_CHECKING:
    from pathlib import Path

HEAVY = {"pandas", "numpy", "openpyxl", "xlsxwriter", "lxml"}
DEFINING = {"pydantic", "ruamel"}
"""What reading a definition takes; its form is kept, so the second command does without."""
NEVER = {"ssl", "http", "asyncio", "multiprocessing", "python_calamine", "dask", "distributed", "fsspec"}
"""What libraries bring along by the way, and what only an old file or a large round needs."""
IMPORTED = """
import sys
from nianbao.cli import main
try:
    main(sys.argv[1:])
finally:
    print("imported:", *sorted({name.partition(".")[0] for name in sys.modules}))
    print("rich:", *sorted(name for name in sys.modules if name.startswith("rich.")))
"""


def imported(*arguments: str | Path, **environment: str) -> set[str]:
    """The packages that a command has imported when it is done."""
    lines = run_apart(IMPORTED, *arguments, **environment).out.splitlines()
    return set(lines[-2].removeprefix("imported: ").split())


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A round with a return in it, whose form is kept."""
    here = make_round(tmp_path_factory.mktemp("office") / "r")
    send_back(here, "101")
    assert "nianbao" in imported("status", "-C", here.folder)
    return here.folder


@pytest.mark.parametrize("command", ["status", "check"])
def test_reading_returns_imports_only_what_reads_them(command: str, folder: Path) -> None:
    """No writer, no pandas; no pydantic either, once the form is kept."""
    assert not (HEAVY | DEFINING | NEVER) & imported(command, "-C", folder)


def test_a_definition_is_read_where_its_form_is_not_kept(folder: Path, tmp_path: Path) -> None:
    """So the test above sees that it is kept."""
    assert imported("status", "-C", folder, XDG_CACHE_HOME=str(tmp_path)) >= DEFINING


def test_blanks_need_the_writer_alone(folder: Path) -> None:
    """XlsxWriter, and lxml for what is patched; no pandas, no openpyxl."""
    assert not ({"pandas", "numpy", "openpyxl"} | DEFINING | NEVER) & imported("blank", "-C", folder)


@pytest.mark.parametrize("arguments", [["--help"], ["--version"], ["status", "--help"], ["check", "--help"]])
def test_help_imports_none_of_these(arguments: list[str]) -> None:
    """And no rich panels."""
    assert not (HEAVY | DEFINING | NEVER) & imported(*arguments)


@pytest.mark.parametrize("arguments", [["--help"], ["status", "--help"]])
def test_help_takes_nothing_of_rich_but_widths(arguments: list[str]) -> None:
    """Its consoles and panels take 50 ms."""
    rich = run_apart(IMPORTED, *arguments).out.splitlines()[-1].split()[1:]
    assert "rich.cells" in rich
    assert not {"rich.console", "rich.panel", "rich.table", "rich.progress"} & set(rich)


@pytest.mark.parametrize(
    ("typed", "place", "offered"), [("nianbao st", "1", "status"), ("nianbao status --", "2", "--json")]
)
def test_completion_offers_words_and_imports_none_of_these(typed: str, place: str, offered: str) -> None:
    """At each press of the key a whole process runs."""
    asked = {"_NIANBAO_COMPLETE": "complete_bash", "COMP_WORDS": typed, "COMP_CWORD": place}
    lines = run_apart(IMPORTED, **asked).out.splitlines()
    assert offered in lines
    assert not (HEAVY | DEFINING | NEVER) & imported(**asked)


def test_the_completion_script_is_shown() -> None:
    """To be installed by hand."""
    shown = run_apart(IMPORTED, "--show-completion", "bash", _TYPER_COMPLETE_TEST_DISABLE_SHELL_DETECTION="1")
    assert "_NIANBAO_COMPLETE=complete_bash" in shown.out


def test_forms_import_none_of_these() -> None:
    """They are read, not written."""
    assert not HEAVY & imported("forms")


def test_values_are_taken_as_given(folder: Path) -> None:
    """Typer's converter is not asked about texts and paths, so that its pydantic is not imported."""
    assert "pydantic" not in imported("check", "--form", "2021", folder / "returned" / "101.xlsx", "--json")
