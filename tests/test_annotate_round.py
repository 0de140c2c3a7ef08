"""`check --annotate`: which files get a copy, where, and what becomes of them in other programs."""

from __future__ import annotations

import os
import shutil
import sys
from io import BytesIO
from typing import TYPE_CHECKING
from zipfile import ZipFile

import openpyxl
import pytest
from openpyxl.comments import Comment

from build import reworked
from conftest import ROOT
from libreoffice import convert, typed_into
from nianbao.annotate.marks import FILLS
from nianbao.definition.sheet_names import REMARKS
from nianbao.opening.grid import Limits
from nianbao.opening.notes import read_notes
from nianbao.opening.workbooks import read_workbook
from nianbao.returned.findings import Severity
from nianbao.returned.remarks import own_sheets
from nianbao.workbook.patching import patch
from office import make_round, run, run_apart, send_back
from test_startup import HEAVY, IMPORTED

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from nianbao.rounds.rounds import Round

sys.path.insert(0, str(ROOT))
from bench.excel_way import as_excel

WRONG = "t3.new.natural"


@pytest.fixture
def here(tmp_path: Path) -> Round:
    """A round in which the town sent a return with a fault, the street a right one."""
    made = make_round(tmp_path / "r")
    send_back(made, "101", "102")
    spoil(made, made.returned / "101.xlsx")
    return made


def spoil(here: Round, path: Path) -> None:
    """「3件」 typed into a number's cell."""
    path.write_bytes(patch(path.read_bytes(), {here.layout.places[WRONG]: "3件"}))


def written(folder: Path) -> dict[str, bytes]:
    """The files in a folder."""
    return {path.name: path.read_bytes() for path in sorted(folder.iterdir())}


def test_a_copy_for_each_file_with_something_to_answer(here: Round, tmp_path: Path) -> None:
    """The status is that of `check`; the report stays on standard output, the line about copies beside it."""
    out = tmp_path / "out"
    plain = run("check", "-C", here.folder)
    ran = run("check", "-C", here.folder, "--annotate", out)
    assert (ran.status, ran.out) == (plain.status, plain.out)
    assert list(written(out)) == ["101_东河镇_审核意见.xlsx"]
    assert "审核意见 1 份" in ran.err
    again = written(out)
    assert run("check", "-C", here.folder, "--annotate", out, "--json").document["files"]
    assert written(out) == again


def test_returns_are_left_as_they_were(here: Round, tmp_path: Path) -> None:
    """Nothing is written among them."""
    before = written(here.returned)
    run("check", "-C", here.folder, "--annotate", tmp_path / "out")
    assert written(here.returned) == before


def test_files_that_cannot_be_placed_are_not_forgotten(here: Round, tmp_path: Path) -> None:
    """Each has an opinion, and is named with what to do; a copy from an earlier run is pointed out."""
    (here.returned / "扫描.pdf").write_bytes(b"%PDF-1.4")
    out = tmp_path / "out"
    out.mkdir()
    (out / "103_旧.xlsx").write_bytes(b"old")
    ran = run("check", "-C", here.folder, "--annotate", out)
    assert "扫描_审核意见.xlsx" in written(out)
    assert "扫描.pdf：表不能改" in ran.err.replace("\n", "")
    assert "103_旧.xlsx" in ran.err.replace("\n", "")
    assert written(out)["103_旧.xlsx"] == b"old"


def test_members_of_archives_have_copies_too(here: Round, tmp_path: Path) -> None:
    """Wherever their names lead, the copies are in the folder."""
    data = (here.returned / "101.xlsx").read_bytes()
    (here.returned / "101.xlsx").unlink()
    with ZipFile(here.returned / "报送.zip", "w") as archive:
        archive.writestr("../../../东河镇.xlsx", data)
        archive.writestr("内/东河镇.xlsx", patch(data, {here.layout.places[WRONG]: "4件"}))
    out = tmp_path / "out"
    ran = run("check", "-C", here.folder, "--annotate", out)
    assert ran.status == 1
    assert set(written(out)) >= {"101_东河镇_审核意见.xlsx"}
    assert not list(tmp_path.glob("*.xlsx"))
    assert not list(here.folder.glob("*.xlsx"))


