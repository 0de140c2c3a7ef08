"""The office's secret and the keys made from it."""

from __future__ import annotations

import stat
from typing import TYPE_CHECKING

import pytest

from nianbao.problems import OfficeError
from nianbao.rounds.office_key import VARIABLE, office_secret, round_key

if TYPE_CHECKING:
    from pathlib import Path


def test_the_secret_is_made_once_and_only_its_owner_reads_it(tmp_path: Path) -> None:
    """The second call gives the first one's secret; the file has mode 600 and nothing is left beside it."""
    folder = tmp_path / "config" / "nianbao"
    first = office_secret({}, folder=folder)
    assert office_secret({}, folder=folder) == first
    assert len(first) == 32
    (file,) = folder.iterdir()
    assert stat.S_IMODE(file.stat().st_mode) == 0o600


def test_two_users_have_different_secrets(tmp_path: Path) -> None:
    """It is random."""
    assert office_secret({}, folder=tmp_path / "a") != office_secret({}, folder=tmp_path / "b")


def test_the_environment_goes_first(tmp_path: Path) -> None:
    """And then nothing is written."""
    assert office_secret({VARIABLE: "0f" * 32}, folder=tmp_path / "none") == b"\x0f" * 32
    assert not (tmp_path / "none").exists()


@pytest.mark.parametrize("given", ["abc", "zz" * 32, "00" * 31, "00" * 33])
def test_a_secret_that_is_none_is_refused(given: str, tmp_path: Path) -> None:
    """In the environment and in the file alike."""
    with pytest.raises(OfficeError, match=VARIABLE):
        office_secret({VARIABLE: given})
    (tmp_path / "office.key").write_text(given)
    with pytest.raises(OfficeError, match=r"office\.key"):
        office_secret({}, folder=tmp_path)


def test_a_place_that_cannot_be_written_is_said_with_the_way_out(tmp_path: Path) -> None:
    """A file stands where the folder should be."""
    (tmp_path / "nianbao").write_text("")
    with pytest.raises(OfficeError, match=VARIABLE):
        office_secret({}, folder=tmp_path / "nianbao")


def test_another_round_form_or_period_has_another_key() -> None:
    """And the same one the same."""
    base = {"round_id": "a", "form": "b", "period": "c"}
    keys = {round_key(b"s", **base)} | {round_key(b"s", **{**base, name: "x"}) for name in base}
    assert len(keys) == 4
    assert round_key(b"s", **base) == round_key(b"s", **base)
    assert round_key(b"s", round_id="ab", form="", period="c") != round_key(
        b"s", round_id="a", form="b", period="c"
    )
