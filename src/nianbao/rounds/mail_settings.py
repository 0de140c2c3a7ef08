"""The sections [mail] and [imap] of nianbao.toml: how the round's mail is sent, and where replies are fetched.

A round without mail has neither. No password is ever among them (docs/formats.md, nianbao.toml).
"""

from __future__ import annotations

import re
from datetime import date, datetime
from types import MappingProxyType
from typing import TYPE_CHECKING

from nianbao.frozen import frozen
from nianbao.messages import mark, say
from nianbao.roster.units import email_faults
from nianbao.rounds.setting import Entry, is_name, is_text, is_whole, is_within

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from nianbao.messages import Message

TLS, STARTTLS, PLAIN = SECURITIES = ("tls", "starttls", "plain")
"""Encrypted from the start, encrypted before anything is said, or not at all: to this computer only."""
SMTP_PORTS: Mapping[str, int] = MappingProxyType({TLS: 465, STARTTLS: 587, PLAIN: 25})
IMAP_PORTS: Mapping[str, int] = MappingProxyType({TLS: 993, STARTTLS: 143, PLAIN: 143})
LOCAL = frozenset({"localhost", "127.0.0.1", "::1"})
"""Hosts that are this computer: what is said to them goes over no line."""
PAUSE, HOURLY = 2.0, 100
"""Providers cut off bursts, and do not say at how many (docs/decisions/0027)."""
_HOST = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9.:_-]{0,252}[A-Za-z0-9])?|::1")
_LONGEST_PAUSE, _MOST_HOURLY = 3600, 100_000


@frozen
class MailSettings:
    """How mail is sent. `address` and `host` are empty where it is not set up.

    `name`: whom the receiver sees, the office where it is empty; `user`: who logs in, empty for a server that asks
    nobody; `pause`: seconds between two messages; `hourly`: the most in an hour; `ca`: a file with the certificates of
    the office's own authority, relative to the round's folder.
    `deadline`: the day by which units are to return, None where it is not told.
    """

    address: str = ""
    name: str = ""
    host: str = ""
    port: int = SMTP_PORTS[TLS]
    security: str = TLS
    user: str = ""
    ca: str = ""
    pause: float = PAUSE
    hourly: int = HOURLY
    deadline: date | None = None
    contact: str = ""
    phone: str = ""


@frozen
class ImapSettings:
    """Where replies are fetched. `host` is empty where it is not set up; `ca` as in `MailSettings`."""

    host: str = ""
    port: int = IMAP_PORTS[TLS]
    security: str = TLS
    user: str = ""
    folder: str = "INBOX"
    ca: str = ""


def _is_address(value: object) -> bool:
    return isinstance(value, str) and not any(True for _ in email_faults(value))


def _is_host(value: object) -> bool:
    return isinstance(value, str) and _HOST.fullmatch(value) is not None


def _is_port(value: object) -> bool:
    return is_whole(value, least=1, most=65_535)


def _is_plain_text(value: object) -> bool:
    """A text of one line, or none at all."""
    return value == "" or is_name(value)


def _day(value: object) -> date | None:
    """The day, with quotes around it or without; None for anything else."""
    if isinstance(value, date) and not isinstance(value, datetime):
        return value
    try:
        return (
            date.fromisoformat(value) if isinstance(value, str) and len(value) == len("2026-01-31") else None
        )
    except ValueError:
        return None


_HOST_ADVICE = mark('要填服务器的名称，加英文引号，如 "smtp.163.com"。')
_PORT_ADVICE = mark("要填端口号，不加引号，如 465；不写就按加密方式定。")
_SECURITY_ADVICE = mark(
    '要填 "tls"（一开始就加密）、"starttls"（先连接再加密）或 "plain"（不加密，只限本机）。'
)
_USER_ADVICE = mark("要填登录用的账号，加英文引号；不写就用邮箱地址，服务器不要登录的填空的引号。")
_CA_ADVICE = mark("要填证书文件（PEM）的文件名，放在本轮文件夹里，加英文引号；没有就不写。")
_TEXT_ADVICE = mark("要填一行文字，最多 60 字，加英文引号。")