def test_two_files_of_a_unit_have_one_copy(here: Round, tmp_path: Path) -> None:
    """Of the newest; the report says of the other one which stands for the unit."""
    other = patch((here.returned / "101.xlsx").read_bytes(), {here.layout.places["t3.new.business"]: "无"})
    (here.returned / "b.xlsx").write_bytes(other)
    os.utime(here.returned / "b.xlsx", (2_000_000_000, 2_000_000_000))
    ran = run("check", "-C", here.folder, "--annotate", tmp_path / "out")
    copies = written(tmp_path / "out")
    assert list(copies) == ["101_东河镇_审核意见.xlsx"]
    place = here.layout.places["t3.new.business"]
    sheet = read_workbook(copies["101_东河镇_审核意见.xlsx"], Limits()).sheet(place.sheet)
    assert sheet
    assert sheet.cells[place.row, place.column].text == "无"
    assert "以那一份为准" in ran.out.replace("\n", "").replace(" ", "")


def test_members_of_one_name_have_a_copy_each(here: Round, tmp_path: Path) -> None:
    """They are told apart by a number when they are checked, and have none in the archive."""
    sent = [here.returned / "101.xlsx", here.returned / "102.xlsx"]
    places = [{here.layout.places[WRONG]: typed} for typed in ("4件", "5件")]
    first, second = (patch(path.read_bytes(), place) for path, place in zip(sent, places, strict=True))
    for path in sent:
        path.unlink()
    with ZipFile(here.returned / "报送.zip", "w") as archive:
        archive.writestr("东河镇.xlsx", first)
        with pytest.warns(UserWarning, match="Duplicate"):
            archive.writestr("东河镇.xlsx", second)
    out = tmp_path / "out"
    ran = run("check", "-C", here.folder, "--annotate", out)
    assert "东河镇.xlsx (2)" in ran.out.replace("\n", "")
    assert "表不能改" not in ran.err
    place = here.layout.places[WRONG]
    books = (read_workbook(copy, Limits()) for copy in written(out).values())
    sheets = (book.sheet(place.sheet) for book in books)
    assert sorted(sheet.cells[place.row, place.column].text for sheet in sheets if sheet) == ["4件", "5件"]


@pytest.mark.parametrize("place", ["returned", "returned/out", "blank", "blank/x", "nianbao.toml", "../link"])
def test_nothing_is_written_over_returns_and_blanks(here: Round, place: str) -> None:
    """Nor into a file, nor through a link."""
    (here.folder.parent / "link").symlink_to(here.returned)
    before = sorted(path.name for path in here.folder.rglob("*"))
    ran = run("check", "-C", here.folder, "--annotate", here.folder / place)
    assert (ran.status, ran.out) == (2, "")
    assert sorted(path.name for path in here.folder.rglob("*")) == before


def test_a_folder_that_is_read_is_not_written_into(here: Round, tmp_path: Path) -> None:
    """Its copies would be taken for returns the next time; the same outside a round."""
    folder = tmp_path / "post"
    folder.mkdir()
    shutil.copy(here.returned / "101.xlsx", folder)
    for target in (folder, folder / "out"):
        assert run("check", folder, "--annotate", target).status == 2
    assert list(written(folder)) == ["101.xlsx"]


def test_a_read_file_is_not_replaced_by_its_copy(here: Round, tmp_path: Path) -> None:
    """A copy that is checked on its own, where it lies, or by a link to it, stays."""
    out = tmp_path / "out"
    run("check", "-C", here.folder, "--annotate", out)
    copy = out / "101_东河镇_审核意见.xlsx"
    data = copy.read_bytes()
    assert run("check", "-C", here.folder, copy, "--annotate", out).status == 2
    assert copy.read_bytes() == data


