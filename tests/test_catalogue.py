"""Every finding code of the catalogue, through the command, from a file in a round's folder."""

from __future__ import annotations

import io
import os
import zipfile
from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from typing import TYPE_CHECKING

import openpyxl
import pytest
from openpyxl.styles import Protection

from build import reworked, right_answers, right_words
from legacy_samples import compound_file
from nianbao.layout.places import Place
from nianbao.layout.shelf import find_form
from nianbao.returned.findings import CATALOGUE
from nianbao.workbook.blank import BlankWriter
from nianbao.workbook.patching import patch
from office import make_round, run

if TYPE_CHECKING:
    from pathlib import Path

    from openpyxl import Workbook

    from nianbao.layout.formulas import Shown
    from nianbao.layout.identity import Identity
    from nianbao.rounds.rounds import Round

UNIT = "101"
REQUESTS = "三、依申请公开"
Make = Callable[["Round"], bytes]


def good(here: Round, changes: dict[str, Shown] | None = None) -> bytes:
    """The town's return, right but for the changes."""
    unit = here.roster.unit(UNIT)
    assert unit is not None
    return signed(here, here.identity(unit), changes)


def signed(here: Round, identity: Identity, changes: dict[str, Shown] | None = None) -> bytes:
    """A return that says this of itself, signed with the round's key."""
    layout = find_form(f"{identity.form}-{identity.edition}")
    values = right_answers(layout) | right_words(layout) | (changes or {})
    data = BlankWriter(layout).write(identity.signed(here.settings.key))
    return patch(data, {layout.places[key]: value for key, value in values.items()})


def claiming(**entries: str) -> Make:
    """Makes a return whose signed identity has those entries."""

    def make(here: Round) -> bytes:
        unit = here.roster.unit(UNIT)
        assert unit is not None
        return signed(here, replace(here.identity(unit), **entries))

    return make


def typing(changes: dict[str, Shown]) -> Make:
    """Makes a return with those cells typed."""
    return lambda here: good(here, changes)


def with_part(name: str, content: bytes) -> Make:
    """Makes a return with one more part in its container."""

    def make(here: Round) -> bytes:
        stream = io.BytesIO(good(here))
        with zipfile.ZipFile(stream, "a") as archive:
            archive.writestr(name, content)
        return stream.getvalue()

    return make


def encrypted(_: Round) -> bytes:
    """An OLE2 container with the stream that password protection makes, as small as it can be."""
    return compound_file({"EncryptedPackage": b"x" * 5000, "EncryptionInfo": b"x" * 5000})


def retitled(here: Round) -> bytes:
    """A return with one printed label retyped."""
    return patch(good(here), {Place(REQUESTS, 7, 1): "（一）全部公开"})


def without_a_sheet(here: Round) -> bytes:
    """A return from which a table's sheet was deleted."""
    return reworked(good(here), lambda book: book.remove(book["四、复议诉讼"]))


def with_a_row_less(here: Round) -> bytes:
    """A return out of whose table a row was deleted."""
    return reworked(good(here), lambda book: book[REQUESTS].delete_rows(10))


def with_a_sum_of_less(book: Workbook) -> None:
    """A total that leaves a cell out."""
    book[REQUESTS]["J6"] = "=SUM(D6:H6)"


def unprotected(book: Workbook) -> None:
    """A sheet without protection."""
    book[REQUESTS].protection.sheet = False


def unlocked(book: Workbook) -> None:
    """A total that can be typed over."""
    book[REQUESTS]["J6"].protection = Protection(locked=False)


def with_a_hidden_row(book: Workbook) -> None:
    """A row that nobody sees."""
    book[REQUESTS].row_dimensions[8].hidden = True


def with_a_remark(book: Workbook) -> None:
    """Words beside the table."""
    book[REQUESTS]["L6"] = "待核"


def altered(change: Callable[[Workbook], object]) -> Make:
    """Makes a return changed in another program."""
    return lambda here: reworked(good(here), change)


