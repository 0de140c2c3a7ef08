"""Settings as the text of nianbao.toml, every line explained, which reads back as the same settings."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from nianbao.rounds.settings import Settings

_MEGABYTE = 1_000_000
_TEMPLATE = """\
# 一轮填报的设置，由 nianbao init 写成。可以用记事本修改：# 后面是说明，文字两边要有英文引号。

# 汇总单位名称，写在空白表、汇总表和文件名里
name = {name}

# 报告年度
year = {year}
{part}
# 报表：自带报表的名称（用 nianbao forms 查看），或本文件夹里的报表定义文件（.yaml）
form = {form}

# 本级政府：county 县级，city 设区的市，province 省级
level = {level}

# 本单位在上一级名录里的代码；不向上一级报送的填 ""
code = {code}

# 上级发给本单位的空白表，放在本文件夹里；填了它，汇总表报上去时上级能核对是不是本单位的。没有就填 ""
upward = {upward}

# 单位名录，在本文件夹里
roster = {roster}

# 本轮的编号，写在每份空白表里。不要修改
round_id = {round_id}

# 核对表内单位信息用的密钥。不要外传，也不要修改：改了以后，发出的空白表都会被当作改动过
key = {key}

[limits]
# 收回的文件最大多少兆字节（MB）
file = {file}
# 解压以后最大多少兆字节（MB）
inflated = {inflated}

[county]
# 汇总表里每个单位附一张表，最多附多少张；单位比这多的时候都不附
unit_sheets = {unit_sheets}
"""
_PART = """
# 月报是第几月，季报是第几季度
part = {part}
"""


def settings_text(settings: Settings) -> str:
    """The whole file. The same settings give the same text."""
    return _TEMPLATE.format(
        name=_quoted(settings.name),
        year=settings.year,
        part=_PART.format(part=settings.part) if settings.part else "",
        form=_quoted(settings.form),
        level=_quoted(settings.level),
        code=_quoted(settings.code),
        upward=_quoted(settings.upward),
        roster=_quoted(settings.roster),
        round_id=_quoted(settings.round_id),
        key=_quoted(settings.key.hex()),
        file=_megabytes(settings.limits.file),
        inflated=_megabytes(settings.limits.inflated),
        unit_sheets=settings.unit_sheets,
    )


def _quoted(text: str) -> str:
    """A TOML string; JSON's escapes are among TOML's."""
    return json.dumps(text, ensure_ascii=False)


def _megabytes(size: int) -> str:
    return f"{size / _MEGABYTE:g}"
