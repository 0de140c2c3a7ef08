"""Sheets of a unit's that are none of the form's, to be attached to its copy: what they show, and nothing that runs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nianbao.definition.sheet_names import LONGEST, REMARKS, UNFIT, excel_length, sheet_key
from nianbao.frozen import frozen
from nianbao.messages import Message, mark
from nianbao.returned.remarks import own_sheets

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from nianbao.layout.places import Layout
    from nianbao.opening.grid import Cell, Sheet, Workbook

PREFIX = "原件·"
MOST_SHEETS, MOST_CELLS = 20, 20_000
WIDEST_ROW, LOWEST_ROW = 500, 20_000
FOREIGN = mark("不是空白表里的工作表，原样附在后面备查；不参加审核，改好后不必删除。")
REPLACED = mark("原来的这张表行列对不上，没有读取，附在后面备查；请照着它重新填写前面的同名表。")
AGAIN = mark("上次退回时附上的原表，供查对。")
CROWDED = mark("表外写了很多内容，原样附在后面备查；表里填的已经移到前面的同名表。")
TOO_MUCH = mark("内容太多，没有附上，请看原来报送的文件。")


@frozen
class Attached:
    """A sheet: what the unit called it, its name in the copy, its cells; `why` it is there, a marked text.

    `name` is empty where it is only told of. `instead`: what is to be said of the sheet is shown on it, and not on
    the form's sheet of that name.
    """

    original: str
    name: str
    why: str
    cells: Mapping[tuple[int, int], Cell]
    instead: bool = True

    @property
    def reason(self) -> Message:
        """Why it is there, as a sentence."""
        return Message(self.why)


def attach(
    workbook: Workbook,
    layout: Layout,
    *,
    key: bytes | None,
    replaced: frozenset[str],
    crowded: frozenset[str],
) -> tuple[Attached, ...]:
    """The sheets that are not the form's; of the form's those that are `replaced` by empty ones, or `crowded`."""
    own = own_sheets(workbook, key)
    taken = {sheet_key(name) for name in (REMARKS, *(plan.name for plan in layout.sheets))}
    room = MOST_CELLS
    made: list[Attached] = []
    whys = dict.fromkeys(crowded, CROWDED) | dict.fromkeys(replaced, REPLACED)
    for sheet, why in _strange(workbook, layout, own, whys):
        cells = {at: cell for at, cell in sheet.cells.items() if cell.text.strip()}
        if len(cells) > room or len(made) >= MOST_SHEETS or not _fits(cells):
            made.append(Attached(sheet.name, "", TOO_MUCH, {}, instead=why != CROWDED))
            continue
        room -= len(cells)
        made.append(Attached(sheet.name, _name(sheet.name, taken), why, cells, instead=why != CROWDED))
    return tuple(made[: 2 * MOST_SHEETS])


def _strange(
    workbook: Workbook, layout: Layout, own: frozenset[str], whys: Mapping[str, str]
) -> Iterator[tuple[Sheet, str]]:
    """Each sheet to be attached, and why; what shows nothing is not."""
    forms = {plan.name for plan in layout.sheets}
    for sheet in workbook.sheets:
        if (sheet.name == REMARKS and sheet.name in own) or not any(
            c.text.strip() for c in sheet.cells.values()
        ):
            continue
        name = sheet.name.strip()
        if name not in forms or (sheet.name != name and workbook.sheet(name)):
            yield sheet, AGAIN if sheet.name in own else FOREIGN
        elif name in whys:
            yield sheet, whys[name]


def _fits(cells: Mapping[tuple[int, int], Cell]) -> bool:
    """Whether they lie together as on a page that somebody reads."""
    return all(row < LOWEST_ROW and column < WIDEST_ROW for row, column in cells)


def _name(original: str, taken: set[str]) -> str:
    """A name for the sheet that Excel takes and no other sheet has."""
    plain = PREFIX + (UNFIT.sub("_", original.strip()).removeprefix(PREFIX) or "_")
    number, name = 1, _cut(plain, LONGEST)
    while sheet_key(name) in taken:
        number += 1
        ending = f" {number}"
        name = _cut(plain, LONGEST - len(ending)) + ending
    taken.add(sheet_key(name))
    return name


def _cut(text: str, most: int) -> str:
    """The text within so many characters of Excel's count."""
    while excel_length(text) > most:
        text = text[:-1]
    return text
