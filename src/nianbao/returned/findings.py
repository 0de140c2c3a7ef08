"""One thing wrong, at its place, with what to do; and the catalogue that words every code."""

from __future__ import annotations

from dataclasses import replace
from enum import StrEnum
from types import MappingProxyType
from typing import TYPE_CHECKING

from nianbao.frozen import frozen
from nianbao.messages import Message, mark, say

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from nianbao.layout.places import Layout

CELLS_NAMED, LABELS_NAMED = 6, 3
LONGEST_SHOWN = 300


class Severity(StrEnum):
    """An error blocks, a warning wants an explanation, a notice only tells."""

    ERROR = "error"
    WARNING = "warning"
    NOTICE = "notice"


SEVERITY_WORDS: Mapping[Severity, str] = MappingProxyType(
    {Severity.ERROR: mark("错误"), Severity.WARNING: mark("警告"), Severity.NOTICE: mark("提示")}
)


@frozen
class Spot:
    """A cell as a finding names it: its id (empty where it has none), address and printed label."""

    id: str
    cell: str
    label: str = ""


@frozen
class Finding:
    """One complaint. `what` says what was found and what to do; where it stands is added by `message`."""

    code: str
    severity: Severity
    what: Message
    sheet: str = ""
    spots: tuple[Spot, ...] = ()
    found: str = ""
    expected: str = ""
    explained: str | None = None
    waived: str | None = None

    @property
    def ids(self) -> tuple[str, ...]:
        """The ids of the cells it concerns."""
        return tuple(spot.id for spot in self.spots if spot.id)

    @property
    def cells(self) -> tuple[str, ...]:
        """Their addresses on `sheet`."""
        return tuple(spot.cell for spot in self.spots)

    @property
    def supersedes(self) -> bool:
        """Whether it says that another file of the unit counts instead of this one."""
        return self.code == "duplicate-return"

    @property
    def blocks(self) -> bool:
        """Whether the return cannot be accepted because of it."""
        return self.severity is Severity.ERROR and self.waived is None

    @property
    def message(self) -> Message:
        """Where, what was found, what to do."""
        where = self._where()
        return say("{where}：{what}", where=where, what=self.what) if where else self.what

    @property
    def cells_named(self) -> Message:
        """`D5、E5`; of many cells the first few and how many there are."""
        cells = "、".join(self.cells[:CELLS_NAMED])
        if len(self.spots) > CELLS_NAMED:
            return say("{cells} 等 {count} 格", cells=cells, count=len(self.spots))
        return Message("{cells}", (("cells", cells),))

    @property
    def labels_named(self) -> str:
        """The printed labels of its cells; of many the first few."""
        labels = list(dict.fromkeys(spot.label for spot in self.spots[:CELLS_NAMED] if spot.label))
        return "；".join(labels[:LABELS_NAMED]) + ("…" if len(labels) > LABELS_NAMED else "")

    def _where(self) -> Message | None:
        """`三、依申请公开 D5（一、本年新收…·自然人）`; of many cells the first few."""
        if not self.sheet:
            return None
        if not self.spots:
            return Message("{sheet}", (("sheet", self.sheet),))
        label = f"（{self.labels_named}）" if self.labels_named else ""
        return say("{sheet} {cells}{label}", sheet=self.sheet, cells=self.cells_named, label=label)


@frozen
class Entry:
    """A code's severity and wording; the wording's places are filled when a finding is made."""

    severity: Severity
    wording: str


