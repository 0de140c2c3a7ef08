"""How each kind of cell looks: one format for each role, made once in a workbook."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from nianbao.layout.boxes import Role

if TYPE_CHECKING:
    from collections.abc import Mapping

    from xlsxwriter.format import Format
    from xlsxwriter.workbook import Workbook

SONG, HEI = "宋体", "黑体"
INPUT_FILL, HEAD_FILL, TOTAL_FILL, FAIL_FILL = "#FFF9DB", "#DCE6F1", "#F2F2F2", "#FFC7CE"
DOUBT_FILL = "#FFE699"
CENTRE = {"align": "center", "valign": "vcenter", "text_wrap": True}
FIGURES = {"align": "center", "valign": "vcenter", "shrink": True}
"""A number too long for its cell is made smaller, where it would else show as ####."""
LEFT = {"align": "left", "valign": "vcenter", "text_wrap": True}
BORDER = {"border": 1}
LOOKS: Mapping[Role, Mapping[str, Any]] = {
    Role.TITLE: {"font_name": HEI, "font_size": 16, **CENTRE},
    Role.BANNER: {
        "font_size": 10,
        "font_color": "#7F1D1D",
        "align": "right",
        "valign": "vcenter",
        "shrink": True,
    },
    Role.BAND: {"bold": True, "indent": 1, "bg_color": HEAD_FILL, **LEFT, **BORDER},
    Role.CORNER: {**CENTRE, **BORDER},
    Role.HEAD: {"bold": True, **CENTRE, **BORDER},
    Role.ROW_HEAD: {**CENTRE, **BORDER},
    Role.ROW_ITEM: {"indent": 1, **LEFT, **BORDER},
    Role.NAME: {"bold": True, "bg_color": HEAD_FILL, **CENTRE, **BORDER},
    Role.NOTE: {"font_size": 10, "font_color": "#595959", **LEFT},
    Role.SLOT: {"indent": 1, **LEFT, **BORDER},
    Role.INPUT: {"bg_color": INPUT_FILL, **FIGURES, **BORDER},
    Role.ENTRY: {"bg_color": INPUT_FILL, "indent": 1, **LEFT, **BORDER},
    Role.PROSE: {"bg_color": INPUT_FILL, "align": "left", "valign": "top", "text_wrap": True, **BORDER},
    Role.REASON: {"bg_color": INPUT_FILL, "font_size": 9, "indent": 1, **LEFT, **BORDER},
    Role.TOTAL: {"bold": True, "bg_color": TOTAL_FILL, **FIGURES, **BORDER},
    Role.FIGURE: {**FIGURES, **BORDER},
    Role.MARK: {"bold": True, **CENTRE, **BORDER},
    Role.STATUS: {"bold": True, "font_size": 12, "indent": 1, **LEFT, **BORDER},
    Role.HIDDEN: {},
}


class Looks:
    """The formats of one workbook, each made when first asked for."""

    def __init__(self, book: Workbook) -> None:
        self._book = book
        self._made: dict[tuple[str, str, bool, str], Format] = {}
        self.failing = book.add_format({"bg_color": FAIL_FILL, "font_color": "#9C0006"})
        self.doubtful = book.add_format({"bg_color": DOUBT_FILL})

    def of(self, role: Role, number_format: str = "", *, open_: bool = False, fill: str = "") -> Format:
        """The format of a role; `open_` where the unit may type, `fill` a colour other than the role's."""
        key = (role.value, number_format, open_, fill)
        if key not in self._made:
            look: dict[str, Any] = {"font_name": SONG, "font_size": 11, **LOOKS[role]}
            if number_format:
                look["num_format"] = number_format
            if open_:
                look["locked"] = False
            elif role in {Role.INPUT, Role.ENTRY, Role.PROSE, Role.REASON}:
                look["bg_color"] = TOTAL_FILL
            if fill:
                look["bg_color"] = fill
            self._made[key] = self._book.add_format(look)
        return self._made[key]
