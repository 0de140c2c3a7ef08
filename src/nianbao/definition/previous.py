"""What a definition says of the period before: rules between the two, what is shown, what goes on from an edition."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nianbao.definition.form import FieldType, Previous
from nianbao.messages import say

if TYPE_CHECKING:
    from nianbao.definition.form import Rule
    from nianbao.definition.repeats import Repeating
    from nianbao.definition.schema import PreviousSource

HERE = "previous"


def build_previous(
    source: PreviousSource | None, rules: tuple[Rule, ...], repeating: Repeating
) -> Previous | None:
    """The period before as the form takes it; None where the definition says nothing of it."""
    if source is None and not rules:
        return None
    patterns = source.shown if source else ["*"]
    shown = repeating.cells(patterns, (HERE, "shown"))
    editions = source.editions if source else {}
    previous = Previous(
        rules,
        tuple(cell for cell in shown if repeating.fields[cell].type is not FieldType.CHOICE),
        {name: repeating.cells(ids, (HERE, "editions", name)) for name, ids in editions.items()},
    )
    _check_prefilled(previous, repeating)
    return previous


def _check_prefilled(previous: Previous, repeating: Repeating) -> None:
    """No input is filled in twice."""
    rules = [rule for rule in previous.rules if rule.prefills and rule.require.own_ids]
    seen: set[str] = set()
    for rule in rules:
        cell = rule.require.own_ids[0]
        if cell in seen:
            path = ("checks", rule.family, "prefill")
            repeating.mistakes.add(path, say("「{id}」已由别的规则预填", id=cell))
        seen.add(cell)
