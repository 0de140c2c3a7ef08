"""How often a check is meant: for each column or row of some blocks, or each of some cells."""

from __future__ import annotations

from fnmatch import fnmatchcase
from typing import TYPE_CHECKING, NamedTuple

from nianbao.definition.form import Wording
from nianbao.definition.mistakes import shown
from nianbao.definition.rules import CELL
from nianbao.messages import say
from nianbao.problems import did_you_mean

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from nianbao.definition.form import Block, Field, Table
    from nianbao.definition.mistakes import Mistakes, PartPath
    from nianbao.definition.schema import WordingSource

COLUMN, ROW = "column", "row"


class Repeat(NamedTuple):
    """One of the times that a check is meant: for a column or row by its part of the id, or for a cell by its id."""

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


class Repeating(NamedTuple):
    """What `for each` may name, and where its mistakes go."""

    blocks: Mapping[str, list[Block]]
    fields: Mapping[str, Field]
    mistakes: Mistakes

    @classmethod
    def over(cls, tables: tuple[Table, ...], fields: Mapping[str, Field], mistakes: Mistakes) -> Repeating:
        """The tables, and each block of them."""
        names: dict[str, list[Block]] = {table.key: list(table.blocks) for table in tables}
        names |= {f"{table.key}.{block.key}": [block] for table in tables for block in table.blocks}
        return cls(names, fields, mistakes)

    def repeats(self, text: str | None, path: PartPath) -> list[Repeat]:
        """The repeats in the form's order; none where `text` is wrong."""
        if text is None:
            return [Repeat()]
        word, of, names = (*text.split(maxsplit=2), "", "", "")[:3]
        listed = [name.strip() for name in names.split(",")]
        if (
            word not in {COLUMN, ROW, CELL}
            or of != "of"
            or not all(name and " " not in name for name in listed)
        ):
            message = say(
                "for each 写成「column of 表」、「row of 表.块」或「cell of 编号」，几个之间用英文逗号"
            )
            self.mistakes.add(path, message)
            return []
        if word == CELL:
            return [Repeat(word, cell, self.fields[cell].label) for cell in self.cells(listed, path)]
        labels: dict[str, str] = {}
        for name in listed:
            labels |= self._lines(word, name, path)
        return [Repeat(word, part, label) for part, label in labels.items()]

    def cells(self, patterns: Iterable[str], path: PartPath) -> tuple[str, ...]:
        """The ids that fit one of the patterns, in the form's order; what no id fits is noted."""
        known = list(patterns)
        for pattern in known:
            if not any(fnmatchcase(cell, pattern) for cell in self.fields):
                hint = did_you_mean(pattern, self.fields)
                message = say("没有编号符合「{id}」{hint}", id=shown(pattern), hint=hint)
                self.mistakes.add_unknown(path, pattern, message)
        return tuple(cell for cell in self.fields if any(fnmatchcase(cell, pattern) for pattern in known))

    def _lines(self, word: str, name: str, path: PartPath) -> dict[str, str]:
        """The columns or rows of a table or block: their parts of an id, with their labels."""
        if name not in self.blocks:
            hint = did_you_mean(name, self.blocks)
            message = say("没有「{name}」这张表或这一块{hint}", name=shown(name), hint=hint)
            self.mistakes.add_unknown(path, name, message)
            return {}
        labels = dict(pair for block in self.blocks[name] for pair in _bounds(word, block, self.fields))
        if not labels:
            message = say("「{name}」的行或栏没有编号，不能用于 for each", name=name)
            self.mistakes.add_unknown(path, name, message)
        return labels


def _bounds(word: str, block: Block, fields: Mapping[str, Field]) -> Iterator[tuple[str, str]]:
    """The id part and the printed label of every column (or row) of a block."""
    keys = block.column_keys if word == COLUMN else block.row_keys
    cells = block.ids[0] if word == COLUMN else tuple(row[0] for row in block.ids)
    for key, cell in zip(keys, cells, strict=True):
        if key:
            yield key, fields[cell].column_label if word == COLUMN else fields[cell].row_label
