"""A form's cells on one compact sheet: a small matrix for each block, in the same cells for every unit."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING

from nianbao.frozen import frozen
from nianbao.layout.addresses import column_letters
from nianbao.layout.boxes import Role
from nianbao.layout.tables import text_height

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from nianbao.definition.form import Block, Form

LABEL_WIDTH, FIGURE_WIDTH = 50.0, 11.0


@frozen
class Printed:
    """A printed label in a row; `wide` over all columns."""

    row: int
    column: int
    role: Role
    text: str
    wide: bool = False


@frozen
class Matrix:
    """A block as a matrix; `lines` are the ids of a row with its label."""

    heading: str
    columns: tuple[str, ...]
    lines: tuple[tuple[str, tuple[str, ...]], ...]


@frozen
class FigurePlan:
    """Where labels and figures stand. `end`: the first free row; `columns`: how many figures a row has."""

    printed: tuple[Printed, ...]
    places: Mapping[str, tuple[int, int]]
    heights: Mapping[int, float]
    columns: int
    end: int

    def address(self, key: str) -> str:
        """`D5`, the cell of an id."""
        row, column = self.places[key]
        return f"{column_letters(column)}{row + 1}"


def plan_figures(form: Form, top: int) -> FigurePlan:
    """The plan, its first row at `top`."""
    printed: list[Printed] = []
    places: dict[str, tuple[int, int]] = {}
    row, columns = top, 1
    for table in form.tables:
        printed.append(Printed(row, 0, Role.BAND, table.title, wide=True))
        row += 1
        for block in table.blocks:
            matrix = _matrix(form, block)
            printed += _labels(matrix, row)
            for offset, (_, ids) in enumerate(matrix.lines, start=1):
                places |= {key: (row + offset, column) for column, key in enumerate(ids, start=1)}
            columns = max(columns, len(matrix.columns))
            row += 1 + len(matrix.lines)
        row += 1
    return FigurePlan(tuple(printed), places, _heights(printed), columns, row)


def _labels(matrix: Matrix, row: int) -> Iterator[Printed]:
    """A matrix's header row and row labels."""
    yield Printed(row, 0, Role.NAME, matrix.heading)
    for column, label in enumerate(matrix.columns, start=1):
        yield Printed(row, column, Role.NAME, label)
    for offset, (label, _) in enumerate(matrix.lines, start=1):
        yield Printed(row + offset, 0, Role.ROW_ITEM, label)


def _heights(printed: list[Printed]) -> dict[int, float]:
    """Each row as tall as its labels need."""
    heights: dict[int, float] = {}
    for label in printed:
        width = 2 * LABEL_WIDTH if label.wide else FIGURE_WIDTH if label.column else LABEL_WIDTH
        heights[label.row] = max(heights.get(label.row, 0.0), text_height(label.text, width))
    return heights


def _matrix(form: Form, block: Block) -> Matrix:
    """A block's rows by its columns. A block whose only row has no label: its column groups by their columns."""
    fields = [[form.fields[key] for key in ids] for ids in block.ids]
    labels = [" / ".join(filter(None, line[0].row[-2:])) for line in fields]
    if any(labels):
        columns = tuple(field.column[-1] for field in fields[0])
        return Matrix(block.heading, columns, tuple(zip(labels, block.ids, strict=True)))
    groups = [
        (" / ".join(outer), list(run))
        for outer, run in groupby(fields[0], key=lambda field: field.column[:-1])
    ]
    inner = {tuple(field.column[-1] for field in run) for _, run in groups}
    if len(groups) > 1 and len(inner) == 1:
        lines = tuple((outer, tuple(field.id for field in run)) for outer, run in groups)
        return Matrix(block.heading, inner.pop(), lines)
    lines = tuple((" / ".join(field.column), (field.id,)) for field in fields[0])
    return Matrix(block.heading, ("",), lines)
