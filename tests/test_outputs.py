"""Where merge, check --xlsx and fill may write their results."""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import tempfile
from pathlib import Path

import pytest

from office import MAIN, PYTHON, SECRET, make_round, run, run_apart, send_back

COMMANDS: dict[str, list[str]] = {
    "merge": ["merge", "-o"],
    "check": ["check", "--xlsx"],
    "fill": ["fill", "own.xlsx", "values.xlsx", "-o"],
}


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A complete round with blanks, a ledger, and a blank and values to be filled; not to be changed."""
    here = make_round(tmp_path_factory.mktemp("office") / "r")
    send_back(here, "101", "102", "103")
    run("blank", "-C", here.folder)
    run("check", "-C", here.folder)
    shutil.copy(here.blank_path(here.roster.units[0]), here.folder / "own.xlsx")
    (here.folder / "values.xlsx").write_bytes(b"{}")
    return here.folder


@pytest.fixture
def folder(made: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of it, the working folder."""
    shutil.copytree(made, tmp_path / "r")
    monkeypatch.chdir(tmp_path / "r")
    return tmp_path / "r"


def seen(folder: Path) -> dict[str, tuple[int, str]]:
    """What stands in a folder: mode and content of everything in it."""
    return {
        str(path.relative_to(folder)): (
            path.lstat().st_mode,
            hashlib.sha256(path.read_bytes()).hexdigest() if path.is_file() and not path.is_symlink() else "",
        )
        for path in sorted(folder.rglob("*"))
    }


def refused(folder: Path, command: str, target: str) -> str:
    """The complaint of a command that may not write there; nothing in the folder has changed."""
    before = seen(folder)
    ran = run(*COMMANDS[command], target)
    assert (ran.status, ran.out) == (2, "")
    assert "Traceback" not in ran.err
    assert seen(folder) == before
    return ran.err


EVERY = pytest.mark.parametrize("command", COMMANDS)


@EVERY
@pytest.mark.parametrize(
    ("target", "said"),
    [
        ("nianbao.toml", "以 .xlsx 结尾"),
        ("units.csv", "以 .xlsx 结尾"),
        ("ledger.sqlite", "以 .xlsx 结尾"),
        ("previous.csv", "以 .xlsx 结尾"),
        ("returned/new.zip", "以 .xlsx 结尾"),
        ("new", "以 .xlsx 结尾"),
        ("new.xls", "以 .xlsx 结尾"),
        ("blank/101_东河镇_2025.xlsx", "空白表"),
        ("blank/new.xlsx", "空白表"),
        ("results/../blank/new.xlsx", "空白表"),
        ("returned/101.xlsx", "收回的表"),
        ("templates/report/new.xlsx", "模板"),
        ("mail/new.xlsx", "留存的邮件"),
        ("results", "文件夹"),
        ("", "文件夹"),
        ("none/" + "n" * 260 + ".xlsx", "太长"),
        ("units.csv/a/new.xlsx", "不是文件夹"),
    ],
)
def test_a_name_that_is_taken_or_cannot_be(folder: Path, command: str, target: str, said: str) -> None:
    """Settings, roster, ledger, blanks, returns and folders stay, and only a workbook is written."""
    assert said in refused(folder, command, target)


@EVERY
@pytest.mark.parametrize(
    "own", ["nianbao.toml", "units.csv", "ledger.sqlite", "returned/101.xlsx", "blank/101_东河镇_2025.xlsx"]
)
def test_an_own_file_by_another_name(folder: Path, command: str, own: str) -> None:
    """A hard link and a link to what the round rests on are no free names."""
    (folder / "hard.xlsx").hardlink_to(folder / own)
    (folder / "soft.xlsx").symlink_to(own)
    assert "不能写在它上面" in refused(folder, command, "hard.xlsx")
    assert "快捷链接" in refused(folder, command, "soft.xlsx")


@EVERY
def test_what_is_no_file(folder: Path, command: str) -> None:
    """Pipes, folders, and links to them, to nothing and to themselves stay."""
    os.mkfifo("pipe.xlsx")
    Path("folder.xlsx").mkdir()
    for name, goal in (("a", "pipe.xlsx"), ("b", "folder.xlsx"), ("c", "gone.xlsx"), ("d", "d.xlsx")):
        Path(f"{name}.xlsx").symlink_to(goal)
    for name in ("pipe", "folder", "a", "b", "c", "d"):
        assert "这里已有同名的" in refused(folder, command, f"{name}.xlsx")


@EVERY
def test_another_rounds_files(folder: Path, command: str, made: Path, tmp_path: Path) -> None:
    """The round that a path lies in is seen to, though the command works in another; a link leads nowhere new."""
    shutil.copytree(made, tmp_path / "other")
    (tmp_path / "link").symlink_to(tmp_path / "other" / "blank")
    for target in ("../other/blank/new.xlsx", "../link/new.xlsx", "../other/returned/101.xlsx"):
        assert "不能写" in refused(folder, command, target)
    (tmp_path / "hard.xlsx").hardlink_to(folder / "units.csv")
    assert "名录" in refused(folder, command, "../hard.xlsx")


