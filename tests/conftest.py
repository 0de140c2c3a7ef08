"""What many tests start from: the shipped layouts, an identity, a sample's figures."""

from __future__ import annotations

import json
import os
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from nianbao.kinds import UnitKind
from nianbao.layout.identity import Identity
from nianbao.layout.shelf import find_form

if TYPE_CHECKING:
    from collections.abc import Callable

    from nianbao.layout.places import Layout

ROOT = Path(__file__).parent.parent
SAFETY = ROOT / "tests" / "forms" / "safety.yaml"
FIGURES = sorted(path.stem for path in (ROOT / "samples" / "figures").glob("*.json"))
KEY = b"a key for tests"


def figures(name: str) -> dict[str, Any]:
    """The sample report of that name: unit, kind, year, edition and the values by id."""
    text = (ROOT / "samples" / "figures" / f"{name}.json").read_text(encoding="utf-8")
    content: dict[str, Any] = json.loads(text, parse_float=Decimal)
    return content


def make_identity(
    layout: Layout, *, kind: UnitKind = UnitKind.TOWN, year: int = 2025, part: str = ""
) -> Identity:
    """A signed identity of a unit with code 101."""
    identity = Identity(
        form=layout.form.form,
        edition=layout.form.edition,
        year=str(year),
        part=part,
        round_id="round-1",
        office="示例县",
        unit_code="101",
        unit_name="东河镇",
        unit_kind=kind.value,
        judged_as=kind.value,
        template_version=layout.template_version,
    )
    return identity.signed(KEY)


@pytest.fixture(scope="session", autouse=True)
def _own_cache(tmp_path_factory: pytest.TempPathFactory) -> None:
    """Forms are kept in a folder of the tests' own, also by commands run apart."""
    os.environ["XDG_CACHE_HOME"] = str(tmp_path_factory.mktemp("cache"))


@pytest.fixture(scope="session")
def layout() -> Layout:
    """The 2021 edition, laid out."""
    return find_form("2021")


@pytest.fixture(scope="session")
def layout_2019() -> Layout:
    """The 2019 edition, laid out."""
    return find_form("2019")


@pytest.fixture(scope="session")
def safety() -> Layout:
    """The tests' own monthly form, laid out."""
    return find_form(str(SAFETY))


@pytest.fixture(scope="session", params=["layout", "layout_2019", "safety"])
def any_layout(request: pytest.FixtureRequest) -> Layout:
    """Each form in turn."""
    found: Layout = request.getfixturevalue(request.param)
    return found


@pytest.fixture(scope="session")
def identity_for() -> Callable[..., Identity]:
    """Makes signed identities."""
    return make_identity
