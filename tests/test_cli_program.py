"""The program itself: help, language, forms, and what the system refuses."""

from __future__ import annotations

import os
import subprocess
from typing import TYPE_CHECKING

import pytest

import nianbao
from conftest import SAFETY
from definitions import changed
from nianbao.cli.refusals import refusal
from nianbao.cli.tree import COMMANDS
from office import MAIN, PYTHON, make_round, run, run_apart

if TYPE_CHECKING:
    from pathlib import Path


def test_no_command_is_misuse() -> None:
    """The help on standard error, status 2."""
    ran = run()
    assert (ran.status, ran.out) == (2, "")
    assert all(name in ran.err for name in COMMANDS)


def test_help_and_version() -> None:
    """On standard output, status 0."""
    ran = run("--help")
    assert (ran.status, ran.err) == (0, "")
    assert "用法：nianbao [选项] 命令 …" in ran.out
    assert "check    审核收回的表，逐处说明问题。" in ran.out
    assert run("--version").out == f"nianbao {nianbao.__version__}\n"


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_has_help(name: str) -> None:
    """Without colours or frames, in lines no wider than the terminal."""
    ran = run(name, "--help")
    assert ran.status == 0
    assert ran.out.startswith(f"用法：nianbao {name} [选项]")
    assert "\x1b" not in ran.out


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("chekc",), '没有命令「chekc」，是否为 "check"？'),
        (("forms", "lnt"), '是否为 "lint"？'),
        (("--lang", "fr", "status"), "「fr」"),
        (("status", "--lang"), "--lang 后面要写"),
        (("--nothing",), "没有选项 --nothing"),
        (("fill",), "缺少 BLANK"),
        (("fill", "a", "b"), "缺少 --output"),
    ],
)
def test_misuse_is_said_in_chinese_with_what_was_meant(arguments: tuple[str, ...], said: str) -> None:
    """Status 2, nothing on standard output."""
    ran = run(*arguments)
    assert (ran.status, ran.out) == (2, "")
    assert said in ran.err


@pytest.mark.parametrize(
    "arguments",
    [("--lang", "en", "--help"), ("--help", "--lang=en"), ("--lang=zh", "--help", "--lang", "en")],
)
def test_the_language_may_stand_anywhere(arguments: tuple[str, ...]) -> None:
    """The last one counts."""
    assert run(*arguments).out.startswith("Usage: nianbao [OPTIONS] COMMAND …")


def test_the_language_of_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """An option goes before it; what is no language of ours is Chinese."""
    monkeypatch.setenv("NIANBAO_LANG", "en_GB.UTF-8")
    assert run("--help").out.startswith("Usage:")
    assert run("--help", "--lang", "zh").out.startswith("用法：")
    monkeypatch.setenv("NIANBAO_LANG", "fr")
    assert run("--help").out.startswith("用法：")


def test_forms_are_listed() -> None:
    """Alone and as `list`."""
    ran = run("forms")
    assert ran.status == 0
    assert [line.split()[0] for line in ran.out.splitlines()] == ["zfxxgk-2019", "zfxxgk-2021"]
    assert run("forms", "list").out == ran.out


@pytest.mark.parametrize("arguments", [("--json",), ("list", "--json"), ("--json", "list")])
def test_forms_are_one_json_document(arguments: tuple[str, ...]) -> None:
    """With the years that each serves, and its title in the language asked for."""
    assert run("--lang", "en", "forms", *arguments).document == {
        "forms": [
            {
                "name": f"zfxxgk-{edition}",
                "form": "zfxxgk",
                "edition": edition,
                "years": {"from": int(edition), "to": last},
                "title": "Annual report on government information disclosure",
            }
            for edition, last in (("2019", 2020), ("2021", None))
        ]
    }


def test_lint_as_json_lists_every_mistake(tmp_path: Path) -> None:
    """Status 2 and nothing on standard error; of a good definition an empty list and status 0."""
    path = tmp_path / "form.yaml"
    path.write_text(changed(("version: 3", "version: x"), ("form: safety", "form: safety\nfrom: 1")), "utf-8")
    ran = run("forms", "lint", path, "--json")
    assert (ran.status, ran.err) == (2, "")
    assert [(problem["file"], problem["line"]) for problem in ran.document["problems"]] == [
        (str(path), 3),
        (str(path), 5),
    ]
    assert "「version」写的是「x」" in ran.document["problems"][1]["message"]
    good = run("forms", "--json", "lint", SAFETY)
    assert (good.status, good.document) == (0, {"problems": []})


def test_forms_show_json_has_every_cell_with_an_id() -> None:
    """The newest edition by default; tables, texts and the cover."""
    document = run("forms", "show", "--json").document
    assert list(document) == ["form", "edition", "cells"]
    assert (document["form"], document["edition"]) == ("zfxxgk", "2021")
    cells = {cell["id"]: cell for cell in document["cells"]}
    assert list(cells["t3.new.total"]) == ["id", "kind", "type", "sheet", "cell", "label"]
    assert (cells["t3.new.total"]["kind"], cells["t2.fees.amount"]["type"]) == ("formula", "decimal")
    assert cells["text.overview"]["kind"] == "text"
    assert {key for key in cells if key.startswith("cover.")} == {
        "cover.contact",
        "cover.phone",
        "cover.filled_on",
        "cover.blank_is_zero",
    }


