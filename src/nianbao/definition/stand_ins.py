"""What the schema allows at a place of a definition, and a value that fits there for one that does not."""

from __future__ import annotations

import types
from enum import Enum
from typing import TYPE_CHECKING, Annotated, Any, Literal, Union, get_args, get_origin

from nianbao.definition.schema import FormSource, Strict

if TYPE_CHECKING:
    from collections.abc import Iterator

    from nianbao.definition.mistakes import PartPath

INVENTED = "_invented"
"""The key of an entry that stands for what is missing."""
_NEUTRAL = {str: "x", int: 2000, float: 10.0, bool: False}


def annotation_at(path: PartPath) -> Any:
    """The type of the part at `path` of a definition."""
    annotation: Any = FormSource
    for step in path:
        annotation = _part(annotation, step)
    return annotation


def words_of(annotation: Any) -> set[str]:
    """The keys that a part of that type may have."""
    models = [kind for kind in _kinds(annotation) if _is_model(kind)]
    return {field.alias or name for kind in models for name, field in kind.model_fields.items()}


def choices_of(annotation: Any) -> list[str]:
    """The words that a part of that type may be; none where it may be any."""
    return [str(value) for kind in _kinds(annotation) for value in _members(kind)]


def stand_in(annotation: Any) -> Any:
    """A neutral value of that type: nothing where that is allowed, else as little as fits."""
    kinds = list(_kinds(annotation))
    kind = kinds[0]
    if type(None) in kinds:
        return None
    if _is_model(kind):
        fields = kind.model_fields.items()
        return {
            field.alias or name: stand_in(field.annotation) for name, field in fields if field.is_required()
        }
    if get_origin(kind) is dict:
        return {INVENTED: stand_in(get_args(kind)[1])}
    if get_origin(kind) is list:
        return []
    return next(iter(_members(kind)), None) or _NEUTRAL[kind]


def _part(annotation: Any, step: str | int) -> Any:
    """The type of one part of a value of that type."""
    for kind in _kinds(annotation):
        if _is_model(kind):
            fields = kind.model_fields.items()
            found = [field for name, field in fields if (field.alias or name) == step]
            return found[0].annotation if found else str
        if get_args(kind) and get_origin(kind) in {dict, list}:
            return get_args(kind)[-1]
    return str


def _kinds(annotation: Any) -> Iterator[Any]:
    """The types that a union is of, without what is said of them besides."""
    origin = get_origin(annotation)
    if origin is Annotated:
        yield from _kinds(get_args(annotation)[0])
    elif origin in {Union, types.UnionType}:
        for kind in get_args(annotation):
            yield from _kinds(kind)
    else:
        yield annotation


def _is_model(kind: Any) -> bool:
    return isinstance(kind, type) and issubclass(kind, Strict)


def _members(kind: Any) -> tuple[Any, ...]:
    """The values that are listed."""
    if get_origin(kind) is Literal:
        return get_args(kind)
    return tuple(kind) if isinstance(kind, type) and issubclass(kind, Enum) else ()
