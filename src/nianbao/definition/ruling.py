"""The checks of a definition to rules: one for each column, row or cell, every id known."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from nianbao.definition.codes import PROGRAM_CODES
from nianbao.definition.form import FieldType, Rule
from nianbao.definition.mistakes import check_words, shown
from nianbao.definition.repeats import Repeating
from nianbao.definition.rules import PREVIOUS, ExpressionError, of_field, parse_relations, unknown_ids
from nianbao.messages import say
from nianbao.problems import did_you_mean

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from nianbao.definition.form import Field, Table
    from nianbao.definition.mistakes import Mistakes, PartPath
    from nianbao.definition.repeats import Repeat
    from nianbao.definition.rules import Comparison
    from nianbao.definition.schema import CheckSource, FormSource

MOST_TERMS, MOST_RELATIONS = 100, 20
"""Excel's formulas have 8,192 characters, and its IF goes 64 deep."""


def build_rules(
    shape: FormSource, tables: tuple[Table, ...], fields: Mapping[str, Field], mistakes: Mistakes
) -> tuple[Rule, ...]:
    """All rules in the file's order."""
    repeating = Repeating.over(tables, fields, mistakes)
    builders = (_Builder(key, check, fields, mistakes) for key, check in shape.checks.items())
    return tuple(rule for builder in builders for rule in builder.rules(repeating))


class _Builder(NamedTuple):
    """One check of the file on its way to rules."""

    key: str
    check: CheckSource
    fields: Mapping[str, Field]
    mistakes: Mistakes

    def rules(self, repeating: Repeating) -> Iterator[Rule]:
        """The check's rule for each repeat."""
        if self.check.code in PROGRAM_CODES:
            message = say("问题代码「{code}」归程序使用，规则请另取一个", code=self.check.code)
            self.mistakes.add(self._path("code"), message)
        repeats = repeating.repeats(self.check.for_each, self._path("for each"))
        if repeats and repeats[0].word:
            self._check_excepted(repeats)
        self._check_wording(repeats[0].word if repeats else None)
        for repeat in repeats:
            yield from self._rule(repeat)

    def _rule(self, repeat: Repeat) -> Iterator[Rule]:
        """The rule; none where its relation is wrong."""
        check = self.check
        require = self._relations(check.require, repeat, "require")
        when = self._relations(check.when, repeat, "when") if check.when else ()
        if len(require) > 1:
            self.mistakes.add(self._path("require"), say("require 只写一个关系式"))
        if len(require) != 1:
            return
        self._check_length((*require, *when))
        self._check_periods(require[0])
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
            prefills=check.prefill and self._fills_input(require[0]),
        )

    def _relations(self, text: str, repeat: Repeat, entry: str) -> tuple[Comparison, ...]:
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
        for cell in map(of_field, ids):
            if cell in self.fields and self.fields[cell].type is FieldType.CHOICE:
                self.mistakes.add(path, say("「{id}」是选项，不能参加计算", id=cell))
        for unknown in dict.fromkeys(map(of_field, unknown_ids(relations, self.fields))):
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

    def _check_periods(self, require: Comparison) -> None:
        """The relation is about a cell of the period reported on; one that prefills says what stands in an input."""
        if require.earlier_ids and not require.own_ids:
            self.mistakes.add(self._path("require"), say("关系式里要有本期的编号，不能只有 previous. 的"))
        if self.check.prefill and not self._can_prefill(require):
            message = say("prefill 只用于「一个要填的编号 == previous. 的一个编号」这样的关系式")
            self.mistakes.add(self._path("prefill"), message)

    def _can_prefill(self, require: Comparison) -> bool:
        """Whether an input, or a total of such, is to be what a figure of the period before was."""
        own, earlier = require.own_ids, require.earlier_ids
        sides = (require.left.terms, require.right.terms)
        plain = sides == (tuple((1, c) for c in own), tuple((1, f"{PREVIOUS}{c}") for c in earlier))
        constant = require.left.constant or require.right.constant
        return plain and require.sign == "==" and len(own) == len(earlier) == 1 and not constant

    def _fills_input(self, require: Comparison) -> bool:
        """Whether it is about an input: a total follows from those that it adds up."""
        field = self.fields.get(require.own_ids[0]) if require.own_ids else None
        return field is not None and not field.terms

    def _check_excepted(self, repeats: list[Repeat]) -> None:
        """The column that misplaced passes over is one of them."""
        excepted = self.check.misplaced.except_ if self.check.misplaced else ""
        labels = [repeat.part for repeat in repeats]
        if excepted and excepted not in labels:
            hint = did_you_mean(excepted, labels)
            message = say("没有「{name}」这一栏{hint}", name=shown(excepted), hint=hint)
            name = (self.check.for_each or "").split()[-1]
            self.mistakes.add_unknown(self._path("misplaced", "except"), name, message)

    def _check_wording(self, word: str | None) -> None:
        """Title and advice name nothing in braces but the word of `for each`; None where that is wrong itself."""
        if word is not None:
            for entry in ("title", "advice"):
                check_words(self._path(entry), getattr(self.check, entry), self.mistakes, known={word} - {""})

    def _path(self, *steps: str) -> PartPath:
        return ("checks", self.key, *steps)
