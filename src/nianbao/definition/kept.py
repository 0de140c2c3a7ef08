"""The form of a definition file, kept between runs: reading YAML takes ten times as long as all else about a form.

What was built is kept as JSON in the user's cache folder, with the digests of the files it was built from and a
stamp of the program that built it. Nothing in it is run: it can only become the values listed in `_MAKERS`. What
does not fit, cannot be read or is not there is built anew, so the folder can be emptied at any time.
"""

from __future__ import annotations

import json
import os
from contextlib import suppress
from dataclasses import fields, is_dataclass
from decimal import Decimal
from enum import StrEnum
from hashlib import sha256
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

import platformdirs

from nianbao.assets import program_stamp
from nianbao.definition.form import (
    Block,
    Chart,
    Field,
    FieldType,
    Form,
    Label,
    Previous,
    Published,
    Rule,
    Subtotal,
    Table,
    Wording,
)
from nianbao.definition.rules import Comparison, Linear
from nianbao.definition.texts import Amount, Claim, Claims, Mention, Text
from nianbao.kinds import UnitKind
from nianbao.problems import OfficeError
from nianbao.writing import save

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

_TUPLE, _MAPPING = "()", "{}"
_VALUES = (
    Form,
    Table,
    Block,
    Label,
    Field,
    Text,
    Mention,
    Amount,
    Claim,
    Claims,
    Wording,
    Rule,
    Subtotal,
    Chart,
    Previous,
    Published,
    Comparison,
    Linear,
    Decimal,
    FieldType,
    UnitKind,
)
_MAKERS: Mapping[str, Callable[..., Any]] = MappingProxyType(
    {
        _TUPLE: lambda *items: items,
        _MAPPING: lambda *pairs: dict(pairs),
        **{value.__name__: value for value in _VALUES},
    }
)


def kept_form(path: Path) -> Form:
    """The form defined at `path`, built only where it is not kept. Raises OfficeError with every mistake found."""
    folder = platformdirs.user_cache_path("nianbao", appauthor=False) / "forms"
    keeper = folder / f"{sha256(os.fsencode(path.resolve())).hexdigest()[:20]}.json"
    stamp = program_stamp(Path(__file__).parent)
    return _form_in(keeper, stamp) or _built(path, keeper, stamp)


def _form_in(keeper: Path, stamp: str) -> Form | None:
    """The form kept there, if this program made it from files that are still the same."""
    try:
        head, body = keeper.read_bytes().split(b"\n")
        made = json.loads(head)
        as_made = made["stamp"] == stamp and made["body"] == sha256(body).hexdigest()
        if not as_made or any(_digest(file) != digest for file, digest in made["files"].items()):
            return None
        form = _value(json.loads(body))
    except (OSError, ValueError, KeyError, TypeError, AttributeError, ArithmeticError, RecursionError):
        return None
    return form if isinstance(form, Form) else None


def _built(path: Path, keeper: Path, stamp: str) -> Form:
    """The form read from its definition, and kept where that is possible."""
    from nianbao.definition.reading import form_of  # noqa: PLC0415 -- pydantic and YAML: 100 ms
    from nianbao.definition.source import read_source  # noqa: PLC0415 -- as above

    source = read_source(path)
    form = form_of(source)
    body = json.dumps(_plain(form), ensure_ascii=False, separators=(",", ":")).encode()
    files = {str(file.resolve()): digest for file, digest in source.files.items()}
    head = json.dumps({"stamp": stamp, "body": sha256(body).hexdigest(), "files": files})
    with suppress(OSError, OfficeError):  # a form is as good where it cannot be kept
        save(keeper, head.encode() + b"\n" + body)
    return form


def _digest(file: str) -> str:
    return sha256(Path(file).read_bytes()).hexdigest()


def _plain(value: Any) -> Any:
    """The value as lists with what makes it in front, and JSON's own scalars."""
    if is_dataclass(value):
        return [type(value).__name__, *(_plain(getattr(value, field.name)) for field in fields(value))]
    if isinstance(value, tuple):
        return [_TUPLE, *map(_plain, value)]
    if isinstance(value, dict):
        return [_MAPPING, *(_plain(pair) for pair in value.items())]
    if isinstance(value, StrEnum | Decimal):
        return [type(value).__name__, str(value)]
    return value


def _value(plain: Any) -> Any:
    """What `_plain` was given. Raises KeyError, TypeError or ValueError for what it never wrote."""
    if not isinstance(plain, list):
        return plain
    return _MAKERS[plain[0]](*map(_value, plain[1:]))
