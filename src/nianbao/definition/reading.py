"""A definition file to a `Form`, or one error that lists every mistake with its file and line."""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING

from nianbao.definition.building import build_form
from nianbao.definition.mistakes import Mistakes
from nianbao.definition.shaping import shape
from nianbao.problems import OfficeError, Problem

if TYPE_CHECKING:
    from nianbao.definition.form import Form
    from nianbao.definition.source import Source


def form_of(source: Source) -> Form:
    """The form that the definition means. Raises OfficeError with every mistake found."""
    mistakes = Mistakes()
    typed = shape(source, mistakes)
    form = build_form(typed, mistakes, fingerprint=_fingerprint(source.data)) if typed else None
    problems = set(source.problems)
    for where, message in mistakes.found:
        file, line = source.place(mistakes.written(where))
        problems.add(Problem(message, file=file, line=line))
    if problems or form is None:
        raise OfficeError(sorted(problems, key=lambda problem: (problem.file, problem.line, problem.text())))
    return form


def _fingerprint(data: object) -> str:
    """Changes with every change of meaning."""
    text = json.dumps(data, sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()[:10]
