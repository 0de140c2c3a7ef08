"""Character data of XML as texts; those with entities are resolved by the parser, and remembered."""

from __future__ import annotations

from xml.etree.ElementTree import ParseError, fromstring

from nianbao.opening.cutting import UncertainError

NEVER = ("\ufffe", "\uffff")
"""Characters of several bytes that XML does not allow."""
MOST, LONGEST = 4_000, 2_000
"""Texts with entities remembered, and their bytes."""


class Texts:
    """Character data without markup, as `cutting` matches it, read."""

    def __init__(self) -> None:
        self._known: dict[bytes, str] = {}

    def of(self, values: list[bytes]) -> list[str]:
        """The texts; UncertainError where the bytes are no UTF-8, or an entity is none."""
        if not values:
            return []
        joined = b"\0".join(values)
        if b"&" in joined:
            return self._with_entities(values)
        return _decoded(joined).split("\0")

    def _with_entities(self, values: list[bytes]) -> list[str]:
        known = self._known
        new = {value for value in values if b"&" in value and value not in known}
        read = dict(zip(new, _resolved(new), strict=True)) if new else {}
        texts = [
            (read[value] if value in read else known[value]) if b"&" in value else _decoded(value)
            for value in values
        ]
        if len(known) > MOST:
            known.clear()
        known |= {value: text for value, text in read.items() if len(value) <= LONGEST}
        return texts


def _decoded(value: bytes) -> str:
    try:
        text = value.decode()
    except UnicodeDecodeError as error:
        raise UncertainError from error
    if NEVER[0] in text or NEVER[1] in text:
        raise UncertainError
    return text


def _resolved(values: set[bytes]) -> list[str]:
    """Each with its entities resolved, by the parser itself; UncertainError where one is none."""
    document = b"".join(b"<t>%b</t>" % value for value in values)
    try:
        root = fromstring(b"<x>%b</x>" % document)  # noqa: S314 -- no DTD can stand in it
    except ParseError as error:
        raise UncertainError from error
    return [element.text or "" for element in root]
