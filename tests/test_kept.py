"""Forms kept between runs."""

from __future__ import annotations

import json
import shutil
from hashlib import sha256
from typing import TYPE_CHECKING

import pytest

import nianbao
from conftest import ROOT, SAFETY
from definitions import read_definition
from nianbao.definition.kept import kept_form
from nianbao.problems import OfficeError

if TYPE_CHECKING:
    from pathlib import Path

DEFINITIONS = [*sorted((ROOT / "templates").glob("*.yaml")), SAFETY]


@pytest.fixture
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder for kept forms."""
    folder = tmp_path / "cache"
    monkeypatch.setattr("platformdirs.user_cache_path", lambda *_, **__: folder)
    return folder


@pytest.fixture
def definition(tmp_path: Path) -> Path:
    """The 2019 edition, with the 2021 edition that it extends beside it."""
    shutil.copytree(ROOT / "templates", tmp_path / "templates")
    return tmp_path / "templates" / "zfxxgk-2019.yaml"


def keeper(cache: Path) -> Path:
    """The one file in the folder."""
    (path,) = cache.rglob("*.json")
    return path


@pytest.mark.parametrize("path", DEFINITIONS, ids=lambda path: path.stem)
def test_a_kept_form_is_the_form(cache: Path, path: Path) -> None:
    """To the last value and its type."""
    built = kept_form(path)
    kept = kept_form(path)
    assert kept is not built
    assert built == kept == read_definition(path)
    assert repr(kept) == repr(built)
    assert keeper(cache).is_file()


def test_a_kept_form_is_not_built_again(
    cache: Path, definition: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No YAML is read."""
    form = kept_form(definition)
    assert keeper(cache)
    monkeypatch.setattr("nianbao.definition.source.read_source", None)
    assert kept_form(definition) == form


@pytest.mark.parametrize("changed", ["zfxxgk-2019", "zfxxgk-2021"])
@pytest.mark.usefixtures("cache")
def test_a_changed_definition_is_read_anew(definition: Path, changed: str) -> None:
    """Also where what it extends was changed, and a change that is a mistake is told."""
    kept_form(definition)
    path = definition.with_stem(changed)
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace("version: 1", "version: 7"), encoding="utf-8")
    assert kept_form(definition) == read_definition(definition)
    path.write_text(text + "\nnonsense: 1\n", encoding="utf-8")
    with pytest.raises(OfficeError, match="nonsense"):
        kept_form(definition)


def test_a_form_kept_by_another_version_is_read_anew(
    cache: Path, definition: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its values may have meant something else."""
    kept_form(definition)
    before = keeper(cache).read_bytes()
    monkeypatch.setattr(nianbao, "__version__", "999")
    kept_form(definition)
    assert keeper(cache).read_bytes() != before


@pytest.mark.parametrize(
    "body",
    [b"", b"\n", b"{}\n[]", b"\xff\n\xff", b"[" * 100_000 + b"\n", b'{"stamp":1,"body":2,"files":3}\n1'],
    ids=["empty", "line", "objects", "bytes", "deep", "wrong"],
)
def test_a_damaged_file_is_made_anew(cache: Path, definition: Path, body: bytes) -> None:
    """Nobody hears of it."""
    form = kept_form(definition)
    whole = keeper(cache).read_bytes()
    keeper(cache).write_bytes(body)
    assert kept_form(definition) == form
    assert keeper(cache).read_bytes() == whole


def test_a_changed_body_is_made_anew(cache: Path, definition: Path) -> None:
    """One letter of a label is enough."""
    form = kept_form(definition)
    keeper(cache).write_bytes(keeper(cache).read_bytes().replace("总计".encode(), "合计".encode(), 1))
    assert kept_form(definition) == form


@pytest.mark.parametrize("made", ["eval", "Unit", "UnitKind"])
def test_what_is_kept_names_only_values(cache: Path, definition: Path, made: str) -> None:
    """What is no value of a form, or not one of its kinds, becomes nothing, whoever signed for it."""
    form = kept_form(definition)
    head, body = map(json.loads, keeper(cache).read_bytes().split(b"\n"))
    changed = json.dumps([body[0], [made, "1"], *body[2:]]).encode()
    head["body"] = sha256(changed).hexdigest()
    keeper(cache).write_bytes(json.dumps(head).encode() + b"\n" + changed)
    assert kept_form(definition) == form


def test_a_folder_that_cannot_be_written_keeps_nothing(cache: Path, definition: Path) -> None:
    """The form is there all the same."""
    cache.write_bytes(b"a file where the folder should be")
    assert kept_form(definition) == read_definition(definition)