_E, _W, _N = Severity.ERROR, Severity.WARNING, Severity.NOTICE
CATALOGUE: Mapping[str, Entry] = {
    "unreadable": Entry(_E, mark("{detail}。")),
    "encrypted": Entry(_E, mark("文件设了打开密码，读不到内容。请填报单位取消打开密码后再发。")),
    "too-large": Entry(_E, mark("{detail}。")),
    "active-content": Entry(
        _E,
        mark("文件里有宏、外部链接或嵌入的对象（{found}），不能接收。请用发下的空白表填写，只填数字和文字。"),
    ),
    "not-our-form": Entry(_E, mark("不是发下的空白表（{detail}）。请用发给本单位的空白表填写。")),
    "wrong-edition": Entry(
        _E, mark("用的是 {found} 年版的表，本轮用 {expected} 年版的表。请换用本轮发下的空白表。")
    ),
    "wrong-year": Entry(_E, mark("这是{found}的表，本轮报{expected}。请换用本轮发下的空白表。")),
    "unknown-unit": Entry(_E, mark("单位「{found}」不在单位名录里。请核对名录，或问清是哪个单位报来的。")),
    "identity-changed": Entry(
        _E, mark("文件里的单位信息与发出时不一致（{detail}）。请填报单位用发给本单位的空白表重新填写。")
    ),
    "duplicate-return": Entry(
        _N, mark("同一单位还报来了「{counted}」，以那一份为准，这一份不计入汇总（{detail}）。")
    ),
    "missing-return": Entry(_E, mark("「{found}」没有可以接收的上报表。请催报。")),
    "sheet-missing": Entry(
        _E, mark("缺少工作表「{expected}」，无法读数。请用发下的空白表重新填写，不要删除、改名工作表。")
    ),
    "structure-changed": Entry(
        _E,
        mark("表格的行、列被增删或移动过（{detail}），数字对不上格子，没有读取。请用发下的空白表重新填写。"),
    ),
    "label-changed": Entry(
        _W, mark("表内文字被改动：原为「{expected}」，现为「{found}」。请核对填报口径是否也变了。")
    ),
    "blank": Entry(
        _E, mark("没有填。没有的请填 0；没填的都是 0 的，可在封面把「空白单元格均为 0」选为「是」。")
    ),
    "not-a-number": Entry(_E, mark("填的是「{found}」。请只填数字，如 3；需要说明的写在文字部分。")),
    "not-a-choice": Entry(_E, mark("填的是「{found}」。请从下拉列表中选：{expected}。")),
    "not-whole": Entry(_E, mark("填的是「{found}」，这里要填整数。请改正。")),
    "negative": Entry(_E, mark("填的是「{found}」，这里不能是负数。请改正。")),
    "cell-error": Entry(_E, mark("单元格显示错误值「{found}」。请重新填写数字。")),
    "too-many-decimals": Entry(_E, mark("填的是「{found}」，小数最多 {expected} 位。请核对单位和小数点。")),
    "read-as-number": Entry(_N, mark("填的是文本「{found}」，已按数字 {expected} 读取。")),
    "total-differs": Entry(
        _E, mark("总计填的是 {found}，按各项相加应为 {expected}。请核对各项，总计由公式自动计算。")
    ),
    "balance": Entry(_E, mark("{title}不成立：左边 {left}，右边 {right}，相差 {difference}。{advice}")),
    "column-misbooked": Entry(
        _N,
        mark(
            "「{first}」栏和「{second}」栏的差额正好相反（{difference}），总计是平的。是否有 {count} 件记错了栏？"
        ),
    ),
    "no-rulemaking-power": Entry(_E, mark("{title}，填的是 {left}。{advice}")),
    "in-force-too-low": Entry(_E, mark("{title}：现为 {left}，应不少于 {right}。{advice}")),
}
VARIANTS: Mapping[str, Entry] = {
    "cell-error:words": Entry(
        _E, mark("单元格显示错误值「{found}」。请重新填写，文字开头不要用 =、+、- 号。")
    ),
    "blank:choice": Entry(_E, mark("没有选。请从下拉列表中选：{expected}。")),
    "blank:detail": Entry(_E, mark("这个单位没有数。请报来单位查明、重新汇总后再报。")),
    "total-differs:detail": Entry(
        _E,
        mark("总计是 {found}，按本行各项相加应为 {expected}。请报来单位重新汇总后再报，不要改动明细。"),
    ),
    "structure-changed:detail": Entry(
        _E, mark("表格被改动过（{detail}），没有读取。请报来单位重新汇总后再报，不要改动明细。")
    ),
    "missing-return:rejected": Entry(
        _E, mark("「{found}」报来的表有必须改正的问题，还没有可以接收的上报表。请催促改正后再报。")
    ),
    "missing-return:incomplete": Entry(
        _E, mark("该汇总表标明「不完整」，还有单位没有汇总进去。请报来单位汇总完整后再报。")
    ),
}
"""Other wordings of a code, for a case that its entry in the catalogue does not describe: `code:case`."""
RULE_WORDINGS: Mapping[str, str] = {
    code: CATALOGUE[code].wording for code in ("balance", "no-rulemaking-power", "in-force-too-low")
}
"""Rules' codes with a wording of their own; a definition's other rules have the general one."""
RULE_WORDING = mark("{title}：左边 {left}，右边 {right}，相差 {difference}。{advice}")


def spots(layout: Layout, ids: Iterable[str]) -> tuple[Spot, ...]:
    """The cells of those ids in sheet order."""
    return tuple(_spot(layout, key) for key in sorted(set(ids), key=layout.order))


def _spot(layout: Layout, key: str) -> Spot:
    """The cell of an id with its printed label."""
    field = layout.form.fields.get(key)
    return Spot(key, layout.places[key].address, field.label if field else "")


def found_at(layout: Layout, code: str, ids: Iterable[str], **places: object) -> Finding:
    """A finding on cells of the form; `found` and `expected` among the places are kept as texts."""
    cells = spots(layout, ids)
    return replace(found(code, **places), sheet=layout.places[cells[0].id].sheet, spots=cells)


def found(code: str, **places: object) -> Finding:
    """A finding on the file as a whole; `code` may name one of its variants."""
    entry = VARIANTS[code] if code in VARIANTS else CATALOGUE[code]
    places = {name: _short(value) for name, value in places.items()}
    return Finding(
        code=code.partition(":")[0],
        severity=entry.severity,
        what=Message(entry.wording, tuple(sorted(places.items()))),
        found=_text(places.get("found")),
        expected=_text(places.get("expected")),
    )


def _short(value: object) -> object:
    """A text cut to what a person reads: what came in may be of any length."""
    return f"{value[:LONGEST_SHOWN]}…" if isinstance(value, str) and len(value) > LONGEST_SHOWN else value


def _text(value: object) -> str:
    """The value as text; nothing as an empty one."""
    return "" if value is None else str(value)


def grouped(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """The same complaint in several cells of a sheet as one finding; the order of first appearance is kept."""
    groups: dict[tuple[object, ...], list[Finding]] = {}
    for finding in findings:
        key = (finding.code, finding.sheet, finding.what, finding.explained, finding.waived)
        groups.setdefault(key, []).append(finding)
    return tuple(_joined(group) for group in groups.values())


def _joined(group: list[Finding]) -> Finding:
    """One complaint with the cells of all."""
    cells = dict.fromkeys(spot for finding in group for spot in finding.spots)
    return replace(group[0], spots=tuple(cells))
