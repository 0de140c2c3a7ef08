"""What is wrong with the sections in words themselves: nothing or next to nothing written, something not told."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nianbao.layout.identity import CONSOLIDATED
from nianbao.returned.findings import found_at

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from nianbao.definition.texts import Text
    from nianbao.layout.places import Layout
    from nianbao.returned.findings import Finding
    from nianbao.returned.returns import Return


def section_findings(layout: Layout, ret: Return, faulty: Collection[str]) -> Iterator[Finding]:
    """The findings on the sections that could be read; `faulty` ones have a finding of their own."""
    consolidated = ret.identity.role == CONSOLIDATED
    for text in layout.form.texts:
        written = ret.texts.get(text.id)
        if written is None or text.id in faulty:
            continue
        if not written.strip():
            if text.required:
                code = "text-missing:county" if consolidated else "text-missing"
                yield found_at(layout, code, [text.id], title=text.title)
            continue
        yield from _too_short(layout, text, written)
        if text.mention and not any(word in written for word in text.mention.words):
            mention = text.mention
            yield found_at(layout, mention.code, [text.id], subject=mention.subject, advice=mention.advice)


def _too_short(layout: Layout, text: Text, written: str) -> Iterator[Finding]:
    """Fewer letters and digits than say anything: 「无」, 「/」."""
    if len(written) >= 4 * text.at_least:
        return  # spaces and marks are not three of four in any sentence
    if sum(map(str.isalnum, written)) < text.at_least:
        yield found_at(layout, "text-short", [text.id], title=text.title, found=written.strip())
