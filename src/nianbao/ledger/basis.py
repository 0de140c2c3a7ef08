"""What a judgement rests on besides the file's bytes: the same file on the same basis is judged the same."""

from __future__ import annotations

import hashlib
import json
from dataclasses import fields
from functools import cached_property
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

import nianbao
from nianbao.assets import PACKAGE, program_stamp
from nianbao.frozen import frozen
from nianbao.layout.identity import SINGLE

if TYPE_CHECKING:
    from nianbao.layout.identity import Identity
    from nianbao.opening.grid import Limits
    from nianbao.returned.claims import Expectation
    from nianbao.roster.units import Unit

_OF_UNITS = frozenset({"roster"})
"""What a round expects of each unit apart: it counts for the files of that unit only."""


@frozen
class Basis:
    """What all judgements of a command rest on. `words`: for people; `digest`: what must be the same."""

    digest: str
    program: str
    words: str


def basis_of(expectation: Expectation, limits: Limits) -> Basis:
    """The basis. Whatever an expectation comes to hold is part of it, as it shows itself."""
    parts = {part.name: getattr(expectation, part.name) for part in fields(expectation)}
    said = {name: repr(value) for name, value in parts.items() if name not in _OF_UNITS and name != "layout"}
    said["layout"] = expectation.layout.template_version
    said["limits"] = repr(limits)
    said["program"] = _program()
    digest = hashlib.sha256(json.dumps(said, sort_keys=True).encode()).hexdigest()
    form = expectation.layout.form
    version, ids = expectation.layout.template_version, list(expectation.layout.columns)
    words = {"form": form.name, "template": version, "ids": ids}
    return Basis(digest, nianbao.__version__, json.dumps(words, ensure_ascii=False))


class Senders:
    """What a round knows of each unit that the judgement of its files rests on."""

    def __init__(self, expectation: Expectation) -> None:
        self._roster = expectation.roster

    def known(self, identity: Identity | None) -> str:
        """What counts for a file with this identity.

        For a unit's return its entry on the roster; for a consolidated one, whose office is looked for by name as
        well, the whole roster.
        """
        if identity is None:
            return ""
        if identity.role != SINGLE:
            return self._all
        unit = self._roster.unit(identity.unit_code)
        return _entry(unit) if unit else "-"

    @cached_property
    def _all(self) -> str:
        return hashlib.sha256("\n".join(map(_entry, self._roster.units)).encode()).hexdigest()


def _entry(unit: Unit) -> str:
    return json.dumps([unit.code, unit.name, unit.kind.value], ensure_ascii=False)


def _program() -> str:
    """What changes with the program, and with what it reads old formats by."""
    calamine = find_spec("python_calamine")
    readers = [Path(calamine.origin).parent] if calamine and calamine.origin else []
    return program_stamp(PACKAGE, *readers)
