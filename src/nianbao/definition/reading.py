"""A definition file to a `Form`, or one error that lists every mistake with its file and line."""

from __future__ import annotations

import hashlib
import json
from copy import deepcopy
from typing import TYPE_CHECKING, Any

from pydantic import ValidationError

from nianbao.definition.building import build_form
from nianbao.definition.schema import FormSource, known_words
from nianbao.definition.source import Source, read_source
from nianbao.messages import Message, say
from nianbao.problems import OfficeError, Problem, did_you_mean

if TYPE_CHECKING:
    from pathlib import Path

    from pydantic_core import ErrorDetails

    from nianbao.definition.form import Form

ROUNDS_OF_REPAIR = 8


def read_definition(path: Path) -> Form:
    """The form defined at `path`. Raises OfficeError with every mistake found."""
    return form_of(read_source(path))


def form_of(source: Source) -> Form:
    """The form that the definition means. Raises OfficeError with every mistake found."""
    problems, shape = _validate(source)
    if shape is not None:
        digest = hashlib.sha256(json.dumps(source.data, sort_keys=True, ensure_ascii=False).encode())
        form, more = build_form(shape, fingerprint=digest.hexdigest()[:10])
        problems += [_problem(source, where, message) for where, message in more]
        if not problems:
            return form
    raise OfficeError(sorted(set(problems), key=lambda problem: (problem.file, problem.line)))


def _validate(source: Source) -> tuple[list[Problem], FormSource | None]:
    """The mistakes of shape, and the shape with the mistaken parts taken out so that reading can go on."""
    data = deepcopy(source.data)
    problems: list[Problem] = []
    taken: set[tuple[str | int, ...]] = set()
    for _ in range(ROUNDS_OF_REPAIR):
        try:
            return problems, FormSource.model_validate(data)
        except ValidationError as error:
            details = [detail for detail in error.errors() if _path(detail) not in taken]
        problems += [_problem(source, _path(detail), _wording(detail)) for detail in details]
        paths = sorted(map(_path, details), key=str, reverse=True)
        if not paths or not all([_take_out(data, path) for path in paths]):  # noqa: C419 -- each is taken out
            break
        taken.update(paths)
    return problems, None


def _problem(source: Source, path: tuple[str | int, ...], message: Message) -> Problem:
    """The mistake at its line."""
    file, line = source.place(path)
    return Problem(message, file=file, line=line)


def _path(detail: ErrorDetails) -> tuple[str | int, ...]:
    """Where in the file; without the steps that only the validator knows."""
    return tuple(step for step in detail["loc"] if step not in {"int", "float", "[key]"})


def _wording(detail: ErrorDetails) -> Message:
    """The validator's complaint in the clerk's words."""
    word = str(detail["loc"][-1]) if detail["loc"] else ""
    value = detail["input"]
    match detail["type"]:
        case "extra_forbidden":
            return say("不认识的项「{word}」{hint}", word=word, hint=did_you_mean(word, known_words()))
        case "missing":
            return say("缺少「{word}」", word=word)
        case "too_short":
            return say("「{word}」里至少要有一项", word=word)
        case "enum" | "literal_error":
            known = detail.get("ctx", {}).get("expected", "")
            words = [part.strip(" '") for part in known.replace(" or ", ",").split(",")]
            hint = did_you_mean(str(value), words)
            return say(
                '「{word}」里未知的值 "{value}"{hint}（可用：{known}）',
                word=_name(detail),
                value=value,
                hint=hint,
                known=" / ".join(words),
            )
        case "string_pattern_mismatch":
            return say('「{word}」不能写成 "{value}"：只用小写字母、数字和规定的符号', word=word, value=value)
        case _:
            return say(
                "「{word}」写得不对：{value}（{reason}）",
                word=word,
                value=str(value)[:60],
                reason=detail["msg"],
            )


def _name(detail: ErrorDetails) -> str:
    """The nearest named step of the path."""
    return str(next((step for step in reversed(detail["loc"]) if isinstance(step, str)), ""))


def _take_out(data: Any, path: tuple[str | int, ...]) -> bool:
    """Whether the part at `path` could be taken out of `data`."""
    *around, last = path
    try:
        for step in around:
            data = data[step]
        del data[last]
    except (KeyError, IndexError, TypeError):
        return False
    return True
