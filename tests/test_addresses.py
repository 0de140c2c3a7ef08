"""Files named by a URL are judged as files on disk are."""

from __future__ import annotations

import pickle
from datetime import UTC, datetime
from typing import TYPE_CHECKING
from zipfile import ZipFile

import fsspec
import pytest

from nianbao.gathering.addresses import Address, place
from nianbao.gathering.gather import Found, Trouble, gather
from nianbao.opening.grid import Limits, UnreadableError
from office import MAIN, make_round, run, run_apart, send_back

if TYPE_CHECKING:
    from collections.abc import Iterator

    from nianbao.rounds.rounds import Round

LIMITS = Limits()


@pytest.fixture
def storage() -> Iterator[fsspec.AbstractFileSystem]:
    """A storage in memory, empty before and after."""
    system = fsspec.filesystem("memory")
    system.store.clear()
    yield system
    system.store.clear()


@pytest.fixture(scope="module")
def here(tmp_path_factory: pytest.TempPathFactory) -> Round:
    """A round with two returns, one of them in an archive, and litter."""
    made = make_round(tmp_path_factory.mktemp("stored") / "r")
    send_back(made, "101", "102", "103")
    with ZipFile(made.returned / "more.zip", "w") as archive:
        archive.write(made.returned / "101.xlsx", "in/101.xlsx")
    (made.returned / "101.xlsx").unlink()
    (made.returned / ".hidden.xlsx").write_bytes(b"x")
    (made.returned / "b.xlsx").write_bytes(b"damaged")
    return made


@pytest.mark.parametrize("jobs", ["1", "2"])
def test_a_folder_by_url_is_judged_as_the_folder(here: Round, jobs: str) -> None:
    """Only the paths are others; several processes read it, too."""
    url = here.returned.absolute().as_uri()
    there = run_apart(MAIN, "check", url, "-C", here.folder, "--jobs", jobs)
    right = run_apart(MAIN, "check", here.returned.absolute(), "-C", here.folder, "--jobs", "1")
    assert "已接收 3" in right.out
    assert (there.status, there.out.replace("file://", ""), there.err) == (right.status, right.out, "")


def test_files_of_a_storage_come_by_path_without_litter(storage: fsspec.AbstractFileSystem) -> None:
    """Sizes and times are those of the storage; what is called .zip is opened."""
    for name in ("r/b/2.xlsx", "r/a.xlsx", "r/.x.xlsx", "r/__MACOSX/c.xlsx"):
        storage.pipe(f"/{name}", b"123")
    with storage.open("/r/z.zip", "wb") as file, ZipFile(file, "w") as archive:
        archive.writestr("in.xlsx", b"45")
    first, second, member = gather([Address("memory://r")], limits=LIMITS)
    assert isinstance(first, Found)
    assert [file.path for file in (first, second, member)] == [
        "memory:///r/a.xlsx",
        "memory:///r/b/2.xlsx",
        "memory:///r/z.zip/in.xlsx",
    ]
    assert (first.name, first.size, first.read()) == ("a.xlsx", 3, b"123")
    assert abs(datetime.now(UTC).timestamp() - first.mtime_ns / 1e9) < 60
    assert isinstance(pickle.loads(pickle.dumps(first)), Found)  # noqa: S301 -- our own


def test_one_file_by_url(storage: fsspec.AbstractFileSystem) -> None:
    """Whatever it is called."""
    storage.pipe("/r/.a.xlsx", b"123")
    assert [file.path for file in gather([Address("memory://r/.a.xlsx")], limits=LIMITS)] == [
        "memory:///r/.a.xlsx"
    ]


def test_a_file_beyond_the_limits_is_not_fetched(storage: fsspec.AbstractFileSystem) -> None:
    """Archives neither."""
    storage.pipe({"/r/a.xlsx": b"12345", "/r/b.zip": b"123456789"})
    found = list(gather([Address("memory://r")], limits=Limits(file=4, inflated=8)))
    assert [file.code for file in found if isinstance(file, Trouble)] == ["too-large", "too-large"]


def test_a_file_that_went_away_is_a_finding(storage: fsspec.AbstractFileSystem) -> None:
    """As on disk."""
    storage.pipe("/r/a.xlsx", b"1")
    (found,) = gather([Address("memory://r")], limits=LIMITS)
    storage.rm("/r/a.xlsx")
    assert isinstance(found, Found)
    with pytest.raises(UnreadableError):
        found.read()


@pytest.mark.usefixtures("storage")
@pytest.mark.parametrize(
    ("url", "told"), [("memory://none", "找不到“memory://none”"), ("nowhere://x", "打不开“nowhere://x”")]
)
def test_an_address_with_nothing_there_is_refused(url: str, told: str) -> None:
    """Before anything is read."""
    ran = run("check", url)
    assert (ran.status, ran.out) == (2, "")
    assert told in ran.err


def test_without_fsspec_the_way_to_it_is_told() -> None:
    """It comes with the extra."""
    ran = run_apart("import sys\nsys.modules['fsspec'] = None\n" + MAIN, "check", "s3://bucket/x")
    assert (ran.status, ran.out) == (2, "")
    assert "pip install 'nianbao[cluster]'" in ran.err


@pytest.mark.parametrize("word", ["a.xlsx", "C:/x/a.xlsx", "C://x", "/a//b", "s3:/a", "审核://x"])
def test_what_is_no_url_is_a_path(word: str) -> None:
    """Drives of Windows have one letter."""
    assert not isinstance(place(word), Address)


@pytest.mark.parametrize("word", ["s3://b/x", "file:///x", "zip::s3://b/x.zip", "simplecache::https://h/x"])
def test_what_is_a_url(word: str) -> None:
    """Chains of them as well."""
    assert place(word) == Address(word)