def test_outside_a_round(here: Round, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A file has a copy by what it says of itself; it can be handed in to its round."""
    shutil.copy(here.returned / "101.xlsx", tmp_path / "a.xlsx")
    monkeypatch.chdir(tmp_path)
    assert run("check", "a.xlsx", "--annotate", "out").status == 1
    place = here.layout.places[WRONG]
    copy = tmp_path / "out" / "101_东河镇_审核意见.xlsx"
    (here.returned / "101.xlsx").write_bytes(patch(copy.read_bytes(), {place: 12}))
    files = run("check", "-C", here.folder, "--json").document["files"]
    assert {file["status"] for file in files} == {"accepted"}


def test_the_writers_are_imported_where_they_are_wanted(here: Round, tmp_path: Path) -> None:
    """`check` without copies does without them."""
    for wanted in (False, True):
        options = ["--annotate", str(tmp_path / "out")] if wanted else []
        lines = run_apart(IMPORTED, "check", "-C", here.folder, *options).out.splitlines()
        names = set(lines[-2].split())
        assert bool(names & HEAVY) is wanted
        assert "openpyxl" not in names


def test_the_office_speaks_english(here: Round, tmp_path: Path) -> None:
    """With `--lang en`."""
    ran = run("--lang", "en", "check", "-C", here.folder, "--annotate", tmp_path / "out")
    assert "Reviews for units: 1" in ran.err
    book = openpyxl.load_workbook(tmp_path / "out" / "101_东河镇_审核意见.xlsx")
    assert book[REMARKS]["A1"].value == "Review of the return"


def test_a_lower_offices_county_workbook_gets_an_opinion(tmp_path: Path) -> None:
    """It is corrected by merging again, not by typing into it."""
    lower = make_round(tmp_path / "lower")
    send_back(lower, "101")
    run("merge", "-C", lower.folder, "--partial", "-o", tmp_path / "county.xlsx")
    ran = run("check", tmp_path / "county.xlsx", "--annotate", tmp_path / "out")
    assert "表不能改" in ran.err.replace("\n", "")
    (copy,) = written(tmp_path / "out").values()
    assert openpyxl.load_workbook(BytesIO(copy)).sheetnames == [REMARKS]


def _excel(data: bytes, _: Path) -> bytes:
    return as_excel(data)


def _openpyxl(data: bytes, _: Path) -> bytes:
    return reworked(data, lambda _: None)


def _libreoffice(kind: str) -> Callable[[bytes, Path], bytes]:
    def saved(data: bytes, folder: Path) -> bytes:
        (folder / "saved.xlsx").write_bytes(data)
        return convert(folder / "saved.xlsx", kind, folder / "by").read_bytes()

    return saved


PRODUCERS = [
    pytest.param(_excel, id="excel"),
    pytest.param(_openpyxl, id="openpyxl"),
    *(pytest.param(_libreoffice(kind), id=kind, marks=pytest.mark.oracle) for kind in ("xlsx", "xls", "ods")),
]


@pytest.mark.parametrize("saved", PRODUCERS)
def test_whatever_program_saved_it(
    here: Round, tmp_path: Path, saved: Callable[[bytes, Path], bytes]
) -> None:
    """The copy has the same answers and fault, and is known again when that program saved the copy."""
    path = here.returned / "101.xlsx"
    path.write_bytes(saved(path.read_bytes(), tmp_path))
    before = next(
        f for f in run("check", "-C", here.folder, "--json").document["files"] if "101" in f["path"]
    )
    run("check", "-C", here.folder, "--annotate", tmp_path / "out")
    copy = (tmp_path / "out" / "101_东河镇_审核意见.xlsx").read_bytes()
    for data in (copy, saved(copy, tmp_path)):
        path.write_bytes(data)
        after = next(
            f for f in run("check", "-C", here.folder, "--json").document["files"] if "101" in f["path"]
        )
        assert {**after, "sha256": ""} == {**before, "sha256": ""}
        assert own_sheets(read_workbook(data), here.settings.key) == {REMARKS}


@pytest.mark.oracle
def test_corrected_in_libreoffice_it_is_clean(here: Round, tmp_path: Path) -> None:
    """A clerk opens the copy, types the number into the red cell, saves, and sends it: nothing is wrong any more."""
    out = tmp_path / "out"
    run("check", "-C", here.folder, "--annotate", out)
    place = here.layout.places[WRONG]
    entries = [(place.sheet, place.address, "12"), (place.sheet, "A1", "改不动")]
    data = typed_into(out / "101_东河镇_审核意见.xlsx", entries, tmp_path / "corrected.xlsx")
    (here.returned / "101.xlsx").write_bytes(data)
    files = run("check", "-C", here.folder, "--json").document["files"]
    assert [(file["status"], file["findings"]) for file in files] == [("accepted", [])] * 2
    book = openpyxl.load_workbook(BytesIO(data))
    assert book.sheetnames[0] == REMARKS
    assert book[place.sheet]["A1"].value != "改不动"
    links = [cell.hyperlink.location for row in book[REMARKS].iter_rows() for cell in row if cell.hyperlink]
    assert links == [f"'{place.sheet}'!{place.address}"]


@pytest.mark.oracle
@pytest.mark.parametrize("kind", ["xlsx", "ods"])
def test_notes_through_libreoffice(here: Round, tmp_path: Path, kind: str) -> None:
    """The unit's and ours stand apart after it saved the file."""
    place = here.layout.places[WRONG]
    path = here.returned / "101.xlsx"
    own = reworked(
        path.read_bytes(),
        lambda b: setattr(b[place.sheet][place.address], "comment", Comment("两件\n补报", "小王")),
    )
    path.write_bytes(own)
    run("check", "-C", here.folder, "--annotate", tmp_path / "out")
    copy = tmp_path / "out" / "101_东河镇_审核意见.xlsx"
    path.write_bytes(convert(copy, kind, tmp_path / "by").read_bytes())
    run("check", "-C", here.folder, "--annotate", tmp_path / "again")
    notes = [
        read_notes((tmp_path / folder / copy.name).read_bytes(), Limits())[place.sheet][
            place.row, place.column
        ]
        for folder in ("out", "again")
    ]
    assert notes[0].startswith("两件\n补报\n【审核意见】")
    assert notes[1] == notes[0]


@pytest.mark.oracle
def test_libreoffice_shows_it_as_written(here: Round, tmp_path: Path) -> None:
    """Fills, notes and protection are there after it opened and saved the copy."""
    run(
        "check",
        "-C",
        here.folder,
        "--annotate",
        tmp_path / "out",
    )
    copy = tmp_path / "out" / "101_东河镇_审核意见.xlsx"
    book = openpyxl.load_workbook(convert(copy, "xlsx", tmp_path / "by"))
    place = here.layout.places[WRONG]
    sheet = book[place.sheet]
    assert str(sheet[place.address].fill.fgColor.rgb)[2:] == FILLS[Severity.ERROR].lstrip("#")
    assert "请只填数字" in sheet[place.address].comment.text
    assert all(page.protection.sheet for page in book)


def test_a_folder_in_a_copys_place_stops_all(here: Round, tmp_path: Path) -> None:
    """Nothing is written then."""
    out = tmp_path / "out"
    (out / "101_东河镇_审核意见.xlsx").mkdir(parents=True)
    ran = run("check", "-C", here.folder, "--annotate", out)
    assert (ran.status, ran.out) == (2, "")
    assert len(list(out.rglob("*"))) == 1
