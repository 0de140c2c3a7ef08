"""Whether a form says everything in both languages."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nianbao.inspecting.faults import Fault, part_of_rule
from nianbao.messages import say

if TYPE_CHECKING:
    from collections.abc import Iterator

    from nianbao.definition.form import Form


def wording_faults(form: Form) -> Iterator[Fault]:
    """A rule's title and advice are there in Chinese and in English, and are not the same words twice."""
    for rule in form.rules:
        for entry, wording in (("title", rule.title), ("advice", rule.advice)):
            if not wording.zh.strip() or not wording.en.strip() or wording.zh == wording.en:
                message = say(
                    "校验「{family}」的 {entry} 要有中文（zh）和英文（en）两种说法",
                    family=rule.family,
                    entry=entry,
                )
                yield Fault(message, (*part_of_rule(rule), entry))
