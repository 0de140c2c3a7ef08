"""The further sheets of a county workbook, each begun with its title, banner, protection and page set-up."""

from __future__ import annotations

from dataclasses import field
from decimal import Decimal
from typing import TYPE_CHECKING

from nianbao.definition.form import FieldType
from nianbao.frozen import frozen
from nianbao.layout.boxes import Role
from nianbao.layout.tables import text_height
from nianbao.workbook.cell_text import cell_text
from nianbao.workbook.long_rows import LongRows, number_of
from nianbao.workbook.looks import HEI, SONG
from nianbao.workbook.sheets import A4, PROTECTION

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from xlsxwriter.format import Format
    from xlsxwriter.workbook import Workbook
    from xlsxwriter.worksheet import Worksheet

    from nianbao.definition.form import Field
    from nianbao.layout.formulas import Shown
    from nianbao.workbook.long_rows import Line
    from nianbao.workbook.looks import Looks

TITLE_ROW, BANNER_ROW = 0, 1
"""Excel's tallest row, in points."""
FILTERABLE = PROTECTION | {"autofilter": True, "sort": True}

At = tuple[int, int]


@frozen
class Pages:
    """What the further sheets of one workbook share: its looks, and the line that says what it covers.

    `long`: the rows that are still to be put into sheets, by name, when XlsxWriter has closed the workbook.
    """

    book: Workbook
    looks: Looks
    banner: str
    title: Format
    line: Format
    lines: Format
    link: Format
    small: Format
    long: dict[str, LongRows] = field(default_factory=dict)

    @classmethod
    def of(cls, book: Workbook, looks: Looks, banner: str) -> Pages:
        """The formats that the statutory sheets do not have are made here."""
        upright = {"valign": "vcenter"}
        line = {"font_name": SONG, "font_size": 10, "font_color": "#7F1D1D", **upright}
        return cls(
            book=book,
            looks=looks,
            banner=banner,
            title=book.add_format({"font_name": HEI, "font_size": 16, **upright}),
            line=book.add_format(line),
            lines=book.add_format({**line, "text_wrap": True}),
            link=book.add_format(
                {
                    "font_name": SONG,
                    "font_size": 11,
                    "font_color": "#1F4E9E",
                    "underline": 1,
                    "text_wrap": True,
                    "border": 1,
                    **upright,
                }
            ),
            small=book.add_format(
                {"font_size": 8, "font_color": "#7F7F7F", "text_wrap": True, "border": 1, **upright}
            ),
        )

    def add(  # noqa: PLR0913 -- what a sheet begins with, each by its name
        self,
        name: str,
        title: str,
        widths: Sequence[float],
        *,
        note: str = "",
        upright: bool = False,
        banner_columns: int = 0,
    ) -> Page:
        """A sheet of that name: title and banner on top, A4, one page wide, protected.

        The banner is one line over whatever columns there are, or is broken over lines in `banner_columns`.
        """
        sheet = self.book.add_worksheet(name)
        for column, width in enumerate(widths):
            sheet.set_column(column, column, width)
        banner = cell_text("　".join(filter(None, (self.banner, note))))
        height = text_height(banner, sum(widths[:banner_columns])) if banner_columns else 20.0
        page = Page(sheet, self, tuple(widths), height)
        sheet.set_row(TITLE_ROW, 30)
        sheet.set_row(BANNER_ROW, height)
        sheet.write_string(TITLE_ROW, 0, cell_text(title), self.title)
        if banner_columns:
            sheet.merge_range(BANNER_ROW, 0, BANNER_ROW, banner_columns - 1, banner, self.lines)
        else:
            sheet.write_string(BANNER_ROW, 0, banner, self.line)
        _set_page(sheet, upright=upright)
        sheet.repeat_rows(TITLE_ROW, BANNER_ROW)
        sheet.protect("", FILTERABLE)
        return page


@frozen
class Page:
    """One sheet, and how cells are put on it."""

    sheet: Worksheet
    pages: Pages
    widths: tuple[float, ...]
    banner_height: float

    def text(self, at: At, text: str, role: Role = Role.ROW_ITEM, *, until: At | None = None) -> None:
        """Words, never taken for a formula or a link; over the merged cells down to `until`."""
        look = self.pages.looks.of(role)
        if until and until != at:
            self.sheet.merge_range(*at, *until, "", look)
        if text:
            self.sheet.write_string(*at, cell_text(text), look)
        else:
            self.sheet.write_blank(*at, None, look)

    def shown(self, at: At, value: Shown, number_format: str = "0") -> None:
        """A number or a word of the form in the middle of its cell; an empty cell for nothing."""
        look = self.pages.looks.of(Role.ROW_HEAD, number_format)
        if value is None:
            self.sheet.write_blank(*at, None, look)
        elif isinstance(value, str):
            self.sheet.write_string(*at, cell_text(value), look)
        else:
            self.sheet.write_number(*at, float(value) if isinstance(value, Decimal) else value, look)

    def live(
        self,
        at: At,
        formula: str,
        value: float | Decimal | str,
        number_format: str = "0",
        role: Role = Role.ROW_HEAD,
    ) -> None:
        """A formula with its result."""
        look = self.pages.looks.of(role, number_format)
        result = float(value) if isinstance(value, Decimal) else value
        self.sheet.write_formula(*at, "=" + formula, look, result)

    def jump(self, at: At, text: str, sheet: str, cell: str = "A1") -> None:
        """A link to a cell of this workbook."""
        self.sheet.write_url(*at, f"internal:'{sheet}'!{cell}", self.pages.link, cell_text(text))

    def heads(self, row: int, labels: Sequence[str]) -> None:
        """A header row, kept in view; on every printed page with all that stands above it."""
        for column, label in enumerate(labels):
            self.text((row, column), label, Role.NAME)
        self.sheet.set_row(row, max(text_height(*pair) for pair in zip(labels, self.widths, strict=False)))
        self.sheet.freeze_panes(row + 1, 0)
        self.sheet.repeat_rows(TITLE_ROW, row)

    def lines(self, first: int, count: int, lines: Iterable[Line], formats: Sequence[str | None]) -> None:
        """`count` rows from row `first` on. `formats`: of each column's numbers; None where it holds words."""
        looks = (
            self.pages.looks.of(Role.ROW_ITEM if one is None else Role.ROW_HEAD, one or "") for one in formats
        )
        self.pages.long[self.sheet.name] = LongRows(
            first=first,
            count=count,
            lines=lines,
            looks=[number_of(look) for look in looks],
            words=frozenset(column for column, one in enumerate(formats) if one is None),
            link=number_of(self.pages.link),
        )

    def height(self, texts: Sequence[str]) -> float:
        """The height of a row for its texts, the first columns' or all."""
        pairs = zip(texts, self.widths, strict=False)
        return max(text_height(cell_text(text), width) for text, width in pairs)


def number_format(field: Field) -> str:
    """How a field's numbers are shown: amounts with the decimals they have."""
    return "General" if field.type is FieldType.DECIMAL else "0"


def _set_page(sheet: Worksheet, *, upright: bool) -> None:
    """A4, as wide as the page, with page numbers."""
    sheet.set_paper(A4)
    if not upright:
        sheet.set_landscape()
    sheet.fit_to_pages(1, 0)
    sheet.set_margins(left=0.5, right=0.5, top=0.7, bottom=0.6)
    sheet.set_header("&R&9&F")
    sheet.set_footer("&L&9&A&C&9&P / &N")
    sheet.hide_gridlines(2)
