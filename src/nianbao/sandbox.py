"""Where the office's own templates are filled in: Jinja2's immutable sandbox, an unknown name an error."""

from __future__ import annotations

from jinja2 import StrictUndefined, TemplateError
from jinja2.sandbox import ImmutableSandboxedEnvironment

FAILURES = (
    TemplateError,
    ArithmeticError,
    AttributeError,
    LookupError,
    RecursionError,
    TypeError,
    ValueError,
)
"""What filling a wrong template ends in; a macro that calls itself in RecursionError."""


def sandbox(*, escaped: bool, whole_lines: bool = False) -> ImmutableSandboxedEnvironment:
    """A new one. `escaped`: values are, as in HTML; `whole_lines`: a line with nothing but a tag leaves none."""
    return ImmutableSandboxedEnvironment(
        autoescape=escaped, undefined=StrictUndefined, trim_blocks=whole_lines, lstrip_blocks=whole_lines
    )
