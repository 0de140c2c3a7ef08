"""The same returns give the same workbooks: zone, place, locale, hash seed and folder of the machine do not matter."""

from __future__ import annotations

import os
import shutil
import zipfile
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import openpyxl
import pytest

from nianbao.beijing import BEIJING, day
from nianbao.workbook.patching import patch
from office import MAIN, make_round, run_apart, send_back

if TYPE_CHECKING:
    from pathlib import Path

    from nianbao.layout.places import Layout
    from nianbao.rounds.rounds import Round

MACHINES = (
    {"TZ": "UTC", "PYTHONHASHSEED": "1", "LC_ALL": "C"},
    {"TZ": "America/Los_Angeles", "PYTHONHASHSEED": "2", "LC_ALL": "C.UTF-8"},
    {"TZ": "Pacific/Kiritimati", "PYTHONHASHSEED": "3", "LC_ALL": "zh_CN.UTF-8"},
)
EVENING = datetime(2026, 1, 20, 23, 30, tzinfo=BEIJING)


@pytest.fixture(scope="module")
def here(tmp_path_factory: pytest.TempPathFactory, layout: Layout) -> Round:
    """A round with a return by itself, one in an archive, a newer double, and two faulty ones."""
    made = make_round(tmp_path_factory.mktemp("office") / "r")
    send_back(made, "101", "102", "103")
    right = (made.returned / "102.xlsx").read_bytes()
    (made.returned / "102.xlsx").unlink()
    changes = {layout.places["t3.new.natural"]: "3件", layout.places["t4.review.upheld"]: "/"}
    (made.returned / "101 初稿.xlsx").write_bytes(patch(right, changes))
    (made.returned / "stray.xlsx").write_bytes(b"text")
    with zipfile.ZipFile(made.returned / "a.zip", "w") as archive:
        for hour, name in ((9, "旧.xlsx"), (22, "新.xlsx")):
            archive.writestr(zipfile.ZipInfo(name, (2026, 1, 20, hour, 0, 0)), right + bytes(hour == 9))
    for number, path in enumerate(sorted(made.returned.iterdir())):
        os.utime(path, (EVENING.timestamp() + number,) * 2)
    return made


def results(here: Round, *, environment: dict[str, str], folder: Path, out: Path) -> tuple[bytes, bytes]:
    """The county workbook and the list of findings, as a machine makes them."""
    out.mkdir()
    go = f"import os; os.chdir({str(folder)!r}); " + MAIN
    merged = run_apart(go, "merge", "-C", here.folder, "-o", out / "a.xlsx", **environment)
    checked = run_apart(go, "check", "-C", here.folder, "--xlsx", out / "b.xlsx", **environment)
    assert (merged.status, checked.status) == (0, 1), merged.err + checked.err
    return (out / "a.xlsx").read_bytes(), (out / "b.xlsx").read_bytes()


def test_three_machines_make_the_same_workbooks(here: Round, tmp_path: Path) -> None:
    """In three zones, with three seeds and locales, started in three folders."""
    folders = (here.folder, here.returned, tmp_path)
    made = [
        results(here, environment=machine, folder=folder, out=tmp_path / str(number))
        for number, (machine, folder) in enumerate(zip(MACHINES, folders, strict=True))
    ]
    assert made[0] == made[1] == made[2]


def test_three_machines_make_the_same_blanks(tmp_path: Path) -> None:
    """Byte for byte, each in a round of its own."""
    made = []
    for number, machine in enumerate(MACHINES):
        folder = tmp_path / str(number)
        folder.mkdir()
        here = make_round(folder / "r")
        ran = run_apart(MAIN, "blank", "-C", here.folder, **machine)
        assert ran.status == 0, ran.err
        made.append({path.name: path.read_bytes() for path in (here.folder / "blank").iterdir()})
    assert len(made[0]) == 3
    assert made[0] == made[1] == made[2]


def test_a_copy_of_the_round_makes_the_same_county_workbook(here: Round, tmp_path: Path) -> None:
    """In another place, by a relative path, with returned/ behind a link."""
    first, _ = results(here, environment=MACHINES[0], folder=tmp_path, out=tmp_path / "out")
    shutil.copytree(here.folder, tmp_path / "copy")
    (tmp_path / "copy" / "returned").rename(tmp_path / "elsewhere")
    (tmp_path / "copy" / "returned").symlink_to("../elsewhere")
    for folder, to in ((tmp_path, "copy"), (tmp_path / "copy" / "blank", ".."), (tmp_path / "copy", ".")):
        go = f"import os; os.chdir({str(folder)!r}); " + MAIN
        assert run_apart(go, "merge", "-C", to, "-o", tmp_path / "b.xlsx").status == 0
        assert (tmp_path / "b.xlsx").read_bytes() == first


def test_the_day_of_receipt_is_the_one_in_beijing(here: Round, tmp_path: Path) -> None:
    """Half past eleven in the evening is the same day still, though it is the afternoon in Greenwich; headed so."""
    data, _ = results(here, environment=MACHINES[1], folder=tmp_path, out=tmp_path / "out")
    assert data
    sheet = openpyxl.load_workbook(tmp_path / "out" / "a.xlsx")["来源"]
    rows = [list(row) for row in sheet.iter_rows(values_only=True)]
    (head,) = (row for row in rows if "收到日期（北京时间）" in row)
    column = head.index("收到日期（北京时间）")
    days = {row[2]: row[column] for row in rows if str(row[2]).startswith("returned/")}
    assert days == {
        "returned/101.xlsx": "2026-01-20",
        "returned/a.zip/新.xlsx": "2026-01-20",
        "returned/103.xlsx": "2026-01-20",
    }


def test_a_day_begins_at_midnight_in_beijing() -> None:
    """That is four in the afternoon in Greenwich."""
    assert day(datetime(2026, 1, 20, 15, 59, tzinfo=UTC)) == "2026-01-20"
    assert day(datetime(2026, 1, 20, 16, 0, tzinfo=UTC)) == "2026-01-21"