@EVERY
def test_the_blank_of_the_level_above(folder: Path, command: str) -> None:
    """The settings name it; it stays."""
    shutil.copy("own.xlsx", "上级.xlsx")
    settings = Path("nianbao.toml").read_text(encoding="utf-8")
    assert 'upward = ""' in settings
    Path("nianbao.toml").write_text(settings.replace('upward = ""', 'upward = "上级.xlsx"'), encoding="utf-8")
    assert "上级发来的空白表" in refused(folder, command, "上级.xlsx")


@pytest.mark.parametrize("name", ["own.xlsx", "values.xlsx"])
def test_fill_does_not_write_over_what_it_reads(folder: Path, name: str) -> None:
    """BLANK and VALUES, also by another name."""
    Path("hard.xlsx").hardlink_to(name)
    for target in (name, f"./{name}", "hard.xlsx"):
        assert "要读取的文件" in refused(folder, "fill", target)


def test_check_does_not_write_over_what_it_reads(folder: Path) -> None:
    """A file outside returned/, a file within a folder, an archive with the name of a workbook."""
    Path("in").mkdir()
    shutil.copy("own.xlsx", "in/a.xlsx")
    shutil.make_archive("packed", "zip", "in")
    Path("packed.zip").rename("in/packed.xlsx")
    before = seen(folder)
    for target in ("in/a.xlsx", "in/packed.xlsx"):
        ran = run("check", "in", "--xlsx", target)
        assert (ran.status, ran.out) == (2, "")
        assert "要读取的文件" in ran.err
    assert seen(folder) == before


def test_a_name_that_cannot_be_written_is_said_before_the_work(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nobody waits for forty thousand files to be read first."""
    monkeypatch.setattr("nianbao.rounds.examining.review", None)
    for command in ("merge", "check"):
        assert "以 .xlsx 结尾" in refused(folder, command, "new.txt")


@EVERY
def test_a_free_name_and_a_former_result(folder: Path, command: str) -> None:
    """Folders are made; the second time the same file is replaced, whatever case its ending has."""
    target = folder / "a" / "b" / "new.XLSX"
    for _ in range(2):
        assert run(*COMMANDS[command], target).status == 0
        assert [path.name for path in target.parent.iterdir()] == ["new.XLSX"]


def test_fill_may_put_a_new_file_into_returned(folder: Path) -> None:
    """As one does when trying things; a second time it would replace a return."""
    assert run(*COMMANDS["fill"], "returned/new.xlsx").status == 0
    refused(folder, "fill", "returned/new.xlsx")


UNPRIVILEGED = """
import contextlib, io, os, sys
from nianbao.cli import main
with contextlib.redirect_stdout(io.StringIO()):
    main([*sys.argv[1:-1], "../warm.xlsx"])  # imports all that a stranger may not be able to
if os.geteuid() == 0:
    os.setuid(65534)
sys.exit(main())
"""


def test_a_folder_without_permission(made: Path) -> None:
    """Status 2, the path and what to do; root, who may write anywhere, steps down."""
    folder = Path(tempfile.mkdtemp())
    try:
        shutil.copytree(made, folder / "r")
        (folder / "r" / "shut").mkdir()
        folder.chmod(0o755)
        for path in folder.rglob("*"):
            path.chmod(0o555 if path.is_dir() else 0o444)
        for command in COMMANDS.values():
            for target in ("shut/new.xlsx", "none/new.xlsx"):
                done = subprocess.run(
                    [PYTHON, "-c", UNPRIVILEGED, *command, target],
                    cwd=folder / "r",
                    capture_output=True,
                    check=False,
                    encoding="utf-8",
                    env={**os.environ, "NIANBAO_OFFICE_KEY": SECRET},
                )
                assert (done.returncode, done.stdout) == (2, ""), done.stderr
                unrecorded = "台账是只读的" if command[0] == "merge" else f"{target}：没有权限"
                assert unrecorded in done.stderr
    finally:
        for path in folder.rglob("*"):
            path.chmod(0o755)
        shutil.rmtree(folder)


@EVERY
def test_a_full_disk(folder: Path, command: str) -> None:
    """No file may grow past 4 kB: status 2, the former result stays whole, nothing is left beside it."""
    (folder / "out").mkdir()
    (folder / "out" / "old.xlsx").write_bytes(b"old")
    limited = "import resource; resource.setrlimit(resource.RLIMIT_FSIZE, (4000, 4000)); " + MAIN
    before = seen(folder)
    for target in ("out/old.xlsx", "none/new.xlsx"):
        ran = run_apart(limited, *COMMANDS[command], target, PYTHONDONTWRITEBYTECODE="1")
        assert (ran.status, ran.out) == (2, "")
        assert ("读写台账时出了错" if command == "merge" else f"{target}：磁盘已满") in ran.err
        assert "Traceback" not in ran.err
    for log in folder.glob("ledger.sqlite-*"):  # SQLite's own, empty: the next command takes them away
        log.unlink()
    assert seen(folder) == before