_ENTRIES: Mapping[str, tuple[Callable[[object], bool], str]] = MappingProxyType(
    {
        "mail.from": (_is_address, mark('要填发信的邮箱地址，加英文引号，如 "office@example.gov.cn"。')),
        "mail.name": (_is_plain_text, _TEXT_ADVICE),
        "mail.host": (_is_host, _HOST_ADVICE),
        "mail.port": (_is_port, _PORT_ADVICE),
        "mail.security": (lambda value: value in SECURITIES, _SECURITY_ADVICE),
        "mail.user": (lambda value: value == "" or is_text(value), _USER_ADVICE),
        "mail.ca": (lambda value: value == "" or is_text(value), _CA_ADVICE),
        "mail.pause": (
            lambda value: is_within(value, least=0, most=_LONGEST_PAUSE),
            mark("要填两封之间停几秒，从 0 到 3600，不加引号，如 2。"),
        ),
        "mail.hourly": (
            lambda value: is_whole(value, least=1, most=_MOST_HOURLY),
            mark("要填每小时最多发几封，从 1 到 100000 的整数，不加引号，如 100。"),
        ),
        "mail.deadline": (
            lambda value: _day(value) is not None,
            mark("要填报送截止的日期，不加引号，如 2026-01-20。"),
        ),
        "mail.contact": (_is_plain_text, _TEXT_ADVICE),
        "mail.phone": (_is_plain_text, _TEXT_ADVICE),
        "imap.host": (_is_host, _HOST_ADVICE),
        "imap.port": (_is_port, _PORT_ADVICE),
        "imap.security": (lambda value: value in SECURITIES, _SECURITY_ADVICE),
        "imap.user": (is_text, _USER_ADVICE),
        "imap.folder": (is_name, mark('要填邮箱里的文件夹，加英文引号，如 "INBOX"。')),
        "imap.ca": (lambda value: value == "" or is_text(value), _CA_ADVICE),
    }
)
MAIL_ENTRIES: Mapping[str, Entry] = MappingProxyType(
    {key: Entry(allows, advice, required=False) for key, (allows, advice) in _ENTRIES.items()}
)


def mail_faults(values: Mapping[str, object]) -> Iterator[tuple[str, Message]]:
    """What does not go together: an unencrypted line leads to this computer only."""
    for section in ("mail", "imap"):
        host, security = values.get(f"{section}.host"), f"{section}.security"
        if values.get(security) == PLAIN and _is_host(host) and host not in LOCAL:
            yield (
                security,
                say(
                    '「{key}」是 "plain" 时密码和表格不加密，只能用于本机；请改为 "tls" 或 "starttls"。',
                    key=security,
                ),
            )


def mail_settings(values: Mapping[str, object]) -> MailSettings:
    """The checked values of [mail], typed."""
    address, security = _text(values, "mail.from"), _text(values, "mail.security", TLS)
    return MailSettings(
        address=address,
        name=_text(values, "mail.name"),
        host=_text(values, "mail.host"),
        port=int(_text(values, "mail.port", str(SMTP_PORTS[security]))),
        security=security,
        user=_text(values, "mail.user", address),
        ca=_text(values, "mail.ca"),
        pause=float(_text(values, "mail.pause", str(PAUSE))),
        hourly=int(_text(values, "mail.hourly", str(HOURLY))),
        deadline=_day(values.get("mail.deadline")),
        contact=_text(values, "mail.contact"),
        phone=_text(values, "mail.phone"),
    )


def imap_settings(values: Mapping[str, object]) -> ImapSettings:
    """The checked values of [imap], typed; the account is that of [mail] where no other is named."""
    security = _text(values, "imap.security", TLS)
    return ImapSettings(
        host=_text(values, "imap.host"),
        port=int(_text(values, "imap.port", str(IMAP_PORTS[security]))),
        security=security,
        user=_text(values, "imap.user") or _text(values, "mail.user") or _text(values, "mail.from"),
        folder=_text(values, "imap.folder", "INBOX"),
        ca=_text(values, "imap.ca") or _text(values, "mail.ca"),
    )


def _text(values: Mapping[str, object], key: str, usual: str = "") -> str:
    return str(values.get(key, usual))
