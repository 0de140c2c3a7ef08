"""The test form's definition as text, and what is said of it after a change."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from conftest import SAFETY
from nianbao.definition.reading import form_of
from nianbao.definition.source import read_source
from nianbao.problems import OfficeError

if TYPE_CHECKING:
    from pathlib import Path

    from nianbao.definition.form import Form

GOOD = SAFETY.read_text(encoding="utf-8")
MINES = "{label: 矿山}"
SUM = "sum: [mines, sites, shops]"
CHOICES = "choices: [好, 一般, 差]"
REQUIRE = "a.all.done >= a.all.planned - 2"


def changed(*changes: tuple[str, str], text: str = GOOD) -> str:
    """The definition with each first text of the pairs once replaced by the second."""
    for old, new in changes:
        assert old in text, old
        text = text.replace(old, new, 1)
    return text


def read_definition(path: Path) -> Form:
    """The form defined at `path`, built anew. Raises OfficeError with every mistake found."""
    return form_of(read_source(path))


def complaints(folder: Path, content: str | bytes) -> list[str]:
    """What is said of a definition, as `line: what`."""
    path = folder / "form.yaml"
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    with pytest.raises(OfficeError) as caught:
        read_definition(path)
    assert all(problem.file and problem.line for problem in caught.value.problems)
    return [problem.text().replace(f"{path}:", "") for problem in caught.value.problems]
