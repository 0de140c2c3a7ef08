"""The checks of a definition to rules: one for each column or row, every id known."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from nianbao.definition.codes import PROGRAM_CODES
from nianbao.definition.form import FieldType, Rule, Wording
from nianbao.definition.mistakes import check_words, shown
from nianbao.definition.rules import ExpressionError, parse_relations, unknown_ids
from nianbao.messages import say
from nianbao.problems import did_you_mean

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from nianbao.definition.form import Block, Field, Table
    from nianbao.definition.mistakes import Mistakes, PartPath
    from nianbao.definition.rules import Comparison
    from nianbao.definition.schema import CheckSource, FormSource, WordingSource

COLUMN, ROW = "column", "row"
MOST_TERMS, MOST_RELATIONS = 100, 20
"""Excel's formulas have 8,192 characters, and its IF goes 64 deep."""


class _Repeat(NamedTuple):
    """One of the times that a check is meant: for a column or row by its part of the id, with its printed label."""

    word: str = ""
    part: str = ""
    label: str = ""

    @property
    def bound(self) -> dict[str, str]:
        """What stands for the word in a relation."""
        return {self.word: self.part} if self.word else {}

    def filled(self, source: WordingSource) -> Wording:
        """The wording with the label in it."""
        place = f"{{{self.word}}}" if self.word else ""
        zh, en = (text.replace(place, self.label) if place else text for text in (source.zh, source.en))
        return Wording(zh=zh, en=en)


def build_rules(
    shape: FormSource, tables: tuple[Table, ...], fields: Mapping[str, Field], mistakes: Mistakes
) -> tuple[Rule, ...]:
    """All rules in the file's order."""
    blocks = _blocks(tables)
    builders = (_Builder(key, check, fields, mistakes) for key, check in shape.checks.items())
    return tuple(rule for builder in builders for rule in builder.rules(blocks))


class _Builder(NamedTuple):
    """One check of the file on its way to rules."""

    key: str
    check: CheckSource
    fields: Mapping[str, Field]
    mistakes: Mistakes

    def rules(self, blocks: Mapping[str, list[Block]]) -> Iterator[Rule]:
        """The check's rule for each repeat."""
        if self.check.code in PROGRAM_CODES:
            message = say("问题代码「{code}」归程序使用，规则请另取一个", code=self.check.code)
            self.mistakes.add(self._path("code"), message)
        repeats = self._repeats(blocks)
        self._check_wording(repeats[0].word if repeats else None)
        for repeat in repeats:
            yield from self._rule(repeat)

    def _rule(self, repeat: _Repeat) -> Iterator[Rule]:
        """The rule; none where its relation is wrong."""
        check = self.check
        require = self._relations(check.require, repeat, "require")
        when = self._relations(check.when, repeat, "when") if check.when else ()
        if len(require) > 1:
            self.mistakes.add(self._path("require"), say("require 只写一个关系式"))
        if len(require) != 1:
            return
        self._check_length((*require, *when))
        yield Rule(
            family=self.key,
            code=check.code,
            severity=check.severity,
            require=require[0],
            when=when,
            kinds=tuple(check.kinds),
            title=repeat.filled(check.title),
            advice=repeat.filled(check.advice),
            bound=repeat.part,
            misplaced=check.misplaced.code if check.misplaced else "",
            misplaced_except=check.misplaced.except_ if check.misplaced else "",
        )

    def _relations(self, text: str, repeat: _Repeat, entry: str) -> tuple[Comparison, ...]:
        """The parsed relations; what is wrong with them is noted."""
        path = self._path(entry)
        try:
            relations = parse_relations(text, repeat.bound)
        except ExpressionError as error:
            self.mistakes.add(path, error.message)
            return ()
        ids = [cell for relation in relations for cell in relation.ids]
        if not ids:
            self.mistakes.add(path, say("关系式里没有编号"))
        for cell in ids:
            if cell in self.fields and self.fields[cell].type is FieldType.CHOICE:
                self.mistakes.add(path, say("「{id}」是选项，不能参加计算", id=cell))
        for unknown in unknown_ids(relations, self.fields):
            hint = did_you_mean(unknown, self.fields)
            message = say("关系式里没有编号「{id}」{hint}", id=shown(unknown), hint=hint)
            self.mistakes.add_unknown(path, unknown, message)
        return relations

    def _check_length(self, relations: tuple[Comparison, ...]) -> None:
        """The line of 校验 fits in a formula, with the sheet's name at every id."""
        terms = sum(len(side.terms) for relation in relations for side in (relation.left, relation.right))
        if terms > MOST_TERMS or len(relations) > MOST_RELATIONS:
            message = say(
                "校验太长：require 和 when 合起来最多 {terms} 个编号、{most} 个关系式",
                terms=MOST_TERMS,
                most=MOST_RELATIONS,
            )
            self.mistakes.add(self._path("require"), message)

    def _repeats(self, blocks: Mapping[str, list[Block]]) -> list[_Repeat]:
        """The repeats; none where `for each` is wrong."""
        if self.check.for_each is None:
            return [_Repeat()]
        path = self._path("for each")
        words = self.check.for_each.split()
        if len(words) != 3 or words[0] not in {COLUMN, ROW} or words[1] != "of":
            self.mistakes.add(path, say("for each 写成「column of 表」或「row of 表.块」"))
            return []
        word, _, name = words
        if name not in blocks:
            hint = did_you_mean(name, blocks)
            message = say("没有「{name}」这张表或这一块{hint}", name=shown(name), hint=hint)
            self.mistakes.add_unknown(path, name, message)
            return []
        labels = {part: label for block in blocks[name] for part, label in _bounds(word, block, self.fields)}
        if not labels:
            message = say("「{name}」的行或栏没有编号，不能用于 for each", name=name)
            self.mistakes.add_unknown(path, name, message)
        self._check_excepted(labels, name)
        return [_Repeat(word, part, label) for part, label in labels.items()]

    def _check_excepted(self, labels: Mapping[str, str], name: str) -> None:
        """The column that misplaced passes over is one of them."""
        excepted = self.check.misplaced.except_ if self.check.misplaced else ""
        if excepted and excepted not in labels:
            hint = did_you_mean(excepted, labels)
            message = say("没有「{name}」这一栏{hint}", name=shown(excepted), hint=hint)
            self.mistakes.add_unknown(self._path("misplaced", "except"), name, message)

    def _check_wording(self, word: str | None) -> None:
        """Title and advice name nothing in braces but the word of `for each`; None where that is wrong itself."""
        if word is not None:
            for entry in ("title", "advice"):
                check_words(self._path(entry), getattr(self.check, entry), self.mistakes, known={word} - {""})

    def _path(self, *steps: str) -> PartPath:
        return ("checks", self.key, *steps)


def _blocks(tables: tuple[Table, ...]) -> dict[str, list[Block]]:
    """What `of` may name: a table, or one block of it."""
    names: dict[str, list[Block]] = {table.key: list(table.blocks) for table in tables}
    names |= {f"{table.key}.{block.key}": [block] for table in tables for block in table.blocks}
    return names


def _bounds(word: str, block: Block, fields: Mapping[str, Field]) -> Iterator[tuple[str, str]]:
    """The id part and the printed label of every column (or row) of a block."""
    keys = block.column_keys if word == COLUMN else block.row_keys
    cells = block.ids[0] if word == COLUMN else tuple(row[0] for row in block.ids)
    for key, cell in zip(keys, cells, strict=True):
        if key:
            yield key, fields[cell].column_label if word == COLUMN else fields[cell].row_label
