"""The sheet 审核意见: every finding of a file, with a link to its cell, and what to do with the copy."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from nianbao.annotate.marks import FILLS
from nianbao.annotate.notes import flat
from nianbao.definition.sheet_names import CHECKS, REMARKS
from nianbao.frozen import frozen
from nianbao.layout.tables import TALLEST, text_height
from nianbao.messages import catalogue, mark, say
from nianbao.opening.grid import Cell, Kind
from nianbao.returned.findings import SEVERITY_WORDS, Severity
from nianbao.returned.remarks import LINK_COLUMN, SEAL_COLUMN, SEALED_AT, digest, seal
from nianbao.returned.returns import STATUS_WORDS
from nianbao.roster.units import unit_title
from nianbao.workbook.cell_text import cell_text
from nianbao.wrapping import visible

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    import xlsxwriter
    from xlsxwriter.format import Format
    from xlsxwriter.worksheet import Worksheet

    from nianbao.annotate.attached import Attached
    from nianbao.messages import Message
    from nianbao.returned.findings import Finding
    from nianbao.returned.returns import Checked

HEADINGS = (
    (mark("序号"), 5),
    (mark("程度"), 7),
    (mark("位置"), 21),
    (mark("单元格"), 15),
    (mark("栏目"), 22),
    (mark("填的是"), 12),
    (mark("应为（对照）"), 13),
    (mark("说明和处理"), 50),
    (mark("处理情况"), 13),
)
"""The link has a column of its own and is short: LibreOffice does not fold it."""
LAST = len(HEADINGS) - 1
FIRST_FINDING = 6
TITLE, SUBTITLE, TEXT, HEAD, ROW, LINK, MACHINE = (
    "title",
    "subtitle",
    "text",
    "head",
    "row",
    "link",
    "machine",
)
LOOKS: dict[str, dict[str, Any]] = {
    TITLE: {"font_name": "黑体", "font_size": 16, "align": "center", "valign": "vcenter"},
    SUBTITLE: {"font_size": 11, "bold": True, "text_wrap": True, "valign": "vcenter"},
    TEXT: {"font_size": 10.5, "text_wrap": True, "valign": "vcenter"},
    HEAD: {"bold": True, "bg_color": "#DCE6F1", "border": 1, "align": "center", "valign": "vcenter"},
    ROW: {"border": 1, "border_color": "#A6A6A6", "text_wrap": True, "valign": "top", "font_size": 10},
    LINK: {"border": 1, "border_color": "#A6A6A6", "text_wrap": True, "valign": "top", "font_size": 10},
    MACHINE: {"font_size": 6, "font_color": "#BFBFBF"},
}
BLUE = {"font_color": "#0563C1", "underline": 1}


class Target(NamedTuple):
    """Where a link leads."""

    sheet: str
    cell: str = "A1"

    @property
    def address(self) -> str:
        """As a link names it; no sheet of a copy has an apostrophe in its name."""
        return f"internal:'{self.sheet}'!{self.cell}"


@frozen
class Opinion:
    """What the sheet says. `correctable`: it stands in a copy that can be corrected; `remarks` say more of the copy."""

    checked: Checked
    file: str
    period: str
    correctable: bool
    attached: Sequence[Attached] = ()
    remarks: Sequence[Message] = ()


class OpinionSheet:
    """Writes the sheet, and keeps what stands in it for the seal."""

    def __init__(self, book: xlsxwriter.Workbook, language: str) -> None:
        self._book = book
        self._language = language
        self._words = catalogue(language).gettext
        self._cells: dict[tuple[int, int], Cell] = {}
        self._formats: dict[tuple[str, str], Format] = {}
        self._sheet: Worksheet = book.add_worksheet(REMARKS)

    def write(self, opinion: Opinion, target: Callable[[Finding], Target | None], key: bytes | None) -> None:
        """The whole sheet; `target` says where a finding's link leads."""
        for column, (_, width) in enumerate(HEADINGS):
            self._sheet.set_column(column, column, width)
        self._sheet.set_column(SEAL_COLUMN, SEAL_COLUMN, 4)
        self._write_top(opinion)
        row = self._write_findings(opinion.checked.findings, target)
        self._write_attached(opinion.attached, row)
        self._put(SEALED_AT, seal(self._cells, key), MACHINE)
        self._set_up(row + len(opinion.attached))

    def _write_top(self, opinion: Opinion) -> None:
        """Title, whose, what became of it, and what to do."""
        checked = opinion.checked
        unit = unit_title(checked.unit_name, checked.unit_code) or self._words(mark("不知道是哪个单位"))
        status = self._words(_outcome(checked))
        whose = say(
            "{unit}　{period}　处理结果：{status}", unit=visible(unit), period=opinion.period, status=status
        )
        advice = "\n".join(message.text(self._language) for message in (*_advice(opinion), *opinion.remarks))
        file = say("报来的文件：{file}", file=visible(opinion.file))
        self._across(0, self._words(mark("审核意见")), TITLE, height=32)
        self._across(1, whose.text(self._language), SUBTITLE)
        self._across(2, file.text(self._language), TEXT)
        self._across(3, advice, TEXT)
        self._across(4, self._summary(checked.findings), TEXT)
        for column, (heading, _) in enumerate(HEADINGS):
            self._put((FIRST_FINDING - 1, column), self._words(heading), HEAD)
        self._sheet.set_row(FIRST_FINDING - 1, 22)

    def _summary(self, findings: Iterable[Finding]) -> str:
        """How many of each severity there are, those that are settled apart."""
        counts = dict.fromkeys(Severity, 0)
        done = 0
        for finding in findings:
            if finding.settled:
                done += 1
            else:
                counts[finding.severity] += 1
        text = say(
            "错误 {errors} 条（红色，必须改正），警告 {warnings} 条（黄色，请核实），提示 {notices} 条（浅蓝色）。",
            errors=counts[Severity.ERROR],
            warnings=counts[Severity.WARNING],
            notices=counts[Severity.NOTICE],
        ).text(self._language)
        if done:
            text += say("已说明或核准放行 {count} 条。", count=done).text(self._language)
        return text

    def _write_findings(self, findings: Iterable[Finding], target: Callable[[Finding], Target | None]) -> int:
        """A row for each finding; the first row after them."""
        row = FIRST_FINDING
        for number, finding in enumerate(findings, start=1):
            texts = list(self._texts(number, finding))
            leads = target(finding)
            fill = "" if finding.settled else FILLS[finding.severity]
            for column, text in enumerate(texts):
                colour = fill if column == 1 else ""
                if column == LINK_COLUMN and leads:
                    self._link((row, column), text, leads)
                else:
                    self._put((row, column), text, ROW, colour)
            self._fit(row, texts)
            row += 1
        return row

    def _texts(self, number: int, finding: Finding) -> Iterator[str]:
        """What stands in a finding's row."""
        yield str(number)
        yield self._words(SEVERITY_WORDS[finding.severity])
        where = f"{finding.sheet} {finding.cells[0]}" if finding.cells else finding.sheet
        yield where or self._words(mark("整个文件"))
        yield finding.cells_named.text(self._language)
        yield finding.labels_named
        yield finding.found
        yield finding.expected
        yield flat(finding.what.text(self._language))
        yield self._settled(finding)

    def _settled(self, finding: Finding) -> str:
        """The unit's explanation, or the office's decision."""
        if finding.waived:
            return say("已核准放行：{reason}", reason=finding.waived).text(self._language)
        if finding.explained:
            return say("已有情况说明：{reason}", reason=finding.explained).text(self._language)
        return ""

    def _write_attached(self, attached: Iterable[Attached], row: int) -> None:
        """A row for each sheet that is attached, with its seal."""
        for index, sheet in enumerate(attached, start=row):
            reason = sheet.reason.text(self._language)
            texts = ["", self._words(mark("附表")), sheet.name or sheet.original, "", "", "", "", reason, ""]
            for column, text in enumerate(texts):
                if column == LINK_COLUMN and sheet.name:
                    self._link((index, column), text, Target(sheet.name))
                else:
                    self._put((index, column), text, ROW)
            if sheet.name:
                self._put((index, SEAL_COLUMN), digest(sheet.cells), MACHINE)
            self._fit(index, texts)

    def _across(self, row: int, text: str, look: str, height: float | None = None) -> None:
        """A line over the whole width."""
        self._sheet.merge_range(row, 0, row, LAST, "", self._format(look))
        self._put((row, 0), text, look)
        width = sum(width for _, width in HEADINGS)
        self._sheet.set_row(row, height or text_height(text, width))

    def _put(self, at: tuple[int, int], text: str, look: str, fill: str = "") -> None:
        """A text in a cell, never a formula."""
        text = cell_text(text)
        if text:
            self._sheet.write_string(*at, text, self._format(look, fill))
            self._cells[at] = Cell(*at, Kind.TEXT, text)
        else:
            self._sheet.write_blank(*at, None, self._format(look, fill))

    def _link(self, at: tuple[int, int], text: str, target: Target) -> None:
        """A text that leads to a cell of the workbook."""
        self._sheet.write_url(*at, target.address, self._format(LINK), cell_text(text))
        self._cells[at] = Cell(*at, Kind.TEXT, cell_text(text))

    def _fit(self, row: int, texts: Sequence[str]) -> None:
        """The row as high as its texts need."""
        heights = (text_height(text, width) for text, (_, width) in zip(texts, HEADINGS, strict=True))
        self._sheet.set_row(row, min(TALLEST, max(heights)))

    def _format(self, look: str, fill: str = "") -> Format:
        if (look, fill) not in self._formats:
            colour = {"bg_color": fill} if fill else {}
            blue = BLUE if look == LINK else {}
            self._formats[look, fill] = self._book.add_format(
                {"font_name": "宋体", **LOOKS[look], **blue, **colour}
            )
        return self._formats[look, fill]

    def _set_up(self, rows: int) -> None:
        """A4 landscape, one page wide, the headings on every page; locked, as nothing is filled in here."""
        sheet = self._sheet
        sheet.set_landscape()
        sheet.set_paper(9)
        sheet.fit_to_pages(1, 0)
        sheet.repeat_rows(FIRST_FINDING - 1)
        sheet.set_margins(left=0.4, right=0.4, top=0.6, bottom=0.6)
        sheet.set_footer("&C&9&P / &N")
        sheet.print_area(0, 0, max(rows, FIRST_FINDING) - 1, LAST)
        sheet.freeze_panes(FIRST_FINDING, 0)
        sheet.hide_gridlines(2)
        sheet.set_tab_color(FILLS[Severity.ERROR])
        sheet.protect("", {"select_locked_cells": True})


def _outcome(checked: Checked) -> str:
    """What became of the file, in words; accepted is not all where warnings wait for the unit."""
    asked = any(one.severity is Severity.WARNING and not one.settled for one in checked.findings)
    return mark("可以接收，但有警告请核实") if asked and checked.acceptable else STATUS_WORDS[checked.status]


def _advice(opinion: Opinion) -> Iterator[Message]:
    """What the unit does with this file."""
    if not opinion.correctable:
        yield say("这里只有意见，没有可以改的表。请按下面的说明处理，用发给本单位的空白表填好后再报。")
        return
    yield say(
        "点「位置」可以跳到单元格，指着单元格可以看批注。请在本文件里改好，保存后报回；本表、颜色和批注都不用删。"
        "颜色在下次审核时去掉。原来锁定的文字和公式已经恢复。"
    )
    findings = opinion.checked.findings
    if any(one.severity is Severity.WARNING and not one.settled for one in findings):
        yield say("警告核实无误的，请在「{sheet}」表的「情况说明」里写明原因。", sheet=CHECKS)
