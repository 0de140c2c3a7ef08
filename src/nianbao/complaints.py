"""Every finding code: how severe it is, and how it is worded; found by the rooms from the layout upwards."""

from __future__ import annotations

from enum import StrEnum
from types import MappingProxyType
from typing import TYPE_CHECKING

from nianbao.frozen import frozen
from nianbao.messages import mark

if TYPE_CHECKING:
    from collections.abc import Mapping


class Severity(StrEnum):
    """An error blocks, a warning wants an explanation, a notice only tells."""

    ERROR = "error"
    WARNING = "warning"
    NOTICE = "notice"


SEVERITY_WORDS: Mapping[Severity, str] = MappingProxyType(
    {Severity.ERROR: mark("错误"), Severity.WARNING: mark("警告"), Severity.NOTICE: mark("提示")}
)


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
    "formula-changed": Entry(
        _W, mark("公式被改动：应为「{expected}」，现为「{found}」。已按应有的公式计算，请改回。")
    ),
    "protection-removed": Entry(
        _N, mark("工作表的保护被取消或放宽了。内容已与发下的表逐格核对，请不要取消保护。")
    ),
    "lock-removed": Entry(_N, mark("锁定的单元格被解锁了。内容已与发下的表逐格核对，请不要解锁。")),
    "hidden-content": Entry(_N, mark("工作表被隐藏了，内容照常读取。请取消隐藏，核对后再报。")),
    "foreign-sheet": Entry(
        _W, mark("「{found}」不是发下的工作表，没有读取。要报送的内容请填在原有的表里，再删去它。")
    ),
    "stray-content": Entry(
        _W,
        mark("填报格以外有内容（{count} 格，如「{found}」），没有读取。要报送的请填在填报格里，再删去。"),
    ),
    "blank": Entry(
        _E, mark("没有填。没有的请填 0；没填的都是 0 的，可在封面把「空白单元格均为 0」选为「是」。")
    ),
    "not-a-number": Entry(
        _E, mark("填的是「{found}」。请只填数字，不带单位和文字，没有的填 0；需要说明的写在文字部分。")
    ),
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
    "amount-unit": Entry(_W, mark("{title}，填的是 {left}。{advice}")),
    "carry-over": Entry(_E, mark("{title}不成立：填的是 {left}，{before}是 {right}。{advice}")),
    "in-force-not-rolling": Entry(
        _W, mark("{title}不成立：填的是 {left}，按{before}的 {former} 推算是 {right}。{advice}")
    ),
    "jump": Entry(_W, mark("比{before}变化太大：{before} {former}，{now} {present}。{advice}")),
    "text-missing": Entry(_E, mark("「{title}」没有写。请按实际情况写明。")),
    "text-short": Entry(_W, mark("「{title}」只写了「{found}」，太简单。请写明实际情况。")),
    "text-differs": Entry(
        _W,
        mark(
            "「{quote}」里的 {found} 与表格不符，表格里是：{expected}。请核对文字和表格；统计口径不同的，请写明。"
        ),
    ),
    "text-wrong-year": Entry(
        _W, mark("「{quote}」写的是 {found} 年，本表报 {expected} 年。请核对是不是上年的文字。")
    ),
    "fee-not-stated": Entry(_W, mark("没有写到{subject}。{advice}")),
}
VARIANTS: Mapping[str, Entry] = {
    "text-differs:none": Entry(
        _W,
        mark("「{quote}」与表格不符，表格里是：{expected}。请核对文字和表格；统计口径不同的，请写明。"),
    ),
    "text-differs:denied": Entry(
        _W, mark("「{quote}」与同一部分里的「{expected}」互相矛盾。请核对，改成一致。")
    ),
    "text-differs:parts": Entry(
        _W, mark("「{quote}」里写的总数是 {found}，各项相加是 {expected}。请核对这几个数。")
    ),
    "stray-content:reasons": Entry(
        _W,
        mark(
            "表是用另一版本的模板做的，「校验」里有 {count} 格情况说明（如「{found}」）对不上现在的校验，没有读取。"
            "仍要说明的，请与汇总单位联系。"
        ),
    ),
    "label-changed:former": Entry(
        _W,
        mark(
            "汇总单位填入的上期数被改动：原为「{expected}」，现为「{found}」。"
            "审核以汇总单位的数为准；数有误的，请与汇总单位联系。"
        ),
    ),
    "cell-error:words": Entry(
        _E, mark("单元格显示错误值「{found}」。请重新填写，文字开头不要用 =、+、- 号。")
    ),
    "text-missing:county": Entry(_W, mark("「{title}」还没有写。请在汇总表里写明后再报。")),
    "blank:choice": Entry(_E, mark("没有选。请从下拉列表中选：{expected}。")),
    "blank:detail": Entry(_E, mark("这个单位没有数。请报来单位查明、重新汇总后再报。")),
    "total-differs:detail": Entry(
        _E,
        mark("总计是 {found}，按本行各项相加应为 {expected}。请报来单位重新汇总后再报，不要改动明细。"),
    ),
    "structure-changed:detail": Entry(
        _E, mark("表格被改动过（{detail}），没有读取。请报来单位重新汇总后再报，不要改动明细。")
    ),
    "structure-changed:found": Entry(
        _N,
        mark(
            "{detail}。已按表内文字和单元格名称找到各格，照常读取，请核对；请不要增删、移动行列或改工作表名。"
        ),
    ),
    "formula-changed:typed": Entry(
        _W, mark("公式被盖掉：应为公式「{expected}」，现在填的是「{found}」。已按公式计算，请恢复公式。")
    ),
    "formula-changed:gone": Entry(_W, mark("公式被删掉：应为「{expected}」。已按公式计算，请恢复公式。")),
    "formula-changed:many": Entry(
        _W,
        mark(
            "公式被改动、盖掉或删掉，如 {first} 应为「{expected}」，现为「{found}」。"
            "已按应有的公式计算，请用发下的空白表填写。"
        ),
    ),
    "protection-removed:sheets": Entry(
        _N, mark("「{found}」的工作表保护被取消或放宽了。内容已与发下的表逐格核对，请不要取消保护。")
    ),
    "protection-removed:structure": Entry(
        _N, mark("工作簿的结构保护被取消了。各工作表已与发下的表核对，请不要取消保护。")
    ),
    "hidden-content:rows": Entry(_N, mark("第 {found} 行被隐藏了，内容照常读取。请取消隐藏，核对后再报。")),
    "hidden-content:columns": Entry(_N, mark("{found} 列被隐藏了，内容照常读取。请取消隐藏，核对后再报。")),
    "hidden-content:merged": Entry(
        _N, mark("{found} 合并成了一格，只显示其中一格，内容照常逐格读取。请取消合并，核对各格后再报。")
    ),
    "hidden-content:format": Entry(
        _N,
        mark(
            "单元格格式使内容看不见或显示成别的样子（字色、字号或数字格式），内容照常读取。请改回格式，核对后再报。"
        ),
    ),
    "foreign-sheet:hidden": Entry(
        _W,
        mark(
            "「{found}」不是发下的工作表，而且被隐藏了，没有读取。请取消隐藏；要报送的填在原有的表里，再删去它。"
        ),
    ),
    "duplicate-return:rejected": Entry(
        _N,
        mark("同一单位还报来了「{counted}」，两份都不能接收，退改以那一份为准，这一份不再处理（{detail}）。"),
    ),
    "missing-return:rejected": Entry(
        _E, mark("「{found}」报来的表有必须改正的问题，还没有可以接收的上报表。请催促改正后再报。")
    ),
    "missing-return:incomplete": Entry(
        _E, mark("该汇总表标明「不完整」，还有单位没有汇总进去。请报来单位汇总完整后再报。")
    ),
    "total-differs:published": Entry(
        _E, mark("报告印的总计是 {found}，按各项相加应为 {expected}。请核对各项和总计，改正有误的一处。")
    ),
    "wrong-edition:published": Entry(
        _E, mark("报告用的是 {found} 年版的表，{year} 年应当用 {expected} 年版。已按 {found} 年版读取。")
    ),
    "structure-changed:unplaced": Entry(
        _E, mark("报告里这一行的数与栏目对不上（原文是「{found}」），没有读取。请照原文填写。")
    ),
    "structure-changed:column": Entry(_E, mark("报告的表里没有找到这一栏，没有读取。请照原文填写。")),
    "structure-changed:absent": Entry(_E, mark("报告里没有找到这一格，没有填。请照原文填写。")),
    "structure-changed:twice": Entry(
        _E, mark("报告里有不止一个数（「{found}」），不知道以哪个为准，没有读取。请核对后填写。")
    ),
    "structure-changed:together": Entry(
        _E,
        mark("报告把这几行合印成一行（「{found}」），已记在另一行里，这里没有填。请按实际情况分开填写。"),
    ),
    "structure-changed:single": Entry(
        _N, mark("报告把这几行合印成一行，填的是 0，已按各行都是 0 读取。请核对。")
    ),
    "sheet-missing:picture": Entry(_E, mark("报告里「{expected}」是图片，读不出数。请照图片填写。")),
    "sheet-missing:empty": Entry(
        _E, mark("报告里「{expected}」下面没有表格（可能是图片，没有一起保存）。请照原文填写。")
    ),
    "sheet-missing:published": Entry(_E, mark("报告里没有找到「{expected}」。请照原文填写。")),
    "sheet-missing:unread": Entry(
        _E, mark("报告里「{expected}」的行、栏与报表对不上，没有读取。请照原文填写。")
    ),
    "stray-content:published": Entry(
        _W, mark("报告的表里有一行「{found}」，不是报表里的行，没有读取。请核对。")
    ),
    "not-a-number:published": Entry(_E, mark("报告里是「{found}」，没有读取。请核对后填数字。")),
    "not-a-number:dash": Entry(
        _E, mark("报告里是「{found}」，不知道是 0 还是没有填，没有读取。没有的请填 0。")
    ),
    "read-as-number:noted": Entry(_N, mark("报告里是「{found}」，已按 {expected} 读取。请核对。")),
}
"""Other wordings of a code, for a case that its entry in the catalogue does not describe: `code:case`."""
RULE_WORDINGS: Mapping[str, str] = {
    code: CATALOGUE[code].wording
    for code in (
        "balance",
        "no-rulemaking-power",
        "in-force-too-low",
        "amount-unit",
        "carry-over",
        "in-force-not-rolling",
        "jump",
    )
}
"""Rules' codes with a wording of their own; a definition's other rules have the general one."""
RULE_WORDING = mark("{title}：左边 {left}，右边 {right}，相差 {difference}。{advice}")
STANDS_FOR: Mapping[str, str] = {"amount-unit": "jump"}
"""Codes that make another superfluous at the same cells: a figure in 元 has jumped, too."""
NEVER_WAIVED = frozenset(
    {
        *("unreadable", "encrypted", "too-large", "active-content"),
        *("not-our-form", "wrong-edition", "wrong-year", "unknown-unit", "identity-changed"),
        *("missing-return", "sheet-missing", "structure-changed"),
        *("blank", "not-a-number", "not-a-choice", "not-whole"),
        *("negative", "cell-error", "too-many-decimals"),
    }
)
"""Errors that the office cannot waive: nothing was read, or a cell has no figure that could be counted."""
