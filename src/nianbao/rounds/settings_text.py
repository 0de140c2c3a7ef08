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

# 用邮件收发的，去掉 [mail]、[imap] 和要用的各行设置前面的 #（说明前面的 # 留着），填上本单位的邮箱。
# 密码（授权码）不写在这里：用 nianbao send --password 存入系统的密钥环
#[mail]
# 发信的邮箱地址，和收信人看到的名称
#from = "office@example.gov.cn"
#name = "示例县政务公开办公室"
# 发信服务器；security：tls 一开始就加密（端口 465），starttls 先连接再加密（587），plain 不加密（只限本机）
#host = "smtp.example.gov.cn"
#security = "tls"
#port = 465
# 登录用的账号，不写就用邮箱地址；ca：服务器用单位自己的证书时，证书文件（PEM）的文件名
#user = "office@example.gov.cn"
#ca = ""
# 两封之间停几秒，每小时最多发几封
#pause = 2
#hourly = 100
# 报送截止日期，联系人和电话，写在信里
#deadline = {next_year}-01-20
#contact = "张三"
#phone = "0527-00000000"
#[imap]
# 收信服务器、账号和邮箱里的文件夹
#host = "imap.example.gov.cn"
#security = "tls"
#port = 993
#user = "office@example.gov.cn"
#folder = "INBOX"
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
        next_year=settings.year + 1,
    )


def _quoted(text: str) -> str:
    """A TOML string; JSON's escapes are among TOML's."""
    return json.dumps(text, ensure_ascii=False)


def _megabytes(size: int) -> str:
    return f"{size / _MEGABYTE:g}"