def another_workbook(_: Round) -> bytes:
    """Somebody's own workbook."""
    stream = io.BytesIO()
    openpyxl.Workbook().save(stream)
    return stream.getvalue()


CASES: dict[str, tuple[Make, tuple[str, ...]]] = {
    "unreadable": (lambda _: "这是一段文字".encode(), ()),
    "encrypted": (encrypted, ()),
    "too-large": (with_part("xl/media/image1.png", b"\0" * 50_000_000), ()),
    "active-content": (with_part("xl/vbaProject.bin", b"x"), ()),
    "not-our-form": (another_workbook, ()),
    "wrong-edition": (claiming(edition="2019", year="2020"), ()),
    "wrong-year": (claiming(year="2024"), ()),
    "unknown-unit": (claiming(unit_code="999", unit_name="某镇"), ()),
    "identity-changed": (typing({"identity.unit_name": "西河镇"}), ()),
    "sheet-missing": (without_a_sheet, ()),
    "structure-changed": (with_a_row_less, ("C10",)),
    "formula-changed": (altered(with_a_sum_of_less), ("J6",)),
    "protection-removed": (altered(unprotected), ()),
    "lock-removed": (altered(unlocked), ("J6",)),
    "hidden-content": (altered(with_a_hidden_row), ("A8",)),
    "foreign-sheet": (altered(lambda book: book.create_sheet("备注")), ()),
    "stray-content": (altered(with_a_remark), ("L6",)),
    "label-changed": (retitled, ("B8",)),
    "blank": (typing({"t3.new.legal": None, "t3.new.charity": None}), ("G6", "H6")),
    "not-a-number": (typing({"t3.new.legal": "3件"}), ("H6",)),
    "not-whole": (typing({"t4.review.upheld": Decimal("1.5")}), ("A6",)),
    "negative": (typing({"t4.review.upheld": -1}), ("A6",)),
    "too-many-decimals": (typing({"t2.fees.amount": Decimal("0.1234567")}), ("B16",)),
    "read-as-number": (typing({"t4.review.upheld": "０"}), ("A6",)),
    "total-differs": (typing({"t4.review.total": 5}), ("E6",)),
    "no-rulemaking-power": (typing({"t2.rules.in_force": 1}), ("D5",)),
    "amount-unit": (typing({"t2.fees.amount": 188710}), ("B16",)),
    "text-missing": (typing({"text.problems": None}), ("A37",)),
    "text-short": (typing({"text.problems": "无"}), ("A37",)),
    "fee-not-stated": (typing({"text.other": "无"}), ("A70",)),
    "text-differs": (typing({"text.other": "全年收到政府信息公开申请95件。没有收取信息处理费。"}), ("A70",)),
    "text-wrong-year": (typing({"text.other": "2023年，我镇没有收取信息处理费。"}), ("A70",)),
    "in-force-too-low": (typing({"t2.norms.issued": 3, "t2.norms.in_force": 2}), ("B6", "D6")),
}
"""Code, what makes a file that deserves just it, and the cells it is to be found at."""

ELSEWHERE = {
    "cell-error": "test_an_error_value_is_found",
    "not-a-choice": "test_other_form.py, which has choices",
    "balance": "test_balance_and_misbooking_are_found",
    "column-misbooked": "test_balance_and_misbooking_are_found",
    "duplicate-return": "test_a_second_file_is_told",
    "missing-return": "test_a_unit_without_a_return_is_missing",
    "carry-over": "test_between_years.py, as the next two",
    "in-force-not-rolling": "test_between_years.py",
    "jump": "test_between_years.py",
}
"""Codes that come with others, or not from a file of the 2021 form alone."""


@pytest.fixture(scope="module")
def here(tmp_path_factory: pytest.TempPathFactory) -> Round:
    """A round of three units."""
    return make_round(tmp_path_factory.mktemp("office") / "round")


def checked(path: Path, here: Round) -> list[tuple[str, tuple[str, ...]]]:
    """Codes and cells that `nianbao check` finds in one file of the round."""
    (file,) = run("check", "-C", here.folder, "--json", path).document["files"]
    return [(finding["code"], tuple(finding["cells"])) for finding in file["findings"]]


