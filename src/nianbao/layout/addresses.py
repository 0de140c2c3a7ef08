"""Rows and columns as addresses: letters for a column, a range for an area, few ranges for many cells."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable


def column_letters(column: int) -> str:
    """`A` for 0, `AB` for 27."""
    letters = ""
    number = column + 1
    while number:
        number, rest = divmod(number - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


def column_number(letters: str) -> int:
    """0 for `A`, 27 for `AB`."""
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - 64
    return number - 1


def area_address(area: tuple[int, int, int, int]) -> str:
    """`C5:G7`, or `C5` for one cell; first row, first column, last row, last column from 0."""
    first = f"{column_letters(area[1])}{area[0] + 1}"
    last = f"{column_letters(area[3])}{area[2] + 1}"
    return first if first == last else f"{first}:{last}"


def rectangles(cells: Iterable[tuple[int, int]]) -> list[tuple[int, int, int, int]]:
    """The cells as few rectangles: runs along rows, equal runs of following rows joined."""
    runs: list[tuple[int, int, int, int]] = []
    for row, column in sorted(set(cells)):
        if runs and runs[-1][0] == row and runs[-1][3] == column - 1:
            runs[-1] = (row, runs[-1][1], row, column)
        else:
            runs.append((row, column, row, column))
    areas: dict[tuple[int, int, int], tuple[int, int, int, int]] = {}
    done: list[tuple[int, int, int, int]] = []
    for run in runs:
        above = areas.pop((run[0] - 1, run[1], run[3]), None)
        areas[run[2], run[1], run[3]] = (above[0] if above else run[0], run[1], run[2], run[3])
    done.extend(areas.values())
    return sorted(done)
