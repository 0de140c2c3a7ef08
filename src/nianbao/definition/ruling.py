"""The checks of a definition to rules: one for each column or row, every id known."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nianbao.definition.form import FieldType, Rule, Wording
from nianbao.definition.rules import ExpressionError, parse_relations, unknown_ids
from nianbao.messages import say
from nianbao.problems import did_you_mean

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from nianbao.definition.form import Block, Field, Table
    from nianbao.definition.rules import Comparison
    from nianbao.definition.schema import CheckSource, FormSource, WordingSource
    from nianbao.definition.source import PartPath
    from nianbao.definition.tabling import Mistake


def build_rules(
    shape: FormSource, tables: tuple[Table, ...], fields: Mapping[str, Field], mistakes: list[Mistake]
) -> tuple[Rule, ...]:
    """All rules in the file's order."""
    rules: list[Rule] = []
    for key, check in shape.checks.items():
        rules += _rules(key, check, _repeats(key, check, tables, fields, mistakes), (fields, mistakes))
    return tuple(rules)


def _rules(
    key: str,
    check: CheckSource,
    repeats: list[tuple[dict[str, str], dict[str, str]]],
    context: tuple[Mapping[str, Field], list[Mistake]],
) -> Iterator[Rule]:
    """The check's rule for each repeat; one complaint for a mistake that all repeats share."""
    fields, mistakes = context
    said: list[Mistake] = []
    for bound, labels in repeats:
        path: PartPath = ("checks", key)
        require = _relations(check.require, bound, (*path, "require"), (fields, said))
        when = _relations(check.when, bound, (*path, "when"), (fields, said)) if check.when else ()
        if len(require) > 1:
            said.append(((*path, "require"), say("require 只写一个关系式")))
        if len(require) != 1:
            continue
        yield Rule(
            family=key,
            code=check.code,
            severity=check.severity,
            require=require[0],
            when=when,
            kinds=tuple(check.kinds),
            title=_filled(check.title, labels),
            advice=_filled(check.advice, labels),
            bound=next(iter(bound.values()), ""),
            misplaced=check.misplaced.code if check.misplaced else "",
            misplaced_except=check.misplaced.except_ if check.misplaced else "",
        )
    mistakes += [mistake for index, mistake in enumerate(said) if mistake not in said[:index]]


def _relations(
    text: str, bound: dict[str, str], path: PartPath, context: tuple[Mapping[str, Field], list[Mistake]]
) -> tuple[Comparison, ...]:
    """The parsed relations; what is wrong with them goes to the list."""
    fields, said = context
    try:
        relations = parse_relations(text, bound)
    except ExpressionError as error:
        said.append((path, error.message))
        return ()
    ids = [cell for relation in relations for cell in relation.ids]
    if not ids:
        said.append((path, say("关系式里没有编号")))
    for cell in ids:
        if cell in fields and fields[cell].type is FieldType.CHOICE:
            said.append((path, say("「{id}」是选项，不能参加计算", id=cell)))
    for unknown in unknown_ids(relations, fields):
        hint = did_you_mean(unknown, fields)
        said.append((path, say("关系式里没有编号「{id}」{hint}", id=unknown, hint=hint)))
    return relations


def _filled(source: WordingSource, labels: dict[str, str]) -> Wording:
    """The wording with the column's or row's printed label in it."""
    zh, en = source.zh, source.en
    for word, label in labels.items():
        zh, en = zh.replace(f"{{{word}}}", label), en.replace(f"{{{word}}}", label)
    return Wording(zh=zh, en=en)


def _repeats(
    key: str,
    check: CheckSource,
    tables: tuple[Table, ...],
    fields: Mapping[str, Field],
    mistakes: list[Mistake],
) -> list[tuple[dict[str, str], dict[str, str]]]:
    """For each repeat: the word's part of an id, and its printed label."""
    if check.for_each is None:
        return [({}, {})]
    words = check.for_each.split()
    path: PartPath = ("checks", key, "for each")
    if len(words) != 3 or words[0] not in {"column", "row"} or words[1] != "of":
        mistakes.append((path, say("for each 写成「column of 表」或「row of 表.块」")))
        return []
    blocks = _blocks(tables)
    if words[2] not in blocks:
        hint = did_you_mean(words[2], blocks)
        mistakes.append((path, say("没有「{name}」这张表或这一块{hint}", name=words[2], hint=hint)))
        return []
    found = [_bounds(words[0], block, fields) for block in blocks[words[2]]]
    merged = {part: label for block in found for part, label in block.items()}
    if not merged:
        mistakes.append((path, say("「{name}」的行或栏没有编号，不能用于 for each", name=words[2])))
    if check.misplaced and check.misplaced.except_ and check.misplaced.except_ not in merged:
        hint = did_you_mean(check.misplaced.except_, merged)
        where: PartPath = ("checks", key, "misplaced", "except")
        mistakes.append((where, say("没有「{name}」这一栏{hint}", name=check.misplaced.except_, hint=hint)))
    return [({words[0]: part}, {words[0]: label}) for part, label in merged.items()]


def _blocks(tables: tuple[Table, ...]) -> dict[str, list[Block]]:
    """What `of` may name: a table, or one block of it."""
    names: dict[str, list[Block]] = {table.key: list(table.blocks) for table in tables}
    names |= {f"{table.key}.{block.key}": [block] for table in tables for block in table.blocks}
    return names


def _bounds(word: str, block: Block, fields: Mapping[str, Field]) -> dict[str, str]:
    """The id part and the printed label of every column (or row) of a block."""
    if word == "column":
        lines = zip(block.column_keys, block.ids[0], strict=True)
        return {key: fields[cell].column_label for key, cell in lines if key}
    rows = zip(block.row_keys, block.ids, strict=True)
    return {key: fields[cells[0]].row_label for key, cells in rows if key}