def test_forms_show_for_people() -> None:
    """A line for each cell under a heading."""
    ran = run("forms", "show", "2019")
    assert ran.status == 0
    assert ran.out.splitlines()[0].split() == ["编号", "种类", "类型", "位置", "栏目"]
    assert run("forms", "show", "2018").status == 2


def test_forms_lint(tmp_path: Path) -> None:
    """A right definition, and one with two mistakes."""
    definition = nianbao.__path__[0] + "/../../templates/zfxxgk-2021.yaml"
    assert run("forms", "lint", definition).out.startswith("没有发现错误\nzfxxgk-2021")
    bad = tmp_path / "bad.yaml"
    bad.write_text(f"extends: {definition}\nperiod: yearly\ntabels: {{}}\n", encoding="utf-8")
    ran = run("forms", "lint", bad)
    assert (ran.status, ran.out) == (2, "")
    assert [line.split(": ")[0] for line in ran.err.splitlines()] == [f"{bad}:2", f"{bad}:3"]
    assert run("forms", "lint", tmp_path / "none.yaml").status == 2


def test_the_program_runs_as_a_process(tmp_path: Path) -> None:
    """UTF-8 in a pipe, whatever the system's language, and the status for the shell."""
    make_round(tmp_path / "r")
    ran = run_apart(MAIN, "status", "-C", tmp_path / "r", LC_ALL="C", PYTHONUTF8="0", PYTHONCOERCECLOCALE="0")
    assert ran.status == 1
    assert "共 3 个单位" in ran.out


def test_a_reader_that_goes_away_is_no_fault() -> None:
    """`nianbao forms show | head`: quiet."""
    read, write = os.pipe()
    os.close(read)
    done = subprocess.run(
        [PYTHON, "-c", MAIN, "forms", "show"], stdout=write, stderr=subprocess.PIPE, check=False
    )
    os.close(write)
    assert (done.returncode, done.stderr) == (1, b"")


def test_a_full_disk_is_said_and_loses_nothing(tmp_path: Path) -> None:
    """Files may grow to 4 kB only: every blank is bigger. The one that was there stays.

    Python would leave bytecode cut off at that length, and fail on it ever after: it writes none here.
    """
    here = make_round(tmp_path / "r")
    path = here.blank_path(here.roster.units[0])
    path.write_bytes(b"old")
    limited = "import resource; resource.setrlimit(resource.RLIMIT_FSIZE, (4000, 4000)); " + MAIN
    ran = run_apart(limited, "blank", "-C", here.folder, PYTHONDONTWRITEBYTECODE="1")
    assert (ran.status, ran.out) == (2, "")
    assert str(path) in ran.err
    assert "磁盘已满" in ran.err
    assert "Traceback" not in ran.err
    assert [file.name for file in here.blank_folder.iterdir()] == [path.name]
    assert path.read_bytes() == b"old"


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (OSError(28, "", "f"), "f：磁盘已满"),
        (OSError(2, "", "f"), "f：找不到"),
        (OSError(13, "", "f"), "f：没有权限"),
        (OSError(21, "", "f"), "f：是文件夹"),
        (OSError(20, "", "f"), "f：路径中间"),
        (OSError(5, "", b"f"), "f：系统拒绝了这个操作（Input/output error）"),
    ],
)
def test_what_the_system_refuses_is_said_with_the_path(error: OSError, said: str) -> None:
    """And what to do."""
    assert str(refusal(error)).startswith(said)


def test_an_interruption_is_no_traceback(monkeypatch: pytest.MonkeyPatch) -> None:
    """Status 130."""

    def interrupted(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("nianbao.layout.shelf.form_names", interrupted)
    monkeypatch.setattr("nianbao.cli.forms.all_forms", interrupted)
    assert run("forms").status == 130


BROKEN_OFF = """
import sys
class Finder:
    def find_spec(self, name, *_):
        if name == "nianbao.cli.tree":
            raise KeyboardInterrupt
sys.meta_path.insert(0, Finder())
from nianbao.__main__ import main
sys.exit(main())
"""


def test_an_interruption_while_the_program_is_loaded_is_no_traceback() -> None:
    """Most of the time that somebody waits, it is being loaded."""
    ran = run_apart(BROKEN_OFF, "forms")
    assert (ran.status, ran.out, ran.err) == (130, "", "")


def test_the_program_is_a_module_too() -> None:
    """`python -m nianbao`, where scripts are not on the path."""
    done = subprocess.run([PYTHON, "-m", "nianbao", "--version"], capture_output=True, check=True, text=True)
    assert done.stdout == f"nianbao {nianbao.__version__}\n"


@pytest.mark.parametrize("closed", [">&-", "2>&-", ">&- 2>&-"])
def test_a_closed_stream_is_no_crash(tmp_path: Path, closed: str) -> None:
    """A program started without standard output or error still ends with its own status."""
    program = f'"{PYTHON}" -c "import sys; from nianbao.cli import main; sys.exit(main())"'
    command = f"{program} forms list {closed}"
    done = subprocess.run(["sh", "-c", command], cwd=tmp_path, capture_output=True, check=False, text=True)
    assert (done.returncode, done.stderr) == (0, "")


def test_names_and_cells_do_not_steer_the_terminal(tmp_path: Path) -> None:
    """Escape sequences, line ends and turned writing in a file's name are shown as codes."""
    (tmp_path / "a\nb\x1b[31m\u202e.xlsx").write_bytes(b"")
    ran = run("check", tmp_path)
    assert "a\\nb\\x1b[31m\\x202e.xlsx" in ran.out
    assert "\x1b" not in ran.out