def test_every_code_has_a_case() -> None:
    """A code that no test yields may be dead without anybody knowing."""
    assert CASES.keys() | ELSEWHERE.keys() == set(CATALOGUE)


@pytest.mark.parametrize("code", CASES)
def test_one_change_gives_just_its_code(code: str, here: Round, tmp_path: Path) -> None:
    """The file with one change gives that code at its cells and nothing else, twice; the untouched one none."""
    make, cells = CASES[code]
    path, fine = tmp_path / "a.xlsx", tmp_path / "b.xlsx"
    path.write_bytes(make(here))
    fine.write_bytes(good(here))
    for _ in range(2):
        assert checked(path, here) == [(code, cells)]
        assert checked(fine, here) == []


def test_an_error_value_is_found(here: Round, tmp_path: Path) -> None:
    """#REF! in an input, as Excel leaves it after a deleted row."""

    def spoil(book: openpyxl.Workbook) -> None:
        book[REQUESTS]["H6"].value = "#REF!"
        book[REQUESTS]["H6"].data_type = "e"

    path = tmp_path / "a.xlsx"
    path.write_bytes(reworked(good(here), spoil))
    assert checked(path, here) == [("cell-error", ("H6",))]


def test_balance_and_misbooking_are_found(here: Round, tmp_path: Path) -> None:
    """One application in the wrong column: both columns out of balance, 总计 not, and the notice that says so."""
    path = tmp_path / "a.xlsx"
    path.write_bytes(good(here, {"t3.new.natural": 11, "t3.new.other_org": 1}))
    natural, other = ("D6", "D7", "D29", "D30"), ("I6", "I7", "I29", "I30")
    assert sorted(checked(path, here)) == [
        ("balance", natural),
        ("balance", other),
        ("column-misbooked", ("D6", "I6", "D7", "I7", "D29", "I29", "D30", "I30")),
    ]


def test_a_second_file_is_told(here: Round, tmp_path: Path) -> None:
    """Two different acceptable files of one unit: the older is named as not counting."""
    for number, name in enumerate(("a.xlsx", "b.xlsx")):
        (tmp_path / name).write_bytes(good(here, {"t2.licences.decisions": number}))
        os.utime(tmp_path / name, (number * 1000, number * 1000))
    files = run("check", "-C", here.folder, "--json", tmp_path).document["files"]
    assert [[finding["code"] for finding in file["findings"]] for file in files] == [["duplicate-return"], []]


def test_a_unit_without_a_return_is_missing(here: Round) -> None:
    """Nothing in returned/: every unit of the roster, and status 1."""
    ran = run("check", "-C", here.folder, "--json")
    assert ran.status == 1
    assert [unit["code"] for unit in ran.document["missing"]] == ["101", "102", "103"]
    assert ran.document["counts"]["error"] == 3


FIXED = {
    "error": "unreadable encrypted too-large active-content not-our-form wrong-edition wrong-year unknown-unit"
    " identity-changed missing-return sheet-missing structure-changed blank not-a-number not-a-choice not-whole"
    " negative cell-error too-many-decimals total-differs balance no-rulemaking-power in-force-too-low carry-over"
    " text-missing",
    "warning": "label-changed formula-changed foreign-sheet stray-content in-force-not-rolling jump amount-unit"
    " text-differs text-short text-wrong-year fee-not-stated",
    "notice": "duplicate-return protection-removed lock-removed hidden-content read-as-number column-misbooked",
}


def test_codes_and_severities_are_fixed() -> None:
    """Scripts rely on them: a code keeps its name and its severity; only those named here may come."""
    fixed = {code: severity for severity, codes in FIXED.items() for code in codes.split()}
    assert {code: entry.severity.value for code, entry in CATALOGUE.items()}.items() <= fixed.items()
    assert fixed.keys() - CATALOGUE.keys() <= {code for code in fixed if code.startswith(("text-", "fee-"))}
