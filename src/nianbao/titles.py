"""What each finding code is called on paper: a few words beside the code itself."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING

from nianbao.messages import Message, mark

if TYPE_CHECKING:
    from collections.abc import Mapping

TITLES: Mapping[str, str] = MappingProxyType(
    {
        "unreadable": mark("打不开"),
        "encrypted": mark("有打开密码"),
        "too-large": mark("文件过大"),
        "active-content": mark("有宏或外部链接"),
        "not-our-form": mark("不是发下的表"),
        "wrong-edition": mark("版本不对"),
        "wrong-year": mark("年度不对"),
        "unknown-unit": mark("不在名录里"),
        "identity-changed": mark("单位信息被改"),
        "duplicate-return": mark("重复报送"),
        "missing-return": mark("没有可接收的表"),
        "sheet-missing": mark("缺工作表"),
        "structure-changed": mark("行列被改动"),
        "label-changed": mark("表内文字被改"),
        "formula-changed": mark("公式被改"),
        "protection-removed": mark("保护被取消"),
        "lock-removed": mark("单元格被解锁"),
        "hidden-content": mark("有隐藏内容"),
        "foreign-sheet": mark("多出工作表"),
        "stray-content": mark("格外有内容"),
        "blank": mark("没有填"),
        "not-a-number": mark("不是数字"),
        "not-a-choice": mark("不在选项里"),
        "not-whole": mark("不是整数"),
        "negative": mark("是负数"),
        "cell-error": mark("显示错误值"),
        "too-many-decimals": mark("小数位太多"),
        "read-as-number": mark("文本按数字读取"),
        "total-differs": mark("总计不符"),
        "balance": mark("数量不平衡"),
        "column-misbooked": mark("疑似记错栏"),
        "no-rulemaking-power": mark("无权制定规章"),
        "in-force-too-low": mark("现行有效偏少"),
        "amount-unit": mark("金额单位存疑"),
        "carry-over": mark("与上年结转不符"),
        "in-force-not-rolling": mark("现行有效与上年不接"),
        "jump": mark("比上年变化太大"),
        "text-missing": mark("文字没有写"),
        "text-short": mark("文字太简单"),
        "text-differs": mark("文字与表格不符"),
        "text-wrong-year": mark("文字写的年度不对"),
        "fee-not-stated": mark("没有写收费情况"),
    }
)
OF_A_RULE = mark("不符合校验关系")


def code_named(code: str) -> Message:
    """`数量不平衡 [balance]`: the words for people, the code for the commands."""
    return Message("{title} [{code}]", (("title", Message(code_title(code))), ("code", code)))


def code_title(code: str) -> str:
    """The code's words, to be translated; those of a definition's own rules share one."""
    return TITLES.get(code, OF_A_RULE)
